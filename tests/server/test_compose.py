"""Alembic inside a Compose service: with the plugin and with docker-compose, on an application of SQLAlchemy 1.4.

The service has Debian's own Alembic and drivers, and nothing of the kit.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from migkit import compose_program, config, head, process
from migkit import merge as merging
from migkit.autogenerate import autogenerate
from migkit.create import create
from migkit.develop import develop
from migkit.errors import ConfigError, MigkitError, ServerError, TargetError
from migkit.mend import mend
from migkit.model import Compose, Journal, Project, Report, Schema, Target, Verdict
from migkit.rehearse import Options as Rehearsal
from migkit.rehearse import rehearse
from migkit.roundtrip import Options, roundtrip
from migkit.servers import docker_build, docker_client
from tests.conftest import SCRIPT, write_revision
from tests.git_repository import repository
from tests.server.conftest import missing

pytestmark = pytest.mark.server

ROOT = Path(__file__).parents[2]
IMAGE = "migkit-test/service:1"
ENV = """
import os
from alembic import context
from sqlalchemy import create_engine

with create_engine(os.environ["DATABASE_URL"]).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
FILE = """
services:
  app:
    image: {image}
    working_dir: /srv
    volumes: [".:/srv/shop"]
    environment: {{ DATABASE_URL: "mysql+pymysql://root:sesame@db/shop" }}
    command: sh -c "for n in $$(seq 30); do echo said $$n; done; exec sleep infinity"
  hosted:
    image: {image}
    network_mode: host
    volumes: [".:/srv/shop"]
    command: sleep infinity
  bridged:
    image: {image}
    network_mode: bridge
    volumes: [".:/srv/shop"]
    command: sleep infinity
  apart:
    image: {image}
    command: sleep infinity
  stopped:
    image: {image}
    command: sh -c "echo gone wrong; exit 3"
  db:
    image: migkit/mariadb:10.11
    environment: {{ MARIADB_ROOT_PASSWORD: sesame, MARIADB_DATABASE: shop }}
"""
TABLE = """
    def upgrade():
        op.create_table("{name}", sa.Column("id", sa.Integer, primary_key=True))

    def downgrade():
        {down}
"""
WAITS = """
    import pathlib, time

    def upgrade():
        pathlib.Path("/srv/shop/waits").touch()
        time.sleep(600)

    def downgrade():
        pass
"""


@dataclass(frozen=True)
class Stack:
    """A project whose application runs in services."""

    root: Path
    project: Project
    schema: Schema
    program: compose_program.Program

    def of(self, service: str = "app", **fields: str) -> Schema:
        return replace(self.schema, compose=Compose(service, "stack/docker-compose.yml", **fields))

    def run(self, service: str, *words: str) -> str:
        done = process.run(self.program.command("exec", "-T", service, *words), timeout=60)
        return done.out

    @property
    def versions(self) -> Path:
        return self.root / "stack/db/migrations/versions"


@pytest.fixture(scope="module")
def image() -> str:
    try:
        with docker_client.connect(seconds=600) as client:
            docker_build.build(client, IMAGE, Path(__file__).parent / "service", lambda _event: None)
    except ServerError as error:
        missing(error)
    return IMAGE


PROGRAMS = ("docker compose", "docker-compose")
ONE = pytest.mark.parametrize("stack", PROGRAMS[:1], indirect=True)  # what one of them does, the other does too


