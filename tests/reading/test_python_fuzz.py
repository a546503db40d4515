"""Whatever the bytes of a file are, a Script comes of them: no exception, no run, bounded work."""

from __future__ import annotations

import ast
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migkit.model.script import Act, Function, Script, Span
from migkit.product import Family
from migkit.reading import FAULT, read
from migkit.reading.run import MOST

_ROOT = Path(__file__).parents[2]
_FAMILIES: tuple[Family, ...] = ("mysql", "mariadb", "postgresql", "sqlite")
_FILES = sorted(
    file
    for folder in ("examples", "tests/corpora", "tests/histories", "tests/corpus")
    for file in (_ROOT / folder).rglob("versions/*.py")
)
_SETTINGS = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))

_NAMES = st.sampled_from(["op", "sa", "x", "y", "bind", "upgrade", "text", "batch_op", "inspect", "a", "revision"])
_TEXTS = st.sampled_from(
    ["DROP TABLE t", "a {} b", "%s", "{x}", "ALTER TABLE t ADD a INT; DROP TABLE b", "é\\\\:x", "", "mysql"]
)
_METHODS = st.sampled_from(
    [
        "execute",
        "add_column",
        "create_table",
        "alter_column",
        "drop_index",
        "get_bind",
        "format",
        "join",
        "items",
        "append",
        "has_table",
        "dialect",
        "name",
        "create",
        "Column",
        "String",
        "Enum",
        "batch_alter_table",
        "bulk_insert",
        "strip",
        "autocommit_block",
        "get_context",
        "create_index",
        "create_foreign_key",
        "drop_constraint",
        "rename_table",
        "query",
        "add_column_if_missing",
        "insert_if_missing",
        "create_enum_if_missing",
        "update",
        "where",
        "values",
        "c",
        "f",
        "get",
    ]
)


