"""A real git repository of a test's own, with a bare origin, in which a branch and main go on beside each other."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import demand_git

_ENV = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
}
REVISION = '''"""{title}

Revision ID: {id}
Revises: {revises}
Create Date: {created}

"""
from alembic import op

revision = {id!r}
down_revision = {parent!r}
branch_labels = {labels!r}
depends_on = {depends_on!r}


def upgrade():
    op.execute("CREATE TABLE t_{id} (a INTEGER)")


def downgrade():
    op.execute("DROP TABLE t_{id}")
'''


@dataclass(frozen=True)
class Repository:
    """A checkout; `versions` is where its revision files are."""

    root: Path
    versions: Path

    def git(self, *args: str, fails: bool = False) -> str:
        done = subprocess.run(
            ["git", *args], cwd=self.root, env={**os.environ, **_ENV}, text=True, capture_output=True, check=False
        )
        assert fails == bool(done.returncode), f"git {args}: {done.stderr}{done.stdout}"
        return done.stdout.strip()

    def write(
        self,
        ident: str,
        parent: str | tuple[str, ...] | None,
        title: str = "",
        *,
        created: str = "2024-01-01",
        labels: object = None,
        depends_on: object = None,
    ) -> Path:
        title = title or f"t_{ident}_create_table"
        text = REVISION.format(
            id=ident,
            parent=parent,
            title=title,
            created=created,
            labels=labels,
            depends_on=depends_on,
            revises=parent if isinstance(parent, str) else ", ".join(parent or ()),
        )
        path = self.versions / f"{ident}_{title.replace(' ', '_')}.py"
        path.write_text(text, encoding="utf-8")
        return path

    def commit(self, message: str = "work") -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)


def repository(root: Path, versions: Path, origin: Path | None = None) -> Repository:
    """Make a repository of what stands in `root`, with a bare origin that has its main branch."""
    demand_git()
    made = Repository(root, versions)
    made.git("init", "-q", "-b", "main")
    (root / ".gitignore").write_text("__pycache__/\n*.db\n")
    made.commit("first")
    if origin is not None:
        made.git("init", "-q", "--bare", "-b", "main", str(origin))
        made.git("remote", "add", "origin", str(origin))
        made.git("push", "-q", "-u", "origin", "main")
        made.git("remote", "set-head", "origin", "main")
    return made
