"""A throwaway database for a schema's work: a server is chosen and started for it, and explained where it dies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from migkit import servers
from migkit.address import masked_text
from migkit.errors import MigkitError, ServerError
from migkit.model import Database, Engine, Event, Project, Schema, Server
from migkit.servers import databases


@contextmanager
def database(
    project: Project, schema: Schema, engine: Engine, choice: str, on_event: Callable[[Event], None]
) -> Iterator[Database]:
    """Make a database for the time of this block, on the server that `choice` (`--server`) says.

    What runs in a service needs a server in Docker. Raises ConfigError and ServerError where none can be had, and
    ServerError, with what the server said last, where it is lost in the block.
    """
    choice = choice if schema.compose is None else "docker"
    with (
        servers.serve(engine, schema.server, choice=choice, images=project.images, on_event=on_event) as server,
        _explained(server),
        databases.throwaway(server, schema.server, on_event=on_event) as made,
    ):
        yield made


@contextmanager
def _explained(server: Server) -> Iterator[None]:
    """Turn a lost connection of the kit's own into a ServerError with what the server said last."""
    try:
        yield
    except (MigkitError, KeyboardInterrupt):
        raise
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in ("pymysql", "psycopg", "sqlite3"):
            raise
        raise ServerError(
            masked_text(f"the database server failed in the middle: {error}"),
            remedy="run it again; if it dies again, its log is above",
            log=servers.explain(server),
        ) from error
