"""What Compose needs that can be tried without it: paths on two sides, values on a wire, the kit as a package."""

from __future__ import annotations

import base64
import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from migkit import compose_package, compose_program, config, engines, wire
from migkit.compose import Service
from migkit.delegate import HERE, NoAnswerError, delegate
from migkit.development import declared
from migkit.errors import (
    ConfigError,
    HistoryError,
    MigkitError,
    ServerError,
    StepFailed,
    TargetError,
)
from migkit.jobs import Move, Write
from migkit.judging import Judged
from migkit.model import (
    CatalogObject,
    Compose,
    Database,
    Difference,
    Finding,
    Journal,
    Loss,
    Project,
    RevisionReport,
    Schema,
    Server,
    Severity,
    Target,
    Verdict,
)
from migkit.model.rehearsal import Filled, Rows
from migkit.proofs.ending import Ended
from migkit.sides import Sides, shared
from tests.conftest import MakeSchema, lacking

ROOT = Path(__file__).parents[1]
SLOW = """
    import pathlib, time

    def upgrade():
        try:
            pathlib.Path("{folder}/in").touch()
            time.sleep(60)
        finally:
            pathlib.Path("{folder}/out").touch()

    def downgrade():
        pass
"""


def test_a_folder_is_found_in_the_mount_that_holds_it_the_nearest_first(tmp_path: Path) -> None:
    mounts = [(str(tmp_path), "/srv"), (str(tmp_path / "db"), "/data/db"), ("/elsewhere", "/else")]
    (tmp_path / "db" / "app").mkdir(parents=True)
    assert shared(tmp_path / "db" / "app", mounts, "") == Sides(str(tmp_path / "db"), "/data/db")
    assert shared(tmp_path / "dbx", mounts, "") == Sides(str(tmp_path), "/srv")
    assert shared(Path("/nowhere"), mounts, "") is None
    assert shared(Path("/nowhere"), [], "/app/db/") == Sides("/nowhere", "/app/db")


def test_a_linked_folder_is_found_by_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "real" / "db").mkdir(parents=True)
    (tmp_path / "link").symlink_to("real")
    found = shared(tmp_path / "link" / "db", [(str(tmp_path / "real"), "/srv")], "")
    assert found == Sides(str(tmp_path / "link" / "db"), "/srv/db")


def test_paths_are_told_as_the_other_side_knows_them_and_nothing_else_is_touched() -> None:
    sides = Sides("/home/me/shop", "/app")
    inside = {
        "path": "/app/db/versions/a.py",
        "text": "no /app/db/alembic.ini; see '/app/x', /app/b: and /app",
        "others": ["/application/x", "mysql://u:p@host/app", "/srv/app/x", "x/app", 3, None],
    }
    assert sides.back(inside) == {
        "path": "/home/me/shop/db/versions/a.py",
        "text": "no /home/me/shop/db/alembic.ini; see '/home/me/shop/x', /home/me/shop/b: and /home/me/shop",
        "others": ["/application/x", "mysql://u:p@host/app", "/srv/app/x", "x/app", 3, None],
    }
    assert sides.there(sides.back(inside)) == inside


def test_values_come_back_as_they_went() -> None:
    report = RevisionReport(
        "a1",
        "one",
        "/x/a1.py",
        Verdict.schema_differs,
        objects=("t",),
        differences=(Difference("t", "table", None, "x"),),
        lost=(Loss("t", None, 1, 2, "upgrade"), Loss("t", "c", 2, 2, "both")),
    )
    filled = Filled({"t": 3}, {"u": "no type"})
    server = Server(engines.parse("mariadb:11.8"), "docker", "MariaDB", "11.8.3", options=(("a", "b"),))
    finding = Finding("rule", Severity.warning, "m", line=3)
    ended = Ended((("a1", "k"),), (("a1", "c"),), "a1", (CatalogObject("table", "t", "x", "", 1),), "v", None)
    values = [
        *config.load(ROOT).schemas.values(),
        report,
        finding,
        Database(server, "x", password="p", path=Path("/x")),
        Rows(20, 7, {"state": ("open", "")}, {"": ("1",)}),
        Judged(("a1",), ("a1",), Path("/x/alembic.ini"), ((report, (finding,)),), filled, ended),
        replace(ended, version_schema="app"),
    ]
    for value in values:
        assert wire.decoded(type(value), json.loads(json.dumps(wire.encoded(value)))) == value


@pytest.mark.parametrize(
    "error",
    [
        ConfigError("m", remedy="r", path=Path("/x"), line=3),
        HistoryError("m"),
        ServerError("m", remedy="r"),
        TargetError("m"),
        StepFailed("m", revision="a1", direction="upgrade", statement="DROP", output="o", declared=True, line=2),
    ],
)
def test_errors_come_back_as_they_went(error: MigkitError) -> None:
    back = wire.error_from(json.loads(json.dumps(wire.told(error))))
    assert type(back) is type(error)
    assert wire.told(back) == wire.told(error)


def test_the_package_holds_the_kit_and_the_drivers_that_are_python_alone() -> None:
    names = zipfile.ZipFile(io.BytesIO(base64.b64decode(compose_package.package()))).namelist()
    assert {"migkit/agent.py", "migkit/_carried/pymysql/__init__.py", "migkit/_carried/psycopg/__init__.py"} <= set(
        names
    )
    assert all(name.endswith(".py") for name in names)


