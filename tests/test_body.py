from __future__ import annotations

import ast
import inspect
import io
import sqlite3
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from alembic import op
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects import mysql, postgresql, sqlite

import migkit
import migkit.ops
from migkit.body import Body, body, replaced, unfinished
from migkit.body.executing import execute
from migkit.body.literals import for_text, quoted, tripled
from migkit.body.replacing import settled
from migkit.ddl import statements
from migkit.engines import MARIADB, MYSQL, POSTGRESQL, SQLITE
from migkit.errors import ConfigError
from migkit.model import (
    Alter,
    Change,
    Column,
    Constraint,
    Create,
    Drop,
    Engine,
    Enum,
    EnumValue,
    Index,
    Other,
    Rename,
    Table,
)
from migkit.ops.registration import BUILDS

TEXTS = st.text(
    st.one_of(st.sampled_from("\"'\\:%${}#\n\r\t `a1_\u2028\x00\ud800é;-/"), st.characters(max_codepoint=0x2FFF))
)


class Op:
    """Records what a body executes, as op does."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.calls: list[tuple[str, tuple[object, ...], dict[str, object]]] = []
        self.outside = False

    def execute(self, text: str) -> None:
        self.sent.append(text)

    def get_context(self) -> Op:
        return self

    @contextmanager
    def autocommit_block(self) -> Iterator[None]:
        self.outside = True
        yield
        self.outside = False

    def __getattr__(self, name: str) -> object:
        return lambda *args, **kw: self.calls.append((name, args, kw))


def run(written: Body) -> Op:
    """Run a body as it would stand in a file."""
    op = Op()
    source = f"def upgrade():\n{written.text()}\n"
    names: dict[str, object] = {"op": op, "sa": sa}
    exec(compile(source, "revision.py", "exec"), names)
    names["upgrade"]()  # type: ignore[operator]  # the function
    return op


def compiled(text: str, dialect: sa.Dialect) -> str:
    """Give what the dialect sends for a text without parameters."""
    made = sa.text(text).compile(dialect=dialect)
    assert not made.params
    return str(made)


# --- what arrives ------------------------------------------------------------------------------------------------


@given(TEXTS)
@example("'{\"days\":28}'")
@example(":a:b::c \\:d \\\\:e :")
@example('"""')
@example('\\"')
@example("'''\\")
@example('""""')
def test_a_text_comes_out_of_its_literals_as_it_went_in(text: str) -> None:
    for written in (tripled(text), quoted(text)):
        source = f"x = {written}\n".encode()
        assert ast.literal_eval(ast.parse(source).body[0].value) == text  # type: ignore[attr-defined]  # an assignment


@given(TEXTS)
@example(" :abc:")
@example("\\:x")
@example("a::b \\::c")
@example(":$x :x$ $:x")
@example("x\\\\:y:z")
def test_sqlalchemy_gives_the_statement_back(sql: str) -> None:
    for dialect in (sqlite.dialect(), mysql.dialect(paramstyle="named"), postgresql.dialect(paramstyle="named")):
        assert compiled(for_text(sql), dialect) == sql


@given(TEXTS)
def test_a_percent_sign_is_doubled_for_drivers_that_format_and_for_no_other(sql: str) -> None:
    assert compiled(for_text(sql), mysql.dialect(paramstyle="format")) == sql.replace("%", "%%")


@pytest.mark.parametrize("dialect", ["mysql", "postgresql", "sqlite"])
@settings(max_examples=40)
@given(TEXTS.filter(lambda text: "\t" not in text))  # Alembic writes a tab as four blanks there
def test_alembic_writes_the_statement_into_a_script(dialect: str, text: str) -> None:
    script = io.StringIO()
    opts = {"as_sql": True, "output_buffer": script}
    context = MigrationContext.configure(dialect_name=dialect, dialect_opts={"paramstyle": "named"}, opts=opts)
    with Operations.context(context):
        [sent] = run(Body(execute(f"SELECT '{text}'", SQLITE, verbatim=True))).sent
        op.execute(sent)
    assert script.getvalue() == f"SELECT '{text}';\n\n"


