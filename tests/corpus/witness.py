"""Proves with the `alembic` command and the servers' clients that each fault of the corpus is one, and its twin none.

None of the kit's code is used. Each command runs in a process of its own, forked from this one. Statements are counted
by an event of SQLAlchemy's, and a cut is the end of the process, as a kill is.

    python tests/corpus/witness.py                          every case on every engine
    python tests/corpus/witness.py --engine mysql:9.7 --case crash/
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import alembic.config
import sqlalchemy as sa
from histories import FAULT, HEALTHY, OLD, Case, cases, parents

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "corpora"))

from dumps import VERSION_TABLE  # scripts, not a package
from throwaway import Server, run, serve

ENGINES = ("mysql:9.7", "mariadb:10.11", "postgresql:15", "sqlite")
CUT = 9
MOST_STATEMENTS = 60


class Done(Exception):  # noqa: N818  # what a command came to
    """A command ended with another code than 0."""


class History:
    """One version of a case on one server: the `alembic` command in it, and what the server then holds."""

    def __init__(self, case: Case, version: str, server: Server, folder: Path) -> None:
        self.case, self.version, self.server, self.folder = case, version, server, folder
        self.ini = case.write(version, folder, server.url)

    def alembic(self, *words: str, cut: int = 0, watch: Path | None = None) -> str:
        """Run the command; give what it printed. `cut` ends it after so many statements, Done where it failed."""
        said = self.folder / "said"
        child = os.fork()
        if not child:
            _be_alembic(self.folder, said, words, cut, watch)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        text = said.read_text(encoding="utf-8", errors="replace")
        if code:
            raise Done("cut" if code == CUT else text)
        return text

    def before(self, revision: str, *, rows: bool = True) -> None:
        """Make the database what it is before a revision, with the rows of the case."""
        self.server.empty()
        settings = self.case.given.get("server", {})
        with self.sql() as connection:
            for extension in settings.get("extensions", ()):
                connection.exec_driver_sql(f"CREATE EXTENSION {extension}")
            if "mysql" in self.server.url:
                mode = settings.get("sql_mode")
                connection.exec_driver_sql("SET GLOBAL sql_mode = " + (f"'{mode}'" if mode else "DEFAULT"))
        if parent := parents(self.folder)[revision]:
            self.alembic("upgrade", parent)
        if rows and "insert" in self.case.given:
            with self.sql() as connection:
                for statement in self.case.given["insert"].split("; "):
                    connection.exec_driver_sql(statement)

    @contextmanager
    def sql(self) -> Iterator[sa.engine.Connection]:
        """Connect to the database, and commit at the end."""
        engine = sa.create_engine(self.server.url, poolclass=sa.pool.NullPool)
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SET search_path TO public, audit")
            yield connection

    def state(self) -> tuple[dict[str, str], dict[str, list[str]]]:
        """Give the definition of each object and the rows of each table."""
        dump = self.server.dump()
        with self.sql() as connection:
            rows = {name: sorted(map(repr, connection.exec_driver_sql(f"SELECT * FROM {name}"))) for name in dump.rows}
        return dump.objects, {name: held for name, held in rows.items() if VERSION_TABLE not in name}

    def values(self) -> dict[tuple[str, str], list[str]]:
        """Give the values of each column."""
        found = {}
        with self.sql() as connection:
            for table in self.server.dump().rows:
                answer = connection.exec_driver_sql(f"SELECT * FROM {table}")
                held = answer.fetchall()
                for number, column in enumerate(answer.keys()):
                    found[table, column] = sorted(repr(row[number]) for row in held)
        return {key: held for key, held in found.items() if key[0] != VERSION_TABLE}


def _be_alembic(folder: Path, said: Path, words: tuple[str, ...], cut: int, watch: Path | None) -> None:
    """Become the command; never returns."""
    os.chdir(folder)
    out = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(out, 1)
    os.dup2(out, 2)
    code = 1
    try:
        sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
        if cut or watch:
            _listen(cut, watch)
        alembic.config.main(list(words), prog="alembic")
        code = 0
    except SystemExit as error:
        code = int(error.code or 0)
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _listen(cut: int, watch: Path | None) -> None:
    count = 0

    def after(conn: Any, cursor: Any, statement: str, *_rest: Any) -> None:
        nonlocal count
        if VERSION_TABLE in statement:
            return
        count += 1
        if watch:
            with watch.open("a") as file:
                file.write(f"{cursor.rowcount}\t{_warnings(conn)}\t{' '.join(statement.split())}\n")
        if count == cut:
            os._exit(CUT)

    sa.event.listen(sa.engine.Engine, "after_cursor_execute", after)


def _warnings(connection: Any) -> str:
    """Give the codes of the server's warnings, without its notes."""
    if connection.dialect.name not in ("mysql", "mariadb"):
        return ""
    cursor = connection.connection.cursor()
    cursor.execute("SHOW WARNINGS")
    return ",".join(sorted({str(code) for level, code, _text in cursor.fetchall() if level != "Note"}))


