"""The rules, one module for each subject; a subject is in force once its module is named here.

`ALL` has each rule by its name, in the order of the subjects.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

from migkit.lint.rule import Rule

SUBJECTS: tuple[str, ...] = (
    "comments",
    "graph",
    "naming",
    "history",
    "released",
    "conventions",
    "secrets",
    "repeatability",
    "reversibility",
    "unknown",
    "there",
    "data",
    "gone",
    "rows",
    "locks_postgresql",
    "rewrites_postgresql",
    "acceptance",
    "types",
    "words",
    "foreign_keys",
    "in_use",
    "modifying",
    "alembic_refuses",
    "locks_mysql",
    "rewrites_mysql",
    "isolation",
)  # fmt: skip


@cache
def all_rules() -> Mapping[str, Rule]:
    """Give each rule by its name."""
    found: dict[str, Rule] = {}
    for subject in SUBJECTS:
        rules: tuple[Rule, ...] = import_module(f"migkit.lint.rules.{subject}").RULES
        for rule in rules:
            assert rule.name not in found, f"two rules are called {rule.name}"
            found[rule.name] = rule
    return MappingProxyType(found)


def __getattr__(name: str) -> Mapping[str, Rule]:
    """Give `ALL`, which loads the subjects when it is first asked for: the rest of the kit needs none of them."""
    if name == "ALL":
        return all_rules()
    raise AttributeError(name)
