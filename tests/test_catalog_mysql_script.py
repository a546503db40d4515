"""A file of SQL is split as the command line clients do."""

from __future__ import annotations

import pytest

from migkit.catalog.mysql_script import statements


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("", []),
        (" ;; \n", []),
        ("SELECT 1", [(1, "SELECT 1")]),
        ("SELECT ';', \";\", `;`;\nSELECT 2;", [(1, "SELECT ';', \";\", `;`"), (2, "SELECT 2")]),
        ("-- it's; one\n# two;\n/* three; */ SELECT 1;", [(3, "SELECT 1")]),
        ("SELECT 1 -- it's\n, 2;SELECT 3", [(1, "SELECT 1 -- it's\n, 2"), (2, "SELECT 3")]),
        ("SELECT 1--1;", [(1, "SELECT 1--1")]),
        (r"SELECT 'a\';', 'it''s;';", [(1, r"SELECT 'a\';', 'it''s;'")]),
        ("/*!40101 SET a=1; */;", [(1, "/*!40101 SET a=1; */")]),
        ("/*M!999999\\- sandbox */\nSELECT 1;", [(1, "/*M!999999\\- sandbox */\nSELECT 1")]),
        ("DELIMITER $$\nBEGIN a; b; END$$\nDELIMITER ;\nSELECT 1;", [(2, "BEGIN a; b; END"), (4, "SELECT 1")]),
        ("delimiter //\r\nSELECT 1//\r\ndelimiter ;\r\nSELECT 2;", [(2, "SELECT 1"), (4, "SELECT 2")]),
        ("SELECT '\n\n';\nSELECT 2", [(1, "SELECT '\n\n'"), (4, "SELECT 2")]),
        ("SELECT 'never closed; SELECT 1;", [(1, "SELECT 'never closed; SELECT 1;")]),
    ],
)
def test_statements(sql: str, expected: list[tuple[int, str]]) -> None:
    assert list(statements(sql)) == expected
