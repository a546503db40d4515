"""What a PostgreSQL Snapshot says behind the definition of a table, an index or a constraint, as statements.

COMMENT, CLUSTER, REPLICA IDENTITY, STATISTICS, TABLESPACE, ACL … are not part of their DDL. The words are those that
catalog/postgresql_queries.py writes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from migkit.ddl.lexis import Token, top

_GRANT = re.compile(r"([+-])(.+?)=([A-Z]+)(\*?)(?:/\S+)?(?= [+-]|$)")


@lru_cache(maxsize=4096)
def split(definition: str, words: tuple[str, ...]) -> tuple[str, Mapping[str, str]]:
    """Give what stands before the first of `words` outside of parentheses, and the text behind each of them.

    A word that is two is "REPLICA IDENTITY"; a word that has nothing behind it has "".
    """
    tokens = [token for token in top(definition, "postgresql") if token.kind != "comment"]
    found: list[tuple[int, int, str]] = []
    for place, token in enumerate(tokens):
        if found and place < found[-1][1]:
            continue
        pair = f"{token.upper} {tokens[place + 1].upper}" if place + 1 < len(tokens) else ""
        word = pair if pair in words else token.upper
        if token.kind == "word" and word in words and _is_mark(word, tokens, place):
            found.append((place, place + len(word.split()), word))
    head = definition[: tokens[found[0][0]].start].rstrip() if found else definition.strip()
    ends = [*(place for place, _, _ in found[1:]), len(tokens)][: len(found)]
    behind = {word: _text(definition, tokens[start:end]) for (_, start, word), end in zip(found, ends, strict=True)}
    return head, behind


def _is_mark(word: str, tokens: Sequence[Token], place: int) -> bool:
    """Whether it is the catalogue's word: some are names too, or begin something else."""
    following = tokens[place + 1] if place + 1 < len(tokens) else None
    if word == "COMMENT":
        return following is not None and following.kind == "string"
    if word in ("WITH", "TOAST"):
        return following is not None and following.kind == "group"
    if word == "ACL":
        return following is not None and following.upper in ("+", "-")
    if word == "TABLESPACE":
        in_statement = any(token.upper == "WHERE" for token in tokens[place:])
        return not in_statement and tokens[place - 1].upper != "INDEX"
    return True


def grants(acl: str, kind: str, name: str, column: str = "") -> list[str]:
    """Give the GRANT and REVOKE statements of privileges as a Snapshot lists them: `+role=SELECT* -PUBLIC=USAGE`."""
    on = f"ON {kind} {name}"
    found = []
    for sign, role, privilege, option in _GRANT.findall(acl):
        who = role if role == "PUBLIC" else '"' + role.replace('"', '""') + '"'
        what = f"{privilege} ({column})" if column else privilege
        given = f"GRANT {what} {on} TO {who}{' WITH GRANT OPTION' if option else ''}"
        found.append(given if sign == "+" else f"REVOKE {what} {on} FROM {who}")
    return found


def _text(sql: str, tokens: Sequence[Token]) -> str:
    return sql[tokens[0].start : tokens[-1].end] if tokens else ""
