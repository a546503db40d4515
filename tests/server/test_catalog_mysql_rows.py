"""Checksums of rows on MySQL and MariaDB: every change of a value is seen, and nothing else."""

from __future__ import annotations

import re

import pytest

from tests.server.mysql_bench import Bench
from tests.server.mysql_states import KINDS, ROWS

pytestmark = pytest.mark.server


VALUES = {
    "moved to the next column": "s = '', s2 = 'abc'",
    "null to empty": "n = ''",
    "json": """j = '{"a": [1, 2.50, null, "è"]}'""",
    "json number": """j = '{"a": [1, 2.51, null, "é"]}'""",
    "blob": "b = x'0001fe'",
    "text": "tx = 'texs'",
    "latin1": "l = 'naive'",
    "float": "f = 0.10000001",
    "double": "d = 1.0000000000000002e300",
    "decimal": "de = 12.345679",
    "bit": "bi = b'100000000'",
    "year": "y = 2025",
    "enum": "e = 'y'",
    "set": "se = 'p'",
    "microsecond": "dt = '2024-01-02 03:04:05.123457'",
    "timestamp": "ts = '2024-06-07 08:09:10.124'",
    "time": "ti = '-12:34:56.79'",
    "binary": "bn = x'01020301'",
    "geometry": "g = ST_GeomFromText('POINT(2 1)')",
    "big": "big = 18446744073709551614",
}


@pytest.mark.parametrize("what", VALUES)
def test_a_changed_value_changes_the_checksum(bench: Bench, what: str) -> None:
    bench.run(KINDS, *ROWS)
    before = bench.catalog.checksums()["kinds"]
    assert before.startswith("2:")
    bench.run("START TRANSACTION")
    bench.run("CREATE TEMPORARY TABLE saved AS SELECT * FROM kinds", "COMMIT")
    bench.run(
        f"UPDATE kinds SET {VALUES[what]}, ts = ts WHERE id = 1"
        if what != "timestamp"
        else f"UPDATE kinds SET {VALUES[what]} WHERE id = 1"
    )
    assert bench.catalog.checksums()["kinds"] != before
    columns = "s, s2, n, j, b, tx, l, f, d, de, bi, y, e, se, dt, ts, ti, bn, g, big"
    bench.run(
        "DELETE FROM kinds",
        f"INSERT INTO kinds (id, {columns}) SELECT id, {columns} FROM saved ORDER BY id DESC",
        "DROP TEMPORARY TABLE saved",
    )
    assert bench.catalog.checksums()["kinds"] == before, "the order of rows and when they were written say nothing"


def test_swapped_values_of_two_rows_are_seen(bench: Bench) -> None:
    bench.run("CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(9))", "INSERT INTO t VALUES (1, 'x'), (2, 'y')")
    before = bench.catalog.checksums()
    bench.run("UPDATE t SET a = IF(a = 'x', 'y', 'x')")
    assert bench.catalog.checksums() != before


def test_the_order_of_columns_is_no_matter_of_rows(bench: Bench) -> None:
    bench.run("CREATE TABLE t (id INT, a VARCHAR(9))", "INSERT INTO t VALUES (1, 'x'), (2, NULL), (2, NULL)")
    before = bench.catalog.checksums()
    bench.run("ALTER TABLE t MODIFY id INT AFTER a")
    assert bench.catalog.checksums() == before
    bench.run("DELETE FROM t LIMIT 2")
    assert bench.catalog.checksums() != before


def test_an_empty_table_is_0_0(bench: Bench) -> None:
    bench.run("CREATE TABLE t (id INT)", "CREATE VIEW v AS SELECT * FROM t")
    assert bench.catalog.checksums() == {"t": "0:0"}


def test_a_changed_value_changes_its_own_hash_and_no_other(bench: Bench) -> None:
    bench.run(KINDS, *ROWS)
    for change in VALUES.values():
        columns = set(re.findall(r"(?:^|, )(\w+) = ", change))
        stamp = "" if "ts" in columns else ", ts = ts"
        before = values(bench, "kinds")
        bench.run(f"UPDATE kinds SET {change}{stamp} WHERE id = 1")
        after = values(bench, "kinds")
        assert {name for name in before if before[name] != after[name]} == columns, change


def test_equal_texts_have_equal_hashes_in_whatever_type_and_null_has_none(bench: Bench) -> None:
    bench.run(
        "CREATE TABLE t (i INT, v VARCHAR(20), l VARCHAR(20) CHARACTER SET latin1, d DECIMAL(4), x TEXT, n INT,"
        " b VARBINARY(20), g INT AS (i + 1))",
        "INSERT INTO t (i, v, l, d, x, b) VALUES (7, '7', '7', 7, '7', '7')",
    )
    found = values(bench, "t")
    assert found.pop("n") == [0]
    assert set(found) == {"i", "v", "l", "d", "x", "b"}
    assert len({number for (number,) in found.values()}) == 1


def values(bench: Bench, table: str) -> dict[str, list[int]]:
    bench.catalog.read()
    return {name: list(hashes) for name, hashes in bench.catalog.values([table])[table].columns.items()}
