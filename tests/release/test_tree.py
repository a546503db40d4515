"""The checkout that a release is made from: its branch, what is not committed, and what its upstream has."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from migkit.model import Check, Journal, Project, Revision, Schema, Target
from migkit.preflight.tree import tree
from tests.conftest import MakeSchema
from tests.git_repository import Repository, repository

UP = "def upgrade(): pass\ndef downgrade(): pass"


class Checkout:
    """A repository with a schema of two revisions, its bare origin, and the lines that the preflight says of it."""

    def __init__(self, schema: Schema, root: Path) -> None:
        self.schema = schema
        (root / "migkit.toml").write_text("# none")
        self.project = Project(root, root / "migkit.toml", {schema.name: schema})
        self.target = Target("production", Journal(root))
        self.versions = schema.directory / "migrations/versions"
        self.repository: Repository = repository(root, self.versions, root.parent / f"{root.name}.git")
        self.git = self.repository.git

    def revisions(self) -> tuple[Revision, ...]:
        return tuple(Revision(path.stem, path.stem, path, ()) for path in sorted(self.versions.glob("*.py")))

    def lines(self, seconds: float = 20.0) -> dict[str, Check]:
        env = self.schema.directory / "migrations/env.py"
        found = tuple(tree(self.project, self.schema, self.target, self.revisions(), env, seconds))
        assert all(one.remedy for one in found if one.ok is False)
        return {one.check: one for one in found}

    def upstream_goes_on(self, root: Path) -> None:
        """Let somebody else push a commit."""
        self.git("clone", "-q", self.git("remote", "get-url", "origin"), str(root))
        other = Repository(root, root)
        (root / "new.txt").write_text("new")
        other.commit("theirs")
        other.git("push", "-q")


@pytest.fixture
def checkout(make_schema: MakeSchema, tmp_path: Path) -> Checkout:
    schema = make_schema({"one": UP, "two": UP}, name="app")
    return Checkout(schema, tmp_path)


def verdicts(checkout: Checkout) -> dict[str, bool | None]:
    return {name.removeprefix("git: "): one.ok for name, one in checkout.lines().items()}


def test_a_checkout_in_step_with_its_upstream_holds(checkout: Checkout) -> None:
    assert verdicts(checkout) == {"branch": True, "clean": True, "upstream": True}


def test_another_branch_does_not(checkout: Checkout) -> None:
    checkout.git("switch", "-q", "-c", "work")
    found = checkout.lines()["git: branch"]
    assert found.ok is False
    assert found.message == "on work, and main is declared"
    assert found.remedy == "git switch main"


def test_a_commit_that_is_checked_out_is_the_branch_where_its_upstream_stands(checkout: Checkout) -> None:
    checkout.git("checkout", "-q", "--detach")
    assert verdicts(checkout) == {"branch": True, "clean": True, "upstream": True}
    checkout.git("commit", "-q", "--allow-empty", "-m", "further")
    assert verdicts(checkout) == {"branch": False, "clean": True, "upstream": False}


def test_what_is_edited_or_new_below_the_schema_is_told(checkout: Checkout) -> None:
    checkout.versions.joinpath("one_one.py").write_text("# edited")
    (checkout.schema.directory / "three.sql").write_text("SELECT 1")
    found = checkout.lines()["git: clean"]
    assert found.ok is False
    assert "M app/migrations/versions/one_one.py" in found.message
    assert "?? app/three.sql" in found.message


def test_what_is_elsewhere_in_the_repository_is_not(checkout: Checkout) -> None:
    (checkout.repository.root / "notes.txt").write_text("mine")
    assert verdicts(checkout)["clean"] is True


def test_the_configuration_must_be_committed_too(checkout: Checkout) -> None:
    checkout.project.path.write_text("# edited")
    assert "migkit.toml" in checkout.lines()["git: clean"].message


def test_a_revision_that_git_ignores_is_told(checkout: Checkout) -> None:
    (checkout.repository.root / ".gitignore").write_text("__pycache__/\n*_local.py\n")
    checkout.repository.commit("ignore")
    checkout.git("push", "-q")
    (checkout.versions / "three_local.py").write_text("# Alembic runs it all the same")
    found = checkout.lines()["git: clean"]
    assert found.ok is False
    assert found.message == "not kept by git: app/migrations/versions/three_local.py"


def ignoring(checkout: Checkout, *lines: str) -> None:
    (checkout.repository.root / ".gitignore").write_text("\n".join(["__pycache__/", *lines]))
    checkout.git("rm", "-q", "-r", "--cached", ".")
    checkout.repository.commit("ignore")
    checkout.git("push", "-q")


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("release.toml", {}),
        ("app/migkit-baseline.json", {"baseline": "migkit-baseline.json"}),
        ("app/base.sql", {"base_sql": "base.sql"}),
        ("app/stock/before.py", {"base_sql": "stock.before:load"}),
    ],
)
def test_a_configuration_that_git_ignores_is_told(checkout: Checkout, name: str, fields: dict[str, str]) -> None:
    root, schema = checkout.repository.root, checkout.schema
    ignoring(checkout, name)
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).write_text("{}")
    given = {key: schema.directory / each if key == "baseline" else each for key, each in fields.items()}
    checkout.schema = replace(schema, **given)  # type: ignore[arg-type]  # real fields
    checkout.project = replace(checkout.project, path=root / (name if not fields else "migkit.toml"))
    found = checkout.lines()["git: clean"]
    assert (found.ok, found.message) == (False, f"not kept by git: {name}")


def test_a_configuration_outside_the_checkout_is_told(checkout: Checkout, tmp_path: Path) -> None:
    elsewhere = tmp_path.parent / f"{tmp_path.name}.toml"
    elsewhere.write_text("# its own")
    checkout.project = replace(checkout.project, path=elsewhere)
    found = checkout.lines()["git: clean"]
    assert found.ok is False
    assert found.message.startswith("not in the checkout: ")
    assert found.message.endswith(elsewhere.name)


def test_a_baseline_that_is_gone_is_told(checkout: Checkout) -> None:
    baseline = checkout.repository.root / "known.json"
    baseline.write_text("{}")
    checkout.repository.commit("known")
    checkout.git("push", "-q")
    checkout.schema = replace(checkout.schema, baseline=baseline)
    assert verdicts(checkout)["clean"] is True
    baseline.unlink()
    assert checkout.lines()["git: clean"].message == "D known.json"


def test_an_ini_that_git_ignores_is_said_and_allowed(checkout: Checkout, tmp_path: Path) -> None:
    usual = "the schema and its configuration are as they were committed"
    assert checkout.lines()["git: clean"].message == usual
    ignoring(checkout, "alembic.ini")
    found = checkout.lines()["git: clean"]
    assert (found.ok, found.message) == (True, f"{usual}, but alembic.ini is not kept by git")
    checkout.schema = replace(checkout.schema, ini=tmp_path.parent / f"{tmp_path.name}.ini")
    assert checkout.lines()["git: clean"].message == usual
    checkout.schema.ini.write_text("[alembic]")
    assert "is not in the checkout: " in checkout.lines()["git: clean"].message


def test_a_git_that_does_not_answer_is_not_a_clean_checkout(checkout: Checkout) -> None:
    (checkout.repository.root / ".git/index").write_text("broken")
    found = checkout.lines()["git: clean"]
    assert found.ok is False
    assert "git status failed in " in found.message


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_a_revision_that_git_looks_away_from_is_told(checkout: Checkout, flag: str) -> None:
    checkout.git("update-index", flag, "app/migrations/versions/one_one.py")
    (checkout.versions / "one_one.py").write_text("# edited")
    found = checkout.lines()["git: clean"]
    assert found.ok is False
    assert found.message == "not looked at by git: app/migrations/versions/one_one.py"


def test_what_the_upstream_has_is_fetched_and_told(checkout: Checkout, tmp_path: Path) -> None:
    checkout.upstream_goes_on(tmp_path.parent / f"{tmp_path.name}-other")
    found = checkout.lines()["git: upstream"]
    assert found.ok is False
    assert found.message == "1 commit behind origin/main"
    assert found.remedy == "git pull --ff-only"


def test_what_nobody_else_has_is_told(checkout: Checkout) -> None:
    checkout.git("commit", "-q", "--allow-empty", "-m", "mine")
    found = checkout.lines()["git: upstream"]
    assert found.ok is False
    assert found.message == "1 commit ahead of origin/main: nobody else has them"


def test_where_nothing_can_be_fetched_it_is_said_and_the_last_fetch_counts(checkout: Checkout) -> None:
    checkout.git("remote", "set-url", "origin", "/nowhere/at/all.git")
    found = checkout.lines()["git: upstream"]
    assert found.ok is None
    assert "as it was fetched last" in found.message


def test_a_remote_that_does_not_answer_ends_at_the_deadline(checkout: Checkout, tmp_path: Path) -> None:
    silent = tmp_path.parent / f"{tmp_path.name}-ssh"
    silent.write_text("#!/bin/sh\nexec sleep 60\n")
    silent.chmod(0o755)
    checkout.git("remote", "set-url", "origin", "git@example.invalid:app.git")
    checkout.git("config", "core.sshCommand", str(silent))
    found = checkout.lines(seconds=0.5)["git: upstream"]
    assert found.ok is None
    assert "not done in 0.5 s" in found.message


def test_a_folder_without_git_and_a_target_that_asks_for_no_branch(make_schema: MakeSchema, tmp_path: Path) -> None:
    schema = make_schema({"one": UP}, name="app")
    project = Project(tmp_path, tmp_path / "migkit.toml", {"app": schema})
    target, env = Target("production", Journal(tmp_path)), schema.directory / "migrations/env.py"
    (found,) = tree(project, schema, target, (), env)
    assert found.ok is False
    assert found.message.endswith("is in no git checkout")
    (found,) = tree(project, schema, replace(target, branch=""), (), env)
    assert found.ok is None
