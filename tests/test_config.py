from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from migkit import config
from migkit.errors import ConfigError
from migkit.model import Conventions, Journal, LintLevels, Policy, Project, SoftDelete, Timestamps, TitleRules, Vpn
from migkit.product import ServerSettings

Load = Callable[..., Project]

WHOLE = """
default_schema = "bin-manager"
images = { "mysql:9.7" = "registry.example/mysql:9.7", "postgresql" = "registry.example/pg" }

[schemas.bin-manager]
directory = "db/bin-manager"
ini = "other.ini"
database = "voipbin"
engine = "mysql:9.7"
engines = ["mysql:9.7", "mariadb:10.11"]
style = "ops"
url_env = "DATABASE_URL"
url_driver = "postgresql+asyncpg"
env = { SECRET_KEY = "x" }
requirements = ["sqlalchemy<2"]
base_sql = "base.sql"
seed = "rows:load"
seed_at = "abc"
development = "env:DEV_URL"
server.charset = "utf8mb4"
server.sql_mode = ""
server.lower_case_table_names = 1
server.privileges = ["ALL"]
server.args = ["-x"]
server.extensions = ["e"]
baseline = "known.json"
compose = { service = "app", file = "compose.yml" }
commit = "feat(dbscheme): {title}"
idempotent = { policy = "required", since = "abc" }
offline = { policy = "reported" }

[schemas.bin-manager.title]
actions = ["add", "rename"]
items = ["table", "column"]
max_length = 80

[schemas.bin-manager.conventions]
uuid_type = "BINARY(16)"
table_prefixes = ["call_", "customer_"]
timestamps = { pattern = "tm_*", type = "DATETIME(6)" }
soft_delete = { column = "tm_delete" }

[schemas.bin-manager.lint]
off = ["my-fulltext-spatial"]
error = ["uuid-type"]

[schemas.bin-manager.targets.production]
url = "keyring:prod"
hosts = ["db.internal:3306", "[::1]:3306"]
server_id = "u-u-i-d"
vpn = { interfaces = ["wg*"], networks = ["10.126.0.0/16"] }
tls = { ca = "ca.pem", verify = "ca" }
branch = "release"
agents = true
proof = "fresh"
journal = { folder = "journal", table = false }
connect_timeout = "500ms"
lock_timeout = "1.5s"
statement_timeout = "15min"
max_blocked_rows = 7
"""
PLAIN = '[schemas.app]\ndirectory = "db"\nengine = "mysql:9.7"\n'


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    """Write migkit.toml (or another file) and load it."""
    monkeypatch.chdir(tmp_path)

    def write(text: str, name: str = "migkit.toml", **env: str) -> Project:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return config.load(tmp_path, env)

    return write


def test_every_published_key_is_read(load: Load, tmp_path: Path) -> None:
    project = load(WHOLE)
    schema = project.schemas["bin-manager"]
    assert (project.root, project.path, project.default_schema) == (tmp_path, tmp_path / "migkit.toml", "bin-manager")
    assert project.images == {"mysql:9.7": "registry.example/mysql:9.7", "postgresql": "registry.example/pg"}
    directory = tmp_path / "db/bin-manager"
    assert (schema.directory, schema.ini, schema.baseline) == (
        directory,
        directory / "other.ini",
        directory / "known.json",
    )
    assert (schema.database, schema.engine, schema.engines) == ("voipbin", "mysql:9.7", ("mysql:9.7", "mariadb:10.11"))
    assert (schema.style, schema.url_env, schema.url_driver) == ("ops", "DATABASE_URL", "postgresql+asyncpg")
    assert (schema.env, schema.requirements, schema.commit) == (
        {"SECRET_KEY": "x"},
        ("sqlalchemy<2",),
        "feat(dbscheme): {title}",
    )
    assert (schema.base_sql, schema.seed, schema.seed_at) == ("base.sql", "rows:load", "abc")
    assert schema.development == "env:DEV_URL"
    assert schema.server == ServerSettings("utf8mb4", "", "", ("ALL",), ("-x",), ("e",), 1)
    assert schema.compose is not None
    assert (schema.compose.service, schema.compose.file) == ("app", "compose.yml")
    assert (schema.idempotent, schema.offline) == (Policy("required", "abc"), Policy("reported"))
    assert schema.title == TitleRules(("add", "rename"), ("table", "column"), 80)
    assert schema.conventions == Conventions(
        "BINARY(16)", ("call_", "customer_"), Timestamps("tm_*", "DATETIME(6)"), SoftDelete("tm_delete", "NULL")
    )
    assert schema.lint == LintLevels(off=("my-fulltext-spatial",), error=("uuid-type",))


