import json
import time
from urllib.parse import quote, quote_plus

import pytest

from migkit import address
from migkit.address import masked

SECRET = "hunter2"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("mysql+pymysql://root:hunter2@db:3306/app", "mysql+pymysql://root:***@db:3306/app"),
        ("postgresql://root:hunter2@db/app?sslmode=require", "postgresql://root:***@db/app?sslmode=require"),
        ("mysql://:hunter2@db/app", "mysql://:***@db/app"),
        ("mysql://root@db/app", "mysql://root@db/app"),
        ("mysql://db:3306/app", "mysql://db:3306/app"),
        ("mysql://[::1]:3306/app", "mysql://[::1]:3306/app"),
        ("root:hunter2@tcp(db:3306)/app?tls=true", "root:***@tcp(db:3306)/app?tls=true"),
        ("root:hunter2@unix(/run/mysqld.sock)/app", "root:***@unix(/run/mysqld.sock)/app"),
        ("host=db user=root password=hunter2 dbname=app", "host=db user=root password=*** dbname=app"),
        (
            "jdbc:mysql://db:3306/app?user=root&password=hunter2&x=1",
            "jdbc:mysql://db:3306/app?user=root&password=***&x=1",
        ),
        ("sqlite:////srv/app.db", "sqlite:////srv/app.db"),
        ("sqlite:///C:/srv/app.db", "sqlite:///C:/srv/app.db"),
        ("sqlite://", "sqlite://"),
        ("", ""),
    ],
)
def test_an_address_is_shown_without_its_password(url: str, shown: str) -> None:
    assert masked(url) == shown


@pytest.mark.parametrize(
    "url",
    [
        "mysql://root:hunter2",
        "mysql://root:hunter2/app",
        "mysql://root:x@hunter2@db/app",
        "mysql://root:x/hunter2@db/app",
        "mysql://root:x?hunter2@db/app",
        "mysql://root:x#hunter2@db/app",
        "mysql://root:x:hunter2@db/app",
        "mysql://root:x@a?hunter2@db/app",
        "mysql://root:x\nhunter2@db/app",
        "my sql://root:hunter2@db",
        "://root:hunter2@db",
        "root:x@hunter2@tcp(db:3306)/app",
        "host=db password = 'x hunter2' dbname=app",
        "host=db password='x\\'hunter2' dbname=app",
        "mysql://db/app?ssl_passphrase=hunter2",
        "mysql://root:x@db/app?sslpassword=hunter2",
        "jdbc:sqlserver://db;user=root;PWD=hunter2;x=1",
    ],
)
def test_a_broken_or_unusual_address_never_shows_its_password(url: str) -> None:
    assert SECRET not in masked(url)


AWKWARD = "p@ss:w/o'r\"d?#%&\\ $é;=+"


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address, "_kept", {})
    address.keep_secret(AWKWARD, "shop")


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    "spelled",
    [
        AWKWARD,
        repr(AWKWARD)[1:-1],
        json.dumps(AWKWARD)[1:-1],
        json.dumps(AWKWARD, ensure_ascii=False)[1:-1],
        quote(AWKWARD),
        quote_plus(AWKWARD),
        quote_plus(AWKWARD).replace("%", "%%"),
        quote(AWKWARD, safe=" +"),  # as SQLAlchemy 2 has it in a URL
        quote(AWKWARD, safe="").lower(),
        AWKWARD.replace("'", "''"),
        AWKWARD.replace("\\", "\\\\").replace("'", "\\'"),
        repr(AWKWARD.encode())[2:-1],
        repr(repr(AWKWARD)[1:-1])[1:-1],
    ],
)
def test_a_password_that_is_kept_in_mind_is_known_however_it_is_spelled(spelled: str) -> None:
    assert address.veiled(f"before {spelled} after") == "before *** after"
    assert address.masked_text(f"before {spelled} after") == "before *** after"
    assert address.secret(f"before {spelled} after")


@pytest.mark.usefixtures("kept")
def test_a_long_text_is_veiled_in_no_time() -> None:
    began = time.perf_counter()
    assert address.veiled(AWKWARD[:-1] * 20_000) == AWKWARD[:-1] * 20_000
    assert time.perf_counter() - began < 3


def test_a_password_that_is_no_secret_changes_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address, "_kept", {})
    address.keep_secret("voipbin", "voipbin")
    address.keep_secret("root")
    assert address.veiled("root of voipbin") == "root of voipbin"


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE USER x IDENTIFIED BY '{}'",
        'CREATE USER x IDENTIFIED BY "{}"',
        "CREATE USER x IDENTIFIED BY '{}",  # cut
        "CREATE USER x IDENTIFIED WITH mysql_native_password BY '{}' REQUIRE SSL",
        "CREATE USER x IDENTIFIED VIA mysql_native_password USING PASSWORD('{}')",
        "ALTER USER x IDENTIFIED BY 'other' REPLACE '{}'",
        "SET PASSWORD = '{}'",
        "SET PASSWORD FOR 'u'@'%' = '{}'",
        "SET PASSWORD FOR u@h = PASSWORD('{}')",
        "ALTER ROLE x LOGIN PASSWORD '{}'",
        "ALTER ROLE x PASSWORD E'{}'",
        "ALTER ROLE x ENCRYPTED PASSWORD $x${}$x$",
        "CREATE USER MAPPING FOR x SERVER y OPTIONS (user 'x', password '{}')",
        "CREATE SUBSCRIPTION x CONNECTION 'host=y password={}' PUBLICATION z",
        "CHANGE MASTER TO MASTER_PASSWORD='{}'",
    ],
)
def test_a_password_that_a_statement_sets_is_masked(statement: str) -> None:
    assert SECRET not in address.masked_text(statement.format(SECRET))
    assert "***" in address.masked_text(statement.format(SECRET))


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO t VALUES ('password', 'a', REPLACE('a', 'b', 'c'))",
        "ALTER TABLE t ADD COLUMN password VARCHAR(20) COMMENT 'a word'",
    ],
)
def test_a_statement_that_sets_none_is_shown_as_it_is(statement: str) -> None:
    assert address.masked_text(statement) == statement


def test_a_password_that_a_statement_set_is_known_in_what_a_server_says_of_it() -> None:
    address.keep_secrets_of("CREATE USER x IDENTIFIED BY 'it''s geheim'")
    said = "(1064, \"You have an error near ''it''s geheim' REQUIRE' at line 1\")"
    assert "geheim" not in address.masked_text(said)
    assert "geheim" not in address.masked_text("duplicate: it's geheim")
