"""Guarded operations in a release: what they look with is no statement, and a resume looks again."""

from __future__ import annotations

from pathlib import Path

import pytest

from migkit.errors import StepFailed
from migkit.model import Server
from tests.conftest import MakeSchema
from tests.server.applying import ENGINES, site
from tests.server.test_release_apply import once

pytestmark = pytest.mark.server
GUARDED = """
from migkit import ops
op.execute("CREATE TABLE one (id INT)")
ops.add_column_if_missing("one", "n", "int NOT NULL DEFAULT 1")
ops.add_column_if_missing("one", "n", "int NOT NULL DEFAULT 1")
op.execute("INSERT INTO one (id, n) VALUES (1, 1), (1, 2)")
ops.create_index_if_missing("uq_one_id", "one", ["id"], unique=True, concurrently=True)
"""


@pytest.mark.parametrize("server", ENGINES, indirect=True)
def test_a_guard_looks_again_where_a_release_goes_on(make_schema: MakeSchema, server: Server, tmp_path: Path) -> None:
    """The column is there the second time, and is held against a temporary twin; the index was not made."""
    with site(make_schema, server, once(GUARDED), tmp_path) as it:
        with pytest.raises(StepFailed):
            it.release()
        counted = ("revision a1", *(f"{kind} a1 {n}" for n in (1, 2, 3) for kind in ("sent", "done")))
        assert tuple(one for one in it.lines() if one not in ("marked a1", "commits a1")) == (
            *counted,
            "sent a1 4",
            "failed a1 4",
        )
        it.asked("UPDATE one SET id = 2 WHERE n = 2")
        (done,) = it.release(resume=True)
        left = it.server.engine.transactional_ddl
        assert (done.passed, done.statements) == (3, 1 + left)  # PostgreSQL's CONCURRENTLY left it INVALID
        assert it.asked("SELECT count(*) FROM one") == [(2,)]
        assert it.current() == ("a1",)
