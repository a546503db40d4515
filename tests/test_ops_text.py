"""What operations write arrives as it was meant: names, literals and blocks, whatever stands in them."""

from __future__ import annotations

import re
import sqlite3

import pytest
import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from hypothesis import given, settings
from hypothesis import strategies as st

from migkit.model.changes import Column, Index
from migkit.ops import GuardedOperation
from migkit.ops.acts import Act, subject
from migkit.ops.core import execute
from migkit.ops.literals import literal
from migkit.ops.postgresql import FAMILY as POSTGRESQL
from migkit.ops.postgresql_block import tagged
from migkit.ops.postgresql_words import created
from migkit.ops.sqlite import FAMILY as SQLITE
from migkit.ops.where import Where

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=30)
NASTY = st.lists(st.sampled_from(["$", "$$", "migkit", "_", "'", '"', ":a", "%s", "\\", ";", "--", "\n", "é"])).map(
    "".join
)
NAMES = (TEXT | NASTY).filter(lambda name: name.strip(". \n\r\t") != "" and "." not in name)
MEMORY = sa.create_engine("sqlite://")


@given(TEXT | NASTY)
def test_a_tag_never_ends_before_its_text(text: str) -> None:
    written = tagged(tagged(text))
    for _ in range(2):
        tag = re.match(r"\$[^$]*\$", written)
        assert tag is not None
        inner, end, rest = written[tag.end() :].partition(tag[0])
        assert (end, rest) == (tag[0], "")
        written = inner
    assert written == text


@settings(max_examples=60, deadline=None)
@given(
    TEXT | NASTY,
    st.binary(max_size=9),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-(2**63), 2**63 - 1),
)
def test_values_arrive(text: str, data: bytes, number: float, whole: int) -> None:
    values = (text, data, number, whole, None, True)
    written = ", ".join(SQLITE.literal(value) for value in values)
    with MEMORY.connect() as connection:
        assert tuple(execute(connection, f"SELECT {written}").fetchone()) == values
    session = sqlite3.connect(":memory:")
    assert session.execute(f"SELECT {written}").fetchone() == values
    session.close()


@settings(max_examples=60, deadline=None)
@given(NAMES, NAMES, TEXT | NASTY)
def test_a_script_of_postgresql_is_one_block_whatever_its_names_are(table: str, name: str, value: str) -> None:
    where = Where("a1", "upgrade", True, sa.create_engine("postgresql+psycopg2://").dialect)
    part = Column(table, name, f"text DEFAULT {POSTGRESQL.literal(value)}")
    for verb in ("create", "drop"):
        for piece in (part, Index(table, name, ("a",))):
            for sql in POSTGRESQL.guarded(where, Act(verb, piece)):
                opened = re.match(r"DO (\$[^$]*\$)", sql)
                assert opened is not None
                assert sql.endswith(opened[1])
                assert sql.count(opened[1]) == 2


@given(TEXT, TEXT)
def test_what_a_mark_calls_an_object_fits_and_tells_objects_apart(first: str, second: str) -> None:
    long = "x" * 300
    names = {subject(Column("t", long + one)) for one in (first, second)}
    assert all(len(name) <= 200 for name in names)
    assert len(names) == len({first, second})


def test_a_text_of_postgresql_means_the_same_whatever_standard_conforming_strings_says() -> None:
    assert POSTGRESQL.literal("a'b") == "'a''b'"
    assert POSTGRESQL.literal("a\\'b") == "E'a\\\\''b'"
    assert literal({"days": 28}, bytes.hex, repr) == repr('{"days": 28}')


@pytest.mark.parametrize("apart", ["concurrently", "postgresql_concurrently"])
def test_an_index_with_options_of_sqlalchemy_keeps_its_condition_its_method_and_concurrently(apart: str) -> None:
    options = {"where": "b <> ':x 5%'", "using": "btree", "postgresql_include": ["b"], apart: True}
    operation = GuardedOperation("create_index_if_missing", ("ix", "t", ["a"]), {**options, "unique": True})
    (act,) = operation.acts(MigrationContext.configure(dialect_name="postgresql"))
    assert POSTGRESQL.alone(act)
    assert isinstance(act.piece, Index)
    wanted = "CREATE UNIQUE INDEX CONCURRENTLY ix ON t USING btree (a) INCLUDE (b) WHERE b <> ':x 5%'"
    assert created(act.piece) == (wanted,)