def _calls(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    arguments = st.lists(inner, max_size=4).map(", ".join)
    keyword = st.builds("{}={}".format, st.sampled_from(["schema", "name", "nullable", "type_", "columns", "x"]), inner)
    return st.one_of(
        st.builds("{}.{}({})".format, inner, _METHODS, arguments),
        st.builds("{}.{}({})".format, inner, _METHODS, keyword),
        st.builds("{}({})".format, _NAMES, arguments),
        st.builds("op.{}({})".format, _METHODS, arguments),
        st.builds("sa.{}({})".format, _METHODS, arguments),
        st.builds("({} + {})".format, inner, inner),
        st.builds("({} % {})".format, inner, inner),
        st.builds("({} * {})".format, inner, inner),
        st.builds("({} if {} else {})".format, inner, inner, inner),
        st.builds("({} not in {})".format, inner, inner),
        st.builds("({} == {})".format, inner, inner),
        st.builds("(not {} and {})".format, inner, inner),
        st.builds("[{}, *{}]".format, inner, inner),
        st.builds("{{{}: {}}}".format, inner, inner),
        st.builds("{}[{}]".format, inner, inner),
        st.builds("{}[{}:]".format, inner, inner),
        st.builds("[{} for x in {}]".format, inner, inner),
        st.builds("(lambda x: {})({})".format, inner, inner),
        st.builds("f'a{{{}}}b'".format, _NAMES),
    )


_EXPRESSIONS = st.recursive(
    st.one_of(
        _NAMES, _TEXTS.map(repr), st.integers(-3, 10**20).map(str), st.sampled_from(["None", "True", "b'x'", "1.5"])
    ),
    _calls,
    max_leaves=12,
)


def _blocks(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    body = st.lists(inner, min_size=1, max_size=3).map(lambda each: "\n".join(each).replace("\n", "\n    "))
    return st.one_of(
        st.builds("if {}:\n    {}\nelse:\n    {}".format, _EXPRESSIONS, body, body),
        st.builds("for x in {}:\n    {}".format, _EXPRESSIONS, body),
        st.builds("while {}:\n    {}".format, _EXPRESSIONS, body),
        st.builds("with {} as x:\n    {}".format, _EXPRESSIONS, body),
        st.builds("try:\n    {}\nexcept {}:\n    {}\nfinally:\n    {}".format, body, _EXPRESSIONS, body, body),
        st.builds("def {}(a, *b, x={}, **y):\n    {}".format, _NAMES, _EXPRESSIONS, body),
        st.builds("class {}(str, Enum):\n    {}".format, _NAMES, body),
        st.builds("match {}:\n    case [x, *y]:\n        {}".format, _EXPRESSIONS, _EXPRESSIONS),
    )


_STATEMENTS = st.recursive(
    st.one_of(
        _EXPRESSIONS,
        st.builds("{} = {}".format, _NAMES, _EXPRESSIONS),
        st.builds("x, y = {}".format, _EXPRESSIONS),
        st.builds("{} += {}".format, _NAMES, _EXPRESSIONS),
        st.builds("return {}".format, _EXPRESSIONS),
        st.builds("raise {}".format, _EXPRESSIONS),
        st.builds("x[{}] = {}".format, _EXPRESSIONS, _EXPRESSIONS),
        st.sampled_from(["pass", "import os as x", "from alembic import op", "del x", "yield x"]),
    ),
    _blocks,
    max_leaves=6,
)


def _sound(script: Script, source: bytes) -> None:
    """Hold what must hold of any Script: its places lie in the file, and its parts are as they are promised."""
    if script.problem is not None:
        assert not script.problem.message.startswith(FAULT), script.problem.message
        return
    lines = source.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for function in (script.upgrade, script.downgrade):
        assert len(function.statements) <= MOST
        for span in _spans(function):
            assert 1 <= span.line <= max(1, span.end_line) <= len(lines), span
            assert span.column >= 1
    for act in (act for each in script.upgrade.statements for act in each.acts):
        assert isinstance(act.name, str)
        assert isinstance(act.table, str)


def _spans(function: Function) -> list[Span]:
    acts: list[Act] = [act for each in function.statements for act in each.acts]
    return (
        [each.span for each in function.statements] + [act.span for act in acts if act.span.line] + [*function.dynamic]
    )


@_SETTINGS
@given(st.binary(max_size=400), st.sampled_from(_FAMILIES))
def test_bytes(source: bytes, family: Family) -> None:
    _sound(read(Path("x.py"), source, family), source)


@_SETTINGS
@given(st.text(max_size=300), st.sampled_from(_FAMILIES))
def test_text_in_a_statement(sql: str, family: Family) -> None:
    source = (
        f"from alembic import op\ndef upgrade():\n    op.execute({sql!r})\n    op.execute(f'''{{x}}''' + {sql!r})\n"
    )
    try:
        encoded = source.encode()
    except UnicodeEncodeError:
        return
    _sound(read(Path("x.py"), encoded, family), encoded)


@settings(_SETTINGS, max_examples=300)
@given(st.lists(_STATEMENTS, min_size=1, max_size=5), st.sampled_from(_FAMILIES))
def test_python(statements: list[str], family: Family) -> None:
    body = "\n".join(statements).replace("\n", "\n    ")
    source = f"import sqlalchemy as sa\nfrom alembic import op\nfrom migkit import ops\ndef upgrade(x=1):\n    {body}\n"
    _sound(read(Path("x.py"), source.encode(), family), source.encode())


@pytest.mark.parametrize("seed", range(6))
def test_real_files_with_a_piece_changed(seed: int) -> None:
    """Cut, double and swap pieces of real revisions; what still is Python is gone through."""
    chance = random.Random(seed)
    for file in chance.sample(_FILES, min(40, len(_FILES))):
        source = bytearray(file.read_bytes())
        for _ in range(chance.randint(1, 4)):
            start = chance.randrange(len(source) or 1)
            piece = source[start : start + chance.randint(1, 30)]
            source[start : start + chance.choice((0, len(piece)))] = chance.choice(
                (b"", piece, piece * 2, b"{}", b"'", b"x")
            )
        _sound(read(file, bytes(source), chance.choice(_FAMILIES)), bytes(source))


@pytest.mark.parametrize("seed", range(6))
def test_real_files_with_a_branch_of_their_tree_changed(seed: int) -> None:
    """Swap expressions of real revisions for one another: Python that nobody would write."""
    chance = random.Random(seed)
    for file in chance.sample(_FILES, min(25, len(_FILES))):
        tree = ast.parse(file.read_bytes())
        whole = [node for node in ast.walk(tree) if isinstance(node, ast.expr)]
        for node in chance.sample(whole, min(5, len(whole))):
            for name, value in ast.iter_fields(node):
                if isinstance(value, ast.expr):
                    setattr(
                        node, name, chance.choice([each for each in whole if not isinstance(each, ast.FormattedValue)])
                    )
        try:
            source = ast.unparse(tree).encode()
        except (RecursionError, ValueError):
            continue
        _sound(read(file, source, chance.choice(_FAMILIES)), source)


@pytest.mark.parametrize(
    "source",
    [
        "a = 'x'\n" + "a = a + a\n" * 200 + "def upgrade():\n    op.execute(a)",
        "a = [1, 2]\n" + "a = a + a\n" * 200 + "def upgrade():\n    op.execute(str(a))",
        "a = []\na.append(a)\ndef upgrade():\n    op.execute(a)\n    op.bulk_insert(a, a)",
        "a = 'a' * 1000\n" + "a = a.replace('a', 'aaaaaaaaaa')\n" * 50 + "def upgrade():\n    op.execute(a)",
        "a = 'a' * 1000\n" + "a = a.join([a] * 1000)\n" * 5,
        "a = '{:>1000000000}'.format(1) + '%1000000000d' % 1 + f'{1:>1000000000}' + 'a' * 10**10",
        "def upgrade():\n"
        + "".join("    " * (depth + 1) + f"for x{depth} in range(50):\n" for depth in range(15))
        + "    " * 16
        + "op.drop_table('x')",
        "".join(f"def f{n}():\n    f{n + 1}()\n    f{n + 1}()\n" for n in range(30)) + "def upgrade():\n    f0()",
        "def f(n):\n    return f(n - 1) + f(n - 2)\ndef upgrade():\n    f(100)",
        "f = lambda x: x(x)\ndef upgrade():\n    f(f)",
        "def upgrade():\n    x = [a for a in range(1000) for b in range(1000) for c in range(1000)]",
        "def upgrade():\n    op" + ".a()" * 900,
        "def upgrade():\n    op.execute(" + "+".join(["'a'"] * 900) + ")",
        "def upgrade():\n" + "    op.drop_table('x')\n" * 5000,
        "from alembic import op\ndef upgrade():\n    op.execute('''" + "insert into t values (1);\n" * 5000 + "''')",
    ],
    ids=range(15),
)
def test_work_that_would_not_end_is_left(source: str) -> None:
    _sound(read(Path("x.py"), source.encode(), "postgresql"), source.encode())
