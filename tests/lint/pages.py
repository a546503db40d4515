"""The pages of the rules, docs/rules/NAME.md, as test pairs: each Bad and each Good is a history of its own."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from migkit import engines
from migkit.lint import Facts, Rule
from migkit.lint.pages import parse

FOLDER = Path(__file__).parents[2] / "docs" / "rules"
_FILE = re.compile(r"\A# file: (?P<name>\S+)\n")


@dataclass(frozen=True, slots=True)
class Example:
    """One history of a page: its heading, its bodies in order, the keys of its schema, what was released before."""

    title: str
    bodies: tuple[str, ...]
    keys: Mapping[str, Any]
    released: Mapping[str, str]

    @property
    def bad(self) -> bool:
        """Whether the rule is to find something in it."""
        return self.title.startswith("Bad")

    def facts(self, versions: Path) -> Facts:
        """Give what the verb would have asked of the place; `[facts]` of the page's toml says what is not usual."""
        told = dict(self.keys.get("facts", {}))
        told |= {"packages": frozenset(told["packages"])} if "packages" in told else {}
        texts = {versions / name: text for name, text in self.released.items()}
        return Facts(**{"released": texts, "branch": "origin/main" if texts else "", **told})

    def schema_keys(self, rule: Rule) -> dict[str, Any]:
        """Give the keys of the schema, with the engine that is usual for the rule."""
        return {"engine": usual_engine(rule), **{key: value for key, value in self.keys.items() if key != "facts"}}


def examples(text: str) -> Iterator[Example]:
    """Give the histories of a page: each section that begins with Bad or Good, on what stands before."""
    page = parse(text)
    before = page.under("Before")
    common = _keys((*page.toml, *(toml for one in before for toml in one.toml)))
    released = dict(_file(body) for one in page.under("Released") for body in one.bodies)
    stood = tuple(body for one in before for body in one.bodies)
    for one in (*page.under("Bad"), *page.under("Good")):
        yield Example(one.title, (*stood, *one.bodies), common | _keys(one.toml), released)


def usual_engine(rule: Rule) -> str:
    """Give the engine that a page's history is for where it does not say: the first one that the rule names."""
    family = re.split(r"[<>]", rule.on[0])[0] if rule.on else "postgresql"
    return "postgresql:15" if family == "postgresql" else engines.parse(family).name


def _keys(blocks: Iterable[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for block in blocks:
        found |= tomllib.loads(block)
    return found


def _file(body: str) -> tuple[str, str]:
    match = _FILE.match(body)
    assert match, "what was released begins with `# file: NAME.py`"
    return match["name"], body[match.end() :]
