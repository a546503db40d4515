"""Types: what they are whatever they are called, and which holds what another one held."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migkit.lint.columntypes import ColumnType, parse, same
from migkit.lint.fitting import Fit, fit, narrower, wider
from migkit.product import Family

_SAME: list[tuple[Family, str, str]] = [
    ("mysql", "INT(11)", "INTEGER"),
    ("mysql", "INT", "INT4"),
    ("mysql", "BOOL", "TINYINT(1)"),
    ("mysql", "DEC(10,2)", "NUMERIC(10,2)"),
    ("mysql", "DECIMAL", "DECIMAL(10,0)"),
    ("mysql", "DATETIME", "DATETIME(0)"),
    ("mysql", "CHARACTER VARYING(40)", "VARCHAR(40)"),
    ("mysql", "DOUBLE PRECISION", "REAL"),
    ("mysql", "SERIAL", "BIGINT UNSIGNED"),
    ("mysql", "TEXT(100)", "TEXT"),
    ("mysql", "BIGINT(20) UNSIGNED", "BIGINT UNSIGNED"),
    ("mariadb", "ENUM('a','b')", "ENUM('a','b')"),
    ("mariadb", "JSON", "LONGTEXT"),
    ("postgresql", "INT4", "INTEGER"),
    ("postgresql", "BIGSERIAL", "INT8"),
    ("postgresql", "BOOL", "BOOLEAN"),
    ("postgresql", "CHARACTER VARYING(40)", "VARCHAR(40)"),
    ("postgresql", "TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE"),
    ("postgresql", "TIMESTAMP", "TIMESTAMP(6) WITHOUT TIME ZONE"),
    ("postgresql", "TIMETZ(3)", "TIME(3) WITH TIME ZONE"),
    ("postgresql", "FLOAT(53)", "DOUBLE PRECISION"),
    ("postgresql", "FLOAT(10)", "REAL"),
    ("postgresql", "FLOAT", "DOUBLE PRECISION"),
    ("postgresql", "NUMERIC(10)", "DECIMAL(10,0)"),
    ("postgresql", "CHAR", "CHARACTER(1)"),
    ("postgresql", "GEOMETRY(POINT,4326)", "geometry(Point,4326)"),
]
_DIFFERENT: list[tuple[Family, str, str]] = [
    ("mysql", "INT", "INT UNSIGNED"),
    ("mysql", "DATETIME", "DATETIME(6)"),
    ("mysql", "TEXT(100000)", "TEXT"),
    ("mysql", "ENUM('a','b')", "ENUM('b','a')"),
    ("postgresql", "TIMESTAMP", "TIMESTAMPTZ"),
    ("postgresql", "TEXT", "TEXT[]"),
    ("postgresql", "GEOMETRY(POINT,4326)", "GEOMETRY(POLYGON,4326)"),
    ("postgresql", "VARCHAR", "VARCHAR(40)"),
]
_FITS: list[tuple[Family, str, str, Fit]] = [
    ("mysql", "INT(11)", "BIGINT", Fit.wider),
    ("mysql", "BIGINT", "INT", Fit.narrower),
    ("mysql", "INT UNSIGNED", "INT", Fit.narrower),
    ("mysql", "INT", "INT UNSIGNED", Fit.narrower),
    ("mysql", "INT UNSIGNED", "BIGINT", Fit.wider),
    ("mysql", "VARCHAR(255)", "TEXT", Fit.wider),
    ("mysql", "VARCHAR(255)", "TINYTEXT", Fit.narrower),
    ("mysql", "TEXT", "VARCHAR(255)", Fit.narrower),
    ("mysql", "TEXT", "MEDIUMTEXT", Fit.wider),
    ("mysql", "LONGTEXT", "TEXT", Fit.narrower),
    ("mysql", "BLOB", "VARBINARY(100)", Fit.narrower),
    ("mysql", "VARBINARY(100)", "BLOB", Fit.wider),
    ("mysql", "VARCHAR(100)", "VARCHAR(50)", Fit.narrower),
    ("mysql", "ENUM('a','b')", "ENUM('b','a','c')", Fit.wider),
    ("mysql", "ENUM('a','b')", "ENUM('a')", Fit.narrower),
    ("mysql", "ENUM('long')", "VARCHAR(3)", Fit.narrower),
    ("mysql", "VARCHAR(3)", "ENUM('a')", Fit.narrower),
    ("mysql", "DATETIME(6)", "DATETIME", Fit.narrower),
    ("mysql", "DATETIME", "DATETIME(3)", Fit.wider),
    ("mysql", "DATETIME", "TIMESTAMP", Fit.narrower),
    ("mysql", "TIMESTAMP", "DATETIME", Fit.wider),
    ("mysql", "DATETIME", "DATE", Fit.narrower),
    ("mysql", "DOUBLE", "FLOAT", Fit.narrower),
    ("mysql", "JSON", "LONGTEXT", Fit.wider),
    ("mysql", "CHAR(36)", "BINARY(16)", Fit.other),
    ("mysql", "JSON", "INT", Fit.other),
    ("mysql", "{}", "INT", Fit.unknown),
    ("mysql", "", "INT", Fit.unknown),
    ("postgresql", "VARCHAR(20)", "TEXT", Fit.wider),
    ("postgresql", "VARCHAR(20)", "VARCHAR", Fit.wider),
    ("postgresql", "TEXT", "VARCHAR(20)", Fit.narrower),
    ("postgresql", "TEXT", "VARCHAR", Fit.wider),
    ("postgresql", "NUMERIC(10,2)", "NUMERIC(12,2)", Fit.wider),
    ("postgresql", "NUMERIC(10,2)", "NUMERIC(10,4)", Fit.narrower),
    ("postgresql", "NUMERIC(10,2)", "NUMERIC", Fit.wider),
    ("postgresql", "NUMERIC", "NUMERIC(12,2)", Fit.narrower),
    ("postgresql", "INT", "NUMERIC(12,2)", Fit.wider),
    ("postgresql", "INT", "VARCHAR(5)", Fit.narrower),
    ("postgresql", "INT", "VARCHAR(11)", Fit.wider),
    ("postgresql", "INT", "DOUBLE PRECISION", Fit.wider),
    ("postgresql", "BIGINT", "DOUBLE PRECISION", Fit.narrower),
    ("postgresql", "NUMERIC(4,2)", "INT", Fit.narrower),
    ("postgresql", "UUID", "VARCHAR(36)", Fit.wider),
    ("postgresql", "UUID", "VARCHAR(32)", Fit.narrower),
    ("postgresql", "TEXT", "UUID", Fit.other),
    ("postgresql", "VARCHAR(10)[]", "TEXT[]", Fit.wider),
    ("postgresql", "TEXT[]", "VARCHAR(10)[]", Fit.narrower),
    ("postgresql", "TEXT", "TEXT[]", Fit.other),
    ("postgresql", "TIMESTAMP", "TIMESTAMPTZ", Fit.other),
    ("postgresql", "CALL_STATUS", "CALL_STATE", Fit.other),
]
_WORDS = st.sampled_from(
    [
        *("INT", "BIGINT UNSIGNED", "VARCHAR(40)", "TEXT", "DECIMAL(10,2)", "ENUM('a')", "TIMESTAMP(3)", "JSON", "X"),
        *("BLOB", "UUID", "DOUBLE", "CHAR", "TEXT[]", "BINARY(16)", "DATE", "SET('a','b')", "YEAR", "BOOL", "TINYTEXT"),
    ]
)
_FAMILIES = st.sampled_from(["mysql", "mariadb", "postgresql", "sqlite"])


@pytest.mark.parametrize(("family", "one", "other"), _SAME)
def test_a_type_has_one_name(family: Family, one: str, other: str) -> None:
    assert same(one, other, family)
    assert fit(one, other, family) is Fit.same


@pytest.mark.parametrize(("family", "one", "other"), _DIFFERENT)
def test_what_differs_is_not_the_same(family: Family, one: str, other: str) -> None:
    assert not same(one, other, family)


@pytest.mark.parametrize(("family", "old", "new", "expected"), _FITS)
def test_a_type_holds_what_another_one_held(family: Family, old: str, new: str, expected: Fit) -> None:
    assert fit(old, new, family) is expected


def test_parts_of_a_type() -> None:
    assert parse("DECIMAL(10,2) UNSIGNED", "mysql") == ColumnType("decimal", 10, 2, unsigned=True, arguments="10,2")
    labels = parse("ENUM('it''s','b')", "mysql")
    assert labels is not None
    assert labels.values == ("it's", "b")
    assert labels.group == "enum"
    assert parse("VARCHAR({})", "mysql") is None


@given(_WORDS, _FAMILIES)
def test_a_type_is_as_wide_as_itself(one: str, family: Family) -> None:
    assert fit(one, one, family) is Fit.same
    assert wider(one, one, family)
    assert not narrower(one, one, family)


@given(_WORDS, _WORDS, _FAMILIES)
def test_two_types_are_not_each_wider_than_the_other_unless_they_hold_the_same(
    one: str, other: str, family: Family
) -> None:
    if fit(one, other, family) is Fit.wider and fit(other, one, family) is Fit.wider:
        first, second = parse(one, family), parse(other, family)
        assert first is not None
        assert second is not None
        assert {first.group, second.group} <= {"char", "text", "binary", "blob"}


@given(st.text(max_size=60), st.text(max_size=60), _FAMILIES)
def test_any_text_can_be_asked_for(one: str, other: str, family: Family) -> None:
    assert fit(one, other, family) in Fit
