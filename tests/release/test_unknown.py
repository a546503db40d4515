"""Where the SQL of a release is not known, no line says that it holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import URL

from migkit import engines, planning
from migkit.address import Address
from migkit.gate import Need
from migkit.model import Check, Journal, Revision, Target
from migkit.model.release import Plan, PlannedRevision, PlannedStatement, Precondition
from migkit.preflight.privileges import needed, privileges, tables
from migkit.preflight.traffic import traffic
from migkit.targets import Declared

ASKS = "it asks the database while it runs (line 10)"
DESCRIBED = "-- op.add_column: add column calls.note"
HOLDS = Precondition("nulls", "t", "SELECT 0", "no rows of t hold NULL in c", ok=True, count=0)
EVERYTHING = "GRANT ALL PRIVILEGES ON *.* TO `app`@`%`"


def found(name: str = "mysql:9.7") -> Declared:
    target = Target("production", Journal(Path()), url="ini", hosts=("db:1",))
    return Declared(target, engines.parse(name), Address("db", 1, "", "app"), URL.create("mysql"))


def statement(sql: str, **fields: Any) -> PlannedStatement:
    return PlannedStatement(1, sql, **fields)


def plan(*statements: PlannedStatement, unknown: str = "") -> Plan:
    revision = PlannedRevision(Revision("r1", "r1", Path("r1.py"), ()), "upgrade", statements, unknown=unknown)
    return Plan("production", "db:1/app", "upgrade", ("r0",), ("r1",), (revision,))


def told(checks: Any) -> list[tuple[bool | None, str]]:
    return [(one.ok, one.message) for one in checks]


UNKNOWN = [plan(unknown=ASKS), plan(statement(DESCRIBED, table="calls"), unknown=ASKS)]


@pytest.mark.parametrize("made", UNKNOWN)
def test_what_an_unknown_revision_blocks_and_asks_is_not_known(made: Plan) -> None:
    assert told(planning.blocked(made, 100, ())) == [(None, f"r1: not known what it blocks: {ASKS}")]
    assert told(planning.unmet(made)) == [(None, f"r1: not known what it asks of rows: {ASKS}")]


def test_what_is_known_of_such_a_revision_is_told_beside() -> None:
    blocks = plan(statement(DESCRIBED, table="calls", blocks="writes", rows=101), unknown=ASKS)
    assert [one.ok for one in planning.blocked(blocks, 100, ())] == [False, None]
    met = plan(statement("ALTER …", preconditions=(HOLDS,)), unknown=ASKS)
    assert [one.ok for one in planning.unmet(met)] == [True, None]


def test_a_table_that_was_not_measured_is_named() -> None:
    made = plan(statement("ALTER TABLE calls ADD note INT", table="calls", unjudged="no table calls was found"))
    said = "r1 statement 1: not known what it blocks: no table calls was found"
    assert told(planning.blocked(made, 100, ())) == [(None, said)]


@pytest.mark.parametrize("name", ["mysql:9.7", "postgresql:15"])
def test_what_it_takes_to_call_something_is_known_and_no_more(name: str) -> None:
    wanted = needed(found(name), plan(statement("CALL tidy()")), "v")
    assert Need("EXECUTE", "routine", "tidy") in wanted.needs
    assert wanted.unread == ["r1, statement 1"]


@pytest.mark.parametrize(
    "sql", [DESCRIBED, "GRANT SELECT ON t TO a", "DROP DATABASE x", "EXECUTE made", "CREATE USER a"]
)
def test_what_is_not_read_is_not_known_to_be_allowed(sql: str) -> None:
    assert needed(found(), plan(statement(sql)), "v").unread == ["r1, statement 1"]


@pytest.mark.parametrize("sql", ["DROP TABLE t", "UPDATE t SET a = 1", "DO SLEEP(1)", "CREATE VIEW v AS SELECT 1"])
def test_what_is_read_is(sql: str) -> None:
    assert needed(found(), plan(statement(sql)), "v").unread == []


def test_what_is_applied_needs_nothing_more() -> None:
    made = plan(statement("CALL tidy()", applied=True))
    assert needed(found(), made, "v").unread == []
    assert tables(made, "mysql") == ({}, [])


def looked(made: Plan) -> Check:
    (check,) = privileges(lambda sql, **_bound: [("app@%" if "USER" in sql else EVERYTHING,)], found(), made, "v")
    return check


def test_that_the_login_has_what_is_needed_is_said_only_where_all_is_known() -> None:
    assert looked(plan(statement("DROP TABLE t"))).ok is True
    check = looked(plan(statement("DROP TABLE t"), statement(DESCRIBED, table="calls")))
    assert (check.ok, check.message) == (None, "not known of r1, statement 1")
    check = looked(plan(unknown=ASKS))
    assert (check.ok, check.message) == (None, f"not known of r1 ({ASKS})")


def test_the_table_of_what_is_only_described_is_concerned() -> None:
    assert tables(plan(statement(DESCRIBED, table="calls")), "mysql") == ({"calls": ["r1, statement 1"]}, [])
    assert tables(plan(statement("CALL tidy()")), "mysql") == ({}, ["r1, statement 1"])
    assert tables(UNKNOWN[1], "mysql") == ({"calls": ["r1, statement 1"]}, [f"r1 ({ASKS})"])


def held(made: Plan) -> Check:
    by_name = {one.check: one for one in traffic(lambda _sql, **_bound: [], found("mariadb:10.11"), made)}
    return by_name["traffic: transactions"]


def test_that_nothing_is_in_the_way_is_said_only_where_the_tables_are_known() -> None:
    assert held(plan()).ok is True
    assert held(plan(statement("DROP TABLE t"))).ok is True
    check = held(plan(unknown=ASKS))
    assert (check.ok, check.message) == (None, f"not known which tables are concerned by r1 ({ASKS})")
    check = held(plan(statement("DROP TABLE t"), statement("CALL tidy()")))
    said = "nothing holds t for long; not known which tables are concerned by r1, statement 1"
    assert (check.ok, check.message) == (None, said)
