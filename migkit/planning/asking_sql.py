"""The SQL of a question: names as a product quotes them, conditions, the keys of the rows that are in the way (pure).

What a reading keeps of an expression has single blanks. What is asked of a server is the text as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import field

from migkit.ddl.names import Names
from migkit.lint.state import TableModel
from migkit.model import Engine
from migkit.model.release import Precondition
from migkit.model.script import ColumnSpec
from migkit.planning.brought import value, words
from migkit.planning.surveying import Survey
from migkit.planning.traces import Traces
from migkit.questions import Questions
from migkit.servers.login import console
from migkit.values import dataclass

SHOWN = 10  # keys of rows that are in the way


@dataclass(frozen=True, slots=True)
class Ground:
    """What questions stand on: the product, what is on the target, and what the release has changed by then.

    `types` are the labels of the database's enums by name, as they are once the earlier statements have run.
    """

    engine: Engine
    survey: Survey
    traces: Traces
    types: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def questions(self) -> Questions:
        """How the product is asked."""
        return console(self.engine).questions()

    def there(self, table: str) -> TableModel | None:
        """Give a table as it is on the target now."""
        return self.survey.state.table(table)

    def table(self, name: str) -> str:
        """Write a table's name, as the target spells it."""
        known = self.there(name)
        return ".".join(map(self.engine.quote, Names(self.engine).parts(known.name if known else name)))

    def source(self, table: str, text: str, *, own: bool = False) -> str:
        """Write where rows come from, with the new columns of which a text speaks as if they were there.

        `own` leaves out the rows of tables that inherit from it.
        """
        made = []
        for name in sorted(words(text)):
            spec = self.traces.brought(table, name)
            held = self.held(spec) if spec else None
            if spec and held is not None:
                made.append(f"{self.questions.typed(held, spec.type)} AS {self.engine.quote(spec.name)}")
        name = self.table(table)
        place = f"ONLY {name}" if own and table.lower() in self.survey.heirs else name
        if not made:
            return place
        alias = self.engine.quote(Names(self.engine).parts(table)[-1])
        return f"(SELECT {name}.*, {', '.join(made)} FROM {place}) AS {alias}"  # noqa: S608  # names are quoted

    def held(self, new: ColumnSpec) -> str | None:
        """Give what a new column holds; None where it is not known."""
        return value(new, self.engine.family, makes_up=self.questions.makes_up)

    def column(self, table: str, name: str) -> str:
        """Write a column's name, as the target spells it."""
        known = self.there(table)
        spec = known.column(name) if known else None
        return self.engine.quote(spec.name if spec else name)

    def literal(self, text: str) -> str:
        """Write a text."""
        return Names(self.engine).literal(text)

    def primary(self, table: str) -> tuple[str, ...]:
        """Give the columns of a table's primary key, as the target has it."""
        known = self.there(table)
        keys = known.keys.values() if known else ()
        return next((key.columns for key in keys if key.kind == "primary" and all(key.columns)), ())


def rows(
    ground: Ground,
    kind: str,
    table: str,
    columns: Sequence[str],
    condition: str,
    what: str,
    *,
    alias: str = "",
    own: bool = False,
) -> Precondition:
    """Ask for the rows of a table under a condition; they are shown by their primary key, or else by `columns`."""
    source = ground.source(table, f"{condition} {' '.join(columns)}", own=own)
    place = f"{source.rpartition(' AS ')[0] if source.startswith('(') else source} AS {alias}" if alias else source
    keys = ground.primary(table) or columns
    prefix = f"{alias}." if alias else ""
    shown = ", ".join(prefix + ground.column(table, one) for one in keys) or "1"
    query = f"SELECT COUNT(*) FROM {place} WHERE {condition}"  # noqa: S608  # names are quoted
    sample = f"SELECT {shown} FROM {place} WHERE {condition} LIMIT {SHOWN}"  # noqa: S608  # as above
    return Precondition(kind, table, query, what, sample_query=sample)


def unasked(kind: str, table: str, what: str, why: str) -> Precondition:
    """Say what is not asked, and why."""
    return Precondition(kind, table, "", f"not asked whether {what}: {why}")


def exact(sql: str, tidied: str) -> str:
    """Give a piece of SQL as it was written, of which a reading keeps the text with single blanks."""
    pattern = r"\s+".join(re.escape(word) for word in tidied.split(" "))
    found = re.search(pattern, sql)
    return found[0] if found else tidied
