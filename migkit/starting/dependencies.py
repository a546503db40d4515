"""Which packages a repository declares, and which of them a history needs."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from migkit.starting.repository import Repository, text

_PROVIDED = {
    "alembic",
    "sqlalchemy",
    "pymysql",
    "psycopg",
    "psycopg2",
    "sqlglot",
    "migkit",
    "packaging",
    "rich",
    "mako",
}
_PACKAGES = {  # a module, and the package that has it under another name
    "MySQLdb": "mysqlclient", "geoalchemy2": "GeoAlchemy2", "dotenv": "python-dotenv", "yaml": "PyYAML",
    "decouple": "python-decouple", "environ": "django-environ", "dateutil": "python-dateutil",
    "sqlalchemy_utils": "SQLAlchemy-Utils", "mysql": "mysql-connector-python", "flask_sqlalchemy": "Flask-SQLAlchemy",
    "pydantic_settings": "pydantic-settings", "alembic_postgresql_enum": "alembic-postgresql-enum",
    "alembic_utils": "alembic-utils",
}  # fmt: skip
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def declared(repository: Repository) -> dict[str, str]:
    """Give the packages that the repository declares, by normal name: the requirement as it is written."""
    found: dict[str, str] = {}
    for path in repository.files:
        if path.name == "pyproject.toml":
            lines = list(_of_toml(repository.root / path))
        elif re.fullmatch(r"requirements[\w.-]*\.(txt|in)", path.name) or path.parts[-2:-1] == ("requirements",):
            lines = repository.text(path).splitlines()
        else:
            continue
        for line in lines:
            match = _NAME.match(line.strip())
            if match:
                found.setdefault(normal(match[0]), line.partition("#")[0].partition(";")[0].strip())
    return found


def normal(name: str) -> str:
    """Give the one spelling of a package's name."""
    return re.sub(r"[-_.]+", "-", name).lower()


def wants_sqlalchemy_1(packages: dict[str, str]) -> bool:
    """Whether the repository pins SQLAlchemy below 2."""
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        wanted = Requirement(packages.get("sqlalchemy", "sqlalchemy"))
    except InvalidRequirement:
        return False
    return bool(wanted.specifier) and not any(wanted.specifier.contains(f"2.{minor}.{9}") for minor in range(3))


def needed(modules: Iterable[str], tops: Iterable[Path], packages: dict[str, str]) -> tuple[list[str], list[str]]:
    """Give what imports need beside the kit: packages by their usual names, and modules of the repository's own.

    A module is the repository's own where one of the folders `tops` has it. What is neither declared nor known by
    another name is left out: it is told by whoever runs it.
    """
    folders = list(dict.fromkeys(tops))
    wanted: list[str] = []
    own: list[str] = []
    for name in dict.fromkeys(module.partition(".")[0] for module in modules):
        if name in sys.stdlib_module_names or normal(name) in _PROVIDED or name in _PROVIDED:
            continue
        if any((top / name).is_dir() or (top / f"{name}.py").is_file() for top in folders):
            own.append(name)
        elif name in _PACKAGES or normal(name) in packages:
            wanted.append(_PACKAGES.get(name, name))
    return sorted(set(wanted)), own


def _of_toml(path: Path) -> Iterator[str]:
    """Give the requirements of a pyproject.toml: the standard's tables, and Poetry's by name and version."""
    try:
        values: dict[str, Any] = tomllib.loads(text(path))
    except tomllib.TOMLDecodeError:
        return
    project, poetry = _table(values.get("project")), _table(_table(values.get("tool")).get("poetry"))
    for group in (
        _list(project.get("dependencies")),
        *map(_list, _table(project.get("optional-dependencies")).values()),
        *map(_list, _table(values.get("dependency-groups")).values()),
    ):
        yield from (each for each in group if isinstance(each, str))
    for name, version in _table(poetry.get("dependencies")).items():
        bound = version if isinstance(version, str) else str(_table(version).get("version", ""))
        caret = re.match(r"[\^~](\d+)", bound)
        yield f"{name}>={caret[1]},<{int(caret[1]) + 1}" if caret else f"{name}{bound if bound[:1] in '<>=' else ''}"


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
