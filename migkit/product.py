"""What differs between database products where servers are started and databases made: functions and facts as fields.

The values are in `migkit.engines`; the `Engine` that carries them is a noun of `migkit.model`.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from migkit.values import dataclass

if TYPE_CHECKING:
    from migkit.gate import Gate
    from migkit.lease import Lease
    from migkit.ledger import Ledger
    from migkit.questions import Questions

Family = Literal["mysql", "mariadb", "postgresql", "sqlite"]


def quoted(name: str) -> str:
    """Quote an identifier as the SQL standard does: PostgreSQL and SQLite."""
    return '"' + name.replace('"', '""') + '"'


@dataclass(frozen=True, slots=True)
class Columns:
    """What columns can be on a product.

    `places` is whether one can be put after another, `forgets` whether a change of type forgets what is not said
    again, `frees` whether the indexes on a column go with it when it is dropped. `enums` says what an enum is: a type
    of its own, a column, or nothing. `geometry(kind, srid)` spells the type of a geometry; None is that there is none.
    `clauses` are the first words of what a definition may hold besides type, collation, NULL and default, and keeps
    when the type changes.
    """

    places: bool = False
    forgets: bool = False
    frees: bool = True
    enums: Literal["type", "column", ""] = ""
    geometry: Callable[[str, str], str] | None = field(default=None, repr=False)
    clauses: frozenset[str] = frozenset({"GENERATED", "AS"})


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """How the throwaway server and its databases are to be made (the `server` key of a schema)."""

    charset: str = ""
    collation: str = ""
    sql_mode: str | None = None
    privileges: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()
    lower_case_table_names: int | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """What a server says it is, in its own words: `product` for people, `version` exact ("9.7.4")."""

    family: Family
    product: str
    version: str


@dataclass(frozen=True, slots=True)
class Installation:
    """A product's server programs in a folder of this machine, whoever put them there.

    `programs` are paths by name (`mariadbd`, `mysqld`, `postgres`, `initdb` …). `environment` is what they need beside
    the caller's own (LD_LIBRARY_PATH), `arguments` what their folder makes necessary (`--basedir`).
    `origin` says for people where they came from.
    """

    identity: Identity
    programs: Mapping[str, Path]
    origin: str
    environment: Mapping[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server of the kit's own lives: a folder that nothing else uses, and a port of the loopback."""

    folder: Path
    port: int = 0

    @property
    def data(self) -> Path:
        """Its data directory."""
        return self.folder / "data"

    @property
    def secret(self) -> Path:
        """The file from which it reads its administrator's password, gone as soon as it has."""
        return self.folder / "secret"


@dataclass(frozen=True, slots=True)
class Command:
    """A program's arguments, and what it reads: `before`, of each of `files` the first that is there, `after`."""

    args: tuple[str, ...]
    before: str = field(default="", repr=False)
    files: tuple[tuple[Path, ...], ...] = ()
    after: str = ""


@dataclass(frozen=True, slots=True)
class Native:
    """How a product's own programs make a data directory and run a throwaway server in it.

    `programs` are the server's names, best first, `helpers` what it needs beside it. `identify` reads what it says to
    `--version`. `prepare` are the commands that fill an empty data directory, and `personal` the files in it that no
    other one may have too. `enter(installation, place, password)` are those that give the administrator his
    password, or else `secret(password)` is the file that the server reads at its start. `arguments` are the server's.
    `stop` is the signal that ends it at once. `controls(program, extension)` are the places of which one must exist
    for the extension to be there.
    """

    programs: tuple[str, ...]
    helpers: tuple[str, ...]
    identify: Callable[[str], Identity | None] = field(repr=False)
    prepare: Callable[[Installation, Place, ServerSettings], tuple[Command, ...]] = field(repr=False)
    personal: tuple[str, ...]
    enter: Callable[[Installation, Place, str], tuple[Command, ...]] = field(repr=False)
    secret: Callable[[str], str] = field(repr=False)
    arguments: Callable[[Installation, Place, ServerSettings], tuple[str, ...]] = field(repr=False)
    stop: signal.Signals
    controls: Callable[[Path, str], tuple[Path, ...]] = field(repr=False)


