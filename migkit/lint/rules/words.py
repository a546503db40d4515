"""What a server, or SQLAlchemy before it, refuses of the words of a statement."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from migkit.lint.brought import deeds, place
from migkit.lint.case import Case, Deed
from migkit.lint.reserved import reserved
from migkit.lint.rule import Found, Rule
from migkit.lint.written import found_at, written
from migkit.model import Severity
from migkit.model.script import Guard, Kind, Span, Statement

_PARAMETER = re.compile(r"(?<![:\w\\]):(\w+)(?!:)", re.ASCII)  # what sqlalchemy.text() takes for a parameter
_TABLE = re.compile(r"\s*create\s+(?:temporary\s+)?table\s+(?:if\s+not\s+exists\s+)?(\w+)\s*\(", re.IGNORECASE)
_IF_WORDS = re.compile(r"\b(if\s+(?:not\s+)?exists)\b(?!\s*\()", re.IGNORECASE)
_MANY = 20  # parameters of one statement that are told of
_LENGTHS = {"mysql": 64, "mariadb": 64, "postgresql": 63}
_IF = {
    "mysql": frozenset(
        {Kind.add_column, Kind.drop_column, Kind.alter_column, Kind.rename_column, Kind.create_index, Kind.drop_index}
        | {Kind.rename_index, Kind.add_constraint, Kind.drop_constraint, Kind.alter_table, Kind.rename_table}
    ),
    "sqlite": frozenset({Kind.add_column, Kind.drop_column, Kind.rename_column}),
}
_IF_POSTGRESQL = re.compile(
    r"""\b(add\s+constraint|add\s+(?:unique|primary\s+key|foreign\s+key|check)|alter\s+column|rename\s+(?:column|constraint)
    |create\s+(?:type|domain|policy|role|user|trigger|function|procedure|view|aggregate)|truncate(?:\s+table)?)
    \s+if\s+(?:not\s+)?exists\b""",
    re.IGNORECASE | re.VERBOSE,
)
_LITERALS = re.compile(r"'(?:[^']|'')*'|\$(\w*)\$.*?\$\1\$|--[^\n]*|/\*.*?\*/", re.DOTALL)
_NAMING = frozenset({Kind.create_table, Kind.add_column, Kind.alter_column, Kind.rename_column})
_MAKING = _NAMING | {Kind.create_index, Kind.add_constraint, Kind.rename_table, Kind.rename_index}


def _text_bind(case: Case) -> Iterator[Found]:
    for statement in (*case.script.upgrade.statements, *case.script.downgrade.statements):
        if not statement.text or ":" not in statement.sql or "*" in statement.bound:
            continue
        names = dict.fromkeys(match[1] for match in _PARAMETER.finditer(statement.sql))
        for name in islice(names, _MANY):
            if name not in statement.bound:
                span = _parameter_place(case, statement, name)
                yield Found(f"`:{name}` has no value", span, f"write \\\\:{name}, or give it a value by bindparams()")


def _parameter_place(case: Case, statement: Statement, name: str) -> Span:
    for text in (f'":{name}', f"':{name}", f" :{name}", f":{name}"):
        span = found_at(case.source, statement.span, text)
        if span is not statement.span:
            return Span(span.line, span.column + len(text) - len(name) - 1, span.end_line, span.end_column)
    return statement.span


def _instant_with_lock(case: Case) -> Iterator[Found]:
    seen: set[int] = set()
    for deed in deeds(case, frozenset(Kind)):
        act = deed.act
        if act.algorithm == "INSTANT" and act.lock not in ("", "DEFAULT") and id(deed.statement) not in seen:
            seen.add(id(deed.statement))
            what = f"{act.table} is altered with ALGORITHM=INSTANT and LOCK={act.lock}"
            yield Found(what, place(deed), f"leave LOCK={act.lock} out: INSTANT locks nothing", act.table)


def _if_exists(case: Case) -> Iterator[Found]:
    refused = _IF.get(case.engine.family)
    if refused is None:
        yield from _if_exists_postgresql(case)
        return
    for deed in deeds(case, refused):
        words = _if_words(deed)
        if words:
            what = f"{words} at {deed.act.kind.value} {deed.act.name or deed.act.table}"
            remedy = "ask the catalogue first: migkit.ops has a guarded operation for it (docs/operations.md)"
            yield Found(what, place(deed), remedy, deed.act.table)


def _if_words(deed: Deed) -> str:
    said = deed.statement.arguments
    if deed.statement.sql:
        if deed.act.guard is not Guard.name or deed.statement.via.startswith("migkit.ops"):
            return ""
        match = _IF_WORDS.search(_LITERALS.sub(" ", deed.statement.sql))
        return " ".join(match[1].upper().split()) if match else ""
    if said.get("if_not_exists") is True:
        return "if_not_exists=True"
    return "if_exists=True" if said.get("if_exists") is True else ""


def _if_exists_postgresql(case: Case) -> Iterator[Found]:
    for statement in (*case.script.upgrade.statements, *case.script.downgrade.statements):
        if "xists" not in statement.sql and "XISTS" not in statement.sql:
            continue
        match = _IF_POSTGRESQL.search(_LITERALS.sub(" ", statement.sql))
        if match and not statement.conditional and not statement.via.startswith("migkit.ops"):
            words = " ".join(match[0].upper().split())
            remedy = "ask the catalogue first: migkit.ops has a guarded operation for it (docs/operations.md)"
            yield Found(f"{words} is no grammar", found_at(case.source, statement.span, match[0]), remedy)


def _reserved_word(case: Case) -> Iterator[Found]:
    words = reserved(case.engine)
    for deed in deeds(case, _NAMING):
        if not deed.statement.sql or deed.statement.via.startswith("migkit.ops"):
            continue
        for name, span in _named(deed):
            if name.lower() in words and _plain(case, name, span):
                remedy = f"write {case.engine.quote(name)}, or take another name"
                yield Found(f"{name} is a name without quotes", span, remedy, name)


def _named(deed: Deed) -> Iterator[tuple[str, Span]]:
    """Give the names that a deed gives to a table or to columns, and where they stand."""
    act = deed.act
    if act.kind is Kind.create_table:
        match = _TABLE.match(deed.statement.sql)
        if match:
            yield match[1], deed.statement.span
        yield from ((spec.name, spec.span) for spec in act.columns)
    elif act.kind is Kind.add_column and act.column is not None:
        yield act.column.name, act.column.span
    elif act.new and re.search(rf"\bTO\s+{re.escape(act.new)}\b", deed.statement.sql, re.IGNORECASE):
        yield act.new, deed.statement.span


def _plain(case: Case, name: str, span: Span) -> bool:
    """Whether a name stands without quotes: at the beginning of its column, or behind a word of its statement."""
    return re.search(rf"(?:^|\s){name}(?!\w)", written(case.source, span), re.IGNORECASE) is not None


def _identifier_length(case: Case) -> Iterator[Found]:
    longest = _LENGTHS[case.engine.family]
    for deed in deeds(case, _MAKING):
        act = deed.act
        names = [act.new or act.name or (act.table if act.kind is Kind.create_table else "")]
        names += [spec.name for spec in act.columns] + [key.name for key in act.keys]
        for name in dict.fromkeys(names):
            if len(name.rpartition(".")[2].encode("utf-8", "surrogatepass")) > longest and "{" not in name:
                yield from _too_long(case, deed, name, longest)


def _too_long(case: Case, deed: Deed, name: str, longest: int) -> Iterator[Found]:
    what = f"the name {name} has {len(name)} characters"
    remedy = f"take a name of at most {longest} characters"
    if case.engine.family != "postgresql":
        if len(name) > longest:
            yield Found(what, place(deed), remedy, name)
        return
    if deed.statement.sql:
        why = "PostgreSQL cuts a name at 63 bytes with a notice alone, and two that begin alike are the same then"
        yield Found(what, place(deed), remedy, name, why, severity=Severity.warning)


RULES = (
    Rule(
        "text-bind-colon",
        "acceptance",
        Severity.error,
        "op.execute() and text() take a colon with a word behind it for a parameter: the upgrade fails with"
        " StatementError, and `alembic upgrade --sql` writes NULL in its place",
        _text_bind,
        remedy="write a backslash before the colon, or give the parameter a value by bindparams()",
    ),
    Rule(
        "instant-with-lock",
        "acceptance",
        Severity.error,
        "MySQL refuses ALGORITHM=INSTANT together with LOCK=NONE, SHARED or EXCLUSIVE with 1221",
        _instant_with_lock,
        on=("mysql",),
        remedy="leave LOCK out: INSTANT locks nothing",
    ),
    Rule(
        "if-exists-unsupported",
        "acceptance",
        Severity.error,
        "the server's grammar has no IF [NOT] EXISTS there and refuses it",
        _if_exists,
        on=("mysql", "postgresql", "sqlite"),
        remedy="ask the catalogue first: migkit.ops has guarded operations",
    ),
    Rule(
        "reserved-word",
        "acceptance",
        Severity.error,
        "a reserved word without quotes is no name, and the server refuses the statement",
        _reserved_word,
        on=("mysql", "mariadb", "postgresql"),
        kinds=_NAMING,
        remedy="put the name in quotes, or take another one",
    ),
    Rule(
        "identifier-length",
        "acceptance",
        Severity.error,
        "MySQL and MariaDB refuse a name of more than 64 characters with 1059, or 1103 for a table",
        _identifier_length,
        on=("mysql", "mariadb", "postgresql"),
        kinds=_MAKING,
        remedy="take a shorter name",
    ),
)
