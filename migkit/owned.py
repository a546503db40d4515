"""Which revisions are this branch's own: those that the main branch does not have, once it was brought in."""

from __future__ import annotations

from collections.abc import Sequence

from migkit import git, parallel
from migkit.errors import ConfigError, HistoryError
from migkit.model import Revision, Schema


def main_branch(schema: Schema) -> git.Branch:
    """Give the branch that this one will be merged into; ConfigError where git knows none."""
    branch = git.main_branch(schema.directory)
    if branch is None:
        raise ConfigError(
            f"schema {schema.name}: git knows no main branch here, so its own revisions cannot be told",
            remedy=f"fetch it (git fetch origin), or join the heads: inv mig.merge --schema {schema.name}",
        )
    return branch


def owned(schema: Schema, revisions: Sequence[Revision], branch: git.Branch) -> frozenset[str]:
    """Give the revisions that the main branch does not have.

    Raises HistoryError where there are none, and where the main branch was not brought in yet.
    """
    folders = {one.path.parent for one in revisions}
    files = [one for one in git.files(branch, folders) if one.path.suffix == ".py"]
    main = parallel.read(branch, files)
    known = {one.id for one in main.values()}
    unread = {one.path for one in files} - set(main)  # they compute their own ids
    _brought_in(schema, revisions, branch, known)
    own = frozenset(one.id for one in revisions if one.id not in known and one.path not in unread)
    if own and main:
        return own
    what = "has every revision, so none may be moved" if main else "has no revision of it"
    raise HistoryError(
        f"schema {schema.name}: {branch.name} {what}",
        remedy=f"join the heads: inv mig.merge --schema {schema.name}",
    )


def _brought_in(schema: Schema, revisions: Sequence[Revision], branch: git.Branch, known: set[str]) -> None:
    """Raise HistoryError where the working tree lacks a revision of the main branch, or has one that it removed."""
    here = {one.id for one in revisions}
    _added, removed = git.changes(branch, {one.path.parent for one in revisions})
    missing = sorted(known - here)
    left = sorted(({one.id for one in parallel.read(branch, removed).values()} - known) & here)
    if missing or left:
        what = f"holds {', '.join(missing)}, which the working tree has not"
        if not missing:
            what = f"has removed {', '.join(left)}, which the working tree still has"
        raise HistoryError(
            f"schema {schema.name}: {branch.name} {what}",
            remedy=f"bring it in first: git merge {branch.name} (its conflicts may wait)",
        )
