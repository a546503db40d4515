"""What a file takes from elsewhere: its imports, the dotted names that it uses, the constant texts that it names."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from typing import Any

from migkit.model.script import Called, Imported, Text
from migkit.reading.source import Source
from migkit.values import dataclass

_BUILTINS = frozenset({"open", "exec", "eval", "compile", "__import__", "input"})
_BLOCKS = ("body", "orelse", "handlers", "finalbody", "cases")
_SKIPPED = frozenset({"ctx", "op", "ops", "type_comment", "kind", "conversion", "simple", "level", "lineno", "names"})
_LEAVES = frozenset({ast.Constant, ast.Pass, ast.Load, ast.Store, ast.Del, ast.Break, ast.Continue, ast.Global})
_FIELDS: dict[type[ast.AST], tuple[str, ...]] = {}
_MOST = 20_000


@dataclass(slots=True)
class Uses:
    """What was found."""

    imports: list[Imported] = field(default_factory=list)
    calls: list[Called] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)


def read(tree: ast.Module, source: Source, reached: Mapping[str, frozenset[str]]) -> Uses:
    """Read the uses of a file; `reached` are the names of its functions that upgrade and downgrade call."""
    uses = Uses()
    _Reader(source, uses, _bound(tree)).read(tree, reached)
    return uses


def _bound(tree: ast.Module) -> dict[str, str]:
    """Give what the names of imports stand for, wherever they are imported."""
    found: dict[str, str] = {}
    for node in _statements(tree):
        if isinstance(node, ast.Import):
            for each in node.names:
                name = each.name if each.asname else each.name.partition(".")[0]
                found[each.asname or name] = name
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (f"{node.module}." if node.module else "")
            for each in node.names:
                found[each.asname or each.name] = module + each.name
    return found


def _statements(tree: ast.AST) -> Iterator[ast.AST]:
    """Give each statement of a file, blocks within blocks."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for name in _BLOCKS:
            inner = getattr(node, name, None)
            if isinstance(inner, list):
                waiting += inner


class _Reader:
    def __init__(self, source: Source, uses: Uses, bound: Mapping[str, str]) -> None:
        self._source, self._uses, self._bound = source, uses, bound
        self._within = ""
        self._waiting: list[ast.AST] = []
        self._notes: dict[type[ast.AST], Callable[[Any], bool | None]] = {
            ast.Name: self._used,
            ast.Attribute: self._used,
            ast.Import: self._import,
            ast.ImportFrom: self._import_from,
            ast.keyword: self._keyword,
            ast.Dict: self._dictionary,
            ast.Assign: self._assigned,
            ast.AnnAssign: self._annotated,
        }

    def read(self, tree: ast.Module, reached: Mapping[str, frozenset[str]]) -> None:
        for node in tree.body:
            name = node.name if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else ""
            self._within = next((each for each in ("upgrade", "downgrade") if name in reached.get(each, ())), "")
            if len(self._uses.calls) < _MOST:
                self._one(node)
        found: list[Any]
        for found in (self._uses.imports, self._uses.calls, self._uses.texts):
            found.sort(key=lambda each: (each.span.line, each.span.column))

    def _one(self, root: ast.stmt) -> None:
        """Go through all that stands in a statement, however deep: no call within a call."""
        waiting = self._waiting = [root]
        notes = self._notes
        while waiting:
            node = waiting.pop()
            kind = type(node)
            if kind in _LEAVES:
                continue
            note = notes.get(kind)
            if note is not None and note(node):
                continue
            for name in _FIELDS.get(kind) or _fields(kind):
                value = getattr(node, name)
                if value.__class__ is list:
                    waiting += [each for each in value if isinstance(each, ast.AST)]
                elif isinstance(value, ast.AST):
                    waiting.append(value)

    def _used(self, node: ast.expr) -> bool:
        """Note a dotted name whose root is imported; what is called in between is `()`."""
        parts: list[str] = []
        found: ast.expr = node
        while True:
            if isinstance(found, ast.Attribute):
                parts.append(f".{found.attr}")
                found = found.value
            elif isinstance(found, ast.Call):
                parts.append("()")
                self._waiting += found.args
                self._waiting += found.keywords
                found = found.func
            else:
                break
        if not isinstance(found, ast.Name):
            self._waiting.append(found)
            return True
        root = self._bound.get(found.id) or (found.id if found.id in _BUILTINS else "")
        if root:
            self._uses.calls.append(Called(root + "".join(reversed(parts)), self._source.span(node), self._within))
        return True

    def _import(self, node: ast.Import) -> None:
        self._uses.imports += [Imported(each.name, self._source.span(node)) for each in node.names]

    def _import_from(self, node: ast.ImportFrom) -> None:
        names = tuple(each.name for each in node.names)
        self._uses.imports.append(Imported(node.module or "", self._source.span(node), names, node.level))

    def _keyword(self, node: ast.keyword) -> None:
        self._text(node.arg or "", node.value)

    def _dictionary(self, node: ast.Dict) -> None:
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                self._text(key.value, value)

    def _assigned(self, node: ast.Assign) -> None:
        for target in node.targets:
            self._target(target, node.value)

    def _annotated(self, node: ast.AnnAssign) -> None:
        self._target(node.target, node.value)

    def _target(self, target: ast.expr, value: ast.expr | None) -> None:
        self._text(target.id if isinstance(target, ast.Name) else getattr(target, "attr", ""), value)

    def _text(self, name: str, value: ast.expr | None) -> None:
        if name and isinstance(value, ast.Constant) and isinstance(value.value, str):
            self._uses.texts.append(Text(name, value.value, self._source.span(value)))


def _fields(kind: type[ast.AST]) -> tuple[str, ...]:
    """Give the fields of a node that may hold others."""
    skipped = _SKIPPED if kind in (ast.Import, ast.ImportFrom) else _SKIPPED - {"names"}
    found = _FIELDS[kind] = tuple(each for each in kind._fields if each not in skipped)
    return found
