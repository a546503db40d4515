"""The verb `create`: a new, empty revision whose title follows the schema's rules. It touches no database."""

from __future__ import annotations

import shlex
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from migkit.address import masked
from migkit.config import shown
from migkit.errors import ConfigError, HistoryError
from migkit.model import Project, Report, Revision, Schema
from migkit.title import Title, build, snake

if TYPE_CHECKING:
    from migkit.alembic_io.history import History

LOOK = {  # how a table is looked at, by the family of the engine, in its own client
    "mysql": "SHOW CREATE TABLE {table}",
    "mariadb": "SHOW CREATE TABLE {table}",
    "postgresql": r"\d {table}",
    "sqlite": ".schema {table}",
}


def create(
    project: Project,
    schema: Schema,
    table: str,
    action: str,
    description: str,
) -> Report:
    """Write the revision `<table>_<action>_<description>` after the history's only head.

    Raises ConfigError (no alembic.ini, a title that breaks the rules or is in use) and HistoryError (unreadable,
    or more than one head), and has then changed nothing. `facts` is what cli.md lists, and where things were found.
    """
    from migkit.alembic_io.generate import generate
    from migkit.alembic_io.history import load

    started = time.perf_counter()
    history = load(schema, empty=True)
    _check_heads(history)
    title = build(table, action, description, schema.title)
    _check_unused(history, title)
    revision = generate(history, title.text)
    family, _, version = schema.engine.partition(":")
    return Report(
        command="create",
        schema=schema.name,
        engine={"family": family, "version": version, "wanted": schema.engine},
        facts=_facts(project, history, revision, title),
        seconds=time.perf_counter() - started,
    )


def _check_heads(history: History) -> None:
    if len(history.heads) > 1:
        name = history.schema.name
        raise HistoryError(
            f"schema {name} has {len(history.heads)} heads: {', '.join(sorted(history.heads))}",
            remedy=f"join them first: inv mig.merge --schema {name} (or `alembic merge heads` in its directory)",
            path=history.schema.directory,
        )


def _check_unused(history: History, title: Title) -> None:
    for revision in history.revisions:
        file = revision.path.stem.removeprefix(f"{revision.id}_")
        if title.text in {snake(revision.title), file}:
            raise ConfigError(
                f"the title {title.text} is in use already: {shown(revision.path)}",
                remedy="edit that revision if it is not released yet, or name what is different now",
                path=revision.path,
            )


def _facts(project: Project, history: History, revision: Revision, title: Title) -> Mapping[str, Any]:
    schema = history.schema
    return {
        "path": shown(revision.path),
        "revision": revision.id,
        "title": title.text,
        "down_revision": revision.parents[0] if revision.parents else None,
        "next_steps": next_steps(schema, revision, title),
        "database": schema.database,
        "directory": shown(schema.directory),
        "ini": shown(schema.ini),
        "url": _url(history),
        "url_env": schema.url_env,
        "configuration": shown(project.path),
    }


def next_steps(schema: Schema, revision: Revision, title: Title) -> list[str]:
    """Say what is to be done with the new revision, in order, each with its command."""
    ini = "" if schema.ini.name == "alembic.ini" else f"-c {shlex.quote(schema.ini.name)} "
    alembic = f"cd {shlex.quote(shown(schema.directory))} && alembic {ini}upgrade head"
    message = schema.commit.format(title=title.text, schema=schema.name, revision=revision.id)
    path = shlex.quote(shown(revision.path))
    look = LOOK[schema.engine.partition(":")[0]].format(table=title.table)
    return [
        f"edit: write upgrade() and downgrade() in {path}",
        f"upgrade locally: {alembic}",
        f"look at the table: {look}",
        f"test the rollback: inv mig.roundtrip --schema {schema.name} --revision {revision.id}",
        f"commit: git add {path} && git commit -m {shlex.quote(message)}",
        f"apply to production, once it is merged and the ini points there: {alembic}",
    ]


def _url(history: History) -> str:
    """Give the ini's URL without its password; "" where it has none."""
    from configparser import InterpolationError

    try:
        return masked(history.config.get_main_option("sqlalchemy.url") or "")
    except InterpolationError:  # whose text would show the password
        return "(not readable: in an ini a % is written %%)"
