"""Questions to a target in a session that cannot write: what the server does not answer is Denied, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from migkit.address import masked_text
from migkit.gate import Ask, Denied, Rows
from migkit.servers import login

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


def asking(connection: Connection) -> Ask:
    """Give a function that asks on this connection, whose statements are transactions of their own.

    Raises Denied for what the server refuses; a connection that is gone is an error of the driver's.
    """
    from sqlalchemy import text
    from sqlalchemy.exc import DBAPIError

    def ask(sql: str, **bound: Any) -> Rows:
        try:
            return [tuple(row) for row in connection.execute(text(sql), bound)]
        except DBAPIError as error:
            if error.connection_invalidated:
                raise
            raise Denied(masked_text(login.said(error))) from None

    return ask
