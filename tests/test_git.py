"""Git tells what was changed, and never goes to the network for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from migkit import git
from tests.git_repository import Repository, repository


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    """A repository on a branch that renamed and edited its one revision, and has another one beside it."""
    root = tmp_path / "work"
    root.mkdir()
    Repository(root, root).write("a1", None)
    made = repository(root, root, tmp_path / "origin.git")
    made.git("mv", "a1_t_a1_create_table.py", "renamed.py")
    with (root / "renamed.py").open("a") as file:
        file.write("# edited\n")
    made.write("b1", "a1")
    made.commit()
    made.write("c1", "b1")
    return made


def test_what_changed_is_told_by_its_new_name(repo: Repository) -> None:
    changed = {path.name for path in git.changed_since(repo.root, "origin/main")}
    assert changed == {"renamed.py", "b1_t_b1_create_table.py", "c1_t_c1_create_table.py"}


def test_a_partial_clone_fetches_nothing(repo: Repository, tmp_path: Path) -> None:
    repo.git("push", "-q", "origin", "HEAD:feature")
    origin, there = tmp_path / "origin.git", tmp_path / "there"
    Repository(origin, origin).git("config", "uploadpack.allowFilter", "true")
    repo.git("clone", "-q", "--filter=blob:none", "-b", "feature", origin.as_uri(), str(there))
    objects = {path: path.stat().st_size for path in (there / ".git/objects").rglob("*") if path.is_file()}
    origin.rename(tmp_path / "gone.git")
    assert len(git.changed_since(there, "origin/main")) == 2
    assert {path: path.stat().st_size for path in (there / ".git/objects").rglob("*") if path.is_file()} == objects
