"""What is configured, before anything is asked: the ini of a schema can be read, and its history is there."""

from __future__ import annotations

import configparser
from pathlib import Path

from migkit.alembic_io.history import alembic_config, located, script_directory, unreadable
from migkit.alembic_io.surroundings import caught_output, working_directory
from migkit.config import shown
from migkit.model import Check, Schema

NAME = "configuration: ini"


def configured(schema: Schema) -> Check:
    """Say that the ini was read, and where the history lies; no revision is. Raises ConfigError or HistoryError."""
    there = located(schema)
    with working_directory(there.directory), caught_output():
        try:
            folder = Path(script_directory(alembic_config(there), there).dir).resolve()
        except configparser.Error as error:
            raise unreadable(error, there) from None
    return Check(NAME, ok=True, message=f"{shown(there.ini)}, whose history lies in {shown(folder)}")
