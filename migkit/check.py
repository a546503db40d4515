"""The verb `lint`: what can be said of a history without a database, on the line where it stands.

The files are read as source and nothing of them runs; no connection is opened. What was found is kept in the user's
cache, under a hash of everything that it follows from.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from migkit import baseline, config, engines, git
from migkit.alembic_io.graph import find
from migkit.alembic_io.history import located
from migkit.errors import ConfigError
from migkit.inspection import accepted
from migkit.inspection.examining import Examined, examined
from migkit.lint import levels
from migkit.lint.rules import ALL
from migkit.model import Engine, Event, Finding, Project, Report, Schema


@dataclass(frozen=True, slots=True)
class Options:
    """What lint is asked for, beside the schema. Empty is the schema's engines, or every revision."""

    engine: str = ""
    revisions: tuple[str, ...] = ()
    since: str = ""
    write_baseline: bool = False
    use_baseline: bool = True
    use_cache: bool = True


def check(
    project: Project,
    schema: Schema,
    options: Options = Options(),
    *,
    on_event: Callable[[Event], None] = lambda _e: None,
) -> Report:
    """Judge every revision of `schema` by the rules; a history that is broken is what is found.

    Raises ConfigError where the configuration or an argument is wrong, HistoryError where there is no history to read.
    """
    del on_event  # it is over before anything could be told
    began = time.perf_counter()
    asked = _engines(schema, options)
    baseline.check(schema.baseline, schema.name, writable=options.write_baseline)
    _check_levels(project, schema)
    found = examined(project, located(schema, sample=True), asked, use_cache=options.use_cache)
    judged = _judged(schema, found, options)
    findings, known = _against_the_baseline(schema, found, judged, options)
    return Report(
        command="lint",
        schema=schema.name,
        engine={"family": asked[0].family, "wanted": asked[0].name},
        findings=tuple(map(_shown, findings)),
        known=tuple(map(_shown, known)),
        facts={"judged": len(judged), "rules": _told({one.rule for one in (*findings, *known)})},
        seconds=round(time.perf_counter() - began, 3),
    )


def _engines(schema: Schema, options: Options) -> tuple[Engine, ...]:
    """Give the engines that the history is judged for, production's first."""
    names = (options.engine,) if options.engine else dict.fromkeys((schema.engine, *schema.engines))
    return tuple(engines.parse(name) for name in names)


def _check_levels(project: Project, schema: Schema) -> None:
    wrong = levels.unknown(schema.lint, ALL)
    if wrong is None:
        return
    level, name, near = wrong
    key = f"{'tool.migkit.' if project.path.name == 'pyproject.toml' else ''}schemas.{schema.name}.lint.{level}"
    raise ConfigError(
        f"{config.shown(project.path)}: {key}: there is no rule {name}",
        remedy=f"did you mean {near}?" if near else "see mig.rules",
        path=project.path,
    )


def _judged(schema: Schema, found: Examined, options: Options) -> Sequence[Path]:
    """Give the files that were asked for."""
    files = found.files
    if options.revisions:
        wanted = {find(ident, [*filter(None, files.values())]) for ident in options.revisions}
        files = {path: ident for path, ident in files.items() if ident in wanted}
    if options.since:
        changed = {path for folder in found.folders for path in git.changed_since(folder, options.since)}
        files = {path: ident for path, ident in files.items() if path in changed}
    return tuple(files)


def _against_the_baseline(
    schema: Schema, found: Examined, judged: Sequence[Path], options: Options
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Give what is new of the judged files, and what is known of them."""
    whole = len(judged) == len(found.files)
    paths = set(map(str, judged))
    findings = [one for one in found.findings if whole or one.path in paths]
    history = {ident for ident in found.files.values() if ident}
    ids = {found.files[path] for path in judged} & history
    if options.write_baseline:
        accepted.record(schema, findings, history, ids)
    if not options.use_baseline:
        return tuple(findings), ()
    recorded = accepted.known(schema)
    fresh, known = accepted.parted(findings, recorded)
    places = {ident: str(path) for path, ident in found.files.items()}
    return (*fresh, *accepted.stale(recorded, findings, places, history, ids)), known


def _told(rules: Collection[str]) -> dict[str, str]:
    """Give why each rule is one, for formats that describe rules."""
    return {name: ALL[name].why for name in sorted(rules) if name in ALL}


def _shown(finding: Finding) -> Finding:
    return replace(finding, path=config.shown(Path(finding.path))) if finding.path else finding
