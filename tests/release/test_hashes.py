"""What a statement is known again by: its text and its parameters, whatever a driver wraps them in."""

from __future__ import annotations

import psycopg2
import pytest
from psycopg.types.json import Jsonb
from psycopg2.extras import Json

from migkit import hashes


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (lambda: psycopg2.Binary(b"x"), lambda: psycopg2.Binary(b"y")),
        (lambda: Json({"a": 1}), lambda: Json({"a": 2})),
        (lambda: Jsonb({"a": 1}), lambda: Jsonb({"a": 2})),
        (lambda: memoryview(b"x"), lambda: memoryview(b"y")),
        (lambda: b"\0\xff", lambda: b"\xff"),
        (lambda: [1, (2, b"x")], lambda: [1, (2, b"y")]),
    ],
)
def test_parameters_are_known_again_by_their_values(one: object, other: object) -> None:
    first, again, another = (hashes.statement("INSERT", {"a": made()}) for made in (one, one, other))  # type: ignore[operator]
    assert first == again != another
    rows = [hashes.statement("INSERT", [(made(),)]) for made in (one, one, other)]  # type: ignore[operator]
    assert rows[0] == rows[1] != rows[2]
