"""The nouns of the kit: frozen values without I/O, shared by every room."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Any, Literal

from migkit.product import Console, Container, Family, ServerSettings, quoted

Direction = Literal["upgrade", "downgrade"]


# --- findings and reports -----------------------------------------------------------------------------


class Severity(IntEnum):
    """How grave a finding is; ordered, so that `>=` compares."""

    note = 1
    warning = 2
    error = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found, with one thing to do about it."""

    rule: str
    severity: Severity
    message: str
    remedy: str = ""
    path: str | None = None
    line: int | None = None
    revision: str | None = None
    object: str | None = None


class Verdict(StrEnum):
    """What a round trip says of a revision, worst first (docs/cli.md)."""

    upgrade_fails = "upgrade-fails"
    downgrade_fails = "downgrade-fails"
    reupgrade_fails = "reupgrade-fails"
    data_lost = "data-lost"
    schema_differs = "schema-differs"
    reupgrade_differs = "reupgrade-differs"
    order_differs = "order-differs"
    irreversible = "irreversible"
    ok = "ok"

    @property
    def severity(self) -> Severity | None:
        """The severity of a finding with this verdict; None for ok."""
        if self is Verdict.ok:
            return None
        return Severity.note if self in (Verdict.order_differs, Verdict.irreversible) else Severity.error


# --- the catalogue ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CatalogObject:
    """One object of a catalogue.

    `kind` is table, column, index, key, constraint, view, trigger, routine, event, sequence, enum, domain,
    type, extension, schema, option, ...; `name` is qualified (`table.column`, `schema.table` where the schema
    is not the default one); `owner` is the qualified table it belongs to, or ""; `definition` is the whole
    canonical definition without its position; `position` orders the objects of one owner and kind (0 where
    order has no meaning).
    """

    kind: str
    name: str
    definition: str
    owner: str = ""
    position: int = 0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The whole catalogue of one database: objects by (kind, name)."""

    objects: Mapping[tuple[str, str], CatalogObject]

    def tables(self) -> frozenset[str]:
        """The qualified names of the tables."""
        return frozenset(name for kind, name in self.objects if kind == "table")


@dataclass(frozen=True, slots=True)
class Difference:
    """One object that differs: `before` and `after` are its definitions, None where it does not exist.

    An order-only difference has kind "order", the table as object, and the two orders as text.
    """

    object: str
    kind: str
    before: str | None
    after: str | None
    order_only: bool = False


# --- engines, servers, databases ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Engine:
    """What a server product is: one value per product in `migkit.engines`, with the wanted version filled in.

    `dialect` is SQLAlchemy's dialect name, `port` the product's own port, `transactional_ddl` whether DDL is
    part of a transaction, `admin` the administrator's login. `driver` is the default dialect+driver, `driver_14`
    the one where SQLAlchemy is older than 2. `series` is how many parts of a version name a release series (2:
    MySQL 8.0 and 8.4 differ). `quote` quotes an identifier. `container` is how it is started, `console` how it is
    spoken to; both are None for SQLite.
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
    console: Console | None = field(default=None, repr=False)

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
    server of kind url was given by; `handle` is the name of the container.
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


@dataclass(frozen=True, slots=True)
class Database:
    """A throwaway database that the kit made, with the login that migrations use; for SQLite `path` is its file."""

    server: Server
    name: str
    user: str = ""
    password: str = field(default="", repr=False)
    path: Path | None = None


# --- history ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision of a history. `parents` are its down_revisions, `irreversible` its declared reason or ""."""

    id: str
    title: str
    path: Path
    parents: tuple[str, ...]
    depends_on: tuple[str, ...] = ()
    irreversible: str = ""

    @property
    def is_merge(self) -> bool:
        """Whether it joins branches."""
        return len(self.parents) > 1


# --- configuration ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Policy:
    """A check's policy: required, reported or off, from revision `since` on ("" is from the first)."""

    policy: str
    since: str = ""


@dataclass(frozen=True, slots=True)
class TitleRules:
    """What titles a schema allows."""

    actions: tuple[str, ...] = ("create", "add", "remove", "update", "drop")
    items: tuple[str, ...] = ("table", "column", "index", "constraint", "enum", "geometry")
    max_length: int = 100


