"""Histories of guarded operations, run by Alembic's own commands in this process, online and as scripts."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from migkit.reads import reads

ENV = """
from alembic import context
import sqlalchemy as sa

url = context.config.get_main_option("url").replace("%%", "%")
if context.is_offline_mode():
    context.configure(url=url, literal_binds=True, dialect_opts={"paramstyle": "named"})
    with context.begin_transaction():
        context.run_migrations()
else:
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
"""
TEMPLATE = """
import sqlalchemy as sa
from alembic import op
from migkit import ops

revision = {id!r}
down_revision = {parent!r}


def upgrade():
{upgrade}


def downgrade():
{downgrade}
"""


@dataclass(frozen=True)
class Case:
    """An operation, its inverse, the SQL by which somebody else made the same, and another thing of that name."""

    up: str
    down: str
    same: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    replaced: str = ""


@contextmanager
def looking() -> Iterator[None]:
    """See that what a guard looks with counts as no statement of a revision: a release would pass it over."""
    counted: list[str] = []

    def sends(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "SHOW")) and not reads(statement):
            counted.append(statement)

    sa.event.listen(sa.engine.Engine, "before_cursor_execute", sends)
    try:
        yield
    finally:
        sa.event.remove(sa.engine.Engine, "before_cursor_execute", sends)
    assert not counted, counted[0]


class History:
    """A folder with an env.py; revisions are added to its end."""

    def __init__(self, folder: Path, url: str, env: str = ENV) -> None:
        self.folder = folder
        self.url = url
        self.versions = folder / "versions"
        self.versions.mkdir(parents=True)
        (folder / "env.py").write_text(env, encoding="utf-8")
        self.head: str | None = None

    def add(self, ident: str, upgrade: str, downgrade: str = "pass") -> None:
        """Append a revision."""
        self.write(ident, self.head, upgrade, downgrade)
        self.head = ident

    def write(self, ident: str, parent: str | None, upgrade: str, downgrade: str = "pass") -> None:
        """Write a revision's file, or write it anew."""
        bodies = (textwrap.indent(textwrap.dedent(body).strip(), "    ") for body in (upgrade, downgrade))
        up, down = bodies
        text = TEMPLATE.format(id=ident, parent=parent, upgrade=up, downgrade=down)
        (self.versions / f"{ident}.py").write_text(text, encoding="utf-8")

    def up(self, to: str = "head") -> None:
        """Run `alembic upgrade`."""
        with looking():
            command.upgrade(self._config(), to)

    def down(self, to: str) -> None:
        """Run `alembic downgrade`."""
        with looking():
            command.downgrade(self._config(), to)

    def stamp(self, to: str) -> None:
        """Put the version back, as for a second run."""
        command.stamp(self._config(), to)

    def script(self, span: str = "head", *, down: bool = False) -> str:
        """Give what `--sql` prints."""
        config = self._config()
        config.output_buffer = io.StringIO()
        (command.downgrade if down else command.upgrade)(config, span, sql=True)
        return config.output_buffer.getvalue()

    def engine(self) -> sa.engine.Engine:
        """Give an engine on the same database."""
        return sa.create_engine(self.url, poolclass=sa.pool.NullPool)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """Ask the database."""
        engine = self.engine()
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(sql))]

    def run(self, *statements: str) -> None:
        """Change the database as another revision would have."""
        with self.engine().begin() as connection:
            for sql in statements:
                connection.execute(sa.text(sql))

    def marks(self) -> list[tuple[object, ...]]:
        """Give the live marks in their order."""
        return self.rows("SELECT verb, object, state FROM migkit_marks WHERE undone = 0 ORDER BY revision, place")

    def _config(self) -> Config:
        config = Config()
        config.set_main_option("script_location", str(self.folder))
        config.set_main_option("url", self.url.replace("%", "%%"))
        return config
