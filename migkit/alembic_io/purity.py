"""Whether an upgrade can be trusted to do the same thing twice from the same state (pure, apart from reading the file).

The third pass of a round trip may be left out only where catalogue and rows are as before and the upgrade holds no
DML, no check of the database and no loop. Both are asked: the source must be nothing but plain operations, and every
statement that really ran must be plain DDL. Whatever is not known to be harmless is not.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from pathlib import Path

PLAIN_OPERATIONS = frozenset(
    {
        "execute", "create_table", "drop_table", "add_column", "drop_column", "alter_column", "create_index",
        "drop_index", "create_foreign_key", "create_unique_constraint", "create_check_constraint",
        "create_primary_key", "drop_constraint", "rename_table", "create_table_comment", "drop_table_comment",
        "f", "batch_alter_table",
    }
)  # fmt: skip
_NOT_PLAIN = (
    ast.For, ast.While, ast.AsyncFor, ast.If, ast.IfExp, ast.Try, ast.Lambda, ast.ListComp, ast.SetComp,
    ast.DictComp, ast.GeneratorExp, ast.Global, ast.Nonlocal, ast.Await, ast.Yield, ast.NamedExpr, ast.Match,
)  # fmt: skip
_KNOWN_ROOTS = frozenset({"op", "batch_op", "batch", "sa", "sqlalchemy", "mysql", "postgresql", "sqlite"})
_COMMENT = re.compile(r"/\*(?!!).*?\*/|--[ \t][^\n]*|#[^\n]*", re.DOTALL)
_STRING = re.compile(r"'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.|\"\")*\"|`[^`]*`")
_PLAIN_DDL = re.compile(
    r"\s*(CREATE\s+(TABLE|(UNIQUE\s+)?INDEX|TYPE)|ALTER\s+(TABLE|INDEX|TYPE)|DROP\s+(TABLE|INDEX|TYPE)"
    r"|COMMENT\s+ON|RENAME\s+TABLE)\b",
    re.IGNORECASE,
)
_READS = re.compile(r"\b(SELECT|EXECUTE|CALL)\b", re.IGNORECASE)


def repeats(path: Path, statements: Iterable[str]) -> bool:
    """Whether the upgrade in `path`, which sent `statements`, is plain DDL in code and in fact."""
    return all(is_plain_ddl(statement) for statement in statements) and has_plain_upgrade(path.read_bytes())


def is_plain_ddl(statement: str) -> bool:
    """Whether one statement only defines: a single CREATE, ALTER or DROP that reads no rows."""
    bare = _STRING.sub("''", _COMMENT.sub(" ", statement)).strip().rstrip(";")
    return ";" not in bare and bool(_PLAIN_DDL.match(bare)) and not _READS.search(bare)


def has_plain_upgrade(source: bytes) -> bool:
    """Whether upgrade() holds nothing but calls of Alembic's operations with plain arguments."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return False
    upgrade = next((n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "upgrade"), None)
    return upgrade is not None and not upgrade.decorator_list and all(_plain(n) for n in upgrade.body)


def _plain(node: ast.stmt) -> bool:
    if isinstance(node, ast.Pass):
        return True
    if isinstance(node, ast.With):
        return all(_operation(item.context_expr) for item in node.items) and all(_plain(n) for n in node.body)
    if not isinstance(node, ast.Expr) or any(isinstance(n, _NOT_PLAIN) for n in ast.walk(node)):
        return False
    if isinstance(node.value, ast.Constant):
        return True
    return _operation(node.value) and all(_known(n) for n in ast.walk(node) if isinstance(n, ast.Call))


def _known(call: ast.Call) -> bool:
    """Whether a call belongs to SQLAlchemy or Alembic: what another gives may be another thing the second time."""
    root = call.func
    while isinstance(root, ast.Attribute):
        root = root.value
    return isinstance(call.func, ast.Attribute) and isinstance(root, ast.Name) and root.id in _KNOWN_ROOTS


def _operation(node: ast.expr) -> bool:
    """Whether a call is `op.NAME(…)` or `batch.NAME(…)` with a name that only defines."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    called = node.func
    return isinstance(called.value, ast.Name) and called.attr in PLAIN_OPERATIONS
