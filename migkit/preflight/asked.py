"""What the second half of the preflight is given."""

from __future__ import annotations

from collections.abc import Callable

from migkit.alembic_io.releasing import ReleaseDriver
from migkit.model import Event, Project, Schema
from migkit.model.release import Entry, Order, Plan, Unfinished
from migkit.preflight.arriving import Arrival
from migkit.proofs.ending import Ended
from migkit.targets import Declared
from migkit.values import dataclass


@dataclass(frozen=True, slots=True)
class Asked:
    """A release on its way: who goes where, with which history, what is planned, and what the journal knows.

    `driver` has the history loaded and lets no connection through; `unfinished` are the revisions that an earlier run
    began and did not finish. `proved` is told the catalogues of a round trip that is taken now.
    """

    project: Project
    schema: Schema
    found: Declared
    order: Order
    driver: ReleaseDriver
    plan: Plan
    entries: tuple[Entry, ...]
    unfinished: tuple[Unfinished, ...]
    arrival: Arrival
    tell: Callable[[Event], None]
    proved: Callable[[Ended], None]
