"""A repository that releases to a database of its own: its history, its proofs, its target, and the program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL

from migkit.model import Database, Server
from migkit.servers import databases, login
from tests.conftest import write_revision
from tests.git_repository import _ENV as GIT

PROGRAM = "import sys; sys.argv[0] = 'migkit'; from migkit.tasks import program; program.run()"
ENV = """
from alembic import context
from sqlalchemy import engine_from_config, pool

config = context.config
if context.is_offline_mode():
    context.configure(url=config.get_main_option("sqlalchemy.url"), literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    section = config.get_section(config.config_ini_section)
    with engine_from_config(section, prefix="sqlalchemy.", poolclass=pool.NullPool).connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
"""
GUARDED = "import migkit.guard\nmigkit.guard.protect()\n" + ENV
WORD = "shop-live"
_proofs: dict[str, dict[str, str]] = {}
AGENTS = ("CLAUDE", "AI_AGENT", "AGENT", "CODEX", "CURSOR", "GEMINI", "OPENCODE", "COPILOT", "MIGKIT")
_CONFIGURATION = """
[schemas.shop]
directory = "schema"
database = "{database}"
engine = "{engine}"

[schemas.shop.targets.production]
url = "env:SHOP_URL"
hosts = ["{host}:{port}"]
confirm = "{word}"
connect_timeout = "5s"
lock_timeout = "5s"
{more}
"""


@dataclass
class Place:
    """A repository and its target. `environment` is that of the program, without what the machine's own says."""

    folder: Path
    database: Database
    login: URL
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def server(self) -> Server:
        return self.database.server

    @property
    def versions(self) -> Path:
        return self.folder / "schema/migrations/versions"

    def revision(self, ident: str, parent: str | None, up: str, down: str = "", title: str = "") -> Path:
        """Write a revision of plain statements, one a line."""
        bodies = [f"    op.execute({line.strip()!r})" for line in up.strip().splitlines() if line.strip()]
        back = [f"    op.execute({line.strip()!r})" for line in down.strip().splitlines() if line.strip()]
        body = "\n".join(["def upgrade():", *(bodies or ["    pass"]), "", "def downgrade():", *(back or ["    pass"])])
        return write_revision(self.versions, ident, parent, body, title)

    def configure(self, more: str = "", **changed: str) -> None:
        """Write the configuration."""
        usual = {
            "database": self.database.name,
            "engine": self.server.engine.name,
            "host": self.server.host,
            "port": str(self.server.port),
            "word": WORD,
        }
        text = _CONFIGURATION.format(more=more, **usual | changed)
        (self.folder / "migkit.toml").write_text(text, encoding="utf-8")

    def git(self, *args: str) -> str:
        done = subprocess.run(
            ["git", *args], cwd=self.folder, env={**os.environ, **GIT}, text=True, capture_output=True, check=False
        )
        assert not done.returncode, f"git {args}: {done.stderr}{done.stdout}"
        return done.stdout.strip()

    def commit(self) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "schema")

    def prove(self) -> None:
        """Record that the revisions go up, down and up on this server; and commit that."""
        here = login.address(self.server)
        done = self.run("roundtrip", "--write-proof", "--server", here.render_as_string(hide_password=False))
        assert done.returncode == 0, done.stdout + done.stderr
        self.commit()

    def proved(self, engine: str) -> None:
        """Commit, with the proofs of the first steps: they are made once for each engine."""
        if engine not in _proofs:
            self.prove()
            _proofs[engine] = {one.name: one.read_text() for one in (self.folder / "proofs/shop").iterdir()}
        (self.folder / "proofs/shop").mkdir(parents=True, exist_ok=True)
        for name, text in _proofs[engine].items():
            (self.folder / "proofs/shop" / name).write_text(text, encoding="utf-8")
        self.commit()

    def run(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the program without a terminal."""
        return subprocess.run(
            [sys.executable, "-c", PROGRAM, *words],
            cwd=self.folder,
            env=self.surroundings(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )

    def told(self, *words: str, **environment: str) -> dict[str, Any]:
        """Run the program, and give what it says to programs."""
        done = self.run(*words, "--format", "json", **environment)
        assert done.stdout, done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def release(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Release with consent."""
        return self.run("prod", "--confirm", WORD, *words, **{"MIGKIT_APPROVED_BY": "Ann"} | environment)

    def surroundings(self, more: Mapping[str, str]) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith(AGENTS)}
        return {**own, "PYTHONPATH": str(Path(__file__).parents[2]), "NO_COLOR": "1", **self.environment, **more}

    def ask(self, sql: str) -> list[Any]:
        """Ask the server as its administrator."""
        with login.connect(self.server, self.database.name) as connection:
            return [tuple(row) for row in connection.exec_driver_sql(sql)]

    def ask_and_keep(self, sql: str) -> None:
        """Change rows as the administrator."""
        with login.connect(self.server, self.database.name) as connection:
            connection.exec_driver_sql(sql)

    def current(self) -> list[str]:
        """Give the rows of the version table; [] where there is none."""
        try:
            return [row[0] for row in self.ask("SELECT version_num FROM alembic_version")]
        except Exception:  # no table
            return []


@contextmanager
def placed(server: Server, folder: Path, *, env: str = ENV) -> Iterator[Place]:
    """Make a repository without a revision, and an empty database for it."""
    with databases.throwaway(server) as database:
        where = login.address(server, database.name, user=database.user, password=database.password)
        place = Place(folder, database, where)
        place.environment["SHOP_URL"] = where.render_as_string(hide_password=False)
        place.versions.mkdir(parents=True)
        ini = "[alembic]\nscript_location = migrations\nsqlalchemy.url = driver://user:pass@nowhere/none\n"
        (folder / "schema/alembic.ini").write_text(ini, encoding="utf-8")
        (folder / "schema/migrations/env.py").write_text(env, encoding="utf-8")
        (folder / ".gitignore").write_text(".migkit/\n__pycache__/\n", encoding="utf-8")
        place.configure()
        place.git("init", "-q", "-b", "main")
        yield place


def first_steps(place: Place) -> None:
    """Write three revisions, of five statements."""
    place.revision("a1", None, "CREATE TABLE item (id INT PRIMARY KEY, name VARCHAR(40))", "DROP TABLE item", "item")
    place.revision(
        "b2",
        "a1",
        "ALTER TABLE item ADD price INT NULL\nALTER TABLE item ADD note VARCHAR(20) NULL",
        "ALTER TABLE item DROP COLUMN note\nALTER TABLE item DROP COLUMN price",
        "price and note",
    )
    place.revision(
        "c3",
        "b2",
        "CREATE TABLE bill (id INT PRIMARY KEY, item INT NOT NULL)\nCREATE INDEX bill_item ON bill (item)",
        "DROP TABLE bill",
        "bill",
    )


@contextmanager
def proven(server: Server, folder: Path, engine: str, *, env: str = ENV) -> Iterator[Place]:
    """Make a repository with the first steps, proved on `engine`."""
    with placed(server, folder, env=env) as place:
        first_steps(place)
        place.proved(engine)
        yield place
