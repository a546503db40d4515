"""Public histories against the witness, and the witness against histories whose faults are known."""

from __future__ import annotations

import os
import sqlite3
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from migkit.alembic_io.history import load

CORPORA = Path(__file__).parent.parent / "corpora"
sys.path.insert(0, str(CORPORA))

import check  # noqa: E402  # scripts, not a package
from dumps import Dump, parse_mysql, parse_postgresql, parse_sqlite  # noqa: E402
from throwaway import SQLite  # noqa: E402
from witness import Witness, compare  # noqa: E402

CREATE = 'op.create_table("t", sa.Column("a", sa.Integer), sa.Column("b", sa.Integer))'
FIRST = f"""
def upgrade():
    {CREATE}
    op.execute("INSERT INTO t VALUES (1, 2)")
def downgrade():
    op.drop_table("t")
"""
ADD, DROP = 'op.execute("ALTER TABLE t ADD c INTEGER")', 'op.execute("ALTER TABLE t DROP c")'


def turned(upgrade: str, downgrade: str) -> str:
    return f"def upgrade():\n    {upgrade}\ndef downgrade():\n    {downgrade}\n"


FAULTS = {
    "ok": turned(ADD, DROP),
    "upgrade-fails": turned('op.execute("SELECT nothing")', "pass"),
    "downgrade-fails": turned(ADD, 'op.execute("SELECT nothing")'),
    "irreversible": turned(ADD, "raise NotImplementedError"),
    "reupgrade-fails": turned(ADD, 'op.execute("SELECT 1")'),
    "schema-differs": turned(ADD, "pass"),
    "data-lost": turned(ADD, f'op.execute("DELETE FROM t"); {DROP}'),
    "order-differs": turned(
        'op.execute("ALTER TABLE t DROP a")',
        'op.execute("ALTER TABLE t ADD a INTEGER"); op.execute("UPDATE t SET a = 1")',
    ),
}


def verdicts(folder: Path, schema: object) -> dict[str, str]:
    witness = Witness(SQLite(folder), schema.ini, dict(os.environ))  # type: ignore[attr-defined]
    return {revision: verdict for revision, verdict, _note in witness.walk(witness.revisions())}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_witness_sees_each_fault_and_charges_it_to_no_other(fault, make_schema, tmp_path):
    after = turned('op.execute("CREATE TABLE u (a)")', 'op.execute("DROP TABLE u")')
    schema = make_schema({"one": FIRST, "two": FAULTS[fault], "three": after})
    assert verdicts(tmp_path, schema) == {"one": "ok", "two": fault, "three": "ok"}


def test_the_witness_judges_each_branch_alone_and_a_merge_as_one(make_schema, tmp_path):
    def table(name):
        return turned(f'op.execute("CREATE TABLE {name} (a)")', f'op.execute("DROP TABLE {name}")')

    schema = make_schema({"one": FIRST, "left": table("l")})
    versions = schema.directory / "migrations" / "versions"
    for ident, parent, body in (("right", "one", table("r")), ("both", ("left", "right"), turned("pass", "pass"))):
        text = f"from alembic import op\nrevision = {ident!r}\ndown_revision = {parent!r}\n{body}"
        (versions / f"{ident}.py").write_text(text)
    assert verdicts(tmp_path, schema) == dict.fromkeys(("one", "left", "right", "both"), "ok")


def test_a_second_upgrade_that_makes_another_catalogue_is_told():
    first, second = Dump({"table t": "a"}, {"table t": "a"}), Dump({"table t": "b"}, {"table t": "b"})
    assert compare(Dump(), first, Dump(), second)[0] == "reupgrade-differs"


def test_an_order_in_mysqls_dump_is_told_from_a_difference():
    one, other, third = (
        parse_mysql(f"CREATE TABLE `t` (\n{lines}\n) ENGINE=InnoDB AUTO_INCREMENT={number};\n")
        for lines, number in (("  `a` int,\n  `b` int", 3), ("  `b` int,\n  `a` int", 4), ("  `a` int,\n  `c` int", 3))
    )
    assert one.objects != other.objects
    assert one.sorted == other.sorted != third.sorted


def test_rows_and_version_are_read_from_the_same_dump_of_mysql():
    dump = parse_mysql(
        "INSERT INTO `alembic_version` VALUES ('ab');\nINSERT INTO `t` VALUES (1);\nINSERT INTO `t` VALUES (2);\n"
    )
    assert (dump.heads, dump.rows["t"], dump.objects) == (frozenset({"ab"}), 2, {})


