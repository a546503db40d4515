"""The working tree that a release is made from: on its branch, as it was committed, in step with its upstream."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from migkit import git
from migkit.address import masked_text
from migkit.config import shown
from migkit.errors import ConfigError
from migkit.model import Check, Project, Revision, Schema, Target

SECONDS = 20.0  # for a fetch
_SHOWN = 5


def tree(
    project: Project,
    schema: Schema,
    target: Target,
    revisions: Sequence[Revision],
    env: Path,
    seconds: float = SECONDS,
) -> Iterator[Check]:
    """Hold the checkout that the schema is in against the target's `branch`; `env` is where its env.py stands.

    A `branch` of "" asks for none.
    """
    if not target.branch:
        yield Check("git: branch", None, "`branch` of the target is empty: git is not asked")
        return
    place = git.checkout(schema.directory, target.branch)
    if place is None:
        message = f"{shown(schema.directory)} is in no git checkout"
        yield Check("git: branch", ok=False, message=message, remedy=f"release from a checkout of {target.branch}")
        return
    said = git.fetched(place, seconds) if place.remote else ""
    yield _branch(place, target.branch)
    yield _clean(project, schema, place, revisions, env)
    yield _upstream(place, said)


def _branch(place: git.Checkout, wanted: str) -> Check:
    """In CI a commit is checked out, and no branch: it is on the branch where it is what the upstream stands at."""
    name = "git: branch"
    if place.branch == wanted:
        return Check(name, ok=True, message=f"on {wanted}, at {place.commit[:12]}")
    if not place.branch and place.upstream and git.apart(place) == (0, 0):
        return Check(name, ok=True, message=f"at {place.commit[:12]}, where {place.upstream} stands")
    where = f"on {place.branch}" if place.branch else f"on no branch, at {place.commit[:12]}"
    return Check(name, ok=False, message=f"{where}, and {wanted} is declared", remedy=f"git switch {wanted}")


def _clean(project: Project, schema: Schema, place: git.Checkout, revisions: Sequence[Revision], env: Path) -> Check:
    """What decides over a release must be committed wherever it is: git may be told to ignore what is read here.

    The ini alone need not be kept, since a team may have the URL in it: that it is not is said.
    """
    name = "git: clean"
    code = [env, *(one.path for one in revisions)]
    sources = [project.path, *_beside(schema), *code]
    ini = [schema.ini] if schema.ini.is_file() else []
    paths = {schema.directory, schema.ini, schema.baseline or schema.ini, *sources, *(path.parent for path in code)}
    try:
        found = [*git.unclean(place, sorted(paths), sources), *_outside(place, sources)]
        own = [*git.unseen(place, ini).values(), *_outside(place, ini)]
    except ConfigError as error:
        return Check(name, ok=False, message=error.message, remedy=error.remedy)
    if not found:
        said = f"the schema and its configuration are as they were committed{', but' if own else ''}"
        return Check(name, ok=True, message=" ".join([said, *(f"{schema.ini.name} is {why}" for why in own)]))
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return Check(name, ok=False, message=", ".join(found[:_SHOWN]) + more, remedy="commit it, or git stash -u")


def _beside(schema: Schema) -> list[Path]:
    """Give the files that say what is known of the schema, and what stands before it; `base_sql` may be a module's."""
    module = schema.base_sql.partition(":")[0].replace(".", "/")
    named = [schema.baseline, schema.directory / schema.base_sql, schema.directory / f"{module}.py"]
    return [path for path in named if path is not None and path.is_file()]


def _outside(place: git.Checkout, paths: Sequence[Path]) -> list[str]:
    top = place.top.resolve()
    return [f"not in the checkout: {shown(path)}" for path in paths if not path.resolve().is_relative_to(top)]


def _upstream(place: git.Checkout, said: str) -> Check:
    name = "git: upstream"
    if not place.upstream:
        return Check(name, None, f"{place.branch or 'the checkout'} has no upstream", "git push -u origin HEAD")
    distance = git.apart(place)
    if distance is None:
        message = f"{place.upstream} and HEAD cannot be compared"
        return Check(name, ok=False, message=message, remedy="git fetch --unshallow")
    behind, ahead = distance
    if behind:
        message = f"{_commits(behind)} behind {place.upstream}"
        return Check(name, ok=False, message=message, remedy="git pull --ff-only")
    if ahead:
        message = f"{_commits(ahead)} ahead of {place.upstream}: nobody else has them"
        return Check(name, ok=False, message=message, remedy="git push, once they are reviewed")
    if said:
        message = f"in step with {place.upstream} as it was fetched last; now: {masked_text(said)}"
        return Check(name, None, message, "git fetch")
    return Check(name, ok=True, message=f"in step with {place.upstream}")


def _commits(count: int) -> str:
    return f"{count} commit{'s'[count == 1 :]}"
