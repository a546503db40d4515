"""What the documents take from the rules is what the rules say now."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from migkit.engines import parse
from migkit.explain import folder, seen
from migkit.lint import holds
from migkit.lint.rules import ALL
from tests.lint.generate import LIST, texts
from tests.lint.pages import FOLDER

ROOT = Path(__file__).parents[2]
TEXTS = dict(texts())
SERVERS = ("mysql:9.7", "mariadb:10.11", "mariadb:11.8", "postgresql:15", "postgresql:17", "postgresql:18", "sqlite")
OTHERS = frozenset[str]()  # what Alembic or SQLAlchemy refuse themselves, before a server is asked


@pytest.mark.parametrize("path", TEXTS, ids=[path.stem for path in TEXTS])
def test_the_generated_part_of_a_document_is_current(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == TEXTS[path], "python -m tests.lint.generate writes it"


def test_the_list_links_to_every_page() -> None:
    text = LIST.read_text(encoding="utf-8")
    assert [path.name for path in sorted(FOLDER.glob("*.md")) if f"(rules/{path.name})" not in text] == []


@pytest.mark.parametrize("name", sorted(name for name, rule in ALL.items() if rule.on and name not in OTHERS))
def test_what_a_rule_says_of_a_server_was_seen_on_each_engine_that_it_claims(name: str) -> None:
    claimed = {engine for engine in SERVERS if holds(ALL[name], parse(engine))}
    assert claimed - seen().get(name, {}).keys() == set(), "tests/server/facts has what is asked of servers"


def test_a_wheel_has_the_pages_where_the_verb_looks_for_them() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["force-include"]["docs/rules"] == "migkit/_rules"
    assert folder() == FOLDER
