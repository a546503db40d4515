"""Writes a new revision into a history, where Alembic runs: here, or in a service."""

from __future__ import annotations

import os
from pathlib import Path

from migkit.address import masked
from migkit.alembic_io.generate import generate
from migkit.alembic_io.history import History, load
from migkit.body import Body
from migkit.errors import ConfigError, HistoryError
from migkit.model import Revision, Schema
from migkit.title import snake
from migkit.values import dataclass


@dataclass(frozen=True, slots=True)
class Written:
    """The new revision; `url` is the ini's, without its password, "" where it has none. `known` are those before it."""

    revision: Revision
    url: str
    known: tuple[Revision, ...] = ()


def written(schema: Schema, title: str, upgrade: Body | None = None, downgrade: Body | None = None) -> Written:
    """Write the revision `title` after the history's only head; the file belongs to whoever owns its folder.

    Without bodies it has those of the template. Raises what `check` raises, and has then changed nothing.
    """
    history = check(schema, title)
    revision = generate(history, title, upgrade, downgrade)
    hand_over(revision.path)
    return Written(revision, url(history), history.revisions)


def check(schema: Schema, title: str) -> History:
    """Load the history, to which a revision `title` can be added.

    Raises ConfigError (no alembic.ini, a title in use) and HistoryError (unreadable, or more than one head).
    """
    history = load(schema, empty=True)
    _check_heads(history)
    _check_unused(history, title)
    return history


def _check_heads(history: History) -> None:
    if len(history.heads) > 1:
        name = history.schema.name
        raise HistoryError(
            f"schema {name} has {len(history.heads)} heads: {', '.join(sorted(history.heads))}",
            remedy=f"join them first: inv mig.merge --schema {name} (or `alembic merge heads` in its directory)",
            path=history.schema.directory,
        )


def _check_unused(history: History, title: str) -> None:
    for revision in history.revisions:
        file = revision.path.stem.removeprefix(f"{revision.id}_")
        if snake(title) in {snake(revision.title), file}:
            raise ConfigError(
                f"the title {title} is in use already: {revision.path}",
                remedy="edit that revision if it is not released yet, or name what is different now",
                path=revision.path,
            )


def hand_over(path: Path) -> None:
    """Give the file to its folder's owner: root in a container would leave it to root on the machine."""
    if os.geteuid() == 0:
        folder = path.parent.stat()
        os.chown(path, folder.st_uid, folder.st_gid)


def url(history: History) -> str:
    """Give the ini's URL without its password, "" where it has none."""
    from configparser import InterpolationError

    try:
        return masked(history.config.get_main_option("sqlalchemy.url") or "")
    except InterpolationError:  # whose text would show the password
        return "(not readable: in an ini a % is written %%)"
