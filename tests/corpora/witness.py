"""An independent check of a history's round trips: the `alembic` command in a process of its own for every step.

None of the kit's code is used. Each revision is upgraded, downgraded and upgraded again; what the server's own dump
tool says in between gives the verdict by the rules of docs/cli.md. The database is then brought back to what the
upgrade made of it, so that one revision's fault is not charged to the next: from a copy, or on MySQL and MariaDB, which
have no exact one, through all upgrades from the beginning.

    python witness.py --ini mlflow/alembic.ini --engine mysql:9.7 --base base:load --package mlflow-skinny
"""

from __future__ import annotations

import argparse
import ast
import difflib
import importlib
import importlib.metadata
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NoReturn

import alembic.config
from dumps import Dump
from throwaway import Server, serve

STEP_SECONDS = 300
NOTE = 400  # characters
_ERROR = r"^(?:[\w.]+(?:Error|Exception|Exit|[a-z]+\.[A-Z]\w+)|FAILED)\b.*(?:\n\[SQL: .*)?"
_NO_CHANGE = ("--", "++", "@@")
_LIST = """
import sys, json
from alembic.config import Config
from alembic.script import ScriptDirectory
script = ScriptDirectory.from_config(Config(sys.argv[1]))
walked = [(r.revision, r._normalized_down_revisions, r.path) for r in script.walk_revisions()]
print("REVISIONS" + json.dumps(walked[::-1]))
"""
_BASE = """
import sys, importlib
from sqlalchemy import create_engine
module, _, function = sys.argv[1].partition(":")
with create_engine(sys.argv[2]).begin() as connection:
    getattr(importlib.import_module(module), function)(connection)
"""


class Failed(Exception):  # noqa: N818  # a step's outcome
    """A step failed; the text is the last lines of what it said."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A revision and what it stands on."""

    id: str
    parents: tuple[str, ...]
    path: Path

    def downgrade_is_empty(self) -> bool:
        """Whether the downgrade holds nothing but `pass` and a docstring."""
        tree = ast.parse(self.path.read_text())
        function = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "downgrade")
        texts = [n for n in function.body if isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant)]
        return all(isinstance(node, ast.Pass) or node in texts for node in function.body)


class Witness:
    """Walks one history on one server."""

    def __init__(self, server: Server, ini: Path, environment: dict[str, str], base: str = "") -> None:
        self.server = server
        self._function = base
        self._ini = ini
        self._environment = environment

    def revisions(self) -> list[Revision]:
        """Ask Alembic for the history, base first; a parent stands before its children."""
        said = self._python("-c", _LIST, str(self._ini))
        listed = json.loads(said.rpartition("REVISIONS")[2])
        ordered: list[Revision] = []
        waiting = [Revision(ident, tuple(parents), Path(path)) for ident, parents, path in listed]
        while waiting:
            ready = [r for r in waiting if not set(r.parents) & {other.id for other in waiting}]
            ordered += ready[:1]
            waiting.remove(ready[0])
        return ordered

    def walk(self, revisions: Sequence[Revision]) -> Iterator[tuple[str, str, str]]:
        """Give each revision's id, verdict and a note."""
        self._base()
        self.server.save("base")
        for number, revision in enumerate(revisions):
            if self.server.dump().heads != frozenset(revision.parents):
                self._bring_back(revision.parents)
            yield revision.id, *self._judge(revision)
            for parent in revision.parents:
                if not any(parent in other.parents for other in revisions[number + 1 :]):
                    self.server.forget(parent)

    def _base(self) -> None:
        """Load what stands before the first revision."""
        if self._function:
            self._python("-c", _BASE, self._function, self.server.url)

    def _judge(self, revision: Revision) -> tuple[str, str]:
        before = self._dump(revision.parents)
        self.server.save("before")
        try:
            self._alembic("upgrade", revision.id)
        except Failed as failure:
            self._bring_back(("before",) if self.server.copies else revision.parents)
            self._alembic("stamp", revision.id)
            self.server.save(revision.id)
            return "upgrade-fails", str(failure)
        after = self._dump((revision.id,))
        self.server.save(revision.id)
        verdict, note = self._down_and_up(revision, before, after)
        if not self.server.copies or verdict != "ok" or self.server.dump().rows != after.rows:
            self._bring_back((revision.id,))
            found = self.server.dump().sorted  # an upgrade may make its keys in any order: mlflow's 7f2a7d5fae7d does
            if found != after.sorted:
                raise RuntimeError(f"{revision.id} is not what it was: {difference(after.sorted, found)}")
        return verdict, note

    def _bring_back(self, heads: Sequence[str]) -> None:
        """Make the database what it was at `heads`, and nothing else."""
        missing = list(heads)
        if self.server.copies:
            self.server.restore(missing.pop(0) if heads else "base")
        else:
            self.server.empty()
            self._base()
        for head in missing:
            self._alembic("upgrade", head)

    def _down_and_up(self, revision: Revision, before: Dump, after: Dump) -> tuple[str, str]:
        try:
            self._alembic("downgrade", revision.parents[0] if revision.parents else "base")
        except Failed as failure:
            declared = "NotImplementedError" in str(failure)[:60]
            return "irreversible" if declared else "downgrade-fails", str(failure)
        down = self._dump(revision.parents)
        if before.sorted != down.sorted and revision.downgrade_is_empty():
            return "schema-differs", difference(before.sorted, down.sorted)
        try:
            self._alembic("upgrade", revision.id)
        except Failed as failure:
            return "reupgrade-fails", str(failure)
        return compare(before, after, down, self._dump((revision.id,)))

    def _dump(self, heads: Sequence[str]) -> Dump:
        dump = self.server.dump()
        if dump.heads != frozenset(heads):
            raise RuntimeError(f"the version table holds {set(dump.heads)} instead of {set(heads)}")
        return dump

    def _alembic(self, *arguments: str) -> None:
        """Run `alembic` in a process of its own; it is forked, so that the application's imports are paid for once."""
        with self._own_ini() as ini, tempfile.TemporaryFile("w+") as said:
            process = os.fork()
            if not process:
                self._become_alembic(["-c", str(ini), *arguments], said)
            _, status = os.waitpid(process, 0)
            said.seek(0)
            if status:
                raise Failed(last_error(said.read()))

    def _become_alembic(self, arguments: list[str], said: IO[str]) -> NoReturn:
        code = 1
        try:
            signal.alarm(STEP_SECONDS)
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
            sys.stdout = sys.stderr = said
            os.chdir(self._ini.parent)
            os.environ.update(self._environment)
            sys.path.insert(0, str(self._ini.parent))
            alembic.config.main(argv=arguments, prog="alembic")
            code = 0
        except SystemExit as error:
            code = 1 if error.code else 0
        except BaseException:
            traceback.print_exc()
        finally:
            said.flush()
            os._exit(code)

    @contextmanager
    def _own_ini(self) -> Iterator[Path]:
        """Write the ini with the server's URL beside the real one: its paths may be relative to where it lies."""
        lines = [line for line in self._ini.read_text().splitlines() if not line.startswith("sqlalchemy.url")]
        lines.insert(lines.index("[alembic]") + 1, f"sqlalchemy.url = {self.server.url}")
        with tempfile.NamedTemporaryFile("w", dir=self._ini.parent, prefix=".witness-", suffix=".ini") as file:
            file.write("\n".join(lines))
            file.flush()
            yield Path(file.name)

    def _python(self, *arguments: str) -> str:
        environment = {**os.environ, **self._environment, "PYTHONPATH": str(self._ini.parent)}
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, cwd=self._ini.parent, env=environment, check=True, stdout=subprocess.PIPE, text=True
        ).stdout


