"""The verbs `create` and `revise`: a new revision by the schema's rules for titles, with its body, both ways."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from migkit import engines, title
from migkit.config import shown
from migkit.config.schema import STYLES
from migkit.errors import ConfigError
from migkit.model import Event, Finding, Project, Report, Revision, Schema

if TYPE_CHECKING:
    from migkit.drafting import Draft
    from migkit.title import Title
    from migkit.writing import Written

OnEvent = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Options:
    """What a new revision is asked for. Empty is the configured style, and a server only where one is needed.

    `server` has everything held against the real schema; `usual` is the kind of server where it is left out, and
    needed. `edit` is the editor in which the file is opened, None for none.
    `autogenerate` takes the body from the models.
    """

    style: str = ""
    server: str = ""
    usual: str = "auto"
    edit: str | None = None
    autogenerate: bool = False


def create(
    project: Project,
    schema: Schema,
    table: str,
    action: str,
    description: str,
    options: Options = Options(),
    *,
    on_event: OnEvent = lambda _e: None,
) -> Report:
    """Write the revision `<table>_<action>_<description>` after the history's only head, in the service if it has one.

    Raises ConfigError (no alembic.ini, a title that breaks the rules or is in use, what the schema does not have or has
    already), HistoryError (unreadable, or more than one head) and ServerError (where `server` is given), and has then
    changed nothing. `facts` is what cli.md lists, and where things were found.
    """
    if schema.title.form == "sentence":
        raise ConfigError(
            f"the titles of schema {schema.name} are sentences (title.form)",
            remedy=f'say it in one: inv mig.revise --schema {schema.name} "add {table} table"',
        )
    return _made(project, schema, title.build(table, action, description, schema.title), "create", options, on_event)


def revise(
    project: Project,
    schema: Schema,
    sentence: str,
    options: Options = Options(),
    *,
    on_event: OnEvent = lambda _e: None,
) -> Report:
    """Write the revision whose title is a sentence; its body too, where the grammar of sentences can read it.

    With `autogenerate` the body comes from the models, and a schema whose titles are no sentences takes one of its own
    titles. Raises what `create` raises.
    """
    if options.autogenerate:
        return _generated(project, schema, sentence, options, on_event)
    if schema.title.form != "sentence":
        raise ConfigError(
            f"the titles of schema {schema.name} are no sentences: <table>_<action>_<description> (title.form)",
            remedy=f'inv mig.create --schema {schema.name} TABLE ACTION "ITEM NAME", or set title.form = "sentence"',
        )
    return _made(project, schema, title.sentence(sentence, schema.title), "revise", options, on_event)


def _generated(project: Project, schema: Schema, text: str, options: Options, on_event: OnEvent) -> Report:
    from migkit.autogenerate import autogenerate

    editing = () if options.edit is None else _editor(options.edit)
    problem = title.check(text, schema.title)
    if problem:
        raise ConfigError(problem.message, remedy=problem.remedy)
    server = options.server or options.usual
    report: Report = autogenerate(project, schema, text, style=options.style, server=server, on_event=on_event)
    if editing and report.facts["path"]:
        _opened(editing, Path(report.facts["path"]))
    return report


def _made(project: Project, schema: Schema, name: Title, command: str, options: Options, on_event: OnEvent) -> Report:
    from migkit import parallel
    from migkit.drafting import drafted

    started = time.perf_counter()
    if options.style not in ("", *STYLES):
        raise ConfigError(f"--style: {options.style} is none", remedy=f"write one of {', '.join(STYLES)}")
    editing = () if options.edit is None else _editor(options.edit)
    style, server, usual = options.style, options.server, options.usual
    _check(schema, name, server)
    draft = drafted(project, schema, name, style=style, server=server, usual=usual, on_event=on_event)
    written = _written(project, schema, name, draft)
    if editing:
        _opened(editing, written.revision.path)
    family, _, version = schema.engine.partition(":")
    return Report(
        command=command,
        schema=schema.name,
        engine=draft.engine or {"family": family, "version": version, "wanted": schema.engine},
        server=draft.server,
        findings=(*_placed(draft, written), *parallel.findings(schema, written.known)),
        facts=_facts(project, schema, written, name, draft),
        seconds=time.perf_counter() - started,
    )


def _placed(draft: Draft, written: Written) -> tuple[Finding, ...]:
    path, ident = shown(written.revision.path), written.revision.id
    return tuple(replace(finding, path=path, revision=ident) for finding in draft.findings)


def _editor(said: str) -> tuple[str, ...]:
    from migkit import editor

    return editor.command(said)


def _opened(command: tuple[str, ...], path: Path) -> None:
    from migkit import editor

    editor.opened(command, path)


def _check(schema: Schema, name: Title, server: str) -> None:
    """Refuse what can be refused before a server is started; where Alembic runs elsewhere, it is refused there."""
    from migkit.drafting import asks

    if schema.compose is None and asks(schema, name, server):
        from migkit.writing import check

        check(schema, name.text)


def _written(project: Project, schema: Schema, name: Title, draft: Draft) -> Written:
    if schema.compose is None:
        from migkit.writing import written

        return written(schema, name.text, draft.upgrade, draft.downgrade)
    from migkit import compose
    from migkit.jobs import Write

    with compose.service(project, schema) as service:
        answer: Written = service.ask(Write(schema, name.text, draft.upgrade, draft.downgrade))
        return answer


def _facts(project: Project, schema: Schema, written: Written, name: Title, draft: Draft) -> Mapping[str, Any]:
    revision = written.revision
    return {
        "path": shown(revision.path),
        "revision": revision.id,
        "title": name.text,
        "down_revision": revision.parents[0] if revision.parents else None,
        "next_steps": next_steps(project, schema, revision, name, draft),
        "open": list(draft.open),
        "tried": draft.tried,
        "database": schema.database,
        "directory": shown(schema.directory),
        "ini": shown(schema.ini),
        "url": written.url,
        "url_env": schema.url_env,
        "configuration": shown(project.path),
    }


def next_steps(project: Project, schema: Schema, revision: Revision, name: Title, draft: Draft) -> list[str]:
    """Say what is to be done with the new revision, in order, each with its command."""
    message = schema.commit.format(title=name.text, schema=schema.name, revision=revision.id)
    path = shlex.quote(shown(revision.path))
    look = engines.parse(schema.engine).look.format(table=name.table)
    proof = f"inv mig.roundtrip --schema {schema.name} --revision {revision.id}" + " --write-proof" * bool(
        schema.targets
    )
    proofs = f" {shlex.quote(shown(project.root / 'proofs' / schema.name))}" if schema.targets else ""
    return [
        _first_step(path, draft),
        f"upgrade locally: inv mig.upgrade --schema {schema.name}",
        *([f"look at the table: {look}"] if name.table else []),
        f"test the rollback: inv mig.downgrade --schema {schema.name} && {proof}",
        f"commit: git add {path}{proofs} && git commit -m {shlex.quote(message)}",
        f"apply to production, once it is merged{_release(schema)}",
    ]


def _first_step(path: str, draft: Draft) -> str:
    if draft.open:
        return f"edit: in {path}, {', '.join(draft.open)}"
    return f"read: {path}" + (", of which both ways ran on the real server" if draft.tried else "")


def _release(schema: Schema) -> str:
    return (
        f": inv mig.prod --schema {schema.name}" if schema.targets else f" and the ini points there: {_alembic(schema)}"
    )


def _alembic(schema: Schema) -> str:
    ini = "" if schema.ini.name == "alembic.ini" else f"-c {shlex.quote(schema.ini.name)} "
    directory = shown(schema.directory)
    there = "" if directory == "." else f"cd {shlex.quote(directory)} && "
    return f"{there}alembic {ini}upgrade head"
