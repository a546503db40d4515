"""The verb `lint`: what can be said of a history without a database, on the line where it stands.

The files are read as source and nothing of them runs; no connection is opened. What was found is kept in the user's
cache, under a hash of everything that it follows from.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from migkit import baseline, config, engines, git
from migkit.alembic_io.graph import find
from migkit.alembic_io.history import located
from migkit.inspection import accepted
from migkit.inspection.examining import Examined, examined
from migkit.model import Engine, Event, Finding, Project, Report, Schema


@dataclass(frozen=True, slots=True)
class Options:
    """What lint is asked for, beside the schema. Empty is the schema's engines, or every revision.

    `fix` writes what is mechanical into the files, `dry_run` only shows it.
    """

    engine: str = ""
    revisions: tuple[str, ...] = ()
    since: str = ""
    write_baseline: bool = False
    use_baseline: bool = True
    use_cache: bool = True
    fix: bool = False
    dry_run: bool = False


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
    place = located(schema, sample=True)
    found = examined(project, place, asked, use_cache=options.use_cache)
    fixes = _fixed(project, place, asked, found, options)
    if fixes.get("fixes") and not options.dry_run:
        found = examined(project, place, asked, use_cache=options.use_cache)
    judged = _judged(schema, found, options)
    findings, known = _against_the_baseline(schema, found, judged, options)
    return Report(
        command="lint",
        schema=schema.name,
        engine={"family": asked[0].family, "wanted": asked[0].name},
        findings=_shown(findings),
        known=_shown(known),
        facts=_facts(schema, found, len(judged), {one.rule for one in (*findings, *known)}, options) | fixes,
        seconds=round(time.perf_counter() - began, 3),
    )


def _facts(schema: Schema, found: Examined, judged: int, told: Container[str], options: Options) -> dict[str, Any]:
    written = {"baseline": config.shown(schema.baseline)} if options.write_baseline and schema.baseline else {}
    return {"judged": judged, "rules": {rule: why for rule, why in found.rules.items() if rule in told}, **written}


def _fixed(
    project: Project, schema: Schema, engines: Sequence[Engine], found: Examined, options: Options
) -> dict[str, Any]:
    """Fix what can be fixed in the files that were asked for, and give what a report says of it."""
    if not options.fix:
        return {}
    from migkit.inspection.rewriting import Wish, rewritten

    known = accepted.known(schema) if options.use_baseline else {}
    wish = Wish(frozenset(_judged(schema, found, options)), known, named=bool(options.revisions))
    return rewritten(project, schema, engines, wish, dry_run=options.dry_run)


def _engines(schema: Schema, options: Options) -> tuple[Engine, ...]:
    """Give the engines that the history is judged for, production's first."""
    names = (options.engine,) if options.engine else dict.fromkeys((schema.engine, *schema.engines))
    return tuple(engines.parse(name) for name in names)


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
    if accepted.broken(found.findings, recorded):
        return fresh, known
    places = {ident: str(path) for path, ident in found.files.items()}
    return (*fresh, *accepted.stale(recorded, findings, places, history, ids)), known


def _shown(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Give findings with their paths as the operator would type them."""
    shown: dict[str | None, str] = {}
    told = []
    for one in findings:
        if one.path and one.path not in shown:
            shown[one.path] = config.shown(Path(one.path))
        told.append(replace(one, path=shown[one.path]) if one.path else one)
    return tuple(told)
