"""The journal of releases on a target: what was sent, what the server said of it, and what became of it.

opening.py    the journal opened: file.py, and table.py where the target allows it
book.py       Journal, which a release writes
held.py       what open transactions hold, whose mark is still to be put in
reading.py    both read again, and what the target shows now of what was not finished
lines.py      entries as JSON, and those of file and table put together
runs.py       who ran what; the server that was recorded, the texts that were applied
stories.py fates.py differing.py
              the lines of a revision, what became of each statement, how an object differs (pure)
evidence.py   what the server says of the objects that a statement names, and of its session
record.py     the whole report of a run, beside the journal
words.py      all of that in one sentence, with one thing to do
"""

from __future__ import annotations

from migkit.journal import record
from migkit.journal.book import Journal
from migkit.journal.fates import Seen, partial
from migkit.journal.lines import merged
from migkit.journal.opening import opened
from migkit.journal.reading import entries, kept, unfinished
from migkit.journal.runs import Ran, applied_texts, known_server, new_id, runs
from migkit.journal.words import facts, remedy, said

__all__ = [
    "Journal",
    "Ran",
    "Seen",
    "applied_texts",
    "entries",
    "facts",
    "kept",
    "known_server",
    "merged",
    "new_id",
    "opened",
    "partial",
    "record",
    "remedy",
    "runs",
    "said",
    "unfinished",
]