def test_casts_and_times_keep_their_colons() -> None:
    assert for_text("select now()::date, '12:30:00'") == "select now()::date, '12:30:00'"


@given(TEXTS.filter(lambda text: "\x00" not in text))
def test_what_a_body_executes_reaches_sqlite_unchanged(text: str) -> None:
    literal = "'" + text.replace("'", "''") + "'"
    written = Body(execute(f"SELECT {literal}", SQLITE, verbatim=True))
    if any("\ud800" <= one <= "\udfff" for one in text):
        return  # SQLite takes no lone surrogate
    [sent] = run(written).sent
    with sa.create_engine("sqlite://").connect() as connection:
        assert connection.execute(sa.text(sent)).scalar() == text


@given(TEXTS.filter(lambda text: "\x00" not in text))
def test_a_layout_never_changes_a_literal(text: str) -> None:
    default = "'" + text.replace("'", "''") + "'"
    change = Create(Column("t", "a", f"TEXT DEFAULT {default}"))
    other = Create(Column("t", "b", "INTEGER"))
    if any("\ud800" <= one <= "\udfff" for one in text):
        return
    session = sqlite3.connect(":memory:")
    session.execute("CREATE TABLE t (id INTEGER)")
    for sent in run(body((change, other), SQLITE, "sql")).sent:
        session.execute(compiled(sent, sqlite.dialect()))
    session.execute("INSERT INTO t (id) VALUES (1)")
    assert session.execute("SELECT a FROM t").fetchone() == (text,)


@given(st.lists(TEXTS.filter(bool), min_size=1, max_size=3, unique_by=str.lower), TEXTS.filter(bool))
def test_names_never_break_out_of_sql_or_of_python(names: list[str], table: str) -> None:
    if any(bad in one for one in (*names, table) for bad in "\x00") or any(
        "\ud800" <= one <= "\udfff" for one in "".join((*names, table))
    ):
        return
    owner = '"' + table.replace('"', '""') + '"' if "." in table or table[0] == '"' else table
    columns = tuple(Column(owner, name, "TEXT") for name in names)
    session = sqlite3.connect(":memory:")
    if table.lower().startswith("sqlite_"):
        return
    for sent in run(body((Create(Table(owner, columns)),), SQLITE, "sql")).sent:
        session.execute(compiled(sent, sqlite.dialect()))
    assert session.execute("SELECT name FROM sqlite_master").fetchall() == [(table,)]
    quoted_name = table.replace('"', '""')
    assert [row[1] for row in session.execute(f'PRAGMA table_info("{quoted_name}")')] == names


# --- style sql ---------------------------------------------------------------------------------------------------

SEVERAL = (
    Create(Column("customers", "email", "varchar(255) NOT NULL DEFAULT ''")),
    Create(Column("customers", "order", "int")),
)


def test_several_columns_are_one_statement_in_the_conventions_layout() -> None:
    assert body(SEVERAL, MYSQL, "sql").text() == textwrap.indent(
        '''op.execute("""
    ALTER TABLE customers
        ADD COLUMN email varchar(255) NOT NULL DEFAULT '',
        ADD COLUMN `order` int;
""")''',
        "    ",
    )


def test_a_short_statement_stands_on_one_line() -> None:
    assert body((Drop(Table("calls")),), MYSQL, "sql").lines == ('op.execute("""DROP TABLE calls;""")',)


def test_colons_in_a_literal_are_escaped_in_a_raw_string() -> None:
    written = body((Create(Column("t", "a", """json DEFAULT ('{"days":28}')""")),), MYSQL, "sql")
    assert written.lines == ("""op.execute(r\"\"\"ALTER TABLE t ADD COLUMN a json DEFAULT ('{"days"\\:28}');\"\"\")""",)


def test_without_changes_it_passes() -> None:
    assert body((), MYSQL, "sql") == body((), MYSQL, "ops") == Body(("pass",))


