"""`migkit.guard.protect()` in a team's env.py: raw Alembic asks before it changes a declared target.

The server is a closed port: what was let through ends in a refused connection, what was not never tries.
"""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ENV, MakeSchema

PROTECTED = "import migkit.guard\nmigkit.guard.protect()\n" + ENV
URL = "postgresql+psycopg2://someone:se%%3Acret@127.0.0.1:9/shop"
ASYNC = """
import asyncio
import migkit.guard
from alembic import context
from sqlalchemy.ext.asyncio import create_async_engine
migkit.guard.protect()

def work(connection):
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()

async def main():
    async with create_async_engine("postgresql+asyncpg://someone:secret@127.0.0.1:9/shop").connect() as connection:
        await connection.run_sync(work)

if context.is_offline_mode():
    context.configure(url="postgresql://", literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    asyncio.run(main())
"""
BARE = """
import psycopg
import migkit.guard
from alembic import context
migkit.guard.protect()
psycopg.connect("host=127.0.0.1 port=9 dbname=shop")
"""
LISTENING = """
from sqlalchemy import event
from sqlalchemy.engine import Engine
event.listen(Engine, "connect", lambda *_: None)
"""
AGENTLESS = {
    key: value
    for key, value in os.environ.items()
    if not key.startswith(("CLAUDE", "AI_AGENT", "AGENT", "CODEX", "CURSOR", "MIGKIT"))
}
HOSTS = '\n[schemas.app.targets.production]\nhosts = ["127.0.0.1:9"]\nconfirm = "shop-live"\n'


@pytest.fixture
def folder(make_schema: MakeSchema, request: pytest.FixtureRequest) -> Path:
    env, targets = getattr(request, "param", (PROTECTED, HOSTS))
    made = make_schema(
        {"a1": "def upgrade():\n    op.execute('SELECT 1')\n\ndef downgrade():\n    pass"}, env=env, url=URL
    )
    if targets is not None:
        text = f'[schemas.app]\ndirectory = "."\ndatabase = "shop"\nengine = "postgresql:17"\n{targets}'
        (made.directory / "migkit.toml").write_text(text, encoding="utf-8")
    return made.directory


