"""The catalogue of a schema's development database, if that stands at the head: it is read, and nothing else."""

from __future__ import annotations

from pathlib import Path

from migkit import catalog, engines, guard
from migkit.alembic_io.history import load
from migkit.alembic_io.surroundings import working_directory
from migkit.catalog import version_names
from migkit.development import Development, declared, development
from migkit.errors import ConfigError
from migkit.model import Database, Project, Schema, Server, Snapshot
from migkit.servers import login, url

_VERSION_TABLE = "alembic_version"


def looked_up(project: Project, schema: Schema) -> tuple[Server, Snapshot]:
    """Give the server of the development database and its catalogue, without Alembic's version table.

    Raises ConfigError where there is none on this machine's side, or it stands elsewhere than at the head, TargetError
    where it is a declared target's, ServerError where it does not answer.
    """
    if schema.compose is not None:
        raise ConfigError(
            f"the development database of schema {schema.name} is its service's, and cannot be read from here",
            remedy="leave --server development out: a throwaway server is asked then",
        )
    with working_directory(schema.directory):  # a SQLite file may be named from there
        found = development(schema, declared(schema, {**project.schemas, schema.name: schema}.values()))
        database = _database(schema, found)
        heads = set(load(schema, empty=True).heads)
    with guard.installed(found.address) as guarded, guarded.enforced(), catalog.connect(database) as (reader, _keeper):
        stands = set(reader.version_rows(_VERSION_TABLE, None))
        if stands != heads:
            raise ConfigError(
                f"the development database stands at {_named(stands)}, and the head is {_named(heads)}",
                remedy=f"bring it there: inv mig.upgrade --schema {schema.name}",
            )
        return database.server, reader.snapshot(version_names(_VERSION_TABLE, None))


def _database(schema: Schema, found: Development) -> Database:
    engine = engines.parse(schema.engine)
    if engine.console is None:
        path = Path(found.address.database)
        if not path.is_file():
            raise ConfigError(
                f"there is no development database {path}", remedy=f"make it: inv mig.upgrade --schema {schema.name}"
            )
        server = Server(engine, "file", engine.product, engine.version, origin=str(path), folder=path.parent)
        return Database(server, path.stem, path=path)
    server = login.identified(url.server_at(engine, found.url))
    return Database(server, found.address.database, server.user, server.password)


def _named(ids: set[str]) -> str:
    return ", ".join(sorted(ids)) or "the base"
