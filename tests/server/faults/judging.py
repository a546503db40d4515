"""What must hold after every fault: nobody is left, the kit tells the truth, a resumed release ends as any other."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from migkit import journal, targets
from migkit.catalog import Reading
from migkit.model.release import Fate, Kind, Unfinished
from tests.server.faults import story
from tests.server.faults.holding import gone
from tests.server.faults.launching import Ending, Launcher, Release
from tests.server.faults.stage import TARGET, Stage

_LEFT = re.compile(r"must be dropped first: index CREATE INDEX (?P<name>\w+)")
_REVISION_OF = {1: story.FIRST, 2: story.FIRST, 3: story.FIRST, 4: story.SECOND, 5: story.SECOND, 6: story.SECOND}


@dataclass
class Judge:
    """Judges one stage; `reference` is what an undisturbed release ends in, `lines` the journal as it was last seen."""

    stage: Stage
    launch: Launcher
    reference: Reading | None = None
    lines: bytes = field(default=b"", repr=False)
    gaps: bool = False

    def released(self, *stops: str, clock: float = 0.0, **arguments: Any) -> Release:
        """Start a release of the stage that stops at points."""
        return self.launch.start(
            "tests.server.faults.calls:released",
            *stops,
            folder=self.stage.folder,
            environment=self.stage.environment,
            clock=clock,
            **arguments,
        )

    def cut(self, point: str, **arguments: Any) -> None:
        """Kill a release at a point."""
        release = self.released(point, **arguments)
        release.arrives(point)
        release.kill()
        self.keeps(release)

    def keeps(self, release: Release, *, gaps: bool = False) -> None:
        """Hold that no line is lost that a release has written, and that none was changed; with `gaps`, some failed."""
        now = self.stage.journal_file().read_bytes()
        assert len(now) >= release.kept
        assert now.startswith(self.lines)
        self.lines = now
        for run, entries in itertools.groupby(self.stage.entries(), lambda one: one.run):
            numbers = [one.seq for one in entries]
            assert numbers == sorted(set(numbers)), run
            assert gaps or self.gaps or len(numbers) == numbers[-1], run
        self.gaps = self.gaps or gaps

    def truth(self, unfinished: Sequence[Unfinished] | None = None, *, doubt: Iterable[int] = ()) -> tuple[int, ...]:
        """Hold that nobody is there, and that the kit says of each statement what the server says; give those applied.

        `unfinished` is what its program said; else the library is asked. `doubt` are statements of which nothing can
        tell, and of which the kit has to say that.
        """
        assert gone(self.stage), "a session or a lock is left"
        counts = self.stage.applied()
        assert set(counts.values()) <= {0, 1}, f"applied more than once, or in part: {counts}"
        said = self.said(unfinished)
        for number, count in counts.items():
            fate = said[number]
            if number in doubt:
                assert fate is Fate.unknown, f"statement {number} is {fate}"
            else:
                assert fate is not Fate.unknown, f"statement {number} is {fate}, and {count} in truth"
                assert (fate is Fate.applied) == bool(count), f"statement {number} is {fate}, and {count} in truth"
        return tuple(number for number, count in counts.items() if count)

    def said(self, unfinished: Sequence[Unfinished] | None = None) -> dict[int, Fate]:
        """Give what the kit says of each statement."""
        version = self.stage.version()
        said = {n: Fate.applied if of <= version else Fate.waiting for n, of in _REVISION_OF.items()}
        for one in self.unfinished() if unfinished is None else unfinished:
            assert one.revision > version, f"{one.revision} is unfinished, and the version table says {version}"
            for statement in one.statements:
                if number := story.number(statement.sql):
                    said[number] = statement.fate
        return said

    def unfinished(self) -> tuple[Unfinished, ...]:
        """Give what the kit calls unfinished."""
        schema = self.stage.schema
        with mock.patch.dict(os.environ, self.stage.environment):
            found = targets.declared(self.stage.project, schema, TARGET)
        below = {one for one in story.REVISIONS if one <= self.stage.version()}
        return journal.unfinished(schema, found, journal.entries(schema, found), below)

    def dropped(self) -> list[str]:
        """Drop by hand what the kit says that has to be: an index that CREATE INDEX CONCURRENTLY did not end."""
        told = [_LEFT.search(statement.why) for one in self.unfinished() for statement in one.statements]
        names = [found["name"] for found in told if found]
        for name in names:
            self.stage.does(f"DROP INDEX {name}")
        return names

    def ends_well(self, *, unknown: str = "") -> None:
        """Resume, and hold that it ends as an undisturbed release does."""
        release = self.released(resume=True, **({"unknown": unknown} if unknown else {}))
        self.ended_well(release, release.ends())

    def ended_well(self, release: Release, ending: Ending) -> None:
        """Hold that a release came to the head, to the same catalogue and rows as an undisturbed one."""
        assert ending.code == 0, f"{ending.message} ({ending.remedy})\n{ending.traceback}"
        self.keeps(release)
        self.at_head()

    def at_head(self) -> None:
        """Hold that all is applied, and that it came to the same as ever."""
        assert self.truth() == story.ALL
        assert self.stage.version() == story.SECOND
        assert not self.unfinished()
        assert self.stage.entries()[-1].kind is Kind.ended
        if self.reference:
            assert self.stage.reading() == self.reference


def untouched(stage: Stage) -> bool:
    """Whether nothing at all was written to the target."""
    return not any(stage.applied().values()) and stage.version() == story.BASE
