"""`mig.merge`: heads joined by Alembic's generator under a title that names them, as it is used and in its parts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from migkit.model import TitleRules
from migkit.title.merging import merge_title
from tests.git_repository import Repository, repository

ROOT = Path(__file__).parents[1]
TEMPLATE = '''"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
"""
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
'''
CONFIG = """
[tool.migkit.schemas.app]
directory = "db"
engine = "sqlite"
commit = "feat(db): {title}"
"""
INI = "[alembic]\nscript_location = migrations\nsqlalchemy.url = sqlite:///app.db\n"
Merge = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def project(tmp_path: Path) -> Repository:
    """A repository with one schema whose history has two heads; its env.py must never run."""
    (tmp_path / "pyproject.toml").write_text(CONFIG)
    (tmp_path / "tasks.py").write_text("from migkit.tasks import namespace\n")
    versions = tmp_path / "db/migrations/versions"
    versions.mkdir(parents=True)
    (versions.parent / "script.py.mako").write_text(TEMPLATE)
    (versions.parent / "env.py").write_text("raise SystemExit('env.py was run')\n")
    (tmp_path / "db/alembic.ini").write_text(INI)
    made = Repository(tmp_path, versions)
    made.write("07cce665fabc", None, "calls_create_table")
    made.write("7d04ba82351c", "07cce665fabc", "calls_add_column_a")
    made.write("fbfc49f01004", "07cce665fabc", "users_create_table")
    return made


@pytest.fixture
def merge(project: Repository) -> Merge:
    """Run `inv mig.merge` in the project."""

    def run(*args: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "invoke", "mig.merge", *args]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run(
            command, cwd=project.root, env=environment, text=True, capture_output=True, check=False, timeout=60
        )

    return run


def made(project: Repository) -> list[Path]:
    known = ("07cce665fabc", "7d04ba82351c", "fbfc49f01004")
    return [path for path in project.versions.glob("*.py") if not path.name.startswith(known)]


def test_it_joins_the_heads_and_names_them(project: Repository, merge: Merge) -> None:
    done = merge()
    assert (done.returncode, done.stderr) == (0, "")
    (path,) = made(project)
    title = "merge_calls_add_column_a_and_users_create_table"
    assert path.name.endswith(f"_{title}.py")
    assert "down_revision = ('7d04ba82351c', 'fbfc49f01004')" in path.read_text()
    assert "Revises: 7d04ba82351c, fbfc49f01004" in path.read_text()
    ident = path.name[:12]
    assert done.stdout.splitlines() == [
        "schema     app, in pyproject.toml",
        "head       7d04ba82351c  calls_add_column_a",
        "head       fbfc49f01004  users_create_table",
        f"title      {title}",
        f"created    db/migrations/versions/{path.name}",
        "",
        "Next steps",
        f"  1. prove: inv mig.roundtrip --schema app --revision {ident}",
        f"  2. commit: git add db/migrations/versions/{path.name} && git commit -m 'feat(db): {title}'",
    ]


def test_json_has_the_fields_of_a_new_revision(project: Repository, merge: Merge) -> None:
    told = json.loads(merge("--format", "json").stdout)
    (path,) = made(project)
    assert (told["command"], told["ok"], told["findings"], told["rebased"]) == ("merge", True, [], None)
    assert told["path"] == f"db/migrations/versions/{path.name}"
    assert told["down_revision"] == ["7d04ba82351c", "fbfc49f01004"]
    assert [head["revision"] for head in told["heads"]] == told["down_revision"]
    assert told["revision"] == path.name[:12]


def test_one_head_is_left_as_it_is(project: Repository, merge: Merge) -> None:
    merge()
    before = sorted(project.versions.iterdir())
    done = merge()
    assert (done.returncode, sorted(project.versions.iterdir())) == (0, before)
    assert "one head: nothing to merge, nothing written" in done.stdout
    told = json.loads(merge("--rebase", "--format", "json").stdout)
    assert (told["ok"], told["path"], told["rebased"]) == (True, None, None)


def test_dry_run_writes_nothing(project: Repository, merge: Merge) -> None:
    done = merge("--dry-run")
    assert done.returncode == 0
    assert made(project) == []
    assert "merge_calls_add_column_a_and_users_create_table" in done.stdout
    assert "(nothing: --dry-run)" in done.stdout


def test_a_template_that_fails_leaves_nothing(project: Repository, merge: Merge) -> None:
    (project.versions.parent / "script.py.mako").write_text("def (\n")
    assert merge().returncode == 3
    assert made(project) == []


def test_a_history_that_does_not_load_is_told(project: Repository, merge: Merge) -> None:
    (project.versions / "broken.py").write_text("<<<<<<< HEAD\n")
    done = merge()
    assert done.returncode == 4
    assert "broken.py:1" in done.stderr


def test_a_main_branch_with_more_is_told_before_two_heads_come_back(project: Repository, merge: Merge) -> None:
    repo = repository(project.root, project.versions)
    repo.git("checkout", "-q", "-b", "feature")
    repo.git("checkout", "-q", "main")
    path = repo.write("b4ba5accb799", "07cce665fabc")
    repo.commit()
    repo.git("checkout", "-q", "feature")
    assert not path.exists()
    done = merge()
    assert done.returncode == 0
    assert "warning: main holds b4ba5accb799" in done.stdout


def test_one_head_here_and_another_on_main_is_told(project: Repository, merge: Merge) -> None:
    next(project.versions.glob("fbfc49f01004_*")).unlink()
    repo = repository(project.root, project.versions)
    repo.git("checkout", "-q", "-b", "feature")
    repo.git("checkout", "-q", "main")
    repo.write("b4ba5accb799", "07cce665fabc")
    repo.commit()
    repo.git("checkout", "-q", "feature")
    for flags in ((), ("--rebase",)):
        done = merge(*flags)
        assert done.returncode == 0
        assert "one head: nothing to merge" in done.stdout
        assert "git merge main, then inv mig.merge --schema app --rebase" in done.stdout


NAMES = {"a1": "calls_add_column_a", "b2": "users_create_table"}


@pytest.mark.parametrize(
    ("heads", "rules", "title"),
    [
        (NAMES, TitleRules(), "merge_calls_add_column_a_and_users_create_table"),
        ({"a1": "Add calls", "b2": "Drop users"}, TitleRules(), "merge_add_calls_and_drop_users"),
        (NAMES, TitleRules(max_length=40), "merge_calls_add_and_users_create"),
        ({**NAMES, "a1": "x"}, TitleRules(max_length=30), "merge_x_and_users_create_table"),
        (NAMES, TitleRules(max_length=32), "merge_a1_and_b2"),
        (NAMES, TitleRules(max_length=14), "merge_2_heads"),
        ({f"{n}23456789abc": f"table_{n}_create" for n in range(3)}, TitleRules(max_length=42),
         "merge_02345678_and_12345678_and_22345678"),
        ({f"h{n}": f"table_{n}_create_table" for n in range(9)}, TitleRules(max_length=40), "merge_9_heads"),
        ({"a1": "", "b2": "users_create_table"}, TitleRules(), "merge_a1_and_b2"),
        ({"a1": "add a", "b2": "drop \"b\""}, TitleRules(form="sentence"), "merge add a and drop b"),
        ({"a1": "Add a", "b2": "Drop b"}, TitleRules(form="sentence"), "Merge Add a and Drop b"),
        ({"a1": "add a long one to it", "b2": "drop b"}, TitleRules(form="sentence", max_length=33),
         "merge add a long one and drop b"),
    ],
)  # fmt: skip
def test_the_title_names_what_is_merged_as_far_as_there_is_room(
    heads: dict[str, str], rules: TitleRules, title: str
) -> None:
    assert merge_title(heads, rules) == title
    assert len(title) <= rules.max_length
