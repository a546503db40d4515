"""Types of PostgreSQL as a snapshot has them, taken apart and written: composite types, ranges, domains (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migkit.ddl.lexis import top

_RANGE = re.compile(
    r"RANGE OF (?P<subtype>.*?)(?: OPCLASS (?P<subtype_opclass>\S+))?(?: COLLATION (?P<collation>\S+))?"
    r"(?: CANONICAL (?P<canonical>\S+))?(?: DIFF (?P<subtype_diff>\S+))?"
    r"(?: MULTIRANGE (?P<multirange_type_name>\S+))?\Z"
)
_NOTE = re.compile(r" COMMENT (E?'(?:[^']|'')*')\Z", re.DOTALL)


def composite(body: str) -> str:
    """Give what follows AS in CREATE TYPE of a composite type; comments of its attributes are left out."""
    return f"({', '.join(f'{name} {kind}' for name, kind in attributes(body).items())})"


def attributes(body: str) -> dict[str, str]:
    """Give the attributes of a composite type, each with its type, names as they are written."""
    found = {}
    for item in _divided(body.removeprefix("TYPE ")[1:-1]):
        name, _, kind = _NOTE.sub("", item).partition(" ") if item[0] != '"' else _quoted(item)
        found[name] = kind
    return found


def ranged(body: str) -> str:
    """Give what follows AS in CREATE TYPE of a range; "" for a type that is none."""
    found = _RANGE.match(body)
    if found is None:
        return ""
    return "RANGE (" + ", ".join(f"{name} = {value}" for name, value in found.groupdict().items() if value) + ")"


def domain(body: str, name: str) -> tuple[str, tuple[str, ...]]:
    """Give what follows AS in CREATE DOMAIN, and the comments of its constraints as statements."""
    head, constraints = domain_parts(body)
    texts = [head, *(f"CONSTRAINT {key} {_bare(text)}" for key, text in constraints.items())]
    return " ".join(texts), tuple(_notes(constraints, name))


def domain_parts(body: str) -> tuple[str, dict[str, str]]:
    """Give a domain's type with NOT NULL and DEFAULT, and its constraints by name as they are written."""
    text = body.removeprefix("DOMAIN ")
    starts = [token.start for token in top(text, "postgresql") if token.upper == "CONSTRAINT"]
    ends = [*starts[1:], len(text)]
    found = {}
    for start, end in zip(starts, ends, strict=True):
        name, _, rest = text[start + len("CONSTRAINT ") : end].strip().partition(" ")
        found[name] = rest
    return text[: starts[0]].strip() if starts else text.strip(), found


def domain_changes(wanted: str, present: str, name: str) -> Iterator[str]:
    """Give the statements that make one domain the other, its type apart; "" is what no statement does."""
    (head, constraints), (was, there) = domain_parts(wanted), domain_parts(present)
    (kind, required, default), (old, was_required, was_default) = _head(head), _head(was)
    if kind != old:
        yield ""
    stale = {key for key, text in there.items() if _bare(constraints.get(key, "")) != _bare(text)}
    yield from (f"ALTER DOMAIN {name} DROP CONSTRAINT {key}" for key in sorted(stale))
    if default != was_default:
        yield f"ALTER DOMAIN {name} {f'SET DEFAULT {default}' if default else 'DROP DEFAULT'}"
    if required != was_required:
        yield f"ALTER DOMAIN {name} {'SET' if required else 'DROP'} NOT NULL"
    for key, text in constraints.items():
        if key not in there or key in stale:
            yield f"ALTER DOMAIN {name} ADD CONSTRAINT {key} {_bare(text)}"
            yield from _notes({key: text}, name)


def _bare(text: str) -> str:
    return _NOTE.sub("", text)


def _head(head: str) -> tuple[str, bool, str]:
    tokens = top(head, "postgresql")
    starts = {token.upper: token.start for token in tokens if token.upper in ("DEFAULT", "NOT")}
    default = head[starts["DEFAULT"] + len("DEFAULT ") :].strip() if "DEFAULT" in starts else ""
    return head[: min(starts.values(), default=len(head))].strip(), "NOT" in starts, default


def _notes(constraints: dict[str, str], name: str) -> Iterator[str]:
    for key, text in constraints.items():
        note = _NOTE.search(text)
        if note:
            yield f"COMMENT ON CONSTRAINT {key} ON DOMAIN {name} IS {note[1]}"


def _quoted(item: str) -> tuple[str, str, str]:
    found = re.match(r'("(?:[^"]|"")*") (.*)', _NOTE.sub("", item), re.DOTALL)
    return (found[1], " ", found[2]) if found else (item, "", "")


def _divided(text: str) -> list[str]:
    found, start = [], 0
    for token in top(text, "postgresql"):
        if token.upper == ",":
            found.append(text[start : token.start].strip())
            start = token.end
    return [one for one in (*found, text[start:].strip()) if one]
