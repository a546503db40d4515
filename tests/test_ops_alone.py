"""Guarded operations need Alembic, SQLAlchemy and a driver, and nothing else of what the kit needs."""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
import venv
from pathlib import Path

from tests.guarded import History

ROOT = Path(__file__).resolve().parent.parent
NOT_NEEDED = ("docker", "rich", "sqlglot", "invoke", "psutil", "platformdirs", "packaging", "pymysql", "cryptography")
RUN = """
import sys
from alembic import command
from alembic.config import Config
for module in {absent!r}:
    try:
        __import__(module)
    except ImportError:
        continue
    raise SystemExit(f"{{module}} is here: this proves nothing")
import migkit
assert migkit.__file__.startswith(sys.prefix), migkit.__file__
config = Config()
config.set_main_option("script_location", {folder!r})
config.set_main_option("url", {url!r})
command.upgrade(config, "head")
command.upgrade(config, "head", sql=True)
command.downgrade(config, "base")
"""


def run(*arguments: str, folder: Path) -> str:
    own = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=300, check=False, cwd=folder, env=own)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_an_installation_without_dependencies_runs_migrations(tmp_path: Path) -> None:
    history = History(tmp_path / "history", f"sqlite:///{tmp_path / 'a.db'}")
    history.add(
        "a1",
        'op.create_table_if_missing("t", sa.Column("id", sa.Integer(), primary_key=True))\n'
        'op.create_index_if_missing("ix", "t", ["id"])\n'
        'op.insert_if_missing("t", [{"id": 1}], key="id")',
        'op.drop_index_if_exists("ix", "t") if not op.get_context().as_sql else None\nop.drop_table_if_exists("t")',
    )
    venv.create(tmp_path / "venv")  # Debian's venv may lack ensurepip
    python = str(tmp_path / "venv" / "bin" / "python")
    pip = (sys.executable, "-m", "pip", "--python", python)
    wanted = [f"{name}=={importlib.metadata.version(name)}" for name in ("alembic", "sqlalchemy")]
    run(*pip, "install", "-q", *wanted, "hatchling>=1.25", folder=tmp_path)
    run(*pip, "install", "-q", "--no-deps", "--no-build-isolation", str(ROOT), folder=tmp_path)
    run(*pip, "uninstall", "-q", "-y", "hatchling", "packaging", "pathspec", "pluggy", folder=tmp_path)
    code = RUN.format(absent=NOT_NEEDED, folder=str(history.folder), url=history.url)
    assert "CREATE TABLE IF NOT EXISTS t" in run(python, "-c", code, folder=tmp_path)


def test_what_the_operations_import_on_the_way_is_no_more() -> None:
    modules = "migkit.ops.postgresql, migkit.ops.sqlite, migkit.ops.mysql"
    code = f"import sys, {modules}; print(*({set(NOT_NEEDED)!r} & sys.modules.keys()))"
    assert run(sys.executable, "-c", code, folder=ROOT).split() == []
