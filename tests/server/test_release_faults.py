"""The fault table in the docs has the rows that are run, and each of its rows is one."""

from __future__ import annotations

import re
from pathlib import Path

from tests.server.faults import rows

FOLDER = Path(__file__).parent / "faults"
HARNESS = {"test_points.py"}


def test_the_page_has_the_rows_that_are_run() -> None:
    page = rows.PAGE.read_text(encoding="utf-8")
    assert page == rows.written(page), "run python -m tests.server.faults.rows"


def test_each_row_is_run_and_each_run_is_a_row() -> None:
    files = [path for path in FOLDER.glob("test_*.py") if path.name not in HARNESS]
    run = [name for path in files for name in re.findall(r"^def test_(\w+)\(", path.read_text(), re.MULTILINE)]
    told = [row.key for group in rows.ROWS.values() for row in group]
    assert sorted(run) == sorted(told)
