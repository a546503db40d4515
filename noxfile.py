"""The sessions of this repository: `nox -l` lists them."""

from __future__ import annotations

import nox

from migkit.sessions import migrations, rehearse  # noqa: F401  # registers the sessions

nox.options.sessions = ["lint", "types", "tests"]
SQLALCHEMY = {"2": "sqlalchemy>=2", "1.4": "sqlalchemy<2"}
WITHOUT_SQLALCHEMY = (
    "test_catalog_*",
    "test_servers.py",
    "test_local.py",
    "test_url.py",
    "test_corpora.py",
    "test_title.py",
    "test_init_odd.py",
    "test_init_reading.py",
    "test_render.py",
    "test_formats.py",
    "test_rehearsed.py",
    "test_matrix.py",
    "test_sessions.py",
    "test_compose.py",
    "test_packaged.py",
    "test_doctor.py",
    "test_auto.py",
    "test_images.py",
    "test_sharing.py",
    "test_owners.py",
    "test_servers_*",
    "test_ops_alone.py",
    "test_ddl.py",
    "test_intent.py",
    "test_inverse*.py",
    "test_mend.py",
    "test_merge.py",
    "test_rebase.py",
    "test_reparenting.py",
    "test_parallel.py",
    "test_ids.py",
    "test_source.py",
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
    left_out = [f"--ignore-glob=**/{name}" for name in WITHOUT_SQLALCHEMY] if sqlalchemy == "1.4" else []
    session.run("pytest", "--numprocesses", "2", "--dist", "loadfile", "--durations", "40", *left_out, *session.posargs)


@nox.session
def corpora(session: nox.Session) -> None:
    """Public histories that no one here wrote, held against an independent check (docs/corpora.md)."""
    session.install("-e", ".[dev]")
    session.run("python", "tests/corpora/check.py", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure side by side on one server, and print the ratios (docs/performance.md)."""
    session.install("-e", ".[dev]", "pytest-alembic>=0.11", "pytest<9", "mlflow-skinny==3.17.2")  # 0.13 wants pytest 8
    session.run("python", "bench/roundtrip.py", *session.posargs)
    session.run("python", "bench/create.py")
    session.run("python", "bench/start.py")