def test_every_published_key_of_a_target_is_read(load: Load, tmp_path: Path) -> None:
    target = load(WHOLE).schemas["bin-manager"].targets["production"]
    assert (target.name, target.url, target.hosts) == ("production", "keyring:prod", ("db.internal:3306", "[::1]:3306"))
    assert target.tls is not None
    assert (target.tls.ca, target.tls.cert, target.tls.verify) == (tmp_path / "ca.pem", None, "ca")
    assert (target.server_id, target.vpn) == ("u-u-i-d", Vpn(("wg*",), ("10.126.0.0/16",)))
    assert (target.branch, target.confirm, target.agents, target.proof) == ("release", "voipbin", True, "fresh")
    assert target.journal == Journal(tmp_path / "journal", table=False)
    assert (target.connect_timeout, target.lock_timeout, target.statement_timeout) == (0.5, 1.5, 900.0)
    assert target.max_blocked_rows == 7


def test_defaults(load: Load, tmp_path: Path) -> None:
    schema = load(PLAIN + "[schemas.app.targets.production]\n").schemas["app"]
    assert (schema.ini, schema.database, schema.engines) == (tmp_path / "db/alembic.ini", "app", ("mysql:9.7",))
    assert (schema.style, schema.development, schema.commit) == ("sql", "ini", "{title}")
    assert (schema.server, schema.server.sql_mode) == (ServerSettings(), None)
    assert schema.baseline == tmp_path / "db/migkit-baseline.json"
    assert (schema.idempotent, schema.offline, schema.title) == (Policy("reported"), Policy("off"), TitleRules())
    target = schema.targets["production"]
    assert (target.url, target.branch, target.confirm, target.vpn, target.agents) == ("ini", "main", "app", None, False)
    assert target.journal == Journal(tmp_path / ".migkit/journal")


PREFIX = "migkit.toml: schemas.app"


