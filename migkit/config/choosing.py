"""Which schema a command is about, and whether it stands on the disk."""

from __future__ import annotations

from migkit.config.checking import nearest, one_of, shown
from migkit.errors import ConfigError
from migkit.model import Project, Schema


def choose(project: Project, name: str = "") -> Schema:
    """Give the schema called `name`; "" is the configured default, or the only one.

    Raises ConfigError for an unknown name, for "" where that says nothing, and for a missing directory.
    """
    wanted = name or project.default_schema
    if not wanted and len(project.schemas) == 1:
        wanted = next(iter(project.schemas))
    if not wanted:
        raise ConfigError(
            f"which schema? {shown(project.path)} configures {', '.join(project.schemas)}",
            remedy="name one with --schema, or set default_schema",
            path=project.path,
        )
    if wanted not in project.schemas:
        text = f'{shown(project.path)} has no schema "{wanted}"{nearest(wanted, project.schemas)}'
        raise ConfigError(text, remedy=one_of(project.schemas), path=project.path)
    check_directory(project, project.schemas[wanted])
    return project.schemas[wanted]


def check_directory(project: Project, schema: Schema) -> None:
    """Raise ConfigError where the schema's directory does not exist."""
    if schema.directory.is_dir():
        return
    key = f"{'tool.migkit.' if project.path.name == 'pyproject.toml' else ''}schemas.{schema.name}.directory"
    parent = schema.directory.parent
    beside = sorted(entry.name for entry in parent.iterdir() if entry.is_dir()) if parent.is_dir() else []
    raise ConfigError(
        f"{shown(project.path)}: {key}: no directory {schema.directory}{nearest(schema.directory.name, beside)}",
        remedy="name the directory that holds alembic.ini, relative to the configuration file",
        path=project.path,
    )
