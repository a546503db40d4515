"""A database of its own that stands before the release, the repository that releases to it, and its journal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from migkit import config
from migkit.address import Address
from migkit.catalog import Reading, connect
from migkit.journal import file as journal_file
from migkit.model import Database, Project, Schema, Server
from migkit.model.release import Entry
from migkit.servers import databases, login
from tests.conftest import ENV, write_revision
from tests.server.faults import story

TARGET = "production"
NAME = "shop"
URL = "RELEASE_URL"
_CONFIGURATION = """
[schemas.{name}]
directory = "schema"
database = "{database}"
engine = "{engine}"

[schemas.{name}.targets.{target}]
url = "env:{variable}"
hosts = ["127.0.0.1:{port}"]
confirm = "yes, {name}"
journal = {{ folder = "{journal}", table = {table} }}
connect_timeout = "{connect_timeout}"
lock_timeout = "{lock_timeout}"
statement_timeout = "{statement_timeout}"
"""
_BESIDE = ("migkit_journal", "alembic_version")


@dataclass(frozen=True)
class Stage:
    """One database and one repository for it. `port` is where the repository believes the server to be."""

    database: Database
    folder: Path
    journal: Path
    port: int

    @property
    def server(self) -> Server:
        return self.database.server

    @property
    def family(self) -> str:
        return self.server.engine.family

    @property
    def project(self) -> Project:
        return config.load(self.folder / "migkit.toml")

    @property
    def schema(self) -> Schema:
        return config.choose(self.project, NAME)

    @property
    def environment(self) -> dict[str, str]:
        """What the release's process needs to find its target."""
        here = login.address(
            self.server, self.database.name, user=self.database.user, password=self.database.password
        ).set(port=self.port)
        return {URL: here.render_as_string(hide_password=False), "MIGKIT_APPROVED_BY": "Ada", "NO_COLOR": "1"}

    @property
    def address(self) -> Address:
        return Address("127.0.0.1", self.port, "", self.database.name)

    def configure(self, **changed: str) -> None:
        """Write the configuration; times and the journal can be others than usual."""
        times = {"connect_timeout": "5s", "lock_timeout": "20s", "statement_timeout": "60s"}
        usual = times | {"journal": str(self.journal), "table": "true"}
        (self.folder / "migkit.toml").write_text(
            _CONFIGURATION.format(
                name=NAME,
                database=self.database.name,
                engine=self.server.engine.name,
                target=TARGET,
                variable=URL,
                port=self.port,
                **usual | changed,
            ),
            encoding="utf-8",
        )

    def revision(self, ident: str) -> Path:
        """Give the file of a revision."""
        return next((self.folder / "schema/migrations/versions").glob(f"{ident}_*.py"))

    def entries(self) -> tuple[Entry, ...]:
        """Read the journal's file."""
        return journal_file.entries(NAME, self.schema.targets[TARGET])

    def journal_file(self) -> Path:
        """Give the journal's file."""
        return journal_file.path(NAME, self.schema.targets[TARGET])

    def asked(self, sql: str) -> list[Any]:
        """Ask the server as its administrator; give the rows."""
        with login.connect(self.server, self.database.name, seconds=20) as connection:
            return list(connection.exec_driver_sql(sql).all())

    def does(self, sql: str) -> None:
        """Let the server do something for its administrator."""
        with login.connect(self.server, self.database.name, seconds=20) as connection:
            connection.exec_driver_sql(sql)

    def applied(self) -> dict[int, float]:
        """Count how often each of the six statements is applied, as the catalogue and the rows say."""
        schema = "DATABASE()" if self.family != "postgresql" else "current_schema()"
        with login.connect(self.server, self.database.name, seconds=20) as connection:
            counts: dict[int, float] = {}
            for number, probe in story.told(self.family).probes.items():
                absent = number in (2, 6) and not counts[1]
                asked = None if absent else connection.exec_driver_sql(probe.replace("{schema}", schema)).scalar()
                counts[number] = float(asked or 0)
        return counts

    def version(self) -> str:
        """Give what the version table says."""
        return str(self.asked("SELECT version_num FROM alembic_version")[0][0])

    def reading(self) -> Reading:
        """Read the catalogue and the rows, without what the kit and Alembic keep there."""
        with connect(self.database) as (catalog, _keeper):
            return Reading(catalog.snapshot(_BESIDE), _sums(catalog.checksums(_BESIDE)), (self.version(),))


def _sums(sums: Any) -> dict[str, str]:
    """Leave out the checksum of what has a counter of its own: a number that a rollback used up is not given again."""
    return {name: said.partition(":")[0] if name.endswith("ledger") else said for name, said in sums.items()}


@contextmanager
def staged(server: Server, folder: Path, *, port: int = 0, **changed: str) -> Iterator[Stage]:
    """Make a database that stands at the base, and a repository; `port` is another one than the server's own."""
    with databases.throwaway(server) as database:
        journal = folder / "journal"
        stage = Stage(database, folder, journal, port or server.port)
        _write(stage)
        stage.configure(**changed)
        _stand(stage)
        yield stage


def _write(stage: Stage) -> None:
    versions = stage.folder / "schema/migrations/versions"
    versions.mkdir(parents=True)
    (stage.folder / "schema/alembic.ini").write_text("[alembic]\nscript_location = migrations\n", encoding="utf-8")
    (versions.parent / "env.py").write_text(textwrap.dedent(ENV), encoding="utf-8")
    template = "revision = ${repr(up_revision)}\ndown_revision = ${repr(down_revision)}\n"
    (versions.parent / "script.py.mako").write_text(template, encoding="utf-8")
    parent = None
    for ident, body in story.told(stage.family).bodies.items():
        write_revision(versions, ident, parent, body, title=f"step {ident}")
        parent = ident


def _stand(stage: Stage) -> None:
    """Let the database stand at the base, as an earlier release left it."""
    with login.connect(stage.server, stage.database.name) as connection:
        for statement in story.base_sql():
            connection.exec_driver_sql(statement)
        if stage.family == "postgresql":
            for table in ("account", "alembic_version"):
                connection.exec_driver_sql(f'ALTER TABLE {table} OWNER TO "{stage.database.user}"')