@pytest.mark.parametrize(
    ("text", "message", "remedy"),
    [
        ('direktory = "x"', f"{PREFIX}.direktory: unknown key; did you mean directory?", "valid here: base_sql"),
        ("x = 1", f"{PREFIX}.x: unknown key", "valid here: base_sql"),
        ("database = 3", f"{PREFIX}.database: text is needed, not a number", ""),
        ('env = "x"', f"{PREFIX}.env: a table is needed, not text", ""),
        ("env = { A = 1 }", f"{PREFIX}.env.A: text is needed, not a number", ""),
        ('requirements = "x"', f"{PREFIX}.requirements: a list is needed, not text", ""),
        ("requirements = [1]", f"{PREFIX}.requirements: a list of text is needed", ""),
        ('requirements = [""]', f"{PREFIX}.requirements: a list of text is needed", ""),
        ('style = "sq"', f'{PREFIX}.style: "sq" is not valid; did you mean sql?', "valid here: sql, ops"),
        ('engines = ["mysq:9"]', f"{PREFIX}.engines: no such engine: 'mysq:9'", "mysql"),
        ('engines = ["mysql:x"]', f"{PREFIX}.engines: not a version", ""),
        ('url_env = "A-B"', f'{PREFIX}.url_env: "A-B" is not valid', "DATABASE_URL"),
        ('url_driver = "a b"', f'{PREFIX}.url_driver: "a b" is not valid', "asyncpg"),
        ('commit = "{titel}"', f"{PREFIX}.commit: unknown field {{titel}}; did you mean title?", "title, schema"),
        ('commit = "{"', f"{PREFIX}.commit:", "twice"),
        ('idempotent = "required"', f"{PREFIX}.idempotent: a table is needed, not text", ""),
        ('idempotent = { policy = "require" }', f"{PREFIX}.idempotent.policy: ", "valid here: required, reported, off"),
        ('offline = { polcy = "off" }', f"{PREFIX}.offline.polcy: unknown key; did you mean policy?", ""),
        ("server = { charset = 1 }", f"{PREFIX}.server.charset: text is needed", ""),
        ("server = { lower_case_table_names = 2 }", f"{PREFIX}.server.lower_case_table_names: 2 is not", ""),
        ('server = { charsets = "x" }', f"{PREFIX}.server.charsets: unknown key; did you mean charset?", ""),
        ("compose = {}", f"{PREFIX}.compose.service: missing", 'service = "app"'),
        ("title = { max_length = 5 }", f"{PREFIX}.title.max_length: 5 is not between 20 and 200", ""),
        ("title = { max_length = true }", f"{PREFIX}.title.max_length: a number is needed, not true or false", ""),
        ('title = { actions = ["Add"] }', f'{PREFIX}.title.actions: "Add" is no word', ""),
        ('lint = { of = ["x"] }', f"{PREFIX}.lint.of: unknown key; did you mean off?", ""),
        ('lint = { off = ["x"], error = ["x"] }', f"{PREFIX}.lint.error: x stands in off too", ""),
        ('conventions = { uuid = "x" }', f"{PREFIX}.conventions.uuid: unknown key; did you mean uuid_type?", ""),
        ('conventions = { timestamps = { type = "x" } }', f"{PREFIX}.conventions.timestamps.pattern: missing", "tm_*"),
        ("targets = { p = 1 }", f"{PREFIX}.targets.p: a table is needed", "[schemas.app.targets.p]"),
        ('targets = { p = { host = "x" } }', f"{PREFIX}.targets.p.host: unknown key; did you mean hosts?", ""),
        ('targets = { p = { hosts = ["x"] } }', f'{PREFIX}.targets.p.hosts: "x" is no address', "db.internal:3306"),
        ('targets = { p = { hosts = ["x:99999"] } }', f"{PREFIX}.targets.p.hosts:", "db.internal:3306"),
        ('targets = { p = { hosts = ["*.internal:3306"] } }', f'{PREFIX}.targets.p.hosts: "*.internal:3306"', "each"),
        ('targets = { p = { hosts = ["a,b:5432"] } }', f'{PREFIX}.targets.p.hosts: "a,b:5432" is not an', "each"),
        ('targets = { p = { tls = { mode = "x" } } }', f"{PREFIX}.targets.p.tls.mode: unknown key", ""),
        ('targets = { p = { tls = { verify = "x" } } }', f'{PREFIX}.targets.p.tls.verify: "x" is not valid', ""),
        ('targets = { p = { agents = "no" } }', f"{PREFIX}.targets.p.agents: true or false is needed, not text", ""),
        ('targets = { p = { proof = "an" } }', f'{PREFIX}.targets.p.proof: "an" is not valid; did you mean any?', ""),
        ('targets = { p = { lock_timeout = "5" } }', f'{PREFIX}.targets.p.lock_timeout: "5" is no duration', "15min"),
        ('targets = { p = { vpn = { networks = ["10.1"] } } }', f"{PREFIX}.targets.p.vpn.networks:", "10.126.0.0/16"),
        ("targets = { p = { journal = { table = 1 } } }", f"{PREFIX}.targets.p.journal.table: true or false", ""),
    ],
)
def test_a_wrong_key_is_named_with_its_file_and_what_is_valid(load: Load, text: str, message: str, remedy: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(PLAIN + text + "\n")
    assert caught.value.message.startswith(message)
    assert caught.value.remedy
    assert remedy in caught.value.remedy
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "migkit.toml: schemas: no schema is configured"),
        ("schemas = 1", "migkit.toml: schemas: a table is needed, not a number"),
        ("[schemas]\napp = 1", "migkit.toml: schemas.app: a table is needed"),
        ('[schemas."a b"]', 'migkit.toml: schemas."a b": no name for a schema'),
        ('[schemas.app]\nengine = "sqlite"', "migkit.toml: schemas.app.directory: missing"),
        ('[schemas.app]\ndirectory = ""\nengine = "sqlite"', "migkit.toml: schemas.app.directory: empty"),
        ('[schemas.app]\ndirectory = "db"', "migkit.toml: schemas.app.engine: missing"),
        ('[schemas.app]\ndirectory = "db"\nengine = "oracle:23"', "migkit.toml: schemas.app.engine: no such engine"),
        ('default_schema = "ap"\n' + PLAIN, 'migkit.toml: default_schema: no schema is called "ap"; did you mean app?'),
        ("default_schem = 1\n" + PLAIN, "migkit.toml: default_schem: unknown key; did you mean default_schema?"),
        ('images = { "mysq" = "x" }\n' + PLAIN, "migkit.toml: images: no such engine: 'mysq'"),
        ('images = { "mysql" = " " }\n' + PLAIN, "migkit.toml: images: the image of mysql is empty"),
        ("a = [", "migkit.toml cannot be read:"),
        ("a = 1\na = 2", "migkit.toml cannot be read:"),
    ],
)
def test_a_wrong_file_is_one_line(load: Load, text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(text)
    assert caught.value.message.startswith(message)
    assert caught.value.remedy


def test_keys_of_a_pyproject_are_named_as_they_stand_there(load: Load) -> None:
    text = '[project]\nname = "x"\n[tool.migkit.schemas.app]\ndirectory = "db"\nengine = "sqlite"\n'
    assert load(text, "pyproject.toml").schemas["app"].engine == "sqlite"
    with pytest.raises(ConfigError, match=r"^pyproject.toml: tool.migkit.schemas.app.styel: .* did you mean style\?"):
        load(text + 'styel = "ops"\n', "pyproject.toml")


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    (tmp_path / "migkit.toml").write_bytes(b"a = '\xff'")
    with pytest.raises(ConfigError, match="cannot be read"):
        config.load(tmp_path, {})


@pytest.mark.parametrize("key", ["development", "targets.p.url"])
def test_a_url_is_never_shown(load: Load, key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(f'{PLAIN}{key} = "root:hunter2@db"\n')
    assert "hunter2" not in caught.value.message + caught.value.remedy


def test_the_nearest_configuration_upwards_is_taken(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "migkit.toml").write_text(PLAIN)
    (tmp_path / "a" / "pyproject.toml").write_text('[project]\nname = "no-table-here"\n')
    assert config.load(inner, {}).path == tmp_path / "migkit.toml"
    (tmp_path / "a" / "pyproject.toml").write_text('[tool.migkit.schemas.n]\ndirectory = "d"\nengine = "sqlite"\n')
    assert list(config.load(inner, {}).schemas) == ["n"]


def test_migkit_config_names_the_file(tmp_path: Path, load: Load) -> None:
    (tmp_path / "ci.toml").write_text('[schemas.ci]\ndirectory = "d"\nengine = "sqlite"\n')
    assert list(load(PLAIN, MIGKIT_CONFIG="ci.toml").schemas) == ["ci"]
    with pytest.raises(ConfigError, match=r"MIGKIT_CONFIG names .*nowhere.toml"):
        load(PLAIN, MIGKIT_CONFIG="nowhere.toml")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    with pytest.raises(ConfigError, match=r"no .tool.migkit. table"):
        load(PLAIN, MIGKIT_CONFIG="pyproject.toml")


def test_two_configurations_in_one_folder_are_refused(tmp_path: Path, load: Load) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.migkit.schemas.n]\ndirectory = "d"\nengine = "sqlite"\n')
    with pytest.raises(ConfigError, match="holds two configurations"):
        load(PLAIN)


def test_no_configuration_says_what_to_write(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no configuration") as caught:
        config.load(tmp_path, {})
    assert "[schemas.NAME]" in caught.value.remedy


def test_an_image_from_the_environment_wins(load: Load) -> None:
    text = 'images = { "mysql:9.7" = "a", "mariadb:10.11" = "b" }\n' + PLAIN
    images = load(text, MIGKIT_IMAGE_MYSQL="mine", MIGKIT_IMAGE_POSTGRESQL="pg", MIGKIT_IMAGE_MARIADB="").images
    assert images == {"mysql": "mine", "postgresql": "pg", "mariadb:10.11": "b"}


TWO = PLAIN + '[schemas.asterisk]\ndirectory = "asterisk"\nengine = "sqlite"\n'


def test_the_only_schema_is_chosen(load: Load, tmp_path: Path) -> None:
    (tmp_path / "db").mkdir()
    assert config.choose(load(PLAIN), "").name == "app"


def test_the_default_schema_is_chosen(load: Load, tmp_path: Path) -> None:
    (tmp_path / "db").mkdir()
    project = load('default_schema = "app"\n' + TWO)
    assert config.choose(project, "").name == "app"


def test_a_schema_has_to_be_named_where_there_are_several(load: Load) -> None:
    with pytest.raises(ConfigError, match=r"which schema.*app, asterisk") as caught:
        config.choose(load(TWO), "")
    assert "--schema" in caught.value.remedy


def test_an_unknown_schema_is_answered_with_the_valid_ones(load: Load) -> None:
    with pytest.raises(ConfigError, match='no schema "asterix"; did you mean asterisk') as caught:
        config.choose(load(TWO), "asterix")
    assert caught.value.remedy == "valid here: app, asterisk"


def test_a_missing_directory_is_named_and_stops_its_own_schema_alone(load: Load, tmp_path: Path) -> None:
    project = load(TWO)
    (tmp_path / "db").mkdir()
    (tmp_path / "asterisk_config").mkdir()
    assert config.choose(project, "app").name == "app"
    with pytest.raises(
        ConfigError, match=r"migkit.toml: schemas.asterisk.directory: no directory .*asterisk"
    ) as caught:
        config.choose(project, "asterisk")
    assert "did you mean asterisk_config?" in caught.value.message
