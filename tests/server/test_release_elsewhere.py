"""Tables that env.py alone looks for, on PostgreSQL: what is counted of them, and whose they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from migkit import applying, planning, targets
from migkit.model import Direction, Server
from migkit.model.release import Order, Plan
from migkit.preflight.asking import asking
from migkit.preflight.privileges import privileges
from migkit.release.destroyed import destroyed
from tests.conftest import MakeSchema
from tests.server.applying import Site, site
from tests.server.test_release_plan import BODIES, ENGINES, OFFLINE

pytestmark = pytest.mark.server
BACK = (
    "def upgrade():\n    pass\n\n\ndef downgrade():\n    op.drop_column('calls', 'mark')\n    op.drop_table('calls')\n"
)


def planned(it: Site, direction: Direction, to: str) -> Plan:
    found = it.found
    with applying.opened(it.schema, found) as driver:
        return planning.planned(it.project, driver, found, Order(direction=direction, to=to), it.current())


@pytest.mark.parametrize("server", ENGINES[-1:], indirect=True)
def test_they_are_counted_and_are_somebodys_as_they_are_planned(
    make_schema: MakeSchema, server: Server, tmp_path: Path
) -> None:
    bodies = {"a1": BODIES["a1"], "b2": BACK, "c3": BODIES["b2"]}
    with site(make_schema, server, bodies, tmp_path, env=OFFLINE) as it:
        it.release("b2")
        it.asked('CREATE SCHEMA "Bill:ing"; GRANT USAGE ON SCHEMA "Bill:ing" TO PUBLIC')
        it.asked('ALTER TABLE calls SET SCHEMA "Bill:ing"; ALTER TABLE parents SET SCHEMA "Bill:ing"')
        made = planned(it, "downgrade", "a1")
        assert made.beside == "Bill:ing"
        rows = {(one.table, one.column): (one.rows, one.why) for one in destroyed(it.found, made)}
        assert rows == {("calls", "mark"): (3, ""), ("calls", ""): (3, "")}
        it.asked(f'ALTER TABLE "Bill:ing".calls OWNER TO "{server.user}"')
        found = it.found
        with targets.reading(found) as connection:
            (check,) = privileges(asking(connection), found, planned(it, "upgrade", "c3"), "alembic_version")
        assert check.ok is False
        assert f"Bill:ing.calls belongs to {server.user}" in check.message
