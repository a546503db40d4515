"""The verb `create`: a new, empty revision whose title follows the schema's rules. It touches no database."""

from __future__ import annotations

import shlex
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from migkit import engines
from migkit.config import shown
from migkit.model import Project, Report, Revision, Schema
from migkit.title import Title, build

if TYPE_CHECKING:
    from migkit.writing import Written


def create(
    project: Project,
    schema: Schema,
    table: str,
    action: str,
    description: str,
) -> Report:
    """Write the revision `<table>_<action>_<description>` after the history's only head, in the service if it has one.

    Raises ConfigError (no alembic.ini, a title that breaks the rules or is in use) and HistoryError (unreadable,
    or more than one head), and has then changed nothing. `facts` is what cli.md lists, and where things were found.
    """
    started = time.perf_counter()
    title = build(table, action, description, schema.title)
    written = _written(project, schema, title)
    family, _, version = schema.engine.partition(":")
    return Report(
        command="create",
        schema=schema.name,
        engine={"family": family, "version": version, "wanted": schema.engine},
        facts=_facts(project, schema, written, title),
        seconds=time.perf_counter() - started,
    )


def _written(project: Project, schema: Schema, title: Title) -> Written:
    if schema.compose is None:
        from migkit.writing import written

        return written(schema, title.text)
    from migkit import compose
    from migkit.jobs import Write

    with compose.service(project, schema) as service:
        answer: Written = service.ask(Write(schema, title.text))
        return answer


def _facts(project: Project, schema: Schema, written: Written, title: Title) -> Mapping[str, Any]:
    revision = written.revision
    return {
        "path": shown(revision.path),
        "revision": revision.id,
        "title": title.text,
        "down_revision": revision.parents[0] if revision.parents else None,
        "next_steps": next_steps(schema, revision, title),
        "database": schema.database,
        "directory": shown(schema.directory),
        "ini": shown(schema.ini),
        "url": written.url,
        "url_env": schema.url_env,
        "configuration": shown(project.path),
    }


def next_steps(schema: Schema, revision: Revision, title: Title) -> list[str]:
    """Say what is to be done with the new revision, in order, each with its command."""
    message = schema.commit.format(title=title.text, schema=schema.name, revision=revision.id)
    path = shlex.quote(shown(revision.path))
    look = engines.parse(schema.engine).look.format(table=title.table)
    proof = f"inv mig.roundtrip --schema {schema.name} --revision {revision.id}"
    return [
        f"edit: write upgrade() and downgrade() in {path}",
        f"upgrade locally: inv mig.upgrade --schema {schema.name}",
        f"look at the table: {look}",
        f"test the rollback: inv mig.downgrade --schema {schema.name} && {proof}",
        f"commit: git add {path} && git commit -m {shlex.quote(message)}",
        f"apply to production, once it is merged and the ini points there: {_alembic(schema)}",
    ]


def _alembic(schema: Schema) -> str:
    ini = "" if schema.ini.name == "alembic.ini" else f"-c {shlex.quote(schema.ini.name)} "
    return f"cd {shlex.quote(shown(schema.directory))} && alembic {ini}upgrade head"
