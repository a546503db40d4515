"""UPDATE and DELETE in a revision: of every row, by mistake or in one piece."""

from __future__ import annotations

from collections.abc import Iterator

from migkit.lint.case import Case, Deed
from migkit.lint.rule import Found, Rule
from migkit.lint.standing import existing, named
from migkit.lint.swept import assigned, sweeps
from migkit.model import DIRECTIONS, Severity
from migkit.model.script import Kind

_CHANGES = frozenset({Kind.update, Kind.delete})
_SWEPT = "one statement locks every row that it changes until the transaction ends, and what writes them waits so long"


def _without_where(case: Case) -> Iterator[Found]:
    for direction in DIRECTIONS:
        filled = frozenset(_new_columns(case.deeds(direction)))
        for deed in existing(case, direction):
            act = deed.act
            if act.kind in _CHANGES and not act.where and sweeps(deed) and not _fills(deed, filled):
                yield Found(
                    f"{act.kind.value.upper()} reaches every row of {named(deed)}",
                    act.span,
                    "say which rows are meant; where it is all of them, say so: WHERE TRUE",
                    named(deed),
                )


def _unbatched(case: Case) -> Iterator[Found]:
    filled = frozenset(_new_columns(case.upgrade))
    for deed in existing(case):
        if sweeps(deed) and (deed.act.where or _fills(deed, filled)):
            yield Found(
                f"{named(deed)} is changed by one {deed.act.kind.value.upper()}",
                deed.act.span,
                "in batches by the key, each committed by itself (with op.get_context().autocommit_block()), "
                "or by a job beside the release",
                named(deed),
            )


def _new_columns(deeds: tuple[Deed, ...]) -> Iterator[tuple[str, str]]:
    for deed in deeds:
        if deed.act.kind is Kind.add_column:
            yield deed.act.table.lower(), (deed.act.name or (deed.act.column.name if deed.act.column else "")).lower()


def _fills(deed: Deed, new: frozenset[tuple[str, str]]) -> bool:
    """Whether an UPDATE gives values to columns alone that the same function adds: every row is meant then.

    Where its columns are not known, it is taken for that if there are such columns.
    """
    table, columns = deed.act.table.lower(), assigned(deed)
    if not columns:
        return deed.act.kind is Kind.update and any(name == table for name, _ in new)
    return all((table, column) in new for column in columns)


RULES = (
    Rule(
        "delete-or-update-without-where",
        "data",
        Severity.warning,
        "without a condition no row is left as it was, and a downgrade cannot know what was there",
        _without_where,
        kinds=_CHANGES,
        remedy="say which rows are meant; where it is all of them, say so: WHERE TRUE",
    ),
    Rule(
        "unbatched-update",
        "data",
        Severity.note,
        _SWEPT,
        _unbatched,
        kinds=_CHANGES,
        remedy="in batches by the key, each committed by itself, or by a job beside the release",
    ),
)
