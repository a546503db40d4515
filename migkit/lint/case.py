"""What a rule is asked about: one revision on the schema as it stands before it, or the history as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Any

from migkit.lint.state import State, TableModel
from migkit.model import Direction, Engine, Schema
from migkit.model.script import Act, Script, Statement
from migkit.values import dataclass


@dataclass(frozen=True, slots=True)
class Deed:
    """One act where it stands: its statement, and the table as it is known to be right before it.

    `table` is None where no such table is known; `new` is whether this revision's same function made it before, so that
    nothing waits for it and no row is in it. `number` is the statement's, from 0, in the function.
    """

    statement: Statement
    act: Act
    table: TableModel | None
    new: bool
    number: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A function, folded: its deeds, and the schema in which it ends.

    `presumed` is the schema before it with all that must have been there, since an act without a guard would fail
    otherwise. `blurred` are the tables that it may have changed in ways that cannot be read; `opaque` is whether it may
    have done anything at all. `guessed` are names of what a guarded act took away, where it is not known whether it was
    there: tables, `table.column`, `table.` and a key's `member`, items with their names. `fault` says how the fold
    broke on it, if it did: nothing is known of it then.
    """

    deeds: tuple[Deed, ...] = ()
    presumed: State = field(default_factory=State)
    end: State = field(default_factory=State)
    blurred: frozenset[str] = frozenset()
    opaque: bool = False
    guessed: frozenset[str] = frozenset()
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the verb asked of the place, for the rules that need more than files.

    `released` is the text that each revision file had on the main branch (`branch`), where it differs from the present
    one; `template` is file_template of the ini ("" is Alembic's own), `slug_length` truncate_slug_length; `packages`
    are the top-level names of modules that lie in the repository.
    """

    released: Mapping[Path, str] = field(default_factory=dict)
    branch: str = ""
    template: str = ""
    slug_length: int = 40
    packages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Case:
    """One revision: what it says, its deeds both ways, and the schema before and after its upgrade.

    The downgrade's deeds are folded onto `after`; `undone` is what they end in. `up` and `down` are both in full.
    `memo` keeps what several rules work out of a case.
    """

    script: Script
    source: str
    schema: Schema
    engine: Engine
    before: State
    after: State
    undone: State
    upgrade: tuple[Deed, ...]
    downgrade: tuple[Deed, ...]
    facts: Facts = Facts()
    up: Passage = Passage()
    down: Passage = Passage()
    memo: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def deeds(self, direction: Direction) -> tuple[Deed, ...]:
        """Give the deeds of a function."""
        return self.upgrade if direction == "upgrade" else self.downgrade


@dataclass(frozen=True, slots=True)
class Whole:
    """A history: its scripts by file name, and those that have an id in an order in which they can be applied.

    What stands in a circle, or on what is not there, comes last.
    """

    scripts: tuple[Script, ...]
    order: tuple[Script, ...]
    schema: Schema
    engine: Engine
    facts: Facts = Facts()