def test_a_bare_python_runs_the_package_from_memory(make_schema: MakeSchema, tmp_path: Path) -> None:
    if not hasattr(os, "memfd_create"):
        lacking("a service runs on Linux")
    schema = make_schema({"a1": "def upgrade():\n    pass\n\ndef downgrade():\n    pass"}, url="sqlite:///dev.db")
    before = set(tmp_path.rglob("*"))
    command = (sys.executable, "-c", compose_package.BOOT)
    moved = delegate(Move(schema, "upgrade", "head"), print, command=command, before=compose_package.package())
    assert moved.current == ("a1",)
    assert {path.name for path in set(tmp_path.rglob("*")) - before} == {"dev.db"}


def test_an_old_python_is_told_what_is_needed() -> None:
    code = f"import sys; sys.version_info = (3, 9, 2, 'final', 0); exec({compose_package.BOOT!r})"
    with pytest.raises(ConfigError, match=r"its Python is 3\.9, and the kit needs 3\.11") as caught:
        delegate(_write(), print, command=(sys.executable, "-c", code), before=compose_package.package())
    assert "compose.python" in caught.value.remedy


def test_the_first_words_are_understood_by_a_python_of_long_ago() -> None:
    head = compose_package.BOOT.partition("import base64")[0]
    assert not set(head) & set("λ…")
    assert "print(" in head
    assert "f'" not in head


def test_a_program_that_says_nothing_is_told_with_what_it_printed() -> None:
    with pytest.raises(NoAnswerError) as caught:
        delegate(_write(), print, command=("sh", "-c", "echo it broke >&2; exit 126"))
    assert (caught.value.code, caught.value.said) == (126, "it broke")


def test_a_job_ends_when_nobody_listens_any_more(make_schema: MakeSchema, tmp_path: Path) -> None:
    body = SLOW.format(folder=tmp_path)
    schema = make_schema({"a1": body}, url="sqlite:///dev.db")
    order = {"job": "Move", "with": wire.encoded(Move(schema, "upgrade", "head")), "foreign": False}
    child = subprocess.Popen(HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with child:
        assert child.stdin is not None
        child.stdin.write(json.dumps(order) + "\n")
        child.stdin.flush()
        _until(tmp_path / "in")
        child.stdin.close()
        child.wait(30)
    assert (tmp_path / "out").exists()


def test_an_interrupt_lets_the_other_side_put_away_what_it_made(make_schema: MakeSchema, tmp_path: Path) -> None:
    body = SLOW.format(folder=tmp_path)
    schema = make_schema({"a1": body}, url="sqlite:///dev.db")
    (tmp_path / "migkit.toml").write_text(f'[schemas.app]\ndirectory = "{schema.directory}"\nengine = "sqlite"\n')
    code = "import sys; sys.argv[0] = 'migkit'; from migkit.tasks import program; program.run()"
    command = [sys.executable, "-c", code, "upgrade"]
    with subprocess.Popen(command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}) as child:
        _until(tmp_path / "in")
        child.send_signal(signal.SIGTERM)
        assert child.wait(30) == 130
    assert (tmp_path / "out").exists()


def test_no_compose_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "docker-compose.yml").write_text("services: {}")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ServerError, match="there is no Compose here") as caught:
        compose_program.program(tmp_path / "docker-compose.yml")
    assert "apt-get install docker-compose" in caught.value.remedy
    assert caught.value.exit_code == 5


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"there is no .*compose\.yaml"):
        compose_program.program(tmp_path / "compose.yaml")


@pytest.mark.parametrize(
    ("works", "words"), [("docker", ("docker", "compose")), ("docker-compose", ("docker-compose",))]
)
def test_the_plugin_is_taken_first_and_the_program_where_there_is_no_plugin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, works: str, words: tuple[str, ...]
) -> None:
    for name in ("docker", "docker-compose"):
        (tmp_path / name).write_text(f"#!/bin/sh\n[ {works} = docker ] || [ {name} = {works} ]\n")
        (tmp_path / name).chmod(0o755)
    (tmp_path / "docker-compose.yml").write_text("")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert compose_program.program(tmp_path / "docker-compose.yml").words == words


def test_the_keys_of_compose(tmp_path: Path) -> None:
    keys = 'compose = { service = "app", directory = "/srv", python = "py" }'
    (tmp_path / "migkit.toml").write_text(f'[schemas.app]\ndirectory = "db"\nengine = "sqlite"\n{keys}\n')
    found = config.load(tmp_path).schemas["app"].compose
    assert found == Compose("app", "docker-compose.yml", "/srv", "py")


def test_a_service_is_not_told_how_production_is_reached(
    make_schema: MakeSchema, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = Target("production", Journal(tmp_path), url="mysql://root:hunter2@db.internal/app", hosts=("db:3306",))
    schema = make_schema({}, engine="mysql:9.7", url="sqlite://", targets={"production": target})
    said: list[str] = []
    monkeypatch.setattr("migkit.compose.delegate", lambda job, *_rest, **_named: said.append(str(wire.encoded(job))))
    program = compose_program.Program(("true",), tmp_path / "docker-compose.yml")
    service = Service("app", program, "c0ffee", "python3", Sides("/x", "/y"), print)
    service.ask(Move(schema, "upgrade", "head", declared(Project(tmp_path, tmp_path / "migkit.toml", {}), schema)))
    assert "hunter2" not in said[0]
    assert "db.internal" in said[0]


def _write() -> Write:
    schema: Schema = config.load(ROOT).schemas["omni"]
    return Write(schema, "a_title")


def _until(path: Path) -> None:
    deadline = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} never came"
        time.sleep(0.05)
