"""What is read out of a history without running it: titles, conventions, where env.py takes its URL from."""

from __future__ import annotations

from pathlib import Path

import pytest

from migkit.starting import habits
from migkit.starting.containers import images, services
from migkit.starting.dependencies import declared, needed, wants_sqlalchemy_1
from migkit.starting.environment import Variable, environment, settings_variable
from migkit.starting.products import engine
from migkit.starting.repository import repository
from migkit.starting.revisions import Made, Read, revisions
from migkit.starting.titles import titles
from tests.starting import ASYNC, git, history, write

NAMES = ["calls_create_table", "calls_add_column_a", "calls_add_column_b", "calls_remove_index_c"]


def env(tmp_path: Path, source: str) -> object:
    return environment(write(tmp_path, {"env.py": source}))


# titles


def test_titles_that_are_names_with_words_of_the_teams_own() -> None:
    used = titles(
        [*NAMES, "calls_alter_column_d", "calls_alter_column_e", "flows_add_view_f", "flows_add_view_g", "init"]
    )
    assert used.rules.form == "name"
    assert used.rules.actions == ("create", "add", "remove", "update", "drop", "alter")
    assert used.rules.items[-1] == "view"
    assert (used.follow, used.total, used.share) == (8, 9, "88 % (8 of 9)")
    assert used.examples == ("init",)
    assert used.actions == {"add": 4, "alter": 2, "create": 1, "remove": 1}
    assert used.sure


def test_a_word_that_is_used_once_is_no_convention() -> None:
    used = titles([*NAMES, "calls_rename_column_x"])
    assert "rename" not in used.rules.actions
    assert used.examples == ("calls_rename_column_x",)


def test_titles_that_are_sentences() -> None:
    used = titles(["add users", "create accounts and users", "enable postgis", "initial", "calls_add_column_b"])
    assert (used.rules.form, used.follow, used.total) == ("sentence", 3, 5)
    assert not used.sure


def test_no_titles_and_long_ones() -> None:
    assert titles([]).share == "no title yet"
    long = "_".join(["customers_add_column", *["name"] * 20])
    assert titles([long] * 4).rules.max_length == 120


# conventions


def made(name: str, type_: str, table: str = "t", default: str = "") -> Made:
    return Made(table, name, type_, default)


@pytest.mark.parametrize(
    ("types", "dialect", "uuid"),
    [
        (["BINARY(16)"] * 5, "mysql", "BINARY(16)"),
        (["BINARY(16)"] * 4 + ["INT"], "mysql", "BINARY(16)"),
        (["BINARY(16)"] * 3 + ["INT"] * 2, "mysql", ""),
        (["INT"] * 9, "mysql", ""),
        (["BINARY(16)"] * 2, "mysql", ""),
        (["sa.Uuid()", "postgresql.UUID(as_uuid=True)", "UUID"], "postgres", "UUID"),
        (["sa.String(length=36)", "sa.String(36)", "sa.VARCHAR(36)"], "mysql", "VARCHAR(36)"),
        (["mysql.BINARY(16)", "sa.BINARY(16)", "sa.BINARY(length=16)"], "mysql", "BINARY(16)"),
    ],
)
def test_the_type_of_ids(types: list[str], dialect: str, uuid: str) -> None:
    columns = [made("id" if number % 2 else "call_id", type_) for number, type_ in enumerate(types)]
    assert habits.uuid_type(columns, dialect) == uuid


@pytest.mark.parametrize(
    ("names", "type_", "dialect", "found"),
    [
        (["tm_create", "tm_update", "tm_delete"], "DATETIME(6)", "mysql", ("tm_*", "DATETIME(6)")),
        (
            ["created_at", "updated_at", "seen_at"],
            "sa.DateTime(timezone=True)",
            "postgres",
            ("*_at", "TIMESTAMP WITH TIME ZONE"),
        ),
        (["created_at", "updated_at", "seen_at"], "TIMESTAMPTZ", "postgres", ("*_at", "TIMESTAMP WITH TIME ZONE")),
        (["created_at", "updated_at", "seen_at"], "sa.DateTime()", "mysql", ("*_at", "DATETIME")),
        (["created_at", "updated_at", "seen_at"], "sa.DateTime()", "postgres", ("*_at", "TIMESTAMP")),
        (["created_at", "updated_at", "seen_at"], "mysql.DATETIME(fsp=6)", "mysql", ("*_at", "DATETIME(6)")),
        (["created", "birthday", "tm_x", "a_at"], "DATETIME", "mysql", None),
        (["tm_create", "tm_update"], "DATETIME(6)", "mysql", None),
    ],
)
def test_timestamps(names: list[str], type_: str, dialect: str, found: object) -> None:
    assert habits.timestamps([made(name, type_) for name in names], dialect) == found


