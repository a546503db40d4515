"""What belongs to a PostgreSQL database but is not copied with it: owner, settings, privileges, comment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from migkit.product import quoted
from migkit.values import dataclass

if TYPE_CHECKING:
    from psycopg import Connection

_DATABASE = """
SELECT pg_get_userbyid(datdba), datconnlimit, shobj_description(oid, 'pg_database'), datacl IS NOT NULL
FROM pg_database WHERE datname = %s
"""
_CONFIG = """
SELECT pg_get_userbyid(NULLIF(s.setrole, 0)), split_part(one, '=', 1), substr(one, strpos(one, '=') + 1)
FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) one
WHERE d.datname = %s
"""
_GRANTS = """
SELECT CASE a.grantee WHEN 0 THEN NULL ELSE pg_get_userbyid(a.grantee) END, a.privilege_type, a.is_grantable
FROM pg_database d, aclexplode(d.datacl) a WHERE d.datname = %s
"""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one database at one moment.

    `config` are rows of role (None is every one), name and value; `grants` of grantee (None is PUBLIC), privilege
    and grant option, or None where nothing was ever granted or revoked.
    """

    owner: str
    connections: int = -1
    comment: str | None = None
    config: tuple[tuple[str | None, str, str], ...] = ()
    grants: tuple[tuple[str | None, str, bool], ...] | None = None

    @classmethod
    def read(cls, session: Connection[Any], name: str) -> Self:
        """Read them over a session in any database of the server."""
        owner, connections, comment, granted = session.execute(_DATABASE, (name,)).fetchall()[0]
        config = tuple(session.execute(_CONFIG, (name,)).fetchall())
        grants = tuple(session.execute(_GRANTS, (name,)).fetchall()) if granted else None
        return cls(owner, connections, comment, config, grants)

    def apply(self, session: Connection[Any], name: str) -> None:
        """Give them to a database that was just made, and that has its owner already."""
        database = quoted(name)
        if self.connections != -1:
            session.execute(f"ALTER DATABASE {database} CONNECTION LIMIT {self.connections}".encode())
        if self.comment is not None:
            session.execute(f"COMMENT ON DATABASE {database} IS {_literal(self.comment)}".encode())
        for role, key, value in self.config:
            whom = f"ALTER ROLE {quoted(role)} IN DATABASE {database}" if role else f"ALTER DATABASE {database}"
            with session.transaction():  # FROM CURRENT keeps lists and quotes as they were
                session.execute("SELECT set_config(%s, %s, true)", (key, value))
                session.execute(f"{whom} SET {_dotted(key)} FROM CURRENT".encode())
        if self.grants is not None:
            session.execute(f"REVOKE ALL ON DATABASE {database} FROM PUBLIC, {quoted(self.owner)}".encode())
        for grantee, privilege, grantable in self.grants or ():
            whom = quoted(grantee) if grantee else "PUBLIC"
            option = " WITH GRANT OPTION" if grantable else ""
            session.execute(f"GRANT {privilege} ON DATABASE {database} TO {whom}{option}".encode())


def _dotted(name: str) -> str:
    return ".".join(quoted(part) for part in name.split("."))


def _literal(text: str) -> str:
    mark = "E" if "\\" in text else ""
    return f"{mark}'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
