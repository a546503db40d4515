"""`mig.merge --rebase` in real repositories: what is edited, what stays byte for byte, when nothing is touched."""

from __future__ import annotations

import hashlib
import py_compile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from migkit import rebase as rebasing
from migkit.errors import ConfigError, HistoryError, TargetError
from migkit.merge import Options, merge
from migkit.model import Journal, Project, Report, Schema, Target
from migkit.render import renderer
from tests.conftest import MakeSchema
from tests.git_repository import Repository, repository

REBASE = Options(rebase=True)


class Work:
    """A schema in a checkout, in which main has gone on from m1 to m2 and a branch has revisions of its own."""

    def __init__(self, schema: Schema, repo: Repository) -> None:
        self.schema = schema
        self.repo = repo
        self.project = Project(repo.root, repo.root / "migkit.toml", {schema.name: schema})

    def merge(self, options: Options = REBASE, **fields: Any) -> Report:
        return merge(self.project, replace(self.schema, **fields), options)

    def bytes(self) -> dict[str, str]:
        files = list(self.repo.versions.rglob("*.py"))
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

    def refuses(self, kind: type[Exception], words: str, options: Options = REBASE, **fields: Any) -> None:
        before = self.bytes()
        with pytest.raises(kind, match=words):
            self.merge(options, **fields)
        assert self.bytes() == before


@pytest.fixture
def work(make_schema: MakeSchema, tmp_path: Path) -> Work:
    schema = make_schema({})
    versions = schema.directory / "migrations/versions"
    Repository(schema.directory, versions).write("m1", None)
    return Work(schema, repository(schema.directory, versions, tmp_path / "origin.git"))


@pytest.fixture
def parted(work: Work) -> Work:
    """origin/main has gone on to m2, and is merged into a branch on which `own` follows m1."""
    return part(work, lambda repo: repo.write("f1", "m1"))


def part(work: Work, own: Callable[[Repository], object], *, merged: bool = True) -> Work:
    repo = work.repo
    repo.git("checkout", "-q", "-b", "feature")
    own(repo)
    repo.commit("own")
    repo.git("checkout", "-q", "main")
    repo.write("m2", "m1")
    repo.commit("main goes on")
    repo.git("push", "-q")
    repo.git("checkout", "-q", "feature")
    repo.git("branch", "-q", "-f", "main", "origin/main~1")  # a local main that nobody brought up to date
    if merged:
        repo.git("merge", "-q", "--no-edit", "origin/main")
    return work


def parents(work: Work) -> dict[str, object]:
    found: dict[str, object] = {}
    for path in work.repo.versions.glob("*.py"):
        values: dict[str, Any] = {}
        exec(path.read_text(), values)
        found[values["revision"]] = values["down_revision"]
    return found


def test_the_own_revision_follows_the_main_branchs_head_and_nothing_else_changes(parted: Work) -> None:
    path = next(parted.repo.versions.glob("f1_*.py"))
    before = path.read_text()
    report = parted.merge()
    assert path.read_text() == before.replace("Revises: m1", "Revises: m2").replace("= 'm1'", "= 'm2'")
    assert parted.repo.git("status", "--porcelain") == f"M {path.relative_to(parted.repo.root)}"
    told = report.facts["rebased"]
    assert (told["branch"], told["onto"], told["head"]) == ("origin/main", ["m2"], ["f1"])
    assert [(one["revision"], one["before"], one["after"]) for one in told["changes"]] == [("f1", ["m1"], ["m2"])]
    assert report.exit_code(3) == 0


def test_text_shows_the_change_as_a_diff(parted: Work) -> None:
    text = renderer("text").report(parted.merge())
    assert "-down_revision = 'm1'\n+down_revision = 'm2'" in text
    assert "-Revises: m1\n+Revises: m2" in text
    assert "1 file edited" in text
    assert "inv mig.roundtrip --schema app --revision f1" in text


def test_the_files_mode_stays_and_nothing_lies_beside_it(parted: Work) -> None:
    path = next(parted.repo.versions.glob("f1_*.py"))
    path.chmod(0o640)
    beside = sorted(parted.repo.versions.iterdir())
    parted.merge()
    assert path.stat().st_mode & 0o777 == 0o640
    assert [one for one in sorted(parted.repo.versions.iterdir()) if one.name != "__pycache__"] == beside


