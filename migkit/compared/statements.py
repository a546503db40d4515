"""SQL, read for the values with which it compares columns and those that it inserts."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from typing import Any

from migkit.compared.asked import asked, in_document, of_length
from migkit.compared.found import Found
from migkit.product import Family

Filled = Callable[[str], Iterable[str]]
Bound = Callable[[str], Iterable[str]]

_DIALECTS = {"mysql": "mysql", "mariadb": "mysql", "postgresql": "postgres", "sqlite": "sqlite"}
_STATEMENT = re.compile(
    r"\s*(?:--[^\n]*\n\s*|/\*.*?\*/\s*)*(?:\(|(?:select|with|insert|update|delete|replace|merge|create|alter|do|set"
    r"|begin|call|copy|drop)\b)",
    re.IGNORECASE | re.DOTALL,
)
_TELLS = re.compile(r"\b(where|on|when|having|if|using|case|values|select|set|while|filter)\b", re.IGNORECASE)
_CONDITION = re.compile(r"(=|<|>|\bin\s*\(|\blike\b|\bbetween\b|\bis\b)", re.IGNORECASE)
_NAME = r"""["`\[]?(?P<name>[^\W\d]\w*)["`\]]?"""
_TEXT = r"""(?:'(?P<text>(?:[^']|'')*)'|(?P<number>-?\d+(?:\.\d+)?)\b)"""
_PLAIN = re.compile(rf"{_NAME}\s*(?P<operator>=|<>|!=|<=|>=|<|>|\blike\b)\s*{_TEXT}", re.IGNORECASE)
_PYFORMAT = re.compile(r"%\((\w+)\)s")
_REPLACE = re.compile(r"(\A|;)(\s*)REPLACE\s+INTO\b", re.IGNORECASE)  # MySQL's, which the parser does not know
_POSITIONAL = re.compile(r"(?<=[\s=(,])%s(?=[\s,)]|\Z)")
_LARGEST = 200_000  # characters: a dump in a string says little, and takes long


def read(sql: str, family: Family, found: Found, filled: Filled, bound: Bound) -> None:
    """Put into `found` what a statement, several, or a bare condition say.

    `filled` gives what a text with holes in it may come to, `bound` what a parameter is given.
    """
    if not _CONDITION.search(sql) and not _TELLS.search(sql):
        return
    statement = _STATEMENT.match(sql)
    if len(sql) > _LARGEST or (statement and not _TELLS.search(sql)):
        return
    text = _POSITIONAL.sub("?", _PYFORMAT.sub(r":\1", _REPLACE.sub(r"\1\2INSERT INTO", sql.replace("\\:", ":"))))
    reader = _Reader(found, filled, bound)
    try:
        trees = _trees(text, family, is_statement=bool(statement))
    except Exception:  # a parser of foreign text may fail in any way; nothing depends on one statement
        reader.scan(text)
        return
    for tree in trees:
        with suppress(RecursionError):
            reader.tree(tree)


@cache
def _quiet() -> None:
    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)  # what it cannot read is read in another way


def _trees(sql: str, family: Family, *, is_statement: bool) -> Sequence[Any]:
    import sqlglot

    _quiet()
    dialect = _DIALECTS[family]
    if is_statement:
        return [tree for tree in sqlglot.parse(sql, dialect=dialect) if tree is not None]
    return [sqlglot.parse_one(sql, dialect=dialect, into=sqlglot.exp.Condition)]


class _Reader:
    def __init__(self, found: Found, filled: Filled, bound: Bound) -> None:
        self._found, self._filled, self._bound = found, filled, bound

    def tree(self, tree: Any) -> None:
        """Read every comparison of a statement, wherever it stands, and what it inserts."""
        kinds = _kinds()
        for node in tree.walk():
            act = kinds.get(type(node).__name__)
            if act is not None:
                act(self, node)

    def scan(self, sql: str) -> None:
        """Read a text that is no statement to the parser (a procedure, a block) as far as plain comparisons go."""
        for match in _PLAIN.finditer(sql):
            text = match["number"] or (match["text"] or "").replace("''", "'")
            self._compare(match["name"], match["operator"].lower().rstrip("=") or "=", [text])

    def comparison(self, node: Any) -> None:
        """Read `column OPERATOR value`, either way round, or a join of two columns; what SET gives is inserted."""
        if _is_assignment(node):
            self._assignment(node)
            return
        left, right = node.this, node.args.get("expression")
        operator = _OPERATORS.get(type(node).__name__, "=")
        columns = [_column(left), _column(right)]
        if all(columns):
            self._join(*columns)
        elif columns[0]:
            self._side(left, operator, right)
        elif columns[1]:
            self._side(right, operator.translate(_TURNED), left)

    def members(self, node: Any) -> None:
        """Read `column IN (…)`."""
        for value in node.expressions:
            self._side(node.this, "=", value)

    def between(self, node: Any) -> None:
        """Read `column BETWEEN low AND high`."""
        for end in ("low", "high"):
            self._side(node.this, "=", node.args.get(end))

    def case(self, node: Any) -> None:
        """Read `CASE column WHEN value`."""
        for branch in node.args.get("ifs", ()) if node.this is not None else ():
            self._side(node.this, "=", branch.this)

    def truth(self, node: Any) -> None:
        """Read a column that is a condition by itself."""
        for side in ("this", "expression"):
            inner = node.args.get(side)
            if type(inner).__name__ == "Column":
                self._compare(inner.name, "=", ["true", "false"])

    def key(self, node: Any) -> None:
        """Read `column ? 'key'`."""
        column = _column(node.this)
        for text in self._texts(node.args.get("expression")) if column else ():
            self._compare(column, "=", [in_document([text], "null", is_json=True)])

    def insertion(self, node: Any) -> None:
        """Read the rows of an INSERT, of VALUES or of a SELECT that says them."""
        target, source = node.this, node.args.get("expression")
        named = type(target).__name__ == "Schema"
        columns = [each.name for each in target.expressions] if named else []
        for row in source.expressions if type(source).__name__ == "Values" else [source]:
            for place, value in enumerate(getattr(row, "expressions", ())):
                if named and place >= len(columns):
                    break
                if not _column(value):
                    texts = [each for text in self._texts(value) for each in self._filled(text)]
                    for column in self._filled(columns[place]) if named else ("",):
                        self._found.insert(column, texts)

    def block(self, node: Any) -> None:
        """Read what the parser left as one text."""
        text = node.args.get("expression") or ""
        self.scan(text if isinstance(text, str) else text.name)

    def _assignment(self, node: Any) -> None:
        """Read `SET column = value`: a row that has the value would be in its way where it is unique."""
        value = node.args.get("expression")
        if type(node.parent).__name__ == "SetItem" or value is None:
            return
        branches = [*(each.args.get("true") for each in value.args.get("ifs") or ()), value.args.get("default")]
        for each in branches if type(value).__name__ == "Case" else [value]:
            if each is not None and not any(each.find_all(_expressions().Column)):
                texts = [filled for text in self._texts(each) for filled in self._filled(text)]
                for column in self._filled(node.this.name):
                    self._found.assign(column, texts)

    def _side(self, left: Any, operator: str, value: Any) -> None:
        column = _column(left)
        if not column or value is None:
            return
        path, length = _path(left), _has(left, "Length")
        for text in self._texts(value):
            if path:
                is_json = not _has(left, "JSONExtractScalar")
                self._compare(column, "=", [in_document(path, text, is_json=is_json)])
            elif length:
                self._compare(column, "=", of_length(operator, text))
            else:
                self._compare(column, operator, [text])

    def _compare(self, column: str, operator: str, texts: Iterable[str]) -> None:
        values = [each for text in texts for filled in self._filled(text) for each in asked(operator, filled)]
        for name in self._filled(column):
            self._found.compare(name, values)

    def _join(self, *columns: str) -> None:
        one, other = (next(iter(self._filled(column)), "") for column in columns)
        if one and other:
            self._found.join(one, other)

    def _texts(self, node: Any) -> Iterator[str]:
        """Give the literals of a value: of one that is computed the first, of a list each."""
        kind = type(node).__name__
        if node is None or _has(node, "Select") or _has(node, "Interval"):
            return
        if kind in ("Array", "Tuple"):
            for each in node.expressions:
                yield from self._texts(each)
        elif kind in ("Any", "All", "Paren") or (kind == "Cast" and not _is_leaf(node.this)):
            yield from self._texts(node.this)
        elif kind in ("Placeholder", "Parameter"):
            yield from self._bound(node.name)
        else:
            leaf = next((each for each in node.walk(bfs=False) if _is_leaf(each)), None)
            if leaf is not None:
                yield ("-" if kind == "Neg" else "") + _literal(leaf)


_OPERATORS = {"GT": ">", "GTE": ">", "LT": "<", "LTE": "<", "Like": "like", "ILike": "like"}
_TURNED = str.maketrans("<>", "><")
_COMPARISONS = (*_OPERATORS, "EQ", "NEQ", "NullSafeEQ", "NullSafeNEQ", "Is", "ArrayContainsAll")
_ASSIGNING = ("Update", "OnConflict", "Set", "SetItem")
_LEAVES = frozenset({"Literal", "Boolean", "HexString", "BitString", "National", "RawString"})


@cache
def _kinds() -> dict[str, Callable[[_Reader, Any], None]]:
    compare = (
        "EQ",
        "NEQ",
        "GT",
        "GTE",
        "LT",
        "LTE",
        "NullSafeEQ",
        "NullSafeNEQ",
        "Like",
        "ILike",
        "Is",
        "ArrayContainsAll",
    )
    return {
        **dict.fromkeys(compare, _Reader.comparison),
        **dict.fromkeys(("And", "Or", "Not", "Where"), _Reader.truth),
        **dict.fromkeys(("JSONBContains", "JSONBContainsTopKey"), _Reader.key),
        "In": _Reader.members,
        "Between": _Reader.between,
        "Case": _Reader.case,
        "Insert": _Reader.insertion,
        "Command": _Reader.block,
    }


def _is_assignment(node: Any) -> bool:
    """Whether a `=` gives a value: in SET, of an UPDATE, of an upsert or of a session."""
    parent = type(node.parent).__name__
    return parent == "SetItem" or (node.arg_key == "expressions" and parent in _ASSIGNING)


def _column(node: Any) -> str:
    """Give the name of the one column of an expression; "" where there is none, or more."""
    if node is None or _has(node, "Select"):
        return ""
    names = {each.name for each in node.find_all(_expressions().Column)}
    return names.pop() if len(names) == 1 else ""


@cache
def _expressions() -> Any:
    from sqlglot import exp

    return exp


def _has(node: Any, kind: str) -> bool:
    return any(type(each).__name__ == kind for each in node.walk())


def _path(node: Any) -> list[str]:
    """Give the keys that an expression takes out of a JSON column, outermost first."""
    keys: list[str] = []
    for each in node.walk():
        if type(each).__name__ in ("JSONExtract", "JSONExtractScalar", "JSONBExtract", "JSONBExtractScalar"):
            path = each.args.get("expression")
            inner = [key.name for key in path.walk(bfs=False) if type(key).__name__ in ("JSONPathKey", "Literal")]
            keys = [part for key in inner for part in key.strip("{}").split(",")] + keys
    return keys


def _is_leaf(node: Any) -> bool:
    return type(node).__name__ in _LEAVES


def _literal(node: Any) -> str:
    kind = type(node).__name__
    if kind == "HexString":
        return f"0x{node.name.lower().removeprefix('0x')}"
    if kind == "Boolean":
        return "true" if node.this else "false"
    return str(node.name)
