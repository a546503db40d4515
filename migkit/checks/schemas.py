"""Each schema as it stands on the disk: its ini, what its env.py needs to be installed, and its history.

No code of the user's runs: revision files are read as source.
"""

from __future__ import annotations

import configparser
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

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
        if schema.compose is None:  # else it runs in that service
            yield from _installed(schema)
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


def _installed(schema: Schema) -> Iterator[Check]:
    """Check what env.py imports: the requirements, and the driver of the URL that it is given."""
    if schema.requirements:
        yield _requirements(schema)
    drivername = schema.url_driver or _drivername(schema)
    if drivername:
        yield _driver(schema, drivername)


def _drivername(schema: Schema) -> str:
    """Give the dialect+driver that the ini's URL names; "" where that cannot be told."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    from migkit.alembic_io.history import alembic_config, located

    with suppress(MigkitError, ArgumentError, ValueError, configparser.Error):
        return make_url(alembic_config(located(schema, sample=True)).get_main_option("sqlalchemy.url") or "").drivername
    return ""


def _driver(schema: Schema, drivername: str) -> Check:
    from sqlalchemy.engine import URL
    from sqlalchemy.exc import ArgumentError

    name = f"{schema.name}: driver"
    try:
        dialect: Any = URL.create(drivername).get_dialect()
        getattr(dialect, "import_dbapi" if hasattr(dialect, "import_dbapi") else "dbapi")()  # its name before 2.0
    except ImportError as error:
        return _without_driver(name, drivername, error.name or str(error))
    except ArgumentError as error:
        remedy = "correct sqlalchemy.url in the ini, or `url_driver`"
        return Check(name, ok=False, message=f"SQLAlchemy has no {drivername}: {error}", remedy=remedy)
    return Check(name, ok=True, message=drivername)


def _without_driver(name: str, drivername: str, module: str) -> Check:
    if module == "MySQLdb":
        return Check(name, ok=True, message=f"{drivername}, for which PyMySQL stands in")
    message = f"{drivername} needs the Python module {module}"
    return Check(name, ok=False, message=message, remedy="install it, and name it in the schema's `requirements`")


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
        return Check(
            name,
            None,
            "no revision yet, or it cannot be told without running its code",
            f"inv mig.schemas --schema {schema.name}",
        )
    parents = {parent for entry in entries for parent in entry.parents}
    heads = sorted(entry.id for entry in entries if entry.id not in parents)
    if len(heads) > 1:
        message = f"{len(entries)} revisions, {len(heads)} heads: {', '.join(heads)}"
        remedy = f"inv mig.merge --schema {schema.name}"
        return Check(name, ok=False, message=message, remedy=remedy, severity=Severity.warning)
    return Check(name, ok=True, message=f"{len(entries)} revision{'s'[len(entries) == 1 :]}, head {heads[0]}")
