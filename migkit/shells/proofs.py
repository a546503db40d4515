"""The shells of the verbs that prove a history on a throwaway server."""

from __future__ import annotations

from migkit.errors import ConfigError
from migkit.model import Report
from migkit.shell import SERVERS, Tell, chosen, usual_server, verb

PROOF = {
    **SERVERS,
    "strict_engine": "another product or major version than the wanted one is an error",
    "no_baseline": "judge as if nothing were known",
}


@verb(
    repeated=("revision",),
    shared=PROOF,
    revision="judge this revision only; may be repeated",
    since="judge only revisions that were added or edited after this git reference",
    write_baseline="record today's verdicts as known",
    write_proof="write down in proofs/ what was proven, for a release to find",
    no_cache="take nothing over from earlier runs (nothing is, today)",
    rows="fill each table up to so many rows before each step, and measure what becomes of them (default: none)",
)
def roundtrip(
    tell: Tell,
    *,
    schema: str = "",
    engine: str = "",
    server: str = "",
    strict_engine: bool = False,
    revision: list[str] | None = None,
    since: str = "",
    write_baseline: bool = False,
    write_proof: bool = False,
    no_baseline: bool = False,
    no_cache: bool = False,
    rows: str = "",
) -> Report:
    """Prove each revision up, down and up again on a throwaway server.

    inv mig.roundtrip --schema asterisk
    inv mig.roundtrip --schema asterisk --since origin/main --engine mariadb:10.11
    inv mig.roundtrip --schema asterisk --rows 20
    inv mig.roundtrip --schema asterisk --write-proof
    """
    from migkit.roundtrip import Options
    from migkit.roundtrip import roundtrip as proven

    del no_cache
    known = {"strict_engine": strict_engine, "write_baseline": write_baseline, "use_baseline": not no_baseline}
    known["write_proof"] = write_proof
    options = Options(engine, usual_server(server), tuple(revision or ()), since, _count(rows), **known)
    return proven(*chosen(schema), options, on_event=tell)


@verb(
    repeated=("revision",),
    shared=PROOF,
    only="these checks alone, separated by commas: graph, oneshot, idempotent, crash, effects, offline, models",
    rows="fill each table up to so many rows before each step (default: none, and 20 for --only effects)",
    revision="rehearse this revision only; may be repeated",
    since="rehearse only revisions that were added or edited after this git reference, the edited ones across the edit",
    write_baseline="record what is found today as known",
)
def test(
    tell: Tell,
    *,
    schema: str = "",
    only: str = "",
    rows: str = "",
    engine: str = "",
    server: str = "",
    strict_engine: bool = False,
    revision: list[str] | None = None,
    since: str = "",
    write_baseline: bool = False,
    no_baseline: bool = False,
) -> Report:
    """Rehearse each revision on a throwaway server: run twice, cut half-way, in one go with the others, and more.

    inv mig.test --schema asterisk
    inv mig.test --since origin/main --only idempotent,crash --rows 20
    """
    from migkit.rehearse import Options, rehearse

    checks = tuple(word.strip() for word in only.split(",") if word.strip())
    known = {"strict_engine": strict_engine, "write_baseline": write_baseline, "use_baseline": not no_baseline}
    options = Options(engine, usual_server(server), checks, tuple(revision or ()), since, _count(rows), **known)
    return rehearse(*chosen(schema), options, on_event=tell)


def _count(rows: str) -> int:
    """Give the number that was typed; Invoke itself would answer another word with a traceback."""
    if rows and not (rows.isascii() and rows.isdigit()):
        raise ConfigError(f'--rows: "{rows}" is no number of rows', remedy="write a number: --rows 20")
    return int(rows or 0)
