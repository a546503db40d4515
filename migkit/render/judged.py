"""The text of a round trip: each revision that is not ok with its exact differences, then one line of counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from difflib import unified_diff

from migkit.model import Difference, Finding, Report, RevisionReport, Severity, Verdict
from migkit.render.page import Page

DIFFERENCES_SHOWN = 50
_STYLE = {Severity.error: "bold red", Severity.warning: "yellow", Severity.note: "cyan"}
_SIGN = {Severity.error: "✗", Severity.warning: "!", Severity.note: "·"}

_WHAT = {
    Verdict.upgrade_fails: "the upgrade fails:",
    Verdict.downgrade_fails: "the upgrade works, and the downgrade fails:",
    Verdict.reupgrade_fails: "up and down work, and the second upgrade fails:",
    Verdict.data_lost: "after the downgrade rows are gone, or others than before the upgrade:",
    Verdict.schema_differs: "after the downgrade the catalogue is not what it was before the upgrade:",
    Verdict.reupgrade_differs: "the second upgrade does not end in the catalogue of the first:",
    Verdict.order_differs: "after the downgrade columns or keys stand in another order:",
    Verdict.irreversible: "the downgrade declares that it cannot be done:",
}
_SIDES = {
    Verdict.reupgrade_differs: (
        "1st up",
        "2nd up",
        "is missing after the second upgrade",
        "is new after the second upgrade",
    ),
}
_USUAL_SIDES = ("before", "after", "is gone", "is left behind")


def judged(report: Report, page: Page, fail_on: Severity) -> None:
    """Write the report of a verb that judges revisions."""
    findings = {(one.revision, one.rule): one for one in report.findings}
    _head(report, page)
    for one in report.revisions:
        if one.verdict is not Verdict.ok and not one.baseline:
            _revision(one, findings.get((one.revision, one.verdict.value)), page)
    verdicts = {(one.revision, one.verdict.value) for one in report.revisions}
    for finding in report.findings:
        if (finding.revision, finding.rule) not in verdicts:
            _finding(finding, page)
    _known([one for one in report.revisions if one.baseline and one.verdict is not Verdict.ok], page)
    _summary(report, page, fail_on)


def _head(report: Report, page: Page) -> None:
    server = report.server
    product = f"{server.get('product', '')} {report.engine.get('version', '')}".strip()
    origin = ": ".join(str(server[key]) for key in ("kind", "origin") if server.get(key))
    wanted = str(report.engine.get("wanted", ""))
    place = f"{product} ({origin})" if origin else product
    page.line((" · ".join(part for part in (report.schema, wanted, place) if part), "bold"))
    for reason in server.get("passed_over", ()):
        page.line((f"passed over {' '.join(str(reason).split())}", "dim"), indent=2)


def _revision(one: RevisionReport, finding: Finding | None, page: Page) -> None:
    severity = one.verdict.severity or Severity.note
    page.line()
    page.line((f"{_SIGN[severity]} {one.verdict}", _STYLE[severity]), f"  {one.revision}  ", (one.title, "bold"))
    page.line(f"{one.path}:{finding.line}" if finding and finding.line else one.path, indent=2)
    page.line(_WHAT[one.verdict], indent=2)
    page.block(one.message, indent=4)
    for difference in one.differences[:DIFFERENCES_SHOWN]:
        _difference(difference, one.verdict, page)
    if len(one.differences) > DIFFERENCES_SHOWN:
        page.line(f"… and {len(one.differences) - DIFFERENCES_SHOWN} more: --format json has all", indent=4)
    _todo(finding, page)


def _difference(one: Difference, verdict: Verdict, page: Page) -> None:
    first, second, gone, left = _SIDES.get(verdict, _USUAL_SIDES)
    if one.order_only:
        page.line(f"the order in {one.object}", indent=4)
    else:
        change = left if one.before is None else gone if one.after is None else "has changed"
        page.line(f"{one.kind} {one.object} {change}", indent=4)
    before, after = (one.before or "").splitlines(), (one.after or "").splitlines()
    if len(before) > 1 or len(after) > 1:
        _lines(unified_diff(before, after, first, second, lineterm="", n=2), page)
        return
    for name, text, style in ((first, one.before, "red"), (second, one.after, "green")):
        if text is not None:
            page.line(f"{name:<7} ", (text or "(empty)", style), indent=6)


def _lines(diff: Iterable[str], page: Page) -> None:
    styles = {"-": "red", "+": "green", "@": "cyan"}
    for line in diff:
        page.line((line, styles.get(line[:1], "")), indent=6)


def _finding(finding: Finding, page: Page) -> None:
    page.line()
    page.line(
        (f"{_SIGN[finding.severity]} {finding.rule}", _STYLE[finding.severity]),
        f"  {finding.revision}" if finding.revision else "",
        f"  {finding.object}" if finding.object else "",
    )
    if finding.path:
        page.line(f"{finding.path}:{finding.line}" if finding.line else finding.path, indent=2)
    page.block(finding.message, indent=2)
    _todo(finding, page)


def _todo(finding: Finding | None, page: Page) -> None:
    if finding and finding.remedy:
        page.line(("to do:", "bold"), f" {finding.remedy}", indent=2)


def _known(known: list[RevisionReport], page: Page) -> None:
    if not known:
        return
    page.line()
    page.line("known, and accepted by the baseline:")
    for one in known:
        page.line(f"{one.verdict}  {one.revision}  {one.title}", indent=2)


def _summary(report: Report, page: Page, fail_on: Severity) -> None:
    counts = Counter(one.verdict for one in report.revisions)
    told = ", ".join(f"{counts[verdict]} {verdict}" for verdict in reversed(Verdict) if counts[verdict])
    known = sum(one.baseline and one.verdict is not Verdict.ok for one in report.revisions)
    failed = report.exit_code(fail_on) != 0
    page.line()
    page.line(
        ("failed" if failed else "passed", "bold red" if failed else "bold green"),
        f" · {len(report.revisions)} revision{'' if len(report.revisions) == 1 else 's'}",
        f": {told}" if told else "",
        f" ({known} known)" if known else "",
        f" · {report.seconds:.1f} s",
    )
