"""What a history needs to be printed as SQL and run, on databases of its own; and what can be wrong with it."""

from __future__ import annotations

import ast
import contextlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager

from migkit.compose import Printing, Standing
from migkit.footing import Foothold
from migkit.model import Database, Event, Finding, Revision, Schema, Server, Severity
from migkit.model.rehearsal import Order, Piece, Script
from migkit.printing import Printed
from migkit.privileges import Privileges
from migkit.servers import clients, databases, logins
from migkit.servers.clients import Refusal
from migkit.trip import upgrade_line
from migkit.values import dataclass

OnEvent = Callable[[Event], None]
_ASK = "let it ask `op.get_context().as_sql` first, and print what needs no answer of the database"
_VALUE = "write the value into the statement, and `\\:` for a colon that begins no parameter"
_READ = "read what `alembic upgrade --sql` prints of it, and write what the client takes"


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with the revision at a position (counted from 0), or with any (None)."""

    at: int | None
    rule: str
    message: str
    remedy: str
    line: int | None = None
    object: str = ""

    def finding(self, revision: Revision, severity: Severity) -> Finding:
        """Give it as a finding."""
        line = self.line or upgrade_line(revision)
        path, name = str(revision.path), self.object or None
        return Finding(self.rule, severity, self.message, self.remedy, path, line, revision.id, name)


class Bench:
    """One history on one server; `planned` is known once `plan` was asked for."""

    def __init__(
        self,
        schema: Schema,
        server: Server,
        order: Order,
        printing: Printing,
        standing: Standing,
        on_event: OnEvent,
    ) -> None:
        self.planned = Printed((), 0, 0)
        self.on_event = on_event
        self._schema = schema
        self._server = server
        self._order = order
        self._printing = printing
        self._standing = standing

    def database(self) -> AbstractContextManager[Database]:
        """Make a database for the time of a block."""
        return databases.throwaway(self._server, self._schema.server, on_event=self.on_event)

    def plan(self, database: Database) -> Printed:
        """Print all that is wanted in one script."""
        self.planned = self._printing(self._schema, database, self._order, False, self.on_event)  # noqa: FBT003  # a job's field
        return self.planned

    def apart(self, database: Database) -> Sequence[Script]:
        """Print each revision by itself."""
        return self._printing(self._schema, database, self._order, True, self.on_event).scripts  # noqa: FBT003  # as above

    def standing_at(self, database: Database, position: int) -> AbstractContextManager[Foothold]:
        """Bring an empty database to a position, step by step."""
        revisions = self.planned.revisions
        before = revisions[position].id if position < len(revisions) else ""
        return self._standing(self._schema, database, before, self.on_event)

    def position(self, revision: str) -> int:
        """Give where a revision stands in the order of the history; its beginning for none."""
        return next((at for at, one in enumerate(self.planned.revisions) if one.id == revision), 0)

    def run(self, database: Database, script: Script, at: int) -> Refusal | None:
        """Let the client run a script on a database at a position, with what an upgrade would be lent.

        The version table is there already at the beginning, since env.py has run, and the script makes it.
        """
        lends = Privileges(database, self._schema.server).lends
        with logins.elevated(database, self._schema.server) if lends else contextlib.nullcontext():
            return clients.run(database, self._before(at) + script.text)

    def piece(self, script: Script, at: int, line: int) -> Piece:
        """Give what printed a line of what `run` ran."""
        return script.at(line - self._before(at).count("\n"))

    def _before(self, at: int) -> str:
        plan, quote = self.planned, self._server.engine.quote
        if plan.heads[at - plan.start]:
            return ""
        name = ".".join(quote(part) for part in (plan.version_schema, plan.version_table) if part)
        return f"DROP TABLE IF EXISTS {name};\n"  # env.py may roll it back with a run that has no step


def lost(bench: Bench, script: Script) -> list[Trouble]:
    """Say which parameters are printed as NULL."""
    found = []
    for revision, line, names in script.lost:
        listed = ", ".join(f":{name}" for name in names)
        what = f"`alembic upgrade --sql` has no value for {listed}, and prints NULL instead"
        found.append(Trouble(bench.position(revision), "offline-differs", what, _VALUE, line))
    return found


def unprinted(bench: Bench, script: Script) -> Trouble:
    """Say that a revision cannot be printed."""
    what = f"`alembic upgrade --sql` ends at it: {script.failure}"
    return Trouble(bench.position(script.failed), "offline-fails", what, _ASK, script.line)


def refused(bench: Bench, script: Script, at: int, refusal: Refusal) -> Trouble:
    """Say that the client refused a statement."""
    piece = bench.piece(script, at, refusal.line)
    statement = " ".join(piece.text.split())[:200]
    what = f"the server's client refuses what `alembic upgrade --sql` prints: {refusal.message} — in: {statement}"
    return Trouble(bench.position(piece.revision or script.revisions[0]), "offline-fails", what, _READ, piece.line)


def clashes(bench: Bench, script: Script, at: int | None, parts: Mapping[str, str]) -> list[Trouble]:
    """Say what what was printed leads to otherwise, each object by the statement that names it."""
    found = []
    for name, part in parts.items():
        what = f"what `alembic upgrade --sql` prints leads elsewhere than the upgrade: {part}"
        line = None if at is None else _line(script, bench.planned.revisions[at], name)
        found.append(Trouble(at, "offline-differs", what, _READ, line, name))
    return found


def _line(script: Script, revision: Revision, name: str) -> int | None:
    """Give the line that printed the last statement which names an object, or would have; else its table."""
    tree = ast.parse(revision.path.read_bytes())
    upgrades = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "upgrade"]
    nodes = [node for function in upgrades for node in ast.walk(function)]
    own, *tables = [re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE) for word in name.split(".")[::-1]]
    for word in (own, *tables):
        printed = [piece.line for piece in script.pieces if piece.line and word.search(piece.text)]
        written = sorted(line for line, text in _texts(nodes) if word.search(text))
        if printed or written:
            return (printed or _questions(nodes) or written)[-1]
    return None


def _questions(nodes: Sequence[ast.AST]) -> list[int]:
    """Give the lines on which it is asked whether this is offline: what is not printed is left out there."""
    return [
        node.lineno for node in nodes if isinstance(node, ast.Attribute) and node.attr in ("is_offline_mode", "as_sql")
    ]


def _texts(nodes: Sequence[ast.AST]) -> Iterator[tuple[int, str]]:
    """Give each text, with the line on which its statement begins."""
    for node in nodes:
        if isinstance(node, ast.stmt) and not hasattr(node, "body"):
            for part in ast.walk(node):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield node.lineno, part.value
