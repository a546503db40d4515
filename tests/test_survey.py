"""What is wrong with the files is told before any of their code runs."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from migkit.alembic_io.history import load
from migkit.alembic_io.survey import survey
from migkit.errors import HistoryError
from migkit.model import Schema
from tests.conftest import MakeSchema, write_revision

EMPTY = "def upgrade():\n    pass\n\ndef downgrade():\n    pass"
HARM = "raise SystemExit('this code must not run')\n"


def test_files_are_read_and_not_run(make_schema: MakeSchema) -> None:
    entries = survey(make_schema({"a1": HARM + EMPTY, "b2": HARM + EMPTY}))
    assert [(entry.id, entry.parents) for entry in entries] == [("a1", ()), ("b2", ("a1",))]


def test_annotated_assignments_and_merges(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": EMPTY})
    versions = schema.directory / "migrations" / "versions"
    (versions / "b2.py").write_text('revision: str = "b2"\ndown_revision: str | None = "a1"\n')
    write_revision(versions, "c3", ("a1", "b2"), EMPTY)
    assert {entry.id: entry.parents for entry in survey(schema)}["c3"] == ("a1", "b2")


@pytest.mark.parametrize("source", ["revision = 'b2'\ndown_revision = (\n", "revision = 'b2'\x00\n"])
def test_a_file_that_is_no_python_is_named(make_schema: MakeSchema, source: str) -> None:
    schema = make_schema({"a1": EMPTY})
    (schema.directory / "migrations" / "versions" / "b2.py").write_text(source)
    with pytest.raises(HistoryError) as error:
        survey(schema)
    assert error.value.path is not None
    assert error.value.path.name == "b2.py"


def test_duplicates_and_unknown_parents(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": HARM + EMPTY})
    versions = schema.directory / "migrations" / "versions"
    write_revision(versions, "b2", "zz", HARM + EMPTY)
    with pytest.raises(HistoryError, match="zz"):
        survey(schema)
    write_revision(versions, "a1", None, HARM + EMPTY, "again")
    with pytest.raises(HistoryError, match="two files"):
        survey(schema)


def test_no_file(make_schema: MakeSchema) -> None:
    assert survey(make_schema({})) == ()
    with pytest.raises(HistoryError, match="no revision"):
        survey(make_schema({}, name="other", env="# it sets version_locations\n"))


def test_no_folder_of_the_users_is_left_on_the_path(make_schema: MakeSchema) -> None:
    before = sys.path[:]
    survey(make_schema({"a1": EMPTY}, ini="prepend_sys_path = .\n"))
    assert sys.path == before


@pytest.mark.parametrize("computed", ["revision = 'a' + str(1)\ndown_revision = None\n", "x = 1\n"])
def test_what_only_running_the_code_can_tell_is_left_open(make_schema: MakeSchema, computed: str) -> None:
    schema = make_schema({"a1": EMPTY})
    (schema.directory / "migrations" / "versions" / "b2.py").write_text(computed)
    assert survey(schema) == ()


def test_a_folder_that_only_an_import_can_find_is_left_open(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": EMPTY})
    schema.ini.write_text("[alembic]\nscript_location = some.package:migrations\n")
    assert survey(schema) == ()


@pytest.mark.parametrize("ini", ["[alembic]\nhunter2\n", "hunter2\n", "[alembic]\nscript_location = %(hunter2)s\n"])
@pytest.mark.parametrize("read", [survey, load])
def test_an_ini_that_is_none_is_named_without_its_words(
    make_schema: MakeSchema, ini: str, read: Callable[[Schema], object]
) -> None:
    schema = make_schema({"a1": EMPTY})
    schema.ini.write_text(ini)
    with pytest.raises(HistoryError, match=r"alembic\.ini cannot be read") as error:
        read(schema)
    assert "hunter2" not in f"{error.value} {error.value.remedy}"