def test_what_no_transaction_may_hold_stands_in_one_autocommit_block() -> None:
    changes: tuple[Change, ...] = (
        Create(Index("t", "i", ("a",), concurrently=True)),
        Create(EnumValue("mood", "fine", after="so")),
        Create(Column("t", "b", "int")),
    )
    written = body(changes, POSTGRESQL, "sql")
    assert written.lines == (
        "with op.get_context().autocommit_block():",
        '    op.execute("""CREATE INDEX CONCURRENTLY i ON t (a);""")',
        """    op.execute(\"\"\"ALTER TYPE mood ADD VALUE 'fine' AFTER 'so';\"\"\")""",
        'op.execute("""ALTER TABLE t ADD COLUMN b int;""")',
    )


def test_what_the_server_keeps_word_for_word_is_not_indented_and_gets_no_semicolon() -> None:
    sql = "CREATE TRIGGER touch BEFORE UPDATE ON t FOR EACH ROW\nBEGIN\n    SET @a := ':x';\nEND"
    [sent] = run(body((Create(Other("trigger", "touch", (sql,))),), MYSQL, "sql")).sent
    assert compiled(sent, sqlite.dialect()) == sql


# --- style ops ---------------------------------------------------------------------------------------------------


def test_changes_are_guarded_operations_with_their_import() -> None:
    definition = "varchar(255) DEFAULT 'a:b'"
    changes: tuple[Change, ...] = (
        Create(Column("s.customers", "email", definition, after="name")),
        Alter(Column("customers", "status", "varchar(32)", after="id"), Column("customers", "status", "int", "id")),
        Drop(Column("customers", "legacy")),
        Create(Index("customers", "ix", ('"Email"', "lower(a)"), unique=True, where="a > ':b'")),
        Alter(Index("customers", "iy", definition="CREATE INDEX iy ON customers (a)")),
        Drop(Index("customers", "ix", concurrently=True)),
        Create(Constraint("customers", "uq", "UNIQUE (email)")),
        Drop(Constraint("customers", "fk", "FOREIGN KEY (a) REFERENCES b (c)")),
        Create(Enum("mood", ("a", "b"))),
        Create(EnumValue("mood", "c", before="b")),
        Rename("customers", "a", "b"),
        Rename("", "customers", "clients", "table"),
        Drop(Table("customers")),
    )
    written = body(changes, POSTGRESQL, "ops")
    assert written.imports == ("import sqlalchemy as sa", "import migkit.ops  # noqa: F401")
    found = run(written).calls
    for operation, args, kw in found:
        inspect.signature(BUILDS[operation]).bind(None, *args, **kw)
    assert [name for name, _, _ in found] == [
        "add_column_if_missing", "alter_column_to", "drop_column_if_exists", "create_index_if_missing",
        "create_index_if_missing", "drop_index_if_exists", "create_constraint_if_missing", "drop_constraint_if_exists",
        "create_enum_if_missing", "add_enum_value_if_missing", "rename_column_if_exists", "rename_table_if_exists",
        "drop_table_if_exists",
    ]  # fmt: skip
    assert found[0][1:] == (("customers", "email", definition), {"after": "name", "schema": "s"})
    assert found[1][1:] == (("customers", "status", "varchar(32)"), {})
    name, table, [plain, expression] = found[3][1]  # type: ignore[misc]  # a list
    assert (name, table, plain, str(expression)) == ("ix", "customers", "Email", "lower(a)")
    assert found[3][2] == {"unique": True, "where": "a > ':b'"}
    assert found[4][2] == {"definition": "CREATE INDEX iy ON customers (a)", "replace": True}
    assert found[7][2] == {"type_": "foreignkey"}
    assert found[9][1:] == (("mood", "c"), {"before": "b"})


