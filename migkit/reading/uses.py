"""What a file takes from elsewhere: its imports, the dotted names that it uses, the constant texts that it names."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from migkit.model.script import Called, Imported, Text
from migkit.reading.source import Source

_BUILTINS = frozenset({"open", "exec", "eval", "compile", "__import__", "input"})
_SKIPPED = frozenset({"ctx", "op", "ops", "type_comment", "kind", "conversion", "simple", "level"})
_FIELDS: dict[type[ast.AST], tuple[str, ...]] = {}
_LEAVES = (ast.Constant, ast.Name, ast.Pass, ast.operator, ast.expr_context, ast.cmpop, ast.unaryop)
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
    for node in _walk(tree):
        if isinstance(node, ast.Import):
            for each in node.names:
                found[each.asname or each.name.partition(".")[0]] = (
                    each.name if each.asname else each.name.partition(".")[0]
                )
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            for each in node.names:
                found[each.asname or each.name] = f"{module}.{each.name}" if node.module else module + each.name
    return found


def _walk(tree: ast.AST) -> Iterator[ast.AST]:
    """Give each node that may be a statement or an expression, in no order, quicker than ast.walk."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, _LEAVES):
            _children(node, waiting)


def _children(node: ast.AST, into: list[ast.AST]) -> None:
    kind = type(node)
    names = _FIELDS.get(kind)
    if names is None:
        names = _FIELDS[kind] = tuple(each for each in kind._fields if each not in _SKIPPED)
    for name in names:
        value = getattr(node, name)
        if isinstance(value, list):
            into += [each for each in value if isinstance(each, ast.AST)]
        elif isinstance(value, ast.AST):
            into.append(value)


class _Reader:
    def __init__(self, source: Source, uses: Uses, bound: Mapping[str, str]) -> None:
        self._source, self._uses, self._bound = source, uses, bound
        self._within = ""

    def read(self, tree: ast.Module, reached: Mapping[str, frozenset[str]]) -> None:
        for node in tree.body:
            name = getattr(node, "name", "") if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else ""
            self._within = next((each for each in ("upgrade", "downgrade") if name in reached.get(each, ())), "")
            if len(self._uses.calls) < _MOST:
                self._one(node)
        self._uses.imports.sort(key=lambda each: (each.span.line, each.span.column))
        self._uses.calls.sort(key=lambda each: (each.span.line, each.span.column))
        self._uses.texts.sort(key=lambda each: (each.span.line, each.span.column))

    def _one(self, root: ast.stmt) -> None:
        waiting: list[ast.AST] = [root]
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.Attribute | ast.Name):
                self._used(node, waiting)
                continue
            if isinstance(node, _LEAVES):
                continue
            self._noted(node)
            _children(node, waiting)

    def _used(self, node: ast.expr, waiting: list[ast.AST]) -> None:
        """Note a dotted name whose root is imported; what is called in between is `()`."""
        parts: list[str] = []
        found: ast.expr = node
        while True:
            if isinstance(found, ast.Attribute):
                parts.append(f".{found.attr}")
                found = found.value
            elif isinstance(found, ast.Call) and parts:
                parts.append("()")
                waiting += found.args
                waiting += [each.value for each in found.keywords]
                for keyword in found.keywords:
                    self._text(keyword.arg or "", keyword.value)
                found = found.func
            else:
                break
        if not isinstance(found, ast.Name):
            waiting.append(found)
            return
        root = self._bound.get(found.id, found.id if found.id in _BUILTINS else "")
        if root:
            self._uses.calls.append(Called(root + "".join(reversed(parts)), self._source.span(node), self._within))

    def _noted(self, node: ast.AST) -> None:
        if isinstance(node, ast.Import):
            for each in node.names:
                self._uses.imports.append(Imported(each.name, self._source.span(node)))
        elif isinstance(node, ast.ImportFrom):
            names = tuple(each.name for each in node.names)
            self._uses.imports.append(Imported(node.module or "", self._source.span(node), names, node.level))
        elif isinstance(node, ast.keyword):
            self._text(node.arg or "", node.value)
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    self._text(key.value, value)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                name = target.id if isinstance(target, ast.Name) else getattr(target, "attr", "")
                self._text(name, node.value)

    def _text(self, name: str, value: ast.expr | None) -> None:
        if name and isinstance(value, ast.Constant) and isinstance(value.value, str):
            self._uses.texts.append(Text(name, value.value, self._source.span(value)))
