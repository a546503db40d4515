"""What the rules say that servers do, asked of the servers."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from migkit.engines import parse
from migkit.lint.rule import Rule, holds
from migkit.lint.rules import ALL
from migkit.model import Database, Server
from migkit.servers import databases
from tests.server.conftest import Serve, administrated
from tests.server.facts import CI, Fact, absent_in_ci, facts, seen

STATED = ("acceptance", "locks")  # groups whose rules say what servers do
WRITE = os.environ.get("MIGKIT_SEEN") == "write"
CASES = [
    pytest.param(fact, engine, id=f"{fact.rule}-{engine}")
    for fact in facts()
    for engine in fact.engines
    if not absent_in_ci(engine)
]


@pytest.mark.server
@pytest.mark.parametrize(("fact", "engine"), CASES)
def test_servers_answer_as_the_rule_says(fact: Fact, engine: str, serve: Serve) -> None:
    with opened(serve(engine)) as connection:
        for statement in fact.before:
            connection.exec_driver_sql(statement)
        answer = fact.answer(connection, fact.ran)
    assert re.fullmatch(fact.wanted(engine), answer, re.DOTALL), f"{fact.ran}\n{answer}"
    if WRITE:
        seen.write(fact, engine, answer)
    assert seen.said(seen.read(), fact, engine) == answer, "MIGKIT_SEEN=write writes it"


def test_what_was_seen_is_of_these_facts() -> None:
    listed = {(fact.rule, engine, seen.shown(fact)) for fact in facts() for engine in fact.engines}
    known = seen.read()
    held = {(rule, engine, one["ran"]) for rule, told in known.items() for engine in told for one in told[engine]}
    assert held == listed


def test_no_fact_stands_twice() -> None:
    listed = [(fact.rule, engine, seen.shown(fact)) for fact in facts() for engine in fact.engines]
    assert len(set(listed)) == len(listed)


@pytest.mark.parametrize("rule", [one for one in ALL.values() if one.group in STATED], ids=lambda rule: rule.name)
def test_what_a_rule_says_of_a_server_is_confirmed_on_each(rule: Rule) -> None:
    confirmed = {engine for fact in facts() if fact.rule == rule.name for engine in fact.engines}
    claimed = {engine for engine in CI if holds(rule, parse(engine))}
    assert claimed <= confirmed


@pytest.mark.parametrize("fact", facts(), ids=lambda fact: fact.rule)
def test_facts_name_engines_that_the_kit_knows(fact: Fact) -> None:
    assert fact.engines
    assert [parse(engine).name for engine in fact.engines] == list(fact.engines)


@contextmanager
def opened(server: Server) -> Iterator[Any]:
    """Give a connection to a fresh database as `tests.server.facts.measuring` wants it."""
    with databases.throwaway(server) as database, _connected(database) as connection:
        connection.info["family"] = server.engine.family
        with _connected(administrated(database)) as administrator:
            connection.info["administrator"] = administrator
            yield connection


@contextmanager
def _connected(database: Database) -> Iterator[Any]:
    engine = sa.create_engine(databases.url(database), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        yield connection.execution_options(no_parameters=True)
    engine.dispose()