def test_dry_run_shows_it_and_writes_nothing(parted: Work) -> None:
    before = parted.bytes()
    report = parted.merge(Options(rebase=True, dry_run=True))
    assert parted.bytes() == before
    assert "+down_revision = 'm2'" in report.facts["rebased"]["changes"][0]["diff"]
    assert "1 file would be edited; nothing written" in renderer("text").report(report)


def test_a_second_time_there_is_nothing_to_do(parted: Work) -> None:
    parted.merge()
    before = parted.bytes()
    report = parted.merge()
    assert report.facts["rebased"] is None
    assert parted.bytes() == before
    assert "one head" in renderer("text").report(report)


def test_what_python_compiled_before_does_not_stand_in_for_the_edit(parted: Work) -> None:
    path = next(parted.repo.versions.glob("f1_*.py"))
    # taken unseen, as a compiled file is that goes back to the same second and size
    py_compile.compile(str(path), invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    parted.merge()
    assert parents(parted)["f1"] == "m2"


def conflicting(work: Work) -> Repository:
    """Give the branch a revision, and main an edit that git cannot join with one of the branch's."""
    part(work, lambda repo: (repo.write("f1", "m1"), (repo.root / "note").write_text("ours")), merged=False)
    repo = work.repo
    repo.git("checkout", "-q", "-b", "other", "origin/main")
    (repo.root / "note").write_text("theirs")
    repo.commit()
    repo.git("push", "-q", "origin", "other:main")
    repo.git("fetch", "-q")
    repo.git("checkout", "-q", "feature")
    return repo


def test_in_the_middle_of_a_git_merge(work: Work) -> None:
    repo = conflicting(work)
    repo.git("merge", "origin/main", fails=True)
    work.merge()
    assert parents(work)["f1"] == "m2"


def test_in_the_middle_of_a_git_rebase_with_a_detached_head(work: Work) -> None:
    repo = conflicting(work)
    repo.git("rebase", "origin/main", fails=True)
    assert repo.git("symbolic-ref", "-q", "HEAD", fails=True) == ""
    work.merge()
    assert parents(work)["f1"] == "m2"


def test_an_own_revision_that_is_not_committed_yet_is_own(work: Work) -> None:
    repo = work.repo
    repo.write("m2", "m1")
    repo.commit()
    repo.git("push", "-q")
    repo.write("f1", "m1")
    work.merge()
    assert parents(work) == {"m1": None, "m2": "m1", "f1": "m2"}


def test_of_a_chain_only_the_lowest_is_touched(work: Work) -> None:
    part(work, lambda repo: (repo.write("f1", "m1"), repo.write("f2", "f1"), repo.write("f3", "f2")))
    report = work.merge()
    assert [one["revision"] for one in report.facts["rebased"]["changes"]] == ["f1"]
    assert parents(work) == {"m1": None, "m2": "m1", "f1": "m2", "f2": "f1", "f3": "f2"}


def test_a_second_chain_follows_the_first_and_the_older_one_goes_first(work: Work) -> None:
    def own(repo: Repository) -> None:
        repo.write("a1", "m1", created="2024-03-02 10:00:00")
        repo.write("a2", "a1", created="2024-03-05 10:00:00")
        repo.write("b1", "m1", created="2024-03-01 10:00:00")

    work = part(work, own)
    work.merge()
    assert parents(work) == {"m1": None, "m2": "m1", "b1": "m2", "a1": "b1", "a2": "a1"}


def test_a_chain_that_depends_on_another_goes_after_it(work: Work) -> None:
    def own(repo: Repository) -> None:
        repo.write("a1", "m1", created="2024-03-01", depends_on="b1")
        repo.write("b1", "m1", created="2024-03-02")

    work = part(work, own)
    work.merge()
    assert parents(work) == {"m1": None, "m2": "m1", "b1": "m2", "a1": "b1"}


def test_a_chain_that_follows_the_main_head_already_stays_and_the_other_follows_it(work: Work) -> None:
    work = part(work, lambda repo: repo.write("a1", "m1"))
    work.repo.write("z1", "m2", created="2024-09-09")
    work.merge()
    assert parents(work) == {"m1": None, "m2": "m1", "z1": "m2", "a1": "z1"}


def test_a_fork_among_the_own_ones_becomes_one_line(work: Work) -> None:
    def own(repo: Repository) -> None:
        repo.write("f1", "m1")
        repo.write("f2", "f1")
        repo.write("f3", "f1")

    work = part(work, own)
    work.merge()
    assert parents(work) == {"m1": None, "m2": "m1", "f1": "m2", "f2": "f1", "f3": "f2"}


def test_an_own_merge_of_own_ones_stays(work: Work) -> None:
    def own(repo: Repository) -> None:
        repo.write("a1", "m1")
        repo.write("b1", "m1")
        repo.write("c1", ("a1", "b1"))

    work = part(work, own)
    work.merge()
    assert parents(work) == {"m1": None, "m2": "m1", "a1": "m2", "b1": "m2", "c1": ("a1", "b1")}


def test_an_own_merge_with_an_older_main_head_loses_it(work: Work) -> None:
    work = part(work, lambda repo: repo.write("f1", "m1"))
    work.repo.write("j1", ("m2", "f1"))
    work.repo.commit()
    other = work.repo.root.parent / "other"
    work.repo.git("clone", "-q", str(work.repo.root.parent / "origin.git"), str(other))
    there = Repository(other, other / "migrations/versions")
    there.write("m3", "m2")
    there.commit()
    there.git("push", "-q")
    work.repo.git("fetch", "-q")
    work.repo.git("merge", "-q", "--no-edit", "origin/main")
    work.merge()
    assert parents(work) == {"m1": None, "m2": "m1", "m3": "m2", "f1": "m3", "j1": "f1"}


def test_branches_with_labels_on_the_main_branch_are_lines_of_their_own(work: Work) -> None:
    repo = work.repo
    repo.write("x1", None, labels=("crm",))
    repo.commit()
    repo.git("push", "-q")
    part(work, lambda repo: (repo.write("f1", "m1"), repo.write("x2", "x1")))
    report = work.merge()
    assert parents(work) == {"m1": None, "m2": "m1", "x1": None, "f1": "m2", "x2": "x1"}
    assert report.facts["rebased"]["head"] == ["f1", "x2"]


def test_a_branch_that_tracks_another_follows_that_one(work: Work) -> None:
    repo = work.repo
    repo.git("checkout", "-q", "-b", "develop")
    repo.write("d1", "m1")
    repo.commit()
    repo.git("push", "-q", "origin", "develop")
    repo.git("checkout", "-q", "-b", "feature", "--track", "origin/develop")
    repo.write("f1", "m1")
    report = work.merge()
    assert report.facts["rebased"]["branch"] == "origin/develop"
    assert parents(work) == {"m1": None, "d1": "m1", "f1": "d1"}


def test_a_repository_without_a_remote_has_a_main_branch_too(make_schema: MakeSchema) -> None:
    schema = make_schema({})
    versions = schema.directory / "migrations/versions"
    Repository(schema.directory, versions).write("m1", None)
    work = Work(schema, repository(schema.directory, versions))
    repo = work.repo
    repo.git("checkout", "-q", "-b", "feature")
    repo.write("f1", "m1")
    repo.commit()
    repo.git("checkout", "-q", "main")
    repo.write("m2", "m1")
    repo.commit()
    repo.git("checkout", "-q", "feature")
    repo.git("merge", "-q", "--no-edit", "main")
    work.merge()
    assert parents(work)["f1"] == "m2"


def test_main_must_be_brought_in_first(work: Work) -> None:
    part(work, lambda repo: (repo.write("f1", "m1"), repo.write("f2", "m1")), merged=False)
    work.refuses(HistoryError, "origin/main holds m2, which the working tree has not")


def test_what_main_has_removed_must_be_brought_in_first(work: Work) -> None:
    part(work, lambda repo: (repo.write("f1", "m1"), repo.write("f2", "m1")))
    repo = work.repo
    repo.git("checkout", "-q", "-b", "gone", "origin/main")
    next(repo.versions.glob("m2_*")).unlink()
    repo.write("m9", "m1")
    repo.commit()
    repo.git("push", "-q", "origin", "gone:main")
    repo.git("checkout", "-q", "feature")
    repo.write("m9", "m1")
    work.refuses(HistoryError, "origin/main has removed m2")


def test_revisions_that_are_all_on_main_are_not_moved(work: Work) -> None:
    repo = work.repo
    repo.write("m2", "m1")
    repo.write("m3", "m1")
    repo.commit()
    repo.git("push", "-q")
    work.refuses(HistoryError, "origin/main has every revision")


def test_a_main_branch_with_two_heads_of_its_own(work: Work) -> None:
    repo = work.repo
    repo.write("m2", "m1")
    repo.write("m3", "m1")
    repo.commit()
    repo.git("push", "-q")
    repo.write("f1", "m1")
    work.refuses(HistoryError, "the main branch itself has m2, m3")
    next(repo.versions.glob("f1_*")).unlink()
    repo.write("f1", "m2")
    work.refuses(HistoryError, "origin/main itself has 2 heads")


def test_a_history_of_its_own_is_not_put_behind_another(parted: Work) -> None:
    parted.repo.write("n1", None)
    parted.refuses(HistoryError, "n1 begins a history of its own")


def test_outside_a_repository(make_schema: MakeSchema) -> None:
    schema = make_schema({})
    repo = Repository(schema.directory, schema.directory / "migrations/versions")
    for ident, parent in (("a1", None), ("b1", "a1"), ("c1", "a1")):
        repo.write(ident, parent)
    Work(schema, repo).refuses(ConfigError, "git knows no main branch")


def test_a_parent_that_is_computed_is_refused_with_its_line(parted: Work) -> None:
    path = next(parted.repo.versions.glob("f1_*.py"))
    path.write_text(path.read_text().replace("down_revision = 'm1'", "down_revision = 'm' + '1'"))
    before = parted.bytes()
    with pytest.raises(HistoryError, match="down_revision is not one plain assignment") as caught:
        parted.merge()
    assert (caught.value.path, caught.value.line) == (path, 11)
    assert parted.bytes() == before


def test_what_fails_after_the_edit_puts_every_file_back(parted: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []

    def check(*_args: object) -> None:
        seen.append(parents(parted)["f1"])
        raise KeyboardInterrupt

    monkeypatch.setattr(rebasing, "_check", check)
    before = parted.bytes()
    with pytest.raises(KeyboardInterrupt):
        parted.merge()
    assert seen == ["m2"]
    assert parted.bytes() == before


def test_what_somebody_edits_meanwhile_is_kept(parted: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    path = next(parted.repo.versions.glob("f1_*.py"))
    asked = rebasing.standings

    def edited(*args: Any) -> Any:
        path.write_text(path.read_text() + "# edited while the targets were asked\n")
        return asked(*args)

    monkeypatch.setattr(rebasing, "standings", edited)
    with pytest.raises(ConfigError, match="was edited meanwhile"):
        parted.merge()
    assert path.read_text().endswith("# edited while the targets were asked\n")
    assert parents(parted)["f1"] == "m1"


def test_a_folder_that_cannot_be_written_is_told(parted: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object, **_fields: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(rebasing, "put", full, raising=False)
    monkeypatch.setattr(Path, "write_bytes", full)
    parted.refuses(ConfigError, "f1_t_f1_create_table.py cannot be written: .*No space left")


def test_a_history_that_does_not_load_afterwards_is_put_back(parted: Work) -> None:
    path = next(parted.repo.versions.glob("f1_*.py"))
    path.write_text(path.read_text() + "\nassert down_revision == 'm1'\n")
    parted.refuses(HistoryError, "AssertionError")


def test_a_target_that_cannot_be_asked_refuses_until_it_is_named(parted: Work, tmp_path: Path) -> None:
    target = Target("production", Journal(tmp_path), url="mysql://u:secret@127.0.0.1:9/app", hosts=("127.0.0.1:9",))
    fields = {"engine": "mysql:9.7", "targets": {"production": target}}
    parted.refuses(TargetError, r"target production at .*Whether it has applied these revisions is not known", **fields)
    parted.refuses(ConfigError, 'no target "prod"', Options(rebase=True, skip_target=("prod",)), **fields)
    report = parted.merge(Options(rebase=True, skip_target=("production",)), **fields)
    parted.refuses(ConfigError, "only a rebase asks", Options(skip_target=("production",)), **fields)
    assert parents(parted)["f1"] == "m2"
    assert [(one.rule, one.severity.name, one.object) for one in report.findings] == [
        ("target-not-asked", "note", "production")
    ]
