"""Rules are asked of each revision on each engine that they hold for; what is alike is found once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from pkgutil import iter_modules

import pytest

from migkit import engines
from migkit.lint import Case, Facts, Found, Rule, Whole, passage, rules
from migkit.lint.case import Passage
from migkit.lint.judging import LOCKS, Judged, judge
from migkit.lint.order import ordered
from migkit.lint.rules import SUBJECTS
from migkit.lint.rules.comments import FAILED
from migkit.lint.state import State
from migkit.model import Schema, Severity
from migkit.model.script import Act, Function, Kind, Script, Span, Statement
from migkit.product import Family

SCHEMA = Schema("app", Path("/app"), Path("/app/alembic.ini"), "app", "mysql:9.7", ("mysql:9.7", "mariadb:10.11"))
DROP = Act(Kind.drop_table, table="notes", span=Span(9))


def script(ident: str, *parents: str, acts: Iterable[Act] = (DROP,), **fields: object) -> Script:
    statements = tuple(Statement("op.execute", act.span, "DROP TABLE notes", (act,)) for act in acts)
    upgrade = Function("upgrade", present=True, empty=not statements, statements=statements)
    return Script(Path(f"/app/{ident}.py"), ident, parents, upgrade=upgrade, **fields)  # type: ignore[arg-type]


def wholes(*scripts: Script, names: Iterable[str] = SCHEMA.engines) -> list[Whole]:
    return [Whole(scripts, ordered(scripts), SCHEMA, engines.parse(name), Facts()) for name in names]


def each(case: Case) -> Iterator[Found]:
    yield from (Found(f"{deed.act.table} goes", deed.act.span, "keep it") for deed in case.upgrade)


def on_the_engine(case: Case) -> Iterator[Found]:
    yield Found(f"on {case.engine.family}", Span(1), "")


def over(whole: Whole) -> Iterator[Found]:
    yield Found("no branch", Span(1), "", revision=whole.scripts[-1].id)
    yield Found("a file", Span(1), "", path=str(whole.scripts[0].path))


def broken(case: Case) -> Iterator[Found]:
    yield Found("before", Span(1), "")
    raise ValueError(case.script.id)


def rule(name: str = "goes", **fields: object) -> Rule:
    return replace(Rule(name, "data", Severity.warning, "rows are lost", judge=each), **fields)  # type: ignore[arg-type]


def told(found: Iterable[Judged]) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [(one.rule.name, one.revision, one.found.what, one.engines) for one in found]


def test_what_is_found_on_every_engine_is_found_once() -> None:
    found = judge(wholes(script("a1"), script("b2", "a1")), {}, [rule()])
    both = ("mysql:9.7", "mariadb:10.11")
    assert told(found) == [("goes", "a1", "notes goes", both), ("goes", "b2", "notes goes", both)]
    assert [one.path for one in found] == [Path("/app/a1.py"), Path("/app/b2.py")]


def test_a_rule_is_asked_on_the_engines_that_it_holds_for() -> None:
    found = judge(wholes(script("a1")), {}, [rule(on=("mariadb>=10.5",)), rule("never", on=("postgresql",))])
    assert told(found) == [("goes", "a1", "notes goes", ("mariadb:10.11",))]


def test_findings_that_differ_by_engine_stand_apart() -> None:
    found = judge(wholes(script("a1")), {}, [rule(judge=on_the_engine)])
    assert [(what, on) for _, _, what, on in told(found)] == [
        ("on mysql", ("mysql:9.7",)),
        ("on mariadb", ("mariadb:10.11",)),
    ]


def test_locks_are_those_of_productions_engine_alone() -> None:
    found = judge(wholes(script("a1")), {}, [rule(group=LOCKS, judge=on_the_engine)])
    assert [on for *_, on in told(found)] == [("mysql:9.7",)]


@pytest.mark.parametrize(
    ("kinds", "count"), [({Kind.drop_table}, 1), ({Kind.drop_table, Kind.insert}, 1), ({Kind.insert}, 0)]
)
def test_a_rule_is_asked_where_there_is_an_act_of_its_kinds(kinds: set[Kind], count: int) -> None:
    found = judge(
        wholes(script("a1"), script("b2", "a1", acts=())), {}, [rule(judge=on_the_engine, kinds=frozenset(kinds))]
    )
    assert len(found) == 2 * count


def test_what_a_rule_says_of_the_history_has_a_file_and_a_revision() -> None:
    found = judge(wholes(script("a1"), script("b2", "a1")), {}, [rule(judge=None, over=over)])
    assert [(one.found.what, one.path, one.revision) for one in found] == [
        ("no branch", Path("/app/b2.py"), "b2"),
        ("a file", Path("/app/a1.py"), "a1"),
    ]


def test_a_rule_that_fails_is_told_and_keeps_no_other_from_being_asked() -> None:
    found = judge(wholes(script("a1"), names=("sqlite",)), {}, [rule("broken", judge=broken), rule()])
    assert [one.rule.name for one in found] == ["broken", FAILED.name, "goes"]
    assert "broken failed with ValueError at test_judging.py" in found[1].found.what


def test_a_fold_that_fails_is_told_and_keeps_no_other_revision_from_being_judged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folded = passage._folded

    def failing(function: Function, before: State, by: str, family: Family) -> Passage:
        if by == "a1":
            raise KeyError("t")
        return folded(function, before, by, family)

    monkeypatch.setattr(passage, "_folded", failing)
    found = judge(wholes(script("a1"), script("b2", "a1"), names=("sqlite",)), {}, [rule()])
    assert [(one.rule.name, one.revision) for one in found if one.rule is FAILED] == [(FAILED.name, "a1")]
    assert [one.revision for one in found if one.rule is not FAILED] == ["b2"]
    assert "could not be followed: KeyError at test_judging.py" in found[0].found.what


@pytest.mark.parametrize(
    ("scripts", "order"),
    [
        ([script("c", "b"), script("b", "a"), script("a")], "a b c"),
        ([script("m", "x", "y"), script("y", "a"), script("x", "a"), script("a")], "a y x m"),
        ([script("a"), script("b", "a", depends_on=("z",)), script("z")], "a z b"),
        ([script("a"), script("b", "a", depends_on=("tag",)), script("z", labels=("tag",))], "a z b"),
        ([script("a", "nowhere"), script("b"), script("c", "a")], "b a c"),
        ([script("a", "b"), script("b", "a"), script("c")], "c a b"),
        ([script("a"), script("a"), script("b", "a")], "a b a"),
        ([script(""), script("a")], "a"),
    ],
)
def test_revisions_stand_behind_what_they_stand_on(scripts: list[Script], order: str) -> None:
    assert " ".join(one.id for one in ordered(scripts)) == order


def test_a_history_of_many_revisions_is_put_in_order_without_recursion() -> None:
    many = [script(str(number), *([str(number - 1)] if number else []), acts=()) for number in reversed(range(20_000))]
    assert [one.id for one in ordered(many)] == [str(number) for number in range(20_000)]


def test_every_module_of_rules_is_in_force() -> None:
    assert set(SUBJECTS) == {one.name for one in iter_modules(rules.__path__)}
