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

from migkit.errors import ServerError
from migkit.model import Engine, Server
from migkit.servers import login
from migkit.servers.events import OnEvent, ignore
from migkit.servers.request import Request

PREFIX = "shared:"
_HERE = ("engine", "folder", "shared")  # what the reader knows better


@contextmanager
def serve(request: Request, _on_event: OnEvent = ignore) -> Iterator[Server]:
    """Give the server that is named; it goes on running afterwards. ServerError where it does not answer."""
    yield login.identified(_named(request.engine, request.choice))


def explain(server: Server) -> str:
    """Say whether the server still answers."""
    return login.answer(server)


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
