"""What the options of a table say."""

from __future__ import annotations


def table_charset(options: frozenset[str]) -> str:
    """Give the charset that MySQL's options of a table say, "" where they say none."""
    said = _said(options)
    return said.get("charset") or said.get("collation", "").partition("_")[0].replace("uca1400", "")


def table_collation(options: frozenset[str]) -> str:
    """Give the collation that MySQL's options of a table say, "" where they say none."""
    return _said(options).get("collation", "").strip("'\"").lower()


def _said(options: frozenset[str]) -> dict[str, str]:
    return dict(one.split("=", 1) for one in options if "=" in one)
