"""Secrets are found by their form and by their name, are never repeated, and what stands for one is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from migkit.model import Finding
from tests.lint.histories import findings

KEY = "-----BEGIN RSA " + "PRIVATE KEY-----"
HASH = "$2b$12$" + "LQv3c1yqBWVHxkd0LHAkCOYz6TtxMQJqhN8/LewdBPj3bp.Yf1d6G"[:53]


def told(tmp_path: Path, line: str) -> list[Finding]:
    body = f"def upgrade():\n    {line}\n"
    return [one for one in findings(tmp_path, [body]) if one.rule == "secret-in-migration"]


@pytest.mark.parametrize(
    "secret",
    [
        KEY,
        "AKIA" + "Q7Z4MXL2WPNB5TRC",
        "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",
        "glpat-" + "x7Kq2mPz9Rt4Wv6Yb3Nc",
        "xoxb-" + "123456789012-abcdefGHIJKL",
        "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc",
        "AIza" + "SyD9x8w7v6u5t4s3r2q1p0o9n8m7l6k5j4i",
    ],
)
def test_a_key_that_is_known_by_its_form_is_an_error_and_never_repeated(tmp_path: Path, secret: str) -> None:
    (found,) = told(tmp_path, f"op.execute(\"INSERT INTO settings VALUES (1, '{secret}')\")")
    assert (found.severity.name, found.line, found.source) == ("error", 18, "")
    assert secret not in repr(found)


@pytest.mark.parametrize(
    "line",
    [
        f"op.execute(\"INSERT INTO users VALUES (1, '{HASH}')\")",
        "op.execute(\"CREATE USER app IDENTIFIED BY 'kN4vqX7-plum'\")",
        "op.execute(\"CREATE USER app IDENTIFIED WITH caching_sha2_password BY 'kN4vqX7-plum'\")",
        "op.execute(\"ALTER ROLE app WITH PASSWORD 'kN4vqX7-plum'\")",
        "url = 'postgresql://app:kN4vqX7plum@db.internal/crm'",
        "password = 'kN4vqX7-plum'",
        "op.bulk_insert(users, [{'name': 'admin', 'api_key': 'f3a94be0c1d27e586a0b'}])",
    ],
)
def test_what_is_likely_one_is_a_warning_and_never_repeated(tmp_path: Path, line: str) -> None:
    (found,) = told(tmp_path, line)
    assert (found.severity.name, found.line, found.source) == ("warning", 18, "")
    assert "plum" not in repr(found)
    assert "f3a94be0c1d27e586a0b" not in repr(found)


@pytest.mark.parametrize(
    "line",
    [
        "op.execute(\"CREATE USER app IDENTIFIED BY '<password>'\")",
        "op.execute(f\"CREATE USER app IDENTIFIED BY '{password}'\")",
        "op.execute(\"CREATE USER app IDENTIFIED BY 'changeme'\")",
        "url = 'postgresql://user:pass@localhost/crm'",
        "url = 'postgresql://user:password@db/crm'",
        "url = f'postgresql://{user}:{password}@db/crm'",
        "password = 'password'",
        "password = None",
        "token = 'access_token'",
        "secret_name = 'kN4vqX7-plum'",
        "op.add_column('users', sa.Column('password', sa.String(255), comment='bcrypt, cost 12'))",
        "op.create_index('ix_users_token', 'users', ['token'])",
        "op.execute(\"UPDATE users SET password = NULL WHERE token = ''\")",
        "key = 'AKIAIOSFODNN7EXAMPLE'",
        'op.execute("ALTER TABLE t ADD password VARCHAR(60), ADD token CHAR(36)")',
    ],
)
def test_what_stands_for_a_secret_is_none(tmp_path: Path, line: str) -> None:
    assert told(tmp_path, line) == []


@pytest.mark.parametrize(
    "piece", ["a.", "eyJaaaaaaaaaa.", "eyJaaaaaaaaaa.eyJ", "-eyJ", "IDENTIFIED WITH ", "USER ", "-----BEGIN A ", "SG."]
)
def test_a_long_line_is_searched_once(tmp_path: Path, piece: str) -> None:
    """Half a million characters that begin like a secret again and again: quadratic would not come to its end."""
    marks = "://identified password PRIVATE KEY----- AKIA eyJ SG. $2b$"
    assert len(told(tmp_path, f"rows = '{piece * (500_000 // len(piece))} {marks}'")) <= 1


def test_each_line_is_told_once_and_by_its_number(tmp_path: Path) -> None:
    key = "AKIA" + "Q7Z4MXL2WPNB5TRC"
    found = told(tmp_path, f"a = '{key}'; b = '{key}'\n    c = 'x'\n    d = '{key}'")
    assert [(one.line, one.column) for one in found] == [(18, 10), (20, 10)]
