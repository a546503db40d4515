"""Whatever stands in a repository's files, `mig.init` ends with a report or an error that says what to do."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from migkit.errors import MigkitError
from migkit.init import Options, init
from migkit.starting.repository import repository
from tests.starting import ASYNC, history, write

NAMES = (
    "pyproject.toml", "docker-compose.yml", "compose.yaml", ".github/workflows/a.yml", "requirements.txt", "tasks.py",
    "migrations/env.py", "migrations/versions/a.py", "migrations/versions/b.py", "noxfile.py", "AGENTS.md", "x.ini",
    ".pre-commit-config.yaml", "alembic.ini.sample", "db/alembic.ini", "app/config.py", "a b/ü/alembic.ini",
)  # fmt: skip
REVISION = """
revision = "x"
down_revision = ["a", "b"]
def upgrade():
    op.execute(*x); op.create_table(); op.create_table(*y); op.execute("create table"); op.execute("create table `")
    op.add_column("t", sa.Column()); op.add_column("t", sa.Column("x", type_=sa.DateTime)); op.execute("add add add")
"""
ENVIRONMENT = """
import os
os.environ[x]; os.getenv(); os.environ.get(5); x.replace(); a.set_main_option(); b.set_main_option(*c); d.replace(5)
from . import url
from app.config import url
"""
COMPOSE = """
services:
  a: 5
  b: {image: 5, volumes: {x: y}, build: [1]}
  c: {image: [1], build: {context: 5}, volumes: [5, {source: 5}, "./a:/b", "./db:/x"]}
  5: {}
"""
TEXTS = (
    "",
    "\x00",
    "[",
    "a: [1",
    "services: 5",
    "repos: 5",
    "- - {image: mysql}",
    COMPOSE,
    REVISION,
    ENVIRONMENT,
    ASYNC,
    "[project]\ndependencies = 'x'\n",
    "project = []\n",
    "[tool]\npoetry = 5\nalembic = 3\nmigkit = 5\n",
    "def (",
    "[tool.alembic]\nscript_location = 5\n",
    "[tool.alembic]\nscript_location = '%(x)s'\n",
    "tool = 5\n",
    "[alembic]\nscript_location = %(nothing)s\n",
    "[alembic]\nscript_location = ../..\n",
    "class S(BaseSettings):\n  x: y\n",
    "[alembic]\nscript_location = /etc\n",
    "[alembic]\nscript_location = \x00\n",
    "\ufeff[alembic]\nscript_location = a\n",
    "[alembic]\nscript_location = ${x}:y\nversion_locations = \x00 /nowhere\n",
    "[alembic]\nscript_location = migrations\n",
)


@pytest.mark.parametrize("shift", range(len(TEXTS)))
@pytest.mark.parametrize("has_history", [True, False])
def test_odd_files(tmp_path: Path, shift: int, has_history: bool) -> None:
    odd = {name: TEXTS[(shift + 3 * number) % len(TEXTS)] for number, name in enumerate(NAMES)}
    if has_history:
        history(tmp_path, url="mysql://%")
        odd = {name: text for name, text in odd.items() if name not in ("migrations/env.py", "pyproject.toml")}
    write(tmp_path, odd)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    everything = {"agents": True, "pre_commit": True, "ci": "github", "tasks": ("create",)}
    with suppress(MigkitError):
        init(tmp_path, Options(**everything))
    assert {path: path.read_bytes() for path in before if path.name != "pyproject.toml"} == {
        path: text for path, text in before.items() if path.name != "pyproject.toml"
    }
    with suppress(MigkitError):
        init(tmp_path, Options(**everything, force=True))
    if has_history:
        assert any(path.name in ("migkit.toml", "pyproject.toml") for path in repository(tmp_path).files)
