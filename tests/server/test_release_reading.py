"""A session that reads a target: it is patient with what takes time, and not with a network that is gone."""

from __future__ import annotations

import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from migkit import targets
from migkit.address import Address
from migkit.alembic_io.cursors import driver_connection
from migkit.errors import TargetError
from migkit.model import Journal, Server, Target
from migkit.servers import login
from migkit.targets.declaring import Declared
from tests.server.conftest import Serve
from tests.server.far import served, to
from tests.server.namespaces import networks

pytestmark = pytest.mark.server

SESSIONS = sys.modules["migkit.targets.reading"]  # whose name is that of its function too
SLEEPS = {"mysql:9.7": "SELECT SLEEP({})", "mariadb:10.11": "SELECT SLEEP({})", "postgresql:15": "SELECT pg_sleep({})"}
only = pytest.mark.parametrize


def declared(server: Server, folder: Path, **fields: object) -> Declared:
    target = Target("production", Journal(folder), connect_timeout=1.0, **fields)  # type: ignore[arg-type]
    database = login.console(server.engine).database or "mysql"
    where = Address(server.host, server.port, "", database)
    return Declared(target, server.engine, where, login.address(server, database))


@only("engine", SLEEPS)
def test_an_answer_may_take_longer_than_the_way_there(engine: str, serve: Serve, tmp_path: Path) -> None:
    found = declared(serve(engine), tmp_path)
    for patient in (True, False):
        with targets.reading(found, patient=patient) as connection:
            connection.exec_driver_sql(SLEEPS[engine].format(1.5))


def test_where_rows_are_read_it_may_take_the_target_s_own_bound(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The driver's bound is a last one: the server is told the target's, and has ten seconds more to say so."""
    monkeypatch.setattr(SESSIONS, "_ANSWER_SECONDS", 1.0)
    found = declared(serve("mysql:9.7"), tmp_path, statement_timeout=300.0)
    with targets.reading(found, patient=True) as connection:
        connection.exec_driver_sql("SELECT SLEEP(1.5)")
        assert driver_connection(connection)._read_timeout == 310
    with pytest.raises(TargetError, match="Lost connection"), targets.reading(found) as connection:
        connection.exec_driver_sql("SELECT SLEEP(5)")


@only("engine,asked", [("mysql:9.7", True), ("postgresql:15", True), ("postgresql:15", False)])
def test_a_network_that_is_gone_is_noticed(
    engine: str,
    asked: bool,
    serve: Serve,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody resets the connection: packets are dropped, as where a VPN goes down."""
    monkeypatch.setattr(SESSIONS, "_SILENT_SECONDS", 6)
    server = serve(engine)
    with networks(tmp_path) as nets:
        nets.join("wg0", "10.126.0.2/24", "10.126.0.1/24")
        found = declared(replace(server, host="10.126.0.1", port=3306), tmp_path)

        def gone() -> None:
            nets.far.do("iptables", "-A", "INPUT", "-j", "DROP")

        def ask() -> None:
            with targets.reading(found, patient=True) as connection:
                going = threading.Timer(0.5 if asked else 0, gone)
                going.start()
                if not asked:
                    going.join()
                connection.exec_driver_sql(SLEEPS[engine].format(60))

        begun = time.monotonic()
        with served(nets.far.listening("10.126.0.1", 3306), to(server)):
            with pytest.raises(TargetError) as caught:
                nets.near.inside(ask)
            assert time.monotonic() - begun < 20
        assert caught.value.remedy
