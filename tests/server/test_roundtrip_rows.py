"""Round trips with rows on real servers: what is lost is measured by each server's own hashes."""

from __future__ import annotations

import pytest

from tests.conftest import MakeSchema
from tests.lossy import LOST, lossy, lost, trip, verdicts
from tests.server.conftest import Serve
from tests.server.test_roundtrip import MARIADB, MYSQL, POSTGRESQL, address

pytestmark = pytest.mark.server


@pytest.mark.parametrize("engine", [MYSQL, MARIADB, POSTGRESQL])
def test_what_is_lost_is_told_and_nothing_else(make_schema: MakeSchema, serve: Serve, engine: str) -> None:
    url = "postgresql+psycopg://" if engine == POSTGRESQL else "mysql+pymysql://"
    schema = lossy(make_schema, engine=engine, url=url)
    report = trip(schema, engine=engine, server=address(serve(engine)))
    assert verdicts(report) == {**dict.fromkeys(LOST, "data-lost"), "unique": "upgrade-fails"}
    assert lost(report) == LOST
