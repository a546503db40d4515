"""A target's table of the configuration into a Target."""

from __future__ import annotations

import re
from pathlib import Path

from migkit.config.checking import Table
from migkit.model import Journal, Target, Tls, Vpn

TARGET_KEYS = (
    "url", "hosts", "server_id", "vpn", "tls", "branch", "confirm", "agents", "proof", "journal", "connect_timeout",
    "lock_timeout", "statement_timeout", "max_blocked_rows",
)  # fmt: skip
_URL = re.compile(r"ini|(env|file|keyring):.+|.*://.+|.*@(tcp|unix)\(.+", re.DOTALL)
_PATTERN = frozenset("*?,|%")
_HOST = re.compile(r"(\[[0-9A-Fa-f:]+\]|[^\s:/@]+):(\d{1,5})")


def target(name: str, targets: Table, root: Path, database: str) -> Target:
    """Make the target `name` from its table; what the operator types is the `database` unless it is set."""
    if not isinstance(targets.values[name], dict):
        raise targets.error(name, "a table is needed", f"write [{targets.dotted(name)}]")
    table = Table(targets.values[name], targets.dotted(name), targets.file, TARGET_KEYS)
    return Target(
        name=name,
        journal=_journal(table, root),
        url=_url(table),
        hosts=_hosts(table),
        server_id=table.text("server_id"),
        vpn=_vpn(table),
        tls=_tls(table, root),
        branch=table.text("branch", "main"),
        confirm=table.text("confirm") or database,
        agents=table.flag("agents", default=False),
        proof=table.choice("proof", ("any", "fresh"), "any"),
        connect_timeout=table.seconds("connect_timeout", "5s"),
        lock_timeout=table.seconds("lock_timeout", "5s"),
        statement_timeout=table.seconds("statement_timeout", "15min"),
        max_blocked_rows=table.number("max_blocked_rows", 1_000_000, low=0, high=10**15),
    )


def _url(table: Table) -> str:
    url = table.text("url", "ini")
    if not _URL.fullmatch(url):  # never shown: it may hold a password
        raise table.error("url", "not valid", 'write "ini", "env:NAME", "file:PATH", "keyring:NAME", a URL or a Go DSN')
    return url


def _hosts(table: Table) -> tuple[str, ...]:
    hosts = table.texts("hosts")
    for host in hosts:
        if set(host) & _PATTERN:
            said = "not an address but a pattern, or several"
            raise table.error("hosts", f'"{host}" is {said}', "write each address by itself, as the URL has it")
        match = _HOST.fullmatch(host)
        if not match or not 0 < int(match[2]) < 65536:  # noqa: PLR2004  # the range of a TCP port
            raise table.error("hosts", f'"{host}" is no address', 'for example hosts = ["db.internal:3306"]')
    return hosts


def _vpn(table: Table) -> Vpn | None:
    from ipaddress import ip_network

    vpn = table.table("vpn", ("interfaces", "networks"))
    if vpn is None:
        return None
    for network in vpn.texts("networks"):
        try:
            ip_network(network)
        except ValueError as error:
            raise vpn.error("networks", str(error), 'for example networks = ["10.126.0.0/16"]') from error
    return Vpn(vpn.texts("interfaces"), vpn.texts("networks"))


def _tls(table: Table, root: Path) -> Tls | None:
    tls = table.table("tls", ("ca", "cert", "key", "verify"))
    if tls is None:
        return None
    ca, cert, key = (root / Path(name).expanduser() if name else None for name in map(tls.text, ("ca", "cert", "key")))
    return Tls(ca, cert, key, tls.choice("verify", ("full", "ca", "none"), "full"))


def _journal(table: Table, root: Path) -> Journal:
    journal = table.table("journal", ("folder", "table"))
    if journal is None:
        return Journal(root / ".migkit/journal")
    return Journal(root / journal.text("folder", ".migkit/journal"), journal.flag("table", default=True))