@pytest.mark.parametrize(
    ("values", "operations"),
    [
        (("a", "b", "c"), [("add_enum_value_if_missing", ("mood", "b"), {"after": "a"})]),
        (("a",), [("drop_enum_value_if_exists", ("mood", "c"), {})]),
        (("c", "a"), [("create_enum_if_missing", ("mood", ["c", "a"]), {"replace": True})]),
    ],
)
def test_an_enum_is_altered_by_guarded_operations(values: tuple[str, ...], operations: list[object]) -> None:
    change = Alter(Enum("mood", values), Enum("mood", ("a", "c")))
    assert list(run(body((change,), POSTGRESQL, "ops")).calls) == operations


def test_a_table_is_one_statement_and_its_indexes_are_operations() -> None:
    table = Table("s.t", (Column("s.t", "id", "int DEFAULT ':x'"),), (), (Index("s.t", "ix", ("id",)),))
    found = run(body((Create(table),), POSTGRESQL, "ops")).calls
    name, text = found[0][1]
    assert (name, found[0][2]) == ("t", {"schema": "s"})
    assert str(text).split() == ["CREATE", "TABLE", "s.t", "(", "id", "int", "DEFAULT", "':x'", ")"]
    assert found[1] == ("create_index_if_missing", ("ix", "t", ["id"]), {"schema": "s"})


def test_what_has_no_operation_is_executed() -> None:
    written = body((Create(Other("view", "v", ("CREATE VIEW v AS SELECT 1",))),), MYSQL, "ops")
    assert written == Body(('op.execute("""CREATE VIEW v AS SELECT 1""")',))


# --- placeholders ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("style", ["sql", "ops"])
@pytest.mark.parametrize("engine", [MYSQL, MARIADB, POSTGRESQL, SQLITE], ids=lambda engine: engine.family)
def test_a_type_that_nobody_gave_raises_and_says_what_to_fill_in(engine: Engine, style: str) -> None:
    written = body((*SEVERAL, Create(Column("customers", "address"))), engine, style)
    with pytest.raises(migkit.Unfinished, match=r"^fill in the type of customers\.address$"):
        run(written)
    without = Body(written.lines[4:])
    assert "<type>" in "".join(without.lines)
    assert len(run(without).sent) + len(run(without).calls) > 0


def test_the_hole_that_is_left_is_refused_by_the_server() -> None:
    written = body((Create(Column("t", "a")),), SQLITE, "sql")
    session = sqlite3.connect(":memory:")
    session.execute("CREATE TABLE t (id INTEGER)")
    [sent] = run(Body(written.lines[4:])).sent
    with pytest.raises(sqlite3.OperationalError, match="syntax error"):
        session.execute(sent)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (Create(Index("t", "ix")), "fill in the columns of the index ix"),
        (Create(Constraint("t", "uq")), "fill in the definition of the constraint uq"),
        (Create(Table("t", (Column("t", "a"),))), "fill in the type of t.a"),
        (Create(Table("t")), "fill in the columns of t"),
        (Create(Other("view", "v")), "write what is to be done to the view v"),
        (Drop(Other("event", "e")), "write what is to be done to the event e"),
    ],
)
def test_every_hole_is_named(change: Change, what: str) -> None:
    with pytest.raises(migkit.Unfinished) as raised:
        run(body((change,), MYSQL, "sql"))
    assert str(raised.value) == what


def test_a_table_that_is_altered_lacks_nothing() -> None:
    written = body((Alter(Table("t", options="ROW_FORMAT=DEFAULT")),), MYSQL, "sql")
    assert written == Body(('op.execute("""ALTER TABLE t ROW_FORMAT=DEFAULT;""")',))


def test_a_body_that_is_to_be_written_says_so() -> None:
    with pytest.raises(migkit.Unfinished, match=r'write "it"'):
        run(unfinished('write "it"'))


# --- bodies put into files ---------------------------------------------------------------------------------------

FILE = '''"""calls_add_column

Revision ID: a1
"""
from alembic import op

revision = "a1"


@measured
def upgrade() -> None:  # up
    """What it does."""
    # ### old
    op.execute("""
        SELECT 1
    """)
    # ### end


# between
def downgrade() -> None: pass
# after
'''


