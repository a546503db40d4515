"""What differs between two snapshots."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from migkit.diff import compare, describe, owned
from migkit.model import CatalogObject, Difference, Snapshot


def snap(*objects: CatalogObject) -> Snapshot:
    return Snapshot({(one.kind, one.name): one for one in objects})


def table(name: str, definition: str = "TABLE") -> CatalogObject:
    return CatalogObject("table", name, definition)


def column(owner: str, name: str, position: int, definition: str = "integer") -> CatalogObject:
    return CatalogObject("column", f"{owner}.{name}", definition, owner, position)


USERS = (table("users"), column("users", "a", 1), column("users", "b", 2), column("users", "c", 3))


def test_the_same_catalogue_has_no_differences() -> None:
    assert compare(snap(*USERS), snap(*reversed(USERS))) == ()


def test_a_changed_definition_names_the_object_and_both_texts() -> None:
    after = snap(table("users"), column("users", "a", 1, "text"), *USERS[2:])
    assert compare(snap(*USERS), after) == (Difference("users.a", "column", "integer", "text"),)


def test_an_object_of_one_side_has_none_on_the_other() -> None:
    fewer = snap(*USERS[:3])
    assert compare(snap(*USERS), fewer) == (Difference("users.c", "column", "integer", None),)
    assert compare(fewer, snap(*USERS)) == (Difference("users.c", "column", None, "integer"),)


def test_a_whole_table_is_one_difference_and_its_columns_stay_available() -> None:
    before = snap(*USERS)
    assert compare(before, snap()) == (Difference("users", "table", "TABLE", None),)
    assert [one.name for one in owned(before, "users")] == ["users.a", "users.b", "users.c"]


def test_what_outlives_its_table_is_told_although_the_table_is_gone() -> None:
    before = snap(*USERS, CatalogObject("sequence", "users_id_seq", "bigint OWNED BY users.id", "users"))
    after = snap(CatalogObject("sequence", "users_id_seq", "bigint"))
    assert [(one.object, one.after) for one in compare(before, after)] == [
        ("users", None),
        ("users_id_seq", "bigint"),
    ]


def test_a_table_that_became_a_view_is_two_differences() -> None:
    after = snap(CatalogObject("view", "users", "SELECT 1"), column("users", "z", 1))
    assert [(one.object, one.kind) for one in compare(snap(*USERS), after)] == [
        ("users", "table"),
        ("users", "view"),
    ]


def test_objects_of_a_table_on_both_sides_are_told_one_by_one() -> None:
    before = snap(*USERS, CatalogObject("index", "ix", "(a)", "users"))
    assert [one.object for one in compare(before, snap(*USERS))] == ["ix"]


def test_another_owner_is_a_difference_even_under_one_definition() -> None:
    before = snap(CatalogObject("index", "ix", "(a)", "users"))
    after = snap(CatalogObject("index", "ix", "(a)", "people"))
    assert compare(before, after) == (Difference("ix", "index", "(a) of users", "(a) of people"),)


def test_columns_in_another_order_are_one_order_difference() -> None:
    after = snap(table("users"), column("users", "a", 3), column("users", "b", 1), column("users", "c", 2))
    assert compare(snap(*USERS), after) == (Difference("users", "order", "a, b, c", "b, c, a", order_only=True),)


def test_the_order_is_judged_only_among_what_both_sides_have() -> None:
    after = snap(table("users"), column("users", "c", 1), column("users", "x", 2), column("users", "a", 3))
    assert compare(snap(*USERS), after) == (
        Difference("users", "order", "a, c", "c, a", order_only=True),
        Difference("users.b", "column", "integer", None),
        Difference("users.x", "column", None, "integer"),
    )


def test_gaps_between_positions_mean_nothing() -> None:
    after = snap(table("users"), column("users", "a", 1), column("users", "b", 5), column("users", "c", 9))
    assert compare(snap(*USERS), after) == ()


def test_position_zero_has_no_order() -> None:
    first = snap(CatalogObject("index", "i", "(a)", "t", 0), CatalogObject("index", "j", "(b)", "t", 1))
    second = snap(CatalogObject("index", "i", "(a)", "t", 2), CatalogObject("index", "j", "(b)", "t", 1))
    assert compare(first, second) == ()


def test_kinds_are_ordered_apart() -> None:
    def keys(first: int, second: int) -> tuple[CatalogObject, CatalogObject]:
        return (
            CatalogObject("key", "users.k1", "(a)", "users", first),
            CatalogObject("key", "users.k2", "(b)", "users", second),
        )

    assert compare(snap(*USERS, *keys(4, 5)), snap(*USERS, *keys(1, 2))) == ()
    assert compare(snap(*USERS, *keys(1, 2)), snap(*USERS, *keys(2, 1))) == (
        Difference("users", "order", "k1, k2", "k2, k1", order_only=True),
    )


def test_describe_is_one_line_that_says_was_and_is() -> None:
    assert describe(Difference("t.c", "column", "integer", "text\n  NOT NULL")) == (
        "column t.c: was integer, is text NOT NULL"
    )
    assert describe(Difference("t", "table", None, "TABLE")) == "table t is new: TABLE"
    assert describe(Difference("t", "table", "TABLE", None)) == "table t is gone: was TABLE"
    assert describe(Difference("t", "order", "a, b", "b, a", order_only=True)) == ("order in t: was a, b, is b, a")
    assert describe(Difference("t", "table", "", "UNLOGGED")) == "table t: was (empty), is UNLOGGED"


def test_describe_cuts_long_definitions_where_they_differ() -> None:
    text = describe(Difference("f()", "routine", "x" * 900 + "A" + "y" * 900, "x" * 900 + "B" + "y" * 900))
    assert "A" in text
    assert "B" in text
    assert len(text) < 400


NAMES = st.sampled_from(["a", "b", "c", "d"])
KINDS = st.sampled_from(["table", "view", "column", "index", "routine"])


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    parts = st.tuples(KINDS, NAMES, st.sampled_from(["x", "y"]), st.one_of(st.just(""), NAMES), st.integers(0, 4))
    objects = [
        CatalogObject(kind, name, text, "" if kind in ("table", "view", "routine") else owner, position)
        for kind, name, text, owner, position in draw(st.lists(parts, max_size=10))
    ]
    return snap(*objects)


@given(snapshots())
def test_nothing_differs_from_itself(one: Snapshot) -> None:
    assert compare(one, Snapshot(dict(one.objects))) == ()


@given(snapshots(), snapshots())
def test_differences_turn_around(one: Snapshot, other: Snapshot) -> None:
    turned = {(d.object, d.kind, d.after, d.before, d.order_only) for d in compare(other, one)}
    assert {(d.object, d.kind, d.before, d.after, d.order_only) for d in compare(one, other)} == turned


@given(snapshots(), snapshots())
def test_no_difference_means_equal_but_for_positions(one: Snapshot, other: Snapshot) -> None:
    def bare(snapshot: Snapshot) -> set[tuple[str, str, str, str]]:
        return {(o.kind, o.name, o.definition, o.owner) for o in snapshot.objects.values()}

    real = [d for d in compare(one, other) if not d.order_only]
    assert (not real) == (bare(one) == bare(other))


@given(snapshots(), snapshots())
def test_differences_are_sorted_distinct_and_described_in_one_line(one: Snapshot, other: Snapshot) -> None:
    found = compare(one, other)
    assert [d.object for d in found] == sorted(d.object for d in found)
    assert len(set(found)) == len(found)
    assert all("\n" not in describe(d) and d.before != d.after for d in found)


@given(snapshots(), st.integers(1, 9))
def test_shifting_all_positions_changes_nothing(one: Snapshot, shift: int) -> None:
    moved = snap(
        *(
            CatalogObject(o.kind, o.name, o.definition, o.owner, o.position * 3 + shift if o.position else 0)
            for o in one.objects.values()
        )
    )
    assert compare(one, moved) == ()
