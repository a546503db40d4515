"""What an upgrade did to the rows that it met: nothing where it was to do something, or other values (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from migkit.judge import State, upgrade_line
from migkit.model import Finding, Revision, Severity
from migkit.model.rehearsal import Sent

_NOTHING = "compare it with values that the column holds (an id in its own type, IS NULL for NULL), or take it out"
_CHANGED = "convert the value in the statement, or give the column room for it; without IGNORE and in strict mode"
_DUPLICATES = "say which of the rows is to stay (DISTINCT, GROUP BY), and insert without IGNORE"
_WARNED = "see what the server means, and mend the statement or leave it so"
_DUPLICATE = 1062
_SHOWN = 300
_VALUE_CHANGED = frozenset(
    {
        1048, 1263, 1364,  # NULL, or nothing, where there must be a value
        1062, 1452, 1526, 3819, 4025,  # a key that is taken, a foreign key, a partition, a check
        1264, 1265, 1292, 1300, 1366, 1406, 3854,  # out of range, cut off, not of that type, no text, too long
        1365, 1411, 1441, 1690, 3140,  # a division by zero, a function that fails, no JSON
    }
)  # fmt: skip
_COMMENT = re.compile(r"/\*(?!!).*?\*/|--[ \t][^\n]*|(?m:^\s*#[^\n]*)", re.DOTALL)
_STRING = re.compile(r"'(?:[^'\\]|\\.|'')*'", re.DOTALL)
_WRITE = re.compile(r"\s*(?:WITH\b.*?\)\s*)?(INSERT|REPLACE|UPDATE|DELETE|MERGE)\b", re.IGNORECASE | re.DOTALL)
_FILLS = re.compile(r"\s*(ALTER|CREATE|LOAD)\b", re.IGNORECASE)
_NAME = r"((?:[`\"\[]?[\w$]+[`\"\]]?\s*\.\s*)*[`\"\[]?[\w$]+[`\"\]]?)"
_TABLES = re.compile(
    r"\b(?:UPDATE|INTO|FROM|JOIN|USING)\s+(?:ONLY\s+|LOW_PRIORITY\s+|IGNORE\s+)*" + _NAME, re.IGNORECASE
)
_SELECTS = re.compile(r"\bSELECT\b", re.IGNORECASE)
_GUARDS = re.compile(r"\bNOT\s+(EXISTS|IN)\b|\bIS\s+NULL\b|\bEXCEPT\b", re.IGNORECASE)
_PASSES_OVER = re.compile(r"\bIGNORE\b|\bON\s+(CONFLICT|DUPLICATE)\b", re.IGNORECASE)


def findings(revision: Revision, sent: Sequence[Sent], before: State, after: State) -> tuple[Finding, ...]:
    """Give what the statements of an upgrade did not do to rows, did otherwise, or were warned of."""
    counts = {**_counts(after.rows), **_counts(before.rows)}
    return (*_matching_nothing(revision, sent, counts), *_warned(revision, sent))


def _matching_nothing(revision: Revision, sent: Sequence[Sent], counts: Mapping[str, int]) -> Iterator[Finding]:
    """Give the backfills that touched no row although there were some; of a loop's statements one must touch any."""
    places: dict[int, list[Sent]] = {}
    for number, one in enumerate(sent):
        if _worked_on(one, counts):
            places.setdefault(one.line or -number, []).append(one)
    for group in places.values():
        if all(one.rows == 0 for one in group):
            first, tables = group[0], _worked_on(group[0], counts)
            held = " and ".join(f"{name} has {counts[name]} row{'' if counts[name] == 1 else 's'}" for name in tables)
            what = f"it touches no row, although {held}: {' '.join(first.statement.split())[:_SHOWN]}"
            yield _finding(revision, "backfill-matches-nothing", Severity.warning, what, _NOTHING, first)


def _worked_on(sent: Sent, counts: Mapping[str, int]) -> tuple[str, ...]:
    """Give the tables whose rows a statement was to work on; () where it is no backfill, or one of them is empty."""
    text = _bare(sent.statement)
    write = _WRITE.match(text)
    if write is None:
        return ()
    names = [_short(name) for name in _TABLES.findall(text)]
    if write[1].upper() in ("INSERT", "REPLACE"):
        guarded = bool(names) and names[0] in names[1:] and bool(_GUARDS.search(text))
        if guarded or not _SELECTS.search(text) or _PASSES_OVER.search(text):
            return ()
        names = names[1:]
    known = tuple(dict.fromkeys(name for name in names if name in counts))
    return known if all(counts[name] for name in known) else ()


def _warned(revision: Revision, sent: Sequence[Sent]) -> Iterator[Finding]:
    """Give what the server said of the statements, each thing once a line."""
    told: set[tuple[int | None, str]] = set()
    for one in sent:
        rules: dict[str, list[str]] = {}
        for warning in one.warnings:
            rules.setdefault(_rule(one, warning), []).append(warning)
        for rule, warnings in rules.items():
            code = warnings[0].split()[0]
            if (one.line, rule + code) not in told:
                told.add((one.line, rule + code))
                yield _warning(revision, one, rule, warnings)


def _rule(sent: Sent, warning: str) -> str:
    code = warning.split(maxsplit=1)[0]
    text = _bare(sent.statement)
    writes = _WRITE.match(text) or _FILLS.match(text)
    return "value-changed" if writes and code.isdigit() and int(code) in _VALUE_CHANGED else "server-warning"


def _warning(revision: Revision, sent: Sent, rule: str, warnings: Sequence[str]) -> Finding:
    more = f" (and {len(warnings) - 1} more)" if len(warnings) > 1 else ""
    if rule == "server-warning":
        return _finding(revision, rule, Severity.note, f"the server warns: {warnings[0]}{more}", _WARNED, sent)
    if all(int(one.split()[0]) == _DUPLICATE for one in warnings):
        what = f"rows are passed over, as their key is taken: {warnings[0]}{more}"
        return _finding(revision, rule, Severity.warning, what, _DUPLICATES, sent)
    what = f"values arrive changed, or rows not at all: {warnings[0]}{more}"
    return _finding(revision, rule, Severity.error, what, _CHANGED, sent)


def _finding(revision: Revision, rule: str, severity: Severity, what: str, remedy: str, sent: Sent) -> Finding:
    tables = _TABLES.findall(_bare(sent.statement))
    line = sent.line or upgrade_line(revision)
    name = _short(tables[0]) if tables else None
    return Finding(rule, severity, what, remedy, str(revision.path), line, revision.id, name)


def _counts(rows: Mapping[str, str]) -> dict[str, int]:
    """Give how many rows each table holds, by its bare name."""
    return {_short(name): int(told.partition(":")[0] or 0) for name, told in rows.items()}


def _bare(statement: str) -> str:
    """Give a statement without comments, and without what its texts say."""
    return _STRING.sub("''", _COMMENT.sub(" ", statement))


def _short(name: str) -> str:
    return name.rpartition(".")[2].strip().strip('`"[]').lower()
