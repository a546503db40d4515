"""Each schema as it stands on the disk: its ini, what its env.py needs to be installed, and its history.

No code of the user's runs: revision files are read as source.
"""

from __future__ import annotations

from collections.abc import Iterator

from migkit.checks.programs import installed
from migkit.config import check_directory, shown
from migkit.errors import MigkitError
from migkit.model import Check, Project, Schema, Severity


def schemas(project: Project, chosen: Schema | None = None) -> Iterator[Check]:
    """Check each schema, or the chosen one."""
    for schema in [chosen] if chosen else project.schemas.values():
        try:
            check_directory(project, schema)
        except MigkitError as error:
            yield Check(f"{schema.name}: directory", ok=False, message=error.message, remedy=error.remedy)
            continue
        ini = _ini(schema)
        yield ini
        if schema.requirements:
            yield _requirements(schema)
        if ini.ok is not False:
            yield _history(schema)


def missing(requirement: str) -> str:
    """Say what keeps a requirement (`sqlalchemy<2`) from being met here; "" when it is."""
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        wanted = Requirement(requirement)
    except InvalidRequirement:
        return f"{requirement!r} is no requirement as pip reads it"
    if wanted.marker and not wanted.marker.evaluate():
        return ""
    found = installed(wanted.name)
    if not found:
        return f"{wanted.name} is not installed"
    return "" if wanted.specifier.contains(found, prereleases=True) else f"{wanted} is wanted, {found} is installed"


def _ini(schema: Schema) -> Check:
    from migkit.alembic_io.history import located

    name = f"{schema.name}: ini"
    try:
        found = located(schema, sample=True)
    except MigkitError as error:
        return Check(name, ok=False, message=error.message, remedy=error.remedy)
    if found.ini != schema.ini:
        message = f"no {schema.ini.name}: {shown(found.ini)} stands in for it"
        return Check(name, None, message, f"cp {shown(found.ini)} {shown(schema.ini)}, then set sqlalchemy.url in it")
    return Check(name, ok=True, message=shown(found.ini))


def _requirements(schema: Schema) -> Check:
    name = f"{schema.name}: requirements"
    wrong = [reason for reason in map(missing, schema.requirements) if reason]
    if not wrong:
        return Check(name, ok=True, message=", ".join(schema.requirements))
    wanted = " ".join(f'"{requirement}"' for requirement in schema.requirements)
    remedy = f"pip install {wanted}, or let `nox -s migrations` do it in an environment of its own"
    return Check(name, ok=False, message="; ".join(wrong), remedy=remedy, severity=Severity.warning)


def _history(schema: Schema) -> Check:
    from migkit.alembic_io.history import located
    from migkit.alembic_io.survey import survey

    name = f"{schema.name}: history"
    try:
        entries = survey(located(schema, sample=True))
    except MigkitError as error:
        where = f" ({shown(error.path)}{f':{error.line}' if error.line else ''})" if error.path else ""
        return Check(name, ok=False, message=f"{error.message}{where}", remedy=error.remedy)
    if not entries:
        return Check(name, None, "cannot be told without running its code", f"inv mig.schemas --schema {schema.name}")
    parents = {parent for entry in entries for parent in entry.parents}
    heads = sorted(entry.id for entry in entries if entry.id not in parents)
    if len(heads) > 1:
        message = f"{len(entries)} revisions, {len(heads)} heads: {', '.join(heads)}"
        remedy = f"inv mig.merge --schema {schema.name}"
        return Check(name, ok=False, message=message, remedy=remedy, severity=Severity.warning)
    return Check(name, ok=True, message=f"{len(entries)} revision{'s'[len(entries) == 1 :]}, head {heads[0]}")