# --- one proof for each kind of fault ---------------------------------------------------------------------


def upgrade_fails(history: History, revision: str) -> set[str]:
    history.before(revision)
    failed = _fails(history, "upgrade", revision)
    if failed and "insert" in history.case.given:
        history.before(revision, rows=False)
        assert not _fails(history, "upgrade", revision), "it fails without the rows too"
    return {"upgrade-fails"} if failed else set()


def reruns(history: History, revision: str) -> set[str]:
    history.before(revision)
    history.alembic("upgrade", revision)
    wanted = history.state()
    history.alembic("stamp", "--purge", parents(history.folder)[revision] or "base")
    if _fails(history, "upgrade", revision):
        return {"rerun-fails"}
    return {"rerun-differs"} if history.state() != wanted else set()


def retries(history: History, revision: str) -> set[str]:
    return set(_cuts(history, history, revision, ""))


def edited_retries(history: History, revision: str) -> set[str]:
    with tempfile.TemporaryDirectory() as folder:
        old = History(history.case, OLD, history.server, Path(folder))
        return set(_cuts(old, history, revision, "edited-"))


def _cuts(first: History, then: History, revision: str, prefix: str) -> Iterator[str]:
    """Cut `first` after each of its statements, and try again with `then`."""
    then.before(revision)
    begun = then.state()
    then.alembic("upgrade", revision)
    wanted = then.state()
    for cut in range(1, MOST_STATEMENTS):
        first.before(revision)
        end = _end(first, revision, cut)
        if not end:
            return
        assert prefix or end == "cut", end
        yield from (f"{prefix}{what}" for what in _tried_again(then, revision, begun, wanted))
        if end != "cut":  # the old text failed by itself: that is why it was edited
            return


def _end(history: History, revision: str, cut: int) -> str:
    """Upgrade up to a cut; give what ended it, "" where nothing did."""
    try:
        history.alembic("upgrade", revision, cut=cut)
    except Done as end:
        return str(end)
    return ""


def _tried_again(history: History, revision: str, begun: Any, wanted: Any) -> Iterator[str]:
    if history.state() != begun:
        yield "leaves-partial"
    if _fails(history, "upgrade", revision):
        yield "retry-fails"
    elif history.state() != wanted:
        yield "retry-differs"


def oneshot(history: History, _revision: str) -> set[str]:
    wanted = _stepwise(history)
    history.server.empty()
    if _fails(history, "upgrade", "head"):
        return {"oneshot-fails"}
    return {"oneshot-differs"} if history.state() != wanted else set()


def offline(history: History, _revision: str) -> set[str]:
    wanted = _stepwise(history)
    history.server.empty()
    try:
        script = history.alembic("upgrade", "head", "--sql")
        script = "\n".join(line for line in script.splitlines() if not line.startswith("INFO "))
        _apply(history.server, script)
    except (Done, RuntimeError):
        return {"offline-fails"}
    return {"offline-differs"} if history.state() != wanted else set()


def models(history: History, revision: str) -> set[str]:
    history.before(revision)
    history.alembic("upgrade", "head")
    if statement := history.case.given.get("proof"):  # what the models would say, and Alembic does not compare
        if history.version == HEALTHY:
            return set()
        try:
            with history.sql() as connection:
                connection.exec_driver_sql(statement)
        except sa.exc.DBAPIError:
            return {"models-differ"}
        return set()
    return {"models-differ"} if _fails(history, "check") else set()


def effects(history: History, revision: str) -> set[str]:
    history.before(revision)
    watch = history.folder / "watched"
    history.alembic("upgrade", revision, watch=watch)
    found = set()
    for line in watch.read_text().splitlines():
        touched, warned, statement = line.split("\t")
        if touched == "0" and statement.startswith(("INSERT", "UPDATE", "DELETE")):
            found.add("backfill-matches-nothing")
        if warned:
            found.add("value-changed")
    return found


