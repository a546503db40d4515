"""What a release is given by whoever runs it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field

from migkit.consent import Ask
from migkit.model import Event
from migkit.values import dataclass


def _deaf(_event: Event) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Hands:
    """The operator's side: the environment that tells who it is, `ask` at a terminal (None: none), and `tell`.

    `width` and `color` are that terminal's.
    """

    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    ask: Ask | None = None
    tell: Callable[[Event], None] = _deaf
    width: int = 0
    color: bool = False
