"""Each rule's page: its bad history is found on the marked lines and nowhere else, its good twin is not."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from migkit.lint import Rule
from migkit.model import Finding, Severity
from tests.lint.core import all_rules, found
from tests.lint.histories import schema, written
from tests.lint.pages import FOLDER, Example, examples

UNSEEN = {"rule-failed"}  # no history brings it about
RULES = {rule.name: rule for rule in all_rules()}
PAGES = {path.stem: path for path in sorted(FOLDER.glob("*.md"))}
FUNCTIONS = "\n\ndef upgrade():\n    pass\n\n\ndef downgrade():\n    pass\n"
PAIRS = [(name, one) for name, path in PAGES.items() for one in examples(path.read_text("utf-8"))]


@pytest.mark.parametrize("name", sorted(RULES.keys() | PAGES.keys()))
def test_every_rule_has_a_page_with_a_pair_and_every_page_a_rule(name: str) -> None:
    assert name in RULES
    assert name in PAGES
    assert PAGES[name].read_text("utf-8").startswith(f"# {name}\n")
    bad = [one.bad for other, one in PAIRS if other == name]
    assert {True, False} <= set(bad) or name in UNSEEN


@pytest.mark.parametrize(("name", "example"), PAIRS, ids=[f"{name}: {one.title}" for name, one in PAIRS])
def test_a_rule_speaks_on_the_marked_lines_alone(tmp_path: Path, name: str, example: Example) -> None:
    if name not in RULES:
        pytest.fail(f"no rule is called {name}")
    history = written(tmp_path, map(_entire, example.bodies))
    keys = example.schema_keys(RULES[name])
    said = found(history.folder, schema(tmp_path, **keys), example.facts(history.folder))
    wanted = _of(name, history.marks)
    assert bool(wanted) == example.bad, "marks stand in what is bad, and in nothing else"
    assert _of(name, _at(said)) == wanted, _told(said)
    graver = {one for one in _at(one for one in said if one.severity is Severity.error) if one[0] != name}
    assert graver <= history.marks, _told(said)


def _entire(body: str) -> str:
    """Give a revision of which a page shows the head alone its functions."""
    return body if "def " in body or "\nrevision = " not in body else body.rstrip("\n") + FUNCTIONS


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_a_rule_says_why_in_one_sentence(rule: Rule) -> None:
    assert rule.why
    assert not rule.why.endswith(".")
    assert rule.remedy[-1:] != "."
    if rule.group == "comments":
        assert (rule.judge, rule.over) == (None, None)
    else:
        assert (rule.judge is None) != (rule.over is None)


def _of(name: str, places: Iterable[tuple[str, str, int]]) -> set[tuple[str, int]]:
    return {(file, line) for rule, file, line in places if rule == name}


def _at(said: Iterable[Finding]) -> list[tuple[str, str, int]]:
    return [(one.rule, Path(one.path or "").name, one.line or 0) for one in said]


def _told(said: Iterable[Finding]) -> str:
    return "\n".join(
        f"{Path(one.path or '').name}:{one.line} {one.severity.name} {one.rule}: {one.message}" for one in said
    )
