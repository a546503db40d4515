"""Reads a history once: every revision file, the graph they form, and what is wrong with it."""

from __future__ import annotations

import argparse
import configparser
import sys
import tomllib
import traceback
from collections.abc import Iterable
from dataclasses import replace
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING

from migkit.address import masked_text
from migkit.alembic_io.graph import Entry, as_tuple, check, find
from migkit.alembic_io.surroundings import caught_output, variables, working_directory
from migkit.errors import ConfigError, HistoryError, MigkitError
from migkit.model import Revision, Schema
from migkit.values import dataclass

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import Script, ScriptDirectory

SAMPLES = (".sample", ".example", ".dist", ".template")
_TOML = "pyproject.toml"


@dataclass(frozen=True, slots=True)
class History:
    """A loaded history. `revisions` stand in an order in which Alembic could apply them, base first."""

    schema: Schema
    config: Config
    script: ScriptDirectory
    revisions: tuple[Revision, ...]
    heads: tuple[str, ...]

    def revision(self, ident: str, key: str = "") -> Revision:
        """Find a revision by its id or an unambiguous beginning of it; HistoryError, with the `key`, where none is."""
        found = find(ident, [revision.id for revision in self.revisions], key)
        return next(revision for revision in self.revisions if revision.id == found)

    @property
    def env_py(self) -> Path:
        """Where env.py stands. Older Alembic says it relative to the folder that is the working one just then."""
        with working_directory(self.schema.directory):
            return Path(self.script.env_py_location).resolve()

    def below(self, heads: Iterable[str]) -> tuple[Revision, ...]:
        """Give what a database that stands at `heads` has applied, base first; what is not in the history is not."""
        known = {revision.id: revision for revision in self.revisions}
        found: set[str] = set()
        waiting = list(heads)
        while waiting:
            revision = known.get(waiting.pop())
            if revision is not None and revision.id not in found:
                found.add(revision.id)
                waiting += [*revision.parents, *revision.depends_on]
        return tuple(revision for revision in self.revisions if revision.id in found)


def located(schema: Schema, *, sample: bool = False) -> Schema:
    """Give the schema with the ini that is there; ConfigError where there is none.

    With `sample`, alembic.ini.sample (.example, .dist, .template) stands in for an alembic.ini that nobody made yet, as
    on a CI machine: for work that needs no URL of the team's.
    """
    stand_in = _sample(schema.ini)
    if sample and not schema.ini.exists() and stand_in:
        schema = replace(schema, ini=stand_in)
    if not schema.ini.is_file():
        raise ConfigError(f"schema {schema.name}: there is no {schema.ini}", remedy=_ini_remedy(schema.ini))
    return schema


def load(schema: Schema, *, sample: bool = False, empty: bool = False) -> History:
    """Load the history of `schema`, each revision file once, as Alembic would from the schema's directory.

    The files run, with the schema's `env`. `sample` is as in `located`; with `empty`, a history that shows no revision
    is one too. Raises ConfigError where alembic.ini is missing, HistoryError for everything that keeps Alembic from
    reading the history or that it only warns of: a duplicate id, an unknown parent, no revision where `begun` finds
    no beginning.
    """
    schema = located(schema, sample=sample)
    with working_directory(schema.directory), variables(schema.env), caught_output():
        config = alembic_config(schema)
        script = script_directory(config, schema)
        scripts = _scripts(script)
        if not scripts and not empty and not begun(script):
            raise no_revision(schema)
        check([Entry(s.revision, as_tuple(s.down_revision), Path(s.path)) for s in scripts])
        ordered, heads = _graph(script, scripts)
    return History(schema, config, script, tuple(_revision(s) for s in ordered), heads)


def begun(script: ScriptDirectory) -> bool:
    """Whether this is a new history: its folder waits for a first revision, and env.py does not name another one."""
    env = Path(script.dir, "env.py")
    if not env.is_file() or not all(Path(folder).is_dir() for folder in script._version_locations):
        return False
    source = env.read_text(encoding="utf-8", errors="replace")
    return "version_locations" not in source and "script_location" not in source


def _sample(ini: Path) -> Path | None:
    found = (ini.with_name(f"{ini.name}{suffix}") for suffix in SAMPLES)
    return next((path for path in found if path.is_file()), None)


def _ini_remedy(ini: Path) -> str:
    sample = _sample(ini)
    if sample:
        return f"cp {sample} {ini}, then set sqlalchemy.url in it"
    return "check `directory` and `ini` of the schema in the configuration"


