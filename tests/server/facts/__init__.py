"""What the rules say that servers do, as statements that a server can be asked: one module for each subject.

A module holds `FACTS: tuple[Fact, ...]` and is named in `SUBJECTS`. `tests/server/test_rule_facts.py` runs each fact on
each of its engines, holds the answer against its `says`, and against docs/rules/seen.json, from which the pages of the
rules have what was seen. `MIGKIT_SEEN=write` writes that file.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.server.facts.measuring import answered

MYSQL = ("mysql:9.7",)
MARIADB = ("mariadb:10.11", "mariadb:11.8")
BOTH = (*MYSQL, *MARIADB)
POSTGRESQL = ("postgresql:15", "postgresql:17", "postgresql:18")
SQLITE = ("sqlite",)
CI = frozenset(
    {"mysql:9.7", "mariadb:10.11", "postgresql:15", "postgresql:17", "sqlite"}
)  # the others: where an image is
SUBJECTS = (
    "acceptance",
    "data",
    "locks_mysql",
    "locks_postgresql",
    "repeatability",
    "reversibility",
    "words",
    "foreign_keys",
    "modifying",
    "rewrites_mysql",
)


@dataclass(frozen=True, slots=True)
class Fact:
    """A statement, and what servers answer.

    `ran` is measured in a fresh database after the statements `before`, by `answer(connection, ran)`: what it gives
    goes into seen.json. `says` is a regular expression that the whole answer must match, or one for each engine (by
    name, or by family): without that, the rule is not confirmed. `shown` is what the page shows of `ran` where it is
    long, or what it is preceded by.
    """

    rule: str
    engines: tuple[str, ...]
    ran: str
    says: str | Mapping[str, str]
    before: tuple[str, ...] = ()
    answer: Callable[[Any, str], str] = answered
    shown: str = ""

    def wanted(self, engine: str) -> str:
        """Give the expression that the answer of an engine must match."""
        if isinstance(self.says, str):
            return self.says
        return self.says.get(engine) or self.says[engine.partition(":")[0]]


def facts() -> tuple[Fact, ...]:
    """Give the facts of all subjects."""
    modules = (importlib.import_module(f"tests.server.facts.{subject}") for subject in SUBJECTS)
    return tuple(fact for module in modules for fact in module.FACTS)


def absent_in_ci(engine: str) -> bool:
    """Whether CI has no such server: a fact about it is measured where the image is."""
    return bool(os.environ.get("CI")) and engine not in CI
