"""Asks squawk about a history, and puts its answers on the lines of the revision files."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from migkit import process
from migkit.lint.case import Whole
from migkit.lint.judging import Judged
from migkit.lint.rule import Found
from migkit.model.script import Span
from migkit.squawk.program import FAMILY, installed
from migkit.squawk.rules import FAILED, rule, wanted
from migkit.squawk.sheet import Sheet, sheet
from migkit.values import dataclass

_SECONDS = 60
_ANSWERED = (0, 1)  # nothing found, something found
_SYNTAX = "syntax-error"
_SHOWN = 200  # characters of what it says instead


def judged(whole: Whole, sources: Mapping[Path, str], program: str | None = None) -> tuple[Judged, ...]:
    """Ask squawk about the upgrades of a history on PostgreSQL; nothing where it is not installed, or not asked.

    `sources` are the texts of the files, in which the lines of longer SQL are looked up.
    """
    program = program or installed()
    if whole.engine.family != FAMILY or not program:
        return ()
    sheets = [made for made in (sheet(script, sources.get(script.path, "")) for script in whole.order) if made]
    if not sheets:
        return ()
    with tempfile.TemporaryDirectory(prefix="migkit-squawk-") as folder:
        return tuple(_asked(program, whole, sheets, Path(folder)))


@dataclass(frozen=True, slots=True)
class _Said:
    """One answer: the number of its sheet, a place in it that counts from 0."""

    sheet: int
    line: int
    column: int
    rule: str
    level: str
    message: str
    remedy: str


def _asked(program: str, whole: Whole, sheets: Sequence[Sheet], folder: Path) -> Iterator[Judged]:
    """Ask once, and again without the statements that it cannot read: one of them hides all others of its file."""
    said = _answers(program, whole, sheets, folder)
    broken = {(one.sheet, one.line) for one in said if one.rule == _SYNTAX} if isinstance(said, list) else set()
    if broken:
        for number, line in broken:
            sheets[number].silence(line)
        said = _answers(program, whole, sheets, folder)
    if isinstance(said, str):
        yield Judged(FAILED, Found(said, Span(1), FAILED.remedy), None, "", (whole.engine.name,))
        return
    for one in said:
        if wanted(one.rule):
            yield _judged(one, sheets[one.sheet], whole)


def _answers(program: str, whole: Whole, sheets: Sequence[Sheet], folder: Path) -> list[_Said] | str:
    """Give what squawk says; a text where it gives no answer."""
    paths = [folder / f"{number:06}.sql" for number in range(len(sheets))]
    for path, one in zip(paths, sheets, strict=True):
        path.write_text(one.text(), encoding="utf-8", errors="replace")
    args = (program, "--reporter", "json", "--pg-version", whole.engine.version, *map(str, paths))
    done = process.run(args, timeout=_SECONDS, cwd=whole.schema.directory)
    if done.code in _ANSWERED:
        with suppress(ValueError, KeyError, TypeError, IndexError):
            return [_said(one, len(sheets)) for one in json.loads(done.out)]
    return f"squawk gave no answer (exit code {done.code}): {(done.err or done.out).strip()[:_SHOWN]}"


def _said(one: Mapping[str, Any], sheets: int) -> _Said:
    number = int(Path(one["file"]).stem)
    if number >= sheets:
        raise IndexError(number)
    message, remedy = (str(one.get(key) or "").strip().removesuffix(".") for key in ("message", "help"))
    return _Said(
        number, int(one["line"]), int(one["column"]), str(one["rule_name"]), str(one.get("level")), message, remedy
    )


def _judged(one: _Said, of: Sheet, whole: Whole) -> Judged:
    found = Found(of.shown(one.line), of.place(one.line, one.column), one.remedy, why=one.message)
    return Judged(rule(one.rule, one.level, one.message), found, of.path, of.revision, (whole.engine.name,))
