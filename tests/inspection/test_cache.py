"""What lint keeps between runs saves time and decides nothing: another input, or a damaged file, is judged anew."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from migkit.inspection import examining, history, store
from migkit.inspection.files import File
from migkit.inspection.readings import Readings
from migkit.model import Report
from migkit.reading import read
from tests.inspection.project import FIRST, Place, told

DROP = 'op.execute("ALTER TABLE notes DROP COLUMN {}")'
LOST = ("drop-column", "b2", FIRST)
SOURCE = b"""revision = "a1"
down_revision = None


def upgrade():
    op.execute("DROP TABLE a")  # migkit: ignore[drop-table] nobody reads it
"""
LOADED = "migkit.lint.rules", "migkit.reading", "sqlalchemy", "alembic", "sqlglot", "rich", "docker"


class Counted:
    """Counts how often the rules were asked, and how many files were read."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.judged = self.read = 0
        judge, reader = examining._judged, history.read

        def judging(*given: object) -> object:
            self.judged += 1
            return judge(*given)  # type: ignore[arg-type]  # as it was called

        def reading(*given: object) -> object:
            self.read += 1
            return reader(*given)  # type: ignore[arg-type]  # as it was called

        monkeypatch.setattr(examining, "_judged", judging)
        monkeypatch.setattr(history, "read", reading)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    return Counted(monkeypatch)


@pytest.fixture
def place(place: Place) -> Place:
    """A history whose second revision drops a column."""
    up = 'op.execute("CREATE TABLE notes (id INT PRIMARY KEY, body TEXT)")'
    place.write("a1", None, up, 'op.execute("DROP TABLE notes")')
    place.write("b2", "a1", DROP.format("body"))
    return place


def same(one: Report, other: Report) -> bool:
    return (one.findings, one.known, one.facts) == (other.findings, other.known, other.facts)


def test_a_second_run_asks_no_rule_and_says_the_same(place: Place, counted: Counted) -> None:
    first, second = place.lint(), place.lint()
    assert LOST in told(first.findings)
    assert same(first, second)
    assert (counted.judged, counted.read) == (1, 2)


def test_without_the_cache_everything_is_read_anew_and_nothing_is_kept(
    place: Place, counted: Counted, cache: Path
) -> None:
    assert same(place.lint(use_cache=False), place.lint(use_cache=False))
    assert (counted.judged, counted.read) == (2, 4)
    assert not cache.exists()


def test_a_saved_file_costs_one_reading(place: Place, counted: Counted) -> None:
    place.lint()
    place.write("b2", "a1", DROP.format("id"))
    found = place.lint().findings
    assert [one.object for one in found if one.rule == "drop-column"] == ["notes.id"]
    assert (counted.judged, counted.read) == (2, 3)
    assert same(place.lint(), place.lint(use_cache=False))


@pytest.mark.parametrize("change", ["config", "engine", "ini", "new file", "removed", "renamed", "base"])
def test_whatever_the_findings_follow_from_is_looked_at(place: Place, counted: Counted, change: str) -> None:
    if change == "base":
        place.configure('base_sql = "base.sql"')
        (place.root / "base.sql").write_text("CREATE TABLE one (id INT);\n")
    place.lint()
    options: dict[str, object] = {}
    if change == "config":
        place.configure('lint = { off = ["drop-column"] }')
    elif change == "engine":
        options = {"engine": "mariadb:10.11"}
    elif change == "ini":
        (place.root / "alembic.ini").write_text("[alembic]\nscript_location = migrations\ntruncate_slug_length = 9\n")
    elif change == "new file":
        place.write("c3", "b2", DROP.format("id"))
    elif change == "removed":
        next(place.versions.glob("b2*")).unlink()
    elif change == "renamed":
        next(place.versions.glob("b2*")).rename(place.versions / "other.py")
    else:
        (place.root / "base.sql").write_text("CREATE TABLE two (id INT);\n")
    place.lint(**options)
    assert counted.judged == 2


def test_the_kits_own_code_is_a_part_of_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = store.code()
    assert store.code() == before
    stamp = store._stamp
    monkeypatch.setattr(store, "_stamp", lambda path: "x" if path.name == "judging.py" else stamp(path))
    assert store.code() != before


