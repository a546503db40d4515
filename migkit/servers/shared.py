"""A server that another process of the kit started and keeps running, for several processes to share.

That process wrote down what it is in a file for its own user's eyes; `--server shared:FILE` names it. A report says of
it what it would say had it been started here. A database for each process, under a name of its own, as by URL.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

from migkit.errors import MigkitError, ServerError
from migkit.model import Engine, Server
from migkit.product import ServerSettings
from migkit.servers import login
from migkit.servers.events import OnEvent, ignore

PREFIX = "shared:"
_HERE = ("engine", "folder", "shared")  # what the reader knows better


def unavailable(engine: Engine, choice: str = "") -> str:
    """Give the reason why the server that the choice names does not answer, or ""."""
    try:
        return explain(_named(engine, choice))
    except ServerError as error:
        return error.message


@contextmanager
def serve(
    engine: Engine,
    _settings: ServerSettings,
    *,
    choice: str = "",
    images: Mapping[str, str] | None = None,
    on_event: OnEvent = ignore,
) -> Iterator[Server]:
    """Give the server that `choice` names; it goes on running afterwards. ServerError where it does not answer."""
    del images, on_event
    yield login.identified(_named(engine, choice))


def explain(server: Server) -> str:
    """Say whether the server still answers."""
    try:
        login.identified(server)
    except MigkitError as error:
        return error.message
    return ""


def written(server: Server) -> dict[str, Any]:
    """Give a server as plain JSON values, its password among them."""
    values = {field.name: getattr(server, field.name) for field in fields(server) if field.name not in _HERE}
    return {name: value for name, value in values.items() if isinstance(value, (str, int, tuple))}


def loaded(engine: Engine, values: Mapping[str, Any]) -> Server:
    """Give the server that `written` wrote, perhaps in another version of the kit: what is unknown is passed over."""
    known = {field.name for field in fields(Server)} - set(_HERE)
    found = {name: _tupled(value) for name, value in values.items() if name in known}
    return Server(engine, **found, shared=True)


def _tupled(value: Any) -> Any:
    """Give JSON's lists as the tuples that they were."""
    return tuple(map(_tupled, value)) if isinstance(value, list) else value


def _named(engine: Engine, choice: str) -> Server:
    path = Path(choice.removeprefix(PREFIX))
    try:
        return loaded(engine, json.loads(path.read_text(encoding="utf-8"))["server"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ServerError(
            f"no server is written down in {path}: {type(error).__name__}",
            remedy="leave --server out; Nox names such a file for the time of its run",
        ) from error
