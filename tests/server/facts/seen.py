"""docs/rules/seen.json: what servers answered, `{rule: {engine: [{"ran": sql, "said": answer}]}}`."""

from __future__ import annotations

import fcntl
import json
from pathlib import Path

from tests.server.facts import Fact, facts

PATH = Path(__file__).parents[3] / "docs" / "rules" / "seen.json"
Seen = dict[str, dict[str, list[dict[str, str]]]]


def read() -> Seen:
    """Give what was seen."""
    found: Seen = json.loads(PATH.read_text()) if PATH.exists() else {}
    return found


def shown(fact: Fact) -> str:
    """Give the statement as the page shows it."""
    return fact.shown or fact.ran


def said(seen: Seen, fact: Fact, engine: str) -> str | None:
    """Give what an engine answered when the file was written."""
    answers = seen.get(fact.rule, {}).get(engine, [])
    return next((one["said"] for one in answers if one["ran"] == shown(fact)), None)


def write(fact: Fact, engine: str, answer: str) -> None:
    """Put an answer into the file, and take out what is no fact any more."""
    with Path(__file__).open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two runs may write at the same time
        known = read()
        known.setdefault(fact.rule, {}).setdefault(engine, []).insert(0, {"ran": shown(fact), "said": answer})
        PATH.write_text(json.dumps(_ordered(known), indent=1, ensure_ascii=False) + "\n")


def _ordered(known: Seen) -> Seen:
    made: Seen = {}
    for fact in sorted(facts(), key=lambda one: one.rule):
        for engine in fact.engines:
            answer = said(known, fact, engine)
            if answer is not None:
                made.setdefault(fact.rule, {}).setdefault(engine, []).append({"ran": shown(fact), "said": answer})
    return made
