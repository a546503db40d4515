"""Where revisions lie is read without Alembic, and held against what Alembic itself makes of the same files."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from migkit.alembic_io.history import alembic_config, script_directory
from migkit.alembic_io.surroundings import caught_output, working_directory
from migkit.errors import HistoryError
from migkit.inspection.files import files
from migkit.inspection.locations import Locations, locations
from migkit.model import Schema
from tests.conftest import MakeSchema, demand_toml

EXAMPLES = Path(__file__).parents[1] / "examples"
INIS = sorted([*EXAMPLES.glob("**/alembic.ini"), *EXAMPLES.glob("**/alembic.ini.sample")])
HERE = "[alembic]\nscript_location = %(here)s/migrations\n"


def schema(ini: Path) -> Schema:
    return Schema("app", ini.parent, ini, "app", "sqlite", ("sqlite",))


def theirs(given: Schema) -> Locations:
    """Give what Alembic's ScriptDirectory says."""
    before = sys.path[:]
    with working_directory(given.directory), caught_output():
        script = script_directory(alembic_config(given), given)
        here = Path.cwd()
        sys.path[:] = before
        template = "" if script.file_template == "%(rev)s_%(slug)s" else script.file_template
        return Locations(
            ini=given.ini,
            scripts=here / script.dir,
            folders=tuple(Path(folder) for folder in script._version_locations),
            recursive=bool(script.recursive_version_locations),
            template=template,
            slug_length=int(script.truncate_slug_length or 0),
        )


def same(ours: Locations, alembics: Locations) -> bool:
    """Whether the two say the same folders and options, links and dots followed."""

    def told(place: Locations) -> list[object]:
        folders = [folder.resolve() for folder in place.folders]
        return [place.scripts.resolve(), folders, place.recursive, place.template, place.slug_length]

    return told(ours) == told(alembics)


@pytest.mark.parametrize("ini", INIS, ids=lambda ini: ini.parent.name)
def test_the_examples_are_where_alembic_finds_them(ini: Path) -> None:
    assert same(locations(schema(ini)), theirs(schema(ini)))


@pytest.mark.parametrize(
    "ini",
    [
        HERE,
        "[alembic]\nscript_location = migrations\n",
        "[alembic]\nscript_location = ./migrations/../migrations/\n",
        HERE + "version_locations = %(here)s/one %(here)s/two\npath_separator = space\n",
        HERE + "version_locations = one, two,three\n",
        HERE + "version_locations = one  two\n",
        HERE + "version_locations = one:two\nversion_path_separator = :\n",
        HERE + "version_locations = one:two\nversion_path_separator = os\n",
        HERE + "version_locations = one ; two\nversion_path_separator = ;\n",
        HERE + "version_locations =\n  one\n  %(here)s/two\npath_separator = newline\n",
        HERE + "version_locations = one:two\npath_separator = :\nversion_path_separator = ;\n",
        HERE + "version_locations =\n",
        HERE + "recursive_version_locations = true\n",
        HERE + "recursive_version_locations = True\n",
        HERE + "recursive_version_locations = false\n",
        HERE + "file_template = %%(year)d_%%(rev)s_%%(slug)s\ntruncate_slug_length = 12\n",
        HERE + "file_template = %%(rev)s_%%(slug)s\n",
        HERE + "truncate_slug_length = 0\n",
        HERE + "prepend_sys_path = .\n",
        HERE + "prepend_sys_path = .:src\npath_separator = os\n",
        "[DEFAULT]\nplace = migrations\n[alembic]\nscript_location = %(place)s\n",
        HERE + "sqlalchemy.url = postgresql://a:%%40@h/d\n# version_locations = one\n",
    ],
)
def test_odd_inis_say_what_they_say_to_alembic(make_schema: MakeSchema, ini: str) -> None:
    if "path_separator" in ini:
        demand_toml()  # older releases part paths otherwise
    given = make_schema({})
    given.ini.write_text(ini)
    assert same(locations(given), theirs(given))


