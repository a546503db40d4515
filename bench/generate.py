"""Writes a MySQL history as teams write them: raw SQL and Alembic's operations mixed, every downgrade exact.

The same numbers give the same files, ids included. Tables are created over the first two thirds, whatever
the length, so that histories of different length are alike.

    python bench/generate.py FOLDER --revisions 130 --tables 30
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterator
from pathlib import Path
from textwrap import indent

from changes import Change, Writer

INI = "[alembic]\nscript_location = %(here)s\nsqlalchemy.url = mysql+pymysql://\n"
OWN = """engine_from_config(
        config.get_section(config.config_ini_section, {}), prefix="sqlalchemy.", poolclass=pool.NullPool
    )"""
GIVEN = 'config.attributes["connection"]'
ENV = '''"""What `alembic init` writes, but for the comments and the offline mode."""

from alembic import context
from sqlalchemy import engine_from_config, pool

config = context.config
target_metadata = None


def run_migrations_online():
    connectable = {engine}
    with connectable.connect() as connection:
        context.configure(connection=connection, target_metadata=target_metadata)
        with context.begin_transaction():
            context.run_migrations()


run_migrations_online()
'''
BASE = '''"""The tables that stand before the first revision."""

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy.dialects import mysql


def load(connection):
    op = Operations(MigrationContext.configure(connection))
{up}
'''
REVISION = '''"""{title}

Revision ID: {id}
Revises: {parent}

"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql  # noqa: F401

revision = {id!r}
down_revision = {parent!r}
branch_labels = None
depends_on = None


def upgrade():
{up}


def downgrade():
{down}
'''


def write(
    folder: Path, *, revisions: int, tables: int, seed: int = 2, engine: str = OWN, standing: bool = False
) -> Path:
    """Write a history into `folder`, which is made; give its alembic.ini.

    `engine` is what its env.py connects with. With `standing` the tables stand before the first revision: `load` in
    base.py makes them, so that revisions of a long history and of a short one are of the same kinds.
    """
    versions = folder / "versions"
    versions.mkdir(parents=True)
    (folder / "alembic.ini").write_text(INI)
    (folder / "env.py").write_text(ENV.format(engine=engine))
    writer, parent = Writer(seed), None
    if standing:
        (folder / "base.py").write_text(BASE.format(up=indent("\n".join(_standing(writer, tables)), "    ")))
    for number, change in enumerate(_changes(writer, revisions, 0 if standing else tables)):
        ident = hashlib.sha256(f"{seed} {number} {change.title}".encode()).hexdigest()[:12]
        up, down = indent(change.up, "    "), indent(change.down, "    ")
        text = REVISION.format(title=change.title, id=ident, parent=parent, up=up, down=down)
        (versions / f"{ident}_{change.title}.py").write_text(text)
        parent = ident
    return folder / "alembic.ini"


def _changes(writer: Writer, revisions: int, tables: int) -> Iterator[Change]:
    """Spread the creation of tables evenly over the first two thirds."""
    due = {2 * revisions * table // (3 * tables) for table in range(tables)}
    if len(due) < tables:
        raise SystemExit(f"{revisions} revisions are too few for {tables} tables")
    for number in range(revisions):
        yield writer.create() if number in due else writer.change()


def _standing(writer: Writer, tables: int) -> list[str]:
    return [writer.create().up for _ in range(tables)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--revisions", type=int, default=130)
    parser.add_argument("--tables", type=int, default=30)
    parser.add_argument("--seed", type=int, default=2)
    wanted = parser.parse_args()
    write(wanted.folder, revisions=wanted.revisions, tables=wanted.tables, seed=wanted.seed)


if __name__ == "__main__":
    main()
