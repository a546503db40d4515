"""The verb mend on real servers: every downgrade of the broken histories that can be mended is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from migkit import config
from tests.mended import differing, mend_all
from tests.server.conftest import Serve
from tests.server.test_roundtrip import address

pytestmark = pytest.mark.server

HISTORIES = Path(__file__).parents[1] / "histories"
# data that the upgrade brings, changes or takes: no catalogue says what it was
BEYOND = {"rows-alone", "irreversible", "Unreachable", "reupgrade-fails", "reupgrade-differs", "order-differs"}


@pytest.mark.parametrize(
    ("name", "engine", "style"),
    [
        ("broken", "mysql:9.7", "sql"),
        ("broken", "mariadb:10.11", "ops"),
        ("broken-postgresql", "postgresql:15", "sql"),
    ],
)
def test_every_fixable_downgrade_is_mended_and_the_others_are_told(
    tmp_path: Path, serve: Serve, name: str, engine: str, style: str
) -> None:
    shutil.copytree(HISTORIES, tmp_path / "histories")
    project = config.load(tmp_path / "histories")
    schema, server = project.schemas[name], address(serve(engine))
    told = mend_all(project, schema, engine, server, style)
    assert differing(project, schema, engine, server, told) == {}
    broken = {ident: rules for ident, (expected, rules) in told.items() if not expected <= {"ok"}}
    assert {i: rules for i, rules in broken.items() if rules[0] != "mended" and not set(rules) <= BEYOND} == {}
    assert sum(rules[0] == "mended" for rules in broken.values()) >= 20