@pytest.mark.parametrize(
    "toml",
    [
        'script_location = "%(here)s/migrations"\n',
        'script_location = "migrations"\nversion_locations = ["%(here)s/one", "two"]\n',
        'script_location = "migrations"\nrecursive_version_locations = true\n',
        'script_location = "migrations"\nfile_template = "%%(rev)s-%%(slug)s"\ntruncate_slug_length = 9\n',
        'script_location = "migrations"\nprepend_sys_path = ["."]\n',
    ],
)
@pytest.mark.parametrize("beside", ["", "[alembic]\nsqlalchemy.url = sqlite://\n", HERE + "truncate_slug_length = 7\n"])
def test_a_pyproject_says_what_it_says_to_alembic(make_schema: MakeSchema, toml: str, beside: str) -> None:
    demand_toml()
    given = make_schema({})
    given.ini.unlink()
    if beside:
        given.ini.write_text(beside)
    (given.directory / "pyproject.toml").write_text(f"[tool.alembic]\n{toml}")
    given = schema(given.ini if beside else given.directory / "pyproject.toml")
    assert same(locations(given), theirs(given))


def test_a_folder_in_a_package_is_found_and_the_package_is_not_imported(
    make_schema: MakeSchema, tmp_path: Path
) -> None:
    given = make_schema({"a1": "def upgrade():\n    pass\ndef downgrade():\n    pass\n"}, name="app/pkg_of_the_test/db")
    package = tmp_path / "app" / "pkg_of_the_test"
    (package / "__init__.py").write_text("raise SystemExit('this code must not run')\n")
    ini = tmp_path / "app" / "alembic.ini"
    ini.write_text("[alembic]\nscript_location = pkg_of_the_test.db:migrations\nprepend_sys_path = .\n")
    found = locations(schema(ini))
    assert found.folders == (given.directory / "migrations" / "versions",)
    assert "pkg_of_the_test" not in sys.modules


@pytest.mark.parametrize(
    "ini",
    [
        "",
        "[alembic]\n",
        "[alembic]\nscript_location = nowhere\n",
        "[alembic]\nscript_location = no_such_package_anywhere:migrations\n",
        "no ini\n",
        "[alembic]\nscript_location = %(hunter2)s\n",
        HERE + "truncate_slug_length = many\n",
        HERE + "version_locations = a b\npath_separator = comma\n",
    ],
)
def test_an_ini_that_leads_nowhere_is_told_without_its_lines(make_schema: MakeSchema, ini: str) -> None:
    given = make_schema({})
    given.ini.write_text(ini)
    with pytest.raises(HistoryError) as error:
        locations(given)
    assert error.value.path == given.ini
    assert error.value.remedy
    assert "hunter2" not in str(error.value)


def test_the_files_are_those_that_alembic_loads_each_once(make_schema: MakeSchema) -> None:
    body = "def upgrade():\n    pass\ndef downgrade():\n    pass\n"
    given = make_schema({"b2": body, "a1": body}, ini="recursive_version_locations = true\n")
    versions = given.directory / "migrations" / "versions"
    (versions / "deep" / "__pycache__").mkdir(parents=True)
    for name in ("__init__.py", ".#lock.py", "notes.txt", "deep/c3.py", "deep/__pycache__/d4.py", "deep/e5.pyc"):
        (versions / name).write_text("revision = 'x'\n")
    (versions / "deep" / "again.py").symlink_to(versions / "a1_a1.py")
    with working_directory(given.directory), caught_output():
        script = script_directory(alembic_config(given), given)
        from alembic.script import Script

        listed = [path for folder in script._version_locations for path in Script._list_py_dir(script, Path(folder))]
    kept = [Path(path) for path in listed if str(path).endswith(".py")]
    loaded = {path.resolve() for path in kept if path.name not in ("__init__.py", ".#lock.py")}
    assert [one.path for one in files(locations(given))] == sorted(loaded, key=lambda path: (path.parent, path.name))
    assert len(loaded) == 3


def test_a_folder_that_is_not_there_has_no_files(make_schema: MakeSchema) -> None:
    given = make_schema({}, ini="version_locations = nowhere\n")
    assert files(locations(given)) == ()
