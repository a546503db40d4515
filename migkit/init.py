"""The verb `init`: looks at a repository and writes a configuration that fits it, or begins a history.

Nothing of the repository's is imported or run. All of it is checked before any of it is written.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from migkit import config, git
from migkit.alembic_io.history import load, located
from migkit.alembic_io.survey import survey
from migkit.branching import multiple_heads
from migkit.errors import ConfigError, MigkitError
from migkit.model import Finding, Project, Report, Severity
from migkit.starting import files, hooks
from migkit.starting.agents import agents
from migkit.starting.beginning import Beginning
from migkit.starting.describing import Described, Reason
from migkit.starting.files import File
from migkit.starting.inis import Ini
from migkit.starting.planning import Plan, planned
from migkit.starting.repository import repository
from migkit.starting.titles import titles


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked for: `ci` is a forge or "", `tasks` are the names of those that the kit has.

    `named` is the configuration that the environment names, or "".
    """

    force: bool = False
    agents: bool = False
    pre_commit: bool = False
    ci: str = ""
    tasks: Collection[str] = ()
    named: str = ""


def init(root: Path, options: Options = Options()) -> Report:
    """Write a starting configuration for the repository in `root`, and what else `options` ask for.

    Raises ConfigError where nothing can be made of what is there, or a file cannot be written; then none has been.
    """
    started = time.perf_counter()
    if options.ci and options.ci not in hooks.FORGES:
        raise ConfigError(f'--ci: "{options.ci}" is not valid', remedy=f"write one of {', '.join(hooks.FORGES)}")
    looked = repository(root)
    plan = planned(looked, force=options.force, named=options.named)
    heads, findings = _checked(plan, root)
    branch = git.main_branch(root)
    since = branch.name if branch else "origin/main"
    everything = (*plan.files, *_wished(plan, root, since, options))
    files.write(everything)
    doubts = [_doubt(schema, reason) for schema in plan.schemas for reason in schema.reasons if reason.doubt]
    left = [_left(file) for file in everything if file.action == "left"]
    return Report(
        command="init",
        findings=(*plan.findings, *findings, *doubts, *left),
        facts={
            "new": plan.begun is not None,
            "configuration": config.shown(plan.configuration.path),
            "schemas": [_schema(schema, heads) for schema in plan.schemas],
            "files": [_file(file) for file in everything],
            "next_steps": _next(plan),
        },
        seconds=time.perf_counter() - started,
    )


def _wished(plan: Plan, root: Path, since: str, options: Options) -> Iterator[File]:
    """Plan what is only written when it is asked for."""
    schemas = (*plan.schemas, *_configured(plan, root))
    branch = since.removeprefix("origin/")
    if options.agents:
        yield from agents(root, schemas, since, options.tasks, force=options.force)
    if options.pre_commit:
        yield hooks.pre_commit(root, schemas, options.tasks, force=options.force)
    if options.ci:
        yield hooks.workflow(root, schemas, branch, plan.configuration.path.name, force=options.force)


def _configured(plan: Plan, root: Path) -> Iterator[Described]:
    """Give the schemas that were configured before, as far as hooks and agents have to know them."""
    fresh = {schema.name for schema in plan.schemas}
    for schema in config.parsed(plan.configuration.path, plan.text).schemas.values():
        if schema.name not in fresh:
            ini = plan.known.get(schema.name) or Ini(schema.ini, schema.ini.name, schema.directory, schema.directory)
            values = {"engine": schema.engine, "directory": os.path.relpath(schema.directory, root)}
            yield Described(schema.name, ini, values, (), titles(()), 0)


def _checked(plan: Plan, root: Path) -> tuple[dict[str, list[str]], list[Finding]]:
    """Load the configuration and read every history as the other tasks would; gives heads, and what is wrong.

    A configuration that does not load is a bug, or was broken before: ConfigError. No code of the user's runs.
    """
    if plan.begun is not None:
        return _tried(plan, plan.begun), []
    project = config.parsed(plan.configuration.path, plan.text)
    heads: dict[str, list[str]] = {}
    findings = []
    for name in [schema.name for schema in plan.schemas if schema.name in project.schemas]:
        try:
            heads[name] = _heads(project, name)
        except MigkitError as error:
            path = config.shown(error.path) if error.path else None
            findings.append(
                Finding(
                    f"{error.kind}-error", Severity.error, error.message, error.remedy, path, error.line, object=name
                )
            )
        findings += multiple_heads(name, heads.get(name, ()))
    return heads, findings


def _heads(project: Project, name: str) -> list[str]:
    schema = project.schemas[name]
    config.check_directory(project, schema)
    entries = survey(located(schema, sample=True))
    parents = {parent for entry in entries for parent in entry.parents}
    return sorted(entry.id for entry in entries if entry.id not in parents)


def _tried(plan: Plan, begun: Beginning) -> dict[str, list[str]]:
    """Write a new history and its configuration elsewhere, and load them there."""
    with tempfile.TemporaryDirectory() as folder:
        root = plan.configuration.path.parent
        moved = [replace(file, path=Path(folder, file.path.relative_to(root))) for file in plan.files]
        files.write(replace(file, action="new") for file in moved if file.text or file.path.name == ".gitkeep")
        schema = config.load(Path(folder), {}).schemas[begun.schema.name]
        return {schema.name: list(load(located(schema)).heads)}


def _doubt(schema: Described, reason: Reason) -> Finding:
    return Finding("to-check", Severity.note, f"{reason.key}: {reason.doubt}", reason.remedy, object=schema.name)


def _left(file: File) -> Finding:
    path = config.shown(file.path)
    if file.add:
        return Finding(
            "left-alone", Severity.note, f"{path} is there already, and was left alone", f"add to it:\n{file.add}", path
        )
    return Finding(
        "left-alone", Severity.note, f"{path} is there already, with another text", "--force writes it anew", path
    )


def _schema(schema: Described, heads: Mapping[str, list[str]]) -> dict[str, Any]:
    used = schema.titles
    return {
        "schema": schema.name,
        "directory": schema.values["directory"],
        "ini": config.shown(schema.ini.read),
        "engine": schema.values["engine"],
        "revisions": schema.revisions,
        "heads": heads.get(schema.name, []),
        "titles": {
            "form": used.rules.form,
            "follow": used.follow,
            "total": used.total,
            "actions": dict(used.actions),
            "items": dict(used.items),
            "others": list(used.examples),
        },
        "keys": [asdict(reason) for reason in schema.reasons],
    }


def _file(file: File) -> dict[str, Any]:
    return {"path": config.shown(file.path), "action": file.action, "add": file.add}


def _next(plan: Plan) -> list[str]:
    if not plan.schemas:
        return ["migkit schemas"]
    name = plan.schemas[0].name
    first = plan.schemas[0].titles
    create = f"migkit create --schema {name} customers create table"
    if plan.begun is not None:
        return ["migkit schemas", create]
    steps = [
        f"look through {config.shown(plan.configuration.path)}",
        "migkit schemas",
        f"migkit lint --schema {name}",
        f"migkit roundtrip --schema {name}",
    ]
    return steps if first.total else [*steps, create]
