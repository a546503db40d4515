"""The text of lint: each finding under its line of source with a caret; what is many of one rule is told once.

Without rich: lint runs on every save.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from migkit.model import Finding, Report, Severity
from migkit.render.findings import SIGN, counted
from migkit.render.visible import cells, cut, visible

WHOLE = {Severity.error: 50, Severity.warning: 20, Severity.note: 3}  # findings of one rule that are told in full
SHOWN = 10
_WIDTH = 120
_TAB = 4
_COLORS = {Severity.error: "\x1b[1;31m", Severity.warning: "\x1b[33m", Severity.note: "\x1b[36m"}
_SIGNS = {"+": "\x1b[32m", "-": "\x1b[31m", "@": "\x1b[2m"}
_BOLD, _DIM, _GREEN, _RED, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[1;32m", "\x1b[1;31m", "\x1b[0m"


class _Paint:
    """Colours, or nothing."""

    def __init__(self, *, color: bool) -> None:
        self._color = color

    def __call__(self, style: str, text: str) -> str:
        return f"{style}{text}{_PLAIN}" if self._color and style and text else text


def linted(report: Report, fail_on: Severity, *, color: bool, width: int) -> str:
    """Give the text: every finding, what the baseline accepts, one line of counts."""
    paint = _Paint(color=color)
    told, folded = _parted(report.findings)
    lines = list(_fixes(report, paint))
    for finding in told:
        lines += [*_finding(finding, paint, width or _WIDTH), ""]
    for (severity, rule), them in folded.items():
        lines += [*_folded(severity, rule, them, report, paint), ""]
    return "\n".join([*lines, *_known(report), _last(report, fail_on, paint), ""])


def _parted(findings: Sequence[Finding]) -> tuple[list[Finding], dict[tuple[Severity, str], list[Finding]]]:
    """Give what is told in full, and what is many of one rule: of notes all or none, as one is as good as another."""
    kinds: dict[tuple[Severity, str], list[Finding]] = defaultdict(list)
    for one in findings:
        kinds[one.severity, one.rule].append(one)
    folded = {}
    for key, them in sorted(kinds.items(), key=lambda item: -item[0][0]):
        limit = WHOLE[key[0]]
        if len(them) > limit:
            folded[key] = them if key[0] is Severity.note else them[limit:]
    hidden = {id(one) for them in folded.values() for one in them}
    return [one for one in findings if id(one) not in hidden], folded


def _finding(finding: Finding, paint: _Paint, width: int) -> Iterator[str]:
    head = paint(_COLORS[finding.severity], f"{SIGN[finding.severity]} {finding.rule}")
    named = "" if finding.object == finding.revision else visible(finding.object or "")
    yield "  ".join(filter(None, (head, finding.revision, named)))
    if finding.path:
        place = (finding.path, finding.line, finding.column if finding.line else None)
        yield "  " + paint(_BOLD, visible(":".join(str(part) for part in place if part)))
    yield from _source(finding, paint, width)
    yield from (f"  {line}" for line in visible(finding.message).splitlines())
    if finding.remedy:
        first, *rest = visible(finding.remedy).splitlines()
        yield f"  {paint(_BOLD, 'to do:')} {first}"
        yield from (f"    {line}" for line in rest)


def _source(finding: Finding, paint: _Paint, width: int) -> Iterator[str]:
    """Write the line, and a caret under the place; of a long line the part around it."""
    if not finding.line or not finding.source.strip():
        return
    text, start, end = _window(finding, max(width - len(str(finding.line)) - 8, 20))
    gutter = " " * (len(str(finding.line)) + 1)
    yield paint(_DIM, f"   {finding.line} | ") + text
    if end > start:
        yield paint(_DIM, f"   {gutter}| ") + " " * start + paint(_COLORS[finding.severity], "^" * (end - start))


def _window(finding: Finding, room: int) -> tuple[str, int, int]:
    """Give the part of the line that is shown, and the columns of it between which the place stands."""
    source = finding.source.rstrip()
    margin = len(source) - len(source.lstrip())
    first = (finding.column or margin + 1) - 1
    last = max((finding.end_column or 0) - 1, first + 1) if finding.column else first
    low = margin if cells(source[margin:last]) <= room else max(margin, first - room // 3)
    before, place, after = (
        visible(part.expandtabs(_TAB)) for part in (source[low:first], source[first:last], source[last:])
    )
    before = f"…{before[1:]}" if low > margin and before else before
    text = before + place + after
    shown = text if cells(text) <= room else f"{cut(text, room - 1)}…"
    return shown, min(cells(before), room), min(cells(before + place), room)


def _folded(severity: Severity, rule: str, them: Sequence[Finding], report: Report, paint: _Paint) -> Iterator[str]:
    more = "more of it" if severity is not Severity.note else "of them"
    yield f"{paint(_COLORS[severity], f'{SIGN[severity]} {rule}')}  {len(them)} {more}: --format json has all"
    why = str(report.facts.get("rules", {}).get(rule, ""))
    if why:
        yield f"  {visible(why)}"
    names = list(dict.fromkeys(one.revision or one.object or one.path or "" for one in them))
    yield f"  {', '.join(names[:SHOWN])}{f', … and {len(names) - SHOWN} more' if len(names) > SHOWN else ''}"


def _fixes(report: Report, paint: _Paint) -> Iterator[str]:
    """Write what was fixed, or would be, as diffs; and what was left alone."""
    fixes, left = report.facts.get("fixes", ()), report.facts.get("left_alone", ())
    for one in fixes:
        for line in visible(one["diff"]).splitlines():
            head = line.startswith(("+++", "---", "rename "))
            yield paint(_BOLD if head else _SIGNS.get(line[:1], ""), line) if line else line
        yield ""
    if fixes:
        word = "fixed" if report.facts["written"] else "to fix"
        rules = ", ".join(dict.fromkeys(rule for one in fixes for rule in one["rules"]))
        yield f"{word}: {len(fixes)} file{'' if len(fixes) == 1 else 's'} ({rules})"
        yield ""
    elif "fixes" in report.facts and not left:
        yield from ("nothing can be fixed mechanically", "")
    if left:
        yield f"left alone, since the main branch has them: {', '.join(visible(path) for path in left)}"
        yield "  to do: a new revision mends what was applied; --fix --revision ID edits one that was not"
        yield ""


def _known(report: Report) -> Iterator[str]:
    counts = Counter(one.rule for one in report.known)
    if counts:
        yield f"known, and accepted by the baseline: {', '.join(f'{count} {rule}' for rule, count in counts.items())}"
        yield ""
    if "baseline" in report.facts:
        yield f"recorded in {visible(report.facts['baseline'])}"
        yield ""


def _last(report: Report, fail_on: Severity, paint: _Paint) -> str:
    failed = report.exit_code(fail_on) != 0
    number = int(report.facts["judged"])
    word = paint(_RED, "failed") if failed else paint(_GREEN, "passed")
    known = f" ({len(report.known)} known)" if report.known else ""
    counts = f"{counted(report.findings) or 'nothing found'}{known}"
    return (
        f"{word} · {report.schema} · {number} revision{'' if number == 1 else 's'} · {counts} · {report.seconds:.1f} s"
    )
