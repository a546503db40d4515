"""A history as each engine's family reads it, and its text: what the rules are asked about."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from migkit.inspection.files import File
from migkit.inspection.readings import Readings
from migkit.lint.case import Facts, Whole
from migkit.lint.order import ordered
from migkit.model import Engine, Schema
from migkit.model.script import Problem, Script
from migkit.product import Family
from migkit.reading import read
from migkit.values import dataclass

# where MySQL and MariaDB may read a file differently: a type, versioned comments, programs, asking which one it is
_APART = re.compile(rb"Uuid|/\*M?!|(?i:atomic|mariadb|[\"']mysql)")
_KIN: Mapping[Family, Family] = {"mariadb": "mysql", "mysql": "mariadb"}


@dataclass(frozen=True, slots=True)
class History:
    """The scripts of a history by family, in the order of its files, and the text of each file."""

    scripts: Mapping[Family, tuple[Script, ...]]
    sources: Mapping[Path, str]

    def wholes(self, schema: Schema, engines: Iterable[Engine], facts: Facts) -> tuple[Whole, ...]:
        """Give the history as each engine sees it."""
        orders = {family: ordered(scripts) for family, scripts in self.scripts.items()}
        return tuple(
            Whole(self.scripts[engine.family], orders[engine.family], schema, engine, facts) for engine in engines
        )


def history(files: Sequence[File], families: Iterable[Family], readings: Readings) -> History:
    """Read the files in the dialect of each family; `readings` knows those that were read before."""
    scripts: dict[Family, tuple[Script, ...]] = {}
    for family in dict.fromkeys(families):
        kin = scripts.get(_KIN.get(family, family), (None,) * len(files))
        scripts[family] = tuple(_read(file, family, readings, one) for file, one in zip(files, kin, strict=True))
    return History(scripts, {file.path: text(file.source) for file in files})


def alike(source: bytes) -> bool:
    """Whether MySQL and MariaDB certainly read a file alike, so that it need be read but once."""
    return not _APART.search(source)


def text(source: bytes) -> str:
    """Give the text of a file, line ends and all; what its encoding does not know is replaced."""
    try:
        encoding, _lines = tokenize.detect_encoding(io.BytesIO(source).readline)
        return source.decode(encoding, "replace")
    except (SyntaxError, LookupError):  # an encoding that does not exist
        return source.decode("utf-8", "replace")


def _read(file: File, family: Family, readings: Readings, kin: Script | None) -> Script:
    """Read a file, unless the other of two products of one kin did and would not read it otherwise."""
    return kin if kin is not None and alike(file.source) else _script(file, family, readings)


def _script(file: File, family: Family, readings: Readings) -> Script:
    if file.problem:
        return Script(file.path, problem=Problem(file.problem))
    known = readings.get(file, family)
    if known is None:
        known = read(file.path, file.source, family)
        readings.put(file, family, known)
    return known
