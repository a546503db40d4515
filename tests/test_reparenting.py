"""Whatever branches look like: after the moves there is one head, and nothing lost what it stood on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from migkit.branching import ancestors, heads, in_order, multiple_heads
from migkit.errors import HistoryError
from migkit.model import Revision
from migkit.reparenting import moved, moves

LAST = "m2"
MAIN = [Revision(f"m{n}", "", Path(f"m{n}.py"), (f"m{n - 1}",) if n else ()) for n in range(3)]


@st.composite
def branches(draw: st.DrawFn) -> list[Revision]:
    """Draw own revisions, each after one or two of those before it, and depending on another now and then."""
    revisions = list(MAIN)
    for number in range(draw(st.integers(1, 7))):
        ids = [one.id for one in revisions]
        parents = draw(st.lists(st.sampled_from(ids), min_size=1, max_size=2, unique=True))
        known = {one.id: one for one in revisions}
        if any(one != other and one in ancestors(known, [other]) for one in parents for other in parents):
            parents = parents[:1]  # a merge with one's own ancestor is none
        own = ids[len(MAIN) :]
        needed = draw(st.lists(st.sampled_from(own), max_size=1)) if own else []
        ident = f"f{number}"
        revisions.append(Revision(ident, "", Path(f"{ident}.py"), tuple(parents), tuple(needed)))
    return revisions


@settings(deadline=None)
@given(branches(), st.randoms())
def test_each_revision_comes_after_what_it_stands_on(revisions: list[Revision], random: Random) -> None:
    random.shuffle(revisions)
    known = {one.id: one for one in revisions}
    placed = [one.id for one in in_order(known)]
    assert sorted(placed) == sorted(known)
    for one in revisions:
        assert all(placed.index(below) < placed.index(one.id) for below in (*one.parents, *one.depends_on))


@settings(deadline=None)
@given(branches())
def test_one_head_is_left_and_everything_stands_on_what_it_stood_on(revisions: list[Revision]) -> None:
    assume(len(heads(revisions)) > 1)
    own = {one.id for one in revisions} - {one.id for one in MAIN}
    try:
        made = moves(revisions, own, {})
    except HistoryError:
        made = ()
    if not made:  # chains that depend on each other, and nothing else
        assert any(one.depends_on for one in revisions)
        return
    parents = moved(revisions, made)
    after = {one.id: replace(one, parents=parents[one.id]) for one in revisions}
    assert len(heads(after.values())) == 1
    assert {move.revision for move in made} <= own
    for one in revisions:
        assert set(one.parents) <= ancestors(after, [one.id])
        assert one.id not in own or LAST in ancestors(after, [one.id])
        for above in (*parents[one.id], *one.depends_on):
            assert one.id not in ancestors(after, [above], dependencies=True)


def test_several_heads_are_one_finding() -> None:
    assert multiple_heads("app", ["a"]) == ()
    (found,) = multiple_heads("app", ["b", "a"])
    assert (found.rule, found.message, found.remedy) == (
        "multiple-heads",
        "2 heads: a, b",
        "inv mig.merge --schema app",
    )
