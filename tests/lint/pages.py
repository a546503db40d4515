"""The pages of the rules, docs/rules/NAME.md, read as what they are: documentation and test pairs at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from migkit import engines
from migkit.lint import Facts, Rule

FOLDER = Path(__file__).parents[2] / "docs" / "rules"
_HEADING = re.compile(r"^## (?P<title>.+)$", re.MULTILINE)
_BLOCK = re.compile(r"^```(?P<kind>python|toml)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
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
    sections = _sections(text)
    common = _keys(text[: next((match.start() for match in _HEADING.finditer(text)), len(text))])
    before = [body for title, section in sections if title.startswith("Before") for body in _bodies(section)]
    common |= {
        key: value for title, part in sections if title.startswith("Before") for key, value in _keys(part).items()
    }
    released = {
        match["name"]: body[match.end() :]
        for title, section in sections
        if title.startswith("Released")
        for body in _bodies(section)
        if (match := _FILE.match(body))
    }
    for title, section in sections:
        if title.startswith(("Bad", "Good")):
            yield Example(title, (*before, *_bodies(section)), common | _keys(section), released)


def usual_engine(rule: Rule) -> str:
    """Give the engine that a page's history is for where it does not say: the first one that the rule names."""
    family = re.split(r"[<>]", rule.on[0])[0] if rule.on else "postgresql:15"
    return {"postgresql": "postgresql:15"}.get(family) or engines.parse(family).name


def _sections(text: str) -> list[tuple[str, str]]:
    starts = [(match["title"], match.end()) for match in _HEADING.finditer(text)]
    ends = [*[match.start() for match in _HEADING.finditer(text)][1:], len(text)]
    return [(title, text[start:end]) for (title, start), end in zip(starts, ends, strict=True)]


def _bodies(section: str) -> list[str]:
    return [match["text"] for match in _BLOCK.finditer(section) if match["kind"] == "python"]


def _keys(section: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for match in _BLOCK.finditer(section):
        found |= tomllib.loads(match["text"]) if match["kind"] == "toml" else {}
    return found
