"""Where a target's URL comes from, and that no other address than a declared one is given."""

from __future__ import annotations

import ssl
import sys
import types
from dataclasses import replace
from pathlib import Path

import pymysql.connections
import pytest

from migkit import address, targets
from migkit.errors import ConfigError, MigkitError, TargetError
from migkit.model import Journal, Project, Schema, Target, Tls
from migkit.targets.wires import arguments
from tests.conftest import MakeSchema
from tests.server.certificates import Authority

HOSTS = ("db.internal:3306",)
URL = "mysql://app:hunter2@db.internal/shop"
only = pytest.mark.parametrize


@pytest.fixture
def given(make_schema: MakeSchema, tmp_path: Path) -> tuple[Project, Schema]:
    schema = make_schema(engine="mysql:9.7", url=URL, name="app")
    target = Target("production", Journal(tmp_path), hosts=HOSTS)
    schema = replace(schema, targets={"production": target})
    return Project(tmp_path, tmp_path / "migkit.toml", {"app": schema}), schema


def declared(given: tuple[Project, Schema], **fields: object) -> targets.Declared:
    project, schema = given
    target = replace(schema.targets["production"], **fields)  # type: ignore[arg-type]  # a test names real fields
    return targets.declared(project, replace(schema, targets={"production": target}), "production")


def refusal(given: tuple[Project, Schema], **fields: object) -> MigkitError:
    with pytest.raises(MigkitError) as caught:
        declared(given, **fields)
    assert "hunter2" not in caught.value.message + caught.value.remedy
    assert caught.value.__cause__ is None or "hunter2" not in str(caught.value.__cause__)
    assert caught.value.remedy
    return caught.value


def test_the_ini_has_it(given: tuple[Project, Schema]) -> None:
    found = declared(given)
    assert str(found.address) == "db.internal:3306/shop"
    assert (found.url.username, found.url.password) == ("app", "hunter2")
    assert "hunter2" not in repr(found)


@pytest.mark.parametrize(
    "broken", ["sqlalchemy.url = mysql://app:x%40hunter2@db.internal/shop", "hunter2 = = [\nhunter2"]
)
def test_an_ini_that_cannot_be_read_is_not_quoted(given: tuple[Project, Schema], broken: str) -> None:
    ini = given[1].ini
    lines = [line for line in ini.read_text(encoding="utf-8").splitlines() if not line.startswith("sqlalchemy.url")]
    ini.write_text("\n".join([lines[0], broken, *lines[1:]]), encoding="utf-8")
    error = refusal(given)
    assert "%%" in error.remedy
    assert isinstance(error, ConfigError)


