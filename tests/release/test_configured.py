"""What is configured is looked at before anything is asked of the network."""

from __future__ import annotations

from pathlib import Path

import pytest

from migkit.errors import ConfigError, HistoryError, MigkitError
from migkit.preflight import configured
from tests.conftest import MakeSchema

EMPTY = "def upgrade():\n    pass\n\ndef downgrade():\n    pass"


def test_the_ini_and_the_place_of_its_history_are_said(make_schema: MakeSchema) -> None:
    found = configured(make_schema({"a1": EMPTY}))
    assert found.ok
    assert "alembic.ini, whose history lies in " in found.message
    assert found.message.endswith("migrations")


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        (None, ConfigError, "there is no "),
        ("nonsense\n", HistoryError, "cannot be read"),
        ("[alembic]\nscript_location = nowhere\n", HistoryError, "nowhere"),
        ("[alembic]\nscript_location = 100%\n", HistoryError, ""),
    ],
)
def test_one_that_cannot_be_used_is_told(
    make_schema: MakeSchema, text: str | None, kind: type[MigkitError], said: str
) -> None:
    schema = make_schema({"a1": EMPTY})
    ini = Path(schema.ini)
    ini.unlink() if text is None else ini.write_text(text)
    with pytest.raises(kind) as caught:
        configured(schema)
    assert said in caught.value.message
    assert caught.value.remedy
