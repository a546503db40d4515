"""What a title means for the schema (pure): a title is read into changes, and those are held against the real schema.

meaning.py      `intended`: a title's changes, types and tables filled by the conventions
conventions.py  which type, which columns, which names a team agreed on
present.py      the real schema, asked by name: a Snapshot at the head
resolving.py    `resolved`: unknown names refused, what is there completed
segments.py     the columns that an index's name is made of
definitions.py  what a column's definition keeps when its type changes
"""

from __future__ import annotations

from migkit.intent.conventions import departures
from migkit.intent.meaning import intended, needs_schema
from migkit.intent.resolving import resolved

__all__ = ["departures", "intended", "needs_schema", "resolved"]
