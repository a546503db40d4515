"""The fixes of a schema's history, written to its files; those of revisions that the main branch has are left alone."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from migkit import git
from migkit.config import shown
from migkit.errors import ConfigError
from migkit.inspection.examining import base
from migkit.inspection.facts import surroundings
from migkit.inspection.files import File, files
from migkit.inspection.findings import judged
from migkit.inspection.fixing import Change, changes
from migkit.inspection.locations import Locations, locations
from migkit.inspection.readings import Readings
from migkit.lint.judging import Judged
from migkit.model import Engine, Project, Schema
from migkit.replacing import put
from migkit.values import dataclass

_TWINS = ("unguarded-ddl", "multi-ddl-revision")  # their fix needs migkit where revisions run
_OPERATIONS = b"migkit.ops"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be fixed: the `wanted` files, without what the baseline knows: rules, by revision.

    `named` is whether the revisions were named one by one: what is released is fixed then too.
    """

    wanted: Collection[Path]
    known: Mapping[str, Collection[str]]
    named: bool = False


def rewritten(
    project: Project, schema: Schema, engines: Sequence[Engine], wish: Wish, *, dry_run: bool
) -> dict[str, Any]:
    """Write the fixes, or only give them; gives what a report says of it: plain JSON values.

    Raises ConfigError where a file cannot be written.
    """
    made, left = planned(project, schema, engines, wish)
    told = [
        {
            "path": shown(one.path),
            "renamed": shown(one.to) if one.to != one.path else "",
            "rules": list(one.rules),
            "diff": one.diff(shown),
        }
        for one in made
    ]
    for one in () if dry_run else made:
        write(one)
    return {"fixes": told, "written": not dry_run, "left_alone": [shown(path) for path in left]}


def planned(
    project: Project, schema: Schema, engines: Sequence[Engine], wish: Wish
) -> tuple[tuple[Change, ...], tuple[Path, ...]]:
    """Give what would become of the files, and the released ones that are left alone."""
    place = locations(schema)
    read = files(place)
    around = surroundings(project, schema, place)
    told = around.facts(place)
    stands = base(schema)
    readings = Readings(None, "")  # a pass reads what the one before it changed
    guards = schema.style == "ops" or any(_OPERATIONS in file.source for file in read)

    def judge(each: Sequence[File]) -> Sequence[Judged]:
        return judged(schema, engines, told, stands, each, readings)[0]

    def asked(one: Judged) -> bool:
        new = one.path in wish.wanted and one.rule.name not in wish.known.get(one.revision, ())
        return new and (guards or one.rule.name not in _TWINS)

    return changes(read, judge, asked, () if wish.named else _released(schema, place))


def write(change: Change) -> None:
    """Write a change: the file whole or not at all, then its name; ConfigError where it was edited meanwhile."""
    try:
        if change.after != change.before:
            put(change.path, change.after, was=change.before)
        if change.to != change.path:
            if change.to.exists():
                raise ConfigError(f"{change.to} is there meanwhile", remedy="run it again", path=change.to)
            change.path.rename(change.to)
    except OSError as error:
        raise ConfigError(
            f"{change.path} cannot be written: {error.strerror}", remedy="make it writable", path=change.path
        ) from error


def _released(schema: Schema, place: Locations) -> frozenset[Path]:
    """Give the files that the main branch has."""
    branch = git.main_branch(schema.directory)
    if branch is None:
        return frozenset()
    return frozenset(Path(os.path.realpath(one.path)) for one in git.files(branch, place.folders))
