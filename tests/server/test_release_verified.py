"""What a release ends with: its target held to what was recorded, or to the round trip that `--verify` just made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.server.conftest import Serve
from tests.server.releasing import WORD, Place, first_steps, placed

pytestmark = pytest.mark.server


@pytest.fixture(params=["mysql:9.7", "mariadb:10.11", "postgresql:15"])
def place(request: pytest.FixtureRequest, serve: Serve, tmp_path: Path) -> Iterator[Place]:
    with placed(serve(request.param), tmp_path) as made:
        first_steps(made)
        yield made


def released(place: Place, *words: str) -> dict[str, Any]:
    told = place.told("prod", "--confirm", WORD, *words, MIGKIT_APPROVED_BY="Ann")
    assert told["error"] is None, told["error"]
    return told


def test_the_target_is_held_to_the_record_and_drift_that_was_there_is_told(place: Place) -> None:
    place.prove()
    told = released(place, "--to", "b2")
    assert [(one["check"], one["ok"]) for one in told["verified"]] == [("version", True), ("catalogue", True)]
    place.ask_and_keep("CREATE TABLE by_hand (id INT)")
    told = released(place)
    assert told["current"] == ["c3"]
    version, catalogue = told["verified"]
    assert (version["ok"], catalogue["ok"]) == (True, False)
    assert "by_hand" in catalogue["message"]
    assert [one["rule"] for one in told["findings"]] == ["drift-extra"]
    place.ask_and_keep("DROP TABLE by_hand")
    drift = place.told("drift")
    assert (drift["ok"], drift["targets"][0]["differences"]) == (True, [])


def test_without_a_record_it_is_held_to_the_round_trip_of_this_moment(place: Place) -> None:
    place.commit()
    told = released(place, "--verify")
    assert not (place.folder / "proofs").exists()
    assert [(one["check"], one["ok"]) for one in told["verified"]] == [("version", True), ("catalogue", True)]
