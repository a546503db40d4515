"""The shells of the verbs that only read declared targets."""

from __future__ import annotations

from migkit.model import Report
from migkit.shell import SERVERS, Tell, chosen, usual_server, verb


@verb(
    shared=SERVERS,
    target="read this target only (default: every one of the schema)",
    sql="print the statements that would bring it back; nothing runs them",
)
def drift(
    tell: Tell, *, schema: str = "", target: str = "", sql: bool = False, engine: str = "", server: str = ""
) -> Report:
    """Say how a target's catalogue differs from the one that its history makes; the target is only read.

    inv mig.drift --schema asterisk --target production
    inv mig.drift --target production --sql
    """
    from migkit.drift import Options
    from migkit.drift import drift as drifted

    return drifted(*chosen(schema), Options(target, engine, usual_server(server), sql), on_event=tell)
