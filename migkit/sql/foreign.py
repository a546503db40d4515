"""What the kit's own grammar does not know, asked of sqlglot: which is imported for such a statement alone."""

from __future__ import annotations

import logging
from typing import Any

from migkit.model.script import Act, Kind
from migkit.product import Family
from migkit.sql.cursor import Scan, joined
from migkit.sql.tokens import HOLE

_DIALECTS: dict[Family, str] = {"mysql": "mysql", "mariadb": "mysql", "postgresql": "postgres", "sqlite": "sqlite"}
# Of these it could say no more than the names, and not so surely; what begins with no word is no statement.
_OURS = frozenset({"", "CREATE", "ALTER", "DROP", "RENAME", "COMMENT", "SET", "PRAGMA"})
_LONGEST = 20_000  # characters: sqlglot is no reader of dumps
_DEEPEST = 500  # parentheses: it reads them by recursion


def asked(scan: Scan) -> tuple[list[Act], frozenset[str]] | None:
    """Give the acts and the tables of a statement as sqlglot reads it; None where it does not know it either."""
    sql = scan.sql[scan.tokens[0].start : scan.tokens[-1].end]
    if scan.tokens[0].up in _OURS or len(sql) > _LONGEST or sql.count("(") > _DEEPEST:
        return None
    tree = _parsed(sql, scan.family)
    kind = _kind(tree)
    if kind is None:
        return None
    span = scan.place(scan.tokens[0].start, scan.tokens[-1].end)
    table = _table(tree.find(_exp().Table), scan.family)
    act = Act(kind, table, where=tree.args.get("where") is not None, span=span)
    return [act], _tables(tree, scan.family)


def _exp() -> Any:
    from sqlglot import exp

    return exp


def _parsed(sql: str, family: Family) -> Any:
    import sqlglot

    logger = logging.getLogger("sqlglot")
    level = logger.level
    logger.setLevel(logging.CRITICAL)  # it warns of what it falls back on
    try:
        trees = sqlglot.parse(sql, dialect=_DIALECTS[family])
    except Exception:  # whatever it does with SQL that is none, the statement is read for its names
        return None
    finally:
        logger.setLevel(level)
    return trees[0] if len(trees) == 1 else None


def _kind(tree: Any) -> Kind | None:
    """Give what a statement does, where the act says all of it."""
    exp = _exp()
    for node, kind in ((exp.Query, Kind.select), (exp.Insert, Kind.insert), (exp.Update, Kind.update)):
        if isinstance(tree, node):
            return kind
    return Kind.delete if isinstance(tree, exp.Delete) else None


def _table(node: Any, family: Family) -> str:
    if node is None:
        return ""
    parts = [_name(part, family) for part in node.parts]
    return joined(parts, family) if all(parts) and not any(HOLE in part for part in parts) else ""


def _name(part: Any, family: Family) -> str:
    return part.name.lower() if family == "postgresql" and not part.args.get("quoted") else str(part.name)


def _tables(tree: Any, family: Family) -> frozenset[str]:
    exp = _exp()
    given = {one.alias_or_name for one in tree.find_all(exp.CTE)}
    return frozenset(_table(one, family) for one in tree.find_all(exp.Table) if one.name not in given) - {""}
