"""When PostgreSQL writes a table anew: held against what the servers were seen to do, and silent on what was not."""

from __future__ import annotations

import re

import pytest

from migkit.lint.rewriting import Rewrite, rewrite
from tests.server.facts.locks_postgresql import FACTS, ROWS

_ALTER = re.compile(r"ALTER COLUMN (?P<name>\w+) TYPE (?P<type>[\w(), ]+?)(?: USING (?P<using>.+))?$")
_TYPES = r"int|text|varchar\(\d+\)|numeric\(10,2\)|timestamp|mood|char\(4\)|json"
_COLUMN = re.compile(rf"\b(?P<name>\w+) (?P<type>{_TYPES})(?=[,) ])")
_NOTES = next(one for one in ROWS if "TABLE notes (" in one)
COLUMNS = {match["name"]: match["type"].upper() for match in _COLUMN.finditer(_NOTES)}
ENUMS = {"mood", "mood_new"}
MEASURED = [fact for fact in FACTS if fact.rule == "pg-type-rewrite" and "TIME ZONE '" not in fact.ran.split(";")[0]]


@pytest.mark.parametrize("fact", MEASURED, ids=lambda fact: fact.ran.partition("COLUMN ")[2])
def test_the_answer_is_what_the_servers_were_seen_to_do(fact: object) -> None:
    match = _ALTER.search(fact.ran)  # type: ignore[attr-defined]
    assert match
    wanted = Rewrite.yes if "anew" in str(fact.says) else Rewrite.no  # type: ignore[attr-defined]
    said = rewrite(COLUMNS[match["name"]], match["type"].upper(), match["using"] or "", match["name"], ENUMS)
    assert said is wanted


def test_the_facts_are_of_both_kinds() -> None:
    assert {("anew" in str(fact.says)) for fact in MEASURED} == {True, False}
    assert len(MEASURED) > 15


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", "BIGINT"),
        ("INT", ""),
        ("VARCHAR(40)", "EMAIL"),  # a domain over text would write nothing
        ("EMAIL", "TEXT"),
        ("INT[]", "BIGINT[]"),
        ("GEOMETRY(POINT,4326)", "GEOMETRY"),
        ("TIME", "TIMETZ"),
        ("VARCHAR({})", "TEXT"),
    ],
)
def test_what_is_not_known_is_not_said(old: str, new: str) -> None:
    assert rewrite(old, new, "", "c") is Rewrite.unknown


@pytest.mark.parametrize(
    ("old", "new"),
    [("INTEGER", "INT4"), ("CHARACTER VARYING(40)", "VARCHAR(40)"), ("TIMESTAMP WITHOUT TIME ZONE", "TIMESTAMP(6)")],
)
def test_another_spelling_is_the_same_type(old: str, new: str) -> None:
    assert rewrite(old, new, "", "c") is Rewrite.no


def test_a_time_zone_writes_anew_unless_the_session_is_in_utc() -> None:
    assert rewrite("TIMESTAMP", "TIMESTAMPTZ", "", "c") is Rewrite.zone
    assert rewrite("TIMESTAMPTZ", "TIMESTAMP WITHOUT TIME ZONE", "", "c") is Rewrite.zone
    assert rewrite("TIMESTAMP", "TIMESTAMPTZ", "c AT TIME ZONE 'UTC'", "c") is Rewrite.yes


@pytest.mark.parametrize("using", ["name", '"name"', "name::text", "(name)", "CAST(name AS text)", "name::varchar(80)"])
def test_a_conversion_that_is_a_plain_cast_changes_nothing(using: str) -> None:
    assert rewrite("VARCHAR(40)", "VARCHAR(80)", using, "name") is Rewrite.no


@pytest.mark.parametrize("using", ["upper(name)", "name || ''", "other", "trim(name)::text", "name::text::mood"])
def test_any_other_conversion_writes_anew(using: str) -> None:
    assert rewrite("VARCHAR(40)", "VARCHAR(80)", using, "name") is Rewrite.yes
