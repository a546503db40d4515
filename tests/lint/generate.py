"""Writes what the rules' documentation takes from the rules: `python -m tests.lint.generate`.

The head of each page, docs/rules/NAME.md, and the tables of docs/rules.md. What a server said is docs/rules/seen.json.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from textwrap import shorten

from migkit.explain import holds_for, ordered, seen
from migkit.lint import Rule
from migkit.lint.pages import filled, unmarked
from tests.lint.core import all_rules, found
from tests.lint.histories import schema, written
from tests.lint.pages import FOLDER, examples

_SHORT = 110  # characters of an answer in the list
LIST = FOLDER.with_suffix(".md")
Answers = Mapping[str, Iterable[Mapping[str, str]]]


def main() -> None:
    """Write all of it, and say what was changed."""
    for path, text in texts():
        if path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"{path}\n")


def texts() -> Iterator[tuple[Path, str]]:
    """Give each file with the text that it ought to have."""
    answers = seen()
    rules = ordered(all_rules())
    for rule in rules:
        path = FOLDER / f"{rule.name}.md"
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            yield path, filled(text, head(rule, text, answers.get(rule.name, {})))
    yield LIST, filled(LIST.read_text(encoding="utf-8"), tables(rules, answers))


def head(rule: Rule, text: str, answers: Answers) -> str:
    """Give the head of a page: level, group, servers, why, the usual remedy, what servers said."""
    remedy = rule.remedy or _remedy(rule, text)
    lines = [f"**{rule.severity.name}** · {rule.group} · {holds_for(rule)}", "", f"{_sentence(rule.why)}"]
    lines += ["", f"Instead: {_line(remedy)}"] if remedy else []
    return "\n".join([*lines, "", *_answers(answers)] if answers else lines)


def tables(rules: Iterable[Rule], answers: Mapping[str, Answers]) -> str:
    """Give the list of all rules, a table for each group."""
    lines: list[str] = []
    for group, listed in groupby(rules, key=lambda one: one.group):
        lines += ["", f"### {group}", "", "| rule | level | servers | why | seen |", "| --- | --- | --- | --- | --- |"]
        lines += [_row(rule, answers.get(rule.name, {})) for rule in listed]
    return "\n".join(lines).strip()


def _row(rule: Rule, answers: Answers) -> str:
    link = f"[{rule.name}](rules/{rule.name}.md)"
    cells = (link, rule.severity.name, holds_for(rule), _sentence(rule.why), _shortly(answers))
    return f"| {' | '.join(map(_cell, cells))} |"


def _shortly(answers: Answers) -> str:
    """Give the first answer of each engine, engines that said the same together."""
    said: dict[str, list[str]] = {}
    for engine, given in answers.items():
        for answer in list(given)[:1]:
            said.setdefault(shorten(answer["said"], _SHORT, placeholder=" …"), []).append(engine)
    return "; ".join(f"{', '.join(engines)}: {answer}" for answer, engines in said.items())


def _answers(answers: Answers) -> Iterator[str]:
    yield "| server | statement | what it said |"
    yield "| --- | --- | --- |"
    rows: dict[tuple[str, str], list[str]] = {}
    for engine, given in answers.items():
        for answer in given:
            rows.setdefault((answer["ran"], answer["said"]), []).append(engine)
    for (ran, said), engines in rows.items():
        yield f"| {', '.join(engines)} | `{_cell(_line(ran))}` | {_cell(said)} |"


def _remedy(rule: Rule, text: str) -> str:
    """Give the remedy of the first finding in what the page calls bad."""
    for example in examples(text):
        if example.bad:
            with tempfile.TemporaryDirectory() as folder:
                history = written(Path(folder), example.bodies)
                keys = example.schema_keys(rule)
                said = found(history.folder, schema(Path(folder), **keys), example.facts(history.folder))
            return next((one.remedy for one in said if one.rule == rule.name), "")
    return ""


def _sentence(text: str) -> str:
    """Begin with a capital, unless the first word is code."""
    first, _, _ = text.partition(" ")
    plain = first.isalpha() and first.islower()
    return f"{text[:1].upper() if plain else text[:1]}{_line(text)[1:]}."


def _line(text: str) -> str:
    return " ".join(unmarked(text).split())


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    main()
