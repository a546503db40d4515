"""A DO block of PL/pgSQL, and what stands in it: statements of the user's, quoted so that no variable meets them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from migkit.ops.postgresql_words import literal

_HEAD = """
DECLARE
  here jsonb;
  wanted jsonb;
  later text[];
  label text;
  holds boolean;
BEGIN
"""


def block(lines: Sequence[str]) -> str:
    """Write a block, indented by what opens and closes."""
    written, depth = [], 1
    for line in lines:
        depth -= line in ("END IF;", "ELSE")
        written.append("  " * depth + line)
        depth += line.endswith(" THEN") or line == "ELSE"
    return f"DO {tagged(_HEAD + chr(10).join(written) + chr(10) + 'END ')}"


def executed(statements: Sequence[str]) -> list[str]:
    """Keep the block's own variables out of the statements."""
    return [f"EXECUTE {tagged(sql)};" for sql in statements]


def tagged(text: str) -> str:
    """Quote a text with a tag that does not occur in it."""
    tag = "migkit"
    while f"${tag}$" in text or text.endswith(f"${tag}"):
        tag += "_"
    return f"${tag}${text}${tag}$"


def jsonb(shape: Mapping[str, str]) -> str:
    """Write a shape."""
    return f"{literal(json.dumps(shape, ensure_ascii=False))}::jsonb"
