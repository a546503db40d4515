"""The options of a table of MySQL or MariaDB, which stand behind the parentheses: how some become others (pure)."""

from __future__ import annotations

import re

_STRING = r"'(?:[^'\\]|\\.|'')*'"
_OPTION = re.compile(rf"((?:DEFAULT )?`?\w+`?)=({_STRING}|\([^)]*\)|\S+)", re.DOTALL)
_PARTITION = re.compile(rf"{_STRING}|(\s*(?:/\*!\d+ )?\s*PARTITION BY\b.*)", re.DOTALL)
_VERSIONED = re.compile(rf"{_STRING}|\b(WITH SYSTEM VERSIONING)\b", re.DOTALL)
_COLLATION = re.compile(rf"{_STRING}|\bCOLLATE=(\w+)", re.DOTALL)
_USUAL = {"COMMENT": "''", "COMPRESSION": "''", "ENCRYPTION": "'N'", "CONNECTION": "''", "UNION": "()"}
_ZERO = ("KEY_BLOCK_SIZE", "CHECKSUM", "DELAY_KEY_WRITE", "MAX_ROWS", "MIN_ROWS", "AVG_ROW_LENGTH")
_CHARSET = ("DEFAULT CHARSET", "COLLATE")


def collation(options: str) -> str:
    """Give the collation that a table's options name, or ""."""
    return next((found[1] for found in _COLLATION.finditer(options) if found[1]), "")


def clauses(wanted: str, present: str) -> tuple[str, str]:
    """Give what two ALTER TABLEs say to make the one options of the other, "" where nothing differs.

    The first stands before the columns change: they take their character set from it, and leave their partitions. The
    second stands behind: it parts the table by them.
    """
    if wanted == present:
        return "", ""
    (plain, parts, versions), (was_plain, was_parts, was_versions) = _divided(wanted), _divided(present)
    words = [*_set(dict(_OPTION.findall(plain)), dict(_OPTION.findall(was_plain)))]
    if versions != was_versions:
        words.append(f"{'ADD' if versions else 'DROP'} SYSTEM VERSIONING")
    if was_parts and not parts:
        words.append("REMOVE PARTITIONING")
    return " ".join(words), parts if parts != was_parts else ""


def _set(wanted: dict[str, str], present: dict[str, str]) -> list[str]:
    changed = {name for name in wanted if wanted[name] != present.get(name)}
    if changed & set(_CHARSET) or any(name in present and name not in wanted for name in _CHARSET):
        changed |= {name for name in _CHARSET if name in wanted}
    gone = [name for name in present if name not in wanted and name not in _CHARSET]
    return [f"{name}={wanted[name]}" for name in wanted if name in changed] + [
        f"{name}={_reset(name)}" for name in gone
    ]


def _reset(name: str) -> str:
    return "0" if name in _ZERO else _USUAL.get(name, "DEFAULT")


def _divided(options: str) -> tuple[str, str, bool]:
    """Give the plain options, the partitions, and whether the table is versioned."""
    found = next((match for match in _PARTITION.finditer(options) if match[1]), None)
    plain, parts = (options[: found.start()], found[1].strip()) if found else (options, "")
    return plain, parts, any(match[1] for match in _VERSIONED.finditer(plain))
