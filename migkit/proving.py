"""What the verbs that prove a history on a throwaway server share: the choice of revisions, and what is worth saying.

Paths are whole in what is found, and shown as the operator would type them in a report.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TypeVar

from migkit import compared, config, git, remedies
from migkit.alembic_io.graph import find
from migkit.alembic_io.source import said
from migkit.alembic_io.survey import survey
from migkit.branching import multiple_heads
from migkit.errors import ConfigError
from migkit.model import Database, Engine, Finding, RevisionReport, Schema, Severity
from migkit.model.rehearsal import Earlier, Filled, RevisionRehearsal, Rows

Found = TypeVar("Found", RevisionReport, RevisionRehearsal, Finding)


def choice(schema: Schema, revisions: Collection[str], since: str) -> Collection[str] | None:
    """Give what names the wanted revisions, ids (or beginnings of them) and paths; None is all of them.

    What is wrong with the files, or a revision that is not there, is told before a server is started.
    """
    entries = survey(schema)
    chosen = list(revisions)
    if entries:
        chosen = [find(ident, [entry.id for entry in entries]) for ident in revisions]
    if since:
        changed = git.changed_since(schema.directory, since)
        chosen += [str(path) for path in changed if not entries or path in {entry.path for entry in entries}]
    return chosen if revisions or since else None


def shown(found: Found) -> Found:
    """Give what was found with its path as the operator would type it."""
    return replace(found, path=config.shown(Path(found.path))) if found.path else found


def server_findings(engine: Engine, database: Database, *, strict: bool) -> Iterator[Finding]:
    """Say whose login the migrations had, and whether another engine stood in; `strict` makes that an error."""
    server = database.server
    if database.shared_login:
        message = f"migrations ran as {server.user}, the login of the URL: {database.shared_login}"
        yield Finding("shared-login", Severity.note, message, f"let {server.user} create logins")
    if server.substituted:
        severity = Severity.error if strict else Severity.warning
        yield Finding("engine-substituted", severity, server.substituted, remedies.wanted(engine, server.kind))


def history_findings(schema: Schema, ini: Path, heads: Sequence[str]) -> Iterator[Finding]:
    """Say that a sample of the ini stood in for it, and that the history has several heads."""
    if ini != schema.ini:
        message = f"there is no {schema.ini.name}, and {ini.name} stood in for it"
        yield Finding("sample-ini", Severity.note, message, "nothing, on a machine that only tests", str(ini))
    yield from multiple_heads(schema.name, heads)


def earlier(schema: Schema, since: str) -> tuple[Earlier, ...]:
    """Give the text that each revision had before it was edited after `since`; a renamed one is known by its id."""
    entries = survey(schema)
    by_id, paths = {entry.id: entry.path for entry in entries}, {entry.path for entry in entries}
    found = []
    for path, text in git.earlier(schema.directory, since).items():
        here = path if path in paths or (not entries and path.is_file()) else by_id.get(_ident(text))
        if here is not None:
            found.append(Earlier(str(here), text))
    return tuple(found)


def rows(schema: Schema, engine: Engine, count: int) -> Rows:
    """Say which rows are to be put in: so many in each table, with the values that the history speaks of."""
    if count < 0:
        raise ConfigError(f"--rows {count}: no table holds fewer rows than none", remedy="write a number: --rows 20")
    return compared.rows([entry.path for entry in survey(schema)], engine.family, count=count)


def rows_facts(rows: Rows | None, filled: Filled | None) -> dict[str, Any] | None:
    """Give the JSON of the rows that were put in; None where none were."""
    return {"count": rows.count, "seed": rows.seed, **asdict(filled or Filled())} if rows else None


def rows_findings(filled: Filled | None) -> Iterator[Finding]:
    """Name the tables that no row could be put into, and why."""
    for table, why in sorted(filled.lacking.items()) if filled else ():
        remedy = "nothing, where that is as it should be; else give it rows of its own: `seed` and `seed_at`"
        what = f"{table} was not filled with rows: {why}"
        yield Finding("rows-not-filled", Severity.note, what, remedy, object=table)


def _ident(text: str) -> str:
    try:
        return said(text).id
    except (SyntaxError, ValueError):
        return ""
