"""What a revision file says of itself: its ids, its docstring, whether it declares that it cannot be undone."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from migkit.model.script import Span
from migkit.reading.source import Source
from migkit.reading.values import Frame, Unknown, plain
from migkit.values import dataclass

_NAMES = ("revision", "down_revision", "depends_on", "branch_labels", "irreversible")
_CREATED = re.compile(r"^Create Date:[ \t]*(\S.*?)[ \t]*$", re.MULTILINE)


@dataclass(slots=True)
class Head:
    """The fields of a Script that stand at its head."""

    id: str = ""
    parents: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    computed: bool = False
    title: str = ""
    created: str = ""
    irreversible: str = ""
    spans: dict[str, Span] = field(default_factory=dict)


def read(tree: ast.Module, source: Source, frame: Frame) -> Head:
    """Read the head of a module, whose names have been gone through."""
    head = Head()
    _document(tree, source, head)
    for node in tree.body:
        for name in _assigned(node):
            if name in _NAMES:
                head.spans[name] = source.span(node)
    known = {name: plain(frame.names.get(name)) for name in _NAMES}
    computed = [name for name, value in known.items() if isinstance(value, Unknown) and name != "irreversible"]
    head.computed = bool(computed)
    head.id = known["revision"] if isinstance(known["revision"], str) else ""
    head.parents, head.depends_on, head.labels = (_several(known, each) for each in _NAMES[1:4])
    head.irreversible = known["irreversible"] if isinstance(known["irreversible"], str) else ""
    return head


def _several(known: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = known[name]
    if isinstance(value, str):
        return (value,)
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, tuple) else ()


def _assigned(node: ast.stmt) -> list[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [each.id for each in targets if isinstance(each, ast.Name)]


def _document(tree: ast.Module, source: Source, head: Head) -> None:
    first = tree.body[0] if tree.body else None
    if not isinstance(first, ast.Expr) or not isinstance(first.value, ast.Constant):
        return
    text = first.value.value
    if not isinstance(text, str):
        return
    head.spans["docstring"] = source.span(first)
    head.title = text.strip().partition("\n")[0].strip()
    created = _CREATED.search(text)
    head.created = created[1] if created else ""
