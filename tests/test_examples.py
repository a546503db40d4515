"""The example histories and the broken ones are what their READMEs say, as far as files alone can tell."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import chdir
from functools import cache
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import Script, ScriptDirectory

from migkit.model import Verdict

ROOT = Path(__file__).resolve().parent.parent
BIN_MANAGER = ROOT / "examples/voipbin/bin-manager"
ASTERISK = ROOT / "examples/voipbin/asterisk_config"
OMNI = ROOT / "examples/omni"
HISTORIES = Path(__file__).resolve().parent / "histories"
BROKEN = [HISTORIES / "broken", HISTORIES / "broken_postgresql", HISTORIES / "broken_sqlite"]
HEALTHY = [BIN_MANAGER, ASTERISK, OMNI]
EXPECTATIONS = {verdict.value for verdict in Verdict} | {"empty-downgrade"}


@cache
def scripts(directory: Path) -> ScriptDirectory:
    """Load a history as `alembic` does: from the directory of its ini."""
    ini = "alembic.ini.sample" if directory == BIN_MANAGER else "alembic.ini"
    with chdir(directory):
        history = ScriptDirectory.from_config(Config(str(directory / ini)))
        history.get_heads()  # reads the files, once
        return history


def revisions(directory: Path) -> list[Script]:
    return list(scripts(directory).walk_revisions())


def named(directory: Path) -> str:
    return directory.name


each = pytest.mark.parametrize("directory", [*HEALTHY, *BROKEN], ids=named)
each_healthy = pytest.mark.parametrize("directory", HEALTHY, ids=named)
each_broken = pytest.mark.parametrize("directory", BROKEN, ids=named)


@each
def test_a_history_has_one_base_and_one_head(directory: Path) -> None:
    history = scripts(directory)
    assert len(history.get_bases()) == 1
    assert len(history.get_heads()) == 1


@each
def test_every_file_is_a_revision_with_an_id_of_its_own(directory: Path) -> None:
    history = scripts(directory)
    files = sorted((directory / history.versions).glob("*.py"))
    ids = Counter(re.search(r"^revision(?:: str)? = '(\w+)'$", file.read_text(), re.MULTILINE)[1] for file in files)
    assert {ident: count for ident, count in ids.items() if count > 1} == {}
    assert set(ids) == {script.revision for script in history.walk_revisions()}


def test_no_id_stands_in_two_histories() -> None:
    ids = [script.revision for directory in (*HEALTHY, *BROKEN) for script in revisions(directory)]
    assert len(ids) == len(set(ids))


@each
def test_files_are_named_as_alembic_names_them(directory: Path) -> None:
    history = scripts(directory)
    for script in history.walk_revisions():
        slug = "_".join(re.findall(r"\w+", script.doc)).lower()
        if len(slug) > history.truncate_slug_length:
            slug = slug[: history.truncate_slug_length].rsplit("_", 1)[0] + "_"
        assert Path(script.path).name == f"{script.revision}_{slug}.py"


@each
def test_docstrings_say_what_the_identifiers_say(directory: Path) -> None:
    for script in revisions(directory):
        parents = ", ".join(script._versioned_down_revisions)
        docstring = ast.get_docstring(ast.parse(Path(script.path).read_text()), clean=False)
        head = f"{script.doc}\n\nRevision ID: {script.revision}\nRevises: {parents}\nCreate Date: 20"
        assert docstring.startswith(head)
        assert re.fullmatch(r"[0-9a-f]{12}", script.revision)


@each_healthy
def test_an_example_is_as_long_as_promised_and_has_a_merge(directory: Path) -> None:
    found = revisions(directory)
    assert len(found) >= 14
    assert sum(script.is_merge_point for script in found) == 1


@pytest.mark.parametrize("directory", [BIN_MANAGER, ASTERISK], ids=named)
def test_voipbin_titles_follow_the_schema_rules(directory: Path) -> None:
    rules = title_rules(directory)
    actions, items = "create|add|remove|update|drop", "|".join(rules)
    for script in revisions(directory):
        if not script.is_merge_point:
            assert re.fullmatch(rf"[a-z_]+?_({actions})_({items})(_[a-z0-9_]+)?", script.doc), script.doc


def title_rules(directory: Path) -> list[str]:
    schemas = tomllib.loads((ROOT / "examples/voipbin/migkit.toml").read_text())["schemas"]
    found = next(schema for schema in schemas.values() if schema["directory"] == directory.name)
    return found["title"]["items"]


def test_the_title_of_the_first_screen_is_still_free() -> None:
    assert not any("dtls_auto_gen" in script.doc for script in revisions(ASTERISK))


def test_bin_manager_keeps_no_ini_of_its_own() -> None:
    assert "bin-manager/alembic.ini" in (ROOT / "examples/voipbin/.gitignore").read_text().splitlines()
    assert "mysql://bin-manager:PASSWORD@" in (BIN_MANAGER / "alembic.ini.sample").read_text()


@pytest.mark.parametrize("where", ["pyproject.toml", "examples/voipbin/migkit.toml", "examples/omni/migkit.toml"])
def test_configured_directories_hold_a_history(where: str) -> None:
    values = tomllib.loads((ROOT / where).read_text())
    values = values["tool"]["migkit"] if where == "pyproject.toml" else values
    for schema in values["schemas"].values():
        directory = ((ROOT / where).parent / schema["directory"]).resolve()
        assert directory in HEALTHY


def test_the_root_configures_every_example_as_its_own_directory_does() -> None:
    root = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["migkit"]["schemas"]
    for group in ("voipbin", "omni"):
        own = tomllib.loads((ROOT / "examples" / group / "migkit.toml").read_text())["schemas"]
        for name, schema in own.items():
            assert {**root[name], "directory": ""} == {**schema, "directory": ""}


def expectation(script: Script) -> str:
    marks = re.findall(r"^# expect: (.*)$", Path(script.path).read_text(), re.MULTILINE)
    assert len(marks) == 1, script.path
    return marks[0]


@each_broken
def test_every_broken_revision_expects_a_known_verdict(directory: Path) -> None:
    for script in revisions(directory):
        assert expectation(script) in EXPECTATIONS


@each_broken
def test_the_broken_histories_hold_every_verdict(directory: Path) -> None:
    assert {expectation(script) for script in revisions(directory)} == EXPECTATIONS


@each_broken
def test_irreversible_is_declared_in_both_ways(directory: Path) -> None:
    sources = [
        Path(script.path).read_text() for script in revisions(directory) if expectation(script) == "irreversible"
    ]
    assert any(re.search(r'^irreversible = ".+"$', source, re.MULTILINE) for source in sources)
    assert any("raise NotImplementedError" in source for source in sources)


@each_broken
def test_the_readme_lists_what_the_revisions_expect(directory: Path) -> None:
    found = [(script.revision, script.doc, expectation(script)) for script in revisions(directory)]
    assert sorted(readme_rows(directory)) == sorted(found)


def readme_rows(directory: Path) -> Iterator[tuple[str, str, str]]:
    for line in (directory / "README.md").read_text().splitlines():
        match = re.match(r"\| `(\w{12})` \| (.+?) \| ([a-z-]+) \|", line)
        if match:
            yield match[1], match[2], match[3]


@each_broken
def test_only_an_empty_downgrade_is_expected_to_be_found_empty(
    directory: Path,
) -> None:
    for script in revisions(directory):
        if expectation(script) == "empty-downgrade":
            body = next(
                node.body
                for node in ast.parse(Path(script.path).read_text()).body
                if isinstance(node, ast.FunctionDef) and node.name == "downgrade"
            )
            assert all(isinstance(node, ast.Pass) for node in body)
