"""A rule's page, docs/rules/NAME.md, as it is read: free words, and histories under headings (pure).

`## Before` are revisions that stand before, `## Bad…` and `## Good…` histories that the rule speaks of and passes over,
`## Released…` files as they were on the main branch. A toml block holds keys of the schema; one before the first
heading, or under Before, holds for the whole page.
"""

from __future__ import annotations

import re

from migkit.values import dataclass

BEGIN, END = "<!-- generated -->", "<!-- end -->"
_HEADING = re.compile(r"^## (?P<title>.+)$", re.MULTILINE)
_BLOCK = re.compile(r"^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_MARK = re.compile(r"[ \t]*(?:#|--)[ \t]*expect:[ \t]*(?P<rules>[a-z][a-z0-9-]*(?:,[ \t]*[a-z][a-z0-9-]*)*)[ \t]*")
_GENERATED = re.compile(re.escape(BEGIN) + r"\n(?P<text>.*?)" + re.escape(END) + r"\n?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page: its heading, its python and its toml blocks."""

    title: str
    bodies: tuple[str, ...]
    toml: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A page. `generated` is the part that is written from the rule, `told` the free words behind it."""

    name: str
    generated: str
    told: str
    toml: tuple[str, ...]
    sections: tuple[Section, ...]

    def under(self, title: str) -> tuple[Section, ...]:
        """Give the sections whose headings begin with `title`."""
        return tuple(one for one in self.sections if one.title.startswith(title))


def parse(text: str) -> Page:
    """Read a page."""
    starts = list(_HEADING.finditer(text))
    top = text[: starts[0].start()] if starts else text
    name, _, rest = top.removeprefix("# ").partition("\n")
    generated = _GENERATED.search(rest)
    told = _BLOCK.sub("", _GENERATED.sub("", rest)).strip()
    ends = [match.start() for match in starts[1:]] + [len(text)] * bool(starts)
    sections = tuple(
        _section(match["title"].strip(), text[match.end() : end]) for match, end in zip(starts, ends, strict=True)
    )
    return Page(name.strip(), generated["text"].strip() if generated else "", told, _blocks(top, "toml"), sections)


def marks(text: str) -> tuple[tuple[str, int], ...]:
    """Give the (rule, line) that a text expects; lines count from 1."""
    return tuple(
        (rule.strip(), number)
        for number, line in enumerate(text.splitlines(), 1)
        for mark in _MARK.finditer(line)
        for rule in mark["rules"].split(",")
    )


def unmarked(text: str) -> str:
    """Give a text without the marks behind its lines."""
    return _MARK.sub("", text)


def filled(text: str, generated: str) -> str:
    """Give a page with its generated part written anew; one that has none gets it below its title."""
    part = f"{BEGIN}\n{generated.strip()}\n{END}\n"
    if _GENERATED.search(text):
        return _GENERATED.sub(lambda _match: part, text, count=1)
    title, _, rest = text.partition("\n")
    return f"{title}\n\n{part}\n{rest.lstrip()}"


def _section(title: str, text: str) -> Section:
    return Section(title, _blocks(text, "python"), _blocks(text, "toml"))


def _blocks(text: str, kind: str) -> tuple[str, ...]:
    return tuple(match["text"] for match in _BLOCK.finditer(text) if match["kind"] == kind)
