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
_RESUMED = "`--resume` sends what is not committed, once"
ROWS: dict[str, tuple[Row, ...]] = {
    "cuts": (
        Row(
            "kit_killed",
            "the kit is killed (SIGKILL) at each point of the first table",
            "as the table says; " + _RESUMED,
        ),
        Row(
            "kit_killed_again_as_it_resumes",
            "a release that resumes is killed too, at another point",
            "as the table says; it is resumed again",
        ),
        Row(
            "kit_killed_without_the_table",
            "the kit is killed in an open transaction, and the target has no `migkit_journal`",
            "rows are `unknown`, and `--resume` asks; where a revision is one transaction, its version tells",
        ),
        Row(
            "rollback_killed",
            "the kit is killed as it goes back, before and after each of five statements of a downgrade",
            "the same; `mig.rollback --resume` sends what is not committed, once",
        ),
        Row(
            "program_killed",
            "`migkit prod` itself is killed, with its gate and its report",
            "as the table says, by `migkit status` too; where a revision is half applied, a plain run is refused with "
            "exit 6 and `--resume` ends it, else a plain run does",
        ),
        Row(
            "server_killed",
            "the server is killed (SIGKILL) at each point, and started again",
            "exit 7; the same, on the same table",
        ),
    ),
    "network": (
        Row(
            "connection_lost",
            "every connection is reset, closed, half-closed, or the answer to a statement is lost",
            "exit 7; what was sent and never answered is told from the catalogue and the marks; " + _RESUMED,
        ),
        Row(
            "nothing_passes_any_more",
            "nothing passes any more, and nobody is told",
            "given up within a minute after `statement_timeout`, exit 7; " + _RESUMED,
        ),
        Row(
            "network_forgets_a_release",
            "the network forgets a release that stands, and nobody is told; new connections pass",
            "`mig.status` says that its session is still open, another run is refused and says how to end that; the "
            "server ends the kit's own session after three minutes, and an idle one of the migration's after an hour "
            "(PostgreSQL both after one minute, where it sees the network itself); " + _RESUMED,
        ),
        Row("slow_network", "each packet waits", "it ends well, later"),
        Row(
            "not_reached_at_all",
            "the target cannot be reached, or never answers",
            "exit 6 within `connect_timeout`, nothing was written",
        ),
    ),
    "locks": (
        Row(
            "lock_held_for_long",
            "another session holds a table, or rows, or keeps an index from being built, for good",
            "tried a few times, exit 7; an invalid index that `CREATE INDEX CONCURRENTLY` left is named, and is "
            "dropped by hand first; " + _RESUMED,
        ),
        Row("lock_let_go_in_time", "another session lets go while the statement waits", "it ends well"),
        Row(
            "lock_let_go_after_a_time_out",
            "another session lets go after the first time-out",
            "it ends well; the statement was sent twice and applied once",
        ),
        Row(
            "kit_killed_as_the_server_waits",
            "the kit is killed while its statement waits on the server",
            "the statement is `running`, and another run is refused until it has ended; then as in the first table",
        ),
    ),
    "runs": (
        Row(
            "second_run_is_refused",
            "a second run begins while one is at work",
            "exit 6, which session is at work; the first one ends well",
        ),
        Row("five_runs_at_once", "five runs begin at once", "one applies all, four are refused with exit 6"),
        Row(
            "session_ended_by_an_administrator",
            "an administrator ends the kit's own session, or the migration's",
            "exit 7, or it goes on to the end; " + _RESUMED,
        ),
        Row(
            "operator_stops_it",
            "Ctrl-C, SIGTERM, a terminal that closes",
            "the statement that runs ends, no other one is sent, exit 130; " + _RESUMED,
        ),
    ),
    "world": (
        Row("journal_disk_full", "the journal's disk is full, at several points", "nothing more is sent; " + _RESUMED),
        Row(
            "data_disk_full",
            "the server's disk is full",
            "exit 7: PostgreSQL refuses the statement, MySQL and MariaDB wait, and are given up after "
            "`statement_timeout`; once there is room, " + _RESUMED,
        ),
        Row(
            "journal_not_writable", "the journal cannot be made or written", "exit 6, nothing was written to the target"
        ),
        Row(
            "clock_jumps",
            "the clock jumps by ten years, to and fro, at each look; and back before it is resumed",
            "lines and runs keep their order",
        ),
        Row(
            "revision_edited_after_the_plan",
            "a revision is edited between plan and application",
            "exit 6, nothing was written",
        ),
        Row(
            "applied_statement_edited_before_the_resume",
            "a statement that is applied is edited before `--resume`",
            "exit 6, both texts are shown",
        ),
        Row("failed_statement_is_mended", "a statement fails, and is mended", "exit 7; " + _RESUMED),
    ),
}


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
    for group, table in {"points": cuts(), **{group: faults(group) for group in ROWS}}.items():
        before, begin, rest = page.partition(BEGIN.format(group))
        assert begin, f"docs/faults.md has no place for {group}"
        page = f"{before}{begin}\n{table}{END}{rest.partition(END)[2]}"
    return page


def _listed(numbers: tuple[int, ...]) -> str:
    return f"1 to {numbers[-1]}" if len(numbers) > 1 else str(numbers[0]) if numbers else "nothing"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")
