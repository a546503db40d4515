"""A password full of special characters is nowhere in what any task prints or writes, whatever goes wrong."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from migkit.model import Server
from tests.server.releasing import ENV, GUARDED, PROGRAM, WORD, Place, proven

pytestmark = pytest.mark.server
PASSWORD = "Zx9@q:w/o'r\"d?#%&\\ $;=+{}Qy7"
SPELLED = {
    PASSWORD,
    repr(PASSWORD)[1:-1],
    json.dumps(PASSWORD)[1:-1],
    json.dumps(PASSWORD, ensure_ascii=False)[1:-1],
    quote(PASSWORD),
    quote(PASSWORD, safe=""),
    quote_plus(PASSWORD),
    quote_plus(PASSWORD).replace("%", "%%"),
    PASSWORD.replace("'", "''"),
    PASSWORD.replace("\\", "\\\\").replace("'", "\\'"),
    "Zx9@",
    "Qy7",
}
TASKS: tuple[tuple[str, ...], ...] = (
    ("prod", "--check"),
    ("prod", "--dry-run"),
    ("plan",),
    ("prod", "--confirm", WORD),
    ("status",),
    ("drift",),
    ("drift", "--sql"),
    ("doctor", "--target", "production"),
    ("rollback", "--to", "b2", "--dry-run"),
    ("rollback", "--to", "b2", "--confirm", f"{WORD} rollback b2"),
    ("prod", "--confirm", "another word"),
)


class Searched:
    """A place whose every word is kept: what is printed, written, stored, and seen of processes by others."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.heard: list[tuple[str, str]] = []

    def run(self, *words: str, program: str = PROGRAM, **environment: str) -> subprocess.CompletedProcess[str]:
        report = self.place.folder / f"report-{len(self.heard)}.json"  # the JSON beside the text
        over = threading.Event()
        seen: set[str] = set()
        watcher = threading.Thread(target=self._watch, args=(over, seen))
        watcher.start()
        try:
            done = subprocess.run(
                [sys.executable, "-c", program, *words],
                cwd=self.place.folder,
                env=self.place.surroundings({"MIGKIT_APPROVED_BY": "Ann", "MIGKIT_REPORT": str(report), **environment}),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=180,
                check=False,
            )
        finally:
            over.set()
            watcher.join()
        what = " ".join(words)
        self.heard += [(f"{what}: output", done.stdout), (f"{what}: errors", done.stderr)]
        self.heard += [(f"{what}: process", line) for line in seen]
        return done

    def _watch(self, over: threading.Event, seen: set[str]) -> None:
        while not over.wait(0.02):
            for one in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    line = one.read_bytes().decode(errors="replace")
                except OSError:  # it has ended
                    continue
                if "Zx9" in line or "Qy7" in line:
                    seen.add(line)

    def told(self) -> list[str]:
        """Give where any of it was found."""
        texts = list(self.heard)
        files = (path for path in self.place.folder.rglob("*") if path.is_file() and ".git" not in path.parts)
        texts += [(str(path), path.read_text(encoding="utf-8", errors="replace")) for path in files]
        texts += [("migkit_journal", str(row)) for row in self._stored()]
        return [where for where, text in texts for one in SPELLED if one in text]

    def _stored(self) -> list[object]:
        try:
            return list(self.place.ask("SELECT * FROM migkit_journal"))
        except Exception:  # there is none
            return []


@pytest.fixture(params=["mysql:9.7", "postgresql:15"])
def searched(request: pytest.FixtureRequest, serve: object, tmp_path: Path) -> Iterator[Searched]:
    server: Server = serve(request.param)  # type: ignore[operator]
    with proven(server, tmp_path, request.param, env=getattr(request.node, "env", GUARDED)) as place:
        with_password(place)
        place.environment["XDG_CACHE_HOME"] = str(tmp_path / "cache")
        yield Searched(place)


def with_password(place: Place) -> None:
    """Give the target's login the password, and the program its URL."""
    user = place.database.user
    if place.server.engine.dialect == "mysql":
        literal = PASSWORD.replace("\\", "\\\\").replace("'", "\\'").replace("%", "%%")
        place.ask_and_keep(f"ALTER USER '{user}'@'%%' IDENTIFIED BY '{literal}'")
    else:
        literal = PASSWORD.replace("'", "''").replace("%", "%%")
        place.ask_and_keep(f"ALTER ROLE \"{user}\" PASSWORD '{literal}'")
    url = place.login.set(password=PASSWORD)
    place.environment["SHOP_URL"] = url.render_as_string(hide_password=False)


