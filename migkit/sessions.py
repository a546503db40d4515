"""The Nox sessions that a team imports into its own noxfile: `from migkit.sessions import migrations`.

One session for each schema on each of its engines, each in an environment of its own with the schema's
`requirements`. `nox -s migrations -- --schema NAME --engine ENGINE` narrows them; other words after `--` go on to
`migkit roundtrip`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

import nox

from migkit import config
from migkit.errors import ConfigError
from migkit.model import Project, Schema


def pairs(project: Project, schema: str = "", engine: str = "") -> list[tuple[str, str]]:
    """Give every (schema, engine) that the configuration names, narrowed where a name is given.

    An engine that the configuration does not list is taken all the same: it was asked for.
    """
    chosen = [config.choose(project, schema)] if schema else list(project.schemas.values())
    return [(found.name, name) for found in chosen for name in ((engine,) if engine else found.engines)]


def requirements(schema: Schema) -> tuple[str, ...]:
    """Give what pip installs for a schema: this very migkit, and the schema's own requirements."""
    checkout = Path(__file__).resolve().parent.parent
    is_checkout = (checkout / "pyproject.toml").is_file() and (checkout / "docker").is_dir()
    kit = str(checkout) if is_checkout else f"migkit=={metadata.version('migkit')}"
    return (kit, *schema.requirements)


def _asked(argv: Sequence[str]) -> tuple[str, str]:
    """Read --schema and --engine from what stands after `--` of the Nox command line."""
    words = list(argv[argv.index("--") + 1 :]) if "--" in argv else []
    known, _rest = _parser().parse_known_args(words)
    return known.schema, known.engine


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--schema", default="")
    parser.add_argument("--engine", default="")
    return parser


def _pairs_asked_for() -> list[tuple[str, str]]:
    try:
        return pairs(config.load(), *_asked(sys.argv))
    except ConfigError as error:
        sys.exit(f"migkit: {error.message}\n  {error.remedy}")  # Nox shows a traceback of an import otherwise


_PAIRS = _pairs_asked_for()


@nox.session
@nox.parametrize("schema,engine", _PAIRS, ids=[f"{schema}, {engine}" for schema, engine in _PAIRS])
def migrations(session: nox.Session, schema: str, engine: str) -> None:
    """Round-trip a schema's history on one of its engines."""
    project = config.load()
    session.install(*requirements(project.schemas[schema]))
    _known, rest = _parser().parse_known_args(session.posargs)
    session.run("migkit", "roundtrip", "--schema", schema, "--engine", engine, *rest)
