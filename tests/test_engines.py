import pickle
from dataclasses import replace

import pytest

from migkit import engines
from migkit.engines import MARIADB, MYSQL, POSTGRESQL, SQLITE, parse
from migkit.errors import ConfigError
from migkit.model import Engine
from migkit.product import Family, Identity, ServerSettings


@pytest.mark.parametrize("spec", ["mysql:9.7", "mysql:8.4.6", "mariadb:10.11", "postgresql:17", "sqlite"])
def test_an_engine_is_named_as_it_is_written(spec: str) -> None:
    assert parse(spec).name == spec


def test_a_product_without_a_version_has_the_usual_one() -> None:
    assert parse("mysql") == MYSQL
    assert parse("postgresql") == POSTGRESQL


@pytest.mark.parametrize(
    ("spec", "nearest"),
    [
        ("postgres:17", "postgresql:17"),
        ("mysq:8.4", "mysql:8.4"),
        ("MariaDB:11.4", "mariadb:11.4"),
        ("sqlite3", "sqlite"),
        ("oracle:19", "'mysql:9.7' or 'mariadb:10.11' or 'postgresql:17' or 'sqlite'"),
        ("", "mysql:9.7"),
    ],
)
def test_an_unknown_engine_names_the_nearest(spec: str, nearest: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(spec)
    assert repr(spec) in caught.value.message
    assert nearest in caught.value.remedy


@pytest.mark.parametrize("spec", ["mysql:", "mysql:latest", "mysql:8.4-oracle", "mysql:8..4", "sqlite:3", "mysql:8:x"])
def test_a_version_is_a_number_of_a_product_that_has_one(spec: str) -> None:
    with pytest.raises(ConfigError, match="version"):
        parse(spec)


@pytest.mark.parametrize(
    ("drivername", "engine"),
    [
        ("mysql", MYSQL),
        ("mysql+aiomysql", MYSQL),
        ("mariadb+pymysql", MARIADB),
        ("postgresql+asyncpg", POSTGRESQL),
        ("postgres", POSTGRESQL),
        ("sqlite+aiosqlite", SQLITE),
    ],
)
def test_a_url_s_dialect_names_the_product(drivername: str, engine: object) -> None:
    assert engines.find(drivername) is engine


def test_a_foreign_dialect_is_refused() -> None:
    with pytest.raises(ConfigError, match="oracle"):
        engines.find("oracle+cx_oracle")


@pytest.mark.parametrize(
    ("spec", "extensions", "image"),
    [
        ("mysql:8.4", (), "mysql:8.4"),
        ("mariadb:11.4", (), "mariadb:11.4"),
        ("postgresql:17", (), "postgres:17"),
        ("postgresql:17", ("postgis", "hstore"), "postgis/postgis:17-3.5"),
        ("postgresql:18.1", ("postgis",), "postgis/postgis:18-3.6"),
    ],
)
def test_the_official_image(spec: str, extensions: tuple[str, ...], image: str) -> None:
    engine = parse(spec)
    assert engine.container is not None
    assert engine.container.official(engine.version, extensions) == image


@pytest.mark.parametrize(
    ("engine", "row", "identity"),
    [
        (MYSQL, ("9.7.4-2", "(Debian)"), Identity("mysql", "MySQL", "9.7.4")),
        (MYSQL, ("8.0.36-28", "Percona Server (GPL), Release 28"), Identity("mysql", "Percona Server", "8.0.36")),
        (MYSQL, ("8.0.mysql_aurora.3.04.0", "MySQL"), Identity("mysql", "MySQL", "8.0")),
        (MYSQL, ("10.11.19-MariaDB-0+deb12u1-log", "Debian 12"), Identity("mariadb", "MariaDB", "10.11.19")),
        (MARIADB, ("8.4.6", "MySQL Community Server - GPL"), Identity("mysql", "MySQL", "8.4.6")),
        (MYSQL, ("8.0.11-TiDB-v7.5.0", "TiDB Server (Apache License 2.0)"), None),
        (POSTGRESQL, ("PostgreSQL 15.18 (Debian) on x86",), Identity("postgresql", "PostgreSQL", "15.18")),
        (POSTGRESQL, ("PostgreSQL 11.2-YB-2.20.0.0-b0 on x86_64",), None),
        (POSTGRESQL, ("CockroachDB CCL v23.1.11",), None),
        (POSTGRESQL, ("PostgreSQL 8.0.2 on i686-pc-linux-gnu, Redshift 1.0.7",), None),
    ],
)
def test_a_server_is_what_it_says(engine: Engine, row: tuple[str, ...], identity: Identity | None) -> None:
    assert engine.console is not None
    assert engine.console.identify(row) == identity


@pytest.mark.parametrize(
    ("wanted", "family", "found", "same"),
    [
        ("mysql:9.7", "mysql", "9.7.4", True),
        ("mysql:8", "mysql", "8.4.6", True),
        ("mysql:8.4.6", "mysql", "8.4.60", True),
        ("mysql:8.4", "mysql", "9.7.4", False),
        ("mysql:8.4", "mysql", "8.40.1", False),
        ("mariadb:10.11", "mariadb", "10.6.22", False),
        ("mariadb:10.11", "mariadb", "11.8.3", False),
        ("postgresql:17.2", "postgresql", "17.5", True),
        ("postgresql:17", "postgresql", "15.18", False),
        ("mysql:8.0", "mysql", "8.4.6", False),
        ("mysql:9.7", "mariadb", "9.7.4", False),
        ("postgresql:17", "postgresql", "17.2", True),
        ("postgresql:1", "postgresql", "17.2", False),
    ],
)
def test_a_version_matches_by_its_release_series(wanted: str, family: Family, found: str, same: bool) -> None:
    assert engines.matches(parse(wanted), Identity(family, "", found)) is same


def test_another_product_that_runs_is_named_by_its_release_series() -> None:
    assert engines.running(parse("mysql:8.4"), Identity("mysql", "MySQL", "8.4.6")).name == "mysql:8.4"
    assert engines.running(parse("mysql:8.4"), Identity("mysql", "MySQL", "9.7.4")).name == "mysql:9.7"
    assert engines.running(parse("mysql:9.7"), Identity("mariadb", "", "10.11.19")).name == "mariadb:10.11"
    assert engines.running(parse("postgresql:17"), Identity("postgresql", "", "15.18")).name == "postgresql:15"


@pytest.mark.parametrize(
    ("settings", "statement"),
    [
        (ServerSettings(), "CREATE DATABASE `a``b`"),
        (ServerSettings(charset="utf8mb3"), "CREATE DATABASE `a``b` CHARACTER SET utf8mb3"),
        (ServerSettings(collation="utf8mb3_bin"), "CREATE DATABASE `a``b` COLLATE utf8mb3_bin"),
        (ServerSettings(collation="uca1400_ai_ci"), "CREATE DATABASE `a``b` COLLATE uca1400_ai_ci"),
    ],
)
def test_mysql_makes_a_database(settings: ServerSettings, statement: str) -> None:
    assert MYSQL.console is not None
    assert MYSQL.console.create_database("a`b", settings) == statement


@pytest.mark.parametrize("key", ["charset", "collation"])
def test_mysql_takes_no_statement_for_a_charset(key: str) -> None:
    assert MYSQL.console is not None
    with pytest.raises(ConfigError, match=key):
        MYSQL.console.create_database("a", replace(ServerSettings(charset="utf8mb4"), **{key: "x; DROP DATABASE a"}))


def test_postgresql_makes_a_database() -> None:
    assert POSTGRESQL.console is not None
    made = POSTGRESQL.console.create_database('a"b', ServerSettings(collation="C'"))
    assert made == """CREATE DATABASE "a""b" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C''' LC_CTYPE 'C'''"""


def test_settings_become_arguments_and_the_schema_s_own_come_last() -> None:
    assert MYSQL.container is not None
    settings = ServerSettings(collation="utf8mb3_bin", sql_mode="", args=("--sync-binlog=1",))
    arguments = MYSQL.container.arguments(settings)
    assert arguments[-4:] == (
        "--character-set-server=utf8mb3",
        "--collation-server=utf8mb3_bin",
        "--sql-mode=",
        "--sync-binlog=1",
    )
    assert not [word for word in MYSQL.container.arguments(ServerSettings()) if "sql-mode" in word or "char" in word]


@pytest.mark.parametrize("engine", engines.ENGINES.values(), ids=str)
def test_an_engine_travels_to_another_process_and_is_a_key(engine: Engine) -> None:
    assert pickle.loads(pickle.dumps(engine)) == engine
    assert hash(engine) == hash(replace(engine))


def test_the_environment_s_image_variables() -> None:
    assert engines.variables() == {
        "MIGKIT_IMAGE_MYSQL": "mysql",
        "MIGKIT_IMAGE_MARIADB": "mariadb",
        "MIGKIT_IMAGE_POSTGRESQL": "postgresql",
    }
