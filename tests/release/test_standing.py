"""Where a database stands, held against the history and the journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from migkit import hashes
from migkit.model import Check, Revision, Schema
from migkit.model.release import Entry, Fate, Kind, Order, Run, StatementFate, Unfinished
from migkit.preflight.standing import history, unfinished, unseen


@pytest.fixture
def revisions(tmp_path: Path) -> tuple[Revision, ...]:
    made = []
    for ident, parent in (("a", ()), ("b", ("a",)), ("c", ("b",))):
        path = tmp_path / f"{ident}.py"
        path.write_text(f"revision = {ident!r}\n")
        made.append(Revision(ident, ident, path, parent))
    return tuple(made)


def applied(*revisions: Revision, server: str = "s") -> tuple[Entry, ...]:
    """Give the journal of a run that applied these."""
    run = Run("r1", "app", "production", "h:1/d", "upgrade", "Ann", "here", server, "", "0")
    entries = [Entry("r1", 1, "", Kind.run, facts=asdict(run))]
    for one in revisions:
        text = hashes.text(one.path.read_bytes())
        facts = {"text": text, "direction": "upgrade"}
        entries.append(Entry("r1", len(entries) + 1, "", Kind.revision, one.id, facts=facts))
        entries.append(Entry("r1", len(entries) + 1, "", Kind.committed, one.id))
    return tuple(entries)


def lines(
    revisions: Sequence[Revision],
    current: Sequence[str],
    entries: Sequence[Entry] = (),
    *,
    tables: int = 0,
    heads: Sequence[str] = ("c",),
    base: str = "",
) -> dict[str, Check]:
    schema = Schema("app", Path(), Path(), "d", "mysql:9.7", ("mysql:9.7",), base_sql=base)
    found = tuple(history(schema, revisions, heads, current, entries, tables))
    assert all(one.remedy for one in found if one.ok is False)
    return {one.check.removeprefix("history: "): one for one in found}


def test_all_holds_where_the_journal_and_the_files_agree(revisions: tuple[Revision, ...]) -> None:
    found = lines(revisions, ("b",), applied(*revisions[:2]))
    assert [one.ok for one in found.values()] == [True] * 4
    assert found["edited"].message == "2 applied revisions are as they were applied"


def test_two_heads_are_one_too_many(revisions: tuple[Revision, ...]) -> None:
    found = lines(revisions, ("a",), heads=("b", "c"))["head"]
    assert found.ok is False
    assert found.message == "2 heads: b, c"


def test_a_database_at_a_revision_of_elsewhere(revisions: tuple[Revision, ...]) -> None:
    found = lines(revisions, ("zz",))["revision"]
    assert found.ok is False
    assert found.message == "the database stands at zz, which this history has not"


def test_a_database_with_tables_and_no_revision_is_not_this_historys(revisions: tuple[Revision, ...]) -> None:
    assert lines(revisions, (), tables=12)["revision"].ok is False
    assert lines(revisions, (), tables=0)["revision"].ok is True
    assert lines(revisions, (), tables=12, base="base.sql")["revision"].ok is True


def test_a_first_release_that_began_may_have_left_tables(revisions: tuple[Revision, ...]) -> None:
    begun = applied()
    assert lines(revisions, (), begun, tables=3)["revision"].ok is True


def test_a_version_table_that_was_emptied(revisions: tuple[Revision, ...]) -> None:
    found = lines(revisions, (), applied(*revisions[:1]))["revision"]
    assert found.ok is False
    assert "the journal has a" in found.message


def test_a_revision_that_was_applied_and_is_gone_from_the_history(revisions: tuple[Revision, ...]) -> None:
    entries = applied(*revisions)
    found = lines(revisions[:2], ("b",), entries, heads=("b",))["applied"]
    assert found.ok is False
    assert found.message == "the journal has c as applied, which this history has not"


def test_a_database_behind_its_journal_was_taken_back_by_another_way(revisions: tuple[Revision, ...]) -> None:
    found = lines(revisions, ("a",), applied(*revisions[:2]))["applied"]
    assert found.ok is None
    assert "taken back without the kit" in found.message


def test_an_applied_revision_that_was_edited_since(revisions: tuple[Revision, ...]) -> None:
    entries = applied(*revisions[:2])
    revisions[0].path.write_text("revision = 'a'\n# and more\n")
    found = lines(revisions, ("b",), entries)["edited"]
    assert found.ok is False
    assert found.message.startswith("edited since it was applied: a (")
    assert "git log -p" in found.remedy


def test_line_ends_are_no_edit(revisions: tuple[Revision, ...]) -> None:
    entries = applied(*revisions[:2])
    revisions[0].path.write_bytes(b"revision = 'a'\r\n\r\n")
    assert lines(revisions, ("b",), entries)["edited"].ok is True


def test_a_pending_revision_may_be_edited(revisions: tuple[Revision, ...]) -> None:
    entries = applied(*revisions)
    revisions[2].path.write_text("# another")
    assert lines(revisions, ("b",), entries)["edited"].ok is True


def left(*fates: Fate) -> Unfinished:
    statements = tuple(StatementFate(number, "h", "SELECT 1", fate) for number, fate in enumerate(fates, 1))
    return Unfinished("r1", "b", "upgrade", "text", "77", statements)


def said(
    one: Unfinished | None,
    *,
    resume: bool = False,
    direction: str = "upgrade",
    unknown: str = "",
    to: str = "",
    first: str = "",
) -> list[Check]:
    order = Order("production", direction, to=to, resume=resume, unknown=unknown)  # type: ignore[arg-type]  # a test's word
    return list(unfinished([one] if one else [], "app", order, first))


def test_what_an_earlier_run_left_must_be_resumed() -> None:
    one = left(Fate.applied, Fate.failed, Fate.waiting)
    (found,) = said(one)
    assert found.ok is False
    assert found.remedy == "mend what it says, then: inv mig.prod --schema app --target production --resume"
    assert said(one, resume=True)[0].ok is True


def test_a_rollback_does_not_go_on_with_an_upgrade() -> None:
    (found,) = said(left(Fate.applied, Fate.failed), resume=True, direction="downgrade")
    assert found.ok is False
    assert "mig.prod" in found.remedy


def test_what_nothing_tells_must_be_answered() -> None:
    one = left(Fate.applied, Fate.unknown)
    (found,) = said(one, resume=True)
    assert found.ok is False
    assert "--unknown applied" in found.remedy
    assert said(one, resume=True, unknown="applied")[0].ok is True


def test_of_what_nothing_is_applied_a_plain_run_does() -> None:
    assert said(left(Fate.gone, Fate.waiting))[0].ok is True


def test_what_a_drivers_own_cursor_sent_is_not_gone_over(tmp_path: Path) -> None:
    path = tmp_path / "b.py"
    path.write_text("def upgrade():\n    op.get_bind().connection.cursor().execute('UPDATE a SET n = n + 1')\n")
    one = left(Fate.gone)
    lines = unseen([one], [Revision("b", "b", path, ())])
    assert lines == {"b": 2}
    (found,) = unfinished([one], "app", Order("production", "upgrade"), "b", past=lines)
    assert found.ok is False
    assert "its line 2 takes a driver's own cursor" in found.message
    assert "docs/journal.md" in found.remedy
    assert unseen([left(Fate.gone)], [Revision("other", "b", path, ())]) == {}


def test_a_statement_that_still_runs_is_waited_for() -> None:
    (found,) = said(left(Fate.applied, Fate.running), resume=True)
    assert found.ok is False
    assert "77" in found.remedy


def test_there_may_be_nothing_to_resume() -> None:
    (found,) = said(None, resume=True)
    assert found.ok is None
    assert said(None) == []


def test_steps_down_that_are_resumed_are_those_that_were_begun() -> None:
    """Once the first of them is finished, as many steps lead further down."""
    down = {"resume": True, "direction": "downgrade", "to": "-1"}
    (found,) = said(None, first="a", **down)  # type: ignore[arg-type]  # as above
    assert (found.ok, found.message) == (False, "nothing is left to finish, and this would take back a")
    assert "mig.status --schema app --target production" in found.remedy
    begun = replace(left(Fate.applied, Fate.waiting), direction="downgrade")
    assert [one.ok for one in said(begun, first="b", **down)] == [True]  # type: ignore[arg-type]  # as above
    assert [one.ok for one in said(begun, first="a", **down)] == [True, False]  # type: ignore[arg-type]  # as above
    assert [one.ok for one in said(left(Fate.gone), first="b", **down)] == [True, False]  # type: ignore[arg-type]
    assert [one.ok for one in said(begun, first="a", **{**down, "to": "a"})] == [True]  # type: ignore[arg-type]


@pytest.mark.parametrize("resume", [True, False])
def test_what_was_left_is_dropped_before_any_run_goes_on(*, resume: bool) -> None:
    one = left(Fate.failed, Fate.unknown)
    drop = "DROP INDEX CONCURRENTLY public.i"
    one = replace(one, statements=(replace(one.statements[0], left=(drop,), stuck=True), *one.statements[1:]))
    (check,) = said(one, resume=resume, unknown="gone")
    assert check.ok is False
    assert check.remedy.startswith(f"{drop}; then: ")
