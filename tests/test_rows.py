"""What makes rows, without a server: values, edges, conditions, patterns, the order of tables."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from random import Random
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migkit.rows import order, patterns
from migkit.rows.candidates import candidates
from migkit.rows.choosing import Shape, shapes
from migkit.rows.conditions import fulfilled
from migkit.rows.kinds import EDGES
from migkit.rows.lexis import literals
from migkit.rows.logic import UNKNOWN
from migkit.rows.mysql_tables import table as mysql_table
from migkit.rows.schema import Check, Column, ForeignKey, Key, Table
from migkit.rows.values import few, fits, kind, read

COLUMNS = (
    Column("n", "integer", low=-128, high=127),
    Column("n", "integer", low=0, high=2**64 - 1),
    Column("n", "integer", low=5, high=5),
    Column("n", "decimal", size=5, scale=5),
    Column("n", "decimal", size=38, scale=0, low=0),
    Column("n", "decimal"),
    Column("n", "float"),
    Column("n", "boolean"),
    Column("n", "bit", size=3),
    Column("n", "year", zero=True),
    Column("n", "enum", choices=("a", "b")),
    Column("n", "set", choices=("x", "y", "z")),
    Column("n", "text"),
    Column("n", "text", size=1),
    Column("n", "text", size=0),
    Column("n", "text", size=36),
    Column("uuid", "text", size=32),
    Column("n", "text", size=70_000, charset="ascii"),
    Column("n", "text", size=9, charset="bmp"),
    Column("n", "text", size=200, default="[]"),
    Column("n", "bytes", size=16),
    Column("n", "bytes", size=3, fixed=True),
    Column("n", "bytes"),
    Column("n", "uuid"),
    Column("n", "json"),
    Column("n", "json", default="[]"),
    Column("n", "date", zero=True),
    Column("n", "datetime", scale=3),
    Column("n", "datetime", low=1971, high=2037),
    Column("n", "time", low=-838, high=838),
    Column("n", "geometry", shape="POLYGONZ"),
    Column("n", "geometry", shape="GEOMETRYCOLLECTION"),
    Column("n", "array", element=Column("n", "integer")),
)


@pytest.mark.parametrize(
    "column", COLUMNS, ids=lambda column: f"{column.kind}-{column.size}-{column.low}-{column.shape}"
)
def test_no_value_leaves_its_column_and_new_ones_are_new(column: Column) -> None:
    rng = Random(1)
    it = kind(column)
    usual = [it.usual(column, rng) for _ in range(50)]
    new = []
    for number in range(40):
        try:
            new.append(it.nth(column, number))
        except ValueError:
            assert len(few(column)) == len(new) or number in (1, 8, 36), "there are but so many"
            break
    assert len(set(new)) == len(new)
    for value in (*usual, *new, *(it.edge(column, edge) for edge in EDGES)):
        assert fits(column, value)
        if column.kind == "text":
            assert isinstance(value, str)
            value.encode("utf-8" if column.charset == "bmp" else column.charset)
            assert column.charset != "bmp" or max(map(ord, value), default=0) < 0x10000
        if column.fixed:
            assert isinstance(value, bytes)
            assert len(value) == column.size


MEANT: list[tuple[Column, Callable[[Any], object]]] = [
    (Column("email", "text", size=255), re.compile(r"[^@\s]+@[\w.]+").fullmatch),
    (Column("contact_mail", "text", size=20), re.compile(r"[^@\s]+@[\w.]+").fullmatch),
    (Column("timezone", "text", size=64), ZoneInfo),
    (Column("country_code", "text", size=2), str.isupper),
    (Column("website_url", "text"), lambda text: urlsplit(text).hostname),
    (Column("ip_address", "text", size=45), ip_address),
    (Column("settings", "text"), lambda text: isinstance(json.loads(text), dict)),
    (Column("externalUuid", "text", size=40), UUID),
    (Column("created_at", "text", size=30), datetime.fromisoformat),
    (Column("last_seen", "integer", low=-(2**63), high=2**63 - 1), lambda number: datetime.fromtimestamp(number, UTC)),
    (Column("month", "integer", low=0, high=255), range(1, 13).__contains__),
    (Column("lat", "decimal", size=9, scale=6), lambda number: abs(number) <= 90),
    (Column("updated_at", "datetime"), lambda text: datetime.fromisoformat(text) + timedelta(days=9000)),
]


@pytest.mark.parametrize(("column", "reads"), MEANT, ids=lambda value: getattr(value, "name", ""))
def test_values_are_what_the_name_of_their_column_says(column: Column, reads: Callable[[Any], object]) -> None:
    it, rng = kind(column), Random(1)
    for value in (*(it.usual(column, rng) for _ in range(30)), *(it.edge(column, edge) for edge in EDGES)):
        assert fits(column, value)
        assert reads(value)


@pytest.mark.parametrize("name", ["email", "website", "settings", "uuid", "timezone", "city"])
def test_a_unique_column_gets_new_values_whatever_it_is_called(name: str) -> None:
    column = Column(name, "text", size=120)
    assert len({kind(column).nth(column, number) for number in range(500)}) == 500


def test_the_longest_address_is_as_long_as_its_column_and_a_short_text_holds_no_document() -> None:
    for name, size in (("email", 254), ("url", 500)):
        column = Column(name, "text", size=size)
        assert len(str(kind(column).edge(column, "high"))) == size
    short = Column("options", "text", size=12)
    assert "{" not in str(kind(short).usual(short, Random(1)))


@pytest.mark.parametrize("bits", [31, 63])
def test_a_high_number_can_be_told_in_hundredths_and_fits_no_smaller_type(bits: int) -> None:
    column = Column("n", "integer", low=-(2**bits), high=2**bits - 1)
    for edge in ("high", "low"):
        value = kind(column).edge(column, edge)
        assert isinstance(value, int)
        assert 2 ** (24 if bits == 31 else 32) < abs(value) < 2**bits // 100


def test_a_document_is_spelt_as_the_servers_print_it() -> None:
    column = Column("n", "json")
    assert read(column, ['{"bb":1,"a":[{"d":"é","c":2}]}']) == ['{"a": [{"c": 2, "d": "é"}], "bb": 1}']
    for value in (kind(column).usual(column, Random(1)), *(kind(column).edge(column, edge) for edge in EDGES)):
        assert read(column, [str(value)]) == [value]


@given(
    st.sampled_from([column for column in COLUMNS if column.kind not in ("geometry", "array", "bytes")]), st.integers()
)
def test_a_value_is_read_from_its_own_text(column: Column, seed: int) -> None:
    value = kind(column).usual(column, Random(seed))
    text = str(value).lower() if isinstance(value, bool) else str(value)
    (again,) = read(column, [text])
    assert kind(column).same(again) == kind(column).same(value)


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        (Column("n", "integer"), "0x1f", 31),
        (Column("n", "integer"), "true", 1),
        (Column("n", "integer", low=0, high=9), "10", None),
        (Column("n", "bytes", size=16, fixed=True), "5e4a1f0c-0000-4000-8000-000000000001",
         UUID("5e4a1f0c-0000-4000-8000-000000000001").bytes),
        (Column("n", "bytes", size=4), "0x00ff", b"\0\xff"),
        (Column("n", "text", size=3), "four", None),
        (Column("n", "text", size=9, charset="ascii"), "é", None),
        (Column("n", "enum", choices=("a",)), "b", None),
        (Column("n", "set", choices=("a", "b")), "b,a", "a,b"),
        (Column("n", "date"), "2024-02-30", None),
        (Column("n", "date"), "0000-00-00", None),
        (Column("n", "date", zero=True), "0000-00-00", "0000-00-00"),
        (Column("n", "datetime", scale=2), "2024-05-06T07:08:09.123456Z", "2024-05-06 07:08:09.12"),
        (Column("n", "json"), "{not json}", None),
        (Column("n", "bit", size=3), "b'101'", 5),
    ],
)  # fmt: skip
def test_a_literal_is_taken_where_it_fits(column: Column, text: str, value: object) -> None:
    assert read(column, [text]) == ([] if value is None else [value])


def test_a_column_of_the_size_of_a_uuid_has_uuids_and_one_of_documents_documents() -> None:
    rng = Random(2)
    column = Column("n", "text", size=36)
    assert UUID(str(kind(column).usual(column, rng)))
    assert kind(column).edge(column, "zero") == str(UUID(int=0))
    column = Column("n", "text", size=500, default="{}")
    assert json.loads(str(kind(column).usual(column, rng)))


@pytest.mark.parametrize(
    ("text", "row", "wanted"),
    [
        ("(`a` > 0)", {"a": 1}, True),
        ("(`a` > 0)", {"a": None}, None),
        ("(`s` in (_utf8mb4'x',_utf8mb4'it''s'))", {"s": "it's"}, True),
        ("(`s` in (_utf8mb4'x',_utf8mb4'y'))", {"s": "X"}, UNKNOWN),
        ("((s)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))", {"s": "c"}, False),
        ("(n >= (0)::numeric) AND (n <> ALL (ARRAY[1, 2]))", {"n": 2}, False),
        ("a NOT BETWEEN 1 AND 5 OR b IS NOT NULL", {"a": 3, "b": None}, False),
        ("NOT (a = 1 AND b LIKE 'x%')", {"a": 1, "b": "xy"}, False),
        ("s ~ '^[A-Z]{2}$'::text", {"s": "AB"}, True),
        ("(e !~~ 'x%'::text)", {"e": "xy"}, False),
        ("char_length(s) >= 3", {"s": "日本"}, False),
        ("length(s) >= 3", {"s": "日本"}, UNKNOWN),
        ("a < b", {"a": "2024-01-02", "b": "2024-01-01"}, False),
        ("a < b", {"a": "x", "b": "y"}, UNKNOWN),
        ("s = 'a'", {"s": "A"}, UNKNOWN),
        ("case when a then b end", {"a": 1, "b": 0}, UNKNOWN),
        ("strange(a) AND a > 5", {"a": 1}, False),
        ("strange(a) OR a > 5", {"a": 1}, UNKNOWN),
        ("a = ", {"a": 1}, UNKNOWN),
        ("coalesce(a, b) IS NOT NULL AND a - -1 = 2 * 1", {"a": 1, "b": None}, True),
    ],
)  # fmt: skip
def test_a_condition_is_told_as_far_as_it_is_plain(text: str, row: dict[str, object], wanted: object) -> None:
    assert fulfilled(text, row) is wanted  # type: ignore[arg-type]  # rows of plain values


@given(st.text(max_size=60))
def test_no_text_of_a_condition_breaks_the_reader(text: str) -> None:
    fulfilled(text, {"a": 1})
    literals(text)


@given(st.sampled_from([r"^[A-Z]{2}-\d+$", r"^[^@\s]+@[^@]+\.(com|org)$", r"^(a|b)?c*$", r"^\w{3,5}$"]), st.integers())
def test_texts_match_the_expression_they_are_drawn_from(pattern: str, seed: int) -> None:
    assert re.search(pattern, patterns.regular(pattern, Random(seed)))


def test_candidates_are_what_a_check_names_and_what_lies_beside() -> None:
    found = candidates(Column("n", "integer"), [Check("c", "n >= 100 AND n <> 107", ("n",))], Random(1))
    assert {99, 100, 101, 106, 107, 108} <= set(found)
    found = candidates(Column("d", "date"), [Check("c", "VALUES LESS THAN (2010)", ("d",))], Random(1))
    assert "2009-06-15" in found


def test_each_edge_has_a_row_where_there_are_enough() -> None:
    assert set(shapes(20)) > {Shape.TWIN, Shape.NULLS, Shape.HIGH, Shape.LOW, Shape.ZERO, Shape.KNOWN}
    assert list(shapes(2)) == [Shape.PLAIN, Shape.TWIN]
    assert len(list(shapes(7))) == 7


def _table(name: str, **refers: str) -> Table:
    columns = (Column("id", "integer"), *(Column(each, "integer") for each in refers))
    foreign = tuple(ForeignKey(each, (each,), parent, ("id",)) for each, parent in refers.items())
    return Table(name, columns, (Key("PRIMARY", ("id",)),), foreign)


def test_parents_come_first_and_circles_together() -> None:
    tables = {one.name: one for one in (_table("a", x="b"), _table("b", y="c"), _table("c", z="b"), _table("d", s="d"))}
    assert order.groups(tables, {}) == [("b", "c"), ("a",), ("d",)]


def test_undeclared_references_are_found_by_name_and_type() -> None:
    text = Column("customer_id", "text", size=9)
    tables = {
        "crm_customers": _table("crm_customers"),
        "calls": Table("calls", (Column("customer_id", "integer"), Column("company_id", "integer"))),
        "others": Table("others", (text,)),
        "companies": _table("companies"),
    }
    found = {(name, key.columns[0], key.parent) for name, keys in order.supposed(tables).items() for key in keys}
    assert found == {("calls", "customer_id", "crm_customers"), ("calls", "company_id", "companies")}


MYSQL = """CREATE TABLE `t` (
  `id` bigint unsigned NOT NULL AUTO_INCREMENT,
  `e` enum('a,b','c)','it''s') NOT NULL DEFAULT 'c)' COMMENT 'NOT NULL, DEFAULT ''x''',
  `s` varchar(9) CHARACTER SET latin1 COLLATE latin1_bin DEFAULT NULL,
  `j` json DEFAULT (_utf8mb4'[]'),
  `b` bit(4) DEFAULT b'101',
  `g` point NOT NULL /*!80003 SRID 4326 */,
  `low` varchar(9) GENERATED ALWAYS AS (lower(`s`)) VIRTUAL,
  `ts` timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (`id`),
  UNIQUE KEY `two` (`s`(4),`e` DESC),
  UNIQUE KEY `fn` ((concat(`s`,_utf8mb4'),('))),
  KEY `plain` (`e`),
  CONSTRAINT `up` FOREIGN KEY (`id`) REFERENCES `other`.`p` (`id`) ON DELETE CASCADE,
  CONSTRAINT `c` CHECK ((`s` <> _utf8mb4')')),
  CONSTRAINT `off` CHECK ((`s` <> _utf8mb4'x')) /*!80016 NOT ENFORCED */
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3"""


def test_a_table_is_read_as_mysql_prints_it() -> None:
    it = mysql_table("t", MYSQL, zero=False)
    columns = {column.name: column for column in it.columns}
    assert columns["id"].counter
    assert (columns["id"].low, columns["id"].high) == (0, 2**64 - 1)
    assert columns["e"].choices == ("a,b", "c)", "it's")
    assert (columns["e"].default, columns["e"].nullable) == ("c)", False)
    assert (columns["s"].charset, columns["low"].charset) == ("cp1252", "bmp")
    assert (columns["j"].default, columns["b"].default, columns["ts"].default) == ("[]", "b'101'", None)
    assert (columns["g"].shape, columns["g"].srid) == ("POINT", 4326)
    assert columns["low"].generated
    assert columns["low"].reads == ("s",)
    assert it.keys == (Key("PRIMARY", ("id",)), Key("two", ("s", "e"), {"s": 4}), Key("fn", (), {}, ("s",)))
    assert it.foreign == (ForeignKey("up", ("id",), "other.p", ("id",)),)
    assert it.checks == (Check("c", "(`s` <> _utf8mb4')')", ("s",)),)


def test_a_document_of_mariadb_is_one() -> None:
    text = (
        "CREATE TABLE `t` (\n  `j` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT '{}'"
        " CHECK (json_valid(`j`)),\n  `n` int(11) DEFAULT 5 CHECK (`n` > 3)\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4"
    )
    it = mysql_table("t", text, zero=True)
    assert [column.kind for column in it.columns] == ["json", "integer"]
    assert [column.default for column in it.columns] == ["{}", "5"]
    assert it.checks[1] == Check("n", "`n` > 3", ("n",))
