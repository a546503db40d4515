"""What tests of many rooms share: histories written on the spot."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import textwrap
from collections.abc import Callable, Iterable, Mapping
from inspect import signature
from pathlib import Path
from typing import Any, NoReturn

import pymysql.connections
import pytest
from alembic.config import Config

from migkit.alembic_io.driver import Done, Plan, Step
from migkit.model import Schema

# a revision that is written twice in a second, in the same length, would be taken for the first one
sys.dont_write_bytecode = True
os.environ["PYTHONDONTWRITEBYTECODE"] = "1"

for _number, _handler in {
    signal.SIGINT: signal.default_int_handler,
    signal.SIGTERM: signal.SIG_DFL,
    signal.SIGHUP: signal.SIG_DFL,
}.items():  # what a background job of a shell ignores, the programs that the tests interrupt would ignore too
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, _handler)


def _one_context(make: Callable[[Any, Any], Any], made: dict[str, Any]) -> Callable[[Any, Any], Any]:
    """Read the certificates of this machine once, and not for each connection: 40 ms that the servers have no part in.

    Nothing verifies a server's certificate where PyMySQL is asked for no TLS and has it anyway.
    """

    def context(connection: Any, wanted: Any) -> Any:
        if wanted:
            return make(connection, wanted)
        if "context" not in made:
            made["context"] = make(connection, wanted)
        return made["context"]

    return context


pymysql.connections.Connection._create_ssl_ctx = _one_context(pymysql.connections.Connection._create_ssl_ctx, {})

ENV = """
from alembic import context
from sqlalchemy import engine_from_config, pool

config = context.config
section = config.get_section(config.config_ini_section)
engine = engine_from_config(section, prefix="sqlalchemy.", poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
REVISION = '''
"""{title}"""
import sqlalchemy as sa
from alembic import op

revision = {id!r}
down_revision = {parent!r}


{body}
'''

SCRIPT = '''"""${message}"""
from alembic import op
import sqlalchemy as sa
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade():
    ${upgrades if upgrades else "pass"}


def downgrade():
    ${downgrades if downgrades else "pass"}
'''

MakeSchema = Callable[..., Schema]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let files that need servers begin: a few of their tests take a minute each, and no worker ends with one alone."""
    items.sort(key=lambda item: "server" not in item.path.parts)


def lacking(said: str) -> NoReturn:
    """Skip for want of something that a machine may well not have, or fail in CI, which has all of it.

    This is the one skip: pytest tells it with its reason (-ra), and in CI nothing is skipped.
    """
    if os.environ.get("CI"):
        pytest.fail(said, pytrace=False)
    pytest.skip(said)


def demand_root(what: str) -> None:
    """Skip where the tests do not run as root, or fail in CI, which does."""
    if os.geteuid():
        lacking(f"only root {what}")


def demand_toml() -> None:
    """Skip where Alembic is older than 1.16, which reads pyproject.toml, or fail in CI."""
    if "toml_file" not in signature(Config.__init__).parameters:
        lacking("Alembic reads pyproject.toml since 1.16")


def demand_git() -> None:
    """Skip where there is no git, or fail in CI."""
    if not shutil.which("git"):
        lacking("git is missing")


def plan(steps: Iterable[Step], after: Callable[[Done], bool] = lambda _done: True) -> Plan[int]:
    """Plan `steps` in order, until `after` says of one that it was the last; gives how many were taken."""
    taken = 0
    for step in steps:
        done = yield step
        taken += 1
        if not after(done):
            break
    return taken


def write_revision(versions: Path, ident: str, parent: object, body: str, title: str = "") -> Path:
    """Write one revision file; `body` holds upgrade() and downgrade()."""
    path = versions / f"{ident}_{(title or ident).replace(' ', '_')}.py"
    text = REVISION.format(id=ident, parent=parent, title=title or ident, body=textwrap.dedent(body).strip())
    path.write_text(text.lstrip(), encoding="utf-8")
    return path


@pytest.fixture
def make_schema(tmp_path: Path) -> MakeSchema:
    """Write a history, its env.py and its ini; `bodies` is a chain, base first: {id: source of the two functions}."""

    def make(
        bodies: Mapping[str, str] | None = None,
        *,
        env: str = ENV,
        url: str = "sqlite:///never-used.db",
        ini: str = "",
        engine: str = "sqlite",
        name: str = "app",
        **fields: object,
    ) -> Schema:
        directory = tmp_path / name
        versions = directory / "migrations" / "versions"
        versions.mkdir(parents=True)
        (directory / "alembic.ini").write_text(
            f"[alembic]\nscript_location = migrations\nsqlalchemy.url = {url}\n{ini}", encoding="utf-8"
        )
        (directory / "migrations" / "env.py").write_text(textwrap.dedent(env), encoding="utf-8")
        template = "from alembic import op\nrevision = ${repr(up_revision)}\ndown_revision = ${repr(down_revision)}\n"
        (directory / "migrations" / "script.py.mako").write_text(template, encoding="utf-8")
        parent: str | None = None
        for ident, body in (bodies or {}).items():
            write_revision(versions, ident, parent, body)
            parent = ident
        return Schema(
            name=name,
            directory=directory,
            ini=directory / "alembic.ini",
            database=name,
            engine=engine,
            engines=(engine,),
            **fields,  # type: ignore[arg-type]  # a test names real fields
        )

    return make
