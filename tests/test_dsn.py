"""Go's data source names, as go-sql-driver's own documentation writes them."""

from __future__ import annotations

import pytest

from migkit.dsn import GoName, parsed

only = pytest.mark.parametrize


@only(
    ("text", "parts"),
    [
        ("user:pass@tcp(db.internal:3306)/voipbin?tls=true", ("user", "pass", "db.internal", 3306, "", "voipbin")),
        ("user:pass@tcp(db.internal)/voipbin", ("user", "pass", "db.internal", 3306, "", "voipbin")),
        ("user:p@ss:w/rd?@tcp(10.0.0.1:3307)/db", ("user", "p@ss:w/rd?", "10.0.0.1", 3307, "", "db")),
        ("user@unix(/run/mysqld/mysqld.sock)/db", ("user", "", "", 0, "/run/mysqld/mysqld.sock", "db")),
        ("user:pass@tcp([de:ad:be:ef::ca:fe]:80)/db", ("user", "pass", "de:ad:be:ef::ca:fe", 80, "", "db")),
        ("user@tcp(localhost:5555)/", ("user", "", "localhost", 5555, "", "")),
        ("user:pass@/db", ("user", "pass", "127.0.0.1", 3306, "", "db")),
        ("user:pass@tcp/db", ("user", "pass", "127.0.0.1", 3306, "", "db")),
        ("user:pass@tcp(host)/d%2Fb", ("user", "pass", "host", 3306, "", "d/b")),
        ("/", ("", "", "127.0.0.1", 3306, "", "")),
    ],
)
def test_a_name_has_its_parts(text: str, parts: tuple[str, str, str, int, str, str]) -> None:
    found = parsed(text)
    assert found is not None
    assert (found.user, found.password, found.host, found.port, found.socket, found.database) == parts


def test_its_options_are_unquoted() -> None:
    found = parsed("user@tcp(h)/db?tls=skip-verify&loc=Europe%2FBerlin&multi=")
    assert found is not None
    assert found.options == {"tls": "skip-verify", "loc": "Europe/Berlin", "multi": ""}


@only("text", ["mysql://u:p@h/db", "postgresql://h/db", "no slash", "user@udp(h)/db", "u@tcp(h:port)/db", ""])
def test_what_is_no_such_name_has_none(text: str) -> None:
    assert parsed(text) is None


def test_a_password_is_not_shown() -> None:
    assert "hunter2" not in repr(parsed("root:hunter2@tcp(h)/db?x=hunter2"))
    assert isinstance(parsed("root@/"), GoName)
