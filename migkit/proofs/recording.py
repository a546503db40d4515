"""What a round trip writes down: which revisions it proved, and of the others why they are not proven."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from migkit.config import shown
from migkit.errors import ConfigError
from migkit.model import Finding, Project, RevisionReport, Schema, Server, Severity, Snapshot, Verdict
from migkit.proofs import files
from migkit.proofs.ending import Ended
from migkit.proofs.files import Held, Proof
from migkit.values import dataclass

_RULE = "proof-not-written"


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was written: how many revisions a file holds now, whether it has the head's catalogue, and what was not."""

    path: Path
    revisions: int
    whole: bool
    findings: tuple[Finding, ...]

    def facts(self) -> dict[str, Any]:
        """Give what a report says of it."""
        return {"path": shown(self.path), "revisions": self.revisions, "catalogue": self.whole}


def check(project: Project) -> None:
    """Raise ConfigError where proofs cannot be written: before a run, not after it."""
    folder = project.root / files.FOLDER
    if not os.access(folder if folder.exists() else project.root, os.W_OK):
        raise ConfigError(f"{shown(folder)} cannot be written", remedy="make it writable", path=folder)


def recorded(
    project: Project, schema: Schema, server: Server, ended: Ended, reports: Sequence[RevisionReport]
) -> Recorded:
    """Write what a round trip on `server` proved; what the file holds of other revisions stays while it is true."""
    file = files.path(project, schema, server.engine, server.version)
    keys, catalogues = dict(ended.keys), dict(ended.catalogues)
    known = {ident: one for ident, one in files.read(file).proofs.items() if one.key == keys.get(ident)}
    for one in reports:
        known.pop(one.revision, None)
        if is_proof(one) and one.revision in keys:
            known[one.revision] = Proof(
                keys[one.revision], one.verdict.value, server.version, catalogues.get(one.revision, "")
            )
    files.write(file, Held(known, ended.version_table, ended.version_schema))
    whole = _catalogue(file, ended, known)
    return Recorded(file, len(known), whole, tuple(_findings(reports)))


def is_proof(report: RevisionReport) -> bool:
    """Whether a verdict lets a revision be released: it has no error, or the baseline knows the error.

    An upgrade that fails never is one, whoever knows of it.
    """
    applies = report.verdict is not Verdict.upgrade_fails
    return applies and (report.baseline or report.verdict.severity is not Severity.error)


def _catalogue(file: Path, ended: Ended, known: dict[str, Proof]) -> bool:
    """Write the catalogue of the head, or remove one that is not true any more."""
    if ended.objects and ended.head in known:
        files.write_catalogue(file, ended.head, Snapshot({(one.kind, one.name): one for one in ended.objects}))
        return True
    there = files.read_catalogue(file)
    if there is not None and there[0] not in known:
        files.forget_catalogue(file)
    return there is not None and there[0] in known


def _findings(reports: Sequence[RevisionReport]) -> Iterator[Finding]:
    for one in reports:
        if not is_proof(one):
            why = f"{one.verdict.value}, and the baseline does not know it"
            if one.verdict is Verdict.upgrade_fails:
                why = f"{one.verdict.value}: what cannot be applied is not proven, whatever the baseline knows"
            yield Finding(
                _RULE,
                Severity.note,
                f"{one.revision} is not proven: {why}",
                "mend it, and write the proofs again",
                one.path,
                revision=one.revision,
            )
