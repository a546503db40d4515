"""What main has done meanwhile is told from what this machine knows of it; where git has no answer, nothing is."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from migkit import parallel
from migkit.create import create
from migkit.model import Finding, LintLevels, Project, Revision, Schema
from migkit.render import renderer
from tests.conftest import MakeSchema
from tests.git_repository import Repository, repository

TITLE = ("calls", "create", "table")


class Checkout:
    """A clone of a repository with one schema, beside another clone that pushes to the same origin."""

    def __init__(self, schema: Schema, repo: Repository, there: Repository) -> None:
        self.schema = schema
        self.repo = repo
        self.there = there

    def push(self) -> None:
        self.there.commit()
        self.there.git("push", "-q", "origin", "HEAD:main")
        self.repo.git("fetch", "-q")

    def findings(self, directory: Path | None = None) -> Sequence[Finding]:
        versions = directory or self.repo.versions
        return parallel.findings(self.schema, revisions(versions))

    def rules(self) -> list[str]:
        return [one.rule for one in self.findings()]


def revisions(versions: Path) -> list[Revision]:
    return [Revision(path.stem.partition("_")[0], "", path.resolve(), ()) for path in sorted(versions.glob("*.py"))]


@pytest.fixture
def checkout(make_schema: MakeSchema, tmp_path: Path) -> Checkout:
    schema = make_schema({})
    versions = schema.directory / "migrations/versions"
    Repository(schema.directory, versions).write("07cce665fabc", None)
    repo = repository(schema.directory, versions, tmp_path / "origin.git")
    other = tmp_path / "there"
    repo.git("clone", "-q", str(tmp_path / "origin.git"), str(other))
    repo.git("checkout", "-q", "-b", "feature")
    return Checkout(schema, repo, Repository(other, other / "migrations/versions"))


def test_a_revision_on_main_that_is_not_here_makes_two_heads(checkout: Checkout) -> None:
    assert checkout.findings() == ()
    checkout.there.write("fbfc49f01004", "07cce665fabc", "calls_add_column_a")
    checkout.push()
    (found,) = checkout.findings()
    assert (found.rule, found.severity.name, found.object) == ("behind-main", "warning", "app")
    assert "origin/main (fetched just now) holds fbfc49f01004 (calls_add_column_a)" in found.message
    assert found.remedy == "git merge origin/main, then inv mig.merge --schema app --rebase"
    checkout.repo.git("merge", "-q", "--no-edit", "origin/main")
    assert checkout.findings() == ()


def test_a_rule_that_is_off_is_not_told_by_merge_either(checkout: Checkout) -> None:
    checkout.there.write("b4ba5accb799", "07cce665fabc")
    checkout.push()
    quiet = replace(checkout.schema, lint=LintLevels(off=("behind-main",)))
    here = revisions(checkout.repo.versions)
    assert [one.rule for one in parallel.beside(checkout.schema, here)] == ["behind-main"]
    assert parallel.beside(quiet, here) == ()


def test_it_says_how_old_the_fetch_is(checkout: Checkout) -> None:
    checkout.there.write("fbfc49f01004", "07cce665fabc")
    checkout.push()
    ago = time.time() - 3 * 86400 - 60
    os.utime(checkout.repo.root / ".git/FETCH_HEAD", (ago, ago))
    assert "origin/main (fetched 3 days ago) holds" in checkout.findings()[0].message


def test_what_the_branch_did_itself_is_none(checkout: Checkout) -> None:
    checkout.repo.write("7d04ba82351c", "07cce665fabc")
    next(checkout.repo.versions.glob("07cce*")).rename(checkout.repo.versions / "07cce665fabc_renamed.py")
    checkout.repo.commit()
    assert checkout.findings() == ()
    next(checkout.repo.versions.glob("07cce*")).unlink()  # a branch may drop what main still has
    assert checkout.findings() == ()


def test_a_file_that_main_renamed_is_no_other_revision(checkout: Checkout) -> None:
    next(checkout.there.versions.glob("07cce*")).rename(checkout.there.versions / "07cce665fabc_renamed.py")
    checkout.push()
    assert checkout.findings() == ()


def test_what_is_no_revision_or_another_schemas_is_none(checkout: Checkout) -> None:
    (checkout.there.versions / "helper.py").write_text("x = 1\n")
    (checkout.there.versions / "broken.py").write_text("revision = (\n")
    (checkout.there.versions / "notes.md").write_text("revision = 'x'\n")
    other = checkout.there.root / "elsewhere"
    other.mkdir()
    (other / "fbfc49f01004_x.py").write_text("revision = 'fbfc49f01004'\n")
    checkout.push()
    assert checkout.findings() == ()


def test_no_code_of_main_is_run(checkout: Checkout, tmp_path: Path) -> None:
    path = checkout.there.write("fbfc49f01004", "07cce665fabc")
    path.write_text(path.read_text() + f"\nopen({str(tmp_path / 'ran')!r}, 'w')\n")
    checkout.push()
    assert checkout.rules() == ["behind-main"]
    assert not (tmp_path / "ran").exists()


def test_an_id_that_main_gave_to_another_revision(checkout: Checkout) -> None:
    checkout.there.write("fbfc49f01004", "07cce665fabc", "theirs")
    checkout.push()
    own = checkout.repo.write("fbfc49f01004", "07cce665fabc", "ours")
    (found,) = checkout.findings()
    assert (found.rule, found.severity.name, found.path) == ("id-taken", "warning", str(own))
    assert "fbfc49f01004_theirs.py" in found.message


def test_hand_made_ids_are_one_finding(checkout: Checkout) -> None:
    checkout.repo.write("a1b2c3d4e5f6", "07cce665fabc")
    (found,) = checkout.findings()
    assert (found.rule, found.revision) == ("hand-made-id", "a1b2c3d4e5f6")
    assert (
        parallel.findings(
            replace(checkout.schema, lint=LintLevels(off=("hand-made-id",))), revisions(checkout.repo.versions)
        )
        == ()
    )
    for ident in ("b2c3d4e5f6a7", "c3d4e5f6a7b8", "d4e5f6a7b8c9"):
        checkout.repo.write(ident, "07cce665fabc")
    (found,) = checkout.findings()
    assert found.message.startswith("4 revision ids were typed by hand")
    assert "and 1 more" in found.message


def test_a_new_revision_tells_it_and_is_written_all_the_same(checkout: Checkout) -> None:
    checkout.there.write("fbfc49f01004", "07cce665fabc", "calls_add_column_a")
    checkout.push()
    report = create(Project(checkout.repo.root, checkout.repo.root / "migkit.toml", {}), checkout.schema, *TITLE)
    assert "behind-main" in [one.rule for one in report.findings]
    assert "origin/main (fetched just now) holds fbfc49f01004" in renderer("text").report(report)
    assert Path(report.facts["path"]).is_file()


def test_files_of_any_bytes_are_read(checkout: Checkout) -> None:
    body = "# -*- coding: latin-1 -*-\n'''ü\x0c'''\nrevision = '{}'\ndown_revision = '07cce665fabc'\n"
    for number, ident in enumerate(("fbfc49f01004", "90e08f980c90")):
        text = body.format(ident).replace("\n", "\r\n" if number else "\n")
        (checkout.there.versions / f"{ident}_ü x.py").write_bytes(text.encode("latin-1"))
    checkout.push()
    assert "holds 90e08f980c90 (ü), fbfc49f01004 (ü)" in checkout.findings()[0].message.replace("\ufffd", "ü")


def test_on_the_main_branch_itself(checkout: Checkout) -> None:
    checkout.repo.git("checkout", "-q", "main")
    checkout.there.write("fbfc49f01004", "07cce665fabc")
    checkout.push()
    assert checkout.rules() == ["behind-main"]


def test_a_main_that_is_only_here(checkout: Checkout) -> None:
    repo = checkout.repo
    repo.git("checkout", "-q", "main")
    path = repo.write("fbfc49f01004", "07cce665fabc")
    repo.commit()
    repo.git("checkout", "-q", "feature")
    assert "main holds fbfc49f01004" in checkout.findings()[0].message
    repo.git("remote", "remove", "origin")
    assert checkout.findings()[0].remedy.startswith("git merge main,")
    assert not path.exists()


def test_a_detached_head_and_a_worktree_know_it_too(checkout: Checkout, tmp_path: Path) -> None:
    checkout.there.write("fbfc49f01004", "07cce665fabc")
    checkout.push()
    checkout.repo.git("checkout", "-q", "--detach")
    assert checkout.rules() == ["behind-main"]
    tree = tmp_path / "tree"
    checkout.repo.git("worktree", "add", "-q", str(tree), "feature")
    schema = Schema("app", tree, tree / "alembic.ini", "app", "sqlite", ("sqlite",))
    found = parallel.findings(schema, revisions(tree / "migrations/versions"))
    assert [one.rule for one in found] == ["behind-main"]


def test_a_submodule_is_its_own_repository(checkout: Checkout, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    whole.mkdir()
    (whole / "readme").write_text("x")
    outer = repository(whole, whole)
    origin = str(tmp_path / "origin.git")
    outer.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", origin, "db")
    checkout.there.write("fbfc49f01004", "07cce665fabc")
    checkout.push()
    inner = Repository(whole / "db", whole / "db/migrations/versions")
    schema = Schema("app", inner.root, inner.root / "alembic.ini", "app", "sqlite", ("sqlite",))
    assert parallel.findings(schema, revisions(inner.versions)) == ()
    inner.git("fetch", "-q")
    assert [one.rule for one in parallel.findings(schema, revisions(inner.versions))] == ["behind-main"]


def test_git_that_has_no_answer_is_no_finding(
    checkout: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout.there.write("fbfc49f01004", "07cce665fabc")
    checkout.push()
    shallow = tmp_path / "shallow"
    checkout.repo.git("clone", "-q", "--depth", "1", "-b", "main", f"file://{tmp_path}/origin.git", str(shallow))
    empty = tmp_path / "empty"
    empty.mkdir()
    Repository(empty, empty).git("init", "-q")
    for directory in (shallow, empty, tmp_path):
        schema = Schema("app", directory, directory / "alembic.ini", "app", "sqlite", ("sqlite",))
        assert parallel.findings(schema, revisions(directory / "migrations/versions")) == ()
    assert parallel.findings(checkout.schema, []) == ()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert checkout.findings() == ()


def test_a_shallow_clone_of_a_branch_that_shares_no_commit_with_main(checkout: Checkout, tmp_path: Path) -> None:
    checkout.repo.write("90e08f980c90", "07cce665fabc")
    checkout.repo.commit()
    checkout.repo.git("push", "-q", "origin", "feature")
    checkout.there.write("fbfc49f01004", "07cce665fabc")
    checkout.push()
    shallow = tmp_path / "shallow"
    address = f"file://{tmp_path}/origin.git"
    checkout.repo.git("clone", "-q", "--depth", "1", "--no-single-branch", "-b", "feature", address, str(shallow))
    schema = Schema("app", shallow, shallow / "alembic.ini", "app", "sqlite", ("sqlite",))
    assert parallel.findings(schema, revisions(shallow / "migrations/versions")) == ()
