"""What `migkit.values` defines is as what `dataclasses` defines: the same calls are asked of both."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Callable
from dataclasses import field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migkit.values import dataclass


@dataclass(frozen=True, slots=True)
class Ours:
    """A value."""

    first: Any
    second: Any = 2
    third: list[Any] = field(default_factory=list)
    fourth: Any = field(default=None, repr=False)
    fifth: Any = field(default=5, compare=False)
    unhashed: Any = field(default_factory=dict, hash=False)

    @property
    def both(self) -> Any:
        return self.first, self.second


@dataclasses.dataclass(frozen=True, slots=True)
class Theirs:
    """A value."""

    first: Any
    second: Any = 2
    third: list[Any] = field(default_factory=list)
    fourth: Any = field(default=None, repr=False)
    fifth: Any = field(default=5, compare=False)
    unhashed: Any = field(default_factory=dict, hash=False)

    @property
    def both(self) -> Any:
        return self.first, self.second


@dataclass(frozen=True, slots=True)
class OursBelow(Ours):
    sixth: str = "6"

    def __str__(self) -> str:
        return "own"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OursBelow)

    def __hash__(self) -> int:
        return 7


@dataclasses.dataclass(frozen=True, slots=True)
class TheirsBelow(Theirs):
    sixth: str = "6"

    def __str__(self) -> str:
        return "own"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TheirsBelow)

    def __hash__(self) -> int:
        return 7


@dataclass(frozen=True, slots=True)
class OursEmpty:
    pass


@dataclasses.dataclass(frozen=True, slots=True)
class TheirsEmpty:
    pass


@dataclass(frozen=True, slots=True)
class OursOne:
    only: Any


@dataclasses.dataclass(frozen=True, slots=True)
class TheirsOne:
    only: Any


@dataclass(frozen=True, slots=True, eq=False)
class OursByIdentity:
    only: Any


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class TheirsByIdentity:
    only: Any


PAIRS = [
    (Ours, Theirs),
    (OursBelow, TheirsBelow),
    (OursEmpty, TheirsEmpty),
    (OursOne, TheirsOne),
    (OursByIdentity, TheirsByIdentity),
]
VALUES = st.one_of(
    st.integers(0, 3), st.text(max_size=2), st.tuples(st.integers(0, 2)), st.lists(st.integers(), max_size=2)
)


def _changed(value: Any) -> None:
    for name in [one.name for one in dataclasses.fields(value)][:1]:
        setattr(value, name, 1)


def _deleted(value: Any) -> None:
    for name in [one.name for one in dataclasses.fields(value)][-1:]:
        delattr(value, name)


def _matched(value: Any) -> Any:
    names = type(value).__match_args__
    return names, [getattr(value, name) for name in names]


QUESTIONS: dict[str, Callable[[Any], Any]] = {
    "repr": repr,
    "str": str,
    "hash": hash,
    "fields": lambda value: [(one.name, one.compare, one.repr) for one in dataclasses.fields(value)],
    "asdict": dataclasses.asdict,
    "astuple": dataclasses.astuple,
    "replace": lambda value: dataclasses.replace(value, first=9),
    "copy": lambda value: copy.copy(value) == value,
    "deepcopy": lambda value: dataclasses.astuple(copy.deepcopy(value)) == dataclasses.astuple(value),
    "pickle": lambda value: dataclasses.astuple(pickle.loads(pickle.dumps(value))) == dataclasses.astuple(value),
    "set": _changed,
    "delete": _deleted,
    "match": _matched,
    "property": lambda value: value.both,
    "dict": lambda value: value.__dict__,
    "doc": lambda value: type(value).__doc__ if type(value) in (Ours, Theirs) else "",
    "module": lambda value: type(value).__module__,
    "is": dataclasses.is_dataclass,
}


def _said(ask: Callable[[], Any]) -> str:
    """Give an answer or an error as text in which the names of a pair are one."""
    try:
        said = repr(ask())
    except Exception as error:  # both are asked the same
        said = f"{type(error).__name__}: {error}"
    return said.replace("Theirs", "Ours")


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
@given(given=st.lists(VALUES, max_size=8), named=st.dictionaries(st.sampled_from(["first", "third", "only"]), VALUES))
def test_an_instance_answers_as_one_of_the_standard_library(
    ours: type[Any], theirs: type[Any], given: list[Any], named: dict[str, Any]
) -> None:
    made = _said(lambda: ours(*given, **named))

    assert made == _said(lambda: theirs(*given, **named))
    if "Error" in made:
        return
    one, other = ours(*given, **named), theirs(*given, **named)
    for name, ask in QUESTIONS.items():
        if name == "hash" and ours is OursByIdentity:
            continue  # that of an object, which differs
        assert _said(lambda ask=ask: ask(one)) == _said(lambda ask=ask: ask(other)), name  # type: ignore[misc]


@given(left=st.lists(VALUES, min_size=1, max_size=5), right=st.lists(VALUES, min_size=1, max_size=5))
def test_instances_are_equal_where_those_of_the_standard_library_are(left: list[Any], right: list[Any]) -> None:
    for ours, theirs in PAIRS[:2]:
        assert (ours(*left) == ours(*right)) is (theirs(*left) == theirs(*right))
    assert Ours(1) != Theirs(1)
    assert (Ours(1) == OursBelow(1)) is (Theirs(1) == TheirsBelow(1))


def test_what_is_no_field_cannot_be_added() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError, match="unheard_of"):
        Ours(1).unheard_of = 1  # type: ignore[attr-defined]


def test_a_default_is_made_for_each_instance() -> None:
    first, second = Ours(1), Ours(1)

    first.third.append(1)

    assert second.third == []


def test_a_subclass_that_is_no_dataclass_is_made_as_its_parent() -> None:
    class Below(OursOne):
        pass

    assert Below(1).only == 1
    assert OursOne(2).only == 2
    assert Below(3).only == 3


def test_what_is_not_frozen_is_the_standard_library_s() -> None:
    @dataclass(slots=True)
    class Changing:
        value: int = 1

    one = Changing()
    one.value = 2

    assert one == Changing(2)
    assert Changing.__init__.__qualname__.endswith("__init__")
