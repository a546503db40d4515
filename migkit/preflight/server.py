"""Who a server is, and whether it may be written: the declared product and database, a primary."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from migkit import engines
from migkit.gate import Ask, Denied, Gate
from migkit.model import Check, Engine, Target
from migkit.preflight.asking import asking
from migkit.product import Identity
from migkit.servers import login
from migkit.targets import Declared

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

ID = "server: id"
_PATIENCE = 60.0  # seconds that a replica may be behind before somebody should know


def gate(engine: Engine) -> Gate:
    """Give what a server of this product is asked."""
    return login.console(engine).gate()


def server_id(connection: Connection, engine: Engine) -> str:
    """Give what tells a server from every other one: server_uuid, system_identifier, MariaDB's server_uid.

    Raises Denied where the server does not say it.
    """
    return gate(engine).server_id(asking(connection))


def refused(found: Declared, message: str, remedy: str) -> Check:
    """Say that the server took no login, and what to do about what it said."""
    words = gate(found.engine).refusals
    said = next((advice for pattern, advice in words if re.search(pattern, message)), remedy)
    return Check("server: login", ok=False, message=message, remedy=said)


def logged_in(ask: Ask, found: Declared) -> Check:
    """Say as whom the kit is logged in, and what the server calls itself."""
    spoken = gate(found.engine)
    return Check("server: login", ok=True, message=f"as {spoken.login(ask)}; it calls itself {spoken.called(ask)}")


def alone(*, pooled: bool) -> Check:
    """Say whether something stands between that has sessions of its own; one that shares them was refused before."""
    name = "server: session"
    if not pooled:
        return Check(name, ok=True, message="the login has a session of the server's own")
    said = "a proxy or a pool stands between, and keeps a session for each login as far as was seen"
    return Check(name, None, said, "release past it, by the server's own address, if you can")


def identified(ask: Ask, found: Declared) -> tuple[Identity | None, Check]:
    """Hold the product and its release series against the schema's engine."""
    spoken, wanted = login.console(found.engine), found.engine
    row = ask(spoken.identity_sql)[0]
    identity = spoken.identify(row)
    name = "server: product"
    if identity is None:
        message = f"no product that the kit knows: {row[0]}"
        return None, Check(name, ok=False, message=message, remedy=f"let the target's URL lead to {wanted.product}")
    said = f"{identity.product} {identity.version}"
    if engines.matches(wanted, identity):
        return identity, Check(name, ok=True, message=f"{said}, as {wanted.name} is declared")
    runs = engines.running(wanted, identity)
    remedy = f'let the URL lead to {wanted.name}; or set engine = "{runs.name}", and prove the history on that'
    message = f"it is {said}, and the schema's engine is {wanted.name}"
    return identity, Check(name, ok=False, message=message, remedy=remedy)


def recognized(target: Target, there: str, recorded: str) -> Check:
    """Hold the server's id against the declared one, or that which the first release recorded."""
    name = ID
    wanted, where = (target.server_id, "`server_id`") if target.server_id else (recorded, "the journal")
    if not wanted:
        return Check(name, ok=True, message=f"{there}, which this release will record as the target's")
    if wanted == there:
        return Check(name, ok=True, message=f"{there}, as {where} has it")
    return Check(
        name,
        ok=False,
        message=f"it is {there}, and {where} has {wanted}: another server (a proxy, a copy) answers at this address",
        remedy=f'find out which server this is; if it is the right one, set server_id = "{there}" of the target',
    )


def nameless(denied: Denied) -> Check:
    """Say that a server does not tell who it is."""
    said = f"the server does not say who it is: {denied}"
    return Check(ID, ok=False, message=said, remedy="let the login ask for it (docs/preflight.md)")


def chosen(ask: Ask, found: Declared, recorded: str) -> Check:
    """Hold the database of the session against the declared one, and that of the releases before (`recorded`)."""
    name, there, wanted = "server: database", gate(found.engine).database(ask), found.address.database
    if there != wanted:
        message = f"the session is in {there or 'no database'}, and {wanted} is declared"
        return Check(name, ok=False, message=message, remedy="name the database in the target's URL")
    if recorded and recorded != there:
        message = f"it is {there}, and the journal of this target is that of {recorded}"
        remedy = "look at the database in the URL; a target that has moved gets a name, or a journal folder, of its own"
        return Check(name, ok=False, message=message, remedy=remedy)
    return Check(name, ok=True, message=there)


def writable(ask: Ask, found: Declared) -> Iterator[Check]:
    """Look whether it may be written and is a primary, and how far its replicas are behind."""
    spoken = gate(found.engine)
    reasons = spoken.unwritable(ask)
    if reasons:
        remedy = "release on the primary: let the target's URL lead there"
        yield Check("server: writable", ok=False, message=", ".join(reasons), remedy=remedy)
        yield Check("server: primary", None, "not looked at: it takes no writes")
    else:
        yield Check("server: writable", ok=True, message="it takes writes")
        yield _primary(ask, spoken, found)
    yield _replicas(ask, spoken)


def _primary(ask: Ask, spoken: Gate, found: Declared) -> Check:
    """A server that is declared by its id may replicate all the same, as two primaries do from each other."""
    name = "server: primary"
    try:
        source = spoken.source(ask)
    except Denied as denied:
        return Check(name, None, f"whether it replicates from another one cannot be seen: {denied}")
    if not source:
        return Check(name, ok=True, message="it replicates from no other server")
    message = f"it replicates from {source}"
    if found.target.server_id:
        return Check(name, None, f"{message}; `server_id` names it all the same", "see that its source may be written")
    remedy = f"release on {source}; if both are primaries, name this one by `server_id` of the target"
    return Check(name, ok=False, message=message, remedy=remedy)


def _replicas(ask: Ask, spoken: Gate) -> Check:
    name = "server: replicas"
    try:
        lag = spoken.lag(ask)
    except Denied as denied:
        return Check(name, None, f"cannot be seen: {denied}", spoken.seeing)
    if not lag:
        return Check(name, ok=True, message="none is connected")
    told = ", ".join(f"{one} {'?' if behind is None else f'{behind:.1f} s'}" for one, behind in lag)
    late = any(behind is not None and behind > _PATIENCE for _one, behind in lag)
    if late:
        return Check(name, None, f"behind: {told}", "let them catch up first: what is applied comes on top")
    if any(behind is None for _one, behind in lag):
        return Check(name, None, f"{told}: the server does not say how far they are behind", "ask them")
    return Check(name, ok=True, message=f"behind: {told}")
