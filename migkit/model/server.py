"""Engines, servers and databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from pathlib import Path
from typing import Any

from migkit.product import Client, Columns, Console, Container, Family, Native, Package, quoted
from migkit.values import dataclass


@dataclass(frozen=True, slots=True)
class Engine:
    """What a server product is: one value per product in `migkit.engines`, with the wanted version filled in.

    `dialect` is SQLAlchemy's dialect name, `port` the product's own port, `transactional_ddl` whether DDL is
    part of a transaction, `admin` the administrator's login. `driver` is the default dialect+driver, `driver_14`
    the one where SQLAlchemy is older than 2. `series` is how many parts of a version name a release series (2:
    MySQL 8.0 and 8.4 differ). `quote` quotes an identifier. `container`, `native` and `package` are how it is started,
    `console` how it is spoken to, `client` what people speak to it with; all are None for SQLite. `look` is
    how its own client shows a `{table}`, `columns` what a column can be.
    """

    family: Family
    version: str
    dialect: str
    port: int
    transactional_ddl: bool
    admin: str = ""
    product: str = ""
    driver: str = ""
    driver_14: str = ""
    series: int = 2
    quote: Callable[[str], str] = field(default=quoted, repr=False)
    container: Container | None = field(default=None, repr=False)
    native: Native | None = field(default=None, repr=False)
    package: Package | None = field(default=None, repr=False)
    console: Console | None = field(default=None, repr=False)
    client: Client | None = field(default=None, repr=False)
    look: str = ""
    columns: Columns = field(default=Columns(), repr=False)

    @property
    def name(self) -> str:
        """As configuration spells it: `mysql:9.7`, or `sqlite`."""
        return f"{self.family}:{self.version}" if self.version else self.family


@dataclass(frozen=True, slots=True)
class Server:
    """A running server on which the kit may make databases of its own.

    `kind` is docker, local, packaged, url or file; `product` is what the server says it is and `version` its
    exact version ("9.7.4"); `origin` is the image, or the URL without its password; for SQLite `folder` holds
    the database files. `engine` is what runs: another one than the `wanted` (an engine's name) where no such server
    could be had, and `substituted` then says so in a sentence. `driver` and `options` are those of the URL that a
    server of kind url was given by; `handle` is the name of the container, or the folder of a server of this
    machine's programs. `passed_over` says of each kind that `auto` tries first why it was not taken. `shared`:
    another process of the kit keeps it, and others may use it now.
    """

    engine: Engine
    kind: str
    product: str
    version: str
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = field(default="", repr=False)
    origin: str = ""
    folder: Path | None = None
    socket: str = ""
    wanted: str = ""
    substituted: str = ""
    driver: str = ""
    options: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    handle: str = ""
    passed_over: tuple[str, ...] = ()
    shared: bool = False

    def ran(self, wanted: Engine) -> dict[str, str]:
        """Give what a report says of the engine that ran: `wanted`, or another."""
        return {"family": self.engine.family, "version": self.version, "wanted": wanted.name}

    def facts(self) -> dict[str, Any]:
        """Give what a report says of the server."""
        passed_over = list(self.passed_over)
        return {"kind": self.kind, "product": self.product, "origin": self.origin, "passed_over": passed_over}


@dataclass(frozen=True, slots=True)
class Database:
    """A throwaway database that the kit made, with the login that migrations use; for SQLite `path` is its file.

    `shared_login` is the reason why that is the server's own login, where the kit could make none for it.
    """

    server: Server
    name: str
    user: str = ""
    password: str = field(default="", repr=False)
    path: Path | None = None
    shared_login: str = ""
