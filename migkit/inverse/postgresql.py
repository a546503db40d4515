"""What brings a PostgreSQL catalogue back (pure).

The order: what looks at tables goes first, and views that would be in the way of a column; then what tables need is
made (schemas, extensions, types, sequences, routines), then tables change, then what no table needs any more is
dropped, and last what looks at tables is made.
"""

from __future__ import annotations

from migkit.ddl.names import Names
from migkit.inverse.held import tables
from migkit.inverse.postgresql_needs import Needs, swaps
from migkit.inverse.postgresql_renames import renamed
from migkit.inverse.postgresql_tables import TableChanges
from migkit.inverse.postgresql_views import Views
from migkit.inverse.postgresql_words import bare, qualified
from migkit.model import Change, Engine, Snapshot


def inverse(wanted: Snapshot, present: Snapshot, engine: Engine) -> tuple[Change, ...]:
    """Give the changes that make `wanted` of `present`."""
    names = Names(engine)
    renames, present = renamed(wanted, present, names)
    swapped = [qualified(names, was.name) for _one, was in swaps(wanted, present)]
    changes = TableChanges(tables(wanted, bare), tables(present, bare), names, swapped)
    views, needs = Views(wanted, present, changes, names), Needs(wanted, present, names)
    return (
        *views.dropped(),
        *renames,
        *needs.made(),
        *changes.dropped(),
        *needs.swapped(),
        *changes.altered(),
        *needs.settled(),
        *changes.made(),
        *needs.dropped(),
        *views.made(),
    )