def test_soft_delete_is_what_most_tables_have() -> None:
    tables = [f"t{number}" for number in range(5)]
    columns = [made("deleted_at", "DATETIME", table) for table in tables[:3]]
    assert habits.soft_delete(columns, tables) == ("deleted_at", "NULL")
    assert habits.soft_delete(columns[:2], tables) is None
    assert habits.soft_delete(columns, [*tables, "u", "v"]) is None
    far = [made("tm_delete", "DATETIME(6)", table, "'9999-01-01 00:00:00.000000'") for table in tables]
    assert habits.soft_delete(far, tables) == ("tm_delete", "'9999-01-01 00:00:00.000000'")


def test_prefixes_are_those_that_nearly_all_tables_share() -> None:
    tables = ["call_calls", "call_groups", "flow_flows", "flow_steps", "billing_plans", "billing_accounts", "meta"]
    assert habits.prefixes(tables) == ("billing_", "call_", "flow_")
    assert habits.prefixes([*tables, "a", "b", "c"]) == ()
    assert habits.prefixes(["call_a", "call_b"]) == ()
    assert habits.prefixes([f"table_{number}" for number in "abcdef"]) == ("table_",)


@pytest.mark.parametrize(
    ("upgrade", "style"),
    [
        ('op.execute("ALTER TABLE t ADD a INT")', "sql"),
        ('op.execute(sa.text("ALTER TABLE t ADD a INT"))', "sql"),
        ('op.add_column("t", sa.Column("a", sa.Integer()))', "ops"),
        ('op.add_column("t", sa.Column("a", sa.Integer())); op.execute("UPDATE t SET a = 1")', "ops"),
    ],
)
def test_the_style_that_prevails(tmp_path: Path, upgrade: str, style: str) -> None:
    history(tmp_path, titles=NAMES, bodies=dict.fromkeys(NAMES[:3], (upgrade, "pass")))
    reads = revisions([tmp_path / "migrations/versions"], "mysql")
    assert habits.style(reads) == (style, 3, 3)


def test_columns_are_read_out_of_sql_and_of_operations(tmp_path: Path) -> None:
    sql = '''op.execute("""CREATE TABLE IF NOT EXISTS `calls` (
        id binary(16) NOT NULL, tm_delete datetime(6) DEFAULT NULL, PRIMARY KEY (id)) ENGINE=InnoDB""")
    op.execute("alter table calls add column note varchar(255) default 'a;b' after id")
    op.execute("this is no SQL (((")
    op.execute(f"drop table {1}")'''
    ops = 'op.create_table("flows", sa.Column("id", sa.Uuid(), primary_key=True), sa.PrimaryKeyConstraint("id"))'
    history(
        tmp_path,
        titles=["a_create_table", "b_create_table"],
        bodies={"a_create_table": (sql, "pass"), "b_create_table": (ops, "pass")},
    )
    first, second = revisions([tmp_path / "migrations/versions"], "mysql")
    assert (first.tables, second.tables) == (("calls",), ("flows",))
    assert first.columns == (
        made("id", "BINARY(16)", "calls"),
        made("tm_delete", "DATETIME(6)", "calls", "NULL"),
        made("note", "VARCHAR(255)", "calls", "'a;b'"),
    )
    assert second.columns == (made("id", "sa.Uuid()", "flows"),)


def test_files_that_are_no_revision_are_left_out(tmp_path: Path) -> None:
    history(tmp_path)
    write(tmp_path / "migrations/versions", {"a.py": "def (", "b.py": "x = 1\n", "c.py": "\x00", "__init__.py": ""})
    assert [read.title for read in revisions([tmp_path / "migrations/versions"], "")] == ["customers_create_table"]


# env.py


@pytest.mark.parametrize(
    ("line", "required"),
    [
        ('os.environ["DATABASE_URL"]', True),
        ('os.environ.get("DATABASE_URL", "")', False),
        ('os.getenv("DATABASE_URL")', False),
        ('environ["DATABASE_URL"]', True),
        ('getenv("DATABASE_URL")', False),
    ],
)
def test_the_variable_that_env_py_reads(tmp_path: Path, line: str, required: bool) -> None:
    found = env(tmp_path, f"import os\nurl = {line}\nlevel = os.environ['LOG_LEVEL']\n")
    assert found.url == (Variable("DATABASE_URL", required),)  # type: ignore[attr-defined]


