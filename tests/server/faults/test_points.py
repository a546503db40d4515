"""The points are where they say: Alembic alone, killed there, leaves what the table says is committed."""

from __future__ import annotations

import pytest

from tests.conftest import ENV
from tests.server.faults.holding import gone
from tests.server.faults.launching import Launcher
from tests.server.faults.rows import Cut, ids, some
from tests.server.faults.stage import Stage

POINTS = some("answered:1", "sent:3", "answered:3", "kept:b1", "next:4", "sent:5", "commit:c2")
EACH = ENV.replace("connection=connection", "connection=connection, transaction_per_migration=True")


@pytest.mark.parametrize("cut", POINTS, ids=ids(POINTS))
def test_alembic_killed(cut: Cut, stage: Stage, launch: Launcher) -> None:
    (stage.folder / "schema/migrations/env.py").write_text(EACH, encoding="utf-8")
    release = launch.start(
        "tests.server.faults.calls:plain", cut.point, folder=stage.folder, environment=stage.environment
    )
    release.arrives(cut.point)
    release.kill()
    assert gone(stage)
    assert tuple(number for number, count in stage.applied().items() if count) == cut.committed(stage.family)
