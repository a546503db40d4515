"""With which locks MySQL and MariaDB alter a column of a table that has rows."""

from __future__ import annotations

from tests.server.facts import BOTH, MARIADB, MYSQL, Fact
from tests.server.facts.locks_mysql import ANEW, COPY, cost

_COLUMNS = "id INT NOT NULL PRIMARY KEY, size INT, title VARCHAR(50), path VARCHAR(64), mood ENUM('sad', 'happy')"
_EIGHT = "SET('1', '2', '3', '4', '5', '6', '7', '8')"
_TABLE = (f"CREATE TABLE notes ({_COLUMNS}, flags {_EIGHT}) CHARSET=utf8mb4",)
_INPLACE = {"mysql": "ALGORITHM=INPLACE, LOCK=NONE", "mariadb": "ALGORITHM=INSTANT"}
_FLAGS = "SET('1', '2', '3', '4', '5', '6', '7', '8', '9')"


def _cost(rule: str, change: str, says: object, engines: tuple[str, ...] = BOTH) -> Fact:
    return cost(rule, engines, change, says, _TABLE)


FACTS: tuple[Fact, ...] = (
    _cost("my-type-change", "MODIFY size BIGINT", COPY),
    _cost("my-type-change", "MODIFY size INT UNSIGNED", COPY),
    _cost("my-type-change", "MODIFY title TEXT", COPY),
    _cost("my-type-change", "MODIFY mood VARCHAR(10)", COPY),
    _cost("my-varchar-255-bytes", "MODIFY title VARCHAR(64)", COPY),
    _cost("my-varchar-255-bytes", "MODIFY title VARCHAR(63)", _INPLACE),
    _cost("my-varchar-255-bytes", "MODIFY path VARCHAR(200)", _INPLACE),
    _cost("my-varchar-255-bytes", "MODIFY title VARCHAR(40)", COPY),
    _cost("my-enum-set-order", "MODIFY mood ENUM('ok', 'sad', 'happy')", COPY),
    _cost("my-enum-set-order", "MODIFY mood ENUM('happy', 'sad')", COPY),
    _cost("my-enum-set-order", "MODIFY mood ENUM('sad')", COPY),
    _cost("my-enum-set-order", "MODIFY mood ENUM('sad', 'happy', 'ok')", "ALGORITHM=INSTANT"),
    _cost("my-enum-set-order", f"MODIFY flags {_FLAGS}", COPY),
    _cost("my-column-charset", "MODIFY title VARCHAR(50) CHARACTER SET latin1", COPY),
    _cost("my-auto-inc-alter", "MODIFY id INT NOT NULL AUTO_INCREMENT", "ALGORITHM=COPY, LOCK=SHARED"),
    _cost("my-nullable-rebuild", "MODIFY size INT NOT NULL", ANEW),
    _cost("my-column-order", "MODIFY size INT FIRST", ANEW, MYSQL),
    _cost("my-column-order", "MODIFY size INT FIRST", "ALGORITHM=INSTANT", MARIADB),
    Fact(
        "algorithm-refused",
        (*MYSQL, "mariadb:10.11"),
        "ALTER TABLE notes MODIFY size BIGINT, ALGORITHM=INPLACE",
        "refused, 1846: .*",
        _TABLE,
    ),
    Fact(
        "algorithm-refused",
        (*MYSQL, "mariadb:10.11"),
        "ALTER TABLE notes MODIFY size BIGINT, LOCK=NONE",
        "refused, 1846: .*",
        _TABLE,
    ),
    Fact(
        "algorithm-refused",
        (*MYSQL, "mariadb:10.11"),
        "ALTER TABLE notes ADD INDEX notes_size (size), ALGORITHM=INSTANT",
        "refused, 184[56]: .*",
        _TABLE,
    ),
)
