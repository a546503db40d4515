"""What coding agents are told: which tasks make, mend and prove a revision, and that no live database is theirs.

Only tasks that the kit has are named.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from migkit.starting.configuration import appended, read
from migkit.starting.describing import Described
from migkit.starting.files import File, extended, whole

_STEPS = (  # a task, how it is called, and what for
    ("schemas", "migkit schemas --format json", "which schemas there are, their directories and heads"),
    (
        "create",
        'migkit create --schema {schema} TABLE ACTION "DESCRIPTION"',
        'writes a new revision, where titles are names: `customers add "column email:varchar(255)"`',
    ),
    (
        "revise",
        'migkit revise --schema {schema} "SENTENCE"',
        'writes a new revision, where titles are sentences: `"add index on tickets.region"`',
    ),
    ("mend", "migkit mend --schema {schema} REVISION", "writes the downgrade that a revision lacks"),
    ("merge", "migkit merge --schema {schema}", "makes one head of several"),
    ("lint", "migkit lint --schema {schema}", "checks the rules; no database is needed"),
    (
        "roundtrip",
        "migkit roundtrip --schema {schema} --since {since}",
        "proves the new revisions up, down and up again, on a throwaway server",
    ),
    ("test", "migkit test --schema {schema} --since {since}", "rehearses reruns and crashes, on a throwaway server"),
    ("doctor", "migkit doctor", "says what keeps a task from working, and what to do"),
)
_BODY = """\
The database schemas of this repository are Alembic histories, and `migkit` works on them: {schemas}.

{steps}

How to change a schema:

1. Make the revision with the task above; never write a file into `versions/` by hand, and never make up an id.
2. Edit its `upgrade()` and `downgrade()`. The downgrade must restore exactly what the upgrade changed.
3. Prove it, and mend it until the exit code is 0.{lint} `--format json` gives verdicts and differences.
4. Show what was written. Leave applying it to a person.

What is never done:

- No live database: no `alembic upgrade`, `alembic downgrade` or `alembic stamp`, no SQL client, no `migkit` task that
  changes a database which is not a throwaway one (`upgrade`, `downgrade`, `prod`, `rollback`).
- No revision that is on `{since}` is edited: a new one follows it.
- No URL or password is read from an ini or from the environment, or printed.
"""
_COMMAND = """\
---
description: Make or mend a database migration, and prove it on a throwaway server
argument-hint: what the schema should become
---

{body}
The task: $ARGUMENTS
"""
_SKILL = """\
---
name: migrations
description: >-
  Creates, edits and proves Alembic migrations with migkit. For every change of a database schema: new tables, columns,
  indexes and constraints, a downgrade that is missing or wrong, several heads, a migration that fails.
---

# Database migrations

{body}"""
_HEADING = "## Database migrations"


def agents(
    root: Path, schemas: Sequence[Described], since: str, tasks: Collection[str], *, force: bool
) -> Iterator[File]:
    """Plan a slash command, a skill, and a section of AGENTS.md."""
    body = _body(schemas, since, tasks)
    yield whole(root / ".claude" / "commands" / "migration.md", _COMMAND.format(body=body), force=force)
    yield whole(root / ".claude" / "skills" / "migrations" / "SKILL.md", _SKILL.format(body=body), force=force)
    path, section = root / "AGENTS.md", f"{_HEADING}\n\n{body}"
    if not path.exists():
        yield File(path, "new", f"# Working in this repository\n\n{section}")
        return
    try:
        source = read(path)
    except UnicodeDecodeError:
        yield File(path, "left", add=section)
        return
    yield (
        File(path, "kept") if _HEADING in source else extended(path, appended(source, section), section, force=force)
    )


def _body(schemas: Sequence[Described], since: str, tasks: Collection[str]) -> str:
    schema = schemas[0].name if len(schemas) == 1 else "NAME"
    steps = [f"- `{call.format(schema=schema, since=since)}`: {what}" for task, call, what in _STEPS if task in tasks]
    named = ", ".join(f"`{each.name}` ({each.values['engine']}, in `{each.values['directory']}`)" for each in schemas)
    lint = " Lint it first." if "lint" in tasks else ""
    return _BODY.format(schemas=named, steps="\n".join(steps), since=since, lint=lint)
