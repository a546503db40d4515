"""What became of rows and values on the way up and down: lost, changed by the revision's own UPDATE, dropped (pure).

Only tables are looked at whose rows are others after the downgrade than before the upgrade; values only where they
were read. Rows are matched by what identifies them in both states, whatever the keys are called.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from migkit.matching import Pairs, same_values
from migkit.model import Loss, Snapshot, Values
from migkit.sending import changes_values, deletes, updates
from migkit.trip import State, Trip, count
from migkit.values import dataclass

Column = Sequence[int]
How = Literal["lost", "updated", "dropped", "stamped"]
By = Literal["upgrade", "downgrade", "both"]


@dataclass(frozen=True, slots=True)
class Change:
    """A loss, and `how` it came.

    `lost` is what nobody asked for, `updated` what the revision's own statements wrote, `dropped` what the upgrade
    drops or deletes, `stamped` what the server itself writes whenever a row is changed.
    """

    loss: Loss
    how: How


def changes(trip: Trip) -> tuple[Change, ...]:
    """Give what does not come back of the tables that stood before the upgrade and stand after the downgrade."""
    if trip.after is None or trip.down is None or trip.before.rows == trip.down.rows:
        return ()
    tables = [name for name, rows in trip.before.rows.items() if trip.down.rows.get(name) != rows]
    return tuple(change for table in tables for change in _changes(trip, table))


def _changes(trip: Trip, table: str) -> Iterator[Change]:
    assert trip.after is not None
    assert trip.down is not None
    if table in trip.down.rows:
        yield from _Table(trip, table).changes()
        return
    number, stood = count(trip.before.rows[table]), _counterpart(table, trip.before, trip.after) is not None
    if number and stood and table in trip.before.values and _counterpart(table, trip.before, trip.down) is None:
        yield Change(Loss(table, None, number, number, "downgrade"), "lost")


class _Table:
    """One table: as it was before, under the same or another name after the upgrade, and after the downgrade."""

    def __init__(self, trip: Trip, table: str) -> None:
        assert trip.after is not None
        assert trip.down is not None
        self.trip, self.table = trip, table
        self.before, self.after, self.down = trip.before, trip.after, trip.down
        self.between = _counterpart(table, self.before, self.after)
        self.had = _columns(self.before, table)
        self.has = _columns(self.down, table)
        self.held = _columns(self.after, self.between) if self.between else {}

    def changes(self) -> Iterator[Change]:
        yield from self._rows()
        pairs = Pairs(self.had, self.has)
        for column in self.had if self.between and self.has else ():
            yield from self._column(column, pairs) if column in self.has else self._gone(column)

    def _gone(self, column: str) -> Iterator[Change]:
        """Tell of a column that is not there after the downgrade, under another name neither."""
        lost = sum(value != 0 for value in self.had[column])
        if lost and _renamed(column, self.had, self.has) is None:
            dropped = self._column_between(column) is None
            loss = Loss(self.table, column, lost, len(self.had[column]), "upgrade" if dropped else "downgrade")
            yield Change(loss, "dropped" if dropped else "lost")

    def _rows(self) -> Iterator[Change]:
        had, has = count(self.before.rows[self.table]), count(self.down.rows[self.table])
        if has >= had:
            return
        if self.between is None:
            yield Change(Loss(self.table, None, had - has, had, "upgrade"), "dropped")
            return
        held = count(self.after.rows.get(self.between, ""))
        by: By = "downgrade" if held >= had else "upgrade" if held <= has else "both"
        on_purpose = by == "upgrade" and bool(self.had) and self._deleted()
        yield Change(Loss(self.table, None, had - has, had, by), "dropped" if on_purpose else "lost")

    def _deleted(self) -> bool:
        """Whether the upgrade itself says that rows of the table are to go."""
        names = {self.table, self.between or self.table}
        return any(deletes(one.statement, name) for one in self.trip.sent_up for name in names)

    def _column(self, column: str, pairs: Pairs) -> Iterator[Change]:
        typed = self._definition(self.before, self.table, column) == self._definition(self.down, self.table, column)
        lost = pairs.differing(column) if typed else pairs.spoilt(column)
        if not lost:
            return
        between = self._column_between(column)
        of = len(self.had[column])
        if between is None:
            yield Change(Loss(self.table, column, lost, of, "upgrade"), "dropped")
            return
        yield Change(Loss(self.table, column, lost, of, self._by(column, between)), self._how(column, between))

    def _column_between(self, column: str) -> str | None:
        """Give the column's name after the upgrade: its own, or that of a new column which holds its values."""
        return column if column in self.held else _renamed(column, self.had, self.held)

    def _how(self, column: str, between: str) -> How:
        """Say what explains a value that is another: the revision's own UPDATE, or else its ALTER."""
        assert self.between is not None
        sent = [*self.trip.sent_up, *self.trip.sent_down]
        names = ((self.table, column), (self.between, between))
        if any(updates(one.statement, table, name) for one in sent for table, name in names):
            return "updated"
        before = self._definition(self.before, self.table, column)
        touched = any(changes_values(one.statement) for one in sent)
        if touched and before is not None and "ON UPDATE" in before.upper():
            return "stamped"
        altered = _parts(self.before.snapshot, self.table) != _parts(self.after.snapshot, self.between)
        retyped = before != self._definition(self.after, self.between, between)
        if not altered or (touched and not retyped):
            return "updated"  # by a trigger, a cascade, or code that sends its statements past SQLAlchemy
        return "lost"

    def _by(self, column: str, between: str) -> By:
        """Say which way loses a column's values: what carries a value over as it is does not."""
        up = Pairs(self.had, self.held, {column: between})
        down = Pairs(self.held, self.has, {between: column})
        keeps_up, keeps_down = not up.differing(column), not down.differing(between)
        if keeps_up != keeps_down:
            return "downgrade" if keeps_up else "upgrade"
        spoils_up, spoils_down = bool(up.spoilt(column)), bool(down.spoilt(between))
        if spoils_up != spoils_down:
            return "upgrade" if spoils_up else "downgrade"
        return "both"

    def _definition(self, state: State, table: str, column: str) -> str | None:
        one = state.snapshot.objects.get(("column", f"{table}.{column}"))
        return one.definition if one else None


def _counterpart(table: str, before: State, after: State) -> str | None:
    """Give a table's name in another state: its own, or that of a new table which holds its values."""
    if table in after.rows:
        return table
    values = before.values.get(table)
    for name, others in after.values.items():
        if name not in before.rows and values is not None and _holds(others, values):
            return name
    return None


def _renamed(column: str, had: Mapping[str, Column], held: Mapping[str, Column]) -> str | None:
    """Give the new column that holds a column's values."""
    return next((name for name in held if name not in had and same_values(had[column], held[name])), None)


def _holds(values: Values, others: Values) -> bool:
    return any(
        same_values(one, other) and any(one) for one in values.columns.values() for other in others.columns.values()
    )


def _columns(state: State, table: str) -> Mapping[str, Column]:
    found = state.values.get(table)
    return found.columns if found else {}


def _parts(snapshot: Snapshot, table: str) -> dict[str, str]:
    """Give the definitions of a table's own options and columns, without its name."""
    return {
        f"{one.kind} {one.name.removeprefix(table)}": one.definition
        for one in snapshot.objects.values()
        if (one.kind == "column" and one.owner == table) or (one.kind == "table" and one.name == table)
    }
