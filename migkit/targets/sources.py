"""Where a target's URL stands: in the ini, in an environment variable, in a file, in the keyring, or written out."""

from __future__ import annotations

import configparser
import os
from pathlib import Path

from migkit.config.checking import shown
from migkit.errors import ConfigError, TargetError
from migkit.model import Project, Schema, Target

SERVICE = "migkit"  # under which the keyring has the URL of NAME


def text(project: Project, schema: Schema, target: Target) -> str:
    """Give what `url` of the target stands for, password and all. Raises TargetError where there is nothing."""
    kind, _colon, name = target.url.partition(":")
    if target.url == "ini":
        return _ini(schema, target)
    if kind == "env":
        return _variable(name, target)
    if kind == "file":
        return _file(project.root / Path(name).expanduser(), target)
    if kind == "keyring":
        return _kept(name, target)
    return target.url


def described(target: Target) -> str:
    """Say where the URL stands, without saying it."""
    sources = ("ini", "env:", "file:", "keyring:")
    return target.url if target.url.startswith(sources) else "its url"


def ini(schema: Schema) -> str:
    """Give sqlalchemy.url of the schema's ini, "" where it has none. Raises ConfigError where it cannot be read."""
    from migkit.alembic_io.history import alembic_config, located

    try:
        return alembic_config(located(schema)).get_main_option("sqlalchemy.url") or ""
    except configparser.Error as error:  # whose words quote a line, or what comes behind a lone %: a password's
        line = getattr(error, "lineno", None)
        what = "sqlalchemy.url in " if line is None else ""
        said = f"schema {schema.name}: {what}{shown(schema.ini)} cannot be read"
        raise ConfigError(said, remedy="mend the ini; a % in it is written %%", path=schema.ini, line=line) from None


def _ini(schema: Schema, target: Target) -> str:
    found = ini(schema)
    if not found:
        raise TargetError(f"target {target.name}: {shown(schema.ini)} has no sqlalchemy.url", remedy="set it there")
    return found


def _variable(name: str, target: Target) -> str:
    found = os.environ.get(name, "").strip()
    if not found:
        raise TargetError(f"target {target.name}: the environment has no {name}", remedy=f"export {name}=…")
    return found


def _file(path: Path, target: Target) -> str:
    try:
        found = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise TargetError(
            f"target {target.name}: {shown(path)} cannot be read: {reason}",
            remedy="write the target's URL into that file",
        ) from None
    if not found:
        raise TargetError(f"target {target.name}: {shown(path)} is empty", remedy="write the target's URL into it")
    return found


def _kept(name: str, target: Target) -> str:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        raise TargetError(
            f"target {target.name}: its URL is in the keyring, and the Python package keyring is missing",
            remedy="pip install keyring",
        ) from None
    try:
        found = keyring.get_password(SERVICE, name)
    except KeyringError as error:
        raise TargetError(
            f"target {target.name}: the keyring cannot be read: {error}",
            remedy="unlock it, or use env:NAME or file:PATH",
        ) from None
    if not found:
        put = f"keyring set {SERVICE} {name}"
        raise TargetError(f"target {target.name}: the keyring has nothing of {SERVICE} under {name}", remedy=put)
    return str(found)