def test_a_body_is_replaced_and_nothing_else_changes() -> None:
    text = replaced(FILE, "upgrade", Body(('op.execute("""', "    SELECT 2", '""")')))
    head, _, tail = FILE.partition("    # ### old\n")
    assert text == f'{head}    op.execute("""\n        SELECT 2\n    """)\n\n\n{tail.split(chr(10) * 3)[1]}'


def test_a_body_on_the_line_of_its_def_is_replaced() -> None:
    text = replaced(FILE, "downgrade", Body(("op.execute('x')",)))
    assert text.endswith("# between\ndef downgrade() -> None:\n    op.execute('x')\n# after\n")


def test_a_function_that_is_missing_is_added() -> None:
    text = replaced(FILE.partition("\n\n# between")[0], "downgrade", unfinished("write it"))
    assert text.endswith(
        '\n\n\ndef downgrade() -> None:\n    from migkit import Unfinished\n\n    raise Unfinished("write it")\n'
    )


def test_imports_are_added_once_behind_those_that_are_there() -> None:
    new = Body(("op.add_column_if_missing('t', 'a', 'int')",), ("import migkit.ops  # noqa: F401",))
    once = replaced(FILE, "upgrade", new)
    assert "from alembic import op\nimport migkit.ops  # noqa: F401\n\nrevision" in once
    assert replaced(once, "upgrade", new) == once


def test_op_is_imported_where_the_file_does_not() -> None:
    text = replaced('"""x"""\nrevision = "a1"\n', "upgrade", Body(("op.execute('x')",)))
    assert text.startswith('"""x"""\nfrom alembic import op\nrevision = "a1"\n')


def test_tabs_and_line_ends_stay_as_they_are() -> None:
    source = "from alembic import op\r\ndef upgrade():\r\n\tpass\r\n"
    text = replaced(source, "upgrade", Body(("if True:", "    op.execute('x')")))
    assert text == "from alembic import op\r\ndef upgrade():\r\n\tif True:\r\n\t    op.execute('x')\r\n"


def test_a_signature_over_several_lines_and_a_docstring_beside_code_are_kept() -> None:
    source = 'def upgrade(\n    a: dict[str, int] = {1: 2},\n) -> "x":\n    """é"""; old()\n    older()\nx = 1\n'
    text = replaced(source, "upgrade", Body(("new()",)))
    assert text == 'def upgrade(\n    a: dict[str, int] = {1: 2},\n) -> "x":\n    """é"""\n    new()\nx = 1\n'


def test_what_the_function_holds_already_is_left_alone() -> None:
    source = "from alembic import op\ndef upgrade():\n    op.execute('first')\n    op.execute( 'x' )\n"
    assert settled(source, "upgrade", Body(('op.execute("x")',))) == source


def test_a_file_that_is_no_python_is_refused_with_its_line() -> None:
    with pytest.raises(ConfigError) as raised:
        replaced("x = 1\ndef upgrade(:\n", "upgrade", Body(("pass",)))
    assert raised.value.line == 2


@given(TEXTS, TEXTS)
def test_any_file_stays_python_and_keeps_its_other_function(first: str, second: str) -> None:
    source = f"x = {quoted(second)}\n\ndef upgrade():\n    {tripled(first)}\n    {tripled(second)}\n\ny = 1\n"
    new = Body((f"op.execute({tripled(second)})",))
    tree = ast.parse(replaced(source, "upgrade", new).encode())
    found = next(node for node in tree.body if isinstance(node, ast.FunctionDef))
    assert ast.dump(found.body[-1]) == ast.dump(ast.parse(new.lines[0].encode()).body[0])
    assert ast.get_docstring(found, clean=False) == first
    assert isinstance(tree.body[-1], ast.Assign)


def test_statements_of_a_body_are_those_of_ddl() -> None:
    sent = run(body(SEVERAL, MYSQL, "sql")).sent
    assert [" ".join(one.split()).rstrip(";") for one in sent] == [
        " ".join(one.split()) for one in statements(SEVERAL, MYSQL)
    ]