@pytest.fixture(scope="module", params=PROGRAMS)
def stack(request: pytest.FixtureRequest, image: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    root = tmp_path_factory.mktemp("shop")
    _write(root, image)
    words = tuple(request.param.split())
    patch = pytest.MonkeyPatch()
    patch.setattr(compose_program, "_PROGRAMS", (words,))
    patch.setenv("COMPOSE_PROJECT_NAME", f"migkit-test-{os.getpid()}-{len(words)}")
    try:
        program = compose_program.program(root / "stack/docker-compose.yml")
    except ServerError as error:
        patch.undo()
        missing(error)
    project = config.load(root)
    made = Stack(root, project, project.schemas["shop"], program)
    try:
        done = process.run(program.command("up", "-d"), timeout=120)
        assert done.code == 0, done.err
        _until(lambda: "1" in made.run("db", "mariadb", "-h127.0.0.1", "-psesame", "shop", "-e", "SELECT 1"))
        yield made
    finally:
        process.run(program.command("down", "-v", "-t", "1"), timeout=120)
        patch.undo()


@pytest.fixture(autouse=True)
def as_it_was(stack: Stack) -> Iterator[None]:
    """Take away what a test added, from the folder and from the database."""
    before = set(stack.versions.iterdir())
    yield
    for path in set(stack.versions.iterdir()) - before:
        path.unlink()
    (stack.root / "stack/waits").unlink(missing_ok=True)
    stack.run("db", "mariadb", "-h127.0.0.1", "-psesame", "-e", "DROP DATABASE shop; CREATE DATABASE shop")


def move(stack: Stack, direction: Any, to: str = "", schema: Schema | None = None) -> Report:
    return develop(stack.project, schema or stack.of(), direction, to)


def test_the_service_s_development_database_goes_up_and_down(stack: Stack) -> None:
    up = move(stack, "upgrade")
    assert (up.facts["database"], up.facts["current"]) == ("db:3306/shop", ["b2"])
    down = move(stack, "downgrade")
    assert (down.facts["before"], down.facts["current"]) == (["b2"], ["a1"])
    assert [one["path"] for one in down.facts["applied"]] == [str(stack.versions / "b2_b2.py")]


@ONE
def test_a_declared_target_is_refused_in_the_service_too(stack: Stack) -> None:
    target = Target("production", Journal(Path("journal")), hosts=("db:3306",))
    with pytest.raises(TargetError, match="in the service app: refused: db:3306/shop is where the target production"):
        move(stack, "upgrade", schema=replace(stack.of(), targets={"production": target}))


def test_a_new_revision_stands_in_the_folder_and_belongs_to_its_owner(stack: Stack) -> None:
    os.chown(stack.versions, 1234, 1234)
    report = create(stack.project, stack.of(), "orders", "create", "table")
    path = Path(report.facts["path"])
    assert path.parent == stack.versions
    assert (path.stat().st_uid, report.facts["down_revision"]) == (1234, "b2")
    assert 'raise Unfinished("fill in the type of orders.id")' in path.read_text()
    assert path.read_text().count("orders") > 2  # both ways
    assert not list(stack.root.rglob("__pycache__"))


@ONE
def test_heads_are_joined_by_the_service_and_moved_by_what_it_reads(stack: Stack) -> None:
    if not (stack.root / ".git").exists():
        repository(stack.root, stack.versions)
    path = write_revision(stack.versions, "c3", "a1", TABLE.format(name="c3", down="pass"))
    made = merging.merge(stack.project, stack.of())
    assert made.facts["down_revision"] == ["b2", "c3"]
    joined = Path(made.facts["path"])
    assert joined.parent == stack.versions
    joined.unlink()
    moved = merging.merge(stack.project, stack.of(), merging.Options(rebase=True))
    assert [one["path"] for one in moved.facts["rebased"]["changes"]] == [str(path)]
    assert "down_revision = 'b2'" in path.read_text()


@pytest.mark.parametrize(
    ("stack", "service"),
    [*((PROGRAMS[0], service) for service in ("app", "hosted", "bridged")), (PROGRAMS[1], "app")],
    indirect=["stack"],
)
def test_a_round_trip_in_the_service_says_what_one_here_says(stack: Stack, service: str) -> None:
    write_revision(stack.versions, "c3", "b2", TABLE.format(name="c3", down="pass"))
    inside = roundtrip(stack.project, stack.of(service))
    here = roundtrip(stack.project, replace(stack.schema, compose=None))
    assert [(one.revision, one.verdict, one.path) for one in inside.revisions] == [
        (one.revision, one.verdict, one.path) for one in here.revisions
    ]
    assert inside.findings == here.findings
    assert inside.revisions[-1].verdict is Verdict.schema_differs
    assert inside.server["kind"] == "docker"
    assert stack.run(service, "ls", "-A", "/tmp") == ""


@ONE
def test_a_rehearsal_in_the_service_says_what_one_here_says(stack: Stack) -> None:
    write_revision(stack.versions, "c3", "b2", TABLE.format(name="c3", down="pass"))
    options = Rehearsal(rows=3)
    inside = rehearse(stack.project, stack.of(), options)
    here = rehearse(stack.project, replace(stack.schema, compose=None), options)
    revisions = [[{**one, "seconds": 0.0} for one in report.facts["revisions"]] for report in (inside, here)]
    assert revisions[0] == revisions[1]
    assert [one["idempotent"] for one in revisions[0]] == ["fails"] * 3
    assert all(one["crash"] for one in revisions[0])
    assert inside.findings == here.findings
    assert stack.run("app", "ls", "-A", "/tmp") == ""


@ONE
def test_a_downgrade_is_mended_by_steps_that_the_service_takes(stack: Stack) -> None:
    path = write_revision(stack.versions, "c3", "b2", TABLE.format(name="c3", down="pass"))
    report = mend(stack.project, stack.of(), "c3")
    assert (report.facts["mended"], report.findings, report.facts["path"]) == (True, (), str(path))
    assert 'op.drop_table_if_exists("c3")' in path.read_text()


@ONE
def test_models_are_compared_in_the_service(stack: Stack) -> None:
    folder = stack.versions.parent
    kept = {name: (folder / name).read_text() for name in ("env.py", "script.py.mako")}
    models = "import sqlalchemy as sa\nmetadata = sa.MetaData()\n" + "".join(
        f'sa.Table("{name}", metadata, sa.Column("id", sa.Integer, primary_key=True))\n'
        for name in ("a1", "b2", "made")
    )
    configured = kept["env.py"].replace("connection=connection", "connection=connection, target_metadata=metadata")
    try:
        (folder / "env.py").write_text(models + configured)
        (folder / "script.py.mako").write_text(SCRIPT)
        report = autogenerate(stack.project, stack.of(), "bring models", style="sql")
    finally:
        for name, text in kept.items():
            (folder / name).write_text(text)
    path = Path(report.facts["path"])
    assert (path.parent, report.findings) == (stack.versions, ())
    assert "op.create_table('made'" in path.read_text()


@ONE
def test_what_is_printed_as_sql_in_the_service_is_run_by_the_server_s_client(stack: Stack) -> None:
    asks = "def upgrade():\n    op.get_bind().execute(sa.text('SELECT 1')).scalar()\n\ndef downgrade():\n    pass"
    path = write_revision(stack.versions, "c3", "b2", asks)
    report = rehearse(stack.project, stack.of(), Rehearsal(only=("offline",)))
    assert [one["offline"] for one in report.facts["revisions"]] == ["ok", "ok", "fails"]
    found = [(one.rule, one.revision, one.line, Path(one.path or "").name) for one in report.findings]
    assert found == [("offline-fails", "c3", 10, path.name)]


@ONE
def test_the_development_database_is_read_by_the_service(stack: Stack) -> None:
    with pytest.raises(TargetError, match="stands at an empty history, not at the head b2"):
        head.development(stack.project, stack.of())
    move(stack, "upgrade")
    server, snapshot = head.development(stack.project, stack.of())
    assert (server.kind, server.origin, server.product) == ("development", "db:3306/shop", "MariaDB")
    assert {"a1", "b2"} <= snapshot.tables()
    assert "alembic_version" not in snapshot.tables()


@ONE
def test_only_the_wanted_revision_is_judged_and_rows_are_put_in_there_too(stack: Stack) -> None:
    report = roundtrip(stack.project, stack.of(), Options(revisions=("b2",), rows=2))
    assert [(one.revision, one.verdict) for one in report.revisions] == [("b2", Verdict.ok)]
    assert report.facts["rows"] == {"count": 2, "seed": 0, "added": {"a1": 2, "b2": 2}, "lacking": {}}


def test_an_interrupt_leaves_nothing_in_the_service(stack: Stack) -> None:
    write_revision(stack.versions, "c3", "b2", WAITS)
    code = "import sys; sys.argv[0] = 'migkit'; from migkit.tasks import program; program.run()"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-c", code, "roundtrip"], cwd=stack.root, env=env) as child:
        _until((stack.root / "stack/waits").exists)
        assert "python3" in _processes(stack)
        child.send_signal(signal.SIGTERM)
        assert child.wait(60) == 130
    _until(lambda: "python3" not in _processes(stack))
    assert stack.run("app", "ls", "-A", "/tmp") == ""


def test_a_service_that_dies_in_the_middle_is_said(stack: Stack) -> None:
    write_revision(stack.versions, "c3", "b2", WAITS)
    with ThreadPoolExecutor(1) as pool:
        going = pool.submit(roundtrip, stack.project, stack.of())
        _until((stack.root / "stack/waits").exists)
        process.run(stack.program.command("kill", "app"), timeout=60)
        with pytest.raises(ServerError, match="the service app ended before the work was done") as caught:
            going.result(60)
    assert "up -d app" in caught.value.remedy
    assert process.run(stack.program.command("up", "-d", "app"), timeout=60).code == 0


def test_a_failure_carries_the_last_twenty_lines_of_the_service(stack: Stack) -> None:
    with pytest.raises(MigkitError) as caught:
        move(stack, "upgrade", "nowhere")
    lines = [line.split()[-2:] for line in caught.value.log.splitlines()]
    assert lines == [["said", str(number)] for number in range(11, 31)]


def test_a_service_that_is_not_running_is_said_with_what_starts_it(stack: Stack) -> None:
    with pytest.raises(ServerError, match=r"the service stopped of .*docker-compose\.yml is not running") as caught:
        move(stack, "upgrade", schema=stack.of("stopped"))
    file = stack.root / "stack/docker-compose.yml"
    assert caught.value.remedy == f"start it: {' '.join(stack.program.words)} -f {file} up -d stopped"
    assert "gone wrong" in caught.value.log


def test_a_service_that_is_not_there_lists_those_that_are(stack: Stack) -> None:
    with pytest.raises(ConfigError, match="has no service appp; did you mean app") as caught:
        move(stack, "upgrade", schema=stack.of("appp"))
    assert caught.value.remedy == "valid here: apart, app, bridged, db, hosted, stopped"


def test_a_service_that_does_not_see_the_folder_is_said(stack: Stack) -> None:
    with pytest.raises(ConfigError, match="the service apart does not see") as caught:
        move(stack, "upgrade", schema=stack.of("apart"))
    assert "compose = { directory" in caught.value.remedy


@ONE
def test_a_folder_that_is_named_wins(stack: Stack) -> None:
    with pytest.raises(ConfigError, match=r"in the service app: schema shop: there is no .*alembic\.ini"):
        move(stack, "upgrade", schema=stack.of(directory="/srv/nothing"))
    assert move(stack, "upgrade", schema=stack.of(directory="/srv/shop/db")).facts["current"] == ["b2"]


@ONE
def test_a_service_without_that_python_is_said(stack: Stack) -> None:
    with pytest.raises(ConfigError, match="the service app has no python9"):
        move(stack, "upgrade", schema=stack.of(python="python9"))


@ONE
def test_a_service_without_alembic_is_said_with_what_installs_it(stack: Stack) -> None:
    service = replace(stack.of(), compose=Compose("db", "stack/docker-compose.yml", directory="/srv"))
    with pytest.raises(ConfigError) as caught:
        move(stack, "upgrade", schema=service)
    assert "python" in caught.value.message


@ONE
def test_another_kind_of_server_is_refused(stack: Stack) -> None:
    with pytest.raises(ConfigError, match="needs a database server in Docker"):
        roundtrip(stack.project, stack.of(), Options(server="mysql://root@127.0.0.1:3306"))


def _write(root: Path, image: str) -> None:
    versions = root / "stack/db/migrations/versions"
    versions.mkdir(parents=True)
    (root / "stack/docker-compose.yml").write_text(FILE.format(image=image))
    (root / "stack/db/alembic.ini").write_text("[alembic]\nscript_location = migrations\n")
    (versions.parent / "env.py").write_text(ENV)
    (versions.parent / "script.py.mako").write_text(
        "revision = ${repr(up_revision)}\ndown_revision = ${repr(down_revision)}\n\ndef upgrade():\n    pass\n"
    )
    for ident, parent in (("a1", None), ("b2", "a1")):
        write_revision(versions, ident, parent, TABLE.format(name=ident, down=f'op.drop_table("{ident}")'))
    (root / "migkit.toml").write_text(
        textwrap.dedent("""
        [schemas.shop]
        directory = "stack/db"
        engine = "mysql:9.7"
        style = "ops"
        url_env = "DATABASE_URL"
        development = "env:DATABASE_URL"
        compose = { service = "app", file = "stack/docker-compose.yml" }
        """)
    )


def _processes(stack: Stack) -> str:
    container = stack.program.container("app")
    with docker_client.connect() as client:
        return json.dumps(client.api.top(container)["Processes"])


def _until(condition: Any) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.2)
