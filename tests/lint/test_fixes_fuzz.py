"""Whatever a revision says and wherever a finding points, a fix is Python still, or there is none."""

from __future__ import annotations

import ast
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from migkit.inspection.fixing import edited
from migkit.lint import Found
from migkit.lint.fixes import FIXERS, fix
from migkit.lint.fixes.place import Place
from migkit.model.script import Span

_TEXTS = st.sampled_from(
    [
        '"ALTER TABLE t ADD c INT, ALGORITHM=INSTANT, LOCK=NONE"',
        "'''\n  ALTER TABLE t LOCK=NONE,\n  ALGORITHM=INSTANT; SELECT 1\n'''",
        "\"UPDATE t SET é = ' :a' \" r\"AND b = ':b\\d'\"",
        "f\"SET x = ' :y' {name!r:>{width}}\"",
        '"CREATE INDEX ix\\n ON t (a)"',
        '"""DROP INDEX\nix"""',
        '("a"  # :why\n  " :b")',
        "b':c'",
        '"\\N{BULLET}:d \\x3a:e"',
    ]
)
_ARGUMENTS = st.lists(
    st.one_of(
        _TEXTS,
        st.sampled_from(["*more", "**more", "unique=True", "schema='s'", "table_name='t'", "if_exists=True", "['a']"]),
        st.sampled_from(["sa.Column('a', sa.Integer)", "sa.Column('a', sa.Enum('x'))", "op.f('ix')", "None"]),
    ),
    max_size=4,
).map(
    lambda given: ", ".join(
        sorted(given, key=lambda one: (one.startswith("**"), "=" in one.split("(")[0] and one[0] not in "\"'fb"))
    )
)
_NAMES = st.sampled_from(
    ["execute", "create_index", "drop_index", "create_table", "add_column", "drop_column", "create_index_if_missing"]
)
_SENSIBLE = st.sampled_from(
    [
        "op.create_index('ix', 't', ['a'])",
        "op.create_index(\n        'ix',\n  't', # é\n        columns=['a'],\n    )",
        "op.drop_index(op.f('ix'), table_name='t', if_exists=True)",
        "op.create_index_if_missing('ix', 't', ['a'])",
        'op.execute("""\n CREATE UNIQUE INDEX ix\n  ON t (a)""")',
        "op.drop_table('t')",
    ]
)
_ODD = st.builds("{}.{}({})".format, st.sampled_from(["op", "batch_op", "op.get_bind()"]), _NAMES, _ARGUMENTS)
_SENT = st.builds("op.execute({})".format, _TEXTS)
_CALLS = st.one_of(_SENSIBLE, _SENT, _ODD)
_PLAIN = ["    {}\n", "    {}  # é why\n"]
_SHAPES = st.sampled_from(
    [*_PLAIN * 4, "    if x:\n        {}\n", "    with y() as z:\n        {}\n", "    {}; pass\n", "    a = {}\n"]
)
_BODIES = st.lists(st.builds(str.format, _SHAPES, _CALLS), min_size=1, max_size=2).map("".join)
_FILES = st.builds(
    "{}\n\n\ndef upgrade():\n{}\n\ndef downgrade():\n{}".format,
    st.sampled_from(["from alembic import op\nimport sqlalchemy as sa", "from alembic import op as op", '"""é"""', ""]),
    _BODIES,
    _BODIES,
)
_PLACES = re.compile(r"op\.|ALTER|CREATE|DROP|:")


@settings(max_examples=400, deadline=None)
@given(_FILES, st.sampled_from(sorted(FIXERS)), st.integers(0, 40))
def test_a_fix_leaves_python_and_touches_nothing_else(text: str, rule: str, number: int) -> None:
    try:
        place = Place(text)
    except SyntaxError:
        return
    body = text.index("def upgrade")
    places = [body, *(match.start() for match in _PLACES.finditer(text, body))]
    at = places[number % len(places)]
    before = text[:at]
    span = Span(before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1)
    way = fix(rule, Found("", span, ""), place)
    if way is None:
        return
    made = edited(text, way.edits)
    ast.parse(made)
    assert made != text
    if rule in ("instant-with-lock", "text-bind-colon"):
        assert _shape(made) == _shape(text)


def _shape(text: str) -> str:
    """Give what a file does, whatever its texts say."""
    return re.sub(r"Constant\(value=(?:'.*?(?<!\\)'|\".*?(?<!\\)\")\)", "Constant()", ast.dump(ast.parse(text)))
