"""A target of its own, a history for it, and a release that is applied without the gate."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from migkit import applying, hashes, targets
from migkit import journal as journals
from migkit.applying import Applied, ReleaseDriver
from migkit.model import Database, Event, Journal, Project, Schema, Server, Target
from migkit.model.release import Entry, Kind, Plan, PlannedRevision, Run, Unfinished
from migkit.servers import databases, login
from migkit.targets import Declared
from tests.conftest import ENV, MakeSchema

MYSQL, MARIADB, POSTGRESQL = "mysql:9.7", "mariadb:10.11", "postgresql:15"
ENGINES = (MYSQL, MARIADB, POSTGRESQL)
_runs = itertools.count(1)


@dataclass
class Site:
    """One database that is a target, and the repository for it; `told` are the events of its releases."""

    database: Database
    schema: Schema
    project: Project
    told: list[Event] = field(default_factory=list)
    pauses: tuple[float, ...] = (0.1, 0.1)

    @property
    def found(self) -> Declared:
        return targets.declared(self.project, self.schema, "production")

    @property
    def server(self) -> Server:
        return self.database.server

    def bound(self, **fields: Any) -> None:
        """Change fields of the target."""
        changed = replace(self.schema.targets["production"], **fields)
        self.schema = replace(self.schema, targets={"production": changed})

    def release(
        self,
        to: str = "",
        *,
        direction: str = "upgrade",
        resume: bool = False,
        unknown: str = "",
        check: Callable[[ReleaseDriver], None] = lambda _driver: None,
        server: str = "",
    ) -> tuple[Applied, ...]:
        """Plan by hand what is pending, and apply it."""
        found = self.found
        with applying.opened(self.schema, found) as driver:
            current = self.current()
            plan = _plan(driver, found, current, to, direction)
            unfinished = self.unfinished(driver, current) if resume else None
            if unfinished and unknown:
                unfinished = applying.answered(unfinished, unknown)
            number = f"{next(_runs):06}"
            run = Run(number, "app", "production", plan.address, plan.direction, "Ada", "here", server, "", "0")
            return applying.applied(
                driver,
                found,
                plan,
                run,
                resume=unfinished,
                check=lambda: check(driver),
                tell=self.told.append,
                pauses=self.pauses,
            )

    def fates(self) -> list[str]:
        """Give what became of the statements of the revision that the last run did not finish."""
        with applying.opened(self.schema, self.found) as driver:
            return [one.fate.value for one in self.unfinished(driver, self.current()).statements]

    def unfinished(self, driver: ReleaseDriver, current: Sequence[str]) -> Unfinished:
        """Give what the last run did not finish."""
        entries = journals.entries(self.schema, self.found)
        below = [revision.id for revision in driver.history.below(current)]
        return journals.unfinished(self.schema, self.found, entries, below)[-1]

    def entries(self) -> tuple[Entry, ...]:
        """Read the journal's file."""
        return journals.kept(self.schema, "production")

    def lines(self) -> list[str]:
        """Give the journal's lines about revisions and statements, in short, of the last run."""
        entries = self.entries()
        last = [one for one in entries if one.run == entries[-1].run]
        return [f"{one.kind.value} {one.revision} {one.number or ''}".strip() for one in last if one.revision]

    def kinds(self, kind: Kind) -> list[Entry]:
        """Give the journal's lines of one kind."""
        return [one for one in self.entries() if one.kind is kind]

    def asked(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the server as its administrator."""
        with login.connect(self.server, self.database.name, seconds=20) as connection:
            result = connection.exec_driver_sql(sql)
            return [tuple(row) for row in result.all()] if result.returns_rows else []

    def current(self) -> tuple[str, ...]:
        """Give the rows of the version table."""
        return targets.standing(self.found, "alembic_version")

    def tables(self) -> set[str]:
        """Name the tables."""
        where = "current_schema()" if self.server.engine.family == "postgresql" else "DATABASE()"
        found = self.asked(f"SELECT table_name FROM information_schema.tables WHERE table_schema = {where}")
        return {str(row[0]) for row in found} - {"alembic_version", "migkit_journal"}

    @property
    def log(self) -> str:
        """Give what was told."""
        return "\n".join(one.message for one in self.told)


@contextmanager
def site(
    make_schema: MakeSchema,
    server: Server,
    bodies: Mapping[str, str],
    folder: Path,
    *,
    env: str = ENV,
    drivername: str = "",
    table: bool = True,
    **fields: Any,
) -> Iterator[Site]:
    """Make a database and a history whose ini leads to it; `fields` are those of the target.

    With a `drivername` env.py may take its URL from DATABASE_URL too.
    """
    with databases.throwaway(server) as database:
        url = databases.url(database, drivername)
        schema = make_schema(bodies, env=env, url=url.replace("%", "%%"), engine=server.engine.name)
        usual = {"hosts": (f"{server.host}:{server.port}",), "lock_timeout": 1.0, "statement_timeout": 20.0}
        target = Target("production", Journal(folder / "journal", table), **{**usual, **fields})
        schema = replace(schema, database=database.name, targets={"production": target})
        if drivername:
            schema = replace(schema, url_env="DATABASE_URL", url_driver=drivername)
        project = Project(folder, folder / "migkit.toml", {schema.name: schema})
        yield Site(database, schema, project)


def _plan(driver: ReleaseDriver, found: Declared, current: Sequence[str], to: str, direction: str) -> Plan:
    history = driver.history
    done = {revision.id for revision in history.below(current)}
    wanted = {revision.id for revision in history.below([to] if to else history.heads)}
    if direction == "upgrade":
        chosen = [revision for revision in history.revisions if revision.id in wanted - done]
        end = (to,) if to else history.heads
    else:
        chosen = [revision for revision in reversed(history.revisions) if revision.id in done - wanted]
        end = (to,)
    pending = tuple(
        PlannedRevision(revision, direction, (), hashes.text(revision.path.read_bytes()))  # type: ignore[arg-type]
        for revision in chosen
    )
    where = str(found.address)
    return Plan(found.target.name, where, direction, tuple(current), end, pending)  # type: ignore[arg-type]
