"""What `alembic upgrade --sql` prints, and which revision and line of it prints each part."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from migkit.alembic_io.driver import Driver, Step
from migkit.alembic_io.frames import Frames
from migkit.alembic_io.private import overhear
from migkit.alembic_io.run import Place
from migkit.errors import StepFailed
from migkit.model import Direction, Revision
from migkit.model.rehearsal import Piece, Script

if TYPE_CHECKING:
    from alembic.runtime.environment import EnvironmentContext
    from alembic.runtime.migration import MigrationContext

_QUESTION = re.compile(r"\s*(?:SELECT|SHOW|WITH|VALUES|PRAGMA|DESCRIBE|EXPLAIN)\b", re.IGNORECASE)


def printed(
    driver: Driver,
    revisions: Sequence[Revision],
    heads: Sequence[str],
    direction: Direction = "upgrade",
    *,
    usual: bool = False,
) -> Script:
    """Print the steps of `revisions`, in their order, for a database that stands at `heads`, in one run of env.py.

    With `usual`, in one of what Alembic's own template has for it: an env.py may be unable to print.

    What env.py and the revisions print themselves is in it too, as it is on a console.
    """
    tape = _Tape()
    failed = failure = ""
    line = None

    def look(context: MigrationContext) -> None:
        overhear(context, lambda construct: tape.miss(construct, context.dialect))

    options: dict[str, Any] = {"as_sql": True, "starting_rev": tuple(heads) or None}
    if usual:
        options["instead"] = _usual
    steps = [Step(revision, direction) for revision in revisions]
    try:
        driver.together(steps, tape.place, look, stdout=tape, **options)
    except StepFailed as error:
        failed, failure, line = error.revision or revisions[0].id, error.message, tape.asked(error) or error.line
    return Script(tuple(one.id for one in revisions), tuple(tape.pieces), tuple(tape.lost), failed, failure, line)


def _usual(env: EnvironmentContext) -> None:
    """Print as Alembic's own template does."""
    env.configure(url=env.config.get_main_option("sqlalchemy.url"), literal_binds=True)
    with env.begin_transaction():
        env.run_migrations()


class _Tape(io.TextIOBase):
    """Standard output of a run, which keeps who printed what."""

    def __init__(self) -> None:
        self.place = Place()
        self.pieces: list[Piece] = []
        self.lost: list[tuple[str, int | None, tuple[str, ...]]] = []
        self._frames = Frames()

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if text:
            self.pieces.append(Piece(text, self.place.revision, self._frames.line(self.place.path)))
        return len(text)

    def asked(self, failure: StepFailed) -> int | None:
        """Give the line that asked the database something, where a failure is that there was no answer."""
        last = self.pieces[-1] if self.pieces else Piece("")
        if "'NoneType' object" in failure.message and last.revision == failure.revision:
            return last.line if _QUESTION.match(last.text) else None
        return None

    def miss(self, construct: Any, dialect: Any) -> None:
        """Remember the parameters of a statement that have no value: offline nobody can give them one."""
        from sqlalchemy import text
        from sqlalchemy.schema import DDLElement

        statement = text(construct) if isinstance(construct, str) else construct
        if isinstance(statement, DDLElement) or not hasattr(statement, "compile"):
            return
        binds = getattr(statement.compile(dialect=dialect), "binds", {})
        names = tuple(name for name, bind in binds.items() if bind.required and bind.value is None)
        if names:
            self.lost.append((self.place.revision, self._frames.line(self.place.path), names))
