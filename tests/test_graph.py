"""The graph of revision files: every fault at once, on its line, and none invented."""

from __future__ import annotations

from pathlib import Path

import pytest

from migkit.alembic_io.survey import entries
from migkit.model import Severity
from migkit.rehearsal.graph import findings
from tests.conftest import MakeSchema

Told = list[tuple[str, str | None, int | None]]


@pytest.fixture
def told(make_schema: MakeSchema):  # type: ignore[no-untyped-def]  # a closure
    schema = make_schema({})
    versions = schema.directory / "migrations" / "versions"

    def tell(**files: str) -> Told:
        """Each file by its name: `id < parents`, and what else its source says."""
        for name, text in files.items():
            graph, _comma, rest = text.partition(";")
            ident, _sign, parents = (part.strip() for part in graph.partition("<"))
            listed = tuple(parents.split()) or None
            one = listed[0] if listed and len(listed) == 1 else listed
            source = f'"""{name}"""\nrevision = {ident!r}\ndown_revision = {one!r}\n{rest.strip()}\n'
            (versions / f"{name}.py").write_text(source, encoding="utf-8")
        found = findings(entries(schema), "app")
        assert all(finding.remedy and finding.path for finding in found)
        return [(one.rule, Path(str(one.path)).stem, one.line) for one in found if one.severity is Severity.error]

    return tell


def test_a_sound_graph_with_a_merge_and_a_dependency(told) -> None:  # type: ignore[no-untyped-def]  # the fixture's closure
    assert told(f1="a1", f2="b2 < a1", f3="c3 < a1; depends_on = 'b2'", f4="d4 < b2 c3") == []


def test_every_fault_at_once(told) -> None:  # type: ignore[no-untyped-def]  # as above
    found = told(
        f1="a1",
        f2="b2 < a1",
        f3="b2 < a1",
        f4="c3 < zz9",
        f5="d4 < e5; depends_on = None",
        f6="e5 < d4",
        f7="f6 < b2; depends_on = 'nowhere'",
    )
    assert found == [
        ("duplicate-id", "f3", 2),
        ("unknown-parent", "f4", 3),
        ("unknown-parent", "f7", 4),
        ("cycle", "f5", 3),
    ]


def test_two_heads_are_charged_to_where_the_later_branch_begins(told) -> None:  # type: ignore[no-untyped-def]  # as above
    assert told(f1="a1", f2="b2 < a1", f3="c3 < b2", f4="x1 < a1") == [("multiple-heads", "f4", 3)]
    assert told(f5="x2 < x1") == [("multiple-heads", "f4", 3)]
    assert told(f6="x3 < x2") == [("multiple-heads", "f2", 3)]


def test_three_heads_are_two_too_many(told) -> None:  # type: ignore[no-untyped-def]  # as above
    found = told(f1="a1", f2="b2 < a1", f3="c3 < a1", f4="d4")
    assert found == [("multiple-heads", "f3", 3), ("multiple-heads", "f4", 3)]


def test_branches_with_labels_of_their_own_are_meant(told) -> None:  # type: ignore[no-untyped-def]  # as above
    assert told(f1="a1; branch_labels = ('one',)", f2="b2; branch_labels = 'two'", f3="c3 < b2") == []


def test_a_dependency_may_be_a_label_or_the_beginning_of_an_id(told) -> None:  # type: ignore[no-untyped-def]  # as above
    named = {"f3": "cccc3 < bbbb2; depends_on = ('aa', 'one', 'one@aaaa1', 'one@head')"}
    assert told(f1="aaaa1; branch_labels = 'one'", f2="bbbb2 < aaaa1", **named) == []


def test_a_misspelled_parent_makes_no_second_head(told) -> None:  # type: ignore[no-untyped-def]  # as above
    assert told(f1="aaaa1", f2="bbbb2 < aaaa2", f3="cccc3 < bbbb2") == [("unknown-parent", "f2", 3)]
    assert told(f1="aaaa1", f2="bbbb2 < zzzzz", f3="cccc3 < bbbb2") == [("unknown-parent", "f2", 3)]


def test_a_revision_that_follows_itself(told) -> None:  # type: ignore[no-untyped-def]  # as above
    assert told(f1="a1", f2="b2 < b2", f3="c3 < a1") == [("cycle", "f2", 3)]


def test_the_date_says_which_of_two_is_the_later_one(told, make_schema: MakeSchema) -> None:  # type: ignore[no-untyped-def]  # as above
    told(f1="a1", f2="b2 < a1", f3="c3 < a1")
    schema = make_schema({}, name="dated")
    versions = schema.directory / "migrations" / "versions"
    for name, ident, day in (("f1", "a1", 1), ("f2", "a1", 3), ("f3", "a1", 2)):
        text = f'"""x\n\nCreate Date: 2026-01-0{day} 10:00:00\n"""\nrevision = {ident!r}\ndown_revision = None\n'
        (versions / f"{name}.py").write_text(text, encoding="utf-8")
    found = findings(entries(schema), "dated")
    assert [(one.rule, Path(str(one.path)).stem) for one in found] == [("duplicate-id", "f3"), ("duplicate-id", "f2")]
