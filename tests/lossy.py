"""A history in which rows and values are lost in every way, each beside one that keeps them; for any engine."""

from __future__ import annotations

from pathlib import Path

from migkit.model import Project, Report, Schema
from migkit.roundtrip import Options, roundtrip
from tests.conftest import MakeSchema

SEED = """
INSERT INTO prices (id, amount, label) VALUES (1, 1.25, 'one'), (2, 2.5, 'two'), (3, 3, NULL), (4, 4.75, NULL);
INSERT INTO people (id, name, age) VALUES (1, 'Ann', 30), (2, 'Bob', 40), (3, 'Cem', NULL), (4, 'Dee', 30);
INSERT INTO orders (id, code, state, qty) VALUES (1, 'a', NULL, 1), (2, NULL, 'open', 2), (3, 'c', NULL, 3),
  (4, 'd', 'open', 4);
"""
TABLES = """
def upgrade():
    op.create_table("prices", sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("amount", sa.Numeric(10, 4)), sa.Column("label", sa.String(40)))
    op.create_table("people", sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("name", sa.String(40)), sa.Column("age", sa.Integer))
    op.create_table("orders", sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("code", sa.String(20)), sa.Column("state", sa.String(10)), sa.Column("qty", sa.Integer))

def downgrade():
    for table in ("orders", "people", "prices"):
        op.drop_table(table)
"""
NARROW = """
def upgrade():
    whole(10, 0)

def downgrade():
    whole(10, 4)

def whole(precision, scale):
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("prices", "amount", type_=sa.Numeric(precision, scale), existing_nullable=True)
        return
    op.execute("CREATE TABLE other (id INTEGER PRIMARY KEY NOT NULL, amount NUMERIC(%d, %d), label VARCHAR(40))"
        % (precision, scale))
    op.execute("INSERT INTO other SELECT id, round(amount, %d), label FROM prices" % scale)
    op.execute("DROP TABLE prices")
    op.execute("ALTER TABLE other RENAME TO prices")
"""
FORGETFUL = """
def upgrade():
    with op.batch_alter_table("people") as batch:
        batch.alter_column("age", type_=sa.BigInteger, existing_type=sa.Integer)

def downgrade():
    with op.batch_alter_table("people") as batch:
        batch.drop_column("age")
    with op.batch_alter_table("people") as batch:
        batch.add_column(sa.Column("age", sa.Integer))
"""
DROPPED = """
def upgrade():
    with op.batch_alter_table("prices") as batch:
        batch.drop_column("label")

def downgrade():
    with op.batch_alter_table("prices") as batch:
        batch.add_column(sa.Column("label", sa.String(40)))
"""
UPDATED = """
def upgrade():
    op.execute("UPDATE orders SET state = 'new' WHERE state IS NULL")

def downgrade():
    op.execute("UPDATE orders SET qty = qty")
"""
FILLED = """
def upgrade():
    op.execute("UPDATE orders SET code = 'none' WHERE code IS NULL")
    with op.batch_alter_table("orders") as batch:
        batch.alter_column("code", nullable=False, existing_type=sa.String(20))

def downgrade():
    with op.batch_alter_table("orders") as batch:
        batch.alter_column("code", nullable=True, existing_type=sa.String(20))
"""
RENAMED_COLUMN = """
def upgrade():
    with op.batch_alter_table("people") as batch:
        batch.alter_column("name", new_column_name="full_name", existing_type=sa.String(40))

def downgrade():
    with op.batch_alter_table("people") as batch:
        batch.alter_column("full_name", new_column_name="name", existing_type=sa.String(40))
"""
RENAMED_AND_CUT = """
def upgrade():
    op.rename_table("people", "persons")

def downgrade():
    op.execute("DELETE FROM persons WHERE age IS NULL")
    op.rename_table("persons", "people")
"""
RENAMED_TABLE = """
def upgrade():
    op.rename_table("orders", "bookings")

def downgrade():
    op.rename_table("bookings", "orders")
"""
RETYPED = """
def upgrade():
    with op.batch_alter_table("bookings") as batch:
        batch.alter_column("qty", type_=sa.String(20), existing_type=sa.Integer)

def downgrade():
    with op.batch_alter_table("bookings") as batch:
        batch.alter_column("qty", type_=sa.Integer, existing_type=sa.String(20), postgresql_using="qty::integer")
"""
OWN_ROW = """
def upgrade():
    op.execute("INSERT INTO people (id, full_name) VALUES (99, 'Zoe')")

def downgrade():
    op.execute("DELETE FROM people WHERE id = 99")
"""
ALL_ROWS = """
def upgrade():
    op.execute("INSERT INTO people (id, full_name) VALUES (98, 'Yan')")

def downgrade():
    op.execute("DELETE FROM people")
"""
DELETED = """
def upgrade():
    op.execute("DELETE FROM prices WHERE id = 1")

def downgrade():
    op.execute("DELETE FROM prices WHERE id = 1")
"""
UNIQUE = """
def upgrade():
    op.create_index("one_state", "bookings", ["state"], unique=True)

def downgrade():
    op.drop_index("one_state", "bookings")
"""
LATER = """
def upgrade():
    op.create_table("later", sa.Column("id", sa.Integer, primary_key=True))

def downgrade():
    op.drop_table("later")
"""
HISTORY = {
    "a1": TABLES, "narrow": NARROW, "forgetful": FORGETFUL, "dropped": DROPPED, "updated": UPDATED, "filled": FILLED,
    "renamed_column": RENAMED_COLUMN, "renamed_table": RENAMED_TABLE, "retyped": RETYPED, "own_row": OWN_ROW,
    "all_rows": ALL_ROWS, "deleted": DELETED, "renamed_and_cut": RENAMED_AND_CUT, "unique": UNIQUE, "later": LATER,
}  # fmt: skip
LOST = {
    "narrow": [("prices", "amount", 3, 4, "upgrade")],
    "forgetful": [("people", "age", 3, 4, "downgrade")],
    "all_rows": [("people", None, 5, 5, "downgrade")],
    "renamed_and_cut": [("people", None, 3, 6, "downgrade")],
}


def lossy(make_schema: MakeSchema, engine: str = "sqlite", **fields: object) -> Schema:
    """Write the history with rows of its own."""
    schema = make_schema(HISTORY, engine=engine, seed="rows.sql", seed_at="a1", **fields)
    (schema.directory / "rows.sql").write_text(SEED, encoding="utf-8")
    return schema


def trip(schema: Schema, **options: object) -> Report:
    """Prove the history with rows in it."""
    project = Project(schema.directory, schema.directory / "migkit.toml", {schema.name: schema})
    return roundtrip(project, schema, Options(**{"rows": 3, **options}))  # type: ignore[arg-type]  # a test names real fields


def lost(report: Report) -> dict[str, list[tuple[str, str | None, int, int, str]]]:
    """Give what is lost by revision."""
    found = {
        one.revision: [(each.table, each.column, each.rows, each.of, each.by) for each in one.lost]
        for one in report.revisions
    }
    return {revision: losses for revision, losses in found.items() if losses}


def verdicts(report: Report) -> dict[str, str]:
    """Give what is not ok by revision."""
    return {one.revision: one.verdict.value for one in report.revisions if one.verdict != "ok"}


def line(schema: Schema, revision: str, text: str) -> int:
    """Give the line of a revision's file on which a text first stands."""
    (path,) = (Path(schema.directory) / "migkit").parent.glob(f"migrations/versions/{revision}_*.py")
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, one in enumerate(lines, 1) if text in one)
