"""What is asked of git, and nowhere else; over the network only where `fetched` is called."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from migkit import process
from migkit.errors import ConfigError
from migkit.values import dataclass

_USUAL = ("origin/main", "main", "origin/master", "master")
_SECONDS = 60
_ANSWER = "look why git does not answer there: git status"
_HISTORY = "--since needs a git checkout and a revision that it knows, with their common history fetched"
# a partial clone would fetch what it lacks, and asking must not lock the index
_LOCAL = {"GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"}


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch as this machine knows it: `name` as people write it (origin/main), `top` the checkout's folder.

    `fetched` is when the remote was last asked, in seconds since 1970; None for a local branch.
    """

    name: str
    commit: str
    top: Path
    fetched: float | None = None


@dataclass(frozen=True, slots=True)
class _Ref:
    commit: str
    leads_to: str  # of a symbolic ref
    upstream: str


@dataclass(frozen=True, slots=True)
class Checkout:
    """A checkout: its folder, the branch that it is on ("" where it is on none), its commit, and its branch's upstream.

    `remote` and `merges` are the upstream's parts, as in `git fetch remote merges`; "" of a local one.
    """

    top: Path
    branch: str
    commit: str
    upstream: str = ""
    remote: str = ""
    merges: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A file of a commit: its absolute path in this checkout, and the object that holds it."""

    path: Path
    object: str


def changed_since(directory: Path, ref: str) -> frozenset[Path]:
    """Give the files below `directory` that were added or edited after `ref`, untracked ones included; absolute.

    Edited means: differs from the merge base of `ref` and HEAD, as a pull request shows it.
    """
    top = Path(_git(directory, "rev-parse", "--show-toplevel").strip())
    if ref.startswith("-"):
        raise ConfigError(f"not a git revision: {ref!r}", remedy="name a branch, a tag or a commit: origin/main")
    start = _git(directory, "merge-base", ref, "HEAD").strip()
    words = ("--name-only", "--no-renames", "--diff-filter=d", "-z")  # what was renamed would be looked for in contents
    changed = _git(directory, "diff", *words, start, "--", ".")
    untracked = _git(directory, "ls-files", "--others", "--exclude-standard", "--full-name", "-z", "--", ".")
    return frozenset((top / name).resolve() for name in (changed + untracked).split("\0") if name)


def earlier(directory: Path, ref: str) -> Mapping[Path, str]:
    """Give the text that each file below `directory` had at the merge base of `ref` and HEAD, if it was edited since.

    Of a file that is there no more the old text is given too; paths are absolute.
    """
    top = Path(_git(directory, "rev-parse", "--show-toplevel").strip())
    start = _git(directory, "merge-base", ref, "HEAD").strip()
    words = ("--raw", "-z", "--no-abbrev", "--no-renames", "--diff-filter=MD", "--no-ext-diff")
    fields = _git(directory, "diff", *words, start, "--", ".").split("\0")
    files = [
        File((top / name).resolve(), meta.split()[2]) for meta, name in zip(fields[::2], fields[1::2], strict=False)
    ]
    return contents(Branch("", start, top), files)


def kept(directory: Path) -> tuple[Path, ...]:
    """Give the files below `directory` that git keeps or would keep, relative to it; () where it is no checkout."""
    listed = _asked(directory, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    return tuple(Path(name) for name in sorted(set(listed.split("\0"))) if name)


def main_branch(directory: Path) -> Branch | None:
    """Give the branch that this one will be merged into; None where that cannot be told, or there is no repository.

    That is what the branch tracks, where it is not its own copy; else the remote's default branch (origin's first),
    or main, or master. Of a local branch and its remote the one that is ahead.
    """
    words = ("rev-parse", "--show-toplevel", "--git-path", "FETCH_HEAD", "--symbolic-full-name", "HEAD")
    place = _asked(directory, *words).splitlines()
    if len(place) != len(words) // 2:
        return None
    top, fetch_head, own = place  # HEAD where no branch is checked out
    usual = [ref for name in _USUAL for ref in _copies(name, own)]
    refs = _refs(directory, ["refs/remotes/*/HEAD", own, *usual])
    names = _names(refs, own)
    further = [ref for name in names for ref in _copies(name, own) if ref not in usual]
    refs |= _refs(directory, further) if further else {}
    for name in (*names, *_USUAL):
        found = [ref for ref in _copies(name, own) if ref in refs]
        if found:
            ref = _ahead(directory, found, refs)
            fetched = _changed(directory / fetch_head) if ref.startswith("refs/remotes/") else None
            return Branch(ref.split("/", 2)[2], refs[ref].commit, Path(top), fetched)
    return None


def checkout(directory: Path, branch: str) -> Checkout | None:
    """Give the checkout that `directory` is in; None where there is none, or nothing was committed yet.

    Where no branch is checked out, as in CI, the upstream is that of `branch`; else that of the one that is.
    """
    place = _asked(directory, "rev-parse", "--show-toplevel", "HEAD").splitlines()
    if len(place) != 2:  # noqa: PLR2004  # a line for each
        return None
    own = _asked(directory, "symbolic-ref", "--quiet", "--short", "HEAD").strip()
    words = "--format=%(upstream:short)%00%(upstream:remotename)%00%(upstream:remoteref)"
    told = _asked(directory, "for-each-ref", words, f"refs/heads/{own or branch}").strip()
    upstream, remote, merges = told.split("\0") if told else ("", "", "")
    if not upstream and _asked(directory, "rev-parse", "--verify", "--quiet", f"refs/remotes/origin/{branch}"):
        upstream, remote, merges = f"origin/{branch}", "origin", f"refs/heads/{branch}"
    return Checkout(Path(place[0]), own, place[1], upstream, "" if remote == "." else remote, merges)


def unclean(place: Checkout, paths: Iterable[Path], sources: Iterable[Path]) -> tuple[str, ...]:
    """Give what is not as it was committed, as `M name` or `?? name`: anything below `paths`, and each of `sources`.

    Of a source it is told too that git ignores it, or was told to look away from it. Raises ConfigError where git does
    not answer: nothing said is not nothing changed.
    """
    within = [f":(literal){path}" for path in _within(place.top, paths)]
    words = ("status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--", *within)
    told = _git(place.top, *words, remedy=_ANSWER)
    changed = [f"{line[:2].strip()} {line[3:]}" for line in told.split("\0") if line]
    seen = {line.partition(" ")[2] for line in changed}
    return (*changed, *(f"{why}: {name}" for name, why in unseen(place, sources).items() if name not in seen))


def unseen(place: Checkout, sources: Iterable[Path]) -> Mapping[str, str]:
    """Give those of `sources` in the checkout, by git's names, whose changes git does not tell, and why.

    Raises ConfigError where git does not answer.
    """
    named = _within(place.top, sources)
    words = ("ls-files", "-v", "-z", "--", *(f":(literal){path}" for path in named))
    tags = {line[2:]: line[0] for line in _git(place.top, *words, remedy=_ANSWER).split("\0") if line}
    return {
        name: "not looked at by git" if name in tags else "not kept by git" for name in named if tags.get(name) != "H"
    }


def fetched(place: Checkout, seconds: float) -> str:
    """Fetch the upstream of a checkout; give what git said where that failed, "" where it did not."""
    environment = {**os.environ, **_LOCAL}
    if "GIT_SSH_COMMAND" not in environment and not _asked(place.top, "config", "core.sshCommand"):
        environment["GIT_SSH_COMMAND"] = f"ssh -o BatchMode=yes -o ConnectTimeout={max(1, int(seconds) - 1)}"
    words = ("git", "fetch", "--quiet", "--no-tags", "--no-recurse-submodules", place.remote, place.merges)
    done = process.run(words, cwd=place.top, timeout=seconds, env=environment)
    return " ".join(done.err.split()) or f"git fetch ended with {done.code}" if done.code else ""


def apart(place: Checkout) -> tuple[int, int] | None:
    """Give how many commits a checkout is behind its upstream, and ahead of it; None where that cannot be told."""
    told = _asked(place.top, "rev-list", "--left-right", "--count", f"{place.upstream}...HEAD").split()
    return (int(told[0]), int(told[1])) if told else None


def files(branch: Branch, folders: Iterable[Path]) -> tuple[File, ...]:
    """Give the files of a branch below `folders`."""
    within = _within(branch.top, folders)
    told = _asked(branch.top, "ls-tree", "-r", "-z", branch.commit, "--", *within) if within else ""
    rows = (line.partition("\t") for line in told.split("\0") if line)
    return tuple(File(branch.top / name, meta.split()[2]) for meta, _, name in rows if " blob " in meta)


def changes(branch: Branch, folders: Iterable[Path]) -> tuple[tuple[File, ...], tuple[File, ...]]:
    """Give what a branch adds and what it removes below `folders`, since its merge base with HEAD.

    A renamed file is one of each. Both are empty where there is no merge base, as in a shallow clone.
    """
    within = [f":(literal){path}" for path in _within(branch.top, folders)]
    words = ("--raw", "-z", "--no-abbrev", "--no-renames", "--diff-filter=AD", "--no-ext-diff")
    told = _asked(branch.top, "diff", *words, f"HEAD...{branch.commit}", "--", *within) if within else ""
    fields = told.split("\0")
    added: list[File] = []
    removed: list[File] = []
    for meta, name in zip(fields[::2], fields[1::2], strict=False):
        _, _, before, after, how = meta.split()
        (added if how == "A" else removed).append(File(branch.top / name, after if how == "A" else before))
    return tuple(added), tuple(removed)


def contents(branch: Branch, wanted: Sequence[File]) -> Mapping[Path, str]:
    """Give the text of files of a branch; what is no UTF-8 in them is replaced, and line ends are line feeds."""
    if not wanted:
        return {}
    mark = os.urandom(16).hex()  # no file has it: what stands between two of them is one file
    asked = "".join(f"{one.object}\n" for one in wanted)
    told = _asked(branch.top, "cat-file", f"--batch={mark} %(objectname)", input=asked)
    parts = (part.partition("\n") for part in told.split(mark)[1:])
    texts = {head.strip(): text.removesuffix("\n") for head, _, text in parts}
    return {one.path: texts[one.object] for one in wanted if one.object in texts}


def _names(refs: Mapping[str, _Ref], own: str) -> list[str]:
    """Give what the main branch is called, best first: remote/name, or a name alone for one without a remote."""
    tracked = refs[own].upstream if own in refs else ""
    where, _, name = tracked.removeprefix("refs/").partition("/")
    apart = tracked and (name if where == "heads" else name.partition("/")[2]) != own.removeprefix("refs/heads/")
    heads = sorted((ref != "refs/remotes/origin/HEAD", ref) for ref in refs if ref.endswith("/HEAD"))
    defaults = [refs[ref].leads_to.removeprefix("refs/remotes/") for _, ref in heads]
    return [each for each in (name if apart else "", *defaults) if each]


def _copies(name: str, own: str) -> list[str]:
    """Give where the branch may stand: at its remote, and here, unless it is the one that is checked out."""
    _, _, short = name.partition("/")
    local = [f"refs/heads/{short}"] if short and f"refs/heads/{short}" != own else []
    return [f"refs/remotes/{name}", *local, f"refs/heads/{name}"]


def _refs(directory: Path, patterns: Sequence[str]) -> dict[str, _Ref]:
    """Give each ref that matches one of the patterns."""
    told = _asked(directory, "for-each-ref", "--format=%(refname)%00%(objectname)%00%(symref)%00%(upstream)", *patterns)
    return {ref: _Ref(*rest) for ref, *rest in (line.split("\0") for line in told.splitlines())}


def _ahead(directory: Path, found: Sequence[str], refs: Mapping[str, _Ref]) -> str:
    """Give the first of the refs, or one that has everything of it and more."""
    first, *others = found
    for other in others:
        one, two = refs[first].commit, refs[other].commit
        if one != two and _run(directory, "merge-base", "--is-ancestor", one, two).code == 0:
            return other
    return first


def _changed(path: Path) -> float | None:
    try:
        return path.stat().st_mtime
    except OSError:  # as after a clone: nothing was fetched since
        return None


def _within(top: Path, folders: Iterable[Path]) -> list[str]:
    """Give those of `folders` that are in the checkout, as git names them."""
    top = top.resolve()
    return [path.relative_to(top).as_posix() for path in map(Path.resolve, folders) if path.is_relative_to(top)]


def _asked(directory: Path, *args: str, input: str | None = None) -> str:  # noqa: A002  # as process.run has it
    """Give what git answers; "" where it has no answer, or is not there."""
    done = _run(directory, *args, input=input)
    return "" if done.code else done.out


def _run(directory: Path, *args: str, input: str | None = None) -> process.Completed:  # noqa: A002  # as process.run has it
    return process.run(("git", *args), cwd=directory, timeout=_SECONDS, env={**os.environ, **_LOCAL}, input=input)


def _git(directory: Path, *args: str, remedy: str = _HISTORY) -> str:
    done = _run(directory, *args)
    if done.code:
        said = done.err.strip() or done.out.strip()
        raise ConfigError(f"git {args[0]} failed in {directory}: {said}", remedy=remedy)
    return done.out
