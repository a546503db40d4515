"""How a target differs from the catalogue that it should have: differences, and each as a finding (pure)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from migkit import diff
from migkit.catalog import version_names
from migkit.catalog.seen import Seen
from migkit.model import CatalogObject, Difference, Finding, Severity, Snapshot

MISSING, EXTRA, DIFFERS, ORDER, UNREAD = "drift-missing", "drift-extra", "drift-differs", "drift-order", "drift-unread"
_BESIDE = frozenset({"schema", "extension"})  # what stands beside a history is an operator's, and is told, not refused
_TABLE_PARTS = frozenset({"table", "view", "column", "key", "index", "constraint", "period", "trigger"})
_READING = "give its login SHOW VIEW, TRIGGER, EVENT and EXECUTE there; docs/proofs.md says what shows a routine's body"
_WIDTH = 160


def comparable(expected: Snapshot, seen: Seen, version_table: str, schema: str | None) -> tuple[Snapshot, Snapshot]:
    """Give both sides as far as they can be compared: without the version table, and what the login may not see."""
    names = version_names(version_table, schema)
    sides = []
    for side in (expected, seen.snapshot):
        kept = {key: one for key, one in side.objects.items() if _is_seen(one, seen, names)}
        sides.append(Snapshot(kept))
    return sides[0], sides[1]


def differences(expected: Snapshot, present: Snapshot) -> tuple[Difference, ...]:
    """Give what differs; of a whole schema that stands beside the history, the schema alone."""
    found = diff.compare(expected, present)
    beside = tuple(f"{one.object}." for one in found if one.kind == "schema" and one.before is None)
    return tuple(one for one in found if not (one.before is None and beside and one.object.startswith(beside)))


def own(expected: Snapshot, present: Snapshot) -> Snapshot:
    """Give of what is present that which is the history's business: no schema or extension that stands beside it."""
    alone = {key for key in present.objects.keys() - expected.objects.keys() if key[0] in _BESIDE}
    inside = tuple(f"{name}." for kind, name in alone if kind == "schema")
    kept = {key: one for key, one in present.objects.items() if key not in alone and not key[1].startswith(inside)}
    return Snapshot(kept)


def command(schema: str, target: str) -> str:
    """Give how somebody asks for the drift of a target."""
    return f"inv mig.drift --schema {schema} --target {target}"


def findings(schema: str, target: str, found: Sequence[Difference]) -> Iterator[Finding]:
    """Give each difference as a finding; the remedy names the schema and its target."""
    for one in found:
        rule, severity, what = _said(one)
        remedy = f"{command(schema, target)} --sql prints what would bring it back"
        if one.before is None:
            remedy = f"write a revision that makes it, or bring it back by what {command(schema, target)} --sql prints"
        yield Finding(rule, severity, f"{target}: {what}", remedy, object=one.object)


def unseen(target: str, seen: Seen) -> Iterator[Finding]:
    """Say what the login may not see, and so was not compared."""
    listed = sorted(" ".join(key) for key in seen.unread)
    if seen.blind:
        plural = ", ".join(sorted(f"{kind}s" for kind in seen.blind))
        listed.append(f"{plural}: of these it may not see all that there are")
    if listed:
        what = f"{target}: not compared, since its login may not read it: {'; '.join(listed)}"
        yield Finding(UNREAD, Severity.note, what, _READING)


def _is_seen(one: CatalogObject, seen: Seen, names: Collection[str]) -> bool:
    table = one.owner or one.name
    if one.kind in _TABLE_PARTS and table in names:
        return False
    if one.kind in seen.blind and one.kind != "table":
        return False
    if "table" in seen.blind and one.kind in _TABLE_PARTS and ("table", table) not in seen.snapshot.objects:
        return False
    return not {(one.kind, one.name), ("table", table), ("view", table)} & seen.unread


def _said(one: Difference) -> tuple[str, Severity, str]:
    if one.order_only:
        return ORDER, Severity.note, f"the order in {one.object} differs: {_change(one)}"
    if one.after is None:
        return MISSING, Severity.error, f"{one.kind} {one.object} is missing: {_line(one.before)}"
    if one.before is None:
        severity = Severity.note if one.kind in _BESIDE else Severity.error
        return EXTRA, severity, f"{one.kind} {one.object} is in no revision: {_line(one.after)}"
    return DIFFERS, Severity.error, f"{one.kind} {one.object} differs: {_change(one)}"


def _change(one: Difference) -> str:
    before, after = _line(one.before, whole=True), _line(one.after, whole=True)
    start = next((at for at, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), len(before))
    return f"should be {_window(before, start)}, and is {_window(after, start)}"


def _line(text: str | None, *, whole: bool = False) -> str:
    line = " ".join((text or "").split()) or "(empty)"
    return line if whole else _window(line, 0)


def _window(text: str, start: int) -> str:
    """Give a text around the place where it differs, cut to a line's length."""
    if len(text) <= _WIDTH:
        return text
    begin = max(0, min(start - _WIDTH // 4, len(text) - _WIDTH))
    return f"{'…' if begin else ''}{text[begin : begin + _WIDTH]}{'…' if begin + _WIDTH < len(text) else ''}"
