"""Ids that were typed by hand are told from a generator's, whose rate of false alarms is counted here."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from migkit.ids import hand_made, pattern
from migkit.model import Revision

# all of them stand in public repositories
TYPED = """
    a1b2c3d4e5f6 a1b2c3d4e5f7 b2c3d4e5a1b2 a1b2c3d4e5a1 b2c3d4e5f6a7 d3e4f5a6b7c8 b2c3d4e5f6a1 b2c3d4e5f6g7 b2c3d4e5f678
    h7g6f5e4d3c2 b7c8d9e0f1a2 c9d0e1f2a3b4 f2e3d4c5b6a7 f1e2d3c4b5a6 e7a1b2c3d4e5 g2h3i4j5k6l7 9a8b7c6d5e4f f2a3b4c5d6e7
    a7b8c9d0e1f2 1a2b3c4d5e6f 1a2b3c4d5e07 1a2b3c4d5e67 fe12ab34cd56 567890abcdef 1234567890ab abcdef123456 0987654321cd
    123456789abc 1234567890ef 123456abcdef 123456789abcde e5f6a7b8c9d0 f7e8d9c0b1a2 e5f6a7b8c9d5 7f8e9d0c1b2a
    5a6b7c8d9e00 7f8e9d1a2b3c 7f8e9d2a1b3c 3f7b2e9a1c5d 7f8e9d1c2b3a a1b2c3d4
    000000000001 aaaaaaaaaaaa deadbeef0001 cafebabe1234 deadcafe0001 aabbccddeeff 112233445566 abc123abc123 a11b22c33d44
    fedcba987654 a1b2a1b2a1b2
""".split()  # noqa: SIM905  # a list to read
GENERATED = """
    07cce665fabc fbfc49f01004 7d04ba82351c 78b88e452c7e 0a4a5d8c78a4 3f35c3e4c94b 90e08f980c90 bd5c5a96e218 b2e87acf061c
    b4ba5accb799 0d7be1e52518 1975ea83b712 ae1027a6acf 3cc52e57e8e fec9e65e4c2c 04527b9f3fe4 634ed6a3501e
""".split()  # noqa: SIM905  # a list to read


def revisions(*ids: str) -> list[Revision]:
    return [Revision(ident, "", Path(f"{ident}.py"), ()) for ident in ids]


@pytest.mark.parametrize("ident", TYPED)
def test_a_typed_id_shows_its_pattern(ident: str) -> None:
    assert pattern(ident)
    assert [(one.rule, one.severity.name, one.revision) for one in hand_made(revisions(ident, *GENERATED))] == [
        ("hand-made-id", "warning", ident)
    ]


def test_generated_ids_show_none() -> None:
    assert hand_made(revisions(*GENERATED)) == ()


def test_a_generated_id_is_taken_for_a_typed_one_less_than_once_in_ten_thousand() -> None:
    """Over four million ids it was 81: 2 in 100,000. Here, of 50,000, more than 5 would be ten times that."""
    chance = random.Random(4)
    assert sum(bool(pattern(f"{chance.getrandbits(48):012x}")) for _ in range(50_000)) <= 5


@pytest.mark.parametrize(
    "convention",
    [["0.57.0rc1", "0.58.0", "0.59"], ["001", "002"], ["202401021530", "202402031200"], ["20240102", "20240103"]],
)
def test_another_convention_is_none_where_most_of_the_history_has_it(convention: list[str]) -> None:
    assert hand_made(revisions(*convention)) == ()
    assert hand_made(revisions(*convention, GENERATED[0])) == ()


def test_an_id_of_another_form_than_most_is_a_note() -> None:
    (found,) = hand_made(revisions("001", *GENERATED))
    assert (found.severity.name, found.revision, found.path) == ("note", "001", "001.py")