def alembic(folder: Path, *args: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "alembic", *args],
        cwd=folder,
        env={**AGENTLESS, "PYTHONPATH": str(Path.cwd()), **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def went_through(done: subprocess.CompletedProcess[str]) -> bool:
    return "OperationalError" in done.stderr or "ConnectionRefusedError" in done.stderr


@pytest.mark.parametrize("command", [("upgrade", "head"), ("downgrade", "base"), ("stamp", "head")])
def test_a_command_that_changes_a_target_is_refused_in_a_line(folder: Path, command: tuple[str, ...]) -> None:
    done = alembic(folder, *command)
    assert done.returncode != 0
    assert not went_through(done)
    assert "FAILED: alembic" in done.stdout
    assert "there is no terminal to ask at, and nobody agreed to it" in done.stdout
    assert "to do: run it at a terminal" in done.stdout
    assert "cret" not in done.stdout + done.stderr


@pytest.mark.parametrize("folder", [(LISTENING + PROTECTED, HOSTS)], indirect=True)
def test_an_application_that_listens_to_engines_ends_without_a_traceback(folder: Path) -> None:
    done = alembic(folder, "upgrade", "head")
    assert "nobody agreed to it" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("folder", [(ASYNC, HOSTS), (BARE, HOSTS)], indirect=True, ids=["async", "bare driver"])
def test_no_way_to_connect_goes_around_it(folder: Path) -> None:
    done = alembic(folder, "upgrade", "head")
    assert not went_through(done)
    assert "nobody agreed to it" in done.stdout


@pytest.mark.parametrize(
    "command", [("current",), ("check",), ("history", "-i"), ("revision", "--autogenerate", "-m", "x")]
)
def test_a_command_that_only_reads_is_free(folder: Path, command: tuple[str, ...]) -> None:
    assert went_through(alembic(folder, *command))


@pytest.mark.parametrize("folder", [(ASYNC, HOSTS)], indirect=True)
def test_what_is_only_printed_is_free(folder: Path) -> None:
    done = alembic(folder, "upgrade", "head", "--sql")
    assert done.returncode == 0, done.stderr
    assert "SELECT 1" in done.stdout


@pytest.mark.parametrize(
    "folder",
    [
        (PROTECTED, '\n[schemas.app.targets.production]\nhosts = ["127.0.0.1:10"]\n'),
        (PROTECTED, ""),
        (PROTECTED, None),
    ],
    indirect=True,
    ids=["another port", "no targets", "no configuration"],
)
def test_a_database_that_no_target_declares_is_free(folder: Path) -> None:
    assert went_through(alembic(folder, "upgrade", "head"))


@pytest.mark.parametrize(
    "folder", [(PROTECTED, '\n[schemas.app.targets.production]\nhosts = ["localhost:9"]\n')], indirect=True
)
def test_a_target_is_known_by_another_name_of_its_host(folder: Path) -> None:
    assert not went_through(alembic(folder, "upgrade", "head"))


def test_of_two_schemas_in_one_database_that_of_the_ini_is_asked_for(folder: Path) -> None:
    other = '[schemas.other]\ndirectory = "."\nini = "other.ini"\ndatabase = "shop"\nengine = "postgresql:17"\n'
    own = (folder / "migkit.toml").read_text(encoding="utf-8").replace("shop-live", "own-word")
    (folder / "migkit.toml").write_text(other + HOSTS.replace("schemas.app", "schemas.other") + own, encoding="utf-8")
    assert 'MIGKIT_CONFIRM "own-word"' in alembic(folder, "upgrade", "head").stdout


def from_above(folder: Path, configuration: str, **environment: str) -> str:
    """Upgrade from the folder above the ini's, in which there is another configuration; give what is said."""
    (folder.parent / "migkit.toml").write_text(configuration, encoding="utf-8")
    ini = folder / "alembic.ini"
    ini.write_text(ini.read_text(encoding="utf-8").replace("= migrations", "= %(here)s/migrations"), encoding="utf-8")
    done = alembic(folder.parent, "-c", "app/alembic.ini", "upgrade", "head", **environment)
    assert not went_through(done), done.stderr
    return done.stdout


ABOVE = '[schemas.{name}]\ndirectory = "app"\nini = "other.ini"\ndatabase = "shop"\nengine = "postgresql:17"\n'


@pytest.mark.parametrize("name", ["app", "other"])
def test_the_configuration_beside_the_ini_holds_too(folder: Path, name: str) -> None:
    assert 'MIGKIT_CONFIRM "shop-live"' in from_above(folder, ABOVE.format(name=name))
    assert 'MIGKIT_CONFIRM "shop-live"' in from_above(folder, ABOVE.format(name=name), MIGKIT_CONFIG="migkit.toml")


@pytest.mark.parametrize("folder", [(PROTECTED, "")], indirect=True)
def test_and_so_does_that_of_the_folder_it_is_run_in(folder: Path) -> None:
    assert 'MIGKIT_CONFIRM "shop-live"' in from_above(folder, ABOVE.format(name="app") + HOSTS)


def test_a_target_is_known_by_the_file_that_has_its_url(folder: Path) -> None:
    (folder / "migkit.toml").unlink()
    (folder.parent / "url.txt").write_text("postgresql://someone@127.0.0.1:9/shop\n", encoding="utf-8")
    target = '[schemas.app.targets.production]\nurl = "file:url.txt"\nconfirm = "by-file"\n'
    assert 'MIGKIT_CONFIRM "by-file"' in from_above(folder, ABOVE.format(name="app") + target)


def test_a_configuration_that_is_not_valid_protects_nothing_silently(folder: Path) -> None:
    (folder / "migkit.toml").write_text("[schemas.app\n", encoding="utf-8")
    done = alembic(folder, "upgrade", "head")
    assert done.returncode != 0
    assert not went_through(done)


def test_the_word_and_a_name_let_it_through(folder: Path) -> None:
    done = alembic(folder, "upgrade", "head", MIGKIT_CONFIRM="shop-live", MIGKIT_APPROVED_BY="Ann")
    assert went_through(done)
    assert "migkit: production: approved by Ann" in done.stderr


def test_the_word_alone_does_not(folder: Path) -> None:
    assert not went_through(alembic(folder, "upgrade", "head", MIGKIT_CONFIRM="shop-live"))


def test_a_way_down_wants_the_harder_word(folder: Path) -> None:
    done = alembic(folder, "downgrade", "base", MIGKIT_CONFIRM="shop-live", MIGKIT_APPROVED_BY="Ann")
    assert not went_through(done)
    assert "shop-live rollback base" in done.stdout
    assert went_through(
        alembic(folder, "downgrade", "base", MIGKIT_CONFIRM="shop-live rollback base", MIGKIT_APPROVED_BY="Ann")
    )


def test_a_coding_agent_never_gets_through(folder: Path) -> None:
    done = alembic(folder, "upgrade", "head", MIGKIT_CONFIRM="shop-live", MIGKIT_APPROVED_BY="Ann", CLAUDECODE="1")
    assert not went_through(done)
    assert "Claude Code (CLAUDECODE is set)" in done.stdout


@pytest.mark.parametrize(("typed", "through"), [("shop-live\n", True), ("yes\n", False)])
def test_at_a_terminal_the_word_is_asked_for(folder: Path, typed: str, through: bool) -> None:
    said = at_a_terminal(folder, typed)
    assert "would change the target production at 127.0.0.1:9/shop" in said
    assert 'Type "shop-live" to go on:' in said
    assert ("OperationalError" in said) is through


def at_a_terminal(folder: Path, typed: str) -> str:
    """Answer the question on a terminal of the test's own, and give what was to be read there."""
    parent, child = pty.openpty()
    environment = {**AGENTLESS, "PYTHONPATH": str(Path.cwd())}
    running = subprocess.Popen(
        [sys.executable, "-m", "alembic", "upgrade", "head"],
        cwd=folder, env=environment, stdin=child, stdout=child, stderr=child, close_fds=True, start_new_session=True,
    )  # fmt: skip
    os.close(child)
    said = b""
    try:
        while chunk := os.read(parent, 4096):
            said += chunk
            if b"to go on:" in said and typed:
                os.write(parent, typed.encode())
                typed = ""
    except OSError:  # the terminal's end, as Linux tells it
        pass
    running.wait(timeout=30)
    os.close(parent)
    return said.decode()
