"""What belongs into a new revision: a title's changes as the bodies of upgrade() and downgrade(), tried if they can be.

Where the real schema is asked, the downgrade is what brings it back: the upgrade is run on a throwaway database at the
head, the difference is taken, and run too. Where it is not, the downgrade undoes what the title itself says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any

from migkit import ddl, engines, remedies
from migkit.body import Body, body, unfinished
from migkit.body.filling import filled
from migkit.errors import ConfigError, MigkitError, ServerError
from migkit.intent import departures, intended, needs_schema, resolved
from migkit.intent.contrary import contrary, forgetful
from migkit.model import (
    Change,
    Difference,
    Engine,
    Event,
    Finding,
    Project,
    Schema,
    Server,
    Severity,
    Snapshot,
)
from migkit.title import Title
from migkit.values import dataclass

if TYPE_CHECKING:
    from migkit.head import Head

OnEvent = Callable[[Event], None]


DEVELOPMENT = "development"
_NOTHING = Snapshot({})


@dataclass(frozen=True, slots=True)
class Draft:
    """The bodies of a revision. `open` is what has still to be filled in, `tried` says that a server ran both.

    `engine` and `server` are what a report says of those that were asked; empty where none was.
    """

    upgrade: Body
    downgrade: Body
    open: tuple[str, ...] = ()
    tried: bool = False
    findings: tuple[Finding, ...] = ()
    engine: Mapping[str, Any] = field(default_factory=dict)
    server: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ways:
    """The changes of a revision, both ways: `backward` is None where nobody knows it, and `lacking` then says why.

    `before` and `after` are the schema at the head and after the upgrade, as far as they are known; `asked` is the
    server that said so.
    """

    forward: tuple[Change, ...]
    backward: tuple[Change, ...] | None
    before: Snapshot = _NOTHING
    after: Snapshot = _NOTHING
    lacking: str = ""
    findings: tuple[Finding, ...] = ()
    asked: Server | None = None
    tried: bool = False


def drafted(
    project: Project, schema: Schema, title: Title, *, style: str, server: str, usual: str, on_event: OnEvent
) -> Draft:
    """Draft the revision called `title`, in `style` ("" is the schema's); raises what `worked_out` raises."""
    engine = engines.parse(schema.engine)
    ways = worked_out(project, schema, title, server=server, usual=usual, on_event=on_event)
    return written_out(schema, title, ways, engine, style or schema.style)


def worked_out(project: Project, schema: Schema, title: Title, *, server: str, usual: str, on_event: OnEvent) -> Ways:
    """Give what a title means for the schema, both ways.

    With `server` everything is held against the real schema there. Without, it is asked (on the `usual` kind of
    server) for what only it knows, and where no server has to be started; where none can be had then, nothing is
    known of the way back. Raises ConfigError for what the schema at the head does not have, or has already, and for
    what its server refuses, and HistoryError where an upgrade on the way to the head fails.
    """
    engine = engines.parse(schema.engine)
    changes = intended(title, engine, schema.conventions)
    if not asks(schema, title, server):
        if schema.compose is None:
            from migkit.inspection.already import refuse_what_is_there

            refuse_what_is_there(schema, changes)
        return Ways(changes, contrary(changes))
    if server == DEVELOPMENT:
        return _by_development(project, schema, title, changes, on_event)
    try:
        return _with_server(project, schema, title, changes, server or usual, on_event)
    except ServerError as error:
        if server:
            raise
        return _without_server(title, changes, engine, error)


def asks(schema: Schema, title: Title, server: str) -> bool:
    """Whether the real schema is asked: where the operator wants it, it is needed, or needs no server to be started."""
    said = bool(title.item) and bool(intended(title, engines.parse(schema.engine), schema.conventions))
    return said and (bool(server) or needs_schema(title) or engines.parse(schema.engine).console is None)


def written_out(schema: Schema, title: Title, ways: Ways, engine: Engine, style: str) -> Draft:
    """Write both ways as bodies; what nobody knows raises, and says what to fill in."""
    up, up_open = _body(ways.forward or None, ways.before, engine, style, f"write what {title.text!r} does")
    lacking = ways.lacking or f"write what undoes {title.text!r}"
    down, down_open = _body(ways.backward if ways.forward else None, ways.after, engine, style, lacking)
    told = [_to_fill("upgrade", hole) for hole in up_open]
    if ways.forward and ways.backward is not None:
        told += [_to_fill("downgrade", hole) for hole in down_open if hole not in up_open]
    departed = departures(ways.forward, schema.conventions, ways.before.tables())
    return Draft(
        upgrade=up,
        downgrade=down,
        open=tuple(dict.fromkeys((*up_open, *down_open))),
        tried=ways.tried,
        findings=(*departed, *ways.findings, *told),
        engine=ways.asked.ran(engine) if ways.asked else {},
        server=ways.asked.facts() if ways.asked else {},
    )


def _body(
    changes: Sequence[Change] | None, there: Snapshot, engine: Engine, style: str, lacking: str
) -> tuple[Body, tuple[str, ...]]:
    """Write changes as a body, with what has to be filled in; None of them is a body that says what is `lacking`."""
    if changes is None:
        return unfinished(lacking), (lacking,)
    return body(changes, engine, style, ddl.tables(there, engine)), filled(changes)[1]


def _without_server(title: Title, changes: Sequence[Change], engine: Engine, error: MigkitError) -> Ways:
    """Give what the title says alone: nobody could ask the schema."""
    lacking = f"write what undoes {title.text!r}: it was made without the real schema"
    finding = Finding(
        "downgrade-placeholder",
        Severity.warning,
        f"the downgrade is a placeholder that raises, since the schema could not be asked: {error.message}",
        error.remedy or "write the downgrade by hand",
    )
    return Ways(tuple(forgetful(change, engine) for change in changes), None, lacking=lacking, findings=(finding,))


def _by_development(
    project: Project, schema: Schema, title: Title, changes: Sequence[Change], on_event: OnEvent
) -> Ways:
    """Hold the changes against the development database, which is read, and on which nothing is tried."""
    from migkit import inverse
    from migkit.head import development
    from migkit.inverse.supposed import supposed

    running, before = development(project, schema, on_event)
    engine = running.engine
    forward = resolved(changes, before, engine)
    unknown = bool(filled(forward)[1])
    after = _NOTHING if unknown else supposed(forward, before, engine)
    backward = contrary(forward) if unknown else inverse.of(forward, before, engine)
    message = f"what undoes {title.text} was worked out from the development database, and was not run"
    untried = Finding(
        "downgrade-untried", Severity.note, message, f"inv mig.roundtrip --schema {schema.name} proves it"
    )
    return Ways(forward, backward, before, after, findings=(untried,), asked=running)


def _with_server(
    project: Project, schema: Schema, title: Title, changes: Sequence[Change], server: str, on_event: OnEvent
) -> Ways:
    from migkit.head import standing

    with standing(project, schema, server=server, on_event=on_event) as head:
        return tried(head, schema, title, changes)


def tried(head: Head, schema: Schema, title: Title, changes: Sequence[Change]) -> Ways:
    """Hold the changes against the schema where `head` stands, and run them there, both ways."""
    running = head.database.server
    forward = resolved(changes, head.snapshot, head.engine)
    findings = tuple(_substituted(running, schema.engine))
    if filled(forward)[1]:
        return Ways(forward, contrary(forward), head.snapshot, findings=findings, asked=running)
    found = _undone(head, forward, title)
    return replace(found, findings=(*findings, *found.findings), asked=running)


def _undone(head: Head, forward: tuple[Change, ...], title: Title) -> Ways:
    """Run the changes, take the difference back, and run that: give it with what is wrong with it."""
    from migkit.diff import compare
    from migkit.head import Refused
    from migkit.inverse import inverse

    engine, before = head.engine, head.snapshot
    after = head.run(ddl.statements(forward, engine, ddl.tables(before, engine)))
    if after == before:
        text = f"{title.text} changes nothing in the schema at the head"
        raise ConfigError(text, remedy="name what is to be different")
    backward = inverse(before, after, engine)
    try:
        back = head.run(ddl.statements(backward, engine, ddl.tables(after, engine)))
    except Refused as refused:
        wrong = _wrong_downgrade(f"the downgrade fails: {refused.message}")
        return Ways(forward, backward, before, after, findings=(wrong,))
    return Ways(forward, backward, before, after, findings=tuple(_left(compare(before, back))), tried=True)


def _left(differences: Sequence[Difference]) -> Iterator[Finding]:
    """Say in what the schema differs after upgrade and downgrade."""
    real = [each.object for each in differences if not each.order_only]
    order = [each.object for each in differences if each.order_only]
    if real:
        yield _wrong_downgrade(f"the downgrade does not bring back {', '.join(real[:5])}")
    if order:
        message = f"the downgrade brings back another order of columns or keys in {', '.join(order)}"
        yield Finding("order-differs", Severity.note, message, "nothing: the server puts what is new at the end")


def _wrong_downgrade(message: str) -> Finding:
    return Finding("downgrade-differs", Severity.warning, message, "mend downgrade() by hand")


def _substituted(running: Server, wanted: str) -> Iterator[Finding]:
    if running.substituted:
        remedy = remedies.wanted(engines.parse(wanted), running.kind)
        yield Finding("engine-substituted", Severity.warning, running.substituted, remedy)


def _to_fill(function: str, hole: str) -> Finding:
    return Finding("placeholder", Severity.note, f"{function}() raises: {hole}", hole)
