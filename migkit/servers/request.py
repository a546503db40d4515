"""A server as it is wanted: what every kind of server is asked with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, field
from typing import Any

from migkit import engines
from migkit.model import Engine
from migkit.product import ServerSettings
from migkit.values import dataclass


@dataclass(frozen=True, slots=True)
class Request:
    """A server as it is wanted: whoever wants the same may share it.

    `choice` is what `--server` says, `images` names the images that must be used, by family.
    """

    engine: Engine
    settings: ServerSettings = field(default_factory=ServerSettings)
    choice: str = "auto"
    images: Mapping[str, str] = field(default_factory=dict)

    def text(self) -> str:
        """Give it as JSON. What belongs to a login or a database of its own is no part of a server."""
        settings = asdict(self.settings) | {"privileges": ()}
        said = {"engine": self.engine.name, "settings": settings, "choice": self.choice, "images": dict(self.images)}
        return json.dumps(said, sort_keys=True)


def read(text: str) -> Request:
    """Give the request that `text` wrote."""
    said: dict[str, Any] = json.loads(text)
    settings: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in said["settings"].items()
    }
    return Request(engines.parse(said["engine"]), ServerSettings(**settings), said["choice"], said["images"])