def test_the_environment_a_file_and_the_text_itself_have_it(
    given: tuple[Project, Schema], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PRODUCTION", URL)
    (tmp_path / "url").write_text(f"{URL}\n")
    for url in ("env:PRODUCTION", "file:url", f"file:{tmp_path}/url", URL):
        assert str(declared(given, url=url).address) == "db.internal:3306/shop"


def test_the_keyring_has_it(given: tuple[Project, Schema], monkeypatch: pytest.MonkeyPatch) -> None:
    kept = {("migkit", "shop"): URL}
    errors = types.ModuleType("keyring.errors")
    errors.KeyringError = RuntimeError  # type: ignore[attr-defined]  # a stand-in for a package that is not installed
    keyring = types.ModuleType("keyring")
    keyring.get_password = lambda service, name: kept.get((service, name))  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    assert str(declared(given, url="keyring:shop").address) == "db.internal:3306/shop"
    assert refusal(given, url="keyring:other").remedy == "keyring set migkit other"


def test_a_missing_keyring_says_what_to_install(given: tuple[Project, Schema], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert refusal(given, url="keyring:shop").remedy == "pip install keyring"


def test_where_there_is_nothing_it_says_so(given: tuple[Project, Schema], tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    assert "NOT_SET" in refusal(given, url="env:NOT_SET").message
    assert "is empty" in refusal(given, url="file:empty").message
    assert "No such file" in refusal(given, url="file:gone").message


@only("hosts", [(), ("db.internal:3307",), ("other.internal:3306",), ("127.0.0.1:3306",)])
def test_an_address_that_is_not_declared_is_refused(given: tuple[Project, Schema], hosts: tuple[str, ...]) -> None:
    error = refusal(given, hosts=hosts)
    assert (type(error), error.exit_code) == (TargetError, 6)
    assert "db.internal:3306" in error.message


@only(
    "url",
    [
        "mysql://app:hunter2@db.internal/shop?unix_socket=/tmp/other",
        "mysql://app:hunter2@db.internal/shop?read_default_file=/tmp/my.cnf",
        "mysql://db.internal/shop?user=app&passwd=hunter2",
        "mysql://app:hunter2@db.internal/shop?db=other",
        "mysql:///shop",
        "app:hunter2@unix(/run/mysqld/mysqld.sock)/shop",
        "app:hunter2@tcp(localhost:3306)/shop",
        "postgresql://app:hunter2@db.internal:3306/shop",
        "mysql://app:hunter2@db.internal:port/shop",
        "mysql://app:x@hunter2@db.internal:3306/shop",
        "app:hunter2@tcp(db.internal:3306)/shop?tls=custom",
        "mysql://app:hunter2@db.internal,other/shop",
        "mysql+pymysql://app:hunter2@db.internal/shop?ssl=true",
        "mysql+mysqldb://app:hunter2@db.internal/shop?ssl_mode=SURELY",
        "mysql+mysqldb://app:hunter2@db.internal/shop?ssl_mode=REQUIRED&ssl_ca=/nowhere/ca.pem",
        "mysql+mysqlconnector://app:hunter2@db.internal/shop?tls_versions=TLSv1.3",
        "hunter2",
    ],
)
def test_a_url_that_leads_elsewhere_or_is_none_is_refused(given: tuple[Project, Schema], url: str) -> None:
    assert refusal(given, url=url).exit_code == 6


@only("query", ["host=other", "hostaddr=10.0.0.1", "port=1", "service=x", "dbname=other"])
def test_options_of_postgresql_that_lead_elsewhere_are_refused(given: tuple[Project, Schema], query: str) -> None:
    project, schema = given
    there = project, replace(schema, engine="postgresql:17")
    error = refusal(there, url=f"postgresql://app:hunter2@db.internal/shop?{query}", hosts=("db.internal:5432",))
    assert query.partition("=")[0] in error.message
    kept = declared(there, url="postgres://db.internal/shop?sslmode=require&x=1", hosts=("db.internal:5432",))
    assert kept.url.query == {"sslmode": "require"}


@only("query", ["user=app&password=hunter2", "password=hunter2", "passfile=/home/ann/.pgpass", "user=app"])
def test_a_login_among_the_options_is_refused_and_its_password_kept(
    given: tuple[Project, Schema], query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(address, "_kept", {})
    there = given[0], replace(given[1], engine="postgresql:17")
    error = refusal(there, url=f"postgresql://db.internal/shop?{query}", hosts=("db.internal:5432",))
    assert query.partition("=")[0] in error.message
    assert error.remedy == "write user and password into the URL itself"
    assert address.secret("hunter2") is ("password" in query)


def test_the_password_of_a_key_is_kept_too(given: tuple[Project, Schema], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address, "_kept", {})
    there = given[0], replace(given[1], engine="postgresql:17")
    declared(there, url="postgresql://db.internal/shop?sslpassword=of-a-key", hosts=("db.internal:5432",))
    assert address.masked_text("it was of-a-key") == "it was ***"


def test_names_are_compared_as_the_network_does(given: tuple[Project, Schema]) -> None:
    assert declared(given, url="mysql://DB.Internal/shop").address.port == 3306
    assert declared(given, url="mysql://[::1]:3306/shop", hosts=("[::1]:3306",)).address.host == "::1"


def test_a_url_without_a_database_means_the_schema_s(given: tuple[Project, Schema]) -> None:
    assert declared(given, url="mysql://db.internal").address.database == "app"


def test_go_s_tls_is_kept(given: tuple[Project, Schema]) -> None:
    def said(tls: str) -> dict[str, object]:
        return dict(declared(given, url=f"app:hunter2@tcp(db.internal)/shop{tls}").arguments)

    assert said("") == said("?tls=false") == {"ssl_disabled": True}
    assert said("?tls=preferred") == {}
    verified, blind = said("?tls=true")["ssl"], said("?tls=skip-verify")["ssl"]
    assert isinstance(verified, ssl.SSLContext)
    assert isinstance(blind, ssl.SSLContext)
    assert (verified.verify_mode, verified.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert (blind.verify_mode, blind.check_hostname) == (ssl.CERT_NONE, False)


@only(
    ("written", "like"),
    [("1", "true"), ("True", "true"), ("0", "false"), ("FALSE", "false"), ("Skip-Verify", "skip-verify")],
)
def test_go_s_tls_is_read_as_go_reads_it(given: tuple[Project, Schema], written: str, like: str) -> None:
    def said(tls: str) -> object:
        arguments = declared(given, url=f"app:hunter2@tcp(db.internal)/shop?tls={tls}").arguments
        context = arguments.get("ssl")
        return (context.verify_mode, context.check_hostname) if isinstance(context, ssl.SSLContext) else arguments

    assert said(written) == said(like)


def test_a_name_that_go_code_registered_is_the_target_s_tls(given: tuple[Project, Schema], tmp_path: Path) -> None:
    url = "app:hunter2@tcp(db.internal:3306)/shop?parseTime=true&tls=custom"
    assert "tls = {" in refusal(given, url=url).remedy
    ca = Authority(tmp_path).file
    found = declared(given, url=url, tls=Tls(ca))
    context = found.arguments["ssl"]
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert len(context.get_ca_certs()) == 1
    assert found.url.query == {"ssl_ca": str(ca)}
    signed = declared(given, url=url, tls=Tls(ca, verify="ca")).arguments["ssl"]
    assert (signed.verify_mode, signed.check_hostname) == (ssl.CERT_REQUIRED, False)
    assert declared(given, url=url, tls=Tls(verify="none")).arguments["ssl"].verify_mode == ssl.CERT_NONE
    assert "gone.pem" in refusal(given, url=url, tls=Tls(tmp_path / "gone.pem")).message
    assert "is no DSN" in refusal(given, url=URL, tls=Tls(ca)).message


@only(
    ("mode", "verify", "name"),
    [
        ("REQUIRED", ssl.CERT_NONE, False),
        ("verify_ca", ssl.CERT_REQUIRED, False),
        ("VERIFY_IDENTITY", ssl.CERT_REQUIRED, True),
    ],
)
def test_another_driver_s_word_for_tls_is_kept(
    given: tuple[Project, Schema], mode: str, verify: ssl.VerifyMode, *, name: bool
) -> None:
    context = declared(given, url=f"mysql+mysqldb://app:hunter2@db.internal/shop?ssl_mode={mode}").arguments["ssl"]
    assert (context.verify_mode, context.check_hostname) == (verify, name)
    without = declared(given, url="mysql+mysqldb://app:hunter2@db.internal/shop?ssl_mode=DISABLED")
    assert without.arguments == {"ssl_disabled": True}


@only(
    ("query", "verify", "name", "authorities"),
    [
        ("ssl_ca=CA&ssl_verify_identity=true", ssl.CERT_REQUIRED, True, 1),
        ("ssl_ca=CA&ssl_verify_cert=true", ssl.CERT_REQUIRED, False, 1),
        ("ssl_ca=CA&ssl_verify_identity=false", ssl.CERT_REQUIRED, False, 1),
        ("ssl_ca=CA&ssl_check_hostname=false", ssl.CERT_REQUIRED, False, 1),
        ("ssl_ca=CA&ssl_verify_cert=false", ssl.CERT_NONE, False, 1),
        ("ssl_ca=CA&ssl_disabled=false", ssl.CERT_REQUIRED, True, 1),
        ("ssl_ca=CA&ssl_key_password=x", ssl.CERT_REQUIRED, True, 1),
        ("ssl_ca=CA", ssl.CERT_REQUIRED, True, 1),
    ],
)
def test_pymysql_s_options_of_tls_hold_together(
    given: tuple[Project, Schema], tmp_path: Path, query: str, verify: ssl.VerifyMode, authorities: int, *, name: bool
) -> None:
    url = f"mysql+pymysql://app:hunter2@db.internal/shop?{query.replace('CA', str(Authority(tmp_path).file))}"
    found = declared(given, url=url)
    context = pymysql.connections.Connection(**{**arguments(found), "defer_connect": True}).ctx
    assert (context.verify_mode, context.check_hostname) == (verify, name)
    assert len(context.get_ca_certs()) == authorities


def test_asyncpg_s_word_for_tls_is_libpq_s(given: tuple[Project, Schema]) -> None:
    there = given[0], replace(given[1], engine="postgresql:17")
    url = "postgresql+asyncpg://app:hunter2@db.internal/shop?ssl=verify-full"
    assert declared(there, url=url, hosts=("db.internal:5432",)).url.query == {"sslmode": "verify-full"}


@only("password", ["p@ss", "a/b", "a)b", "a(b", "a:b", "p?x=1&y", "x@tcp(other:3306)/y", "@tcp(h)/", "ü%41 '\""])
@only("tls", ["custom", "skip-verify", "true", "preferred"])
def test_a_dsn_s_password_may_be_anything(given: tuple[Project, Schema], password: str, tls: str) -> None:
    found = declared(given, url=f"app:{password}@tcp(db.internal:3306)/shop?tls={tls}", tls=Tls(verify="none"))
    assert (found.url.password, str(found.address)) == (password, "db.internal:3306/shop")


def test_a_name_that_is_not_configured_is_a_matter_of_configuration(given: tuple[Project, Schema]) -> None:
    project, schema = given
    with pytest.raises(ConfigError, match="did you mean production"):
        targets.declared(project, schema, "productoin")
    with pytest.raises(ConfigError, match="no target") as caught:
        targets.declared(project, replace(schema, targets={}), "production")
    assert "[schemas.app.targets.production]" in caught.value.remedy


def test_sqlite_has_no_target(given: tuple[Project, Schema]) -> None:
    project, schema = given
    with pytest.raises(ConfigError, match="SQLite"):
        targets.declared(project, replace(schema, engine="sqlite"), "production")
