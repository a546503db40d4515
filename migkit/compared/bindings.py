"""What the names of a revision's source may stand for: constants, wherever they are assigned, looped over or passed."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

_DEEPEST = 6
_MOST = 200
_SEQUENCES = (ast.List, ast.Tuple, ast.Set)
_WRAPPERS = frozenset({"list", "tuple", "set", "sorted", "reversed", "frozenset", "enumerate"})


class Bindings:
    """The names of one file, scopes aside: what a name may mean anywhere, it may mean here."""

    def __init__(self, nodes: Iterable[ast.AST]) -> None:
        self._names: dict[str, list[ast.expr]] = {}
        self._known: dict[str, tuple[str, ...]] = {}
        self._parameters: dict[str, list[ast.expr]] = {}
        functions: dict[str, list[str]] = {}
        loops: list[tuple[ast.expr, ast.expr]] = []
        calls: list[ast.Call] = []
        for node in nodes:
            if isinstance(node, ast.FunctionDef):
                functions[node.name] = [each.arg for each in node.args.args]
            elif isinstance(node, ast.Call):
                calls.append(node)
            elif isinstance(node, ast.For | ast.comprehension):
                loops.append((node.target, node.iter))
            else:
                self._assigned(node)
        for call in calls:
            self._passed(call, functions)
        for target, source in loops:
            for each in self.elements(source):
                self._bind(target, each)

    def values(self, node: ast.expr) -> tuple[str, ...]:
        """Give the texts that an expression may come to: of a list each, of a call those of its first argument."""
        if isinstance(node, ast.Constant):
            return _constant(node.value)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return tuple(f"-{text}" for text in self.values(node.operand))
        if isinstance(node, ast.Name | ast.Attribute):
            return self._meant(node.id if isinstance(node, ast.Name) else node.attr)
        if isinstance(node, ast.Call):
            return self._each(node.args[:1])
        if isinstance(node, ast.Dict):
            return self._each([key for key in node.keys if key is not None])
        return self._each(node.elts) if isinstance(node, _SEQUENCES) else ()

    def bound(self, name: str) -> tuple[str, ...]:
        """Give what a parameter of SQL is given somewhere, by that name: `{"name": …}`, `name=…`."""
        return tuple(text for node in self._parameters.get(name, ()) for text in self.values(node))

    def elements(self, node: ast.expr, depth: int = 0) -> Iterator[ast.expr]:
        """Give what a loop over an expression meets; pairs of `items()` and `enumerate()` as tuples."""
        if depth > _DEEPEST:
            return
        if isinstance(node, _SEQUENCES):
            yield from node.elts
        elif isinstance(node, ast.Dict):
            yield from (key for key in node.keys if key is not None)
        elif isinstance(node, ast.Name):
            for each in self._names.get(node.id, ())[:3]:
                yield from self.elements(each, depth + 1)
        elif isinstance(node, ast.Call):
            yield from self._of_call(node, depth)

    def _meant(self, name: str) -> tuple[str, ...]:
        """Give what a name may stand for; a name that stands for itself adds nothing."""
        if name not in self._known:
            self._known[name] = ()
            self._known[name] = self._each(self._names.get(name, ()))
        return self._known[name]

    def _each(self, nodes: Sequence[ast.expr]) -> tuple[str, ...]:
        found = (text for node in nodes[:_MOST] for text in self.values(node))
        return tuple(dict.fromkeys(islice(found, _MOST)))

    def _of_call(self, node: ast.Call, depth: int) -> Iterator[ast.expr]:
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("items", "values", "keys"):
            for each in self._dictionaries(node.func.value):
                pairs = [(key, value) for key, value in zip(each.keys, each.values, strict=True) if key is not None]
                for key, value in pairs:
                    pair = ast.Tuple([key, value], ast.Load())
                    yield {"items": pair, "keys": key, "values": value}[node.func.attr]
        elif isinstance(node.func, ast.Name) and node.func.id in _WRAPPERS and node.args:
            for place, item in enumerate(self.elements(node.args[0], depth + 1)):
                counted = node.func.id == "enumerate"
                yield ast.Tuple([ast.Constant(place), item], ast.Load()) if counted else item

    def _dictionaries(self, node: ast.expr) -> Iterator[ast.Dict]:
        candidates = self._names.get(node.id, ()) if isinstance(node, ast.Name) else (node,)
        return (each for each in candidates if isinstance(each, ast.Dict))

    def _assigned(self, node: ast.AST) -> None:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._bind(target, node.value)
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
            self._bind(node.target, node.value)
        elif isinstance(node, ast.keyword) and node.arg:
            self._parameters.setdefault(node.arg, []).append(node.value)
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    self._parameters.setdefault(key.value, []).append(value)

    def _passed(self, call: ast.Call, functions: dict[str, list[str]]) -> None:
        """Bind the parameters of the file's own functions to what they are called with."""
        names = functions.get(call.func.id, ()) if isinstance(call.func, ast.Name) else ()
        for name, value in zip(names, call.args, strict=False):
            self._names.setdefault(name, []).append(value)
        for keyword in call.keywords if names else ():
            if keyword.arg and keyword.arg in names:
                self._names.setdefault(keyword.arg, []).append(keyword.value)

    def _bind(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self._names.setdefault(target.id, []).append(value)
        elif isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List):
            for one, other in zip(target.elts, value.elts, strict=False):
                self._bind(one, other)


def _constant(value: object) -> tuple[str, ...]:
    if value is None or value is ...:
        return ()
    if isinstance(value, bytes):
        return (f"0x{value.hex()}",)
    return (str(value).lower() if isinstance(value, bool) else str(value),)
