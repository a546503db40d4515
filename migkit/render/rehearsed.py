"""The text of a rehearsal: findings, those of a kind folded; what each check came to by revision; counts.

Histories of raw SQL on MySQL have a note or a warning for nearly every revision: what is many is told once, with ids.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Any

from migkit.model import Finding, Report, Severity
from migkit.model.rehearsal import RULES
from migkit.render.findings import SIGN, STYLE, counted, write_finding, write_heading, write_last
from migkit.render.page import Page, Piece
from migkit.render.rules import advised, described

WHOLE = {Severity.error: 50, Severity.warning: 20, Severity.note: 3}  # findings of one rule that are told in full
IDS_SHOWN = 10
ROWS_SHOWN = 40
CUTS_SHOWN = 10
SQL_SHOWN = 100
_ALL = "--format json has all"
_NOWHERE = "of no revision"
_WORDS = ("upgrade", "oneshot", "idempotent", "crash", "effects", "offline")  # what a revision has a word for
_CHECKS = {**RULES, **dict.fromkeys(("duplicate-id", "unknown-parent", "cycle"), "graph")}  # these no baseline accepts
Revision = Mapping[str, Any]


def rehearsed(report: Report, page: Page, fail_on: Severity) -> None:
    """Write the report of a rehearsal."""
    revisions = {str(one["revision"]): one for one in report.facts["revisions"]}
    write_heading(report, page)
    _made(report, page)
    _findings(report.findings, revisions, page)
    _known(report.known, page)
    _table(revisions.values(), report.findings, page)
    _counts(report, page)
    known = f" ({len(report.known)} known)" if report.known else ""
    write_last(
        report,
        page,
        fail_on,
        _number(len(revisions), "revision") if report.server else "",
        (counted(report.findings) or "nothing found") + known,
    )


def _made(report: Report, page: Page) -> None:
    """Say which checks were not made, and why."""
    reasons: dict[str, list[str]] = defaultdict(list)
    for check, why in report.facts["not_made"].items():
        reasons[why].append(check)
    for why, checks in reasons.items():
        page.line((f"not made: {', '.join(checks)} ({why})", "dim"), indent=2)


def _findings(findings: Sequence[Finding], revisions: Mapping[str, Revision], page: Page) -> None:
    """Write each revision's findings together, the gravest first, its cuts under the last; fold what is many."""
    kinds: dict[tuple[Severity, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        kinds[finding.severity, finding.rule].append(finding)
    told = {id(one) for (severity, _), them in kinds.items() for one in _whole(severity, them)}
    order = list(revisions)
    whole = sorted((one for one in findings if id(one) in told), key=lambda one: _place(one, order))
    for at, finding in enumerate(whole):
        one = revisions.get(finding.revision or "", {})
        write_finding(finding, page, str(one.get("title", "")))
        if one and all(other.revision != finding.revision for other in whole[at + 1 :]):
            _cuts(one, [other for other in findings if other.revision == finding.revision], page)
    for (severity, rule), them in sorted(kinds.items(), key=lambda item: -item[0][0]):
        _folded(severity, rule, [one for one in them if id(one) not in told], page)


def _whole(severity: Severity, findings: list[Finding]) -> list[Finding]:
    """Give those that are told in full: of notes all or none, since one is as good as another."""
    limit = WHOLE[severity]
    return findings[:limit] if severity is not Severity.note or len(findings) <= limit else []


def _place(finding: Finding, order: list[str]) -> tuple[int, int]:
    """Put a revision's findings together, in the history's order, the gravest first; what is of none, at the end."""
    at = order.index(finding.revision) if finding.revision in order else len(order)
    return at, -finding.severity


def _cuts(one: Revision, findings: Iterable[Finding], page: Page) -> None:
    """Write what came of each cut, where a retry was not as it should be; not again what a finding says of it."""
    cuts = one["crash"] or ()
    if all(cut["retry_ok"] for cut in cuts):
        return
    told = [finding.message for finding in findings]
    page.line("cut after a statement, and run again:", indent=2)
    for cut in cuts[:CUTS_SHOWN]:
        old = ("old text  " if cut["edited"] else "") + ("inferred  " if cut["inferred"] else "")
        page.line(f"{cut['statement']:>3}  ", _retry(cut), f"  {old}{_short(cut['sql'])}", indent=2)
        if not any(cut["error"] in message for message in told):
            page.block(cut["error"], indent=7)
            told.append(cut["error"])
    if len(cuts) > CUTS_SHOWN:
        page.line(f"… and {len(cuts) - CUTS_SHOWN} more: {_ALL}", indent=4)


def _retry(cut: Mapping[str, Any]) -> Piece:
    if not cut["retry_ok"]:
        return "retry fails", "bold red"
    return ("retry works", "green") if cut["committed"] else ("nothing stays", "green")


def _short(sql: str) -> str:
    line = " ".join(sql.split())
    return line if len(line) <= SQL_SHOWN else f"{line[: SQL_SHOWN - 1]}…"


def _folded(severity: Severity, rule: str, findings: Sequence[Finding], page: Page) -> None:
    if not findings:
        return
    names = list(dict.fromkeys(one.revision or one.object or one.path or "" for one in findings))
    more = f", … and {len(names) - IDS_SHOWN} more: {_ALL}" if len(names) > IDS_SHOWN else ""
    page.line()
    page.line((f"{SIGN[severity]} {rule}", STYLE[severity]), f"  {len(findings)} times")
    page.line(described(rule), indent=2)
    page.line(", ".join(names[:IDS_SHOWN]) + more, indent=2)
    remedies = {one.remedy for one in findings}
    page.line(("to do:", "bold"), f" {remedies.pop() if len(remedies) == 1 else advised(rule)}", indent=2)


def _known(known: Iterable[Finding], page: Page) -> None:
    counts = Counter(one.rule for one in known)
    if counts:
        page.line()
        told = ", ".join(f"{count} {rule}" for rule, count in counts.items())
        page.line(f"known, and accepted by the baseline: {told}")


def _table(revisions: Iterable[Revision], findings: Iterable[Finding], page: Page) -> None:
    """Write a line for each revision of which a check found something new, and a column for each such check."""
    found = {(one.revision, _CHECKS.get(one.rule) or "upgrade") for one in findings}
    wrong = {str(one["revision"]): _wrong(one, found) for one in revisions}
    rows = [one for one in revisions if wrong[str(one["revision"])]]
    names = [name for name in _WORDS if any(name in found for found in wrong.values())]
    if not rows:
        return
    page.line()
    cells = [[str(one["revision"]), *_cells(one, names, wrong), str(one["title"])] for one in rows[:ROWS_SHOWN]]
    page.table(["revision", *names, "title"], cells)
    if len(rows) > ROWS_SHOWN:
        page.line(f"… and {len(rows) - ROWS_SHOWN} more: {_ALL}")


def _wrong(one: Revision, found: Container[tuple[str | None, str]]) -> set[str]:
    """Give the checks that came to something else than ok and have a finding: none of what the baseline accepts has."""
    return {name for name in _WORDS if _word(one, name) not in ("ok", "-") and (one["revision"], name) in found}


def _cells(one: Revision, names: Iterable[str], wrong: Mapping[str, set[str]]) -> Iterator[Piece]:
    for name in names:
        word = _word(one, name)
        yield (word, "yellow") if name in wrong[str(one["revision"])] else word


def _word(one: Revision, name: str) -> str:
    """Give what a check came to: ok, or what it is instead; `-` where it was not made."""
    if name != "crash":
        return str(one[name] or "-")
    cuts = one["crash"]
    failed = sum(not cut["retry_ok"] for cut in cuts or ())
    return "-" if cuts is None else f"{failed} of {len(cuts)} retries fail" if failed else "ok"


def _counts(report: Report, page: Page) -> None:
    """Write one line of what each check came to."""
    told = [f"{check} {_came_to(report, check)}" for check in report.facts["checks"]]
    if told:
        page.line()
        page.line(" · ".join(told))


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _came_to(report: Report, check: str) -> str:
    revisions = report.facts["revisions"]
    if check == "crash":
        cuts = [cut for one in revisions for cut in one["crash"] or ()]
        if all(one["crash"] is None for one in revisions):
            return _NOWHERE
        failed = sum(not cut["retry_ok"] for cut in cuts)
        return f"{_number(len(cuts), 'cut')}, {failed} of the retries fail" if failed else _number(len(cuts), "cut")
    if check in _WORDS:
        words = Counter(one[check] for one in revisions if one[check])
        return ", ".join(f"{count} {word}" for word, count in sorted(words.items(), reverse=True)) or _NOWHERE
    found = sum(_CHECKS.get(one.rule) == check for one in (*report.findings, *report.known))
    return f"{found} found" if found else "ok"