def test_no_task_that_works_tells_it(searched: Searched) -> None:
    codes = {words: searched.run(*words).returncode for words in TASKS}
    assert codes["prod", "--confirm", WORD] == 0, searched.heard
    assert codes["rollback", "--to", "b2", "--confirm", f"{WORD} rollback b2"] == 0, searched.heard
    assert codes["prod", "--confirm", "another word"] == 6
    assert not searched.told()


FAILING = {
    "another password": lambda url: url.set(password=PASSWORD + "x"),
    "another user": lambda url: url.set(username="nobody"),
    "another database": lambda url: url.set(database="elsewhere"),
    "a closed port": lambda url: url.set(port=9),
    "an unknown host": lambda url: url.set(host="nowhere.invalid"),
}


@pytest.mark.parametrize("failing", FAILING)
def test_no_task_that_cannot_get_there_tells_it(searched: Searched, failing: str) -> None:
    url = FAILING[failing](searched.place.login.set(password=PASSWORD))
    searched.place.configure(host=url.host, port=str(url.port))
    searched.place.commit()
    where = url.render_as_string(hide_password=False)
    for words in (("prod",), ("plan",), ("status",), ("drift",)):
        done = searched.run(*words, SHOP_URL=where)
        assert done.returncode in (0, 6), done.stderr  # status tells what it knows without the target
    assert not searched.told()


BROKEN = {
    "env.py raises it": 'import os\nraise RuntimeError("cannot use " + os.environ["SHOP_URL"])\n',
    "env.py prints it": 'import os\nprint(os.environ["SHOP_URL"])\nraise SystemExit(3)\n',
    "env.py logs the password": (
        "import os, sqlalchemy, logging\n"
        'logging.error("it is %s", sqlalchemy.engine.make_url(os.environ["SHOP_URL"]).password)\n' + ENV
    ),
}


@pytest.mark.parametrize("searched", ["postgresql:15"], indirect=True)
@pytest.mark.parametrize("broken", BROKEN)
def test_an_env_py_that_tells_it_is_not_passed_on(searched: Searched, broken: str) -> None:
    (searched.place.folder / "schema/migrations/env.py").write_text(BROKEN[broken], encoding="utf-8")
    searched.place.commit()
    for words in (("prod", "--confirm", WORD), ("plan",), ("status",)):
        searched.run(*words)
    (searched.place.folder / "schema/migrations/env.py").write_text(ENV, encoding="utf-8")
    assert not searched.told()


STATEMENT = '''"""d4"""
import os
import sqlalchemy as sa
from alembic import op

revision = "d4"
down_revision = "c3"


def upgrade():
    password = "it is in here"
    if os.environ.get("LIVE"):
        password = sa.engine.make_url(os.environ["SHOP_URL"]).password
    op.execute(sa.text("INSERT INTO item (id, name) VALUES (1, :one)").bindparams(one=password))
    op.execute("INSERT INTO item (id, name) VALUES (2, '" + password.replace("'", "''").replace(":", "\\\\:") + "')")
    op.execute(sa.text("INSERT INTO item (id, name) VALUES (1, :one)").bindparams(one=password))


def downgrade():
    pass
'''


def test_a_statement_that_fails_with_it_in_its_text_does_not_tell_it(searched: Searched) -> None:
    (searched.place.versions / "d4_d4.py").write_text(STATEMENT, encoding="utf-8")
    searched.place.commit()
    done = searched.run("prod", "--confirm", WORD, LIVE="1")
    assert done.returncode in (6, 7), done.stdout + done.stderr
    searched.run("status")
    assert not searched.told()


@pytest.mark.parametrize("searched", ["mysql:9.7"], indirect=True)
def test_a_crash_keeps_its_traceback_and_tells_nothing(searched: Searched) -> None:
    crash = "import os, migkit.planning as p\ndef planned(*a, **k): raise RuntimeError(os.environ['SHOP_URL'])\n"
    done = searched.run("prod", "--dry-run", program=f"{crash}p.planned = planned\n{PROGRAM}")
    assert done.returncode == 1
    assert "Traceback" in done.stderr
    assert "RuntimeError" in done.stderr
    searched.run("prod", "--dry-run", "--format", "json", program=f"{crash}p.planned = planned\n{PROGRAM}")
    assert not searched.told()
