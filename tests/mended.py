"""Mends every broken revision of a broken history on one database, and holds what came of it against a round trip."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from functools import partial

from migkit import engines, footing, ground, scratch
from migkit.alembic_io.driver import Step
from migkit.alembic_io.history import located
from migkit.climb import Climb
from migkit.errors import MigkitError, StepFailed
from migkit.head import Head
from migkit.mending import mended
from migkit.model import Direction, Project, Revision, Schema
from migkit.privileges import Privileges
from migkit.roundtrip import Options, roundtrip

EXPECT = re.compile(r"^# expect: (\S+)", re.MULTILINE)
Told = Mapping[str, tuple[set[str], list[str]]]


def mend_all(project: Project, schema: Schema, engine: str, server: str, style: str) -> Told:
    """Mend each broken revision where it stands; give what its file expects, and what came of it.

    That is "mended", the rules of findings, or the name of an error.
    """
    schema = located(schema, sample=True)
    told: dict[str, tuple[set[str], list[str]]] = {}
    with (
        scratch.database(project, schema, engines.parse(engine), server, lambda _e: None) as database,
        ground.opened(schema, database) as (steps, reader, keeper),
    ):
        climb = Climb(steps, reader, keeper, Privileges(database, schema.server), (), lambda _e: None)
        heads = climb.reach()
        for revision in steps.history.revisions:
            stood = footing.Stood(steps.version_table, steps.version_schema, heads, steps.history.revisions)
            heads = steps.heads_after(Step(revision, "upgrade"), heads)
            expected = set(EXPECT.findall(revision.path.read_text(encoding="utf-8")))
            if expected == {"ok"}:
                climb.take(Step(revision, "upgrade"))
                continue
            known = {one.id: one for one in stood.revisions}
            head = Head(database, schema, footing.Foothold(stood, reader, keeper, partial(_take, climb, known)))
            told[revision.id] = expected, _mended(head, revision, style)
            _upgrade(head, climb, revision)
            reader.stamp(steps.version_table, steps.version_schema, heads)
    return told


def differing(project: Project, schema: Schema, engine: str, server: str, told: Told) -> dict[str, object]:
    """Give the revisions of which a round trip says other things than what mending them came to."""
    options = Options(engine=engine, server=server, use_baseline=False)
    found = {one.revision: one.verdict.value for one in roundtrip(project, schema, options).revisions}
    wrong: dict[str, object] = {}
    for ident, (expected, rules) in told.items():
        allowed = {"ok", "order-differs"} if rules and rules[0] == "mended" else expected | {"ok"}
        unsaid = not rules and not expected <= {"ok"}
        if found[ident] not in allowed or unsaid or ("order-differs" not in rules) is (found[ident] == "order-differs"):
            wrong[ident] = (expected, rules, found[ident])
    return wrong


def _take(
    climb: Climb, known: Mapping[str, Revision], revision: str, way: Direction, source: str | None = None
) -> None:
    climb.take(Step(known[revision], way, source))


def _mended(head: Head, revision: Revision, style: str) -> list[str]:
    try:
        done = mended(head, revision, style)
    except MigkitError as error:
        return [type(error).__name__]
    return [*(["mended"] if done.written else []), *(one.rule for one in done.findings)]


def _upgrade(head: Head, climb: Climb, revision: Revision) -> None:
    """Go on to the next place, over what the server refuses."""
    head.back()
    try:
        head.step(revision.id, "upgrade")
    except StepFailed:
        head.back()
        with climb.driver.tolerant(), suppress(StepFailed):
            head.step(revision.id, "upgrade")
