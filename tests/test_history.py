"""Every way in which a history can be unreadable is one error with file and line, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from migkit.alembic_io.history import load
from migkit.errors import ConfigError, HistoryError
from migkit.model import Schema
from tests.conftest import MakeSchema, demand_toml, write_revision

EMPTY = "def upgrade():\n    pass\n\ndef downgrade():\n    pass"


def versions(schema: Schema) -> Path:
    return schema.directory / "migrations" / "versions"


def test_a_chain_stands_base_first(make_schema: MakeSchema) -> None:
    history = load(make_schema({"0.57.0rc1": EMPTY, "b2": EMPTY}))
    assert [revision.id for revision in history.revisions] == ["0.57.0rc1", "b2"]
    assert history.heads == ("b2",)
    assert history.revisions[1].parents == ("0.57.0rc1",)
    assert history.revision("b").id == "b2"


@pytest.mark.parametrize(
    ("declared", "reason"),
    [("'rows were merged'", "rows were merged"), ("True", "declared without a reason"), ("False", ""), ("''", "")],
)
def test_a_declared_irreversible_revision_carries_its_reason(
    make_schema: MakeSchema, declared: str, reason: str
) -> None:
    history = load(make_schema({"a1": f"irreversible = {declared}\n" + EMPTY}))
    assert history.revisions[0].irreversible == reason


def test_syntax_error_names_file_and_line(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": EMPTY})
    bad = versions(schema) / "b2_bad.py"
    bad.write_text("revision = 'b2'\ndown_revision = 'a1'\ndef upgrade(:\n")
    with pytest.raises(HistoryError, match="syntax error") as error:
        load(schema)
    assert (error.value.path, error.value.line) == (bad, 3)


def test_duplicate_id_names_both_files(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": EMPTY})
    write_revision(versions(schema), "b2", "a1", EMPTY, "one")
    write_revision(versions(schema), "b2", "a1", EMPTY, "two")
    with pytest.raises(HistoryError, match="b2") as error:
        load(schema)
    assert "b2_one.py" in error.value.message
    assert "b2_two.py" in error.value.message


def test_unknown_parent_names_file_line_and_the_nearest_id(make_schema: MakeSchema) -> None:
    schema = make_schema({"aabbcc112233": EMPTY})
    path = write_revision(versions(schema), "b2", "aabbcc112234", EMPTY)
    with pytest.raises(HistoryError, match="aabbcc112234") as error:
        load(schema)
    assert error.value.path == path
    assert error.value.line is not None
    assert "down_revision" in path.read_text().splitlines()[error.value.line - 1]
    assert "aabbcc112233" in error.value.remedy


def test_unknown_dependency(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": 'depends_on = "nowhere"\n' + EMPTY})
    with pytest.raises(HistoryError, match="nowhere"):
        load(schema)


def test_a_dependency_on_a_branch_is_one_on_its_revision(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": 'branch_labels = "library"\n' + EMPTY})
    write_revision(versions(schema), "b1", None, 'depends_on = "library"\n' + EMPTY)
    history = load(schema)
    assert history.revision("b1").depends_on == ("a1",)
    assert [one.id for one in history.below(["b1"])] == ["a1", "b1"]


def test_cycle(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": EMPTY})
    write_revision(versions(schema), "b2", "c3", EMPTY)
    write_revision(versions(schema), "c3", "b2", EMPTY)
    with pytest.raises(HistoryError, match=r"(?i)cycle"):
        load(schema)


def test_import_of_what_is_not_installed_names_file_line_and_package(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": "import no_such_package_here\n" + EMPTY})
    with pytest.raises(HistoryError, match="no_such_package_here") as error:
        load(schema)
    assert error.value.path is not None
    assert error.value.path.name == "a1_a1.py"
    assert (
        error.value.remedy == "install what provides no_such_package_here, and name it in the schema's `requirements`"
    )


def test_import_that_names_no_package_is_told_in_its_own_words_once(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": "raise ImportError('greenlet is required')\n" + EMPTY})
    with pytest.raises(HistoryError, match="greenlet is required") as error:
        load(schema)
    assert error.value.remedy == "install what it asks for, and name it in the schema's `requirements`"


def test_a_file_without_a_revision_id(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": EMPTY})
    (versions(schema) / "notes.py").write_text("x = 1\n")
    with pytest.raises(HistoryError, match=r"notes\.py"):
        load(schema)


SETS = "context.config.set_main_option('version_locations', 'elsewhere')\n"


def test_a_history_without_a_revision_is_a_new_one(make_schema: MakeSchema) -> None:
    history = load(make_schema({}))
    assert (history.revisions, history.heads) == ((), ())


def test_an_ini_that_shows_no_revision_while_env_py_names_a_folder_is_an_error(make_schema: MakeSchema) -> None:
    with pytest.raises(HistoryError, match="no revision") as error:
        load(make_schema({}, env=SETS))
    assert "version_locations" in error.value.remedy


def test_no_folder_for_revisions_is_an_error(make_schema: MakeSchema) -> None:
    schema = make_schema({})
    versions(schema).rmdir()
    with pytest.raises(HistoryError, match="no revision"):
        load(schema)


@pytest.mark.parametrize("suffix", [".sample", ".example", ".dist", ".template"])
def test_a_sample_stands_in_for_an_ini_that_nobody_made_yet(make_schema: MakeSchema, suffix: str) -> None:
    schema = make_schema({"a1": EMPTY})
    schema.ini.rename(schema.ini.with_name(f"alembic.ini{suffix}"))
    assert load(schema, sample=True).heads == ("a1",)


def test_pyproject_toml_says_where_the_history_is(make_schema: MakeSchema) -> None:
    demand_toml()
    schema = make_schema({"a1": EMPTY})
    schema.ini.unlink()
    (schema.directory / "pyproject.toml").write_text('[tool.alembic]\nscript_location = "%(here)s/migrations"\n')
    assert load(replace(schema, ini=schema.directory / "pyproject.toml")).heads == ("a1",)
    schema.ini.write_text("[alembic]\nsqlalchemy.url = sqlite:///x\n")
    assert load(schema).heads == ("a1",)


def test_no_script_location(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": EMPTY})
    schema.ini.write_text("[alembic]\nscript_location = nowhere\n")
    with pytest.raises(HistoryError, match="nowhere"):
        load(schema)


@pytest.mark.parametrize("sample", [True, False])
def test_no_ini_tells_how_to_copy_the_sample(make_schema: MakeSchema, sample: bool) -> None:
    schema = make_schema({"a1": EMPTY})
    if sample:
        schema.ini.rename(schema.ini.with_name("alembic.ini.sample"))
    else:
        schema.ini.unlink()
    with pytest.raises(ConfigError) as error:
        load(schema)
    assert ("cp " in error.value.remedy) is sample


def test_loading_leaves_the_working_directory(make_schema: MakeSchema) -> None:
    before = Path.cwd()
    load(make_schema({"a1": EMPTY}))
    assert Path.cwd() == before


def test_the_sample_stands_in_only_where_that_was_asked_for(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": EMPTY})
    schema.ini.rename(schema.ini.with_name("alembic.ini.sample"))
    assert load(schema, sample=True).schema.ini.name == "alembic.ini.sample"
    with pytest.raises(ConfigError):
        load(schema)


def test_what_a_revision_prints_while_it_loads_stays_off_the_report(
    make_schema: MakeSchema, capfd: pytest.CaptureFixture[str]
) -> None:
    load(make_schema({"a1": "print('noise')\n" + EMPTY}))
    assert capfd.readouterr() == ("", "")


def test_a_revision_that_exits_while_it_loads_is_an_error(make_schema: MakeSchema) -> None:
    with pytest.raises(HistoryError, match="SystemExit"):
        load(make_schema({"a1": "import sys\nsys.exit(0)\n" + EMPTY}))


@pytest.mark.parametrize(
    "ini",
    [
        "[alembic]\nscript_location = %(NOWHERE)s/migrations\n",
        "script_location = migrations\n",
        "[alembic]\nscript_location = migrations\nscript_location = other\n",
    ],
)
def test_an_ini_that_cannot_be_read_is_an_error(make_schema: MakeSchema, ini: str) -> None:
    schema = make_schema({"a1": EMPTY})
    schema.ini.write_text(ini)
    with pytest.raises(HistoryError):
        load(schema)


def test_a_revision_without_an_upgrade_is_an_error(make_schema: MakeSchema) -> None:
    with pytest.raises(HistoryError, match="upgrade"):
        load(make_schema({"a1": "x = 1"}))