def test_pieces_of_a_url_and_settings_of_the_application(tmp_path: Path) -> None:
    found = environment(
        write(tmp_path / "a", {"env.py": "import os\nx = os.environ['DB_HOST'] + os.environ['DB_PASSWORD']\n"})
    )
    assert (found.url, found.parts) == ((), ("DB_HOST", "DB_PASSWORD"))
    source = "from app.core import get_settings\nurl = str(get_settings().database_url)\n"
    assert environment(write(tmp_path / "b", {"env.py": source})).settings == "get_settings().database_url"


def test_an_async_env_py_and_the_driver_that_it_wants(tmp_path: Path) -> None:
    found = environment(write(tmp_path, {"env.py": ASYNC}))
    assert found.is_async
    assert found.url == (Variable("APP_DATABASE_URL", required=True),)
    assert found.drivers == ("postgresql+asyncpg",)


def test_an_env_py_that_puts_the_driver_in_wants_a_bare_dialect(tmp_path: Path) -> None:
    source = "import os\nu = os.environ['DATABASE_URL'].replace('postgresql://', 'postgresql+asyncpg://')\n"
    assert environment(write(tmp_path, {"env.py": source})).replaced == "postgresql"


@pytest.mark.parametrize("source", ["def (", "\x00", "(" * 500])
def test_an_env_py_that_is_no_python(tmp_path: Path, source: str) -> None:
    assert not environment(write(tmp_path, {"env.py": source})).readable


# engines


def choose(
    tmp_path: Path, files: dict[str, str], drivers: tuple[str, ...] = (), host: str = "", *sources: str
) -> tuple[str, bool]:
    found = repository(write(tmp_path, files))
    reads = [Read(Path("x"), "", merge=False, source=source) for source in sources]
    choice = engine(drivers, host, reads, images(found), declared(found))
    return choice.engine.name, bool(choice.doubt)


def service(image: str) -> str:
    return f"services:\n  db:\n    image: {image}\n"


@pytest.mark.parametrize(
    ("image", "driver", "name", "unsure"),
    [
        ("mysql:8.0", "mysql+pymysql", "mysql:8.0", False),
        ("mysql:8.4.3", "mysql", "mysql:8.4", False),
        ("mariadb:10.11", "mysql+pymysql", "mariadb:10.11", False),
        ("postgis/postgis:15-3.3", "postgresql", "postgresql:15", False),
        ("postgres:16.3-alpine", "postgresql+asyncpg", "postgresql:16", False),
        ("timescale/timescaledb:2.11.0-pg15", "postgres", "postgresql:15", False),
        ("registry.test:5000/library/mysql:8.0@sha256:aa", "mysql", "mysql:8.0", False),
        ('"mysql:${MYSQL_VERSION:-8.4}"', "mysql", "mysql:8.4", False),
        ("mysql", "mysql", "mysql:9.7", True),
        ("mysql:latest", "mysql", "mysql:9.7", True),
        ("redis:7", "mysql", "mysql:9.7", True),
        ("postgres:16", "mysql", "mysql:9.7", True),
        ("mysql:8.0", "sqlite", "sqlite", False),
    ],
)
def test_the_version_is_the_images(tmp_path: Path, image: str, driver: str, name: str, unsure: bool) -> None:
    assert choose(tmp_path, {"docker-compose.yml": service(image)}, (driver,)) == (name, unsure)


def test_of_several_images_the_urls_host_says_which(tmp_path: Path) -> None:
    text = "services:\n  old:\n    image: mysql:5.7\n  db:\n    image: mysql:8.0\n"
    assert choose(tmp_path, {"compose.yaml": text}, ("mysql",), "db") == ("mysql:8.0", False)
    assert choose(tmp_path, {"compose.yaml": text}, ("mysql",), "elsewhere") == ("mysql:5.7", True)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("from sqlalchemy.dialects import postgresql\n", "postgresql:17"),
        ("import geoalchemy2\n", "postgresql:17"),
        ('op.execute("CREATE TABLE `a` (b INT) ENGINE=InnoDB")', "mysql:9.7"),
        ("from sqlalchemy.dialects import mysql\n", "mysql:9.7"),
        ("pass", "sqlite"),
    ],
)
def test_without_a_url_the_revisions_say_which_product(tmp_path: Path, source: str, name: str) -> None:
    assert choose(tmp_path, {}, (), "", source)[0] == name


def test_without_anything_else_packages_say_it(tmp_path: Path) -> None:
    assert choose(tmp_path / "a", {"requirements.txt": "Flask\nPyMySQL==1.1  # driver\n"})[0] == "mysql:9.7"
    toml = '[tool.poetry.dependencies]\npython = "^3.11"\nasyncpg = "^0.29"\nsqlalchemy = {version = "^2"}\n'
    assert choose(tmp_path / "b", {"pyproject.toml": toml})[0] == "postgresql:17"
    assert choose(tmp_path / "c", {"requirements.txt": "psycopg2\npymysql\n"}) == ("sqlite", True)


