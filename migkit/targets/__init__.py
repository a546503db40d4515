"""A declared target: where its URL comes from, where that leads, and a session on it that cannot write.

    sources.py     ini, env:NAME, file:PATH, keyring:NAME -> the text of a URL
    declaring.py   that text, a SQLAlchemy URL or a Go DSN -> an address that the target declares, or an error
    network.py     whether it can be reached, the declared way: names.py, routes.py, ways.py, dialing.py, arriving.py;
                   wires.py has what servers say before a login, speaking.py the TLS handshake
    reading.py     a session there that refuses to write
    standing.py    the version table, read in such a session

Nothing here starts anything, and no password is in any message.
"""

from __future__ import annotations

from migkit.targets.declaring import Declared, declared, named
from migkit.targets.reading import reading
from migkit.targets.standing import VersionTable, standing

__all__ = ["Declared", "VersionTable", "declared", "named", "reading", "standing"]
