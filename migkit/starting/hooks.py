"""What runs by itself: a hook of pre-commit, and a workflow of GitHub's."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from migkit.starting.configuration import appended, read
from migkit.starting.describing import Described
from migkit.starting.files import File, extended, whole

_LOCAL = """\
  - repo: local
    hooks:
"""
_HOOK = """\
      - id: {id}
        name: {name}
        entry: {entry}
        language: system
        pass_filenames: false
        files: {files}
"""
_WORKFLOW = """\
# What a change adds is linted; every revision goes up, down and up again, on the servers that the schemas name.
name: migrations

on:
  push:
    branches: [{branch}]
    paths:
{paths}
  pull_request:
    paths:
{paths}

permissions:
  contents: read

concurrency:
  group: migrations-${{{{ github.ref }}}}
  cancel-in-progress: true

jobs:
  lint:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - uses: actions/checkout@v5
        with:
          fetch-depth: 0 # what is judged since a branch needs the history of both
          persist-credentials: false
      - uses: actions/setup-python@v6
        with:
          python-version: "3.12"
      - run: python -m pip install migkit
{lints}

  migrations:
    runs-on: ubuntu-latest
    timeout-minutes: 60
    steps:
      - uses: actions/checkout@v5
        with:
          fetch-depth: 0 # what is judged since a branch needs the history of both
          persist-credentials: false
      - uses: actions/setup-python@v6
        with:
          python-version: "3.12"
      - run: python -m pip install "migkit[nox]"
      - run: nox -s migrations
"""
FORGES = ("github",)
_SPECIAL = re.compile(r"[.+*?()\[\]{}^$|\\]")  # re.escape would quote more, which YAML then quotes again


def pre_commit(root: Path, schemas: Iterable[Described], tasks: Collection[str], *, force: bool) -> File:
    """Plan the hook: it checks without a database, so that a commit waits for no server.

    Where the kit can lint, it does, each schema where its own files changed; else the histories are read: syntax, ids,
    parents, one head.
    """
    folders = {schema.name: _SPECIAL.sub(r"\\\g<0>", _inside(schema.ini.scripts, root)) for schema in schemas}
    block = _LOCAL + "".join(_linting(folders) if "lint" in tasks else _reading(folders))
    path = root / ".pre-commit-config.yaml"
    if not path.exists():
        return File(path, "new", f"repos:\n{block}")
    try:
        source = read(path)
    except UnicodeDecodeError:
        return File(path, "left", add=block)
    if re.search(r"\bentry:\s*migkit\b", source):
        return File(path, "kept")
    now = appended(source, block, gap=False)
    return extended(path, now, block, force=force and _joined(source, now))


def _linting(folders: Mapping[str, str]) -> Iterator[str]:
    """Give a hook for each schema: lint judges one at a time."""
    for name, folder in folders.items():
        several = len(folders) > 1
        yield _HOOK.format(
            id=f"migkit-{name}" if several else "migkit",
            name=f"database migrations of {name}" if several else "database migrations",
            entry=f"migkit lint --schema {name}" if several else "migkit lint",
            files=json.dumps(f"^{folder}/"),
        )


def _reading(folders: Mapping[str, str]) -> Iterator[str]:
    """Give the hook of a kit that cannot lint."""
    listed = "|".join(folders.values())
    files = f"^({listed})/" if len(folders) > 1 else f"^{listed}/"
    entry = "migkit schemas --fail-on warning --quiet"
    yield _HOOK.format(id="migkit", name="database migrations", entry=entry, files=json.dumps(files))


def workflow(root: Path, schemas: Sequence[Described], branch: str, configuration: str, *, force: bool) -> File:
    """Plan the workflow: it runs where a schema's folder changes, or what says how it is proved."""
    path = root / ".github" / "workflows" / "migrations.yml"
    changed = [*dict.fromkeys(glob for schema in schemas for glob in _globs(schema, root))]
    changed += [configuration, "noxfile.py", str(path.relative_to(root))]
    paths = "\n".join(f"      - {json.dumps(each)}" for each in changed)
    lints = "\n".join(f"      - run: {json.dumps(_lint(schema.name, branch))}" for schema in schemas)
    text = _WORKFLOW.format(branch=json.dumps(branch), paths=paths, lints=lints)
    return whole(path, text, force=force)


def _lint(schema: str, branch: str) -> str:
    return shlex.join(["migkit", "lint", "--schema", schema, "--since", f"origin/{branch}", "--format", "github"])


def _globs(schema: Described, root: Path) -> list[str]:
    directory = _inside(schema.ini.directory, root)
    if directory != ".":
        return [f"{directory}/**"]
    return [f"{_inside(schema.ini.scripts, root)}/**", schema.ini.name]


def _inside(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def _joined(source: str, now: str) -> bool:
    """Whether the file with the hook behind it is the file, and the hook as the last of its repositories."""
    import yaml

    try:
        before, after = yaml.safe_load(source), yaml.safe_load(now)
    except yaml.YAMLError:
        return False
    if not isinstance(before, dict) or not isinstance(after, dict):
        return False
    repos: Any = before.get("repos")
    return isinstance(repos, list) and after == before | {"repos": [*repos, after["repos"][-1]]}
