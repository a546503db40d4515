"""What SHOW CREATE TABLE prints becomes objects, and nothing of it is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migkit.catalog.mysql_ddl import (
    base_type,
    columns,
    is_generated,
    quote,
    split_table,
    table_objects,
    unquote,
    without_counter,
    without_database,
)

PLAIN = """CREATE TABLE `t` (
  `id` int NOT NULL AUTO_INCREMENT,
  `a` varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL DEFAULT 'x' COMMENT 'the a',
  `g` int GENERATED ALWAYS AS ((`b` + 1)) VIRTUAL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `u` (`a`(5),`id` DESC) /*!80000 INVISIBLE */,
  KEY `f` ((lower(`a`))),
  CONSTRAINT `to_p` FOREIGN KEY (`id`) REFERENCES `p` (`id`) ON DELETE CASCADE,
  CONSTRAINT `c` CHECK ((`a` <> _utf8mb4'),(')) /*!80016 NOT ENFORCED */
) ENGINE=InnoDB AUTO_INCREMENT=12 DEFAULT CHARSET=utf8mb4 COMMENT='x AUTO_INCREMENT=5'
/*!50100 PARTITION BY RANGE (`id`)
(PARTITION p0 VALUES LESS THAN (10) ENGINE = InnoDB) */"""


def test_each_part_of_a_table_is_an_object() -> None:
    found = {(entry.kind, entry.name): entry for entry in table_objects("t", PLAIN)}
    assert [(kind, name, entry.position) for (kind, name), entry in found.items()] == [
        ("table", "t", 0),
        ("column", "t.id", 1),
        ("column", "t.a", 2),
        ("column", "t.g", 3),
        ("key", "t.PRIMARY", 1),
        ("key", "t.u", 2),
        ("key", "t.f", 3),
        ("constraint", "t.to_p", 1),
        ("constraint", "t.c", 2),
    ]
    assert {entry.owner for entry in found.values()} == {"", "t"}
    assert found["column", "t.id"].definition == "int NOT NULL AUTO_INCREMENT"
    assert found["key", "t.u"].definition == "UNIQUE KEY (`a`(5),`id` DESC) /*!80000 INVISIBLE */"
    assert found["constraint", "t.to_p"].definition.startswith("FOREIGN KEY (`id`) REFERENCES")
    assert found["constraint", "t.c"].definition == "CHECK ((`a` <> _utf8mb4'),(')) /*!80016 NOT ENFORCED */"


def test_the_options_are_the_tables_own_without_the_counter() -> None:
    table = table_objects("t", PLAIN)[0]
    assert table.definition.startswith("ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='x AUTO_INCREMENT=5'\n/*!50100")


NASTY = r"""CREATE TABLE `we``ird, (t` (
  `a``b, (` varchar(30) DEFAULT 'it''s, \\ (\n' COMMENT '"),\n`x` int,',
  `c` int DEFAULT NULL COMMENT 'GENERATED ALWAYS \'',
  `d` varchar(9) DEFAULT (concat(`c`,_utf8mb4'(',')')),
  KEY `k,(` (`a``b, (`) COMMENT 'a\\',
  PERIOD FOR SYSTEM_TIME (`x`, `y`),
  PERIOD FOR `p` (`x`, `y`)
) ENGINE=InnoDB COMMENT='a\\' AUTO_INCREMENT=3 DEFAULT CHARSET=utf8mb4"""


def test_names_and_texts_may_hold_anything() -> None:
    found = {(entry.kind, entry.name): entry.definition for entry in table_objects("we`ird, (t", NASTY)}
    assert list(found) == [
        ("table", "we`ird, (t"),
        ("column", "we`ird, (t.a`b, ("),
        ("column", "we`ird, (t.c"),
        ("column", "we`ird, (t.d"),
        ("key", "we`ird, (t.k,("),
        ("period", "we`ird, (t.1"),
        ("period", "we`ird, (t.p"),
    ]
    assert found["table", "we`ird, (t"] == r"ENGINE=InnoDB COMMENT='a\\' DEFAULT CHARSET=utf8mb4"
    assert found["column", "we`ird, (t.d"] == "varchar(9) DEFAULT (concat(`c`,_utf8mb4'(',')'))"


def test_parts_with_dots_do_not_collide() -> None:
    one = table_objects("a.b", "CREATE TABLE `a.b` (\n  `c` int\n) ENGINE=InnoDB")
    other = table_objects("a", "CREATE TABLE `a` (\n  `b.c` int\n) ENGINE=InnoDB")
    assert one[1].name != other[1].name


@pytest.mark.parametrize(
    "text",
    ["CREATE TABLE `t` (\n  `a` int", "CREATE VIEW `t` AS select 1", "CREATE TABLE `t` (\n  `a` int,\n  `a` int\n)"],
)
def test_what_is_not_understood_stays_one_piece(text: str) -> None:
    assert [(entry.kind, entry.definition) for entry in table_objects("t", text)] == [("table", text)]


def test_only_columns_that_are_generated_are_so() -> None:
    generated = {name: is_generated(definition) for name, definition in columns(PLAIN)}
    assert generated == {"id": False, "a": False, "g": True}
    assert not any(is_generated(definition) for _, definition in columns(NASTY))
    assert is_generated("timestamp(6) GENERATED ALWAYS AS ROW START")


def test_a_column_has_a_base_type() -> None:
    assert [base_type(definition) for _, definition in columns(PLAIN)] == ["int", "varchar", "int"]


def test_the_databases_own_name_is_taken_out_where_it_qualifies() -> None:
    text = "select `d``b`.`t`.`a` AS `d``b`,'`d``b`.' AS `x`,`d``b`.`f`(`other`.`g`) from `d``b`.`t`"
    assert without_database(text, "d`b") == "select `t`.`a` AS `d``b`,'`d``b`.' AS `x`,`f`(`other`.`g`) from `t`"


names = st.text(min_size=1, max_size=8).filter(lambda text: "\x00" not in text)


@given(name=names)
def test_a_name_survives_quoting(name: str) -> None:
    assert unquote(quote(name)) == name


@given(
    columns_=st.lists(st.tuples(names, st.text(max_size=12)), min_size=1, max_size=4, unique_by=lambda pair: pair[0]),
    comment=st.text(max_size=20),
    counter=st.integers(1, 99),
)
def test_two_texts_have_equal_objects_exactly_when_they_are_equal(
    columns_: list[tuple[str, str]], comment: str, counter: int
) -> None:
    def literal(text: str) -> str:
        escaped = text.replace("\\", "\\\\").replace("'", "''").replace("\n", "\\n")
        return f"'{escaped}'"

    lines = [f"  {quote(name)} int DEFAULT NULL COMMENT {literal(text)}" for name, text in columns_]
    body = "CREATE TABLE `t` (\n" + ",\n".join(lines) + "\n) ENGINE=InnoDB"
    text = f"{body} AUTO_INCREMENT={counter} DEFAULT CHARSET=utf8mb4 COMMENT={literal(comment)}"
    parts = split_table(text)
    assert parts is not None
    assert parts[1] == [line.strip() for line in lines]
    assert without_counter(text) == f"{body} DEFAULT CHARSET=utf8mb4 COMMENT={literal(comment)}"
    found = table_objects("t", text)
    assert [entry.definition for entry in found[1:]] == [
        f"int DEFAULT NULL COMMENT {literal(text)}" for _, text in columns_
    ]
    assert found == table_objects("t", without_counter(text))
