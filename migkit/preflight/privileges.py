"""The privileges that the pending statements need, by their SQL, and whether the login has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field

from migkit.gate import Ask, Denied, Need
from migkit.model import Check
from migkit.model.release import Plan, PlannedRevision, PlannedStatement
from migkit.model.script import Kind, Reading, Span
from migkit.preflight import server
from migkit.preflight.naming import few
from migkit.product import Family
from migkit.servers import login
from migkit.sql import Sentence, read
from migkit.targets import Declared
from migkit.values import dataclass

JOURNAL = "migkit_journal"
_NAME = "privileges"
_NEEDLESS = frozenset(  # what is no object's, and any login may send
    {"explain", "describe", "desc", "show", "notify", "listen", "unlisten", "checksum", "do", "discard", "deallocate"}
    | {"close", "fetch"}
)
_MADE = "CREATE TABLE {table} (a INT)"
_KEPT = ("SELECT a FROM {table}", "INSERT INTO {table} VALUES (1)")
_MOVED = ("UPDATE {table} SET a = 1 WHERE a = 2", "DELETE FROM {table} WHERE a = 1")


@dataclass(slots=True)
class Wanted:
    """What is needed, and the first statement that needs it; `unread` are statements of which that is not known."""

    needs: dict[Need, str] = field(default_factory=dict)
    statements: int = 0
    unread: list[str] = field(default_factory=list)


def privileges(ask: Ask, found: Declared, plan: Plan, version_table: str) -> Iterator[Check]:
    """Hold what the login may do against what the plan's statements, the version table and the journal's need."""
    wanted = needed(found, plan, version_table)
    try:
        if plan.beside:
            also = login.console(found.engine).questions().also_in(plan.beside)
            ask(also.replace(":", r"\:"))  # a name with a colon in it, which would be a parameter
        lacks = server.gate(found.engine).lacking(ask, wanted.needs, found.address.database)
    except Denied as denied:
        yield Check(_NAME, None, f"they cannot be seen: {denied}", "let the login see its own grants")
        return
    if lacks:
        told = [f"{lack.what} ({wanted.needs[lack.need]})" for lack in lacks]
        grants = "; ".join(_together(dict.fromkeys(lack.grant for lack in lacks if lack.grant)))
        message = f"missing: {few(told)}"
        yield Check(_NAME, ok=False, message=message, remedy=grants or "release as a login that may do this")
    elif not wanted.unread:
        words = ", ".join(sorted({need.privilege.partition("|")[0] for need in wanted.needs}))
        message = f"the login has what {wanted.statements} statement{'s'[wanted.statements == 1 :]} need: {words}"
        yield Check(_NAME, ok=True, message=message)
    if wanted.unread:
        remedy = "see that the login may do what they do: the round trip ran them as one that owns its database"
        yield Check(_NAME, None, f"not known of {few(wanted.unread)}", remedy)


def _together(grants: Iterable[str]) -> Iterator[str]:
    """Give grants with those of one object to one login in one statement."""
    words: dict[str, list[str]] = {}
    for one in grants:
        privilege, on, rest = one.removeprefix("GRANT ").partition(" ON ")
        words.setdefault(f"{on}{rest}" if one.startswith("GRANT ") else one, []).append(privilege)
    for rest, listed in words.items():
        yield f"GRANT {', '.join(listed)}{rest}" if rest.startswith(" ON ") else rest


def needed(found: Declared, plan: Plan, version_table: str) -> Wanted:
    """Give what the plan needs, by the sentences of its SQL (pure)."""
    wanted = Wanted()
    for one in plan.revisions:
        if one.unknown:
            wanted.unread.append(f"{one.revision.id} ({one.unknown})")
        for where, statement in _sent(one):
            wanted.statements += 1
            if not _add(wanted, found, statement.sql, where) and not one.unknown:
                wanted.unread.append(where)
    for sql, why in _own(found, plan, version_table):
        _add(wanted, found, sql, why)
    return wanted


def _sent(one: PlannedRevision) -> Iterator[tuple[str, PlannedStatement]]:
    """Give the statements that are still to be sent, with how each is called."""
    return ((f"{one.revision.id}, statement {each.number}", each) for each in one.statements if not each.applied)


def _own(found: Declared, plan: Plan, version_table: str) -> Iterator[tuple[str, str]]:
    """Give what Alembic and the kit send beside the revisions' own statements."""
    if not plan.current:
        yield _MADE.format(table=version_table), "the version table"
    for each in (*_KEPT, *_MOVED):
        yield each.format(table=version_table), "the version table"
    if found.target.journal.table:
        for each in (_MADE, *_KEPT):
            yield each.format(table=JOURNAL), "the journal's table"


def _add(wanted: Wanted, found: Declared, sql: str, where: str) -> bool:
    """Add what a text needs; whether that is all of it: what is only described, as a guarded operation is, has none."""
    spoken, told = server.gate(found.engine), list(sentences(sql, found.engine.family))
    known = bool(told)
    for verb, sentence in told:
        needs = spoken.needed(verb, sentence.acts, sentence.names)
        known &= bool(sentence.acts) and sentence.reading is Reading.whole
        known &= bool(needs) or not any(act.kind is Kind.other and act.item not in _NEEDLESS for act in sentence.acts)
        for need in needs:
            wanted.needs.setdefault(need, where)
    return known


def sentences(sql: str, family: Family) -> Iterator[tuple[str, Sentence]]:
    """Give the statements in a text with the word that each begins with."""
    for one in read(sql, family, _nowhere):
        yield sql[one.start : one.end].split(None, 1)[0].upper() if sql[one.start : one.end].strip() else "", one


def tables(plan: Plan, family: Family) -> tuple[Mapping[str, Sequence[str]], Sequence[str]]:
    """Give the tables that the plan's statements name, with the statements that do; and of what they are not known."""
    found: dict[str, list[str]] = {}
    unread: list[str] = []
    for one in plan.revisions:
        if one.unknown:
            unread.append(f"{one.revision.id} ({one.unknown})")
        for where, statement in _sent(one):
            told = [sentence for _verb, sentence in sentences(statement.sql, family)]
            names = {statement.table, *(name for sentence in told for name in sentence.names)} - {""}
            for name in names:
                found.setdefault(name, []).append(where)
            blind = any(each.reading in (Reading.nothing, Reading.part) for each in told) or not (told or names)
            if blind and not one.unknown:
                unread.append(where)
    return found, unread


def _nowhere(_start: int, _end: int) -> Span:
    return Span(1)
