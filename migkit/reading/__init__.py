"""A revision file as source: what it says, and what its operations and its SQL do to a schema. Nothing of it is run.

`read` gives a Script whatever the bytes are: what is no Python has a `problem`.

    source.py        the bytes as text, the places of its nodes; literals.py the places within a constant
    head.py          ids, docstring; comments.py those for the kit; uses.py imports, names, texts
    functions.py     upgrade and downgrade gone through in a Run (run.py): statements.py, loops.py, flow.py,
                     managers.py, imports.py, expansion.py the file's own functions
    values.py        what an expression comes to: expressions.py, containers.py, arithmetic.py, formats.py …
    conditions.py    what a condition asks
    calls.py         what is called: methods.py, pythons.py, op.* by operations.py and signatures.py, guarded.py …
    elements.py      columns and keys of operations as acts; satypes.py types, altered.py op.alter_column
    sending.py       SQL that is sent, orm.py and tables.py what SQLAlchemy sends
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path

from migkit.model.script import Problem, Script, Span
from migkit.product import Family
from migkit.reading import comments, functions, head, uses
from migkit.reading.source import Source, decoded
from migkit.reading.values import Frame, Local

LARGEST = 2_000_000  # bytes of a file that is read
FAULT = "migkit's reader failed on it"
_DEEP = "it is nested too deeply to be read"
_ROOTS = frozenset({"upgrade", "downgrade"})


def read(path: Path, source: bytes, family: Family) -> Script:
    """Read a revision file's bytes, its SQL in the dialect of `family`; never raises for what stands in it."""
    if len(source) > LARGEST:
        return Script(path, problem=Problem(f"it is {len(source):,} bytes long, more than {LARGEST:,}", limit=True))
    parsed = _parsed(source)
    if isinstance(parsed, Problem):
        return Script(path, problem=parsed)
    text, tree = parsed
    try:
        return _script(path, tree, Source(text), family)
    except (RecursionError, MemoryError):
        return Script(path, problem=Problem(_DEEP, limit=True))
    except Exception as error:  # one file that is read wrongly must not keep the others from being judged
        return Script(path, problem=Problem(f"{FAULT}: {type(error).__name__}: {error}", limit=True))


def _parsed(source: bytes) -> tuple[str, ast.Module] | Problem:
    """Give the text of a file and its tree, or why there is none."""
    try:
        text = decoded(source)
    except UnicodeDecodeError as error:
        return _undecoded(source, error)
    except (SyntaxError, LookupError, ValueError) as error:
        return Problem(f"it cannot be decoded: {error}")
    null = text.find("\0")
    if null >= 0:
        return Problem("it is no Python: it holds a NUL byte", Source(text).at(null, null + 1))
    tree = _tree(text)
    return tree if isinstance(tree, Problem) else (text, tree)


def _undecoded(source: bytes, error: UnicodeDecodeError) -> Problem:
    """Say which byte is not of the encoding, at its place."""
    before = source[: error.start].splitlines(keepends=True)
    last = before[-1] if before and not before[-1].endswith((b"\n", b"\r")) else b""
    line = len(before) + (not last)
    column = len(last.decode(error.encoding, "replace")) + 1
    return Problem(f"byte 0x{source[error.start]:02x} is not {error.encoding} ({error.reason})", Span(line, column))


def _tree(text: str) -> ast.Module | Problem:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        return Problem(f"it is no Python: {error.msg}", Span(max(1, error.lineno or 1), max(1, error.offset or 1)))
    except (RecursionError, MemoryError):
        return Problem(_DEEP)
    except ValueError as error:  # surrogates
        return Problem(f"it is no Python: {error}")


def _script(path: Path, tree: ast.Module, source: Source, family: Family) -> Script:
    frame = functions.module(tree, source, family)
    top = head.read(tree, source, frame)
    found = uses.read(tree, source, _reached(frame))
    return Script(
        path,
        id=top.id,
        parents=top.parents,
        depends_on=top.depends_on,
        labels=top.labels,
        computed=top.computed,
        title=top.title,
        created=top.created,
        irreversible=top.irreversible,
        spans=top.spans,
        upgrade=functions.read("upgrade", frame, source, family),
        downgrade=functions.read("downgrade", frame, source, family),
        imports=tuple(found.imports),
        calls=tuple(found.calls),
        texts=tuple(found.texts),
        comments=comments.read(tree, source),
    )


def _reached(frame: Frame) -> dict[str, frozenset[str]]:
    """Give the functions of a file that upgrade and downgrade call, themselves included."""
    own = {name: value.node for name, value in frame.names.items() if isinstance(value, Local)}
    if own.keys() <= _ROOTS:
        return {root: frozenset({root}) for root in _ROOTS}
    named = {name: _named(node) & own.keys() for name, node in own.items()}
    return {root: _from(root, named) for root in _ROOTS}


def _named(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def _from(root: str, named: Mapping[str, AbstractSet[str]]) -> frozenset[str]:
    reached, waiting = {root}, [root]
    while waiting:
        for name in named.get(waiting.pop(), ()):
            if name not in reached:
                reached.add(name)
                waiting.append(name)
    return frozenset(reached)
