"""What is to be written for a repository: its configuration, a new history where it has none, tasks.py, noxfile.py."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path
from typing import Any

from migkit import config
from migkit.errors import ConfigError
from migkit.model import Finding, Severity
from migkit.starting import configuration
from migkit.starting.beginning import Beginning, beginning
from migkit.starting.describing import Described, described
from migkit.starting.files import File
from migkit.starting.inis import Ini, inis, without_ini
from migkit.starting.programs import programs
from migkit.starting.repository import Repository
from migkit.values import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be written, and what is known of it.

    `schemas` are those that are not configured yet, `known` the inis of those that are, by name. `text` is the
    configuration as it will be read. `begun` is the new history, where there is to be one.
    """

    schemas: tuple[Described, ...]
    configuration: File
    text: str
    files: tuple[File, ...]
    findings: tuple[Finding, ...]
    begun: Beginning | None = None
    known: Mapping[str, Ini] = field(default_factory=dict)


def planned(looked: Repository, *, force: bool, named: str) -> Plan:
    """Plan it; `named` is the configuration that the environment names, or "".

    Raises ConfigError where nothing can be made of what is there.
    """
    path, values = configuration.standing(looked.root)
    found, wrong = inis(looked)
    known = configuration.configured(values, looked.root)
    if not found and not values:
        _refuse_the_odd(looked, found, wrong)
        begun = beginning(looked)
        return _plan(looked, (begun.schema,), (path, values), (), force=force, begun=begun)
    fresh = [ini for ini in found if _place(ini) not in known]
    schemas = described(looked, fresh, known.values())
    lost = [_lost(each, looked) for each in without_ini(looked, found)]
    own = [finding for schema in schemas for finding in schema.findings]
    findings = (*wrong, *lost, *own, *_elsewhere(looked.root, path, named))
    plan = _plan(looked, schemas, (path, values), findings, force=force)
    return replace(plan, known={known[each]: ini for ini in found if (each := _place(ini)) in known})


def _place(ini: Ini) -> Path:
    return (ini.directory / ini.name).resolve()


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
    schemas: tuple[Described, ...],
    standing: tuple[Path, Mapping[str, Any]],
    findings: Sequence[Finding],
    *,
    force: bool,
    begun: Beginning | None = None,
) -> Plan:
    path, values = standing
    prefix = "tool.migkit" if path.name == configuration.SHARED else ""
    before = configuration.read(path)
    block = configuration.toml(schemas, prefix=prefix, first=not values) if schemas else ""
    text = configuration.appended(before, block) if block else before
    joined = _joined(path, before, text)
    file = File(path, "changed" if path.exists() else "new", text)
    if not block:
        file = File(path, "kept")
    elif values and not (force and joined):
        file = File(path, "left", add=block)
    made = [File(looked.root / name, "new", content) for name, content in begun.files.items()] if begun else []
    others = (*made, *programs(looked.root, force=force))
    return Plan(schemas, file, text if joined else before, (file, *others), tuple(findings), begun)


def _joined(path: Path, before: str, text: str) -> bool:
    """Whether a text is TOML, and says what the file said, but for the kit's own."""
    try:
        return _without_kit(path, tomllib.loads(text)) == _without_kit(path, tomllib.loads(before))
    except tomllib.TOMLDecodeError:
        return False


def _without_kit(path: Path, values: dict[str, Any]) -> dict[str, Any]:
    if path.name == configuration.OWN:
        return {}
    tool = {name: table for name, table in values.get("tool", {}).items() if name != "migkit"}
    return {name: value for name, value in values.items() if name != "tool"} | ({"tool": tool} if tool else {})


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
