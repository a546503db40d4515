"""What a team configures: the project, its schemas and targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from migkit.product import ServerSettings
from migkit.values import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """A check's policy: required, reported or off, from revision `since` on ("" is from the first)."""

    policy: str
    since: str = ""


@dataclass(frozen=True, slots=True)
class TitleRules:
    """What titles a schema allows. `form` is name (`<table>_<action>_<description>`) or sentence."""

    actions: tuple[str, ...] = ("create", "add", "remove", "update", "drop")
    items: tuple[str, ...] = ("table", "column", "index", "constraint", "enum", "geometry")
    max_length: int = 100
    form: str = "name"


@dataclass(frozen=True, slots=True)
class Compose:
    """The Compose service in which Alembic runs.

    `directory` is where it has the schema's folder, "" where a volume says so; `python` is its Python.
    """

    service: str
    file: str = "docker-compose.yml"
    directory: str = ""
    python: str = ""


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
class Tls:
    """What the name of a Go DSN's `tls=` stands for: files, and what is verified: full, ca or none."""

    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None
    verify: str = "full"


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
    tls: Tls | None = None
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
