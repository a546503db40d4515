"""What waits while a statement runs that a rule of lint speaks of, and which table it writes anew (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from migkit.lint.case import Case, Deed
from migkit.lint.rule import Found, Rule, holds
from migkit.lint.rules import ALL
from migkit.lint.state import TableModel
from migkit.model import Severity
from migkit.model.script import Act, Kind

Blocks = Literal["", "writes", "all"]
_ORDER: tuple[Blocks, ...] = ("", "writes", "all")
_MODIFIES = ("my-type-change", "my-varchar-255-bytes", "my-enum-set-order", "my-column-charset", "my-auto-inc-alter")
_COPIES = (
    *("my-fk-copy", "my-check-copy", "my-stored-generated", "my-expression-default", "my-auto-inc-add", "my-pk-drop"),
    *("my-fulltext-spatial", "my-charset-convert", "my-partition"),
)
_READS_TOO = ("pg-set-not-null", "pg-unique-using-index", "pg-volatile-default", "pg-type-rewrite", "pg-lock-held")
_SWEEPS = ("unbatched-update", "delete-or-update-without-where")
BLOCKS: dict[str, Blocks] = {
    **dict.fromkeys((*_MODIFIES, *_COPIES, *_SWEEPS, "pg-index-concurrently"), "writes"),
    **dict.fromkeys((*_READS_TOO, "pg-constraint-not-valid"), "all"),
}
_COPIES_KEYS = frozenset({"mysql"})  # 9.7 copies the table where an index is to be sorted otherwise; MariaDB does not
_REWRITES = frozenset({"postgresql"})
_MOVES = frozenset({"logged", "unlogged", "tablespace"})
HARMLESS = frozenset(  # of the same group: rows may be read and written meanwhile, or the lock is short
    {"my-drop-indexed-column", "my-rebuild", "my-nullable-rebuild", "my-column-order", "pg-invalid-index"}
)
REBUILDS = (  # the server writes the whole table beside itself
    *_MODIFIES,
    *("my-fk-copy", "my-check-copy", "my-stored-generated", "my-expression-default", "my-auto-inc-add", "my-pk-drop"),
    *("my-charset-convert", "my-partition", "my-nullable-rebuild", "my-column-order", "my-drop-indexed-column"),
    *("my-rebuild", "pg-volatile-default", "pg-type-rewrite"),
)
_FOREIGN = "SHARE ROW EXCLUSIVE"


def blocked(case: Case) -> Iterator[tuple[int, Blocks]]:
    """Give the line of each act that holds others up, and what waits for it; a comment in the file silences nothing."""
    yield from ((found.span.line, _waits(rule, found)) for rule, found in _found(case, BLOCKS))
    for deed in case.upgrade:
        if deed.table is not None and not deed.new:
            yield deed.act.span.line, graver((_asked(deed.act), _untold(case, deed, deed.table)))


def rebuilt(case: Case) -> frozenset[int]:
    """Give the lines of the acts for which the server writes a table anew, as `blocked` does."""
    return frozenset(found.span.line for _rule, found in _found(case, REBUILDS))


def graver(waits: Iterable[Blocks]) -> Blocks:
    """Give the most that waits."""
    return max(waits, key=_ORDER.index, default="")


def _found(case: Case, names: Iterable[str]) -> Iterator[tuple[Rule, Found]]:
    kinds = {deed.act.kind for deed in case.upgrade}
    for rule in (ALL[name] for name in names):
        if holds(rule, case.engine) and rule.judge and not (rule.kinds and rule.kinds.isdisjoint(kinds)):
            yield from ((rule, found) for found in rule.judge(case))


def _waits(rule: Rule, found: Found) -> Blocks:
    if found.severity is Severity.note:  # a lock that is not held while rows are read
        return ""
    return "writes" if _FOREIGN in found.why else BLOCKS[rule.name]


def _asked(act: Act) -> Blocks:
    """Give what a statement of MySQL asks for itself, of which no rule speaks then."""
    if act.lock == "EXCLUSIVE":
        return "all"
    return "writes" if act.lock == "SHARED" or act.algorithm == "COPY" else ""


def _untold(case: Case, deed: Deed, table: TableModel) -> Blocks:
    """Give what waits for what no rule speaks of, since it is not the usual way: measured, as the rules are."""
    act = deed.act
    if case.engine.family in _COPIES_KEYS and act.kind is Kind.alter_column and _collates(act, table):
        return "writes"
    if case.engine.family not in _REWRITES:
        return ""
    exclusive = act.kind is Kind.add_constraint and act.key is not None and act.key.kind == "exclude"
    return "all" if exclusive or (act.kind is Kind.alter_table and act.options & _MOVES) else ""


def _collates(act: Act, table: TableModel) -> bool:
    """Whether a column that an index holds gets another collation."""
    old, new = table.column(act.name), act.column
    if old is None or new is None or not act.said & {"type", "collation"}:
        return False
    was, now = (one.collation or ("" if one.charset else table.collation) for one in (old, new))
    held = any(act.name.lower() in (one.lower() for one in key.columns) for key in table.keys.values())
    return held and was.lower() != now.lower() and bool(table.collation or (was and now))
