"""What a driver is asked for: steps, one after the other, by a plan that is told how each went."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, Generic, TypeVar

from migkit.errors import StepFailed
from migkit.model import Direction, Revision
from migkit.model.rehearsal import Sent
from migkit.values import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One revision in one direction; `source` stands in for the text of its file, where it is not there yet."""

    revision: Revision
    direction: Direction
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """A step that is committed, and what its own code sent."""

    step: Step
    sent: tuple[Sent, ...]

    @property
    def statements(self) -> tuple[str, ...]:
        """The text of what was sent."""
        return tuple(one.statement for one in self.sent)


T = TypeVar("T")
Plan = Generator[Step | None, Any, T]


class Agenda(Generic[T]):
    """A plan that is being carried out: the `step` that it waits for, or its `result` when it has `ended`."""

    def __init__(self, plan: Plan[T]) -> None:
        self._plan = plan
        self._results: list[T] = []
        self.step: Step | None = None
        self.advance(None)

    @property
    def ended(self) -> bool:
        """Whether the plan has returned."""
        return bool(self._results)

    @property
    def result(self) -> T:
        """What it returned."""
        return self._results[0]

    def advance(self, done: Done | None) -> None:
        """Tell the plan that its step is done."""
        self._go_on(lambda: self._plan.send(done))

    def fail(self, failure: StepFailed) -> None:
        """Throw the failure of its step into the plan."""
        self._go_on(lambda: self._plan.throw(failure))

    def _go_on(self, resume: Callable[[], Step | None]) -> None:
        try:
            self.step = resume()
        except StopIteration as end:
            self.step = None
            self._results.append(end.value)