def last_error(said: str) -> str:
    """Find the line that names the exception, and the statement that follows it."""
    found = re.findall(
        r"^(?:[\w.]+(?:Error|Exception|Exit|[a-z]+\.[A-Z]\w+)|FAILED)\b.*(?:\n\[SQL: .*)?", said, re.MULTILINE
    )
    return found[-1] if found else said[-NOTE:]


def compare(before: Dump, after: Dump, down: Dump, again: Dump) -> tuple[str, str]:
    """Give the worst verdict that four dumps allow, and where they differ."""
    lost = [
        f"{table}: {count - down.rows[table]} of {count} rows are gone"
        for table, count in before.rows.items()
        if table in after.rows and table != "alembic_version" and down.rows.get(table, count) < count
    ]
    if lost:
        return "data-lost", "; ".join(lost)
    if before.sorted != down.sorted:
        return "schema-differs", difference(before.sorted, down.sorted)
    if after.sorted != again.sorted:
        return "reupgrade-differs", difference(after.sorted, again.sorted)
    if before.objects != down.objects:
        return "order-differs", difference(before.objects, down.objects)
    if after.objects != again.objects:
        return "order-differs", difference(after.objects, again.objects)
    return "ok", ""


def difference(one: dict[str, str], other: dict[str, str]) -> str:
    """Say where two dumps differ: each object's lines that are gone and new."""
    parts = []
    for name in sorted(one.keys() | other.keys()):
        was, now = one.get(name, "").splitlines(), other.get(name, "").splitlines()
        changed = [
            line for line in difflib.unified_diff(was, now, lineterm="", n=0) if line[:2] not in ("--", "++", "@@")
        ]
        if changed:
            parts.append(f"{name}: " + " | ".join(" ".join(line.split()) for line in changed))
    return "\n".join(parts)


def observe(arguments: argparse.Namespace) -> dict[str, object]:
    """Run the witness on a server of its own and give the record of it."""
    verdicts, notes = {}, {}
    for module in arguments.preload:
        importlib.import_module(module)
    with serve(arguments.engine) as server:
        environment = dict(pair.split("=", 1) for pair in arguments.env)
        witness = Witness(server, arguments.ini.resolve(), environment, arguments.base)
        revisions = witness.revisions()
        for number, (revision, verdict, note) in enumerate(witness.walk(revisions), 1):
            words = " ".join(note[:NOTE].split())
            sys.stderr.write(f"{number}/{len(revisions)} {revision} {verdict} {words}\n")
            verdicts[revision] = verdict
            notes |= {revision: note[:NOTE]} if note else {}
        record = {"package": arguments.package, "version": version(arguments.package), "engine": arguments.engine}
        record |= {"server": server.version, "alembic": version("alembic"), "sqlalchemy": version("sqlalchemy")}
    return {**record, "verdicts": verdicts, "notes": notes}


def version(package: str) -> str:
    """Give the installed version of a package."""
    return importlib.metadata.version(package) if package else ""


def main() -> None:
    """Read the arguments, and print or write the record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ini", type=Path, required=True)
    parser.add_argument("--engine", required=True, help="mysql:9.7, mariadb:10.11, postgresql:15 or sqlite")
    parser.add_argument("--base", default="", help="module:function that loads what stands before the first revision")
    parser.add_argument("--env", action="append", default=[], help="NAME=VALUE for env.py")
    parser.add_argument("--preload", action="append", default=[], help="a module to import once, before the first step")
    parser.add_argument("--package", default="", help="the package whose version the record names")
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    text = json.dumps(observe(arguments), indent=1) + "\n"
    if arguments.output:
        arguments.output.write_text(text)
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
