"""Acts as short lines, so that a test says by hand what a statement does."""

from __future__ import annotations

from migkit.model.script import Act, ColumnSpec, Guard, KeySpec, Span
from migkit.product import Family
from migkit.sql import Sentence, read


def place(start: int, end: int) -> Span:
    """Let columns be the offsets in the text."""
    return Span(1, start + 1, 1, end + 1)


def sentences(sql: str, family: Family) -> tuple[Sentence, ...]:
    return read(sql, family, place)


def told(sql: str, family: Family) -> list[str]:
    return [act_told(act) for one in sentences(sql, family) for act in one.acts]


def act_told(act: Act) -> str:
    subject = ".".join(one for one in (act.table, act.name) if one)
    parts = [act.kind.value, f"({act.item})" if act.item else "", subject, f"-> {act.new}" if act.new else ""]
    if act.column is not None:
        parts.append(f"as {column_told(act.column)}")
    if act.columns:
        parts.append(f"[{', '.join(column_told(one) for one in act.columns)}]")
    if act.key is not None:
        parts.append(f"by {key_told(act.key)}")
    if act.keys:
        parts.append(f"keys [{', '.join(key_told(one) for one in act.keys)}]")
    parts += [f"values {act.values}" if act.values else "", _words("says", act.said), _words("with", act.options)]
    parts += [f"algorithm {act.algorithm}" if act.algorithm else "", f"lock {act.lock}" if act.lock else ""]
    parts += ["where" if act.where else "", f"after {act.after}" if act.after else ""]
    parts.append({Guard.none: "", Guard.name: "if", Guard.unknown: "perhaps", Guard.shape: "shape"}[act.guard])
    return " ".join(one for one in parts if one)


def column_told(column: ColumnSpec) -> str:
    null = {None: "", True: "null", False: "not null"}[column.nullable]
    parts = [column.name, column.type, null, f"default {column.default}" if column.default is not None else ""]
    parts += [column.generated, "primary" if column.primary_key else "", "unique" if column.unique else ""]
    parts += [
        f"references {column.references}" if column.references else "",
        f"check {column.check}" if column.check else "",
    ]
    parts += [column.charset, column.collation, "comment" if column.comment else ""]
    return " ".join(one for one in parts if one)


def key_told(key: KeySpec) -> str:
    parts = [key.kind, key.name, f"({', '.join(key.columns)})" if key.columns else ""]
    if key.parts != key.columns:
        parts.append(f"as ({', '.join(key.parts)})")
    if key.refers:
        parts.append(f"-> {key.refers}({', '.join(key.refers_columns)})")
    parts += [key.expression, f"where {key.where}" if key.where else "", f"using {key.using}" if key.using else ""]
    return " ".join(one for one in parts if one)


def _words(label: str, words: frozenset[str]) -> str:
    return f"{label} {{{', '.join(sorted(words))}}}" if words else ""
