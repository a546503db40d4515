"""Every field that a snapshot must show, on MySQL and MariaDB: one change of it is seen, and can be taken back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from migkit.catalog.mysql_keeper import MySQLKeeper
from tests.server.conftest import MYSQL_FAMILY
from tests.server.mysql_bench import Bench
from tests.server.mysql_states import BASE, EVERYWHERE, MARIADB_CHANGES, MYSQL_CHANGES, Change

pytestmark = pytest.mark.server


@pytest.fixture
def keeper(bench: Bench) -> Iterator[MySQLKeeper]:
    it = MySQLKeeper(bench.database, bench.catalog)
    yield it
    it.close()


OWN = dict(zip(MYSQL_FAMILY, (MYSQL_CHANGES, MARIADB_CHANGES), strict=True))
CASES = [
    pytest.param(product, change, id=f"{product}-{name}")
    for product, own in OWN.items()
    for name, change in sorted({**EVERYWHERE, **own}.items())
]


@pytest.mark.parametrize(("bench", "change"), CASES, indirect=["bench"])
def test_a_change_of_one_field_is_seen_and_can_be_taken_back(bench: Bench, keeper: MySQLKeeper, change: Change) -> None:
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
