"""The journal of a schema's target opened: the file, and the table where the target wants one and its login may."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from migkit.address import masked_text
from migkit.journal import file, table
from migkit.journal.book import Journal, Tell
from migkit.journal.evidence import Eyes
from migkit.model import Event, Schema
from migkit.servers import login
from migkit.targets import Declared

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


@contextlib.contextmanager
def opened(schema: Schema, found: Declared, connection: Connection | None, tell: Tell) -> Iterator[Journal]:
    """Open the journal of a schema's target for the time of this block.

    `connection` is a session of the kit's own on the target in which each statement is its own transaction; the table
    is made there where the target wants one and its login may. Raises TargetError where the file cannot be written.
    """
    with file.opened(file.path(schema.name, found.target)) as written:
        kept = _table(found, connection, tell) if connection is not None and found.target.journal.table else None
        eyes = Eyes(found.engine, connection)
        yield Journal(written, kept, eyes, tell, transactional=found.engine.transactional_ddl)


def _table(found: Declared, connection: Connection, tell: Tell) -> table.Table | None:
    try:
        return table.there(connection, found.engine)
    except Exception as error:  # whatever class the driver uses
        said = masked_text(login.said(error))
        tell(
            Event("log", f"{table.NAME} cannot be made or read on {found.address}, the journal's file is alone: {said}")
        )
    return None