def _no_arguments(_root: Path) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Package:
    """How a product's server is had without an installation, and how it is installed on a system.

    What comes may be a near relative of what was wanted: `family` and `product` say what it is. It is the package
    `debian` of the distribution's archive, or the first of `wheels` that is installed beside the kit (its `extra`
    brings one). `root` is the folder in it that holds bin and sbin, and `arguments(root)` what the server then must be
    told. `install` and `install_extensions` are the names of a system's own packages, by package manager.
    """

    family: Family
    product: str
    debian: str = ""
    wheels: tuple[str, ...] = ()
    extra: str = ""
    root: str = "."
    arguments: Callable[[Path], tuple[str, ...]] = field(default=_no_arguments, repr=False)
    install: Mapping[str, str] = field(default_factory=dict, repr=False, hash=False)
    install_extensions: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False, hash=False)


@dataclass(frozen=True, slots=True)
class Client:
    """A product's own client, which reads a script on its standard input and ends at the first error.

    `programs` are its names, best first. `arguments(host, port, socket, user, database)` follow the name, and
    `environment(password)` goes with them. `refused(said)` reads from what it wrote on which line it ended, and why.
    """

    programs: tuple[str, ...]
    arguments: Callable[[str, int, str, str, str], tuple[str, ...]] = field(repr=False)
    environment: Callable[[str], dict[str, str]] = field(repr=False)
    refused: Callable[[str], tuple[int, str]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Container:
    """How a product runs in a container.

    `official(version, extensions)` is the usual public image, `own` the repository of the kit's own images (the tag
    is the version), `variable` the environment variable that names another image. `folder` is where the data lives
    when an image declares no volume. `environment(password)` is what the image's entrypoint wants, `arguments` are
    the server's for a throwaway server with these settings.
    """

    official: Callable[[str, Collection[str]], str] = field(repr=False)
    own: str
    variable: str
    folder: str
    environment: Callable[[str], dict[str, str]] = field(repr=False)
    arguments: Callable[[ServerSettings], tuple[str, ...]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Logins:
    """How an administrator makes the login that migrations use. Names go in bare and come out quoted.

    `create(name, password)` are the statements that make it, with no privilege but to log in; `drop(name)` is the one
    that removes it, where it is there. `usual` are its privileges where the configuration names none.
    `grant(name, database, privilege)` are statements of which the first that the server knows gives a privilege: on
    that database alone, where it is one that goes with a database. `restoring_sql` lists what the administrator may
    do ("" where nothing is needed), and `may_restore(rows)` says whether he can make again what the login has made.
    `elevate(name, on)` lets it do more than what goes with its database, for a while: in other databases it may not
    do more on MySQL. `denied(error)` says of a driver's error that the administrator himself may not do this,
    `needs_more(error)` that a login would have to be elevated for it. `listing_sql` lists the logins by name.
    """

    usual: tuple[str, ...]
    create: Callable[[str, str], tuple[str, ...]] = field(repr=False)
    grant: Callable[[str, str, str], tuple[str, ...]] = field(repr=False)
    drop: Callable[[str], str] = field(repr=False)
    restoring_sql: str = field(repr=False)
    may_restore: Callable[[Sequence[Any]], bool] = field(repr=False)
    elevate: Callable[[str, bool], str] = field(repr=False)
    denied: Callable[[BaseException], bool] = field(repr=False)
    listing_sql: str = field(repr=False)
    needs_more: Callable[[BaseException], bool] = field(repr=False)


def cells(rows: Sequence[Sequence[Any]], _database: str) -> frozenset[str]:
    """Give the last cell of each row, as text."""
    return frozenset(str(row[-1]) for row in rows)


@dataclass(frozen=True, slots=True)
class Trait:
    """Something in which two servers may differ, so that the same migration does not do the same on both.

    `name` with `target-` before it is its rule, `level` the severity of a difference. `sql` is asked as the
    migrations' own login in their database; `read(rows, database)` makes words of the answer, which are compared
    without regard to order. `remedy(words)` says how the throwaway server gets to have the target's words.
    """

    name: str
    sql: str = field(repr=False)
    remedy: Callable[[Sequence[str]], str] = field(repr=False, compare=False)
    read: Callable[[Sequence[Sequence[Any]], str], frozenset[str]] = field(default=cells, repr=False)
    level: Literal["note", "warning", "error"] = "warning"


@dataclass(frozen=True, slots=True)
class Console:
    """What an administrator says to a product's server. Names go into the functions bare and come out quoted.

    `database` is what he logs in to ("" is none), `create_database(name, settings, owner)` gives it to a login where
    databases have owners, and `socket_option` the URL option of a socket. `identity_sql`
    gives one row for `identify`; None of it is a product that the kit does not know. `tables_sql` counts the tables
    of the database bound as `:name`. `sessions_sql` lists the sessions ("" where dropping ends them), and
    `end_session(row, database)` ends one of them if it is in the database. `create_extension` is None where there
    are none. `connect_args(driver, loopback, seconds)` are the driver's arguments to connect without TLS on the
    loopback, and to give up in time. `claim_sql` lets a session say that the database `:claim` is in use by a living
    run, for as long as the session lasts; `abandoned_sql` is 1 where nobody says so and no session is in `:name`.
    `databases_sql` lists the databases by name, `wide_sql` whatever else all databases share, by name too.
    `read_only_sql` makes a session refuse to write; `version_tables_sql` lists schema and name of each table that looks
    like Alembic's version table. `target_options` are those options of a target's URL that the
    kit's driver takes and that lead nowhere else, `respelled` other drivers' names for them; `tls_mode` is an option of
    other drivers, and `tls_modes` its values as Go's `tls` has them. `spelled(password)` are the driver's arguments
    where it would spell a password wrongly. `traits` is what a target is compared by, `questions()` how its rows are
    asked about, `ledger()` how it keeps a release's journal,
    `lease()` how a release has a database for itself, `gate()` what a server is asked before one.
    """

    database: str
    socket_option: str
    identity_sql: str = field(repr=False)
    identify: Callable[[Sequence[Any]], Identity | None] = field(repr=False)
    create_database: Callable[[str, ServerSettings, str], str] = field(repr=False)
    drop_database: Callable[[str], str] = field(repr=False)
    create_extension: Callable[[str], str] | None = field(repr=False)
    tables_sql: str = field(repr=False)
    sessions_sql: str = field(repr=False)
    end_session: Callable[[Sequence[Any], str], str] = field(repr=False)
    connect_args: Callable[[str, bool, int], dict[str, Any]] = field(repr=False)
    logins: Logins = field(repr=False)
    databases_sql: str = field(repr=False)
    claim_sql: tuple[str, ...] = field(repr=False)
    abandoned_sql: str = field(repr=False)
    read_only_sql: tuple[str, ...] = field(repr=False)
    version_tables_sql: str = field(repr=False)
    target_options: frozenset[str] = field(repr=False)
    traits: tuple[Trait, ...] = field(repr=False)
    gate: Callable[[], Gate] = field(repr=False)
    questions: Callable[[], Questions] = field(repr=False)
    ledger: Callable[[], Ledger] = field(repr=False)
    lease: Callable[[], Lease] = field(repr=False)
    wide_sql: tuple[str, ...] = field(default=(), repr=False)
    respelled: Mapping[str, str] = field(default_factory=dict, repr=False, hash=False)
    spelled: Callable[[str], Mapping[str, Any]] | None = field(default=None, repr=False)
    tls_mode: str = ""
    tls_modes: Mapping[str, str] = field(default_factory=dict, repr=False, hash=False)
