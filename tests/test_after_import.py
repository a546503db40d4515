"""A call back at a module's first import, and drivers that are imported while the guard is there."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from migkit.after_import import after_import


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "late_driver.py").write_text("def connect():\n    return 'open'\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "late_driver", raising=False)
    return "late_driver"


def test_a_module_is_told_once_its_code_has_run(module: str) -> None:
    told: list[str] = []

    def on_import(found: ModuleType) -> None:
        told.append(found.connect())

    with after_import({module}, on_import):
        assert told == []
        importlib.import_module(module)
        importlib.import_module(module)
    assert told == ["open"]
    assert type(sys.modules[module].__loader__).__name__ == "SourceFileLoader"


def test_nothing_is_told_afterwards_nor_of_others(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    with after_import({"another"}, lambda found: told.append(found.__name__)):
        importlib.import_module(module)
    monkeypatch.delitem(sys.modules, module)
    importlib.import_module(module)
    assert told == []


LATE = """
import sys
from migkit.address import Address
from migkit.guard import Refused, installed

name = {driver!r}
assert name.partition(".")[0] not in sys.modules
with installed(Address("127.0.0.1", 1, "", "ours")) as guard, guard.enforced():
    {code}
    try:
        {connect}
    except Refused as refused:
        print("refused")
"""


@pytest.mark.parametrize(
    ("driver", "code", "connect"),
    [
        ("pymysql", "from pymysql import connect", "connect(host='192.0.2.1', database='live', connect_timeout=1)"),
        ("psycopg", "from psycopg import connect", "connect('host=192.0.2.1 dbname=live connect_timeout=1')"),
        ("psycopg2", "from psycopg2 import connect", "connect('host=192.0.2.1 dbname=live connect_timeout=1')"),
    ],
    ids=["pymysql", "psycopg", "psycopg2"],
)
def test_a_driver_that_is_imported_under_the_guard_is_held_by_it(driver: str, code: str, connect: str) -> None:
    program = LATE.format(driver=driver, code=code, connect=connect)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout == "refused\n", done.stderr


def test_two_that_wait_for_one_module_are_both_called(module: str) -> None:
    told: list[str] = []
    with (
        after_import({module}, lambda found: told.append(f"outer {found.__name__}")),
        after_import({module}, lambda found: told.append(f"inner {found.__name__}")),
    ):
        importlib.import_module(module)
    assert sorted(told) == [f"inner {module}", f"outer {module}"]
