"""SQLite's CREATE INDEX."""

from __future__ import annotations

from migkit.ddl.clauses import listed, wanted
from migkit.ddl.names import Names
from migkit.model import Index


def index_text(part: Index, names: Names) -> str:
    """Write CREATE INDEX; the server's own words may lack CREATE and the name."""
    name = names.beside(part.table, part.name)
    if part.definition:
        own = wanted(part.definition, names, f"the index {part.name}")
        unique, _, rest = own.partition("INDEX ON ")
        return f"CREATE {unique}INDEX {name} ON {rest}" if unique in ("", "UNIQUE ") and rest else own
    where = f" WHERE {wanted(part.where, names, 'the condition', commas=True)}" if part.where else ""
    table = names.name(names.parts(part.table)[-1])
    return f"CREATE {'UNIQUE ' * part.unique}INDEX {name} ON {table} ({listed(part, names)}){where}"
