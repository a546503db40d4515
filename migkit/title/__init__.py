"""The grammar of a migration's title (pure): what is typed, read into its parts; and a title's text, read back.

customers add "column email:varchar(255) phone_number"    -> customers_add_column_email_phone_number
registrar_trunks create table                             -> registrar_trunks_create_table
calls add "index idx_customer_id on customer_id"          -> calls_add_index_idx_customer_id
"add index on tickets.region"                             -> the sentence itself

words.py      names and words: split, snake_case, what may stand in SQL that was typed
parts.py      the values: Title, Named, and the clauses
columns.py    NAME[:TYPE[:OPTIONS]]
clauses.py    what follows the name of an index, a constraint, an enum
names.py      `build`: <table>_<action>_<description>
sentences.py  `sentence`: titles that are sentences, for schemas whose convention that is
checking.py   `check`: which rule a title's text breaks
"""

from __future__ import annotations

from migkit.title.checking import Problem, check
from migkit.title.names import build
from migkit.title.parts import Check, Clause, ForeignKey, Indexed, Key, Named, Renamed, Title, Unique, Values
from migkit.title.sentences import sentence
from migkit.title.words import snake, split

__all__ = [
    "Check",
    "Clause",
    "ForeignKey",
    "Indexed",
    "Key",
    "Named",
    "Problem",
    "Renamed",
    "Title",
    "Unique",
    "Values",
    "build",
    "check",
    "sentence",
    "snake",
    "split",
]
