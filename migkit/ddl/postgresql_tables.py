"""PostgreSQL's CREATE TABLE from its parts, a table's options changed, constraints with what is said behind them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from migkit.ddl.clauses import Clause, cannot, constraint_text, known, table_text
from migkit.ddl.lexis import top
from migkit.ddl.names import Names
from migkit.ddl.postgresql_altered import behind, changed_grants, comment, option_names
from migkit.ddl.postgresql_columns import described
from migkit.ddl.postgresql_words import split
from migkit.model import Constraint, Table

_WORDS = (
    "UNLOGGED", "TABLE", "PARTITION BY", "PARTITION OF", "INHERITS", "USING", "WITH", "TOAST", "TABLESPACE",
    "REPLICA IDENTITY", "ROW LEVEL", "FORCE ROW", "SERVER", "OF", "COMMENT", "ACL",
)  # fmt: skip
_BEHIND = (
    "INVALID", "CLUSTER", "REPLICA IDENTITY", "TABLESPACE", "STATISTICS", "PARTITION OF", "INHERITED", "WITH",
    "COMMENT",
)  # fmt: skip
_COMES_LAST = ("WHERE", "NOT", "DEFERRABLE", "INITIALLY")


def created_table(part: Table, names: Names) -> Iterator[Clause | str]:
    """Write CREATE TABLE, then what cannot stand in it."""
    said = _options(part.options)
    if "SERVER" in said or "OF" in said:
        raise cannot(part, names, "write its CREATE statement by hand")
    late = [one for one in part.constraints if one.definition.rstrip().upper().endswith("NOT VALID")]
    held = [constraint(one, names) for one in part.constraints if one not in late]
    columns = [(one, described(known(one, names))) for one in part.columns]
    head = "CREATE UNLOGGED TABLE" if "UNLOGGED" in said else "CREATE TABLE"
    if "PARTITION OF" in said:
        name = names.table(part.name)
        yield " ".join((f"{head} {name} PARTITION OF {said['PARTITION OF']}", *_tail(said)))
    else:
        inline = tuple(replace(one, definition=column.inline) for one, column in columns)
        bare = replace(part, columns=inline, constraints=())
        yield table_text(bare, names, [text for text, _ in held], " ".join(_tail(said)), head=head)
    for one, column in columns:
        actions, after = behind(one, column, names)
        yield from (Clause(part.name, action) for action in actions)
        yield Clause(part.name, "", after=tuple(after))
    for unchecked in late:
        text, after = constraint(unchecked, names)
        yield Clause(part.name, f"ADD {text}", after=tuple(after))
    yield Clause(part.name, "", after=tuple(said for _, after in held for said in after))
    yield from _changed(part, said, {}, names)


def altered_table(part: Table, was: Table | None, names: Names) -> Iterator[Clause | str]:
    """Write what brings a table's options from what they were to what is wanted."""
    now, old = _options(part.options), _options(was.options if was else "")
    yield from (Clause(part.name, text) for text in _stored(now, old))
    yield from _changed(part, now, old, names)


def constraint(part: Constraint, names: Names) -> tuple[str, list[str]]:
    """Write a constraint as it stands in CREATE TABLE or after ADD, and the statements that follow."""
    own, state = split(part.definition, _BEHIND)
    if "WITH" in state:
        place = next((one.start for one in top(own, "postgresql") if one.upper in _COMES_LAST), len(own))
        own = f"{own[:place].rstrip()} WITH {state['WITH']} {own[place:]}".rstrip()
    text = constraint_text(replace(part, definition=own), names)
    table, name = names.table(part.table), names.name(part.name)
    after = []
    if "TABLESPACE" in state:
        after.append(f"ALTER INDEX {names.beside(part.table, part.name)} SET TABLESPACE {state['TABLESPACE']}")
    if "CLUSTER" in state:
        after.append(f"ALTER TABLE {table} CLUSTER ON {name}")
    if "REPLICA IDENTITY" in state:
        after.append(f"ALTER TABLE {table} REPLICA IDENTITY USING INDEX {name}")
    if "COMMENT" in state:
        after.append(comment("CONSTRAINT", f"{name} ON {table}", state["COMMENT"]))
    return text, after


def _options(text: str) -> Mapping[str, str]:
    """Read what follows CREATE TABLE's parenthesis, or a Snapshot's whole definition of a table."""
    return split(text, _WORDS)[1]


def _tail(said: Mapping[str, str]) -> Iterator[str]:
    if "INHERITS" in said:
        yield f"INHERITS {said['INHERITS'] if said['INHERITS'].startswith('(') else '(' + said['INHERITS'] + ')'}"
    if "PARTITION BY" in said:
        yield f"PARTITION BY {said['PARTITION BY']}"
    if "USING" in said:
        yield f"USING {said['USING']}"
    stored = _parameters(said)
    if stored:
        yield f"WITH ({', '.join(stored)})"
    if "TABLESPACE" in said:
        yield f"TABLESPACE {said['TABLESPACE']}"


def _parameters(said: Mapping[str, str]) -> list[str]:
    own = [one.strip() for one in said.get("WITH", "").strip("()").split(",") if one.strip()]
    toast = [one.strip() for one in said.get("TOAST", "").strip("()").split(",") if one.strip()]
    return [*own, *(f"toast.{one}" for one in toast)]


def _stored(now: Mapping[str, str], was: Mapping[str, str]) -> Iterator[str]:
    if ("UNLOGGED" in now) != ("UNLOGGED" in was):
        yield f"SET {'UNLOGGED' if 'UNLOGGED' in now else 'LOGGED'}"
    wanted, present = _parameters(now), _parameters(was)
    gone = option_names(",".join(present)) - option_names(",".join(wanted))
    if gone:
        yield f"RESET ({', '.join(sorted(gone))})"
    if wanted and wanted != present:
        yield f"SET ({', '.join(wanted)})"
    if now.get("TABLESPACE") != was.get("TABLESPACE"):
        yield f"SET TABLESPACE {now.get('TABLESPACE', 'pg_default')}"


def _changed(part: Table, now: Mapping[str, str], was: Mapping[str, str], names: Names) -> Iterator[Clause | str]:
    """Write what is the same for a table that was just made: identity, row security, comment, privileges."""
    table = names.table(part.name)
    if now.get("REPLICA IDENTITY") != was.get("REPLICA IDENTITY"):
        yield Clause(part.name, f"REPLICA IDENTITY {now.get('REPLICA IDENTITY', 'DEFAULT')}")
    for word, on, off in (("ROW LEVEL", "ENABLE", "DISABLE"), ("FORCE ROW", "FORCE", "NO FORCE")):
        if (word in now) != (word in was):
            yield Clause(part.name, f"{on if word in now else off} ROW LEVEL SECURITY")
    after = []
    if now.get("COMMENT") != was.get("COMMENT"):
        after.append(comment("TABLE", table, now.get("COMMENT", "")))
    after += changed_grants(now.get("ACL", ""), was.get("ACL", ""), "TABLE", table)
    yield Clause(part.name, "", after=tuple(after))
