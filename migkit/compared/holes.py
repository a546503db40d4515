"""A text that is put together: its constant parts, and holes for the rest with what is known to come into them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from migkit.compared.bindings import Bindings

_HOLE = re.compile(r"zq(\d+)qz")
_CONVERSION = re.compile(r"%(?:\((\w+)\))?[sdrif]|%%")
_FIELD = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")


class Holes:
    """The holes of one text."""

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        self._values: list[tuple[str, ...]] = []

    def template(self, node: ast.expr) -> str | None:
        """Give the text that an expression makes, holes as marks; None where it makes no text."""
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else None
        if isinstance(node, ast.JoinedStr):
            return "".join(self._part(part) for part in node.values)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
            return self._joined(node) if isinstance(node.op, ast.Add) else self._converted(node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
            return self._formatted(node, node.func.value)
        return None

    def filled(self, text: str) -> Iterator[str]:
        """Give what a piece of the text may come to; nothing where what comes into it is not known."""
        whole = _HOLE.fullmatch(text)
        if whole:
            yield from self._values[int(whole[1])]
            return
        numbers = [int(each) for each in _HOLE.findall(text)]
        if all(self._values[number] for number in numbers):
            yield _HOLE.sub(lambda mark: self._values[int(mark[1])][0], text)

    def _hole(self, node: ast.expr | None) -> str:
        self._values.append(self._bindings.values(node) if node is not None else ())
        return f"zq{len(self._values) - 1}qz"

    def _part(self, node: ast.expr) -> str:
        if isinstance(node, ast.Constant):
            return str(node.value)
        return self._hole(node.value if isinstance(node, ast.FormattedValue) else node)

    def _joined(self, node: ast.BinOp) -> str | None:
        """Give `"…" + name + "…"`; a sum without any text in it is none."""
        sides = (node.left, node.right)
        parts = [self.template(side) for side in sides]
        if parts == [None, None]:
            return None
        return "".join(self._hole(side) if part is None else part for side, part in zip(sides, parts, strict=True))

    def _converted(self, node: ast.BinOp) -> str | None:
        text = self.template(node.left)
        if text is None:
            return None
        right = node.right
        given = iter(right.elts if isinstance(right, ast.Tuple) else (right,))
        named = _by_name(right)

        def conversion(mark: re.Match[str]) -> str:
            if mark[0] == "%%":
                return "%"
            return self._hole(named.get(mark[1]) if mark[1] else next(given, None))

        return _CONVERSION.sub(conversion, text)

    def _formatted(self, node: ast.Call, target: ast.expr) -> str | None:
        text = self.template(target)
        if text is None:
            return None
        given: Sequence[ast.expr] = node.args
        named = {keyword.arg: keyword.value for keyword in node.keywords}
        counted = iter(range(len(given)))

        def field(mark: re.Match[str]) -> str:
            if mark[1] is None:
                return mark[0][0]
            name = re.split(r"[!:.\[]", mark[1])[0]
            place = int(name) if name.isdigit() else next(counted, -1) if not name else -1
            return self._hole(named.get(name) if place < 0 else given[place] if place < len(given) else None)

        return _FIELD.sub(field, text)


def _by_name(node: ast.expr) -> dict[str, ast.expr]:
    if not isinstance(node, ast.Dict):
        return {}
    pairs = zip(node.keys, node.values, strict=True)
    return {key.value: value for key, value in pairs if isinstance(key, ast.Constant) and isinstance(key.value, str)}