def test_all_code_that_rules_and_reader_consist_of_is_a_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    stamped: set[str] = set()

    def stamp(path: Path) -> str:
        stamped.add(str(path))
        return ""

    monkeypatch.setattr(store, "_stamp", stamp)
    store.code()
    loads = "import sys, sqlglot, migkit.sql.foreign, migkit.squawk.asking, migkit.lint.rules as rules; rules.ALL"
    shown = "print(*(one.__file__ for name, one in sys.modules.items() if name.startswith(('migkit.', 'sqlglot._v'))))"
    done = subprocess.run([sys.executable, "-c", f"{loads}; {shown}"], capture_output=True, text=True, check=True)
    apart = ("process.py",)  # which runs squawk, and knows nothing of it
    assert [one for one in done.stdout.split() if one not in stamped and not one.endswith(apart)] == []


@pytest.mark.parametrize("damage", [b"", b"{", b"null", b'{"key": 1}', b"\x80\x04.", b"\xff" * 100])
def test_damaged_files_are_made_anew(place: Place, cache: Path, damage: bytes) -> None:
    first = place.lint()
    kept = list(cache.iterdir())
    assert {path.suffix for path in kept} == {".json", ".readings"}
    for path in kept:
        path.write_bytes(damage)
    assert same(place.lint(), first)
    assert same(place.lint(), first)
    assert all(path.read_bytes() != damage for path in kept if path.suffix == ".json")


def test_a_cache_that_cannot_be_made_is_done_without(place: Place, cache: Path) -> None:
    cache.parent.parent.write_text("no folder")
    assert LOST in told(place.lint().findings)


def test_a_user_without_a_home_has_no_cache(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody of whom the machine knows only a number: `docker run --user 12345`, without HOME."""

    def nobody(_number: int) -> None:
        raise KeyError

    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr("pwd.getpwuid", nobody)
    assert LOST in told(place.lint().findings)


def test_what_was_kept_of_a_file_is_what_was_read(tmp_path: Path) -> None:
    file = File(Path("/x/a1.py"), SOURCE)
    first = Readings(tmp_path, "x")
    assert first.get(file, "mysql") is None
    script = read(file.path, file.source, "mysql")
    first.put(file, "mysql", script)
    first.keep()
    again = Readings(tmp_path, "x")
    assert again.get(file, "mysql") == script
    assert again.get(file, "postgresql") is None
    assert again.get(File(file.path, SOURCE + b"#"), "mysql") is None
    assert Readings(tmp_path, "x", "other code").get(file, "mysql") is None


def test_what_is_in_no_file_any_more_is_forgotten(tmp_path: Path) -> None:
    files = [File(Path(f"/x/{name}.py"), SOURCE) for name in "ab"]
    first = Readings(tmp_path, "x")
    for file in files:
        first.put(file, "mysql", read(file.path, file.source, "mysql"))
    first.keep()
    second = Readings(tmp_path, "x")
    second.get(files[0], "mysql")
    second.put(File(Path("/x/c.py"), SOURCE), "mysql", read(Path("/x/c.py"), SOURCE, "mysql"))
    second.keep()
    assert Readings(tmp_path, "x").get(files[1], "mysql") is None


class Harm:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (os.environ["HARM"],)


def test_a_kept_file_can_call_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARM", str(tmp_path / "harm"))
    (tmp_path / "x.readings").write_bytes(pickle.dumps({"a": Harm()}))
    assert Readings(tmp_path, "x").get(File(Path("a.py")), "mysql") is None
    assert not (tmp_path / "harm").exists()


def loaded(place: Place, names: tuple[str, ...]) -> str:
    """Give which of some modules a run of the console program loads."""
    program = (
        "import sys\nfrom migkit.tasks import program\nprogram.run(['migkit', 'lint', '--quiet'], exit=False)\n"
        f"print([name for name in {names!r} if name in sys.modules])"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=place.root, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()[-1]


def test_a_run_in_which_nothing_changed_loads_neither_rules_nor_reader(place: Place) -> None:
    place.lint()
    assert loaded(place, LOADED) == "[]"


def test_a_first_run_loads_none_of_the_large_libraries(place: Place) -> None:
    assert loaded(place, LOADED[2:]) == "[]"
