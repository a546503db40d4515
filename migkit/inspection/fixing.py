"""The fixes of a history's findings, applied to its files in memory, and judged again until nothing is left to fix.

A file whose fixes would bring something new about is left as it was. What lies on the main branch is left alone too:
it has been applied somewhere, and a revision that was applied is not edited; its file may get another name.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path

from migkit.inspection.encoded import Encoded
from migkit.inspection.encoded import read as decoded
from migkit.inspection.files import File
from migkit.lint.fixes import fix
from migkit.lint.fixes.place import Place
from migkit.lint.judging import Judged
from migkit.lint.rule import Fix
from migkit.values import dataclass

Judge = Callable[[Sequence[File]], Sequence[Judged]]
_PASSES = 6  # an index may become guarded first, and then be built apart


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of a file: its bytes before and after, its new path if it gets one, and for which rules."""

    path: Path
    to: Path
    before: bytes
    after: bytes
    rules: tuple[str, ...]

    def diff(self, shown: Callable[[Path], str]) -> str:
        """Give the change as `diff -u` does."""
        old, new = (decoded(one) for one in (self.before, self.after))
        names = (shown(self.path), shown(self.to))
        head = "" if self.path == self.to else f"rename from {names[0]}\nrename to {names[1]}\n"
        if old is None or new is None or self.before == self.after:
            return head
        lines = difflib.unified_diff(old.text.splitlines(), new.text.splitlines(), *names, lineterm="")
        return head + "".join(f"{line}\n" for line in lines)


@dataclass(slots=True)
class _Work:
    """A file under work: as it is read, as it would be, and the rules that changed it."""

    file: File
    encoded: Encoded | None
    text: str
    path: Path
    rules: dict[str, None] = field(default_factory=dict)

    def now(self) -> File:
        """Give the file as it would be."""
        if self.encoded is None or self.text == self.encoded.text:
            return replace(self.file, path=self.path)
        return File(self.path, self.encoded.bytes(self.text), self.file.problem)


def changes(
    files: Sequence[File],
    judge: Judge,
    wanted: Callable[[Judged], bool],
    released: Collection[Path] = (),
) -> tuple[tuple[Change, ...], tuple[Path, ...]]:
    """Give what would become of the files, and those of the main branch that were left alone.

    `judge` gives what the rules find in files, `wanted` says which of it is to be fixed.
    """
    before = _counted(judge(files))
    refused: frozenset[Path] = frozenset()
    while True:
        work = {file.path: _work(file) for file in files}
        left = _passes({path: one for path, one in work.items() if path not in refused}, work, judge, wanted, released)
        after = _counted(judge([one.now() for one in work.values()]))
        worse = {path for path, one in work.items() if one.rules and _worse(before.get(path), after.get(one.path))}
        if not worse:
            break
        refused |= worse
    made = (
        Change(one.file.path, one.path, one.file.source, one.now().source, tuple(one.rules)) for one in work.values()
    )
    return tuple(one for one in made if (one.path, one.before) != (one.to, one.after)), tuple(sorted(left))


def _work(file: File) -> _Work:
    encoded = None if file.problem else decoded(file.source)
    return _Work(file, encoded, encoded.text if encoded else "", file.path)


def _passes(
    work: Mapping[Path, _Work],
    every: Mapping[Path, _Work],
    judge: Judge,
    wanted: Callable[[Judged], bool],
    released: Collection[Path],
) -> set[Path]:
    """Fix what can be fixed in `work`, until nothing changes; give the released files that were left alone."""
    left: set[Path] = set()
    for _ in range(_PASSES):
        found: dict[Path, list[tuple[str, Fix]]] = {}
        places: dict[Path, Place | None] = {}
        origins = {one.path: path for path, one in work.items()}
        for one in judge([each.now() for each in every.values()]):
            origin = origins.get(one.path) if one.path else None
            if origin is None or not wanted(replace(one, path=origin)):
                continue
            way = fix(one.rule.name, one.found, _place(work[origin], places))
            if way and way.edits and origin in released:
                left.add(origin)
            elif way:
                found.setdefault(origin, []).append((one.rule.name, way))
        taken = {each.path for each in every.values()}
        if not any([_applied(work[path], ways, taken) for path, ways in found.items()]):  # noqa: C419  # every file
            break
    return left


def _place(work: _Work, known: dict[Path, Place | None]) -> Place | None:
    """Give a file's tree, None where it has none or is too deep for one."""
    if work.path not in known:
        try:
            known[work.path] = Place(work.text) if work.encoded else None
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            known[work.path] = None
    return known[work.path]


def _applied(work: _Work, ways: Iterable[tuple[str, Fix]], taken: Collection[Path]) -> bool:
    """Apply the fixes to a file that do not meet one another; what does is for the next pass."""
    edits: dict[tuple[int, int, str], None] = {}
    changed = False
    for rule, way in ways:
        to = work.file.path.with_name(way.rename) if way.rename else work.path
        if to != work.path and work.path == work.file.path and to not in taken and not to.exists():
            work.path, changed = to, True
            work.rules[rule] = None
        if way.edits and work.encoded and not any(_meet(new, old) for new in way.edits for old in edits if new != old):
            edits |= dict.fromkeys(way.edits)
            work.rules[rule] = None
    text = edited(work.text, edits)
    changed = changed or text != work.text
    work.text = text
    return changed


def edited(text: str, edits: Iterable[tuple[int, int, str]]) -> str:
    """Give a text with pieces of it replaced; none of them meet."""
    for begin, end, new in sorted(edits, reverse=True):
        text = text[:begin] + new + text[end:]
    return text


def _meet(one: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    return one[0] == other[0] or (one[0] < other[1] and other[0] < one[1])


def _counted(found: Iterable[Judged]) -> dict[Path, Counter[str]]:
    counted: dict[Path, Counter[str]] = {}
    for one in found:
        if one.path:
            counted.setdefault(one.path, Counter())[one.rule.name] += 1
    return counted


def _worse(before: Counter[str] | None, after: Counter[str] | None) -> bool:
    """Whether a rule finds more in a file than it did before."""
    return bool((after or Counter()) - (before or Counter()))
