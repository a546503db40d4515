"""The corpus: in each engine's run every fault is found on its line, and nothing in its healthy twin."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy

from tests.server import corpus  # before what it finds in tests/corpus
from tests.server.conftest import ENGINES, Serve

from histories import FAULT, HEALTHY, Case, cases  # isort: skip  # tests/corpus is no package

DOCS = Path(__file__).parents[2] / "docs" / "corpora.md"
BEGIN, END = "<!-- corpus: written by tests/server/test_corpus.py -->\n", "<!-- corpus: end -->\n"
CASES = list(cases())
FAMILIES = {name.partition(":")[0]: name for name in ENGINES}
RUN_ON = [name for name in ENGINES if not name.startswith("postgresql")]  # that one has a file of its own
if sqlalchemy.__version__.startswith("1."):
    RUN_ON = ["sqlite"]  # what is its own
RECORD = "MIGKIT_RECORD"  # set: the table in the docs is written, not held against


@pytest.mark.server
@pytest.mark.parametrize("version", [FAULT, HEALTHY])
@pytest.mark.parametrize("engine", RUN_ON)
def test_every_fault_is_found_on_its_line_and_nothing_in_its_twin(
    engine: str, version: str, serve: Serve, tmp_path: Path
) -> None:
    server = None if engine == "sqlite" else serve(engine)
    assert corpus.wrongs(version, engine, server, tmp_path) == {}


def test_the_table_of_the_docs_is_what_the_corpus_expects() -> None:
    text = DOCS.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    written, _, tail = rest.partition(END)
    table = "\n".join(_table()) + "\n"
    if os.environ.get(RECORD):
        DOCS.write_text(f"{head}{BEGIN}{table}{END}{tail}", encoding="utf-8")
    else:
        assert written == table, f"write it anew: {RECORD}=1 pytest {Path(__file__).name}"


def test_each_class_has_a_fault_on_each_engine_where_it_exists() -> None:
    found = {(one.name.partition("/")[0], family) for one in CASES for family in one.engines if one.expected(family)}
    everywhere = {"acceptance", "crash", "edited", "effects", "graph", "idempotent", "lost", "models", "offline"}
    assert {(name, family) for name in (*everywhere, "oneshot", "rows") for family in FAMILIES} == found


def _table() -> Iterator[str]:
    yield f"| case | what is wrong | {' | '.join(FAMILIES.values())} |"
    yield f"| --- | --- |{' --- |' * len(FAMILIES)}"
    for case in CASES:
        rules = [_rules(case, family) for family in FAMILIES]
        yield f"| `{case.name}` | {case.why} | {' | '.join(rules)} |"


def _rules(case: Case, family: str) -> str:
    """Say which rules are found; "clean" where the server takes it, "" where it cannot be said."""
    if family not in case.engines:
        return ""
    return ", ".join(sorted({one.rule for one in case.expected(family)})) or "clean"
