"""Histories that are printed as SQL and run by a client, for the tests of both."""

from __future__ import annotations

from migkit.engines import parse
from migkit.model import Project, Schema, Server
from migkit.model.rehearsal import Order
from migkit.offline import Proven, rehearsed

ENV = """
from alembic import context
from sqlalchemy import create_engine, pool

url = context.config.get_main_option("sqlalchemy.url")
options = {options}
if context.is_offline_mode():
    context.configure(url=url, literal_binds=True, dialect_opts={{"paramstyle": "named"}}, **options)
    with context.begin_transaction():
        context.run_migrations()
else:
    with create_engine(url, poolclass=pool.NullPool).connect() as connection:
        context.configure(connection=connection, **options)
        with context.begin_transaction():
            context.run_migrations()
"""
PLAIN = ENV.format(options="{}")
DOWN = "\n\ndef downgrade():\n    pass"


def upgrade(*lines: str) -> str:
    """Write a revision's functions; the first line is line 9 of its file."""
    return "def upgrade():\n" + "\n".join(f"    {line}" for line in lines) + DOWN


def prove(schema: Schema, server: Server, *choice: str, asked: bool = True) -> Proven:
    """Print and run what is wanted."""
    project = Project(schema.directory, schema.directory / "migkit.toml", {schema.name: schema})
    order = Order(("offline",), tuple(choice) or None, asked=asked)
    return rehearsed(project, schema, parse(schema.engine), server, "auto", order, lambda _event: None)


def told(proven: Proven) -> list[tuple[str, str | None, int | None]]:
    """Give rule, revision and line of what was found."""
    return [(one.rule, one.revision, one.line) for one in proven.findings]
