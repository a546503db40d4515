"""A schema's history, judged by every rule: files in, findings out, or what an earlier run found in the same files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from migkit.inspection import store
from migkit.inspection.facts import Surroundings, surroundings
from migkit.inspection.files import File, files
from migkit.inspection.locations import Locations, locations
from migkit.model import Engine, Finding, Project, Schema, Severity
from migkit.squawk import program as squawked
from migkit.values import dataclass

_FIELDS = tuple(one.name for one in fields(Finding))  # asdict would copy each value

if TYPE_CHECKING:
    from migkit.inspection.findings import Beside


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found, in the order of the revisions. `files` has the id of each file, "" where it says none.

    `rules` says why of each rule that found something. Paths are whole here; `folders` are those that hold revisions.
    """

    findings: tuple[Finding, ...]
    rules: Mapping[str, str]
    files: Mapping[Path, str]
    folders: tuple[Path, ...]


def examined(project: Project, schema: Schema, engines: Sequence[Engine], *, use_cache: bool = True) -> Examined:
    """Judge a history for the engines, production's first; HistoryError where its files cannot be found."""
    place = locations(schema)
    read = files(place)
    around = surroundings(project, schema, place)
    stands = base(schema)
    folder = store.folder(use=use_cache)
    name = store.digest(project.path, schema.name, place.ini)[:24]
    code = store.code()
    key = store.digest(code, *_inputs(schema, engines, place, around, stands, read))
    kept = store.recalled(folder, name, key)
    if kept is None:
        kept = _judged(project, schema, engines, place, around, stands, read, (folder, name, code))
        store.keep(folder, name, key, kept)
    told = tuple(Finding(**{**one, "severity": Severity(one["severity"])}) for one in kept["findings"])
    idents = {Path(path): ident for path, ident in kept["files"].items()}
    return Examined(told, kept["rules"], idents, place.folders)


def _judged(
    project: Project,
    schema: Schema,
    engines: Sequence[Engine],
    place: Locations,
    around: Surroundings,
    stands: str | None,
    read: Sequence[File],
    cache: tuple[Path | None, str, str],
) -> dict[str, Any]:
    """Ask the rules, which are loaded here alone, and give what is kept of their answers."""
    from migkit.inspection.findings import check_levels, findings, nobody, whys
    from migkit.inspection.readings import Readings

    check_levels(project, schema)
    found, idents = findings(
        schema, engines, around.facts(place), stands, read, Readings(*cache), _beside(engines[0]) or nobody
    )
    return {
        "findings": [{name: getattr(one, name) for name in _FIELDS} for one in found],
        "rules": whys(found),
        "files": {str(path): ident for path, ident in idents.items()},
    }


def _beside(engine: Engine) -> Beside | None:
    """Give the other linter that is asked about an engine's history; None where there is none, and nothing to load."""
    if engine.family != squawked.FAMILY or not squawked.installed():
        return None
    from migkit.squawk import asking

    return asking.judged


def _inputs(
    schema: Schema,
    engines: Sequence[Engine],
    place: Locations,
    around: Surroundings,
    stands: str | None,
    read: Iterable[File],
) -> Iterator[object]:
    """Give everything that the findings follow from, beside the kit's own code."""
    yield from (schema, place, [engine.name for engine in engines], stands)
    yield from (around.branch, sorted(around.packages))
    if engines[0].family == squawked.FAMILY:
        yield squawked.stamp(schema.directory)
    yield sorted((str(path), text) for path, text in around.released.items())
    for file in read:
        yield from (file.path, file.problem, file.source)


def base(schema: Schema) -> str | None:
    """Give the SQL of what stands before the first revision: "" where nothing does, None where that is code."""
    path = schema.directory / schema.base_sql
    if not schema.base_sql:
        return ""
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else None
