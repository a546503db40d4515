"""A pool between the kit and its target: one that shares sessions is refused before anything is set in one."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from migkit import targets
from migkit.errors import TargetError
from migkit.model import Check, Database, Journal, Project, Target
from migkit.preflight import arrived
from migkit.servers import databases
from tests.conftest import MakeSchema, lacking
from tests.server.conftest import Serve

pytestmark = pytest.mark.server
_INI = """
[databases]
{name} = host={host} port={port} dbname={name}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {own}
auth_type = plain
auth_file = {folder}/users
pool_mode = {mode}
unix_socket_dir =
"""


@pytest.fixture(scope="module")
def server_database(serve: Serve) -> Iterator[Database]:
    if not shutil.which("pgbouncer", path="/usr/sbin:/usr/bin"):
        lacking("pgbouncer is missing")
    with databases.throwaway(serve("postgresql:15")) as made:
        yield made


@contextmanager
def pooled(database: Database, folder: Path, mode: str) -> Iterator[int]:
    """Serve a database through pgbouncer; gives its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        own = int(free.getsockname()[1])
    server = database.server
    ini, users = folder / "pgbouncer.ini", folder / "users"
    users.write_text(f'"{database.user}" "{database.password}"\n')
    ini.write_text(
        _INI.format(name=database.name, host=server.host, port=server.port, own=own, folder=folder, mode=mode)
    )
    folder.chmod(0o755)
    command = [shutil.which("pgbouncer", path="/usr/sbin:/usr/bin") or "", "-u", "nobody", str(ini)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        try:
            end = time.monotonic() + 20
            while time.monotonic() < end and not _listens(own):
                time.sleep(0.05)
            yield own
        finally:
            running.kill()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return not probe.connect_ex(("127.0.0.1", port))


@pytest.fixture(params=["transaction", "session"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def found(
    server_database: Database, mode: str, make_schema: MakeSchema, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[targets.Declared]:
    folder = Path(tmp_path_factory.mktemp("pool"))
    for parent in list(folder.parents)[:3]:
        parent.chmod(parent.stat().st_mode | 0o055)
    with pooled(server_database, folder, mode) as port:
        one = server_database
        url = URL.create("postgresql", one.user, one.password, "127.0.0.1", port, one.name)
        target = Target(
            "production",
            Journal(folder),
            url=url.render_as_string(hide_password=False),
            hosts=(f"127.0.0.1:{port}",),
        )
        schema = replace(make_schema({}, engine="postgresql:15"), targets={"production": target})
        yield targets.declared(Project(folder, folder / "migkit.toml", {}), schema, "production")


def sessions(found: targets.Declared) -> dict[str, Check]:
    return {one.check: one for one in arrived(found, version_table="alembic_version").checks}


def test_a_pool_that_shares_sessions_is_refused_and_one_that_does_not_is_told(
    found: targets.Declared, mode: str
) -> None:
    checks = sessions(found)
    line = checks["server: session"]
    if mode == "session":
        assert line.ok is None
        assert not [one for one in checks.values() if one.ok is False], checks
        return
    assert line.ok is False
    assert "gives one session to several logins" in line.message
    assert line.remedy
    assert list(checks)[-1] == "server: session"
    with pytest.raises(TargetError, match="a pool answers there"), targets.reading(found):
        pass


def test_what_the_application_has_of_the_pool_can_still_write(found: targets.Declared) -> None:
    """The kit's sessions refuse to write: where the pool hands one on, the application would not write any more."""
    sessions(found)
    engine = create_engine(found.url, poolclass=NullPool)
    with engine.connect() as application:
        assert application.exec_driver_sql("SHOW default_transaction_read_only").scalar() == "off"