@dataclass(frozen=True, slots=True)
class Compose:
    """The Compose service in which Alembic runs."""

    service: str
    file: str = "docker-compose.yml"


@dataclass(frozen=True, slots=True)
class Timestamps:
    """What a column whose name matches `pattern` (a glob) must be."""

    pattern: str
    type: str


@dataclass(frozen=True, slots=True)
class SoftDelete:
    """The column that marks a row as deleted, and its default."""

    column: str
    default: str = "NULL"


@dataclass(frozen=True, slots=True)
class Conventions:
    """What a team agreed on for its tables; "" and None where it did not."""

    uuid_type: str = ""
    table_prefixes: tuple[str, ...] = ()
    timestamps: Timestamps | None = None
    soft_delete: SoftDelete | None = None


@dataclass(frozen=True, slots=True)
class LintLevels:
    """Lint rules, by the level that a schema gives them."""

    off: tuple[str, ...] = ()
    note: tuple[str, ...] = ()
    warning: tuple[str, ...] = ()
    error: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Vpn:
    """How a target may be reached: interface names (globs), networks in CIDR notation."""

    interfaces: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Journal:
    """Where releases are written down: a folder, and the table `migkit_journal` of the target."""

    folder: Path
    table: bool = True


@dataclass(frozen=True, slots=True)
class Target:
    """A live database that the team declared; only prod, plan, status and drift use it. Times are in seconds."""

    name: str
    journal: Journal
    url: str = "ini"
    hosts: tuple[str, ...] = ()
    server_id: str = ""
    vpn: Vpn | None = None
    branch: str = "main"
    confirm: str = ""
    agents: bool = False
    proof: str = "any"
    connect_timeout: float = 5.0
    lock_timeout: float = 5.0
    statement_timeout: float = 900.0
    max_blocked_rows: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Schema:
    """One schema: a directory with an alembic.ini and its history. Paths are absolute."""

    name: str
    directory: Path
    ini: Path
    database: str
    engine: str
    engines: tuple[str, ...]
    style: str = "sql"
    url_env: str = ""
    url_driver: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    requirements: tuple[str, ...] = ()
    base_sql: str = ""
    seed: str = ""
    seed_at: str = ""
    development: str = "ini"
    server: ServerSettings = field(default_factory=ServerSettings)
    baseline: Path | None = None
    compose: Compose | None = None
    commit: str = "{title}"
    idempotent: Policy = Policy("reported")
    offline: Policy = Policy("off")
    title: TitleRules = TitleRules()
    conventions: Conventions = Conventions()
    lint: LintLevels = LintLevels()
    targets: Mapping[str, Target] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Project:
    """The configuration of one repository: `root` is the folder of the file, `path` the file itself."""

    root: Path
    path: Path
    schemas: Mapping[str, Schema]
    default_schema: str = ""
    images: Mapping[str, str] = field(default_factory=dict)


# --- reports ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of one revision's round trip."""

    upgrade: float = 0.0
    downgrade: float = 0.0
    snapshot: float = 0.0


@dataclass(frozen=True, slots=True)
class RevisionReport:
    """What a round trip says of one revision. `baseline`: the verdict is recorded as known."""

    revision: str
    title: str
    path: str
    verdict: Verdict
    baseline: bool = False
    objects: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    message: str = ""
    seconds: Timing = Timing()


@dataclass(frozen=True, slots=True)
class Report:
    """What a verb found: findings decide the exit code, `facts` are the command's own JSON fields.

    `facts` holds plain JSON values; `revisions` stands apart because text renders it as a table.
    """

    command: str
    schema: str = ""
    engine: Mapping[str, Any] = field(default_factory=dict)
    server: Mapping[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    revisions: tuple[RevisionReport, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0

    def exit_code(self, fail_on: Severity) -> int:
        """0 when no finding is at or above `fail_on`, else 2."""
        return 2 if any(finding.severity >= fail_on for finding in self.findings) else 0


@dataclass(frozen=True, slots=True)
class Event:
    """Progress that a verb tells the task: `kind` is log, pull, wait, start, step, done; `total` 0 if unknown."""

    kind: str
    message: str
    done: int = 0
    total: int = 0
