"""What a rehearsal is asked for and what it saw: rows to work on, statements that were sent, cuts between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from migkit.values import dataclass

CHECKS = ("graph", "oneshot", "idempotent", "crash", "effects", "offline", "models")
RULES: Mapping[str, str] = {  # the rules that a baseline may accept, each with the check that finds it ("" is always)
    "upgrade-fails": "",
    "refuses-rows": "",
    "multiple-heads": "graph",
    "oneshot-fails": "oneshot",
    "oneshot-differs": "oneshot",
    "rerun-fails": "idempotent",
    "rerun-differs": "idempotent",
    "retry-fails": "crash",
    "retry-differs": "crash",
    "leaves-partial": "crash",
    "edited-retry-fails": "crash",
    "edited-retry-differs": "crash",
    "backfill-matches-nothing": "effects",
    "value-changed": "effects",
    "server-warning": "effects",
    "offline-fails": "offline",
    "offline-differs": "offline",
    "models-differ": "models",
}


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows that tables are filled with before each step: `count` in each, the same ones again for the same `seed`.

    `compared` are the values with which the history's own SQL compares a column, by the column's bare name, as SQL
    literals' text without quotes; `inserted` are those that it inserts itself, under "" where a statement names no
    columns: in a key they are the history's own, and rows that are put in keep off them.
    """

    count: int
    seed: int = 0
    compared: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    inserted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Filled:
    """What a filling came to: how many rows were added, and why a table lacks some, by qualified table."""

    added: Mapping[str, int] = field(default_factory=dict)
    lacking: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sent:
    """A statement that a revision sent, seen at the cursor.

    `line` is where the revision's file sends it; `rows` how many rows it touched, -1 where the driver does not say;
    `warnings` what the server said of it, as `CODE message`; `pending` whether a transaction that is open right after
    it holds it, `kept` how many of the step's statements would outlive a cut before the next one: both None where the
    driver does not say. `last` is the number that the server gave to a row of it.
    """

    statement: str
    line: int | None = None
    rows: int = -1
    warnings: tuple[str, ...] = ()
    pending: bool | None = None
    kept: int | None = None
    last: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Cut:
    """What came of a connection that was cut after a statement (numbered from 1) and of the retry.

    `committed` says whether the cut left anything of the revision behind, `error` why the retry failed, or what
    differs after it. `edited` says that the cut was in the revision's old text, and the retry ran the new one,
    `inferred` that no cut was made here, since what others came to leaves no other outcome.
    """

    statement: int
    sql: str
    line: int | None
    committed: bool
    retry_ok: bool
    error: str = ""
    edited: bool = False
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class RevisionRehearsal:
    """What a rehearsal says of one revision; a check's word is ok, fails or differs, None where it was not made.

    `upgrade` is ok, fails, or fails-with-rows where it passes without them. `statements` counts those that were sent.
    `known` are the rules whose findings the baseline accepts.
    """

    revision: str
    title: str
    path: str
    upgrade: str = "ok"
    idempotent: str | None = None
    oneshot: str | None = None
    crash: tuple[Cut, ...] | None = None
    effects: str | None = None
    offline: str | None = None
    statements: int = 0
    known: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Earlier:
    """The text that a revision's file had before it was edited; `path` is whole."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Order:
    """What a rehearsal on a database is asked for: which of CHECKS, on which revisions (None: all), with which rows.

    `asked` says that the checks were named by the caller; `earlier` are the old texts of revisions that were edited.
    """

    checks: tuple[str, ...]
    choice: tuple[str, ...] | None = None
    rows: Rows | None = None
    earlier: tuple[Earlier, ...] = ()
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a script, as it was printed at once: by a line of a revision's file, or about it (no `line`)."""

    text: str
    revision: str = ""
    line: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether what follows is still the same statement."""
        text = self.text.strip()
        return self.line is not None and not text.endswith(";") and not text.startswith("--")


@dataclass(frozen=True, slots=True)
class Script:
    """What `alembic upgrade --sql` prints for `revisions`; it ends early where printing `failed` (a revision's id).

    `failure` says why, `line` where. `lost` are parameters that nobody gave a value, which Alembic prints as NULL:
    revision, line and names.
    """

    revisions: tuple[str, ...]
    pieces: tuple[Piece, ...]
    lost: tuple[tuple[str, int | None, tuple[str, ...]], ...] = ()
    failed: str = ""
    failure: str = ""
    line: int | None = None

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(piece.text for piece in self.pieces)

    def at(self, number: int) -> Piece:
        """Give what printed a line of the text, counted from 1, or the beginning of the statement that ends there."""
        place = self._place(number)
        while place and self.pieces[place - 1].is_open:
            place -= 1
        return self.pieces[place]

    def _place(self, number: int) -> int:
        for place, piece in enumerate(self.pieces):
            lines = piece.text.count("\n")
            if number <= lines or (number == lines + 1 and not piece.text.endswith("\n")):
                return place
            number -= lines
        return len(self.pieces) - 1
