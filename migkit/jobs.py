"""What can be done in a process of its own, here or in a service: jobs, and what comes of each.

A job's name is its class's; `agent.py` does it, and whoever delegates it decodes the answer as `Job.answer`.
"""

from __future__ import annotations

from typing import ClassVar

from migkit.alembic_io.command import Moved
from migkit.body import Body
from migkit.comparing import Compared
from migkit.development import Declared, Seen
from migkit.footing import Stood
from migkit.judging import Judged
from migkit.merging import Merged
from migkit.model import Database, Direction, Schema
from migkit.model.rehearsal import Order, Rows
from migkit.printing import Printed
from migkit.rehearsal import Rehearsed
from migkit.values import dataclass
from migkit.writing import Written


@dataclass(frozen=True, slots=True)
class Move:
    """Upgrade or downgrade the schema's development database, unless it is one of `targets`."""

    answer: ClassVar[type[Moved]] = Moved
    schema: Schema
    direction: Direction
    to: str
    targets: tuple[Declared, ...] = ()


@dataclass(frozen=True, slots=True)
class Reach:
    """Bring a throwaway database that is there to the head, or before a revision."""

    answer: ClassVar[type[Stood]] = Stood
    schema: Schema
    database: Database
    before: str = ""


@dataclass(frozen=True, slots=True)
class Take:
    """Take one step on a throwaway database; `source` stands in for the text of the revision's file."""

    answer: ClassVar[type[bool]] = bool
    schema: Schema
    database: Database
    revision: str
    direction: Direction
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """Read the schema's development database, unless it is one of `targets`."""

    answer: ClassVar[type[Seen]] = Seen
    schema: Schema
    targets: tuple[Declared, ...] = ()


@dataclass(frozen=True, slots=True)
class Write:
    """Write a new revision called `title` after the history's only head."""

    answer: ClassVar[type[Written]] = Written
    schema: Schema
    title: str
    upgrade: Body | None = None
    downgrade: Body | None = None


@dataclass(frozen=True, slots=True)
class Merge:
    """Read the history and, with `write`, join its heads by a revision."""

    answer: ClassVar[type[Merged]] = Merged
    schema: Schema
    write: bool


@dataclass(frozen=True, slots=True)
class Compare:
    """Write what is between the history and the models as the revision `title`, on a throwaway database."""

    answer: ClassVar[type[Compared]] = Compared
    schema: Schema
    database: Database
    title: str
    style: str


@dataclass(frozen=True, slots=True)
class Judge:
    """Judge the revisions of `choice` (None: all) on a throwaway database that is there already, with `rows` in it.

    `prove` asks for the catalogues that they end in.
    """

    answer: ClassVar[type[Judged]] = Judged
    schema: Schema
    database: Database
    choice: tuple[str, ...] | None
    rows: Rows | None = None
    prove: bool = False


@dataclass(frozen=True, slots=True)
class Rehearse:
    """Rehearse what `order` says on a throwaway database that is there already."""

    answer: ClassVar[type[Rehearsed]] = Rehearsed
    schema: Schema
    database: Database
    order: Order


@dataclass(frozen=True, slots=True)
class Print:
    """Print what `order` says as `alembic upgrade --sql` does: in one script, or `apart` for each revision."""

    answer: ClassVar[type[Printed]] = Printed
    schema: Schema
    database: Database
    order: Order
    apart: bool = False
