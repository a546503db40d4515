"""A revision's downgrade on a database that stands before it: tried, written anew, tried again, put into the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from migkit import ddl
from migkit.body import body, replaced
from migkit.catalog import Reading
from migkit.config import shown
from migkit.diff import compare, describe
from migkit.errors import ConfigError, StepFailed
from migkit.footing import Unreachable
from migkit.head import Head
from migkit.inverse import inverse, unwritten
from migkit.judge import downgrade_line
from migkit.model import Difference, Finding, Revision, Severity
from migkit.replacing import put
from migkit.values import dataclass


@dataclass(frozen=True, slots=True)
class Mended:
    """What came of it: whether the file was `written`, what was found, and what the old downgrade left otherwise.

    `lines` are the new body, also where it could not be used.
    """

    written: bool
    findings: tuple[Finding, ...] = ()
    differed: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Down:
    """What a downgrade led to: what it left otherwise, and the tables in which other rows are; or how it failed."""

    left: tuple[Difference, ...] = ()
    rows: tuple[str, ...] = ()
    failure: StepFailed | None = None

    @property
    def restores(self) -> bool:
        """Whether nothing but order differs."""
        return self.failure is None and all(each.order_only for each in self.left)

    def said(self) -> tuple[str, ...]:
        """Say what is wrong with it, a line for each."""
        return (self.failure.message,) if self.failure else tuple(describe(each) for each in self.left)


def mended(head: Head, revision: Revision, style: str) -> Mended:
    """Mend the downgrade of `revision`, before which `head` stands, in its file."""
    after = _upgraded(head, revision)
    if revision.irreversible:
        return Mended(written=False, findings=(_irreversible(revision, revision.irreversible),))
    if not compare(head.snapshot, after.snapshot):
        return Mended(written=False, findings=(_rows_alone(head, revision, after),))
    old = _down(head, revision, after)
    if old.failure is not None and old.failure.declared:
        return Mended(written=False, findings=(_irreversible(revision, old.failure.message),))
    if old.restores and not old.left:
        return Mended(written=False, findings=tuple(_again(head, revision, after)))
    return replace(_anew(head, revision, style, after, old), differed=old.said())


def _upgraded(head: Head, revision: Revision, source: str | None = None) -> Reading:
    try:
        return head.take(revision.id, "upgrade", source)
    except StepFailed as failure:
        raise Unreachable(failure, "", after=revision.id) from failure


def _down(head: Head, revision: Revision, after: Reading, source: str | None = None) -> _Down:
    """Take the downgrade and hold what it leaves against what was."""
    try:
        found = head.take(revision.id, "downgrade", source)
    except StepFailed as failure:
        return _Down(failure=failure)
    rows = [
        name for name, before in head.rows.items() if name in after.rows and found.rows.get(name) not in (None, before)
    ]
    return _Down(compare(head.snapshot, found.snapshot), tuple(rows))


def _anew(head: Head, revision: Revision, style: str, after: Reading, old: _Down) -> Mended:
    """Write the new downgrade, run it, and put it into the file where it restores more than the old one."""
    changes = inverse(head.snapshot, after.snapshot, head.engine)
    lacking = unwritten(changes)
    if lacking:
        return Mended(
            written=False, findings=tuple(_not_invertible(revision, each.kind, each.name) for each in lacking)
        )
    new = body(changes, head.engine, style, ddl.tables(after.snapshot, head.engine))
    with revision.path.open(encoding="utf-8", newline="") as file:  # line ends stay as they are
        was = file.read()
    source = replaced(was, "downgrade", new)
    head.back()
    _upgraded(head, revision)
    down = _down(head, revision, after, source)
    refused = tuple(_refused(revision, old, down))
    if refused:
        return Mended(written=False, findings=refused, lines=new.lines)
    again = tuple(_again(head, revision, after, source))
    _write(revision.path, source, was)
    return Mended(written=True, findings=(*again, *_remarks(revision, down)), lines=new.lines)


def _again(head: Head, revision: Revision, after: Reading, source: str | None = None) -> Iterator[Finding]:
    """Upgrade once more from what the downgrade left, which has the catalogue as it was."""
    path, ident = shown(revision.path), revision.id
    try:
        found = head.step(ident, "upgrade", source)
    except StepFailed as failure:
        remedy = "let the downgrade take back the rows that the upgrade brought: no catalogue tells them"
        yield Finding("reupgrade-fails", Severity.error, failure.message, remedy, path, failure.line, ident)
        return
    left = [each for each in compare(after.snapshot, found) if not each.order_only]
    for each in left:
        remedy = "the upgrade itself does another thing the second time: mend upgrade()"
        yield Finding("reupgrade-differs", Severity.error, describe(each), remedy, path, None, ident, each.object)


def _refused(revision: Revision, old: _Down, new: _Down) -> Iterator[Finding]:
    """Give the reasons for leaving the file as it is."""
    path, line, ident = shown(revision.path), downgrade_line(revision), revision.id
    if new.failure is not None:
        remedy = "write the downgrade by hand; its generated body is in the JSON report (`body`)"
        yield Finding("downgrade-fails", Severity.error, _told(new.failure), remedy, path, line, ident)
        return
    for each in new.left:
        if not each.order_only:
            remedy = "write by hand what brings it back; the generated body is in the JSON report (`body`)"
            yield Finding("schema-differs", Severity.error, describe(each), remedy, path, line, ident, each.object)
    lost = [name for name in new.rows if name not in old.rows and old.failure is None]
    for name in lost:
        said = f"the present downgrade restores the rows of {name}, which one made from the catalogue would not"
        remedy = "add to the present one what restores the catalogue; a generated body is in the JSON report (`body`)"
        yield Finding("rows-differ", Severity.error, said, remedy, path, line, ident, name)
    if new.restores and old.restores and new.left:
        said = "the downgrade restores everything but an order, and so would one made from the catalogue"
        said = f"{said}: {describe(new.left[0])}"
        yield Finding("order-differs", Severity.note, said, "nothing", path, line, ident, new.left[0].object)


def _remarks(revision: Revision, down: _Down) -> Iterator[Finding]:
    path, line, ident = shown(revision.path), downgrade_line(revision), revision.id
    for each in down.left:
        yield Finding("order-differs", Severity.note, describe(each), "nothing", path, line, ident, each.object)
    for name in down.rows:
        said = f"the rows of {name} are other ones after the downgrade: no catalogue says what they were"
        remedy = "restore them in downgrade() by hand, or declare `irreversible`"
        yield Finding("rows-differ", Severity.warning, said, remedy, path, line, ident, name)


def _irreversible(revision: Revision, reason: str) -> Finding:
    said = f"the revision is declared irreversible: {reason}"
    remedy = "take the declaration out of the file to have a downgrade written"
    return Finding(
        "irreversible", Severity.note, said, remedy, shown(revision.path), downgrade_line(revision), revision.id
    )


def _rows_alone(head: Head, revision: Revision, after: Reading) -> Finding:
    """Say that a catalogue knows nothing of it; ConfigError where nothing changed at all."""
    changed = [name for name, rows in after.rows.items() if head.rows.get(name) != rows]
    if not changed:
        raise ConfigError(
            f"revision {revision.id} changes neither the catalogue nor rows: there is nothing to take back",
            remedy="name another revision",
            path=revision.path,
        )
    said = f"the revision changes rows alone ({', '.join(changed)}): no catalogue says what they were"
    remedy = 'write downgrade() by hand, or declare `irreversible = "reason"` in the revision'
    path, line = shown(revision.path), downgrade_line(revision)
    return Finding("rows-alone", Severity.error, said, remedy, path, line, revision.id, changed[0])


def _not_invertible(revision: Revision, kind: str, name: str) -> Finding:
    said = f"the kit cannot write what brings the {kind} {name} back"
    path, line = shown(revision.path), downgrade_line(revision)
    return Finding("not-invertible", Severity.error, said, "write the downgrade by hand", path, line, revision.id, name)


def _told(failure: StepFailed) -> str:
    statement = " ".join(failure.statement.split())
    return f"the new downgrade fails: {failure.message}" + (f" — in: {statement[:500]}" if statement else "")


def _write(path: Path, source: str, was: str) -> None:
    try:
        put(path, source.encode("utf-8"), was=was.encode("utf-8"))
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error}", remedy="make its folder writable") from error