def losses(history: History, revision: str) -> set[str]:
    history.before(revision)
    held, counted = history.values(), history.server.dump().rows
    history.alembic("upgrade", revision)
    history.alembic("downgrade", parents(history.folder)[revision] or "base")
    fewer = any(history.server.dump().rows.get(table, 0) < count for table, count in counted.items())
    return {"data-lost", "rows-differ", "destroys"} if fewer or history.values() != held else set()


def graph(history: History, _revision: str) -> set[str]:
    try:
        said = history.alembic("heads")
    except Done as end:
        said = str(end)
    found = {"duplicate-id": "present more than once", "unknown-parent": "KeyError", "cycle": "Cycle is detected"}
    seen = {rule for rule, words in found.items() if words in said}
    return seen or ({"multiple-heads"} if said.count("(head)") > 1 else set())


PROOFS: dict[str, Callable[[History, str], set[str]]] = {
    "upgrade-fails": upgrade_fails,
    "rerun-fails": reruns,
    "rerun-differs": reruns,
    "retry-fails": retries,
    "retry-differs": retries,
    "leaves-partial": retries,
    "edited-retry-fails": edited_retries,
    "edited-retry-differs": edited_retries,
    "oneshot-fails": oneshot,
    "oneshot-differs": oneshot,
    "offline-fails": offline,
    "offline-differs": offline,
    "models-differ": models,
    "backfill-matches-nothing": effects,
    "value-changed": effects,
    "data-lost": losses,
    "rows-differ": losses,
    "destroys": losses,
    "multiple-heads": graph,
    "duplicate-id": graph,
    "unknown-parent": graph,
    "cycle": graph,
}
# What a healthy retry may leave, where each statement is committed by itself.
HARMLESS = {"leaves-partial", "edited-leaves-partial"}


def _fails(history: History, *words: str) -> bool:
    try:
        history.alembic(*words)
    except Done:
        return True
    return False


def _stepwise(history: History) -> Any:
    history.server.empty()
    for revision in parents(history.folder):
        history.alembic("upgrade", revision)
    return history.state()


def _apply(server: Any, script: str) -> None:
    """Apply a script with the server's own client, which ends at the first error."""
    if not hasattr(server, "_exec"):
        run("sqlite3", "-bail", server.url.removeprefix("sqlite:///"), text=script)
    elif server.url.startswith("postgresql"):
        run(*server._exec, "psql", "-h127.0.0.1", "-Upostgres", "-qX", "-v", "ON_ERROR_STOP=1", "witness", text=script)
    else:
        run(*server._exec, server.client, "-h127.0.0.1", "-uroot", "witness", text=script)


def wrong(case: Case, engine: str, server: Server) -> Iterator[str]:
    """Give a line for each version of a case that is not what the corpus says."""
    family = engine.partition(":")[0]
    marks = case.expected(family)
    everywhere = {one for name in case.engines for one in case.expected(name)}
    for version in (FAULT, HEALTHY):
        with tempfile.TemporaryDirectory() as folder:
            history = History(case, version, server, Path(folder))
            line = [] if case.name.startswith("graph/") else list(parents(history.folder))
            asked = marks if version == FAULT and marks else everywhere
            proofs = {(PROOFS[one.rule], one.revision or line[-1]) for one in asked}
            found = {rule for proof, revision in proofs for rule in proof(history, _there(revision, line))}
        wanted = {one.rule for one in marks} if version == FAULT else set()
        if missing := wanted - found:
            yield f"{version}: {', '.join(missing)} is not so: {found}"
        if (version == HEALTHY or not marks) and found - HARMLESS:
            yield f"{version}: {', '.join(found - HARMLESS)}"


def _there(revision: str, line: list[str]) -> str:
    """Give the revision, or the last where the healthy version has no such revision."""
    return revision if not line or revision in line else line[-1]


def main() -> int:
    """Prove what the arguments name; 1 where a case is not what the corpus says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", default="", choices=["", *ENGINES])
    parser.add_argument("--case", default="", help="what the case's name begins with")
    arguments = parser.parse_args()
    bad = 0
    for engine in ENGINES if not arguments.engine else (arguments.engine,):
        chosen = [case for case in cases() if engine.partition(":")[0] in case.engines]
        with serve(engine) as server:
            for case in chosen:
                if case.name.startswith(arguments.case):
                    try:
                        lines = list(wrong(case, engine, server))
                    except Exception as error:
                        lines = [f"{type(error).__name__}: {str(error)[-600:]}"]
                    bad += bool(lines)
                    for line in lines or ["proven"]:
                        sys.stdout.write(f"{engine} {case.name}: {line}\n")
                        sys.stdout.flush()
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
