"""Every field that a snapshot must show, on MySQL and MariaDB: one change of it is seen, and can be taken back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from migkit.catalog.mysql_keeper import MySQLKeeper
from migkit.model import Server
from tests.server.mysql_bench import SERVERS, Bench, made
from tests.server.mysql_states import BASE, EVERYWHERE, MARIADB_CHANGES, MYSQL_CHANGES, Change

pytestmark = [pytest.mark.server, pytest.mark.parametrize("server", SERVERS, indirect=True)]


@pytest.fixture
def bench(server: Server) -> Iterator[Bench]:
    with made(server) as it:
        yield it


@pytest.fixture
def keeper(bench: Bench) -> Iterator[MySQLKeeper]:
    it = MySQLKeeper(bench.database, bench.catalog)
    yield it
    it.close()


NAMES = sorted({*EVERYWHERE, *MYSQL_CHANGES, *MARIADB_CHANGES})


def change_of(bench: Bench, name: str) -> Change:
    own = MARIADB_CHANGES if bench.mariadb else MYSQL_CHANGES
    if name not in {**EVERYWHERE, **own}:
        pytest.skip(f"{bench.database.server.product} has no {name}")
    return {**EVERYWHERE, **own}[name]


@pytest.mark.parametrize("name", NAMES)
def test_a_change_of_one_field_is_seen_and_can_be_taken_back(bench: Bench, keeper: MySQLKeeper, name: str) -> None:
    change = change_of(bench, name)
    bench.run(*BASE)
    before = bench.catalog.read()
    keeper.keep(0, *before[:2])
    bench.run(*change)
    after = bench.catalog.snapshot()
    assert before[0].objects != after.objects
    assert after.objects == bench.fresh().objects, "what is read after a change is what a new reading gives"
    keeper.restore(0)
    assert bench.catalog.read() == before
    assert bench.fresh().objects == before[0].objects
