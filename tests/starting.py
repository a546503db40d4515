"""Repositories for `mig.init`, written on the spot, and a trap that tells whether any of their code ran."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.conftest import ENV, demand_git

INI = "[alembic]\nscript_location = {location}\nsqlalchemy.url = {url}\n"
# every file of the repository that Python could import writes this when it is
TRAP = "import pathlib; pathlib.Path({mark!r}).write_text(__name__)\n"
REVISION = '''"""{title}

Revision ID: {ident}
"""
from alembic import op
import sqlalchemy as sa
{imports}
revision = {ident!r}
down_revision = {parent!r}


def upgrade():
    {up}


def downgrade():
    {down}
'''
ASYNC = """
import asyncio
import os

from alembic import context
from sqlalchemy.ext.asyncio import create_async_engine

URL = os.environ["APP_DATABASE_URL"]
FALLBACK = "postgresql+asyncpg://app:secret@db/app"


async def run():
    engine = create_async_engine(URL)


asyncio.run(run())
"""


def write(root: Path, files: Mapping[str, str]) -> Path:
    """Write files below `root`, byte for byte."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return root


def history(
    root: Path,
    folder: str = "",
    titles: Sequence[str] = ("customers_create_table",),
    *,
    ini: str = "alembic.ini",
    url: str = "sqlite:///x.db",
    env: str = ENV,
    imports: str = "",
    bodies: Mapping[str, tuple[str, str]] | None = None,
) -> Path:
    """Write a history into a folder of the repository; `bodies` are upgrades and downgrades by title."""
    base = root / folder
    files = {"migrations/env.py": env}
    if ini:
        files[ini] = INI.format(location="migrations", url=url)
    parent = None
    for number, title in enumerate(titles):
        up, down = (bodies or {}).get(title, ("pass", "pass"))
        ident = f"{number:04x}aa{len(titles):02x}bb"
        files[f"migrations/versions/{ident}.py"] = REVISION.format(
            title=title, ident=ident, parent=parent, up=up, down=down, imports=imports
        )
        parent = ident
    write(base, files)
    return root


def git(root: Path, *args: str) -> None:
    """Run git in a repository of the test's own; without git the test is skipped, loudly, and fails in CI."""
    demand_git()
    subprocess.run(["git", *args], cwd=root, check=True, capture_output=True)
