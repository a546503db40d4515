"""Whatever lies in a history's folder: findings or a clean run, no crash, nothing executed, memory and time bounded."""

from __future__ import annotations

import errno
import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migkit import render
from migkit.model import Severity
from tests.inspection.project import Place

ROOT = Path(__file__).parents[2]
HISTORIES = (ROOT / "tests" / "histories", ROOT / "examples", ROOT / "tests" / "corpus")
REAL = sorted(path for folder in HISTORIES for path in folder.rglob("*.py") if b"down_revision" in path.read_bytes())
WORDS = (
    "op.execute(", "op.add_column(", "sa.Column(", "'''", '"""', "f'{x}'", "(", ")", "[", "]", "{", "}", "\n", "    ",
    "\t", "def upgrade():", "def downgrade():", "revision = 'a1'", "down_revision = 'a1'", "for i in range(9 ** 9):",
    "while 1:", "if x:", "with op.batch_alter_table('t') as b:", "lambda: 0", "# migkit: ignore[x", "%s" * 3, "'", '"',
    "-- migkit: ignore[]", "CREATE TABLE t (a INT", "ALTER TABLE `t` ADD", "DELIMITER ;;", "/*!50003", "$$", "\\", "\0",
    "\u2028", "\x0c", "import os; os.system('touch harm')", "x = x + x", "*" * 40, "9" * 5000, "é", "async", "match x:",
    "return", "pass",
)  # fmt: skip
MEMORY = 1_500_000_000  # bytes of addresses: what a run of the kit may have
PROGRAM = "from migkit.tasks import program; program.run()"
LOOSE = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def judged(place: Place) -> set[str]:
    """Lint what lies there, in every format, and give the rules that found something."""
    report = place.lint(use_cache=False)
    for name in render.FORMATS:
        assert render.renderer(name).report(report, fail_on=Severity.note)
    rules = {one.rule for one in report.findings}
    assert "rule-failed" not in rules, [one.message for one in report.findings if one.rule == "rule-failed"]
    return rules


def emptied(place: Place) -> None:
    for path in place.versions.iterdir():
        path.unlink()


@LOOSE
@given(st.lists(st.binary(max_size=300), min_size=1, max_size=3))
def test_random_bytes(place: Place, contents: list[bytes]) -> None:
    emptied(place)
    for number, content in enumerate(contents):
        (place.versions / f"{number}.py").write_bytes(content)
    judged(place)


@LOOSE
@given(st.lists(st.sampled_from(WORDS), max_size=40))
def test_random_python(place: Place, words: list[str]) -> None:
    emptied(place)
    (place.versions / "a1.py").write_text("revision = 'a1'\ndown_revision = None\n" + " ".join(words), "utf-8")
    judged(place)
    assert not (place.root / "harm").exists()


@LOOSE
@given(st.data())
def test_real_files_cut_joined_and_swapped(place: Place, data: st.DataObject) -> None:
    emptied(place)
    for number in range(2):
        source = data.draw(st.sampled_from(REAL)).read_bytes()
        begin, end = sorted(data.draw(st.tuples(*[st.integers(0, len(source))] * 2)))
        word = data.draw(st.sampled_from(WORDS)).encode("utf-8", "surrogatepass")
        (place.versions / f"{number}.py").write_bytes(source[:begin] + word + source[end:])
    judged(place)


DEEP = {
    "parentheses": "x = " + "(" * 5000 + ")" * 5000,
    "lists": "x = " + "[" * 90 + "]" * 90,
    "additions": "op.execute(" + " + ".join(["'a'"] * 20_000) + ")",
    "attributes": "op" + ".a" * 20_000,
    "calls": "f(" * 2000 + ")" * 2000,
    "unary": "x = " + "-" * 50_000 + "1",
    "blocks": "\n".join(" " * depth + "if 1:" for depth in range(99)) + "\n" + " " * 99 + "pass",
    "helpers": "\n".join(f"def f{n}():\n    f{n + 1}()\n    f{n + 1}()" for n in range(60)) + "\nupgrade = f0",
    "recursion": "def upgrade():\n    upgrade()\n    helper()\ndef helper():\n    upgrade()\n    helper()\n",
    "loops": "def upgrade():\n    for a in range(50):\n        for b in range(50):\n            for c in range(50):\n"
    "                for d in range(50):\n                    op.execute(f'DROP TABLE t{a}{b}{c}{d}')\n",
    "powers": "def upgrade():\n    op.execute('x' * 10 ** 12)\n    op.execute('x' * 9 ** 9 * 9)\n    9 ** 9 ** 9\n",
    "doubling": "x = 'ab'\n" + "x = x + x\n" * 200 + "def upgrade():\n    op.execute(x)\n",
    "format": "def upgrade():\n    op.execute('{:>9999999999}'.format(1))\n    op.execute('%9999999999d' % 1)\n",
    "sql in brackets": "def upgrade():\n    op.execute('SELECT " + "(" * 20_000 + "')\n",
    "sql of many statements": "def upgrade():\n    op.execute('" + "DROP TABLE a;" * 20_000 + "')\n",
    "sql of one long list": "def upgrade():\n    op.execute('INSERT INTO t VALUES " + "(1),(2)," * 50_000 + "(3)')\n",
    "sql in quotes": "def upgrade():\n    op.execute('''" + '"`' * 20_000 + "''')\n",
    "sql of comments": "def upgrade():\n    op.execute('" + "/*" * 20_000 + "')\n",
    "ignores": "# migkit: ignore[" + "a," * 20_000 + "] x\n" * 3,
    "one long line": "x = '" + "a" * 3_000_000 + "'",
    "10 MB": "# " + "a" * 78 + "\n" + ("x = 1\n" * 1_700_000),
    "many functions": "".join(f"def f{n}():\n    op.execute('DROP TABLE a')\n" for n in range(5000)),
    "many columns": "def upgrade():\n    op.execute('CREATE TABLE t ("
    + ", ".join(f"c{n} INT" for n in range(9000))
    + ")')\n",
}


