"""Takes steps on one throwaway database: with the privilege that one lacks, and held to what Alembic says of it."""

from __future__ import annotations

import re
from collections.abc import Callable

from migkit.alembic_io.driver import Done, Driver, Plan, Step
from migkit.catalog import Catalog, Reading
from migkit.clock import Clock
from migkit.errors import HistoryError, ServerError, StepFailed
from migkit.model import Event
from migkit.privileges import Privileges

_DISK_FULL = re.compile(r"No space left on device|\bis full\b|\bdisk full\b", re.IGNORECASE)
OnEvent = Callable[[Event], None]
Back = Callable[[], Plan[None]]


class Steps:
    """What takes a step, reads where it led and writes the version table; what is recorded is another's business."""

    def __init__(self, driver: Driver, catalog: Catalog, privileges: Privileges, on_event: OnEvent) -> None:
        self.driver = driver
        self.privileges = privileges
        self.clock = Clock()
        self._catalog = catalog
        self._on_event = on_event
        self._total = 0

    def take(self, step: Step) -> None:
        """Take one step from where the database stands; StepFailed leaves of it what the server committed."""
        self.driver.walk(self._one(step))

    def _one(self, step: Step) -> Plan[None]:
        """Take a step, with the privileges that it lacks: lent at once where half of it could not be taken back."""
        lent = self.privileges.lends and not self.privileges.safe
        try:
            yield from self._allowed(step, lent=lent)
        except StepFailed as failure:
            raise_if_disk_full(failure)
            if lent or not self.privileges.learn(step.revision, failure):
                raise
            yield from self._allowed(step)
        yield from self._leave()

    def _take(self, step: Step, back: Back | None) -> Plan[Done]:
        """Take a step; where the login lacks a privilege, once more with it after `back`, and so ever after."""
        try:
            done: Done = yield from self._allowed(step)
        except StepFailed as failure:
            if back is None or not self.privileges.learn(step.revision, failure):
                raise
            yield from back()
            done = yield from self._allowed(step)
        return done

    def _allowed(self, step: Step, *, lent: bool = False) -> Plan[Done]:
        """Take a step, with the privilege that its revision is known to lack, or all that can be `lent`."""
        if not lent and step.revision.id not in self.privileges.lacking:
            done: Done = yield step
            return done
        yield from self._leave()
        with self.privileges.elevated():
            done = yield step
            yield from self._leave()
        return done

    def _leave(self) -> Plan[None]:
        """End the run and its sessions, pooled ones too: each has the privileges that its login had when it began."""
        yield None  # env.py closes what it holds
        self.driver.disconnect()

    def _stamp(self, heads: tuple[str, ...]) -> None:
        """Make the version table say `heads`; HistoryError where env.py never left one there."""
        table, schema = self.driver.version_table, self.driver.version_schema
        if self._catalog.version_rows(table, schema) == heads:
            return
        try:
            self._catalog.stamp(table, schema, heads)
        except Exception as error:
            raise HistoryError(
                f"env.py ran, and there is no {table} afterwards: {error}",
                remedy="it must commit what it does: wrap context.run_migrations() in context.begin_transaction()",
            ) from error

    def _read(self) -> Reading:
        return self._catalog.read(self.driver.version_table, self.driver.version_schema)

    def _check_version(self, step: Step, heads: tuple[str, ...], reading: Reading) -> None:
        if reading.versions != heads:
            if self.driver.asked > 1:
                table = ".".join(filter(None, (self.driver.version_schema, self.driver.version_table)))
                raise HistoryError(
                    f"env.py asks for migrations {self.driver.asked} times in one run, each with a version table of "
                    f"its own (the last is {table}), and one alone can be held to the history",
                    remedy="let it run for one of them where a variable says which, and set that in the schema's `env`",
                )
            raise StepFailed(
                f"{step.direction} of {step.revision.id} ended, but {self.driver.version_table} holds "
                f"{', '.join(reading.versions) or 'no row'} instead of {', '.join(heads) or 'no row'}",
                revision=step.revision.id,
                direction=step.direction,
                remedy="env.py must migrate the database it is given, and commit",
                path=step.revision.path,
            )

    def _tell(self, done: int, step: Step) -> None:
        self._on_event(Event("step", f"{step.direction} {step.revision.id} {step.revision.title}", done, self._total))


def raise_if_disk_full(failure: StepFailed) -> None:
    """A full disk is the server's fault, not the revision's."""
    if failure.statement and _DISK_FULL.search(failure.message):
        raise ServerError(
            f"the database server ran out of disk: {failure.message}",
            remedy="give Docker more memory or disk, then run it again",
        ) from failure
