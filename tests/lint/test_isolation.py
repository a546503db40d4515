# bodies of revisions stand in one line each
"""What a revision takes from elsewhere, in the ways that people write it."""

from __future__ import annotations

from pathlib import Path

import pytest

from migkit.lint import Facts
from tests.lint.histories import findings, ids, judged, only

_DOWN = "\n\ndef downgrade():\n    pass\n"


def _body(imports: str, *lines: str) -> str:
    return f"{imports}\nirreversible = 'rows are not kept'\n\n\ndef upgrade():\n    " + "\n    ".join(lines) + _DOWN


def _found(tmp_path: Path, rule: str, body: str) -> list[int]:
    facts = Facts(packages=frozenset({"shop"}))
    return [line for name, _, line in judged(tmp_path, [body], facts=facts) if name == rule]


@pytest.mark.parametrize(
    "imports",
    ["from shop import models", "import shop.models as m", "from . import helpers", "from ..shop.models import Order"],
)
def test_an_import_of_the_repositorys_own_is_found(tmp_path: Path, imports: str) -> None:
    assert len(_found(tmp_path, "imports-application", _body(imports, "pass"))) == 1


@pytest.mark.parametrize(
    "imports", ["import json", "from migkit import ops", "import shopping", "from sqlalchemy import orm"]
)
def test_an_import_of_others_is_none(tmp_path: Path, imports: str) -> None:
    assert not _found(tmp_path, "imports-application", _body(imports, "pass"))


def test_an_import_within_a_function_is_found(tmp_path: Path) -> None:
    assert len(_found(tmp_path, "imports-application", _body("", "from shop.models import Order"))) == 1


@pytest.mark.parametrize(
    ("imports", "use"),
    [
        ("import os", "os.environ['A']"),
        ("import os", "os.getenv('A', 'b')"),
        ("from os import environ as env", "env.get('A')"),
        ("from os import getenv", "getenv('A')"),
        ("from decouple import config", "config('A')"),
    ],
)
def test_a_setting_is_found(tmp_path: Path, imports: str, use: str) -> None:
    assert len(_found(tmp_path, "reads-settings", _body(imports, f"x = {use}"))) == 1


def test_what_is_no_setting_is_none(tmp_path: Path) -> None:
    assert not _found(tmp_path, "reads-settings", _body("import os", "x = os.path.join('a', 'b')"))


@pytest.mark.parametrize(
    ("imports", "use"),
    [
        ("import requests", "requests.post('https://x')"),
        ("from requests import get", "get('https://x').json()"),
        ("import requests", "requests.Session().get('https://x')"),
        ("from urllib.request import urlopen", "urlopen('https://x')"),
        ("import boto3", "boto3.client('s3').upload_file('a')"),
        ("import smtplib", "smtplib.SMTP('x').send_message('y')"),
    ],
)
def test_a_network_call_is_found(tmp_path: Path, imports: str, use: str) -> None:
    assert len(_found(tmp_path, "network-call", _body(imports, f"x = {use}"))) == 1


@pytest.mark.parametrize(
    ("imports", "use"),
    [("import urllib.parse", "urllib.parse.quote('x')"), ("from requests.exceptions import Timeout", "Timeout")],
)
def test_what_reaches_nobody_is_none(tmp_path: Path, imports: str, use: str) -> None:
    assert not _found(tmp_path, "network-call", _body(imports, f"x = {use}"))


@pytest.mark.parametrize(
    ("imports", "use"),
    [
        ("", "sa.create_engine('sqlite://')"),
        ("from sqlalchemy import create_engine as made", "made('sqlite://').connect()"),
        ("from sqlalchemy.ext.asyncio import create_async_engine", "create_async_engine('x')"),
        ("import pymysql", "pymysql.connect(host='x')"),
        ("import psycopg2", "psycopg2.connect('x')"),
        ("from sqlalchemy import engine_from_config", "engine_from_config({})"),
    ],
)
def test_a_second_connection_is_found(tmp_path: Path, imports: str, use: str) -> None:
    assert len(_found(tmp_path, "second-connection", _body(imports, f"x = {use}"))) == 1


@pytest.mark.parametrize(
    "use", ["op.get_bind()", "op.get_bind().engine.connect()", "sa.orm.Session(bind=op.get_bind())"]
)
def test_the_migrations_own_connection_is_none(tmp_path: Path, use: str) -> None:
    assert not _found(tmp_path, "second-connection", _body("", f"x = {use}"))


_INSERT = "op.execute(f\"INSERT INTO t (a) VALUES ('{x}')\")"


@pytest.mark.parametrize(
    ("imports", "lines", "count"),
    [
        ("import uuid", ["x = uuid.uuid4()", _INSERT], 1),
        ("from uuid import uuid4", ["x = uuid4()", _INSERT], 1),
        ("import random", ["x = random.randint(1, 5)", _INSERT], 1),
        ("import random", ["random.seed(7)", "x = random.randint(1, 5)", _INSERT], 0),
        ("import uuid", ["x = uuid.uuid5(uuid.NAMESPACE_DNS, 'x')", _INSERT], 0),
        ("import uuid", ["x = uuid.uuid4()", "op.execute('DELETE FROM t WHERE a = 1')"], 0),
        (
            "import uuid",
            ["for row in op.get_bind().execute(sa.text('SELECT a FROM t')):", "    x = uuid.uuid4()", f"    {_INSERT}"],
            0,
        ),
        ("", ['op.execute("INSERT INTO t SELECT gen_random_uuid(), a FROM s")'], 0),
        ("", ['op.execute("INSERT INTO t (a) VALUES (now())")'], 0),
        ("", ['op.execute("INSERT INTO t (a) VALUES (RAND())")'], 1),
        ("import time", ["start = time.time()", "op.execute('INSERT INTO t (a) VALUES (1)')"], 0),
    ],
)
def test_rows_of_chance_are_found(tmp_path: Path, imports: str, lines: list[str], count: int) -> None:
    assert len(_found(tmp_path, "non-deterministic-seed", _body(imports, *lines))) == count


def test_the_clock_in_a_row_is_a_note(tmp_path: Path) -> None:
    body = _body(
        "import datetime", "t = sa.table('t', sa.column('a'))", "op.bulk_insert(t, [{'a': datetime.datetime.now()}])"
    )
    found = [one for one in findings(tmp_path, [body]) if one.rule == "non-deterministic-seed"]
    assert [one.severity.name for one in found] == ["note"]


def test_a_line_is_found_once(tmp_path: Path) -> None:
    body = _body("import os", "x = os.environ['A'] + os.environ['B']")
    assert only("reads-settings", judged(tmp_path, [body])) == [(ids(1)[0], 22)]
