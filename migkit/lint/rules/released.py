"""A revision that the main branch has, edited: what of it runs is compared, so that comments and layout are no edit."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

from migkit.lint.case import Case
from migkit.lint.rule import Found, Rule
from migkit.model import Severity
from migkit.model.script import Span
from migkit.values import dataclass

_IDENTITY = frozenset({"revision", "down_revision", "depends_on", "branch_labels"})
_UPGRADE = frozenset({"upgrade", *_IDENTITY})
_BLANK = re.compile(r"\s+")
_COMMENT = re.compile(r"--[^\n]*")
_PLAIN = re.compile(r"[^'\"`$#\\]*")  # in which no blank and no comment is within quotes
_SQL = re.compile(
    r"\s*(?:--[^\n]*\n\s*)*(?:ALTER|CREATE|DROP|INSERT|UPDATE|DELETE|SELECT|WITH|SET|TRUNCATE|RENAME|GRANT|REVOKE)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A statement of the file: what runs of it, spelt in one way, the names that it asks for, and where it stands."""

    text: str
    uses: frozenset[str]
    node: ast.stmt


def _changed_after_release(case: Case) -> Iterator[Found]:
    script = case.script
    released = case.facts.released.get(script.path)
    if released is None or released == case.source:
        return
    here, there = _pieces(case.source), _pieces(released)
    if here is None or there is None:
        return
    branch = case.facts.branch or "the main branch"
    remedy = "put it back as it was, and write a new revision for what is to change"
    place = _difference(here, there, _UPGRADE)
    if place is not None:
        yield Found(f"{script.id} is on {branch} and was edited", place, remedy, script.id, revision=script.id)
        return
    place = _difference(here, there, frozenset({"downgrade"}))
    if place is not None:
        what = f"the downgrade of {script.id} is on {branch} and was edited"
        why = "it holds wherever the revision is undone from now on, whatever its upgrade did there"
        remedy = "nothing, where the downgrade is mended"
        yield Found(what, place, remedy, script.id, why, revision=script.id, severity=Severity.note)


def _pieces(source: str) -> dict[str, _Piece] | None:
    """Give what a file runs, by the name that it makes (`@…`, of what makes none); None where it is no Python."""
    found: dict[str, _Piece] = {}
    try:
        for node in _without_docstring(ast.parse(source).body):
            for name, one in _made(node):
                spelt = _spelt(one)
                text = ast.dump(spelt)
                uses = frozenset(each.id for each in ast.walk(spelt) if isinstance(each, ast.Name))
                known = found.get(name) if name else None  # made twice: both count
                piece = _Piece(f"{known.text}\n{text}", uses | known.uses, node) if known else _Piece(text, uses, node)
                found[name or f"@{text}"] = piece
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return found


def _spelt(node: ast.stmt) -> ast.AST:
    """Give a copy of a statement, spelt as `_Spelling` does."""
    return _Spelling().visit(ast.parse(ast.unparse(node)))  # type: ignore[no-any-return]  # a Module


def _made(node: ast.stmt) -> Iterator[tuple[str, ast.stmt]]:
    """Give the names that a statement makes, each with what of it makes it: an import of three is three."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            module = node.module if isinstance(node, ast.ImportFrom) else None
            level = node.level if isinstance(node, ast.ImportFrom) else 0
            one: ast.stmt = ast.ImportFrom(module, [alias], level) if module or level else ast.Import([alias])
            yield name, one
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name, node
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        if node.value is not None:
            yield node.target.id, node
    elif isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        yield node.targets[0].id, node
    else:
        yield "", node


class _Spelling(ast.NodeTransformer):
    """Spells in one way what runs alike: without annotations, docstrings, and the layout of SQL."""

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        """Make a plain assignment of it."""
        self.generic_visit(node)
        if node.value is None:
            return None
        return ast.Assign([node.target], node.value)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:
        """Leave out its docstring and its annotations."""
        node.body = _without_docstring(node.body) or [ast.Pass()]
        node.returns = None
        self.generic_visit(node)
        return node

    def visit_arg(self, node: ast.arg) -> Any:
        """Leave out its annotation."""
        return ast.arg(node.arg)

    def visit_Constant(self, node: ast.Constant) -> Any:
        """Leave out comments and blanks of SQL, where nothing in it is quoted."""
        value = node.value
        if isinstance(value, str) and _SQL.match(value):
            bare = _COMMENT.sub("", value)
            value = _BLANK.sub(" ", bare).strip().rstrip("; ") if _PLAIN.fullmatch(bare) else value.strip()
        return ast.Constant(value)


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    first = body[0] if body else None
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return body[1:] if documented else body


def _difference(here: Mapping[str, _Piece], there: Mapping[str, _Piece], names: frozenset[str]) -> Span | None:
    """Give where a file differs in what runs for the sake of `names`; None where it does not."""
    mine, theirs = _needed(here, names), _needed(there, names)
    for name in sorted(mine.keys() | theirs.keys(), key=lambda one: (one not in mine, one)):
        one, other = mine.get(name), theirs.get(name)
        if one is None:
            return Span(1)
        if other is None or one.text != other.text:
            return _within(one.node, other.node if other else None)
    return None


def _needed(pieces: Mapping[str, _Piece], names: frozenset[str]) -> dict[str, _Piece]:
    """Give what `names` ask for, directly and through others, and what runs whoever asks."""
    found: dict[str, _Piece] = {}
    waiting = [*names, *(name for name in pieces if name.startswith("@"))]
    while waiting:
        name = waiting.pop()
        piece = pieces.get(name)
        if piece is not None and name not in found:
            found[name] = piece
            waiting += piece.uses
    return found


def _within(one: ast.stmt, other: ast.stmt | None) -> Span:
    """Give the first statement that differs, within a function as well."""
    if isinstance(one, ast.FunctionDef) and isinstance(other, ast.FunctionDef):
        bodies = (_without_docstring(one.body), _without_docstring(other.body))
        for mine, theirs in zip_longest(*bodies):
            if mine is not None and (theirs is None or ast.dump(_spelt(mine)) != ast.dump(_spelt(theirs))):
                return Span(mine.lineno, mine.col_offset + 1)
    return Span(one.lineno, one.col_offset + 1)


RULES: tuple[Rule, ...] = (
    Rule(
        "changed-after-release",
        "history",
        Severity.error,
        "a database that has the revision never runs it again, so those that have it and those to come will differ",
        judge=_changed_after_release,
        remedy="put it back as it was, and write a new revision",
    ),
)
