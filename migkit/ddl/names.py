"""Identifiers and literals as a product writes them: quoted where it needs that, and only there (pure)."""

from __future__ import annotations

import re
from functools import cached_property

from migkit.ddl.words import RESERVED
from migkit.model import Engine, Family
from migkit.values import dataclass

_KEPT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PLAIN: dict[Family, re.Pattern[str]] = {
    "mysql": _KEPT,
    "mariadb": _KEPT,
    "postgresql": re.compile(r"[a-z_][a-z0-9_]*"),
    "sqlite": _KEPT,
}
_BACKSLASH: dict[Family, str] = {"mysql": "\\\\", "mariadb": "\\\\", "postgresql": "\\", "sqlite": "\\"}


@dataclass(frozen=True)
class Names:
    """How one product writes names. PostgreSQL folds a bare name to lower case, the others keep it."""

    engine: Engine

    def name(self, bare: str) -> str:
        """Write one identifier."""
        if _PLAIN[self.engine.family].fullmatch(bare) and bare.lower() not in RESERVED[self.engine.family]:
            return bare
        return self.engine.quote(bare)

    def table(self, qualified: str) -> str:
        """Write a name that may be qualified."""
        return ".".join(self.name(part) for part in self.parts(qualified))

    def parts(self, qualified: str) -> tuple[str, ...]:
        """Give schema and name, or the name alone; a part that holds a dot stands quoted in `qualified`."""
        if not self._qualified.fullmatch(qualified):
            return (qualified,)
        return tuple(self._bare(one[0]) for one in self._part.finditer(qualified))

    def beside(self, table: str, name: str) -> str:
        """Write the name of what lives in the schema of a table, as an index does on PostgreSQL."""
        schema = self.parts(table)[:-1]
        bare = self.parts(name)[-1] if len(self.parts(name)) > 1 and self.parts(name)[:-1] == schema else name
        return ".".join(self.name(part) for part in (*schema, bare))

    def unquoted(self, sql: str) -> str:
        """Give the identifier that SQL is, quoted or not; "" where it is something else."""
        if self._part.fullmatch(sql) and sql[0] == self.engine.quote("")[0]:
            return self._bare(sql)
        return sql if _PLAIN[self.engine.family].fullmatch(sql) else ""

    def literal(self, text: str) -> str:
        """Write a text: as the standard says, and for MySQL in every sql_mode that has backslash escapes."""
        return "'" + text.replace("\\", _BACKSLASH[self.engine.family]).replace("'", "''") + "'"

    @cached_property
    def _part(self) -> re.Pattern[str]:
        mark = self.engine.quote("")[0]
        return re.compile(rf"{mark}(?:[^{mark}]|{mark}{mark})*{mark}|[^.{mark}][^.]*")

    @cached_property
    def _qualified(self) -> re.Pattern[str]:
        part = self._part.pattern
        return re.compile(rf"(?:{part})(?:\.(?:{part}))?")

    def _bare(self, part: str) -> str:
        mark = self.engine.quote("")[0]
        return part[1:-1].replace(mark * 2, mark) if part[0] == mark else part