def test_a_trigger_in_mysqls_dump_is_an_object():
    dump = parse_mysql("DELIMITER ;;\n/*!50003 CREATE*/ /*!50003 TRIGGER `g` BEFORE UPDATE ON `t` */;;\nDELIMITER ;\n")
    assert len(dump.objects) == 1


def test_pg_dump_is_cut_at_its_contents():
    def entry(name, kind, text):
        return f"--\n-- Name: {name}; Type: {kind}; Schema: public; Owner: postgres\n--\n\n{text}\n\n"

    version = "COPY public.alembic_version (version_num) FROM stdin;\nab\n\\.\n"
    dump = parse_postgresql(
        entry("t", "TABLE", "CREATE TABLE public.t (\n    b integer,\n    a integer\n);")
        + entry("alembic_version", "TABLE DATA", version).replace("-- Name", "-- Data for Name")
    )
    assert dump.heads == frozenset({"ab"})
    assert list(dump.objects) == ["TABLE public.t"]
    assert dump.sorted["TABLE public.t"] == "    a integer\n    b integer\n);\nCREATE TABLE public.t ("


def test_blanks_and_quotes_in_sqlites_text_mean_nothing_but_a_default_does():
    def parsed(sql):
        return parse_sqlite([("table", "t", "t", sql)], {}, []).objects

    plain = parsed("CREATE TABLE t (a INTEGER DEFAULT 'X', b TEXT)")
    assert parsed('CREATE TABLE "t" (\n\ta integer DEFAULT \'X\', "b" TEXT\n)') == plain
    assert parsed("CREATE TABLE t (a INTEGER DEFAULT 'x', b TEXT)") != plain
    assert parsed("CREATE TABLE t (b TEXT, a INTEGER DEFAULT 'X')") != plain


def test_sqlite_holds_rows_against_every_constraint_whatever_their_order():
    """The server shows why the order of a table's constraints is no difference there."""
    parts = ("CONSTRAINT low CHECK (a > 0)", "CONSTRAINT high CHECK (a < 9)")
    for ordered in (parts, parts[::-1]):
        connection = sqlite3.connect(":memory:")
        connection.execute(f"CREATE TABLE t (a INTEGER, {', '.join(ordered)})")
        for refused in (0, 9):
            with pytest.raises(sqlite3.IntegrityError):
                connection.execute("INSERT INTO t VALUES (?)", (refused,))
        connection.close()


def test_a_disagreement_is_a_line_each():
    expected = {"verdicts": {"a": "ok", "b": "ok", "c": "ok"}, "notes": {}}
    found = list(check.differences({"a": ["ok", ""], "b": ["schema-differs", "why"]}, expected))
    assert [line.partition(":")[0] for line in found] == ["b", "c"]


def test_a_revision_that_reads_the_environment_when_it_loads_gets_the_schemas(make_schema, monkeypatch):
    """Zou's revisions import its settings, which refuse to load without SECRET_KEY."""
    monkeypatch.delenv("SECRET_KEY", raising=False)
    body = "import os\nos.environ['SECRET_KEY']\n" + turned("pass", "pass")
    assert load(replace(make_schema({"one": body}), env={"SECRET_KEY": "set"})).revisions


@pytest.mark.server
@pytest.mark.parametrize("server", ["mysql:9.7", "mariadb:10.11"], indirect=True)
def test_an_index_that_a_foreign_key_made_gives_way_after_a_restore_as_before(database):
    """What mlflow's 1b5f0d9ad7c1 meets: SHOW CREATE TABLE cannot tell the two kinds of index apart, DDL can."""
    from migkit import catalog

    with catalog.connect(database) as (reader, keeper):
        reader.script("CREATE TABLE p (id INT PRIMARY KEY)")
        reader.script("CREATE TABLE c (a INT, CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id))")
        before = reader.snapshot()
        keeper.keep(0, before, reader.checksums())
        reader.script("CREATE INDEX own ON c (a)")
        straight = reader.snapshot()
        keeper.restore(0)
        assert reader.snapshot().objects == before.objects
        reader.script("CREATE INDEX own ON c (a)")
        assert reader.snapshot().objects == straight.objects
