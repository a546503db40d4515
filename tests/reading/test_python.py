# ruff: noqa: E501  # sources of revisions stand in one line each
"""Revision files read as source: what their functions send, wherever it is written and however it is put together."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from migkit.model.script import Act, Guard, Kind, Reading, Script, Statement
from migkit.product import Family
from migkit.reading import LARGEST, read

_HEAD = """\
\"\"\"say something

Revision ID: 0123456789ab
Revises: ba9876543210
Create Date: 2024-01-02 03:04:05

\"\"\"
from alembic import context, op
import sqlalchemy as sa
from sqlalchemy import inspect, text
from migkit import ops as guarded

revision = "0123456789ab"
down_revision = "ba9876543210"

"""


def script(source: str, family: Family = "mysql") -> Script:
    found = read(Path("x.py"), (_HEAD + dedent(source)).encode(), family)
    assert found.problem is None
    return found


def sent(body: str, family: Family = "mysql") -> tuple[Statement, ...]:
    """Give what upgrade() sends; `body` begins at column 0."""
    indented = dedent(body).strip("\n").replace("\n", "\n    ")
    return script(f"def upgrade():\n    {indented}\n", family).upgrade.statements


def sqls(body: str) -> list[str]:
    return [each.sql for each in sent(body)]


def acts(body: str, family: Family = "mysql") -> list[Act]:
    return [act for each in sent(body, family) for act in each.acts]


def names(body: str) -> list[str]:
    return [act.table for act in acts(body)]


def line(source: str, needle: str) -> int:
    return (_HEAD + dedent(source)).split(needle)[0].count("\n") + 1


# the head


def test_the_head_says_ids_title_and_date() -> None:
    found = script("branch_labels = ('web',)\ndepends_on = ['aa', 'bb']\nirreversible = 'rows are gone'\n")
    assert (found.id, found.parents, found.depends_on, found.labels) == (
        "0123456789ab",
        ("ba9876543210",),
        ("aa", "bb"),
        ("web",),
    )
    assert (found.title, found.created) == ("say something", "2024-01-02 03:04:05")
    assert found.irreversible == "rows are gone"
    assert found.spans["revision"].line == 13
    assert set(found.spans) == {"docstring", "revision", "down_revision", "branch_labels", "depends_on", "irreversible"}


def test_an_annotated_head_is_read() -> None:
    source = b"from typing import Union\nrevision: str = 'ab'\ndown_revision: Union[str, None] = ('x', 'y')\n"
    found = read(Path("x.py"), source, "mysql")
    assert (found.id, found.parents, found.title) == ("ab", ("x", "y"), "")


def test_a_computed_id_is_not_guessed() -> None:
    found = read(Path("x.py"), b"import os\nrevision = os.environ['X']\ndown_revision = None\n", "mysql")
    assert (found.id, found.computed) == ("", True)


# texts


@pytest.mark.parametrize(
    "written",
    [
        "op.execute('DROP TABLE t')",
        "op.execute(\"DROP \" 'TABLE t')",
        "op.execute('DROP ' + 'TABLE ' + 't')",
        "table = 't'\nop.execute(f'DROP TABLE {table}')",
        "op.execute('DROP TABLE %s' % 't')",
        "op.execute('DROP TABLE %(name)s' % {'name': 't'})",
        "op.execute('DROP {} {}'.format('TABLE', 't'))",
        "op.execute('DROP {what} {0}'.format('t', what='TABLE'))",
        "op.execute(' '.join(['DROP', 'TABLE', 't']))",
        "op.execute('''\n    DROP TABLE t\n'''.strip())",
        "sql = 'DROP'\nsql += ' TABLE t'\nop.execute(sql)",
        "names = {'a': 't'}\nop.execute('DROP TABLE ' + names['a'])",
        "op.execute(sqltext='DROP TABLE t')",
        "op.execute(text('DROP TABLE t'))",
        "op.get_bind().execute(sa.text('DROP TABLE t'))",
        "bind = op.get_bind()\nbind.execute(text('DROP TABLE t'))",
        "bind = op.get_bind()\nbind.exec_driver_sql('DROP TABLE t')",
        "session = sa.orm.Session(bind=op.get_bind())\nsession.execute(text('DROP TABLE t'))",
        "with op.batch_alter_table('x') as batch:\n    batch.execute('DROP TABLE t')",
        "send = op.execute\nsend('DROP TABLE t')",
        "getattr(op, 'execute')('DROP TABLE t')",
        "import textwrap\nop.execute(textwrap.dedent('''\\\n        DROP TABLE t'''))",
        "op.execute('DROP TABLE x'.replace('x', 't'))",
        "op.execute('x' and 'DROP TABLE t')",
        "parts = []\nparts.append('DROP TABLE')\nparts.append('t')\nop.execute(' '.join(parts))",
        "op.execute('a,DROP TABLE t'.split(',')[1])",
        "op.execute('DROP TABLE t' if op.get_bind().dialect.name == 'mysql' else 'nonsense')",
    ],
)
def test_a_text_is_put_together(written: str) -> None:
    (statement,) = sent(written)
    assert statement.sql.strip() == "DROP TABLE t"
    assert (statement.reading, statement.acts[0].kind, statement.acts[0].table) == (
        Reading.whole,
        Kind.drop_table,
        "t",
    )


def test_what_is_not_known_leaves_a_hole() -> None:
    (statement,) = sent("op.execute(f'ALTER TABLE {given()} ADD COLUMN a INT')")
    assert statement.sql == "ALTER TABLE {} ADD COLUMN a INT"
    assert statement.reading is Reading.part


def test_a_statement_of_which_nothing_is_known_says_so() -> None:
    assert [each.reading for each in sent("op.execute(given())")] == [Reading.nothing]


def test_several_statements_in_a_text_are_several() -> None:
    assert names("op.execute('DROP TABLE a; DROP TABLE b')") == ["a", "b"]


def test_helpers_of_the_file_are_gone_into() -> None:
    found = script(
        """
        TABLES = ("a", "b")

        def _drop(name, *, cascade=False, suffix="_x"):
            op.execute(f"DROP TABLE {name}{suffix}" + (" CASCADE" if cascade else ""))

        def upgrade():
            for name in TABLES:
                _drop(name)
            _drop("c", cascade=True, suffix="")
        """
    )
    assert [each.sql for each in found.upgrade.statements] == [
        "DROP TABLE a_x",
        "DROP TABLE b_x",
        "DROP TABLE c CASCADE",
    ]
    assert not any(each.conditional or each.repeated for each in found.upgrade.statements)


def test_a_helper_that_calls_itself_ends() -> None:
    found = script("def _again(n):\n    _again(n - 1)\n\ndef upgrade():\n    _again(3)\n    op.drop_table('t')\n")
    assert [act.table for each in found.upgrade.statements for act in each.acts] == ["t"]
    assert found.upgrade.dynamic


@pytest.mark.parametrize(
    "loop",
    [
        "for t in ['a', 'b']:",
        "for t, _ in (('a', 1), ('b', 2)):",
        "for t in {'a': 1, 'b': 2}:",
        "for t, _ in {'a': 1, 'b': 2}.items():",
        "for _, t in enumerate(['a', 'b']):",
        "for t in reversed(['b', 'a']):",
        "for t in sorted({'b', 'a'}):",
        "for t, _ in zip(['a', 'b'], [1, 2]):",
        "for t in [f'{x}' for x in 'a b'.split()]:",
        "for t in [x for x in ('a', 'c', 'b') if x != 'c']:",
    ],
)
def test_a_loop_over_what_is_known_is_unrolled(loop: str) -> None:
    found = sent(f"{loop}\n    op.drop_table(t)")
    assert [(each.acts[0].table, each.repeated) for each in found] == [("a", False), ("b", False)]


def test_a_loop_over_what_is_not_known_is_gone_through_once() -> None:
    (statement,) = sent("for t in given():\n    op.execute(f'DROP TABLE {t}')")
    assert statement.repeated
    assert statement.reading is Reading.part


def test_a_variable_that_a_loop_changes_is_not_known_in_it() -> None:
    (statement,) = sent("t = 'a'\nwhile given():\n    op.drop_table(t)\n    t = 'b'")
    assert statement.reading is Reading.nothing


def test_members_of_an_enum_of_the_file_are_known() -> None:
    found = script(
        """
        import enum
        class Mood(str, enum.Enum):
            good = "g"
            bad = "b"

        def upgrade():
            op.execute(f"UPDATE t SET m = '{Mood.bad.value}' WHERE m = '{Mood['good'].value}'")
            op.add_column("t", sa.Column("mood", sa.Enum(Mood, name="mood")))
        """
    )
    first, second = found.upgrade.statements
    assert first.sql == "UPDATE t SET m = 'b' WHERE m = 'g'"
    assert second.acts[0].column is not None
    assert second.acts[0].column.type == "ENUM('good','bad')"


# where it stands


@pytest.mark.parametrize(
    "written",
    [
        'op.execute("DROP TABLE here")',
        'op.execute(\n    "ALTER TABLE x "\n    "ADD COLUMN a INT"\n    ";DROP TABLE here"\n)',
        'op.execute("""\n    ALTER TABLE x ADD COLUMN a INT;\n\n      DROP TABLE here;\n""")',
        'op.execute("ALTER TABLE x ADD a INT;\\n\\tDROP TABLE here")',
        "op.execute(\"SELECT '\\u00e9', 'é';\" + \"DROP TABLE here\")",
        "name = 'here'\nop.execute(f\"SELECT '{{}}';DROP TABLE here\")",
        'op.execute(("ALTER TABLE x ADD a INT;"  # said\n    r"SELECT \'\\d\';" f"DROP TABLE here"))',
        'op.execute("""SELECT 1;\\\n  DROP TABLE here""".strip())',
        'x = 1\nop.execute(f"SELECT {x};SELECT {x!r:>{x}};DROP TABLE here")',
    ],
)
def test_an_act_stands_where_it_is_written(written: str) -> None:
    source = "def upgrade():\n" + "".join(f"    {each}\n" for each in written.split("\n"))
    text = _HEAD + source
    found = script(source).upgrade.statements[-1].acts[-1].span
    lines = text.split("\n")
    assert found.line == found.end_line
    assert lines[found.line - 1][found.column - 1 : found.end_column - 1] == "DROP TABLE here"


def test_a_text_that_is_passed_to_a_helper_stands_where_it_is_passed() -> None:
    source = """
    def _run(sql):
        op.execute(sql)

    def upgrade():
        _run("DROP TABLE a")
        _run("DROP TABLE b")
    """
    found = script(source).upgrade.statements
    assert [each.acts[0].span.line for each in found] == [
        line(source, '"DROP TABLE a"'),
        line(source, '"DROP TABLE b"'),
    ]


# conditions


@pytest.mark.parametrize(
    "guard",
    [
        "if not inspect(op.get_bind()).has_table('t'):",
        "if not sa.inspect(op.get_bind()).has_table('t'):",
        "if 't' not in inspect(op.get_bind()).get_table_names():",
        "tables = inspect(op.get_bind()).get_table_names()\nif 't' not in tables:",
        "if not op.get_bind().dialect.has_table(op.get_bind(), 't'):",
        "if op.get_bind().execute(text(\"SELECT 1 FROM information_schema.tables WHERE table_name = 't'\")).scalar() is None:",
        "if op.get_bind().execute(text(\"SELECT to_regclass('public.t')\")).scalar() is None:",
        "found = op.get_bind().execute(text('SELECT count(*) FROM information_schema.tables WHERE table_name = :t'), {'t': 't'}).scalar()\nif found == 0:",
        "if not any(each == 't' for each in inspect(op.get_bind()).get_table_names()):",
        "there = 't' in inspect(op.get_bind()).get_table_names()\nif not there:",
    ],
)
def test_a_question_for_the_name_is_a_guard(guard: str) -> None:
    found = [each for each in sent(f"{guard}\n    op.create_table('t', sa.Column('a', sa.Integer()))") if each.acts]
    created = found[-1]
    assert (created.guard, created.conditional) == (Guard.name, False)
    assert created.asks is not None


def test_a_question_in_a_helper_is_a_guard() -> None:
    found = script(
        """
        def _has(table, column):
            inspector = sa.inspect(op.get_bind())
            for each in inspector.get_columns(table):
                if each["name"] == column:
                    return True
            return False

        def upgrade():
            if _has("t", "a"):
                return
            op.add_column("t", sa.Column("a", sa.Integer()))

        def downgrade():
            if _has("t", "a"):
                op.drop_column("t", "a")
            op.drop_column("t", "b")
        """
    )
    (added,) = found.upgrade.statements
    dropped, other = found.downgrade.statements
    assert (added.guard, added.conditional) == (Guard.name, False)
    assert (dropped.guard, other.guard, other.asks) == (Guard.name, Guard.none, None)


def test_a_question_for_another_object_is_no_guard() -> None:
    (_, statement) = (
        sent(
            "if inspect(op.get_bind()).has_table('t'):\n    op.add_column('t', sa.Column('a', sa.Integer()))", "mysql"
        )[-1:]
        * 2
    )
    assert (statement.guard, statement.conditional) == (Guard.none, True)


def test_a_condition_that_cannot_be_read_is_said() -> None:
    (statement,) = sent("if given():\n    op.drop_table('t')")
    assert (statement.guard, statement.conditional, statement.asks) == (Guard.unknown, True, None)


def test_rows_decide_and_no_guard_comes_of_it() -> None:
    found = sent("if op.get_bind().execute(text('SELECT count(*) FROM t')).scalar():\n    op.drop_table('t')")[-1]
    assert (found.guard, found.conditional) == (Guard.unknown, True)
    assert found.asks is not None


def test_the_dialect_is_known() -> None:
    body = "if op.get_bind().dialect.name == 'postgresql':\n    op.drop_table('a')\nelse:\n    op.drop_table('b')"
    assert [(each.acts[0].table, each.conditional) for each in sent(body)] == [("b", False)]
    assert [each.acts[0].table for each in sent(body, "postgresql")] == ["a"]
    either = "if op.get_context().dialect.name == 'mysql':\n    op.drop_table('a')"
    assert [each.conditional for each in sent(either, "mariadb")] == [True]
    both = "if op.get_bind().dialect.name in ('mysql', 'mariadb'):\n    op.drop_table('a')"
    assert [each.conditional for each in sent(both, "mariadb")] == [False]


@pytest.mark.parametrize(
    "body",
    [
        "if context.is_offline_mode():\n    op.execute('SELECT 1')\n    return\nif not inspect(op.get_bind()).has_table('t'):\n    op.create_table('t')",
        "if context.is_offline_mode():\n    op.execute('SELECT 1')\nelif not inspect(op.get_bind()).has_table('t'):\n    op.create_table('t')",
        "if context.is_offline_mode() or not inspect(op.get_bind()).has_table('t'):\n    op.create_table('t')",
        "if not context.is_offline_mode() and not inspect(op.get_bind()).has_table('t'):\n    op.create_table('t')",
        "if op.get_context().as_sql or not inspect(op.get_bind()).has_table('t'):\n    op.create_table('t')",
    ],
)
def test_that_offline_mode_was_asked_is_kept(body: str) -> None:
    (statement,) = sent(body)
    assert (statement.acts[0].table, statement.offline, statement.guard) == ("t", True, Guard.name)


def test_an_attempt_that_swallows_is_no_plain_statement() -> None:
    (statement,) = sent("try:\n    op.drop_table('t')\nexcept Exception:\n    pass")
    assert statement.guard is Guard.unknown
    (plain,) = sent("try:\n    op.drop_table('t')\nexcept Exception:\n    raise RuntimeError('no')")
    assert plain.guard is Guard.none


def test_if_not_exists_of_alembic_is_a_guard() -> None:
    assert [act.guard for act in acts("op.drop_table('t', if_exists=True)")] == [Guard.name]
    assert [act.guard for act in acts("op.drop_table('t')")] == [Guard.none]


def test_the_kits_operations_compare_shape() -> None:
    body = "guarded.add_column_if_missing('t', 'a', \"varchar(3) not null default 'x'\")\nop.drop_column_if_exists('t', 'b')"
    first, second = sent(body)
    assert (first.via, first.guard, second.via) == (
        "migkit.ops.add_column_if_missing",
        Guard.shape,
        "migkit.ops.drop_column_if_exists",
    )
    column = first.acts[0].column
    assert column is not None
    assert (column.name, column.type, column.nullable, column.default) == ("a", "VARCHAR(3)", False, "'x'")


def test_an_autocommit_block_is_seen() -> None:
    body = "with op.get_context().autocommit_block():\n    op.execute('DROP TABLE a')\nop.execute('DROP TABLE b')"
    assert [each.autocommit for each in sent(body)] == [True, False]


def test_a_context_manager_of_the_file_is_gone_through() -> None:
    found = script(
        """
        from contextlib import contextmanager

        @contextmanager
        def _without_checks(table):
            op.execute("SET foreign_key_checks = 0")
            yield table + "_x"
            op.execute("SET foreign_key_checks = 1")

        def upgrade():
            with _without_checks("t") as name:
                op.drop_table(name)
        """
    )
    assert [(each.sql or each.acts[0].table) for each in found.upgrade.statements] == [
        "SET foreign_key_checks = 0",
        "t_x",
        "SET foreign_key_checks = 1",
    ]


# operations


def test_a_created_table_has_columns_keys_and_indexes() -> None:
    body = """
    op.create_table(
        "t",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(20), nullable=False, server_default="x", unique=True),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.func.now(), index=True),
        sa.Column("u", sa.Integer(), sa.ForeignKey("users.id", ondelete="CASCADE")),
        sa.UniqueConstraint("name", "at", name="uq"),
        schema="s",
    )
    """
    created, index = acts(body, "postgresql")
    assert created.table == "s.t"
    assert [(each.name, each.type, each.nullable, each.default, each.generated) for each in created.columns] == [
        ("id", "INTEGER", False, None, "serial"),
        ("name", "VARCHAR(20)", False, "'x'", ""),
        ("at", "TIMESTAMP WITH TIME ZONE", True, "now()", ""),
        ("u", "INTEGER", True, None, ""),
    ]
    assert [(each.kind, each.name, each.columns, each.refers) for each in created.keys] == [
        ("unique", "", ("name",), ""),
        ("foreign", "", ("u",), "users"),
        ("unique", "uq", ("name", "at"), ""),
    ]
    assert (index.kind, index.name) == (Kind.create_index, "ix_s_t_at")


def test_a_created_table_has_the_options_of_its_family() -> None:
    body = "op.create_table('t', sa.Column('a', sa.Text()), mysql_engine='InnoDB', mysql_default_charset='utf8mb4', mysql_collate='utf8mb4_bin')"
    assert acts(body)[0].options == {"engine=innodb", "charset=utf8mb4", "collation=utf8mb4_bin"}
    assert acts(body, "postgresql")[0].options == frozenset()


def test_an_enum_of_a_created_table_makes_its_type_first() -> None:
    body = "op.create_table('t', sa.Column('a', sa.Enum('x', 'y', name='mood')))"
    assert [each.kind for each in acts(body, "postgresql")] == [Kind.create_type, Kind.create_table]
    assert acts(body, "postgresql")[0].values == ("x", "y")
    assert [each.kind for each in acts(body)] == [Kind.create_table]
    said = "from sqlalchemy.dialects import postgresql\nop.create_table('t', sa.Column('a', postgresql.ENUM('x', name='mood', create_type=False)))"
    assert [each.kind for each in acts(said, "postgresql")] == [Kind.create_table]
    ignored = "op.create_table('t', sa.Column('a', sa.Enum('x', name='mood', create_type=False)))"
    assert "create_type=false" in acts(ignored, "postgresql")[0].options


def test_an_altered_column_says_what_changes() -> None:
    body = (
        "op.alter_column('t', 'a', nullable=False, existing_type=sa.Text(), server_default=None, new_column_name='b')"
    )
    altered, renamed = acts(body, "postgresql")
    assert altered.said == {"nullable", "default"}
    assert (renamed.kind, renamed.name, renamed.new) == (Kind.rename_column, "a", "b")
    (modified,) = acts("op.alter_column('t', 'a', type_=sa.String(5), existing_nullable=False)")
    assert modified.said >= {"type", "nullable", "default", "comment"}
    assert modified.column is not None
    assert (modified.column.type, modified.column.nullable) == ("VARCHAR(5)", False)


def test_a_batch_is_the_tables_operations() -> None:
    body = """
    with op.batch_alter_table("t", schema="s") as batch_op:
        batch_op.add_column(sa.Column("a", sa.Integer()))
        batch_op.drop_constraint("fk", type_="foreignkey")
        batch_op.create_index(batch_op.f("ix"), ["a"], unique=True)
        batch_op.alter_column("b", new_column_name="c")
    """
    found = acts(body, "postgresql")
    assert [(each.kind, each.table, each.name) for each in found] == [
        (Kind.add_column, "s.t", "a"),
        (Kind.drop_constraint, "s.t", "fk"),
        (Kind.create_index, "s.t", "ix"),
        (Kind.rename_column, "s.t", "b"),
    ]
    assert found[1].item == "foreign"
    assert all("batch" in each.options for each in found)


def test_rows_that_the_file_holds_are_data() -> None:
    body = "t = sa.table('t', sa.column('a'))\nop.bulk_insert(t, [{'a': 1}])\nop.execute(t.update().where(t.c.a == 1).values(a=2))\nop.execute(t.delete())"
    inserted, updated, deleted = sent(body)
    assert (inserted.data, inserted.acts[0].kind, inserted.acts[0].table) == (True, Kind.insert, "t")
    assert (updated.acts[0].kind, updated.acts[0].where, updated.acts[0].table) == (Kind.update, True, "t")
    assert (deleted.acts[0].kind, deleted.acts[0].where) == (Kind.delete, False)


@pytest.mark.parametrize(
    "written",
    [
        "t = sa.table('t', sa.column('a'))\nop.execute(t.update().values(a=1, b=2))",
        "t = sa.table('t', sa.column('a'))\nop.execute(sa.update(t).values({t.c.a: 1, 'b': 2}))",
        (
            "class T(Base):\n    __tablename__ = 't'\n    a = sa.Column(sa.Text())\n    b = sa.Column(sa.Text())\n"
            "session = sa.orm.Session(bind=op.get_bind())\nsession.query(T).filter(T.a == 1).update({T.a: 1, T.b: 2})"
        ),
    ],
)
def test_an_update_names_its_columns(written: str) -> None:
    (act,) = acts(written)
    assert (act.kind, act.table, [each.name for each in act.columns]) == (Kind.update, "t", ["a", "b"])


def test_a_primary_key_of_its_own_line_counts_as_well() -> None:
    body = "op.create_table('t', sa.Column('id', sa.Integer(), nullable=False), sa.PrimaryKeyConstraint('id'))"
    assert [each.generated for act in acts(body, "postgresql") for each in act.columns] == ["serial"]
    assert [each.generated for act in acts(body) for each in act.columns] == ["auto_increment"]
    for other in ("sa.Text()", "sa.Integer(), autoincrement=False", "sa.Integer(), server_default='1'"):
        body = f"op.create_table('t', sa.Column('id', {other}), sa.PrimaryKeyConstraint('id'))"
        assert [each.generated for act in acts(body) for each in act.columns] == [""]


def test_a_length_that_is_not_known_makes_no_other_type() -> None:
    (act,) = acts("from app import LENGTH\nop.add_column('t', sa.Column('a', sa.String(LENGTH)))")
    assert act.column is not None
    assert act.column.type == ""


def test_parameters_of_a_text_are_told() -> None:
    body = "op.execute(text('UPDATE t SET a = :a').bindparams(a=1))\nop.get_bind().execute(text('UPDATE t SET a = :b'), {'b': 1})\nop.execute('UPDATE t SET a = :c')"
    assert [(each.text, set(each.bound)) for each in sent(body)] == [(True, {"a"}), (True, {"b"}), (True, set())]


def test_types_and_tables_that_are_made_on_the_connection() -> None:
    body = """
    mood = sa.Enum("a", "b", name="mood")
    mood.create(op.get_bind(), checkfirst=True)
    sa.Table("t", sa.MetaData(), sa.Column("a", sa.Integer())).create(op.get_bind())
    mood.drop(op.get_bind())
    """
    assert [(each.kind, each.name or each.table, each.guard) for each in acts(body, "postgresql")] == [
        (Kind.create_type, "mood", Guard.name),
        (Kind.create_table, "t", Guard.none),
        (Kind.drop_type, "mood", Guard.none),
    ]


def test_constructs_that_make_and_drop_are_read() -> None:
    body = """
    from sqlalchemy import schema
    marks = sa.Table("marks", sa.MetaData(), sa.Column("id", sa.Integer()))
    op.execute(schema.CreateSchema("crm", if_not_exists=True))
    op.get_bind().execute(schema.CreateTable(marks))
    op.execute(schema.CreateSequence(sa.Sequence("numbers", schema="crm")))
    sa.Sequence("numbers", schema="crm").drop(op.get_bind())
    op.execute(schema.DropSchema("crm", cascade=True))
    """
    assert [(each.kind, each.item, each.name or each.table, each.guard) for each in acts(body, "postgresql")] == [
        (Kind.create_other, "schema", "crm", Guard.name),
        (Kind.create_table, "", "marks", Guard.none),
        (Kind.create_other, "sequence", "crm.numbers", Guard.none),
        (Kind.drop_other, "sequence", "crm.numbers", Guard.none),
        (Kind.drop_other, "schema", "crm", Guard.none),
    ]
    assert not script("def upgrade():\n    op.execute(sa.schema.DropSequence(sa.Sequence('n')))\n").upgrade.dynamic


@pytest.mark.parametrize(
    "body",
    [
        "from app.helpers import rebuild\nrebuild('t')",
        "from .helpers import rebuild\nrebuild('t')",
        "from app.models import Base\nBase.metadata.create_all(op.get_bind())",
        "op.invoke(something)",
        "exec('op.drop_table(1)')",
        "getattr(op, given())('t')",
    ],
)
def test_what_may_do_anything_is_dynamic(body: str) -> None:
    found = script("def upgrade():\n    " + body.replace("\n", "\n    ") + "\n")
    assert found.upgrade.dynamic


@pytest.mark.parametrize(
    "body",
    ["import logging\nlogging.getLogger('x').info('y')", "import time\ntime.sleep(1)", "print('x')", "x = len('abc')"],
)
def test_what_sends_nothing_is_not_dynamic(body: str) -> None:
    found = script("def upgrade():\n    " + body.replace("\n", "\n    ") + "\n")
    assert not found.upgrade.dynamic
    assert not found.upgrade.statements


# functions, uses, comments


def test_functions_that_do_nothing_or_raise() -> None:
    found = script("def upgrade():\n    '''no'''\n    pass\n\ndef downgrade():\n    raise NotImplementedError('no')\n")
    assert (found.upgrade.empty, found.downgrade.empty, found.downgrade.raises) == (True, False, "NotImplementedError")
    assert not script("").upgrade.present
    other = script(
        "import migkit\nfrom migkit import Unfinished as U\ndef upgrade():\n    raise U('x')\ndef downgrade():\n    raise migkit.Unfinished()\n"
    )
    assert (other.upgrade.raises, other.downgrade.raises) == ("migkit.Unfinished", "migkit.Unfinished")


def test_uses_are_told_with_their_imports_followed() -> None:
    found = script(
        """
        import os as system
        from requests import get
        from .models import User
        KEY = "s3cret"

        def _helper():
            return get("http://x", auth={"password": "p"})

        def upgrade():
            _helper()
            system.environ["X"]
            open("f")
        """
    )
    calls = {(each.name, each.within) for each in found.calls}
    assert {("requests.get", "upgrade"), ("os.environ", "upgrade"), ("open", "upgrade")} <= calls
    assert [(each.module, each.names, each.level) for each in found.imports if each.level] == [("models", ("User",), 1)]
    assert [(each.name, each.value) for each in found.texts if each.name in ("KEY", "password")] == [
        ("KEY", "s3cret"),
        ("password", "p"),
    ]


def test_comments_know_their_statement() -> None:
    source = """
    def upgrade():
        # migkit: ignore[a] above
        op.execute(
            "DROP TABLE a"  # migkit: ignore[b] within
        )
        op.drop_table("x")  # migkit: ignore[c] behind
        if given():  # migkit: ignore[d] of the header
            op.drop_table("y")
    """
    found = script(source).comments
    first = line(source, "op.execute(")
    assert [(each.text[15:16], each.first - first, each.until - first) for each in found] == [
        ("a", 0, 2),
        ("b", 0, 2),
        ("c", 3, 3),
        ("d", 4, 4),
    ]


# what is no revision


@pytest.mark.parametrize(
    "source",
    [
        b"def upgrade(:\n",
        b"x = 1\0",
        b"# coding: nonsense\n",
        b"# coding: hex\n78",
        b"x = '\xff'",
        b"x = " + b"(" * 3000 + b")" * 3000,
        b"x = " + b"-" * 100_000 + b"1",
        b"x = 1\n" * (LARGEST // 6 + 1),
        "x = 1".encode("utf-16"),
    ],
)
def test_what_is_no_python_is_a_problem(source: bytes) -> None:
    found = read(Path("x.py"), source, "mysql")
    assert found.problem is not None
    assert found.problem.span.line >= 1


def test_nothing_is_run(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    source = f"import pathlib\npathlib.Path({str(mark)!r}).touch()\nX = open({str(mark)!r}, 'w')\nrevision = 'a'\ndef upgrade():\n    open({str(mark)!r}, 'w')\n"
    assert read(Path("x.py"), source.encode(), "mysql").id == "a"
    assert not mark.exists()


_ASKED = "(SELECT COUNT(*) FROM information_schema.columns WHERE table_name = 'c' AND column_name = 'pinned')"


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (
            [
                f"SET @s = (SELECT IF({_ASKED} = 0, 'ALTER TABLE c ADD COLUMN pinned INT', 'SELECT 1'))",
                "PREPARE x FROM @s",
            ],
            ("c", Guard.name),
        ),
        (
            [f"SET @n := {_ASKED}; SET @s := IF(@n > 0, 'DO 0', 'ALTER TABLE c ADD pinned INT'); PREPARE x FROM @s"],
            ("c", Guard.name),
        ),
        (
            ["SET @s = IF(@@version > 8, 'ALTER TABLE c ADD pinned INT', 'DO 0')", "PREPARE x FROM @s"],
            ("c", Guard.unknown),
        ),
        (["PREPARE x FROM 'ALTER TABLE c ADD COLUMN pinned INT'"], ("c", Guard.none)),
    ],
)
def test_what_a_prepared_statement_runs_is_read_where_it_is_run(texts: list[str], told: tuple[str, Guard]) -> None:
    found = sent("\n".join(f'op.execute("{text}")' for text in (*texts, "EXECUTE x", "DEALLOCATE PREPARE x")))
    assert [(act.table, act.guard) for one in found for act in one.acts if act.kind is Kind.add_column] == [told]
    assert {one.reading for one in found} == {Reading.whole}


def test_a_prepared_statement_that_is_put_together_names_its_table() -> None:
    found = sent(
        """
        op.execute("SELECT constraint_name INTO @fk FROM information_schema.key_column_usage LIMIT 1")
        op.execute("SET @s = CONCAT('ALTER TABLE c DROP FOREIGN KEY ', @fk)")
        op.execute("PREPARE x FROM @s")
        op.execute("EXECUTE x")
        """
    )[-1]
    assert (found.reading, found.names) == (Reading.names, {"c"})


def test_a_prepared_statement_that_is_not_known_may_be_anything() -> None:
    assert [one.reading for one in sent('op.execute("PREPARE x FROM @s")\nop.execute("EXECUTE x")')] == [
        Reading.nothing
    ] * 2


def test_an_index_that_is_made_on_the_connection_is_an_act() -> None:
    found = sent(
        """
        notes = sa.Table("notes", sa.MetaData(), autoload_with=op.get_bind())
        sa.Index("ix_a", notes.c.a, notes.c["b"], unique=True).create(op.get_bind())
        """
    )
    ((table, name, key),) = [(act.table, act.name, act.key) for one in found for act in one.acts]
    assert (table, name, key and (key.kind, key.columns)) == ("notes", "ix_a", ("unique", ("a", "")))


def test_an_empty_comment_is_none() -> None:
    assert [
        act.column and act.column.comment for act in acts("op.execute(\"ALTER TABLE t ADD a INT COMMENT ''\")")
    ] == [False]
