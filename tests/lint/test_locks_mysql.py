"""What an ALTER of MySQL and MariaDB costs: told of tables that have rows, where it is known and not asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lint.histories import judged, only

TABLE = (
    "CREATE TABLE notes (id INT NOT NULL PRIMARY KEY, size INT, title VARCHAR(50), mood ENUM('a', 'b'), kind INT,"
    " KEY notes_kind (kind, size)) CHARSET={charset}"
)


def found(tmp_path: Path, *sql: str, engine: str = "mysql:9.7", charset: str = "utf8mb4") -> set[str]:
    """Give the rules about locks that speak of statements on a table that was there."""
    first = f'def upgrade():\n    op.execute("{TABLE.format(charset=charset)}")\n'
    lines = "".join(f'    op.execute("{one}")\n' for one in sql)
    rules = judged(tmp_path, [first, f"def upgrade():\n{lines}"], engine=engine)
    return {rule for rule, _, _ in rules if rule.startswith("my-") and rule != "my-implicit-index-shrink"}


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        ("MODIFY size INTEGER", set()),
        ("MODIFY size INT(11)", set()),
        ("MODIFY size BIGINT", {"my-type-change"}),
        ("MODIFY size INT UNSIGNED", {"my-type-change"}),
        ("MODIFY title CHARACTER VARYING(63)", set()),
        ("MODIFY title VARCHAR(64)", {"my-varchar-255-bytes"}),
        ("MODIFY title VARCHAR(49)", {"my-varchar-255-bytes"}),
        ("MODIFY mood ENUM('a', 'b', 'c')", set()),
        ("MODIFY mood ENUM('c', 'a', 'b')", {"my-enum-set-order"}),
        ("MODIFY size INT NOT NULL", {"my-nullable-rebuild"}),
        ("MODIFY size BIGINT NOT NULL", {"my-type-change"}),
        ("MODIFY size INT AFTER id", set()),
        ("MODIFY size INT FIRST", {"my-column-order"}),
        ("DROP PRIMARY KEY, ADD PRIMARY KEY (id, kind)", set()),
        ("DROP PRIMARY KEY", {"my-pk-drop"}),
        ("ADD COLUMN twice INT AS (size * 2) VIRTUAL", set()),
        ("DROP COLUMN title", set()),
        ("DROP COLUMN kind", {"my-drop-indexed-column"}),
        ("ADD INDEX notes_size (size)", set()),
    ],
)
def test_each_change_costs_what_the_servers_said(tmp_path: Path, change: str, rules: set[str]) -> None:
    assert found(tmp_path, f"ALTER TABLE notes {change}") == rules


def test_characters_are_counted_in_the_charset_of_the_table(tmp_path: Path) -> None:
    assert found(tmp_path, "ALTER TABLE notes MODIFY title VARCHAR(200)", charset="latin1") == set()
    assert found(tmp_path / "b", "ALTER TABLE notes MODIFY title VARCHAR(85)", charset="utf8mb3") == set()
    assert found(tmp_path / "c", "ALTER TABLE notes MODIFY title VARCHAR(86)", charset="utf8mb3") == {
        "my-varchar-255-bytes"
    }


def test_a_charset_that_holds_the_old_one_may_copy_nothing(tmp_path: Path) -> None:
    convert = "ALTER TABLE notes CONVERT TO CHARACTER SET utf8mb4"
    assert found(tmp_path, convert, charset="utf8mb3") == set()
    assert found(tmp_path / "b", convert, charset="latin1") == {"my-charset-convert"}


def test_mariadb_11_8_copies_while_rows_are_written(tmp_path: Path) -> None:
    change = "ALTER TABLE notes MODIFY size BIGINT"
    assert found(tmp_path, change, engine="mariadb:10.11") == {"my-type-change"}
    assert found(tmp_path / "b", change, engine="mariadb:11.8") == set()


def test_a_new_table_has_no_rows(tmp_path: Path) -> None:
    made = "CREATE TABLE sizes (id INT, size INT)"
    assert found(tmp_path, made, "ALTER TABLE sizes MODIFY size BIGINT, ADD CHECK (size > 0)") == set()


def test_a_type_that_is_not_known_is_not_spoken_of(tmp_path: Path) -> None:
    assert found(tmp_path, "ALTER TABLE others MODIFY size BIGINT") == set()


def test_who_asks_for_a_copy_knows_of_it(tmp_path: Path) -> None:
    assert found(tmp_path, "ALTER TABLE notes MODIFY size BIGINT, ALGORITHM=COPY") == set()


def test_foreign_keys_are_not_checked_where_checks_are_off(tmp_path: Path) -> None:
    add = "ALTER TABLE notes ADD FOREIGN KEY (size) REFERENCES notes (id)"
    assert found(tmp_path, add) == {"my-fk-copy"}
    assert found(tmp_path / "b", "SET foreign_key_checks=0", add) == set()


def test_what_a_server_cannot_do_as_it_is_asked_is_an_error(tmp_path: Path) -> None:
    first = f'def upgrade():\n    op.execute("{TABLE.format(charset="utf8mb4")}")\n'

    def refused(change: str, folder: str, engine: str = "mysql:9.7") -> bool:
        body = f'def upgrade():\n    op.execute("ALTER TABLE notes {change}")\n'
        return bool(only("algorithm-refused", judged(tmp_path / folder, [first, body], engine=engine)))

    assert refused("MODIFY size BIGINT, ALGORITHM=INPLACE", "a")
    assert refused("MODIFY size BIGINT, LOCK=NONE", "b")
    assert refused("ADD INDEX x (size), ALGORITHM=INSTANT", "c")
    assert not refused("ADD INDEX x (size), ALGORITHM=INPLACE, LOCK=NONE", "d")
    assert not refused("MODIFY size BIGINT, ALGORITHM=COPY, LOCK=SHARED", "e")
    assert not refused("MODIFY size BIGINT, LOCK=NONE", "f", "mariadb:11.8")


def test_operations_cost_what_their_sql_costs(tmp_path: Path) -> None:
    first = f'def upgrade():\n    op.execute("{TABLE.format(charset="utf8mb4")}")\n'
    body = 'def upgrade():\n    op.alter_column("notes", "size", existing_type=sa.Integer(), type_=sa.BigInteger())\n'
    assert "my-type-change" in {rule for rule, _, _ in judged(tmp_path, [first, body], engine="mysql:9.7")}
