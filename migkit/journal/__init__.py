"""The journal of releases on a target: what was sent, what the server said of it, and what became of it.

book.py       Journal, which a release writes: file.py first, table.py where the target allows it
lines.py      entries as JSON, and those of file and table put together
runs.py       who ran what; the server that was recorded, the texts that were applied
evidence.py   what the server says of the objects that a statement names, and of its session
"""

from __future__ import annotations

from migkit.journal.book import Journal, opened
from migkit.journal.lines import merged
from migkit.journal.runs import Ran, applied_texts, known_server, new_id, runs

__all__ = ["Journal", "Ran", "applied_texts", "known_server", "merged", "new_id", "opened", "runs"]
