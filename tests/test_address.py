import pytest

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
