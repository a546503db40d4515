"""What is asked of git."""

from __future__ import annotations

from pathlib import Path

from migkit import process
from migkit.errors import ConfigError


def changed_since(directory: Path, ref: str) -> frozenset[Path]:
    """Give the files below `directory` that were added or edited after `ref`, untracked ones included; absolute.

    Edited means: differs from the merge base of `ref` and HEAD, as a pull request shows it.
    """
    top = Path(_git(directory, "rev-parse", "--show-toplevel").strip())
    if ref.startswith("-"):
        raise ConfigError(f"not a git revision: {ref!r}", remedy="name a branch, a tag or a commit: origin/main")
    start = _git(directory, "merge-base", ref, "HEAD").strip()
    changed = _git(directory, "diff", "--name-only", "--diff-filter=d", "-z", start, "--", ".")
    untracked = _git(directory, "ls-files", "--others", "--exclude-standard", "--full-name", "-z", "--", ".")
    return frozenset((top / name).resolve() for name in (changed + untracked).split("\0") if name)


def _git(directory: Path, *args: str) -> str:
    done = process.run(("git", *args), cwd=directory, timeout=60)
    if done.code:
        raise ConfigError(
            f"git {args[0]} failed in {directory}: {done.err.strip() or done.out.strip()}",
            remedy="--since needs a git checkout and a revision that it knows, with their common history fetched",
        )
    return done.out
