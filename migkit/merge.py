"""The verb `merge`: a history of several heads gets one again, by a revision that joins them or by `--rebase`."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from migkit import parallel
from migkit.config import shown
from migkit.errors import ConfigError
from migkit.merging import Merged
from migkit.model import Event, Project, Report, Revision, Schema
from migkit.rebase import Read, Rebased, rebased


@dataclass(frozen=True, slots=True)
class Options:
    """What merge is asked for; `skip_target` are targets that need not be asked what they have applied."""

    rebase: bool = False
    dry_run: bool = False
    skip_target: tuple[str, ...] = ()


def merge(
    project: Project,
    schema: Schema,
    options: Options = Options(),
    *,
    on_event: Callable[[Event], None] = lambda _e: None,
) -> Report:
    """Join the history's heads, in the service if the schema has one; one head is left as it is.

    With `rebase`, the revisions that the main branch does not have are put behind its head instead. Raises ConfigError
    and HistoryError, with `rebase` TargetError too where a target has applied what would be touched, or cannot be
    asked; nothing has then changed.
    """
    began = time.perf_counter()
    if options.skip_target and not options.rebase:
        raise ConfigError("--skip-target: only a rebase asks targets", remedy="leave it out, or add --rebase")

    def read(*, write: bool = False) -> Merged:
        return _read(project, schema, on_event, write=write)

    told = (_rebase if options.rebase else _merge)(project, schema, options, read, on_event)
    family, _, version = schema.engine.partition(":")
    return Report(
        command="merge",
        schema=schema.name,
        engine={"family": family, "version": version, "wanted": schema.engine},
        findings=told.findings,
        facts={"configuration": shown(project.path), "dry_run": options.dry_run, **told.facts},
        seconds=time.perf_counter() - began,
    )


@dataclass(frozen=True, slots=True)
class _Told:
    facts: Mapping[str, Any]
    findings: tuple[Any, ...] = ()


def _read(project: Project, schema: Schema, on_event: Callable[[Event], None], *, write: bool) -> Merged:
    if schema.compose is None:
        from migkit.merging import merged

        return merged(schema, write=write)
    from migkit import compose
    from migkit.jobs import Merge

    with compose.service(project, schema, on_event) as service:
        answer: Merged = service.ask(Merge(schema, write))
        return answer


def _merge(
    _project: Project, schema: Schema, options: Options, read: Read, _on_event: Callable[[Event], None]
) -> _Told:
    found = read(write=not options.dry_run)
    made = found.made
    facts = {
        **_heads(found.revisions, found.heads),
        "path": shown(made.path) if made else None,
        "revision": made.id if made else None,
        "title": found.title or None,
        "down_revision": list(found.heads) if found.title else None,
        "rebased": None,
        "next_steps": _steps(schema, [made.path], found.title, made.id) if made else [],
    }
    return _Told(facts, parallel.beside(schema, found.revisions))


def _rebase(project: Project, schema: Schema, options: Options, read: Read, on_event: Callable[[Event], None]) -> _Told:
    found = read()
    told = None
    if len(found.heads) > 1:
        told = rebased(project, schema, found, read, options.skip_target, on_event, write=not options.dry_run)
    facts = {
        **_heads(found.revisions, found.heads),
        **dict.fromkeys(("path", "revision", "title", "down_revision")),
        "rebased": _rebased(told) if told else None,
        "next_steps": _rebase_steps(schema, told) if told and not options.dry_run else [],
    }
    return _Told(facts, told.findings if told else parallel.beside(schema, found.revisions))


def _heads(revisions: Sequence[Revision], heads: Sequence[str]) -> dict[str, Any]:
    titles = {one.id: one.title for one in revisions}
    return {"heads": [{"revision": head, "title": titles[head]} for head in heads]}


def _rebased(told: Rebased) -> dict[str, Any]:
    return {
        "onto": told.onto,
        "branch": told.branch,
        "head": list(told.heads),
        "targets": [{"target": name, "current": list(current)} for name, current in told.targets.items()],
        "changes": [
            {
                "revision": one.move.revision,
                "title": one.title,
                "path": shown(one.path),
                "before": list(one.move.before),
                "after": list(one.move.after),
                "diff": one.diff(shown(one.path)),
            }
            for one in told.edits
        ],
    }


def _steps(schema: Schema, paths: Sequence[Any], title: str, revision: str) -> list[str]:
    files = " ".join(shlex.quote(shown(path)) for path in paths)
    message = schema.commit.format(title=title, schema=schema.name, revision=revision)
    return [
        f"prove: inv mig.roundtrip --schema {schema.name} --revision {revision}",
        f"commit: git add {files} && git commit -m {shlex.quote(message)}",
    ]


def _rebase_steps(schema: Schema, told: Rebased) -> list[str]:
    files = " ".join(shlex.quote(shown(one.path)) for one in told.edits)
    moved = " ".join(f"--revision {one.move.revision}" for one in told.edits)
    below = {parent for one in told.edits for parent in one.move.before} - {one.move.revision for one in told.edits}
    before = below.pop() if len(below) == 1 else "what is below all of them"
    again = f"restore the files, inv mig.downgrade --schema {schema.name} --to {before}, then rebase again"
    return [
        f"if a development database has them already: {again}",
        f"prove: inv mig.roundtrip --schema {schema.name} {moved}",
        f"commit, or go on with git's own merge or rebase: git add {files}",
    ]
