"""A schema's history, judged by every rule: files in, findings out, or what an earlier run found in the same files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from migkit.inspection import store
from migkit.inspection.facts import facts
from migkit.inspection.files import File, files
from migkit.inspection.locations import Locations, locations
from migkit.lint.case import Facts
from migkit.model import Engine, Finding, Project, Schema, Severity


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found, in the order of the revisions. `files` has the id of each file, "" where it says none.

    Paths are whole here; `folders` are those that hold revisions.
    """

    findings: tuple[Finding, ...]
    files: Mapping[Path, str]
    folders: tuple[Path, ...]


def examined(project: Project, schema: Schema, engines: Sequence[Engine], *, use_cache: bool = True) -> Examined:
    """Judge a history for the engines, production's first; HistoryError where its files cannot be found."""
    place = locations(schema)
    read = files(place)
    known = facts(project, schema, place)
    base = _base(schema)
    folder = store.folder(use=use_cache)
    name = store.digest(project.path, schema.name, place.ini)[:24]
    key = store.digest(store.code(), *_inputs(schema, engines, place, known, base, read))
    kept = store.recalled(folder, name, key)
    if kept is None:
        from migkit.inspection.findings import findings  # the rules, and what reads for them

        found, idents = findings(schema, engines, known, base, read, store.Readings(folder, name))
        kept = {"findings": [asdict(one) for one in found], "files": {str(path): one for path, one in idents.items()}}
        store.keep(folder, name, key, kept)
    told = tuple(Finding(**{**one, "severity": Severity(one["severity"])}) for one in kept["findings"])
    return Examined(told, {Path(path): ident for path, ident in kept["files"].items()}, place.folders)


def _inputs(
    schema: Schema, engines: Iterable[Engine], place: Locations, known: Facts, base: str | None, read: Iterable[File]
) -> Iterator[object]:
    """Give everything that the findings follow from, beside the kit's own code."""
    yield from (schema, place, [engine.name for engine in engines], base)
    yield from (known.branch, known.template, known.slug_length, sorted(known.packages))
    yield sorted((str(path), text) for path, text in known.released.items())
    for file in read:
        yield from (file.path, file.problem, file.source)


def _base(schema: Schema) -> str | None:
    """Give the SQL of what stands before the first revision: "" where nothing does, None where that is code."""
    path = schema.directory / schema.base_sql
    if not schema.base_sql:
        return ""
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else None