@pytest.mark.parametrize("name", DEEP)
def test_what_is_deep_or_large_ends_within_memory_and_time(place: Place, name: str) -> None:
    head = "revision = 'a1'\ndown_revision = None\n"
    (place.versions / "a1.py").write_text(head + DEEP[name])

    def bounded() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "lint", "--no-cache", "--output", os.devnull],
        cwd=place.root, env=environment, preexec_fn=bounded, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode in (0, 2), "Traceback" not in done.stderr) == (True, True), done.stderr[-2000:]


HARM = """
import os, subprocess, pathlib
HARM = pathlib.Path({sentinel!r})
HARM.touch()
revision = "a1" if HARM.touch() else "a1"
down_revision = [HARM.touch() for _ in "x"] and None
f"{{HARM.touch()}}"
@(lambda f: HARM.touch())
def upgrade(x=HARM.touch()): HARM.touch()
class A(metaclass=lambda *a: HARM.touch()): HARM.touch()
def downgrade(): os.system("touch {sentinel}")
__import__("os").system("touch {sentinel}")
eval("HARM.touch()")
"""


def test_files_that_would_do_harm_are_not_run(place: Place, tmp_path: Path) -> None:
    sentinel = tmp_path / "harm"
    source = HARM.format(sentinel=str(sentinel))
    for path in (place.versions / "a1.py", place.versions / "__init__.py", place.root / "migrations" / "__init__.py"):
        path.write_text(source)
    for name in ("sqlglot", "alembic", "sqlalchemy", "migrations", "ast"):
        (place.root / f"{name}.py").write_text(source)
    judged(place)
    assert not sentinel.exists()


def test_what_is_no_file_is_told_and_not_waited_for(place: Place) -> None:
    place.table("a1", None, "notes")
    os.mkfifo(place.versions / "pipe.py")
    (place.versions / "folder.py").mkdir()
    (place.versions / "itself.py").symlink_to(place.versions / "itself.py")
    (place.versions / "nowhere.py").symlink_to(place.versions / "not-there")
    (place.versions / "device.py").symlink_to("/dev/zero")
    (place.versions / "up").symlink_to(place.versions.parent)
    (place.root / "alembic.ini").write_text(
        "[alembic]\nscript_location = %(here)s/migrations\nrecursive_version_locations = true\n"
    )
    found = {Path(one.path or "").name for one in place.lint().findings if one.rule == "unreadable-file"}
    assert found == {"pipe.py", "itself.py", "not-there", "zero"}


def test_a_file_that_may_not_be_read_is_told(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = place.table("a1", None, "notes")
    opened = Path.open

    def refused(path: Path, *given: Any, **named: Any) -> Any:
        if path == kept:  # root, as whom the tests may run, is refused nothing
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return opened(path, *given, **named)

    monkeypatch.setattr(Path, "open", refused)
    (found,) = (one for one in place.lint().findings if one.rule == "unreadable-file")
    assert "Permission denied" in found.message


def test_names_of_files_that_no_terminal_bears_are_told(place: Place) -> None:
    for name in (b"\xff\xfe.py", b"tab\tline.py", b"\x1b[31m.py", "é\u202e.py".encode()):
        Path(os.fsdecode(os.fsencode(place.versions) + b"/" + name)).write_bytes(b"revision = (\n")
    report = place.lint()
    assert len([one for one in report.findings if one.rule == "unreadable-file"]) == 4
    for name in render.FORMATS:
        render.renderer(name).report(report, fail_on=Severity.note).encode("utf-8", "replace")
    assert same_again(place)


def same_again(place: Place) -> bool:
    return place.lint().findings == place.lint(use_cache=False).findings


def test_names_of_half_characters_are_told_in_every_format(place: Place, tmp_path: Path) -> None:
    place.write(
        "a1", None, 'op.execute("DROP TABLE `\\ud800`")', 'op.execute("""CREATE TABLE t (`\\x1b\\udfff` INT)""")'
    )
    assert "drop-table" in judged(place)
    assert same_again(place)
    command = [sys.executable, "-c", PROGRAM, "lint", "--format", "json", "--output", str(tmp_path / "told.json")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=place.root, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode in (0, 2), done.stderr) == (True, "")
    assert json.loads((tmp_path / "told.json").read_text())["command"] == "lint"
