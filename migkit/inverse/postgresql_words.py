"""What a PostgreSQL snapshot says behind a definition, a comment and privileges, and the SQL that says it (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migkit.ddl.names import Names
from migkit.model import CatalogObject
from migkit.values import dataclass

_TAIL = re.compile(r"(?:\A| )COMMENT (E?'(?:[^']|'')*')(?: (ACL [^']*))?\Z|(?:\A| )(ACL [+-][^']*)\Z", re.DOTALL)
_GRANT = re.compile(r'([+-])("(?:[^"]|"")*"|[^=\s]+)=([A-Z ]+?)(\*?)(/\S+)?(?= [+-]|\Z)')
_OWN = "migkit_"  # how the throwaway logins of the kit begin


@dataclass(frozen=True, slots=True)
class Said:
    """A definition parted: its `body`, the comment as a literal or "", the privileges that differ from the usual."""

    body: str
    comment: str = ""
    acl: str = ""


def parted(definition: str) -> Said:
    """Part a definition from what stands behind it."""
    found = _TAIL.search(definition)
    if found is None:
        return Said(definition)
    return Said(definition[: found.start()], found[1] or "", found[2] or found[3] or "")


def remarks(what: str, name: str, wanted: str, present: str = "") -> Iterator[str]:
    """Give the statements that make the comment and the privileges of `present` those of `wanted`.

    `what` is the word for it (TABLE, VIEW …), `name` is written already.
    """
    one, was = parted(wanted), parted(present)
    if one.comment != was.comment:
        yield f"COMMENT ON {what} {name} IS {one.comment or 'NULL'}"
    yield from _grants(f"{_granted(what)} {name}".strip(), one.acl, was.acl)


def _grants(where: str, wanted: str, present: str) -> Iterator[str]:
    one, was = (set(_GRANT.findall(acl)) for acl in (wanted, present))
    for sign, who, privilege, option, _grantor in sorted(was - one):
        yield _grant(where, who, privilege, "", given=sign == "-")
        del option
    for sign, who, privilege, option, _grantor in sorted(one - was):
        yield _grant(where, who, privilege, option, given=sign == "+")


def _grant(where: str, who: str, privilege: str, option: str, *, given: bool) -> str:
    role = "CURRENT_USER" if who.startswith(_OWN) else who
    if given:
        return f"GRANT {privilege} ON {where} TO {role}{' WITH GRANT OPTION' if option else ''}"
    return f"REVOKE {privilege} ON {where} FROM {role}"


def _granted(what: str) -> str:
    """Give the word of GRANT for what COMMENT calls otherwise."""
    return {"MATERIALIZED VIEW": "", "VIEW": "", "TABLE": "", "DOMAIN": "TYPE"}.get(what, what)


def sql_name(names: Names, name: str) -> str:
    """Write the name of an object as a snapshot has it."""
    return names.table(name)


def qualified(names: Names, name: str) -> str:
    """Write a name as the server does where no search_path is set."""
    return names.table(name if len(names.parts(name)) > 1 else f"public.{name}")


def bare(one: CatalogObject) -> str:
    """Give the name of a part of a table without the table's; an index has none before it."""
    return one.name.removeprefix(f"{one.owner}.") if one.kind != "index" else one.name
