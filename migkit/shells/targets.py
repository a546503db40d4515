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


@verb(
    repeated=("allow_blocking",),
    target="a target of the schema (default: production)",
    to="plan up to this revision (default: head); with --down: down to it",
    down="plan the way back, as mig.rollback would take it",
    allow_blocking="this table may be blocked though it is large; may be repeated",
)
def plan(
    tell: Tell,
    *,
    schema: str = "",
    target: str = "production",
    to: str = "",
    down: bool = False,
    allow_blocking: list[str] | None = None,
) -> Report:
    """Say what pending revisions would do to a target: their SQL, its tables, its rows; the target is only read.

    inv mig.plan
    inv mig.plan --target staging --to 3b85d7ac5116
    inv mig.plan --down --to -1
    """
    from migkit.plan import Options
    from migkit.plan import plan as planned

    options = Options(target, to, "downgrade" if down else "upgrade", tuple(allow_blocking or ()))
    return planned(*chosen(schema), options, on_event=tell)


@verb(target="ask this target only (default: every one of the schema)")
def status(tell: Tell, *, schema: str = "", target: str = "") -> Report:
    """Say where each target stands, what is pending, and what its last release did not finish; nothing is changed.

    inv mig.status --schema asterisk --target production
    """
    from migkit.status import status as known

    return known(*chosen(schema), target, on_event=tell)
