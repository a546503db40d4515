"""Asks the rules of a folder of revisions as the verb does, but without git, cache and baseline."""

from __future__ import annotations

from pathlib import Path

from migkit import engines
from migkit.inspection.files import File
from migkit.inspection.findings import findings
from migkit.inspection.history import history
from migkit.inspection.readings import Readings
from migkit.lint import Case, Facts, Rule, Whole
from migkit.lint.fold import cases as folded
from migkit.lint.rules import ALL
from migkit.model import Engine, Finding, Schema

BASE = ""  # nothing stands before the first revision


def found(folder: Path, schema: Schema, facts: Facts) -> tuple[Finding, ...]:
    """Give what the rules find on the schema's engines."""
    asked = [engines.parse(name) for name in dict.fromkeys((schema.engine, *schema.engines))]
    return findings(schema, asked, facts, BASE, files(folder), Readings(None, ""))[0]


def all_rules() -> tuple[Rule, ...]:
    """Give the rules that are in force."""
    return tuple(ALL.values())


def files(folder: Path) -> tuple[File, ...]:
    """Read the files of a folder, by name."""
    return tuple(File(path, path.read_bytes()) for path in sorted(folder.glob("*.py")))


def cases(folder: Path, schema: Schema, facts: Facts, engine: Engine) -> tuple[Whole, tuple[Case, ...]]:
    """Give the history and its revisions as the rules are asked of them."""
    read = history(files(folder), (engine.family,), Readings(None, ""))
    (whole,) = read.wholes(schema, (engine,), facts)
    return whole, tuple(folded(whole, read.sources, BASE))
