"""The graph in lint: what is not said where a file keeps something to itself; Alembic does what the rules say of it."""

from __future__ import annotations

import random
import warnings
from collections import Counter
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.runtime.migration import MigrationStep
from alembic.script import ScriptDirectory
from alembic.script.revision import RevisionError
from alembic.util import CommandError
from hypothesis import given
from hypothesis import strategies as st

from migkit.graph import faults
from migkit.model import Severity
from migkit.model.script import Script
from tests.lint.histories import findings, judged, only, written

A, B, C = "4f0c92d17ab3", "9be4470c1f25", "d27a30b8865e"


def revision(ident: str, parent: str | None, more: str = "") -> str:
    return f'"""add {ident}"""\nrevision = "{ident}"\ndown_revision = {parent!r}\n{more}\n'


def test_a_parent_may_stand_in_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    files = {f"{A}_a.py": "revision = '4f0c92d17ab3'\n<<<<<<<\n", f"{B}_b.py": revision(B, A)}
    assert only("unknown-parent", judged(tmp_path, files)) == []
    assert only("unreadable-file", judged(tmp_path, files)) == [("", 2)]


def test_a_parent_may_be_that_of_a_file_that_computes_its_id(tmp_path: Path) -> None:
    files = {f"{A}_a.py": "revision = '4f0c' + '92d17ab3'.lower()\ndown_revision = None\n", f"{B}_b.py": revision(B, A)}
    found = judged(tmp_path, files)
    assert only("unknown-parent", found) == []
    assert only("unreadable-file", found) == []


def test_branches_with_labels_are_a_note(tmp_path: Path) -> None:
    files = {
        f"{A}_a.py": revision(A, None, "branch_labels = ('one',)"),
        f"{B}_b.py": revision(B, None, "branch_labels = ('two',)"),
    }
    (found,) = [one for one in findings(tmp_path, files) if one.rule == "multiple-heads"]
    assert found.severity is Severity.note


def test_two_files_with_one_id_are_each_told_by_their_own_path(tmp_path: Path) -> None:
    files = {"one.py": revision(A, None), "two.py": revision(A, None), "three.py": revision(A, None)}
    found = [one for one in findings(tmp_path, files) if one.rule == "duplicate-id"]
    assert sorted(Path(one.path or "").name for one in found) == ["three.py", "two.py"]


def test_a_long_history_in_which_everything_is_wrong_is_told_whole() -> None:
    """A circle of all of them is one fault, and each lost parent is one."""
    count = 4_000
    circle = [Script(Path(f"{n}.py"), f"{n:x}", (f"{(n + 1) % count:x}",)) for n in range(count)]
    lost = [Script(Path(f"l{n}.py"), f"l{n}", (f"zz{n}",)) for n in range(count)]
    found = Counter(one.rule for one in faults(random.Random(1).sample(circle + lost, 2 * count), "app"))
    assert found == {"cycle": 1, "unknown-parent": count}


def directory(tmp_path: Path, files: dict[str, str]) -> ScriptDirectory:
    written(tmp_path, files)
    (tmp_path / "env.py").write_text("")
    config = Config()
    config.set_main_option("script_location", str(tmp_path))
    return ScriptDirectory.from_config(config)


def test_alembic_only_warns_of_an_id_that_is_there_twice(tmp_path: Path) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        heads = directory(tmp_path, {"one.py": revision(A, None), "two.py": revision(A, None)}).get_heads()
    assert set(heads) == {A}
    assert ["is present more than once" in str(one.message) for one in caught] == [True]


def test_alembic_loads_no_history_with_an_unknown_parent(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises((KeyError, CommandError)):
            directory(tmp_path, {"one.py": revision(A, None), "two.py": revision(B, "gone")}).get_heads()


def test_alembic_loads_no_history_that_is_a_circle(tmp_path: Path) -> None:
    with pytest.raises(RevisionError, match="Cycle is detected"):
        directory(tmp_path, {"one.py": revision(A, B), "two.py": revision(B, A)}).get_heads()


def test_alembic_refuses_to_name_the_head_of_two(tmp_path: Path) -> None:
    files = {"one.py": revision(A, None), "two.py": revision(B, A), "three.py": revision(C, A)}
    with pytest.raises(CommandError, match="multiple heads"):
        directory(tmp_path, files).get_current_head()


def test_alembic_refuses_a_folder_with_a_file_that_is_no_revision(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Could not determine revision id"):
        directory(tmp_path, {"one.py": revision(A, None), "helpers.py": "TABLE = 1\n"}).get_heads()


def test_alembic_finds_no_upgrade_where_there_is_none(tmp_path: Path) -> None:
    history = directory(tmp_path, {"one.py": revision(A, None)})
    one = history.get_revision(A)
    assert one is not None
    with pytest.raises(AttributeError, match="upgrade"):
        MigrationStep.upgrade_from_script(history.revision_map, one)


IDS = st.sampled_from(["a", "b", "c", "d", "ab", "cd@head", "lab", "lab@a", "gone", ""])
NODES = st.lists(
    st.builds(
        Script,
        path=st.sampled_from([Path(f"{n}.py") for n in range(5)]),
        id=st.sampled_from(["a", "b", "c", "d", "ab"]),
        parents=st.lists(IDS, max_size=3).map(tuple),
        depends_on=st.lists(IDS, max_size=2).map(tuple),
        labels=st.lists(st.just("lab"), max_size=1).map(tuple),
    ),
    max_size=8,
)


@given(NODES)
def test_any_graph_is_told_and_a_circle_is_found_where_one_can_be_walked(nodes: list[Script]) -> None:
    found = list(faults(nodes, "app"))
    known = {node.id: node for node in reversed(nodes)}

    def walked(ident: str, seen: tuple[str, ...]) -> bool:
        return ident in seen or any(walked(one, (*seen, ident)) for one in known[ident].parents if one in known)

    if any(walked(ident, ()) for ident in known):
        assert "cycle" in {one.rule for one in found}
    if not any(node.depends_on for node in nodes) and not any(walked(ident, ()) for ident in known):
        assert "cycle" not in {one.rule for one in found}
    missing = sum(parent not in known for node in nodes for parent in node.parents)
    assert sum(one.rule == "unknown-parent" and one.word == "down_revision" for one in found) == missing
    assert sum(one.rule == "duplicate-id" for one in found) == len(nodes) - len(known)
