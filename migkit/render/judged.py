"""The text of a round trip: each revision that is not ok with its exact differences, then one line of counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from difflib import unified_diff

from migkit.model import Difference, Finding, Report, RevisionReport, Severity, Verdict
from migkit.render.findings import SIGN, STYLE, write_finding, write_heading, write_last, write_remedy
from migkit.render.page import Page

DIFFERENCES_SHOWN = 50
_WHAT = {
    Verdict.upgrade_fails: "the upgrade fails:",
    Verdict.downgrade_fails: "the upgrade works, and the downgrade fails:",
    Verdict.reupgrade_fails: "up and down work, and the second upgrade fails:",
    Verdict.data_lost: "rows or values that stood before the upgrade are gone:",
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
    write_heading(report, page)
    for one in report.revisions:
        if one.verdict is not Verdict.ok and not one.baseline:
            write_revision(one, findings.get((one.revision, one.verdict.value)), page)
    verdicts = {(one.revision, one.verdict.value) for one in report.revisions}
    for finding in report.findings:
        if (finding.revision, finding.rule) not in verdicts:
            write_finding(finding, page)
    _proof(report, page)
    _known([one for one in report.revisions if one.baseline and one.verdict is not Verdict.ok], page)
    _summary(report, page, fail_on)


def write_revision(one: RevisionReport, finding: Finding | None, page: Page) -> None:
    """Write a revision that is not ok, with its exact differences."""
    severity = one.verdict.severity or Severity.note
    page.line()
    page.line((f"{SIGN[severity]} {one.verdict}", STYLE[severity]), f"  {one.revision}  ", (one.title, "bold"))
    page.line(f"{one.path}:{finding.line}" if finding and finding.line else one.path, indent=2)
    page.line(_WHAT[one.verdict], indent=2)
    page.block(one.message, indent=4)
    for difference in one.differences[:DIFFERENCES_SHOWN]:
        _difference(difference, one.verdict, page)
    if len(one.differences) > DIFFERENCES_SHOWN:
        page.line(f"… and {len(one.differences) - DIFFERENCES_SHOWN} more: --format json has all", indent=4)
    write_remedy(finding, page)


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


def _proof(report: Report, page: Page) -> None:
    """Say what was written down for a release to find."""
    proof = report.facts.get("proof")
    if proof:
        count = f"{proof['revisions']} revision{'' if proof['revisions'] == 1 else 's'}"
        whole = ", and the catalogue at the head beside it" if proof["catalogue"] else ""
        page.line()
        page.line((f"proofs: {proof['path']} holds {count}{whole}", "dim"))


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
    number = f"{len(report.revisions)} revision{'' if len(report.revisions) == 1 else 's'}"
    write_last(report, page, fail_on, number + (f": {told}" if told else "") + (f" ({known} known)" if known else ""))
