"""What MySQL and MariaDB print of a table is read, and the wanted piece is put in its place; scripts are plain text."""

from __future__ import annotations

import pytest

from migkit.model.changes import Column, Constraint, EnumValue, Index, Rename, Table
from migkit.ops.acts import Act, NotGuarded, Row, Verb
from migkit.ops.mysql_script import guarded
from migkit.ops.mysql_text import enum_values, foreign_key, indexes, inline, normal, read, shape, with_values
from migkit.ops.mysql_twin import index_item, item, twin, whole
from migkit.ops.mysql_words import known, made, text
from migkit.ops.where import Where

PRINTED = """CREATE TABLE `calls` (
  `id` int NOT NULL AUTO_INCREMENT,
  `name` varchar(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT 'a, (b',
  `mood` enum('it''s','b') NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `uq` (`name`) USING BTREE,
  KEY `fk` (`mood`),
  CONSTRAINT `fk` FOREIGN KEY (`mood`) REFERENCES `p` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT `ck` CHECK ((`id` > 1))
) ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci COMMENT='ENGINE=x' CHECKSUM=1
/*!50100 PARTITION BY HASH (`id`) PARTITIONS 3 */"""
CALLS = read(PRINTED, {"name": "utf8mb4_bin", "mood": "utf8mb4_0900_ai_ci"})


@pytest.mark.parametrize(
    ("part", "wanted"),
    [
        (Column("calls", "id"), {"column id": "int NOT NULL AUTO_INCREMENT"}),
        (Column("calls", "name"), {"column name": "varchar(40) COLLATE utf8mb4_bin DEFAULT 'a, (b'"}),
        (Column("calls", "name", "INT", after="id"), {"place": "after id"}),
        (Column("calls", "id", "INT", after=""), {"place": "first"}),
        (Column("calls", "name", "INT UNIQUE"), {"unique key": ""}),
        (Column("calls", "none"), None),
        (Index("calls", "uq"), {"index uq": "UNIQUE KEY (`name`)"}),
        (Constraint("calls", "uq", "UNIQUE (name)"), {"constraint uq": "UNIQUE KEY (`name`)"}),
        (Constraint("calls", "ck", "CHECK (id > 1)"), {"constraint ck": "CHECK ((`id` > 1))"}),
        (Constraint("calls", "", "PRIMARY KEY (id)"), {"constraint ": "PRIMARY KEY (`id`)"}),
        (Constraint("calls", "fk", "FOREIGN KEY"), {"constraint fk": "REFERENCES `p` (`id`) ON UPDATE CASCADE"}),
        (EnumValue("mood", "b", after="it's", table="calls"), {"value": "'b' after \"it's\""}),
        (EnumValue("mood", "c", table="calls"), None),
    ],
)
def test_a_part_is_found_in_the_text(part: Column, wanted: dict[str, str] | None) -> None:
    found = shape(CALLS, part)
    assert (found is None) == (wanted is None)
    for key, value in (wanted or {}).items():
        assert found is not None
        assert value in found[key]


def test_a_table_has_its_parts_and_its_options_without_the_counter() -> None:
    found = shape(CALLS, Table("calls", definition="CREATE TABLE calls (id INT, KEY other (id))")) or {}
    assert "index fk" not in found, "the server made it for the foreign key"
    assert found["constraint uq"] == "UNIQUE KEY (`name`)"
    assert "AUTO_INCREMENT" not in found["table"]
    assert "PARTITION" in found["table"]
    assert "constraint CHECK ((`id` > 1))" in found


def test_the_wanted_part_takes_the_place_of_the_one_that_is_there() -> None:
    temporary, real = twin(CALLS, Column("calls", "name", "INT NOT NULL"))
    lines = temporary.splitlines()
    assert lines[2].strip() == "`name` INT NOT NULL,"
    assert "FOREIGN" not in temporary
    assert "`ck`" not in temporary, "the name of a check constraint is taken"
    assert temporary.endswith(") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci")
    assert "PARTITION BY" in real


def test_a_key_that_the_definition_makes_itself_gives_way() -> None:
    temporary, _ = twin(CALLS, Column("calls", "name", "INT UNIQUE"))
    assert "`uq`" not in temporary
    assert "PRIMARY KEY (`id`)" in temporary
    temporary, _ = twin(CALLS, Column("calls", "id", "INT PRIMARY KEY"))
    assert "PRIMARY KEY (" not in temporary


