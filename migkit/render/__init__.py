"""A Report in, a string out: one module for each format, loaded when it is asked for.

A renderer decides nothing and prints nothing. Each has `report` and `failure`; a new format is a module of that
shape and its name in FORMATS.
"""

from __future__ import annotations

from importlib import import_module
from typing import Protocol, cast

from migkit.errors import MigkitError
from migkit.model import Report, Severity

FORMATS = ("text", "json", "sarif", "github", "junit")


class Renderer(Protocol):
    """What a format's module offers."""

    def report(self, report: Report, *, fail_on: Severity = Severity.error, color: bool = False, width: int = 0) -> str:
        """Give the report, ending in a line break; `width` 0 is unlimited."""

    def failure(self, error: MigkitError, *, command: str, schema: str = "", color: bool = False) -> str:
        """Give the error that kept `command` from making a report."""


def renderer(name: str) -> Renderer:
    """Give the renderer of one of FORMATS."""
    return cast("Renderer", import_module(f"migkit.render.{name}"))
