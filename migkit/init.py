"""The verb `init`: looks at a repository and writes a configuration that fits it, or begins a history.

Nothing of the repository's is imported or run. All of it is checked before any of it is written.
"""

from __future__ import annotations

import os
import tempfile
import time
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from migkit import config, git
from migkit.alembic_io.history import load, located
from migkit.alembic_io.survey import survey
from migkit.errors import ConfigError, MigkitError
from migkit.model import Finding, Project, Report, Severity
from migkit.starting import configuration, files, hooks
from migkit.starting.agents import agents
from migkit.starting.beginning import Beginning, beginning
from migkit.starting.describing import Described, described
from migkit.starting.files import File
from migkit.starting.inis import Ini, inis, without_ini
from migkit.starting.programs import programs
from migkit.starting.repository import Repository, repository


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


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be written, and what is known of it."""

    schemas: tuple[Described, ...]
    configuration: File
    text: str
    files: tuple[File, ...]
    findings: tuple[Finding, ...]
    begun: Beginning | None = None


def init(root: Path, options: Options = Options()) -> Report:
    """Write a starting configuration for the repository in `root`, and what else `options` ask for.

    Raises ConfigError where nothing can be made of what is there, or a file cannot be written; then none has been.
    """
    started = time.perf_counter()
    if options.ci and options.ci not in hooks.FORGES:
        raise ConfigError(f'--ci: "{options.ci}" is not valid', remedy=f"write one of {', '.join(hooks.FORGES)}")
    looked = repository(root)
    plan = _planned(looked, options)
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


def _planned(looked: Repository, options: Options) -> _Plan:
    path, values = configuration.standing(looked.root)
    found, wrong = inis(looked)
    known = configuration.configured(values, looked.root)
    if not found and not values:
        _refuse_the_odd(looked, found, wrong)
        begun = beginning(looked)
        return _plan(looked, options, (begun.schema,), (path, values), (), begun)
    fresh = [ini for ini in found if (ini.directory / ini.name).resolve() not in known]
    schemas = described(looked, fresh, known.values())
    lost = [_lost(each, looked) for each in without_ini(looked, found)]
    own = [finding for schema in schemas for finding in schema.findings]
    return _plan(
        looked, options, schemas, (path, values), (*wrong, *lost, *own, *_elsewhere(looked.root, path, options.named))
    )


def _refuse_the_odd(looked: Repository, found: tuple[Ini, ...], wrong: Sequence[Finding]) -> None:
    """Raise ConfigError where there is something of Alembic's already: a new history would stand beside it."""
    for finding in wrong:
        path = looked.root / str(finding.path)
        raise ConfigError(finding.message, remedy=finding.remedy, path=path, line=finding.line)
    for env in without_ini(looked, found):
        finding = _lost(env, looked)
        raise ConfigError(finding.message, remedy=finding.remedy, path=looked.root / env)


def _plan(
    looked: Repository,
    options: Options,
    schemas: tuple[Described, ...],
    standing: tuple[Path, Mapping[str, Any]],
    findings: Sequence[Finding],
    begun: Beginning | None = None,
) -> _Plan:
    path, values = standing
    prefix = "tool.migkit" if path.name == configuration.SHARED else ""
    before = configuration.read(path)
    block = configuration.toml(schemas, prefix=prefix, first=not values) if schemas else ""
    text = configuration.appended(before, block) if block else before
    file = _configuration(path, before, text, block, has=bool(values), force=options.force)
    made = [File(looked.root / name, "new", content) for name, content in begun.files.items()] if begun else []
    others = (*made, *programs(looked.root, force=options.force))
    return _Plan(schemas, file, text, (file, *others), tuple(findings), begun)


def _configuration(path: Path, before: str, text: str, block: str, *, has: bool, force: bool) -> File:
    """Plan the configuration's file: what is configured already is changed by its owner, or with `force`."""
    if not block:
        return File(path, "kept")
    if not path.exists():
        return File(path, "new", text)
    try:
        whole = _without_kit(path, tomllib.loads(text)) == _without_kit(path, tomllib.loads(before))
    except tomllib.TOMLDecodeError:
        whole = False
    if has and not (force and whole):
        return File(path, "left", add=block)
    return File(path, "changed", text)


def _without_kit(path: Path, values: dict[str, Any]) -> dict[str, Any]:
    if path.name == configuration.OWN:
        return {}
    tool = {name: table for name, table in values.get("tool", {}).items() if name != "migkit"}
    return {name: value for name, value in values.items() if name != "tool"} | ({"tool": tool} if tool else {})