def test_a_create_table_keeps_all_but_foreign_keys_and_names_of_checks() -> None:
    table = Table(
        "x.calls",
        definition="create table if not exists `x`.calls (id INT COMMENT 'FOREIGN KEY (', p INT, "
        "constraint fk foreign key (p) references q (id), CONSTRAINT `c,k` CHECK (id > 1), KEY `i` (p)) COMMENT='(;'",
    )
    assert whole(table) == "(id INT COMMENT 'FOREIGN KEY (', p INT, CHECK (id > 1), KEY `i` (p)) COMMENT='(;'"
    assert indexes(table) == {"i"}
    assert whole(Table("t", definition="CREATE TABLE t LIKE s")) == " LIKE s"
    with pytest.raises(NotGuarded):
        whole(Table("t", definition="DROP TABLE t"))


def test_foreign_keys_are_equal_where_they_do_the_same() -> None:
    one = foreign_key("FOREIGN KEY (a, `b``c`) REFERENCES d.p (x,y) ON UPDATE NO ACTION ON DELETE SET NULL", "d")
    assert one == "FOREIGN KEY (`a`, `b``c`) REFERENCES `p` (`x`, `y`) ON DELETE SET NULL"
    assert foreign_key("FOREIGN KEY (a) REFERENCES d.p (x)", "e") == "FOREIGN KEY (`a`) REFERENCES `d`.`p` (`x`)"
    with pytest.raises(NotGuarded):
        foreign_key("CHECK (a > 1)")


def test_definitions_are_read_as_far_as_they_matter() -> None:
    assert normal("enum('a)','b') CHARACTER SET latin1 NOT NULL", "latin1_bin") == (
        "enum('a)','b') COLLATE latin1_bin NOT NULL"
    )
    assert normal("int", "") == "int"
    assert inline("INT COMMENT 'UNIQUE' PRIMARY KEY") == ("PRIMARY KEY",)
    assert inline("INT UNIQUE KEY") == ("UNIQUE KEY",)
    assert enum_values("enum('it''s','a,b') NOT NULL") == ["it's", "a,b"]
    assert enum_values("int") is None
    odd = ["a\\b", "x\ny", "it's", ",'q"]
    assert with_values("enum('a') NOT NULL", odd) == r"enum('a\\b','x\ny','it''s',',''q') NOT NULL"
    assert enum_values(with_values("enum('a') NOT NULL", odd)) == odd
    assert with_values("enum('a') NOT NULL", ["a", "it's"]) == "enum('a','it''s') NOT NULL"


def test_an_index_is_an_item_however_it_is_given() -> None:
    assert index_item(Index("t", "i", ("a", "b DESC"), unique=True)) == "UNIQUE KEY `i` (a, b DESC)"
    assert index_item(Index("t", "i", definition="FULLTEXT KEY (`a`)")) == "FULLTEXT KEY `i` (`a`)"
    created = "CREATE UNIQUE INDEX i ON t (a(10)) COMMENT 'x'"
    assert index_item(Index("t", "i", definition=created)) == "UNIQUE KEY `i` (a(10)) COMMENT 'x'"
    assert item(Constraint("t", "u", "UNIQUE (a)")) == "CONSTRAINT `u` UNIQUE (a)"


def test_a_text_with_a_backslash_means_the_same_in_every_sql_mode() -> None:
    assert text("it's") == "'it''s'"
    assert text("a\\") == "_utf8mb4 X'615c'"


def test_a_row_is_inserted_as_it_is_given() -> None:
    row = Row("t", (("id", "1"), ("key", "'a'")), ("id",))
    assert made(row) == ("INSERT INTO t (id, `key`) VALUES (1, 'a')",)


def test_a_partial_index_is_refused() -> None:
    with pytest.raises(NotGuarded, match="partial"):
        known(Index("t", "i", ("a",), where="a > 1"))


@pytest.mark.parametrize(
    ("verb", "piece"),
    [
        ("create", Column("t", "c; -- x\nDROP TABLE u", "INT DEFAULT '; DROP'")),
        ("create", EnumValue("c", "it's; ", table="t")),
        ("drop", Index("t", "i")),
        ("alter", Column("t", "c", "INT", after="")),
        ("rename", Rename("t", "a", "b")),
    ],
)
def test_a_script_marks_before_it_changes_and_stores_no_routine(verb: Verb, piece: Column) -> None:
    where = Where("r'1", "upgrade", True, None)  # type: ignore[arg-type]  # a script is the same for both dialects
    lines = guarded(where, Act(verb, piece))
    assert not [line for line in lines if line.startswith(("CREATE", "ALTER", "DROP", "DELIMITER"))]
    first = next(place for place, line in enumerate(lines) if " TABLE t " in line or "INDEX i ON t" in line)
    assert [line for line in lines[:first] if line.startswith("INSERT IGNORE INTO migkit_marks")]
    assert "r''1" in "".join(lines)
    assert lines[0].startswith(f"-- {verb} ")
    assert "\n" not in lines[0].partition("\n")[0]
