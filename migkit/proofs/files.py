"""The files of proofs: one of what is proven, one of the catalogue at the head, for a schema and a product's series.

They are committed, so they are the same whoever writes them: sorted, a line for each revision and each object.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from migkit import engines
from migkit.errors import ConfigError
from migkit.model import CatalogObject, Engine, Project, Schema, Snapshot
from migkit.proofs.keys import catalogue, ordered
from migkit.replacing import put
from migkit.targets import VersionTable
from migkit.values import dataclass

FOLDER = "proofs"
VERSION = 1
_REMEDY = "write it anew: inv mig.roundtrip --write-proof"


@dataclass(frozen=True, slots=True)
class Proof:
    """What was proven of a revision: its `verdict` in a round trip on a server of exactly this `version`.

    `key` is of the revision and all below it (`keys.keys`); `catalogue` is the hash of what it ended in, "" where a
    database that stands there may have another one.
    """

    key: str
    verdict: str
    version: str
    catalogue: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """What a file holds: proofs by revision, and how the version table is called."""

    proofs: Mapping[str, Proof]
    version_table: str = ""
    version_schema: str | None = None


def path(project: Project, schema: Schema, engine: Engine, version: str) -> Path:
    """Give the file of a server of this exact version: releases of one series have one file."""
    series = ".".join(version.split(".")[: engine.series])
    return project.root / FOLDER / schema.name / f"{engine.family}-{series}.json"


def version_table(project: Project, schema: Schema) -> VersionTable:
    """Give the version table as env.py set it in the round trips that were recorded; the usual one where none was."""
    family = engines.parse(schema.engine).family
    for file in sorted((project.root / FOLDER / schema.name).glob(f"{family}-*.json")):
        if not file.name.endswith(".catalogue.json") and (held := read(file)).version_table:
            return VersionTable(held.version_table, held.version_schema, sure=True)
    return VersionTable()


def read(file: Path) -> Held:
    """Give what a file holds; nothing where there is none. Raises ConfigError for what is no file of proofs."""
    if not file.is_file():
        return Held({})
    try:
        whole = _object(file)
        proofs = {str(ident): Proof(**one) for ident, one in whole["revisions"].items()}
        return Held(proofs, str(whole["version_table"]), whole["version_schema"])
    except (KeyError, TypeError, AttributeError) as error:
        raise _strange(file, str(error)) from error


def write(file: Path, held: Held) -> None:
    """Write a file of proofs; its folder is made."""
    lines = [f"    {_json(ident)}: {_json(_told(one))}" for ident, one in sorted(held.proofs.items())]
    head = {"version": VERSION, "version_table": held.version_table, "version_schema": held.version_schema}
    _put(file, head, "revisions", "{", lines, "}")


def read_catalogue(file: Path) -> tuple[str, Snapshot] | None:
    """Give the revision and the catalogue beside a file of proofs; None where there is none."""
    beside = _beside(file)
    if not beside.is_file():
        return None
    try:
        whole = _object(beside)
        objects = [CatalogObject(kind, name, text, owner, at) for kind, name, owner, at, text in whole["objects"]]
        return str(whole["revision"]), Snapshot({(one.kind, one.name): one for one in objects})
    except (KeyError, TypeError, ValueError) as error:
        raise _strange(beside, str(error)) from error


def write_catalogue(file: Path, revision: str, snapshot: Snapshot) -> None:
    """Write the catalogue that a revision ends in beside a file of proofs."""
    rows = ([one.kind, one.name, one.owner, one.position, one.definition] for one in ordered(snapshot))
    head = {"version": VERSION, "revision": revision, "catalogue": catalogue(snapshot)}
    _put(_beside(file), head, "objects", "[", [f"    {_json(row)}" for row in rows], "]")


def forget_catalogue(file: Path) -> None:
    """Remove the catalogue beside a file of proofs: it is nobody's any more."""
    _beside(file).unlink(missing_ok=True)


def _beside(file: Path) -> Path:
    return file.with_name(f"{file.name.removesuffix('.json')}.catalogue.json")


def _told(one: Proof) -> dict[str, str]:
    return {"catalogue": one.catalogue, "key": one.key, "verdict": one.verdict, "version": one.version}


def _put(file: Path, head: Mapping[str, Any], name: str, opening: str, lines: list[str], closing: str) -> None:
    named = ",\n".join(f"  {_json(key)}: {_json(value)}" for key, value in head.items())
    inner = ",\n".join(lines)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        put(file, f"{{\n{named},\n  {_json(name)}: {opening}\n{inner}\n  {closing}\n}}\n".encode())
    except OSError as error:
        raise ConfigError(f"{file} cannot be written: {error.strerror}", remedy="make it writable", path=file) from None


def _object(file: Path) -> dict[str, Any]:
    try:
        whole = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise _strange(file, str(error)) from error
    if not isinstance(whole, dict) or whole.get("version") != VERSION:
        raise _strange(file, f"it is not of version {VERSION}")
    return whole


def _strange(file: Path, why: str) -> ConfigError:
    return ConfigError(f"{file} is no file of proofs: {why}", remedy=_REMEDY, path=file)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
