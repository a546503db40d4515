"""Reads a history and writes the revision that joins its heads, where Alembic runs: here, or in a service."""

from __future__ import annotations

from pathlib import Path

from migkit.alembic_io.generate import generate
from migkit.alembic_io.history import load
from migkit.model import Revision, Schema
from migkit.title.merging import merge_title
from migkit.values import dataclass
from migkit.writing import hand_over


@dataclass(frozen=True, slots=True)
class Merged:
    """The history as it was read: its heads, the title of their merge, and the merge itself where it was written.

    `title` is "" where there is nothing to merge; `environment` is the file env.py, None where there is none.
    """

    revisions: tuple[Revision, ...]
    heads: tuple[str, ...]
    title: str = ""
    made: Revision | None = None
    environment: Path | None = None


def merged(schema: Schema, *, write: bool) -> Merged:
    """Read the history and, with `write`, join its heads; the file belongs to whoever owns its folder.

    Raises ConfigError (no alembic.ini, a template that fails) and HistoryError (unreadable), and has then changed
    nothing.
    """
    history = load(schema)
    environment = Path(history.schema.directory, history.script.dir, "env.py")
    found = Merged(history.revisions, tuple(sorted(history.heads)), environment=environment.resolve())
    if len(found.heads) == 1:
        return found
    title = merge_title({head: history.revision(head).title for head in found.heads}, schema.title)
    made = None
    if write:
        made = generate(history, title, head=found.heads)
        hand_over(made.path)
    return Merged(found.revisions, found.heads, title, made, found.environment)
