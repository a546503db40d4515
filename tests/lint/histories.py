"""Histories written on the spot for tests of rules: bodies or whole files in, what lint finds out.

    judged(tmp_path, [BODY, BODY], engine="mysql:9.7") == [("blob-default", ids(2)[1], 9)]

A body is what a revision file holds behind its header; `# expect: RULE` (or `-- expect: RULE` in SQL) behind a line is
a mark: it is not written, and `marks` gives where it stood.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from migkit.config.checking import Table
from migkit.config.schema import schema as configured
from migkit.lint import Facts
from migkit.lint.pages import marks, unmarked
from migkit.model import Finding, Schema
from tests.lint.core import found

HEADER = '''"""Change number {number}

Revision ID: {id}
Revises: {revises}
Create Date: 2024-01-{day:02} 12:00:00.000000

"""
from alembic import op
import sqlalchemy as sa

revision = {id!r}
down_revision = {parent!r}
branch_labels = None
depends_on = None


'''
DOWN = "\n\ndef downgrade():\n    pass\n"
_OWN_ID = re.compile(r"^revision\b[^=\n]*=\s*['\"](?P<id>[^'\"]+)['\"]", re.MULTILINE)
_FILE = re.compile(r"\A# file: (?P<name>\S+)\n")
Bodies = Sequence[str] | Mapping[str, str]
At = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Written:
    """A history as it was written: its files by name, without the marks, and the marks as (rule, file name, line)."""

    folder: Path
    files: Mapping[str, str]
    marks: frozenset[At]


def ids(count: int) -> list[str]:
    """Give the ids of the first revisions that `written` makes; a generator could have made them."""
    return [hashlib.sha256(f"page {number}".encode()).hexdigest()[:12] for number in range(1, count + 1)]


def written(folder: Path, bodies: Bodies) -> Written:
    """Write revisions in order: bodies get a header where they have no `revision = `, files are what they are.

    A body that begins with `# file: NAME.py` is that file; its other lines are taken as they stand.
    """
    versions = folder / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    texts = dict(bodies) if isinstance(bodies, Mapping) else _named(bodies)
    files, expected = {}, set()
    for name, text in texts.items():
        files[name] = unmarked(text)
        expected |= {(rule, name, line) for rule, line in marks(text)}
        (versions / name).parent.mkdir(parents=True, exist_ok=True)
        (versions / name).write_text(files[name], encoding="utf-8")
    return Written(versions, files, frozenset(expected))


def _named(bodies: Iterable[str]) -> dict[str, str]:
    files, parent = {}, None
    for number, body in enumerate(bodies, 1):
        name, text, ident = _revision(number, body.lstrip("\n"), parent)
        assert name not in files, f"{name} twice"
        files[name] = text
        parent = ident or parent
    return files


def _revision(number: int, body: str, parent: str | None) -> tuple[str, str, str]:
    if named := _FILE.match(body):
        text = body[named.end() :]
        own = _OWN_ID.search(text)
        return named["name"], text, own["id"] if own else ""
    if own := _OWN_ID.search(body):
        return f"{own['id']}_{_slug(body)}.py", body, own["id"]
    ident = ids(number)[-1]
    header = HEADER.format(number=number, id=ident, parent=parent, revises=parent or "", day=number % 28 + 1)
    text = header + body + ("" if "def downgrade" in body else DOWN)
    return f"{ident}_change_number_{number}.py", text, ident


def _slug(body: str) -> str:
    """Give what Alembic makes of a title in a file's name."""
    title = re.match(r'[rR]?"{1,3}(?P<title>[^"\n]*)', body)
    return re.sub(r"\W+", "_", title["title"] if title else "").strip("_").lower()[:40].rstrip("_")


def schema(folder: Path, engine: str = "postgresql:15", **keys: Any) -> Schema:
    """Make the schema that lies in `folder`, with further keys of the configuration; titles are sentences."""
    usual = {"directory": ".", "engine": engine, "title": {"form": "sentence"}}
    table = Table({"main": {**usual, **keys}}, "schemas", folder / "migkit.toml")
    return configured("main", table, folder)


def findings(
    folder: Path, bodies: Bodies, engine: str = "postgresql:15", facts: Facts | None = None, **keys: Any
) -> tuple[Finding, ...]:
    """Write a history and give all that lint finds in it, as Findings."""
    history = written(folder, bodies)
    return found(history.folder, schema(folder, engine, **keys), facts or Facts())


def judged(
    folder: Path, bodies: Bodies, engine: str = "postgresql:15", facts: Facts | None = None, **keys: Any
) -> list[At]:
    """Write a history and give what lint finds in it: (rule, revision, line), sorted."""
    return sorted(
        (one.rule, one.revision or "", one.line or 0) for one in findings(folder, bodies, engine, facts, **keys)
    )


def only(rule: str, found: Iterable[At]) -> list[tuple[str, int]]:
    """Give (revision, line) of one rule's findings."""
    return [(revision, line) for name, revision, line in found if name == rule]
