"""A revision file as source: what it says of itself, told without running it, and another parent put in by position.

What is put in leaves every other byte as it was: encoding, byte order mark, line ends and comments.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from migkit.errors import HistoryError
from migkit.values import dataclass

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_REVISES = re.compile(
    r"(?:^|(?<=[\r\n]))[ \t]*Revises:(?P<blank>[ \t]*)(?P<ids>[^\r\n]*?)[ \t]*(?=[\r\n]|\"\"\"|'''|$)"
)
_CREATED = re.compile(r"(?m)^[ \t]*Create Date:[ \t]*([^\r\n]*)")


@dataclass(frozen=True, slots=True)
class Said:
    """What a revision's source says: `id` is "" where it is computed, `created` the date as it is written."""

    id: str
    title: str
    created: str


@dataclass(frozen=True, slots=True)
class _Assigned:
    value: Any  # ... where it is computed
    node: ast.expr
    alone: bool  # the only assignment of that name, and of nothing else with it


def said(text: str) -> Said:
    """Read a revision's source; raises SyntaxError or ValueError where it is no Python."""
    tree = ast.parse(text)
    ident = {name: one.value for name, one in _assigned(tree)}.get("revision")
    doc = ast.get_docstring(tree, clean=False) or ""
    created = _CREATED.search(doc)
    return Said(
        id=ident if isinstance(ident, str) else "",
        title=(doc.strip().splitlines() or [""])[0].strip(),
        created=created[1].strip() if created else "",
    )


def with_parents(source: bytes, parents: Sequence[str], path: Path) -> bytes:
    """Give the source with `parents` as its down_revision, and in the `Revises:` line of its docstring if it has one.

    Raises HistoryError, with the line, where down_revision is not written out.
    """
    text, encoding = _decoded(source, path)
    tree = ast.parse(text)
    found = dict(_assigned(tree)).get("down_revision")
    if found is None or not found.alone or found.value is ...:
        line = found.node.lineno if found else None
        raise HistoryError(
            "down_revision is not one plain assignment, so it cannot be edited",
            remedy=f"write down_revision = {_written(parents, chr(34))} by hand",
            path=path,
            line=line,
        )
    starts = _starts(text)
    start, end = _span(text, starts, found.node)
    quote = "'" if "'" in (text[start:end] if found.value else _quoted(text, starts, tree)) else '"'
    edits = [(start, end, _written(parents, quote)), *_in_docstring(text, starts, tree, parents)]
    for begin, stop, new in sorted(edits, reverse=True):
        text = text[:begin] + new + text[stop:]
    return text.encode(encoding)


def _assigned(tree: ast.Module) -> Iterator[tuple[str, _Assigned]]:
    """Give the names that the module assigns, in order."""
    seen: set[str] = set()
    for node in tree.body:
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]
        plain = all(isinstance(target, ast.Name) for target in targets)
        for name in names:
            value = _literal(node.value) if plain else ...
            yield name, _Assigned(value, node.value, alone=plain and len(names) == 1 and name not in seen)
            seen.add(name)


def _literal(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except ValueError:
        return ...


def _decoded(source: bytes, path: Path) -> tuple[str, str]:
    """Give the text, line ends and all, and the encoding that gives the same bytes back."""
    encoding, _lines = tokenize.detect_encoding(io.BytesIO(source).readline)
    text = source.decode(encoding)
    if text.encode(encoding) != source:
        raise HistoryError(
            f"the file's encoding {encoding} does not give its own bytes back", remedy="save it as UTF-8", path=path
        )
    return text, encoding


def _starts(text: str) -> list[int]:
    """Give where each line begins, as Python counts lines."""
    return [match.start() for match in _LINE.finditer(text)]


def _span(text: str, starts: list[int], node: ast.expr | ast.stmt) -> tuple[int, int]:
    """Give where a node begins and ends; the parser counts columns in bytes of UTF-8."""
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    places = ((node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset))
    begin, end = (starts[line - 1] + _column(text, starts, line, column) for line, column in places)
    return begin, end


def _column(text: str, starts: list[int], line: int, column: int) -> int:
    whole = text[starts[line - 1] : starts[line] if line < len(starts) else len(text)]
    return len(whole.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "surrogatepass"))


def _quoted(text: str, starts: list[int], tree: ast.Module) -> str:
    """Give the source of the revision's own id, whose quotes are the file's manner."""
    own = dict(_assigned(tree)).get("revision")
    return "" if own is None else text[slice(*_span(text, starts, own.node))]


def _in_docstring(
    text: str, starts: list[int], tree: ast.Module, parents: Sequence[str]
) -> Iterator[tuple[int, int, str]]:
    first = tree.body[0] if tree.body else None
    if not isinstance(first, ast.Expr) or not isinstance(first.value, ast.Constant):
        return
    start, end = _span(text, starts, first.value)
    line = _REVISES.search(text[start:end])
    if line is None:
        return
    begin, stop = line.span("ids") if line["ids"] else line.span("blank")
    yield start + begin, start + stop, ("" if line["ids"] else " ") + ", ".join(parents)


def _written(parents: Sequence[str], quote: str) -> str:
    """Give the literal, in the file's own quotes."""
    each = [f"{quote}{parent}{quote}" for parent in parents]
    return each[0] if len(each) == 1 else f"({', '.join(each)})"
