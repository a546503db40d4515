"""The kit's side of `release.py`, in a process that loads what a release needs and nothing else.

python bench/release_kit.py FOLDER
"""

from __future__ import annotations

import json
import sys
import time
from importlib import import_module
from pathlib import Path

from migkit import applying, hashes, targets
from migkit.model import Journal, Project, Schema, Target
from migkit.model.release import Plan, PlannedRevision, Run


def release(root: Path) -> None:
    """Apply all revisions, as `mig.prod` does when its gate is passed: the SQL has been read by then."""
    facts = json.loads((root / "facts.json").read_text(encoding="utf-8"))
    import_module("alembic.command")
    import_module("migkit.sql")
    import_module(facts["driver"])
    began = time.perf_counter()
    place = f"{facts['host']}:{facts['port']}"
    target = Target("production", Journal(root / "journal", table=True), hosts=(place,))
    names = {"database": facts["database"], "engine": facts["engine"], "engines": (facts["engine"],)}
    schema = Schema("bench", root, root / "alembic.ini", targets={"production": target}, **names)
    found = targets.declared(Project(root, root / "migkit.toml", {"bench": schema}), schema, "production")
    with applying.opened(schema, found) as driver:
        pending = tuple(
            PlannedRevision(revision, "upgrade", (), hashes.text(revision.path.read_bytes()))
            for revision in driver.history.revisions
        )
        plan = Plan("production", str(found.address), "upgrade", (), driver.history.heads, pending)
        run = Run("000001", "bench", "production", plan.address, "upgrade", "bench", "here", "", "", "")
        assert len(applying.applied(driver, found, plan, run)) == len(pending)
    print(time.perf_counter() - began)


if __name__ == "__main__":
    release(Path(sys.argv[1]))
