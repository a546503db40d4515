"""A project of a test's own: a configuration, an ini and revision files, linted by the verb as the task calls it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from migkit import config
from migkit.check import Options, check
from migkit.model import Finding, Report

CONFIG = '[schemas.app]\ndirectory = "."\nengine = "{engine}"\ntitle = {{ form = "sentence" }}\n{more}'
HEADER = '''"""{title}

Revision ID: {id}
Revises: {revises}

"""
from alembic import op

revision = "{id}"
down_revision = {parent!r}
'''
KEEPS = 'op.execute("CREATE TABLE {table} (id INT PRIMARY KEY)")'
BODY = "\n\ndef upgrade():\n    {up}\n\n\ndef downgrade():\n    {down}\n"
FIRST = 14  # the line of upgrade's first statement


@dataclass(frozen=True)
class Place:
    """Where the project lies."""

    root: Path

    @property
    def versions(self) -> Path:
        return self.root / "migrations" / "versions"

    def configure(self, more: str = "", engine: str = "mysql:9.7") -> None:
        (self.root / "migkit.toml").write_text(CONFIG.format(engine=engine, more=more))

    def write(self, ident: str, parent: str | None, up: str, down: str = "pass", title: str = "") -> Path:
        """Write a revision, `up` and `down` its functions' statements; the first is on line FIRST."""
        title = title or f"change {ident}"
        head = HEADER.format(title=title, id=ident, revises=parent or "", parent=parent)
        body = BODY.format(up=_indented(up), down=_indented(down))
        path = self.versions / f"{ident}_{title.replace(' ', '_')}.py"
        path.write_text(head + body, encoding="utf-8")
        return path

    def table(self, ident: str, parent: str | None, name: str) -> Path:
        """Write a revision that makes a table, and whose downgrade drops it."""
        return self.write(ident, parent, KEEPS.format(table=name), f'op.execute("DROP TABLE {name}")')

    def lint(self, **options: object) -> Report:
        project = config.load(self.root)
        return check(project, project.schemas["app"], Options(**options))  # type: ignore[arg-type]  # a test names real options


def made(root: Path) -> Place:
    """Make the project, its history empty."""
    place = Place(root)
    place.versions.mkdir(parents=True)
    (root / "migrations" / "env.py").write_text("raise SystemExit('this code must not run')\n")
    (root / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s/migrations\n")
    place.configure()
    return place


def told(findings: Iterable[Finding]) -> list[tuple[str, str | None, int | None]]:
    """Give rule, revision and line of each finding."""
    return [(one.rule, one.revision, one.line) for one in findings]


def _indented(text: str) -> str:
    return textwrap.indent(textwrap.dedent(text).strip(), "    ").strip()
