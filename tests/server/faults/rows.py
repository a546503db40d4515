"""The fault table: its rows are what test_release_faults.py runs and what docs/faults.md shows.

`python -m tests.server.faults.rows` writes them into docs/faults.md.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs/faults.md"
BEGIN, END = "<!-- rows: {} -->", "<!-- end -->"
NONE: tuple[int, ...] = ()
ALL = (1, 2, 3, 4, 5, 6)


@dataclass(frozen=True)
class Cut:
    """A point at which everything is cut off, and which statements are committed then, by product."""

    point: str
    said: str
    mysql: tuple[int, ...]
    postgresql: tuple[int, ...]

    def committed(self, family: str) -> tuple[int, ...]:
        """Give the statements that are committed at this point."""
        return self.postgresql if family == "postgresql" else self.mysql


@dataclass(frozen=True)
class Row:
    """Another fault: `key` is its test's, `fault` what is done, `then` what is seen and what must hold."""

    key: str
    fault: str
    then: str


def _around(
    number: int, what: str, mysql: tuple[tuple[int, ...], ...], postgresql: tuple[tuple[int, ...], ...]
) -> list[Cut]:
    said = (f"before {number}, {what}", f"after {number}, its answer unheard", f"after {number}, its answer noted")
    points = (f"sent:{number}", f"answered:{number}", f"next:{number}")
    return [Cut(*one) for one in zip(points, said, mysql, postgresql, strict=True)]


_THREE, _FOUR, _FIVE = ALL[:3], ALL[:4], ALL[:5]
CUTS = (
    *_around(1, "`CREATE TABLE`", (NONE, (1,), (1,)), (NONE,) * 3),
    *_around(2, "`INSERT`", ((1,),) * 3, (NONE,) * 3),
    *_around(3, "a guarded column", ((1, 2), _THREE, _THREE), (NONE,) * 3),
    Cut("commit:b1", "before the first revision is committed", _THREE, NONE),
    Cut("kept:b1", "after it is committed, the answer unheard", _THREE, _THREE),
    *_around(4, "`UPDATE`", (_THREE,) * 3, (_THREE,) * 3),
    *_around(5, "`CREATE INDEX`", (_THREE, _FIVE, _FIVE), (_FOUR, _FIVE, _FIVE)),
    *_around(6, "`INSERT`", (_FIVE,) * 3, (_FIVE,) * 3),
    Cut("commit:c2", "before the second revision is committed", _FIVE, _FIVE),
    Cut("kept:c2", "after it is committed, the answer unheard", ALL, ALL),
)
ROWS: dict[str, tuple[Row, ...]] = {}


def some(*points: str) -> list[Cut]:
    """Give the cuts at these points."""
    return [cut for cut in CUTS if cut.point in points]


def ids(found: Sequence[Cut | Row]) -> list[str]:
    """Give the names of tests of rows."""
    return [one.point if isinstance(one, Cut) else one.key for one in found]


def cuts() -> str:
    """Give the table of cuts as Markdown."""
    head = "| cut off | committed on MySQL and MariaDB | on PostgreSQL |\n| --- | --- | --- |\n"
    return head + "".join(f"| {one.said} | {_listed(one.mysql)} | {_listed(one.postgresql)} |\n" for one in CUTS)


def faults(group: str) -> str:
    """Give the rows of a group as Markdown."""
    return "| fault | what is seen |\n| --- | --- |\n" + "".join(
        f"| {one.fault} | {one.then} |\n" for one in ROWS[group]
    )


def written(page: str) -> str:
    """Give the page with the rows as they are here."""
    for group, table in {"cuts": cuts(), **{group: faults(group) for group in ROWS}}.items():
        before, begin, rest = page.partition(BEGIN.format(group))
        assert begin, f"docs/faults.md has no place for {group}"
        page = f"{before}{begin}\n{table}{END}{rest.partition(END)[2]}"
    return page


def _listed(numbers: tuple[int, ...]) -> str:
    return f"1 to {numbers[-1]}" if len(numbers) > 1 else str(numbers[0]) if numbers else "nothing"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")
