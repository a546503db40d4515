"""The baseline accepts what is known, by revision and verdict, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from migkit import baseline
from migkit.errors import ConfigError
from migkit.model import RevisionReport, Verdict


def report(revision: str, verdict: Verdict) -> RevisionReport:
    return RevisionReport(revision, revision, f"{revision}.py", verdict)


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    baseline.write(path, "app", "mysql:9.7", [report("a1", Verdict.ok), report("b2", Verdict.schema_differs)])
    assert baseline.read(path, "app", "mysql:9.7") == {"b2": "schema-differs"}


def test_writing_keeps_other_schemas_and_engines(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    baseline.write(path, "app", "mysql:9.7", [report("a1", Verdict.data_lost)])
    baseline.write(path, "app", "mariadb:10.11", [report("a1", Verdict.schema_differs)])
    baseline.write(path, "other", "mysql:9.7", [])
    assert baseline.read(path, "app", "mysql:9.7") == {"a1": "data-lost"}
    assert baseline.read(path, "app", "mariadb:10.11") == {"a1": "schema-differs"}


def test_only_the_recorded_verdict_is_accepted() -> None:
    known = {"a1": "schema-differs"}
    assert baseline.accept(report("a1", Verdict.schema_differs), known).baseline
    assert not baseline.accept(report("a1", Verdict.downgrade_fails), known).baseline
    assert not baseline.accept(report("b2", Verdict.schema_differs), known).baseline


def test_a_mended_revision_makes_the_record_stale() -> None:
    known = {"a1": "schema-differs", "b2": "data-lost"}
    found = baseline.stale([report("a1", Verdict.ok), report("b2", Verdict.data_lost)], known)
    assert [(finding.rule, finding.revision) for finding in found] == [("baseline-stale", "a1")]


def test_no_file_is_no_baseline(tmp_path: Path) -> None:
    assert baseline.read(None, "app", "sqlite") == {}
    assert baseline.read(tmp_path / "none.json", "app", "sqlite") == {}


NO_BASELINES = (
    "{",
    "[]",
    '{"version": 2}',
    '{"version": 1, "roundtrip": []}',
    '{"version": 1, "roundtrip": {"app": {"sqlite": []}}}',
    '{"version": 1, "roundtrip": {"app": {"sqlite": {"a1": "schema-diffs"}}}}',
)


@pytest.mark.parametrize("text", NO_BASELINES)
def test_a_file_that_is_no_baseline_is_a_configuration_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "baseline.json"
    path.write_text(text)
    with pytest.raises(ConfigError):
        baseline.read(path, "app", "sqlite")


def test_writing_without_a_configured_file_says_which_key(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as error:
        baseline.write(None, "app", "sqlite", [])
    assert "baseline" in error.value.remedy


def test_writing_keeps_what_was_not_judged_this_time(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    both = [report("a1", Verdict.data_lost), report("b2", Verdict.data_lost)]
    baseline.write(path, "app", "sqlite", both, ["a1", "b2"])
    baseline.write(path, "app", "sqlite", [report("b2", Verdict.ok)], ["a1", "b2"])
    assert baseline.read(path, "app", "sqlite") == {"a1": "data-lost"}
    baseline.write(path, "app", "sqlite", [], ["b2"])
    assert baseline.read(path, "app", "sqlite") == {}
