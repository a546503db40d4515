"""The sessions of this repository: `nox -l` lists them."""

from __future__ import annotations

from pathlib import Path

import nox

from migkit.sessions import migrations, rehearse  # noqa: F401  # registers the sessions

nox.options.sessions = ["lint", "types", "tests"]
SQLALCHEMY = {"2": "sqlalchemy>=2", "1.4": "sqlalchemy<2"}
BESIDE_BOTH = (  # what runs env.py, revisions or operations, where each of the two has its own manners
    "test_after_import.py",
    "test_alembic_contract.py",
    "test_autogenerate.py",
    "test_crash.py",
    "test_create.py",
    "test_cutting.py",
    "test_driver.py",
    "test_effects.py",
    "test_examples.py",
    "test_generate.py",
    "test_guard.py",
    "test_head.py",
    "test_history.py",
    "test_models_in_step.py",
    "test_offline.py",
    "test_oneshot.py",
    "test_ops_mysql.py",
    "test_ops_postgresql*.py",
    "test_ops_sqlite.py",
    "test_rehearse*.py",
    "test_release_apply.py",
    "test_release_plan.py",
    "test_release_resume.py",
    "test_roundtrip*.py",
)


@nox.session
def lint(session: nox.Session) -> None:
    """Ruff, and the contract on which room may import which."""
    session.install("ruff>=0.6", "import-linter>=2.0", "-e", ".[nox]")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports")


@nox.session
def types(session: nox.Session) -> None:
    """Mypy, strict."""
    session.install("-e", ".[dev]")
    session.run("mypy")


@nox.session
@nox.parametrize("sqlalchemy", list(SQLALCHEMY), ids=[f"sqlalchemy {version}" for version in SQLALCHEMY])
def tests(session: nox.Session, sqlalchemy: str) -> None:
    """The tests; those that need a server say so where there is none, and fail there in CI.

    Beside SQLAlchemy 1.4 run those alone that have anything to do with it.
    """
    session.install("-e", ".[dev]", SQLALCHEMY[sqlalchemy])
    rooms = (Path("tests"), Path("tests/server"))
    chosen = [str(path) for name in BESIDE_BOTH for room in rooms for path in sorted(room.glob(name))]
    given = session.posargs or (chosen if sqlalchemy == "1.4" else [])
    session.run(
        "python", "-m", "compileall", "-q", "migkit"
    )  # the tests start hundreds of programs, and keep no byte code
    apart = ("--numprocesses", "2", "--dist", "loadfile", "--no-loadscope-reorder")
    session.run("pytest", *apart, "--durations", "60", *given)


@nox.session
def corpora(session: nox.Session) -> None:
    """Public histories that no one here wrote, held against an independent check (docs/corpora.md)."""
    session.install("-e", ".[dev]")
    session.run("python", "tests/corpora/check.py", *session.posargs)
    if not session.posargs:
        session.run("python", "tests/corpora/rehearsed.py", "--way", "roundtrip --rows 20")  # mlflow on SQLite
        session.run("python", "tests/corpora/linted.py")


@nox.session
def bench(session: nox.Session) -> None:
    """Measure side by side on one server, and print the ratios (docs/performance.md)."""
    session.install("-e", ".[dev]", "pytest-alembic>=0.11", "pytest<9", "mlflow-skinny==3.17.2")  # 0.13 wants pytest 8
    session.run("python", "bench/roundtrip.py", *session.posargs)
    session.run("python", "bench/rehearse.py")
    session.run("python", "bench/restore.py")
    session.run("python", "bench/create.py")
    session.run("python", "bench/lint.py")
    session.run("python", "bench/start.py")
    session.run("python", "bench/release.py")
