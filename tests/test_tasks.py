"""The tasks as processes: what they list, where they write, how they end."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[1]
TASKS = (
    "create",
    "doctor",
    "downgrade",
    "drift",
    "images",
    "init",
    "lint",
    "mend",
    "merge",
    "plan",
    "prod",
    "revise",
    "rollback",
    "roundtrip",
    "rules",
    "schemas",
    "status",
    "test",
    "upgrade",
)
ENV = """
from alembic import context
from sqlalchemy import engine_from_config, pool

section = context.config.get_section(context.config.config_ini_section)
engine = engine_from_config(section, prefix="sqlalchemy.", poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
REVISION = '''"""{ident}"""
from pathlib import Path
import time

from alembic import op

revision = {ident!r}
down_revision = {parent!r}


def upgrade():
    {up}


def downgrade():
    {down}
'''
WAITS = "Path({mark!r}).touch(); time.sleep(60)"


def command(*args: str) -> list[str]:
    return [sys.executable, "-m", "invoke", *args]


def environment(**env: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MIGKIT_")}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **env}


def run(cwd: Path, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        args, cwd=cwd, env=environment(**env), text=True, capture_output=True, check=False, timeout=120
    )


def invoke(cwd: Path, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
    return run(cwd, *command(*args), **env)


def history(directory: Path, *revisions: tuple[str, str, str]) -> None:
    """Write a history; a revision is its id and the bodies of its two functions."""
    versions = directory / "migrations/versions"
    versions.mkdir(parents=True)
    (directory / "alembic.ini").write_text(
        "[alembic]\nscript_location = migkit_migrations\nsqlalchemy.url = sqlite:///x\n".replace("migkit_", "")
    )
    (directory / "migrations/env.py").write_text(ENV)
    parent = None
    for ident, up, down in revisions:
        (versions / f"{ident}.py").write_text(REVISION.format(ident=ident, parent=parent, up=up, down=down))
        parent = ident


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Two schemas on SQLite: one sound, and one whose directory is missing."""
    (tmp_path / "tasks.py").write_text("from migkit.tasks import namespace\n")
    (tmp_path / "migkit.toml").write_text(
        '[schemas.app]\ndirectory = "app"\nengine = "sqlite"\n[schemas.lost]\ndirectory = "ap"\nengine = "sqlite"\n'
    )
    made, dropped = 'op.execute("CREATE TABLE t (id INTEGER PRIMARY KEY)")', 'op.execute("DROP TABLE t")'
    history(
        tmp_path / "app",
        ("a1", made, dropped),
        ("b2", 'op.execute("CREATE INDEX ix ON t (id)")', "pass"),
    )
    return tmp_path


def test_the_tasks_are_listed(project: Path) -> None:
    done = invoke(project, "--list")
    assert re.findall(r"^  mig\.(\w+)  ", done.stdout, re.MULTILINE) == list(TASKS)


def test_the_console_program_has_the_same_tasks(project: Path) -> None:
    done = run(project, sys.executable, "-c", "from migkit.tasks import program; program.run()", "--help")
    assert re.findall(r"^  (\w+)   ", done.stdout.partition("Subcommands:")[2], re.MULTILINE) == list(TASKS)
    done = run(project, sys.executable, "-c", "from migkit.tasks import program; program.run()", "schemas")
    assert done.returncode == 2
    assert "app" in done.stdout


@pytest.mark.parametrize("name", TASKS)
def test_each_task_explains_itself_in_one_screen(project: Path, name: str) -> None:
    done = invoke(project, "--help", f"mig.{name}")
    assert done.returncode == 0
    assert "Docstring:\n  none" not in done.stdout
    flags = re.findall(r"^  --([a-z-]+)(?:=STRING|\[=STRING\])? *(.*)$", done.stdout, re.MULTILINE)
    assert {"format", "output", "fail-on", "quiet"} <= {flag for flag, _ in flags}
    assert all(told for _, told in flags), flags
    assert len(done.stdout.splitlines()) <= 50


def test_schemas_are_listed_though_one_is_broken(project: Path) -> None:
    done = invoke(project, "mig.schemas")
    assert done.returncode == 2
    rows = [line.split() for line in done.stdout.splitlines()]
    assert rows[0][:4] == ["schema", "default", "engine", "directory"]
    assert rows[1] == ["app", "-", "sqlite", "app", "2", "b2", "b2"]
    assert rows[2] == ["lost", "-", "sqlite", "ap", "-", "-", "-"]
    assert "✗ lost: migkit.toml: schemas.lost.directory: no directory" in done.stdout
    assert "did you mean app?" in done.stdout
    told = json.loads(invoke(project, "mig.schemas", "--format", "json").stdout)
    assert [row["heads"] for row in told["schemas"]] == [["b2"], []]
    assert [one["object"] for one in told["findings"]] == ["lost"]


def test_several_heads_are_a_warning_in_the_list(project: Path) -> None:
    path = project / "app/migrations/versions/c3.py"
    path.write_text(REVISION.format(ident="c3", parent="a1", up="pass", down="pass"))
    done = invoke(project, "mig.schemas")
    assert "✗ app: 2 heads: b2, c3" in done.stdout
    assert "inv mig.merge --schema app" in done.stdout


def test_a_round_trip_ends_with_2_and_tells_all_of_it(project: Path) -> None:
    done = invoke(project, "mig.roundtrip", "--schema", "app")
    assert (done.returncode, done.stderr) == (2, "")
    assert "✗ schema-differs  b2" in done.stdout
    assert "index ix is left behind" in done.stdout
    assert "failed · 2 revisions: 1 ok, 1 schema-differs" in done.stdout
    told = json.loads(invoke(project, "mig.roundtrip", "--schema", "app", "--format", "json").stdout)
    assert [one["verdict"] for one in told["revisions"]] == ["ok", "schema-differs"]
    assert told["engine"]["family"] == "sqlite"


def test_the_flags_of_a_round_trip_reach_it(project: Path) -> None:
    one = ("mig.roundtrip", "--schema", "app", "--format", "json", "--no-cache")
    told = json.loads(invoke(project, *one, "--revision", "a1").stdout)
    assert [(each["revision"], each["verdict"]) for each in told["revisions"]] == [("a1", "ok")]
    told = json.loads(invoke(project, *one, "--revision", "a1", "--revision", "b2").stdout)
    assert [each["revision"] for each in told["revisions"]] == ["a1", "b2"]
    invoke(project, *one, "--write-baseline")
    assert invoke(project, *one).returncode == 0
    assert invoke(project, *one, "--no-baseline").returncode == 2


def test_quiet_says_nothing_when_nothing_is_wrong(project: Path) -> None:
    done = invoke(project, "mig.roundtrip", "--schema", "app", "--revision", "a1", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    done = invoke(project, "mig.roundtrip", "--schema", "app", "--quiet")
    assert (done.returncode, "schema-differs" in done.stdout) == (2, True)


def test_a_report_goes_to_a_file(project: Path) -> None:
    done = invoke(project, "mig.schemas", "--output", "report.txt")
    assert (done.returncode, done.stdout) == (2, "")
    assert "lost" in (project / "report.txt").read_text()


def test_the_environment_may_name_a_file_for_the_json_beside_the_text(project: Path) -> None:
    done = invoke(project, "mig.schemas", MIGKIT_REPORT="copy.json")
    assert "lost" in done.stdout
    assert json.loads((project / "copy.json").read_text())["command"] == "schemas"
    invoke(project, "mig.roundtrip", "--schema", "none", MIGKIT_REPORT="copy.json")
    assert json.loads((project / "copy.json").read_text())["error"]["kind"] == "configuration"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("--format", "jsn"), '--format: "jsn" is not valid'),
        (("--fail-on", "fatal"), '--fail-on: "fatal" is not valid'),
        (("--output", "no/such/folder/x"), "--output: no/such/folder/x cannot be written"),
        (("--output", "app"), "--output: app cannot be written"),
    ],
)
def test_wrong_common_flags_are_refused_before_any_work(project: Path, args: tuple[str, ...], message: str) -> None:
    done = invoke(project, "mig.schemas", *args)
    assert (done.returncode, done.stdout) == (3, "")
    assert message in done.stderr
    assert "to do: " in done.stderr


@pytest.mark.parametrize(
    ("args", "code", "kind"),
    [
        (("mig.roundtrip", "--schema", "nope"), 3, "configuration"),
        (("mig.roundtrip", "--schema", "app", "--engine", "oracle"), 3, "configuration"),
        (("mig.roundtrip", "--schema", "app", "--revision", "zz"), 4, "history"),
        (("mig.roundtrip", "--schema", "app", "--rows", "abc"), 3, "configuration"),
        (("mig.test", "--schema", "app", "--only", "graph", "--rows", "-1"), 3, "configuration"),
    ],
)
def test_an_error_has_its_published_code_and_json_is_still_one_object(
    project: Path, args: tuple[str, ...], code: int, kind: str
) -> None:
    done = invoke(project, *args, "--format", "json")
    assert done.returncode == code
    told = json.loads(done.stdout)
    assert (told["ok"], told["error"]["kind"]) == (False, kind)
    assert told["error"]["remedy"]


def test_no_configuration_at_all(tmp_path: Path) -> None:
    (tmp_path / "tasks.py").write_text("from migkit.tasks import namespace\n")
    done = invoke(tmp_path, "mig.schemas")
    assert (done.returncode, done.stdout) == (3, "")
    assert "no configuration" in done.stderr


def test_a_bug_keeps_its_traceback_and_json_is_still_one_object(project: Path) -> None:
    (project / "tasks.py").write_text(
        "from invoke.collection import Collection\n"
        "from migkit.shell import verb\n\n\n"
        "@verb()\ndef broken(tell):\n    return 1 / 0\n\n\nnamespace = Collection(broken)\n"
    )
    done = invoke(project, "broken", "--format", "json")
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr
    assert json.loads(done.stdout)["error"]["kind"] == "crash"
    done = invoke(project, "broken", MIGKIT_REPORT="copy.json")
    assert "ZeroDivisionError" in done.stderr
    assert json.loads((project / "copy.json").read_text())["error"]["kind"] == "crash"


def test_a_reader_that_leaves_early_is_no_error(project: Path) -> None:
    process = subprocess.Popen(
        command("mig.schemas"),
        cwd=project,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    told = process.stderr.read()
    process.stderr.close()
    assert (process.wait(60), told) == (2, "")


@pytest.fixture
def slow(project: Path) -> Callable[[str], subprocess.Popen[str]]:
    """Start a round trip that stands in a revision; it is there when the mark is."""

    def start(output_format: str) -> subprocess.Popen[str]:
        mark = project / "mark"
        (project / "app/migrations/versions/c3.py").write_text(
            REVISION.format(ident="c3", parent="b2", up=WAITS.format(mark=str(mark)), down="pass")
        )
        process = subprocess.Popen(
            command("mig.roundtrip", "--schema", "app", "--format", output_format),
            cwd=project,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        deadline = time.monotonic() + 60
        while not mark.exists():
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        return process

    return start


def open_databases(pid: int) -> set[Path]:
    """Give the throwaway databases that a process has open."""
    return {Path(file.path) for file in psutil.Process(pid).open_files() if "/migkit" in file.path}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_with_130_and_leaves_nothing(
    slow: Callable[[str], subprocess.Popen[str]], number: signal.Signals
) -> None:
    process = slow("json")
    databases = open_databases(process.pid)
    assert databases
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert json.loads(out)["error"]["kind"] == "interrupted"
    assert "Traceback" not in err
    assert not [path for path in databases if path.exists() or path.parent.exists()]


def test_an_interrupt_is_told_in_a_line(slow: Callable[[str], subprocess.Popen[str]]) -> None:
    process = slow("text")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert err == "error: interrupted\n  to do: nothing is left running; run it again\n"


def on_a_terminal(cwd: Path, *args: str, **env: str) -> tuple[str, str]:
    """Run with standard error on a terminal of its own; give standard output and what the terminal got."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command(*args), cwd=cwd, env=environment(TERM="xterm", **env), stdout=subprocess.PIPE, stderr=theirs, text=True
    )
    os.close(theirs)
    got = b""
    while True:
        try:
            chunk = os.read(ours, 4096)
        except OSError:  # Linux's way of saying that the other side is closed
            break
        if not chunk:
            break
        got += chunk
    os.close(ours)
    out, _ = process.communicate(timeout=60)
    return out, got.decode(errors="replace")


def test_progress_goes_to_a_terminal_alone(project: Path) -> None:
    out, terminal = on_a_terminal(project, "mig.roundtrip", "--schema", "app", "--format", "json")
    assert json.loads(out)["command"] == "roundtrip"
    assert re.search(r"\d+/4", terminal)
    out, terminal = on_a_terminal(project, "mig.roundtrip", "--schema", "app", "--format", "json", "--quiet")
    assert (json.loads(out)["command"], terminal) == ("roundtrip", "")


def test_an_error_is_red_on_a_terminal_unless_no_color(project: Path) -> None:
    _, terminal = on_a_terminal(project, "mig.roundtrip", "--schema", "nope")
    assert "\x1b[31merror:" in terminal
    _, terminal = on_a_terminal(project, "mig.roundtrip", "--schema", "nope", NO_COLOR="1")
    assert terminal.startswith("error: ")
