"""Round trips with rows on real servers: what is lost is measured by each server's own hashes."""

from __future__ import annotations

from pathlib import Path

import pytest

from migkit import config
from tests.conftest import MakeSchema
from tests.lossy import LOST, lossy, lost, trip, verdicts
from tests.server.conftest import Serve
from tests.server.test_roundtrip import MARIADB, MYSQL, POSTGRESQL, SQLALCHEMY_2, address

pytestmark = pytest.mark.server

EXAMPLES = Path(__file__).parents[2] / "examples"
NEEDS_TIDY_ROWS = {  # a key, a check or a narrower type over rows that were free until then
    "bin-manager": {"86a2207ebcc4", "00531d760f11", "75aca205f89a"},
    "asterisk": {"644666cd4b48", "47b513bbc2a4"},
    "omni": {"5484a4b56ebc"},
}


@pytest.mark.parametrize("engine", [MYSQL, MARIADB, POSTGRESQL])
def test_what_is_lost_is_told_and_nothing_else(make_schema: MakeSchema, serve: Serve, engine: str) -> None:
    driver = "postgresql+psycopg" if SQLALCHEMY_2 else "postgresql+psycopg2"
    schema = lossy(make_schema, engine=engine, url=f"{driver if engine == POSTGRESQL else 'mysql+pymysql'}://")
    report = trip(schema, engine=engine, server=address(serve(engine)))
    assert verdicts(report) == {**dict.fromkeys(LOST, "data-lost"), "unique": "upgrade-fails"}
    assert lost(report) == LOST


@pytest.mark.parametrize(
    ("folder", "name", "engine"),
    [("voipbin", "bin-manager", MYSQL), ("voipbin", "asterisk", MARIADB), ("omni", "omni", POSTGRESQL)],
)
def test_every_table_of_the_examples_is_filled_and_nothing_of_theirs_is_lost(
    serve: Serve, folder: str, name: str, engine: str
) -> None:
    schema = config.load(EXAMPLES / folder).schemas[name]
    report = trip(schema, engine=engine, server=address(serve(engine)), rows=20, use_baseline=False)
    wrong = {ident: verdict for ident, verdict in verdicts(report).items() if verdict != "irreversible"}
    assert wrong == dict.fromkeys(NEEDS_TIDY_ROWS[name], "upgrade-fails")
    assert report.facts["rows"]["lacking"] == {}
    assert all(one.message.startswith("with rows in place") for one in report.revisions if one.revision in wrong)
