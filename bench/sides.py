"""The sides that are measured, each in a process of its own: prints one JSON object with what it took.

    record   plain Alembic up and down once; writes the statements to a file
    replay   those statements by a bare cursor
    kit      the kit's round trip on a server given by its URL
    rival    pytest-alembic's two tests that need a database

`seconds` is the work alone: the interpreter and the libraries are loaded before the clock starts.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io
import json
import os
import pickle
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

RIVAL = Path(__file__).with_name("rival")
HERE = "`the database of this run`"
TESTS = 2


def record(wanted: argparse.Namespace) -> dict[str, Any]:
    """Write each statement with its parameters, up and down, as Alembic's own commands send them."""
    from alembic import command
    from sqlalchemy import event
    from sqlalchemy.engine import Engine, make_url

    statements: list[tuple[str, Any]] = []
    name = make_url(wanted.url).database
    load_base(wanted.base, wanted.url)

    @event.listens_for(Engine, "before_cursor_execute")
    def listen(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        statements.append((statement.replace(f"`{name}`", HERE), parameters))

    with quiet():
        command.upgrade(_config(wanted), "heads")
        failed = _down(_config(wanted))
    wanted.statements.write_bytes(pickle.dumps(statements))
    return {"statements": len(statements), "failed downgrades": failed}


def _down(config: Any) -> int:
    """Downgrade to the base, passing over each revision that fails, as a walk has to; give how many did."""
    from alembic import command
    from alembic.script import ScriptDirectory
    from sqlalchemy import create_engine, text

    below = {r.revision: r.down_revision or "base" for r in ScriptDirectory.from_config(config).walk_revisions()}
    engine = create_engine(config.get_main_option("sqlalchemy.url"))
    for failed in range(len(below)):
        try:
            command.downgrade(config, "base")
        except Exception:  # whatever a downgrade raises
            with engine.connect() as connection:
                current = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
            command.stamp(config, below[current], purge=True)
        else:
            return failed
    return len(below)


def replay(wanted: argparse.Namespace) -> dict[str, Any]:
    """Send the recorded statements, each committed by itself; connecting is part of it."""
    import pymysql
    from sqlalchemy.engine import make_url

    load_base(wanted.base, wanted.url)
    url = make_url(wanted.url)
    recorded = pickle.loads(wanted.statements.read_bytes())
    statements = [(statement.replace(HERE, f"`{url.database}`"), parameters) for statement, parameters in recorded]
    login = {"host": url.host, "port": url.port, "user": url.username, "password": url.password, "ssl_disabled": True}
    began = time.perf_counter()
    with pymysql.connect(**login, database=url.database, autocommit=True) as connection, connection.cursor() as cursor:
        for statement, parameters in statements:
            with contextlib.suppress(pymysql.MySQLError):  # what failed then fails now
                cursor.execute(statement, parameters or None)
    return {"seconds": time.perf_counter() - began, "statements": len(statements)}


def kit(wanted: argparse.Namespace) -> dict[str, Any]:
    """Run the round trip as `inv mig.roundtrip --server URL` does."""
    import alembic.command  # noqa: F401  # loaded before the clock starts
    import pymysql  # noqa: F401
    import sqlalchemy  # noqa: F401

    from migkit.model import Project, Schema
    from migkit.roundtrip import Options, roundtrip

    ini = wanted.ini.resolve()
    schema = Schema("bench", ini.parent, ini, "bench", "mysql:9.7", ("mysql:9.7",), base_sql=wanted.base)
    project = Project(ini.parent, ini, {"bench": schema})
    began, worked = time.perf_counter(), time.process_time()
    with profiled(wanted.profile):
        report = roundtrip(project, schema, Options(server=wanted.url))
    parts = ("upgrade", "downgrade", "snapshot")
    verdicts = [revision.verdict.value for revision in report.revisions]
    return {
        "seconds": time.perf_counter() - began,
        "python": time.process_time() - worked,
        **{part: sum(getattr(revision.seconds, part) for revision in report.revisions) for part in parts},
        "verdicts": {verdict: verdicts.count(verdict) for verdict in sorted(set(verdicts))},
    }


def rival(wanted: argparse.Namespace) -> dict[str, Any]:
    """Run pytest-alembic as its users do; `seconds` are those of its tests and their fixtures."""
    import alembic.command  # noqa: F401
    import pymysql  # noqa: F401
    import pytest

    class Clock:
        seconds, passed = 0.0, 0

        def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
            self.seconds += report.duration
            self.passed += report.when == "call" and report.passed

    os.environ["BENCH_INI"], os.environ["BENCH_URLS"] = str(wanted.ini.resolve()), wanted.url
    for url in wanted.url.split():
        load_base(wanted.base, url)
    clock, output = Clock(), io.StringIO()
    with contextlib.redirect_stdout(output):
        pytest.main(
            ["-q", "-p", "no:cacheprovider", f"--rootdir={RIVAL}", f"-c{RIVAL / 'pytest.ini'}", str(RIVAL)], [clock]
        )
    said = "" if clock.passed == TESTS else ", ".join(re.findall(r"^E +(\S.*)", output.getvalue(), re.MULTILINE)[:5])
    return {"seconds": clock.seconds, "said": said}


def load_base(base: str, url: str) -> None:
    """Load what stands before the first revision."""
    from sqlalchemy import create_engine

    if not base:
        return
    module, _, function = base.partition(":")
    engine = create_engine(url)
    with engine.begin() as connection:
        getattr(importlib.import_module(module), function)(connection)
    engine.dispose()


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep what env.py prints to itself."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield


@contextlib.contextmanager
def profiled(path: Path | None) -> Iterator[None]:
    """Write what cProfile sees to `path`."""
    if path is None:
        yield
        return
    import cProfile

    profile = cProfile.Profile()
    with profile:
        yield
    profile.dump_stats(path)


def _config(wanted: argparse.Namespace) -> Any:
    from alembic.config import Config

    config = Config(str(wanted.ini))
    config.set_main_option("sqlalchemy.url", wanted.url.replace("%", "%%"))
    return config


def main() -> None:
    sides: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
        side.__name__: side for side in (record, replay, kit, rival)
    }
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("side", choices=sides)
    parser.add_argument("--ini", type=Path)
    parser.add_argument("--url", required=True, help="of a database; kit: of a server; rival: of two databases")
    parser.add_argument("--statements", type=Path)
    parser.add_argument("--base", default="", help="module:function, of a module beside the ini")
    parser.add_argument("--profile", type=Path, help="kit: where cProfile's figures go")
    wanted = parser.parse_args()
    if wanted.ini:
        sys.path.insert(0, str(wanted.ini.resolve().parent))
    print(json.dumps(sides[wanted.side](wanted)))


if __name__ == "__main__":
    main()
