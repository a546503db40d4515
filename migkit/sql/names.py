"""The tables that stand in a statement, whatever it is: found by the words before them, in one pass."""

from __future__ import annotations

from migkit.sql.cursor import Cursor, Scan, Unread

_ADDS = (
    "INSERT",
    "REPLACE",
    "MERGE",
    "IGNORE",
    "ABORT",
    "FAIL",
    "ROLLBACK",
    "LOW_PRIORITY",
    "DELAYED",
    "HIGH_PRIORITY",
)
_AFTER = {
    "INTO": frozenset(_ADDS),
    "TABLES": frozenset({"LOCK"}),
}  # a table's name follows if one of these stands before
_UNLESS = {
    "UPDATE": frozenset({"FOR", "ON", "DO", "KEY", "THEN", "BEFORE", "AFTER", "OR", ",", "OF", "NO"}),
    "TABLE": frozenset({"OF", "IN", "RETURNS", "RETURN"}),
}
_SKIPPED = (
    ("IF", "NOT", "EXISTS"),
    ("IF", "EXISTS"),
    ("ONLY",),
    ("TABLE",),
    ("LATERAL",),
    ("LOW_PRIORITY",),
    ("IGNORE",),
)
_NOT_TABLES = frozenset({"SELECT", "VALUES", "UNNEST", "LATERAL", "OUTFILE", "DUMPFILE", "SET", "DUAL", "WHERE"})
_NOT_TABLES |= {"STDIN", "STDOUT", "PROGRAM"}
_STOPS = frozenset(
    {"WHERE", "ON", "JOIN", "LEFT", "RIGHT", "INNER", "CROSS", "SET", "GROUP", "ORDER", "LIMIT", "USING"}
)


def tables(scan: Scan) -> frozenset[str]:
    """Give the tables that stand in a statement, without the names that its WITH gives."""
    found: set[str] = set()
    queried = [False]  # for each parenthesis that is open: whether a FROM in it is a query's
    given = _given(scan)
    for at, token in enumerate(scan.tokens):
        up = token.up
        if up == "(":
            queried.append(False)
        elif up == ")" and len(queried) > 1:
            queried.pop()
        elif up in ("SELECT", "DELETE", "UPDATE", "SHOW", "COPY"):
            queried[-1] = True
        if up and _before_a_table(scan, at, queried[-1]):
            found.update(_listed(Cursor(scan, at + 1), many=up in _MANY, function=up in _FUNCTIONS))
    return frozenset(found - given)


_FUNCTIONS = frozenset({"FROM", "JOIN", "USING"})
_MANY = frozenset({"FROM", "TABLE", "TABLES", "USING", "TRUNCATE"})


def _before_a_table(scan: Scan, at: int, queried: bool) -> bool:  # noqa: FBT001  # one caller
    up = scan.tokens[at].up
    before = scan.tokens[at - 1].up if at else ""
    if up == "FROM":
        return queried and (before != "DISTINCT" or not _compared(scan, at))
    if up == "USING":
        return scan.tokens[0].up in ("DELETE", "MERGE") and at > 1 and before != "JOIN"
    if up == "TRUNCATE":
        return at == 0
    if up in _UNLESS:
        return before not in _UNLESS[up]
    return before in _AFTER[up] if up in _AFTER else up in ("JOIN", "REFERENCES")


def _compared(scan: Scan, at: int) -> bool:
    """Whether DISTINCT FROM is a comparison."""
    return at > 1 and scan.tokens[at - 2].up in ("IS", "NOT")


def _listed(cursor: Cursor, *, many: bool, function: bool) -> list[str]:
    """Give the tables that stand here; `function` is whether a parenthesis behind a name makes it a function's."""
    found: list[str] = []
    while True:
        while any(cursor.take(*words) for words in _SKIPPED):
            pass
        if not cursor.names_here() or cursor.up in _NOT_TABLES:
            return found
        try:
            name = cursor.table()
        except Unread:
            return found
        if cursor.up == "(" and function:
            cursor.skip()
        elif name:
            found.append(name)
        else:
            cursor.scan.blind = True
        if not many or not _next(cursor):
            return found


def _next(cursor: Cursor) -> bool:
    """Go over an alias to the comma, and over that."""
    if cursor.take("AS") or (cursor.names_here() and cursor.up not in _STOPS):
        cursor.skip()
    return cursor.take(",")


def _given(scan: Scan) -> set[str]:
    """Give the names that WITH gives to queries."""
    if not any(token.up == "WITH" for token in scan.tokens):
        return set()
    found = set()
    for at, token in enumerate(scan.tokens):
        if token.up != "AS" or not at:
            continue
        cursor = Cursor(scan, at + 1)
        cursor.take("NOT")
        cursor.take("MATERIALIZED")
        if cursor.up == "(":
            found |= _named_before(scan, at)
    return found


def _named_before(scan: Scan, at: int) -> set[str]:
    """Give the name before AS; a list of columns may stand between."""
    before = at - 1
    if scan.tokens[before].up == ")":
        before = scan.opens.get(before, 0) - 1
    if before < 0 or scan.tokens[before].kind not in ("word", "name"):
        return set()
    return {Cursor(scan, before, before + 1).identifier()}
