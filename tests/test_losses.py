"""What is lost, by which way, and what only looks so: rows matched without their keys, statements by their text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from migkit.judge import State, Trip, judge
from migkit.losses import changes
from migkit.matching import Pairs
from migkit.model import CatalogObject, Revision, Snapshot, Values, Verdict
from migkit.model.rehearsal import Sent
from migkit.sending import changes_values, deletes, line_of, updates

Columns = Mapping[str, Sequence[int]]
IDS = (1, 2, 3, 4)


def state(table: str = "t", types: Mapping[str, str] | None = None, **columns: Sequence[int]) -> State:
    """A state with one table: its columns are integers but for `types`, its values stand for their hashes."""
    found = [CatalogObject("table", table, "")]
    kinds = {name: (types or {}).get(name, "int") for name in columns}
    found += [
        CatalogObject("column", f"{table}.{name}", kind, table, at) for at, (name, kind) in enumerate(kinds.items())
    ]
    number = len(next(iter(columns.values())))
    rows = {table: f"{number}:{sorted(columns.items())}"}
    return State(Snapshot({(one.kind, one.name): one for one in found}), rows, {table: Values(columns)})


@pytest.fixture
def revision(tmp_path: Path) -> Revision:
    path = tmp_path / "a1.py"
    path.write_text("def upgrade():\n    pass\n\n\ndef downgrade():\n    op.execute('x')\n")
    return Revision("a1", "a title", path, ())


def told(
    revision: Revision, before: State, after: State, down: State, *sent: str
) -> list[tuple[str, str | None, int, str]]:
    found = changes(Trip(revision, before, after, down, sent_up=[Sent(one) for one in sent]))
    return [(one.how, one.loss.column, one.loss.rows, one.loss.by) for one in found]


BIG, SMALL = {"v": "numeric(9,4)"}, {"v": "numeric(9)"}


@pytest.mark.parametrize(
    ("after", "down", "by"),
    [
        ((5, 6, 7, 7), (5, 6, 7, 7), "upgrade"),
        ((5, 6, 7, 8), (5, 6, 7, 7), "downgrade"),
        ((5, 6, 9, 9), (5, 6, 7, 7), "upgrade"),  # both write values anew, and the upgrade makes two one
        ((15, 16, 17, 18), (5, 6, 7, 7), "downgrade"),
        ((15, 16, 17, 18), (5, 6, 7, 9), "both"),
    ],
)
def test_the_way_that_loses_a_value_is_the_one_that_does_not_carry_it_over(
    revision: Revision, after: Sequence[int], down: Sequence[int], by: str
) -> None:
    before = state(types=BIG, id=IDS, v=(5, 6, 7, 8))
    found = told(revision, before, state(types=SMALL, id=IDS, v=after), state(types=BIG, id=IDS, v=down))
    assert found == [("lost", "v", 1, by)]


def test_rows_that_come_in_another_order_have_lost_nothing(revision: Revision) -> None:
    before = state(id=IDS, v=(5, 6, 7, 8))
    assert told(revision, before, before, state(id=(4, 3, 2, 1), v=(8, 7, 6, 5))) == []


def test_values_that_change_places_are_lost_where_rows_can_be_told_apart(revision: Revision) -> None:
    before, down = state(types=BIG, id=IDS, v=(5, 6, 7, 8)), state(types=BIG, id=IDS, v=(6, 5, 7, 8))
    assert told(revision, before, state(types=SMALL, id=IDS, v=(6, 5, 7, 8)), down) == [("lost", "v", 2, "upgrade")]


def test_a_conversion_and_back_loses_nothing(revision: Revision) -> None:
    before = state(types=BIG, id=IDS, v=(5, 6, 7, 8))
    assert told(revision, before, state(types=SMALL, id=IDS, v=(15, 16, 17, 18)), before) == []


def test_what_the_revision_updates_itself_is_no_loss(revision: Revision) -> None:
    before, other = state(types=BIG, id=IDS, v=(5, 6, 0, 0)), state(types=SMALL, id=IDS, v=(5, 6, 9, 9))
    down = state(types=BIG, id=IDS, v=(5, 6, 9, 9))
    assert told(revision, before, other, down, "UPDATE t SET v = 1 WHERE v IS NULL") == [("updated", "v", 2, "upgrade")]
    assert told(revision, before, other, down, "UPDATE t SET id = 1 WHERE v = 2") == [("lost", "v", 2, "upgrade")]
    same = state(types=BIG, id=IDS, v=(5, 6, 9, 9))
    assert told(revision, before, same, down) == [("updated", "v", 2, "upgrade")]  # past SQLAlchemy, or a trigger


def test_what_the_server_stamps_on_a_changed_row_is_of_no_interest(revision: Revision) -> None:
    kind = {"seen": "datetime ON UPDATE CURRENT_TIMESTAMP"}
    before, down = state(types=kind, id=IDS, seen=(1, 1, 1, 1)), state(types=kind, id=IDS, seen=(2, 2, 1, 1))
    sent = "UPDATE t SET v = 1 WHERE id < 3"
    assert told(revision, before, down, down, sent) == [("stamped", "seen", 2, "upgrade")]
    judged = judge(Trip(revision, before, down, down, sent_up=[Sent(sent)]))
    assert (judged.verdict, judged.findings) == (Verdict.ok, ())


def test_a_column_is_dropped_by_the_upgrade_and_lost_by_the_downgrade(revision: Revision) -> None:
    before, without = state(id=IDS, v=(5, 6, 0, 0)), state(id=IDS)
    assert told(revision, before, without, state(id=IDS, v=(0, 0, 0, 0))) == [("dropped", "v", 2, "upgrade")]
    assert told(revision, before, without, without) == [("dropped", "v", 2, "upgrade")]
    assert told(revision, before, before, without) == [("lost", "v", 2, "downgrade")]
    assert told(revision, before, before, state(id=IDS, w=(5, 6, 0, 0))) == []  # another name, which the schema says


def test_what_becomes_of_a_renamed_column_or_table_is_followed(revision: Revision) -> None:
    before, down = state(types=BIG, id=IDS, v=(5, 6, 7, 8)), state(types=BIG, id=IDS, v=(5, 6, 7, 7))
    column = state(types={"w": "int"}, id=IDS, w=(5, 6, 7, 8))
    assert told(revision, before, column, down) == [("lost", "v", 1, "downgrade")]
    table = state("u", types=SMALL, id=IDS, v=(5, 6, 7, 7))
    assert told(revision, before, table, down) == [("lost", "v", 1, "upgrade")]


def test_a_table_that_the_downgrade_takes_is_lost_and_one_that_the_upgrade_takes_destroyed(revision: Revision) -> None:
    before, nothing = state(id=IDS), State(Snapshot({}), {})
    assert told(revision, before, before, nothing) == [("lost", None, 4, "downgrade")]
    assert told(revision, before, before, state("renamed", id=IDS)) == []
    empty = State(before.snapshot, {"t": "0:0"})
    assert told(revision, before, nothing, empty) == [("dropped", None, 4, "upgrade")]


@pytest.mark.parametrize(
    ("sent", "how"), [("DELETE FROM t WHERE id > 2", "dropped"), ("INSERT INTO u SELECT 1", "lost")]
)
def test_rows_are_destroyed_by_a_delete_of_the_upgrade_and_lost_by_anything_else(
    revision: Revision, sent: str, how: str
) -> None:
    before, after = state(id=IDS), state(id=(1, 2))
    assert told(revision, before, after, after, sent) == [(how, None, 2, "upgrade")]


def test_without_a_key_columns_are_compared_as_a_whole() -> None:
    pairs = Pairs({"v": (5, 5, 6)}, {"v": (6, 5, 5)})
    assert (pairs.differing("v"), pairs.spoilt("v")) == (0, 0)
    assert Pairs({"v": (5, 5, 6, 7)}, {"v": (5, 5, 5)}).differing("v") == 1  # of four one is gone, and one is another
    assert Pairs({"v": (5, 5, 6, 7)}, {"v": (5, 5, 6, 6)}).spoilt("v") == 1


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE t SET v = 1", True),
        ('update "public"."t" set "v" = 1', True),
        ("UPDATE `t` SET a = 2, `v` = `v` + 1 WHERE x = 1", True),
        ("UPDATE t SET a = 1 WHERE v = 2", False),
        ("UPDATE t SET a = (SELECT v FROM u WHERE v = 1)", False),
        ("UPDATE t JOIN u ON t.v = u.v SET t.a = u.a", False),
        ("UPDATE t SET (a, v) = (1, 2)", True),
        ("UPDATE other SET v = 1", False),
        ("UPDATE t SET a = 'v = 1'", False),
        ("-- UPDATE t SET v = 1\nALTER TABLE t DROP v", False),
        ("INSERT INTO t (id, v) VALUES (1, 2) ON DUPLICATE KEY UPDATE v = VALUES(v)", True),
        ("INSERT INTO t (id, v) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET v = excluded.v", True),
        ("REPLACE INTO t VALUES (1, 2)", True),
        ("DO $$ BEGIN UPDATE t SET v = 1; END $$", True),
        ("ALTER TABLE t ADD FOREIGN KEY (v) REFERENCES u (id) ON UPDATE CASCADE", False),
    ],
)
def test_an_update_of_a_column_is_known_by_its_text(statement: str, expected: bool) -> None:
    assert updates(statement, "t", "v") is expected


def test_what_may_change_values_and_what_deletes_rows_is_known_by_its_text() -> None:
    assert [changes_values(one) for one in ("CALL mend()", "UPDATE u SET a = 1", "DELETE FROM t")] == [
        True,
        True,
        False,
    ]
    assert not changes_values("ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u (id) ON UPDATE SET NULL")
    assert [deletes(one, "s.t") for one in ("DELETE FROM s.t", "TRUNCATE t", "DELETE FROM tt")] == [True, True, False]
    assert not deletes("ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u (id) ON DELETE CASCADE", "t")


def test_the_line_is_that_of_the_last_statement_that_may_have_done_it() -> None:
    sent = [Sent("ALTER TABLE t ADD w INT", 3), Sent("UPDATE t SET v = 1", 4), Sent("ALTER TABLE t MODIFY v INT", 5)]
    assert line_of(sent, "t", "v") == 5
    assert line_of(sent, "t", "v", written=True) == 4
    assert line_of(sent, "u") is None
    assert line_of(sent[:1], "u") == 3  # there is no other
