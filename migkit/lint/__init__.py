"""Lint: what can be said of a history without a database. Rules alone; files, git and caches belong to `migkit.check`.

`cases` folds the scripts of a history, in order, into what each revision stands on; `judge` asks the rules.
"""

from __future__ import annotations

from migkit.lint.case import Case, Deed, Facts, Whole
from migkit.lint.rule import Fix, Found, Rule, holds

__all__ = ["Case", "Deed", "Facts", "Fix", "Found", "Rule", "Whole", "holds"]