def alembic_config(schema: Schema) -> Config:
    """Read the ini, as the command line would for an upgrade, and `[tool.alembic]` of the pyproject.toml beside it."""
    from alembic.config import Config

    ini = schema.ini.with_name("alembic.ini") if schema.ini.name == _TOML else schema.ini
    options = argparse.Namespace(
        config=str(ini), name="alembic", x=None, raiseerr=False, sql=False, tag=None, revision="head"
    )
    toml = schema.directory / _TOML
    if _configures_alembic(toml) and "toml_file" in signature(Config.__init__).parameters:  # Alembic 1.16 reads it
        return Config(str(ini), toml_file=toml, cmd_opts=options)
    return Config(str(ini), cmd_opts=options)


def option(config: Config, name: str) -> str:
    """Give an option wherever it stands, "" where it does not; the ini alone may hold the URL."""
    get = getattr(config, "get_alembic_option", config.get_main_option)
    return str(get(name) or "")


def _configures_alembic(toml: Path) -> bool:
    try:
        tool = tomllib.loads(toml.read_text(encoding="utf-8")).get("tool", {})
    except (OSError, ValueError):
        return False
    return isinstance(tool, dict) and isinstance(tool.get("alembic"), dict)


def script_directory(config: Config, schema: Schema) -> ScriptDirectory:
    """Find the folder that the ini names; HistoryError where there is none. Reads no revision."""
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    known = set(sys.path)
    try:
        script = ScriptDirectory.from_config(config)
    except configparser.Error as error:
        raise unreadable(error, schema) from None
    except (CommandError, ImportError, ValueError, OSError) as error:
        raise HistoryError(
            f"schema {schema.name}: {error}", remedy="check script_location in the ini", path=schema.ini
        ) from error
    # prepend_sys_path is relative to the ini's folder, and Python remembers where "." was when it first looked
    sys.path[:] = [path if path in known or not path else str(Path(path).resolve()) for path in sys.path]
    return script


def unreadable(error: configparser.Error, schema: Schema) -> HistoryError:
    """Say that an ini is none; without the parser's words, which quote a line of it: that may hold a password."""
    line = getattr(error, "lineno", None)
    message = f"schema {schema.name}: {schema.ini.name} cannot be read: {type(error).__name__}"
    return HistoryError(message, remedy="mend the ini; a % in it is written %%", path=schema.ini, line=line)


def _scripts(script: ScriptDirectory) -> list[Script]:
    from alembic.util import CommandError

    from migkit.alembic_io.private import load_scripts

    try:
        return load_scripts(script)
    except SyntaxError as error:
        path = Path(error.filename) if error.filename else None
        raise HistoryError(
            f"syntax error: {error.msg}", remedy="mend the file", path=path, line=error.lineno
        ) from error
    except CommandError as error:
        raise HistoryError(str(error), remedy="every file in versions/ needs a revision id") from error
    except MigkitError:
        raise
    except (Exception, SystemExit) as error:
        raise _import_failed(error, script) from error


def _import_failed(error: BaseException, script: ScriptDirectory) -> HistoryError:
    locations = [str(Path(location).resolve()) for location in script.version_locations or [script.versions]]
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith(tuple(locations))]
    path, line = (Path(frames[-1].filename), frames[-1].lineno) if frames else (None, None)
    if isinstance(error, ImportError):
        missing = f"what provides {error.name}" if error.name else "what it asks for"
        remedy = f"install {missing}, and name it in the schema's `requirements`"
    else:
        remedy = "the file must load without a database or an application"
    return HistoryError(
        masked_text(f"a revision file does not load: {type(error).__name__}: {error}"),
        remedy=remedy,
        path=path,
        line=line,
    )


def no_revision(schema: Schema) -> HistoryError:
    """Say that the ini shows nothing, and why that may be."""
    return HistoryError(
        f"schema {schema.name}: the ini shows no revision",
        remedy="set script_location and version_locations in the ini itself; what env.py sets is not seen",
        path=schema.ini,
    )


def _graph(script: ScriptDirectory, scripts: list[Script]) -> tuple[list[Script], tuple[str, ...]]:
    from alembic.script.revision import RevisionError
    from alembic.util import CommandError

    from migkit.alembic_io.private import build_map, upgrade_order

    try:
        build_map(script, scripts)
        return upgrade_order(script), tuple(script.get_heads())
    except (RevisionError, CommandError, KeyError, AttributeError, TypeError) as error:
        raise HistoryError(
            f"the revisions form no history: {_graph_message(error)}",
            remedy="mend the down_revision or depends_on that closes the circle or points nowhere",
        ) from error


def _graph_message(error: Exception) -> str:
    return f"{error.args[0]} is not present" if isinstance(error, KeyError) else str(error)


def _revision(script: Script) -> Revision:
    from migkit.alembic_io.private import dependencies

    declared = getattr(script.module, "irreversible", "")
    reason = "declared without a reason" if declared is True else declared
    return Revision(
        id=script.revision,
        title=script.doc,
        path=Path(script.path).resolve(),
        parents=as_tuple(script.down_revision),
        depends_on=dependencies(script),
        irreversible=reason if isinstance(reason, str) else "",
    )