def _wished(plan: _Plan, root: Path, since: str, options: Options) -> Iterator[File]:
    """Plan what is only written when it is asked for."""
    schemas = plan.schemas or tuple(_configured(plan, root))
    branch = since.removeprefix("origin/")
    if options.agents:
        yield from agents(root, schemas, since, options.tasks, force=options.force)
    if options.pre_commit:
        yield hooks.pre_commit(root, schemas, options.tasks, force=options.force)
    if options.ci:
        yield hooks.workflow(root, schemas, branch, plan.configuration.path.name, force=options.force)


def _configured(plan: _Plan, root: Path) -> Iterator[Described]:
    """Give the schemas that were configured before, as far as hooks and agents have to know them."""
    from migkit.starting.titles import titles

    for schema in config.parsed(plan.configuration.path, plan.text).schemas.values():
        name = str(schema.ini.relative_to(schema.directory))
        found = next((ini for ini in inis(repository(root))[0] if ini.directory == schema.directory), None)
        ini = found or Ini(schema.ini, name, schema.directory, schema.directory)
        values = {"engine": schema.engine, "directory": os.path.relpath(schema.directory, root)}
        yield Described(schema.name, ini, values, (), titles(()), 0)


def _checked(plan: _Plan, root: Path) -> tuple[dict[str, list[str]], list[Finding]]:
    """Load the configuration and read every history as the other tasks would; gives heads, and what is wrong.

    A configuration that does not load is a bug, or was broken before: ConfigError. No code of the user's runs.
    """
    if plan.begun is not None:
        return _tried(plan, plan.begun), []
    project = config.parsed(plan.configuration.path, plan.text)
    heads: dict[str, list[str]] = {}
    findings = []
    for name in [schema.name for schema in plan.schemas]:
        try:
            heads[name] = _heads(project, name)
        except MigkitError as error:
            path = config.shown(error.path) if error.path else None
            findings.append(
                Finding(
                    f"{error.kind}-error", Severity.error, error.message, error.remedy, path, error.line, object=name
                )
            )
        if len(heads.get(name, ())) > 1:
            text = f"{len(heads[name])} heads: {', '.join(heads[name])}"
            findings.append(
                Finding("multiple-heads", Severity.warning, text, f"inv mig.merge --schema {name}", object=name)
            )
    return heads, findings


def _heads(project: Project, name: str) -> list[str]:
    schema = project.schemas[name]
    config.check_directory(project, schema)
    entries = survey(located(schema, sample=True))
    parents = {parent for entry in entries for parent in entry.parents}
    return sorted(entry.id for entry in entries if entry.id not in parents)


def _tried(plan: _Plan, begun: Beginning) -> dict[str, list[str]]:
    """Write a new history and its configuration elsewhere, and load them there."""
    with tempfile.TemporaryDirectory() as folder:
        root = plan.configuration.path.parent
        moved = [replace(file, path=Path(folder, file.path.relative_to(root))) for file in plan.files]
        files.write(replace(file, action="new") for file in moved if file.text or file.path.name == ".gitkeep")
        schema = config.load(Path(folder), {}).schemas[begun.schema.name]
        return {schema.name: list(load(located(schema)).heads)}


def _elsewhere(root: Path, path: Path, named: str) -> Iterator[Finding]:
    """Tell of a configuration that will hold instead of this one, or in whose place this one will."""
    if named and (root / named).resolve() != path.resolve():
        text = f"MIGKIT_CONFIG names {named}: the tasks read that file and not {path.name}"
        yield Finding("other-configuration", Severity.warning, text, "unset MIGKIT_CONFIG", named)
    for folder in root.absolute().parents:
        try:
            above, values = configuration.standing(folder)
        except ConfigError:
            continue
        if values and not path.exists():
            text = f"{above} is a configuration too; from here downwards, {path.name} holds instead"
            yield Finding("other-configuration", Severity.warning, text, f"keep one of them: {above.parent} or here")
            return


def _lost(env: Path, looked: Repository) -> Finding:
    message = f"{env} is Alembic's, and no ini names it: perhaps one that git ignores, and that is not here"
    remedy = "make the ini, or keep an alembic.ini.sample without a password beside it, then run mig.init again"
    return Finding("no-ini", Severity.warning, message, remedy, config.shown(looked.root / env))


def _doubt(schema: Described, reason: Any) -> Finding:
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


def _next(plan: _Plan) -> list[str]:
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
        f"migkit roundtrip --schema {name}",
    ]
    return steps if first.total else [*steps, create]