@pytest.mark.parametrize("text", ["services: [", "- a\n- b\n", "services: 7\n", "a: !reference [b]\n", "&a [*a]\n", ""])
def test_a_broken_compose_file_says_nothing(tmp_path: Path, text: str) -> None:
    assert images(repository(write(tmp_path, {"docker-compose.yml": text}))) == ()


def test_services_that_have_a_folder(tmp_path: Path) -> None:
    text = """
services:
  db:
    image: mysql:8.0
    volumes: ["./data:/d"]
  app:
    build: {context: ./api}
  web:
    volumes: [./api/db:/db]
"""
    found = services(repository(write(tmp_path, {"deploy/docker-compose.yml": text})))
    assert [(each.name, str(each.folder)) for each in found] == [("app", "deploy/api"), ("web", "deploy/api/db")]


@pytest.mark.parametrize(
    ("requirement", "old"),
    [
        ("sqlalchemy<2", True),
        ("SQLAlchemy==1.4.54", True),
        ("sqlalchemy~=1.4", True),
        ("sqlalchemy>=1.4", False),
        ("sqlalchemy", False),
    ],
)
def test_a_pin_below_two(tmp_path: Path, requirement: str, old: bool) -> None:
    assert wants_sqlalchemy_1(declared(repository(write(tmp_path, {"requirements.txt": requirement})))) is old


def test_what_imports_need(tmp_path: Path) -> None:
    write(tmp_path, {"src/app/models.py": "", "requirements/base.in": "attrs\n"})
    packages = declared(repository(tmp_path))
    imported = ["os", "alembic", "sqlalchemy.dialects", "geoalchemy2", "app.models", "attrs", "unheard_of"]
    assert needed(imported, [tmp_path / "src"], packages) == (["GeoAlchemy2", "attrs"], ["app"])


# files


def test_what_git_ignores_and_what_was_installed_is_not_the_repositorys(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            ".gitignore": "secret/\n", "a/alembic.ini": "", "secret/alembic.ini": "", ".venv/x.ini": "",
            "node_modules/x.ini": "", "lib/site-packages/x.ini": "", "build/x.ini": "", "env/pyvenv.cfg": "",
            "env/x.ini": "",
        },
    )  # fmt: skip
    plain = {str(path) for path in repository(tmp_path).files}
    assert plain == {".gitignore", "a/alembic.ini", "secret/alembic.ini"}
    git(tmp_path, "init", "-q")
    assert {str(path) for path in repository(tmp_path).files} == {".gitignore", "a/alembic.ini"}


@pytest.mark.parametrize(
    ("source", "settings", "variable"),
    [
        ("class Settings(BaseSettings):\n    DATABASE_URL: str\n", "settings.DATABASE_URL", "DATABASE_URL"),
        ("class S(pydantic.BaseSettings):\n    db_url: str = 'x'\n", "get_settings().db_url", "DB_URL"),
        ("class S(BaseSettings):\n    db_url: str\n    model_config = dict(env_prefix='A_')\n", "settings.db_url", ""),
        ("class S(BaseSettings):\n    host: str\n", "settings.db_url", ""),
        ("DB_URL = os.environ['APP_DATABASE_URL']\n", "DB_URL", "APP_DATABASE_URL"),
        ("DB_URL = os.environ['A_URL'] or os.environ['B_URL']\n", "DB_URL", ""),
        ("DB_URL = 'sqlite:///x'\n", "DB_URL", ""),
        ("def (", "DB_URL", ""),
    ],
)
def test_the_variable_behind_an_applications_settings(source: str, settings: str, variable: str) -> None:
    assert settings_variable(source, settings) == variable


@pytest.mark.parametrize(
    ("line", "overrides"),
    [
        ('config.set_main_option("sqlalchemy.url", url)', True),
        ('config.set_section_option(section, "sqlalchemy.url", url)', True),
        ('config.get_main_option("sqlalchemy.url")', False),
        ('config.set_main_option("version_table", "x")', False),
    ],
)
def test_whether_the_inis_url_counts(tmp_path: Path, line: str, overrides: bool) -> None:
    assert environment(write(tmp_path, {"env.py": line})).overrides is overrides


def test_a_driver_that_env_py_takes_out_is_not_wanted(tmp_path: Path) -> None:
    source = "u = u.replace('postgresql+asyncpg://', 'postgresql://')\nv = f'mysql+pymysql://{x}@h/d'\n"
    found = environment(write(tmp_path, {"env.py": source}))
    assert (found.driver, found.replaced) == ("mysql+pymysql", "")
