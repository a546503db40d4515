"""One shot on SQLite, where every step commits by itself: what a session carries from one revision to the next."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import pytest

from migkit import servers
from migkit.engines import parse
from migkit.errors import HistoryError
from migkit.model import Severity
from migkit.rehearsal.oneshot import Shots, oneshot
from migkit.servers import databases
from tests.conftest import ENV, MakeSchema
from tests.rehearsing import ascended

DOWN = "\n\ndef downgrade():\n    pass"
TABLE = "def upgrade():\n    op.create_table('{0}', sa.Column('id', sa.Integer, primary_key=True))" + DOWN
TEMPORARY = "def upgrade():\n    op.execute('CREATE TEMPORARY TABLE work (id INTEGER)')" + DOWN
FINDS = """
def upgrade():
    found = op.get_bind().execute(sa.text("SELECT count(*) FROM sqlite_temp_master")).scalar()
    op.create_table('found', sa.Column('many' if found else 'none', sa.Integer))
"""


@pytest.fixture
def shoot(make_schema: MakeSchema) -> Iterator[object]:
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(servers.serve(parse("sqlite")))
        database = stack.enter_context(databases.throwaway(server))

        def run(bodies: Mapping[str, str], wanted: Collection[str] = (), env: str = ENV) -> Shots:
            with ascended(make_schema(bodies, env=env), database) as ascent:
                return oneshot(ascent, wanted or set(bodies))

        yield run


def found(shots: Shots) -> list[tuple[str, str | None, int | None]]:
    return [(one.rule, one.revision, one.line) for one in shots.findings]


def test_a_sound_history_goes_up_in_one_run(shoot) -> None:  # type: ignore[no-untyped-def]  # the fixture's closure
    shots = shoot({"a1": TABLE.format("one"), "b2": TABLE.format("two"), "c3": TABLE.format("three")})
    assert shots.words == {"a1": "ok", "b2": "ok", "c3": "ok"}
    assert shots.findings == ()


def test_what_an_earlier_revision_left_in_the_session_is_found(shoot) -> None:  # type: ignore[no-untyped-def]  # as above
    shots = shoot({"a1": TEMPORARY, "b2": TABLE.format("two"), "c3": TEMPORARY, "d4": TABLE.format("four")})
    assert shots.words == {"a1": "ok", "b2": "ok", "c3": "fails", "d4": "ok"}
    assert found(shots) == [("oneshot-fails", "c3", 10)]
    (finding,) = shots.findings
    assert "table work already exists" in finding.message
    assert "it had committed up to b2" in finding.message
    assert "a retry goes through" in finding.message
    assert finding.severity is Severity.error


def test_what_fails_after_it_is_found_too(shoot) -> None:  # type: ignore[no-untyped-def]  # as above
    shots = shoot({"a1": TEMPORARY, "b2": TEMPORARY, "c3": TABLE.format("three"), "d4": TEMPORARY, "e5": TEMPORARY})
    assert [ident for _rule, ident, _line in found(shots)] == ["b2", "e5"]


def test_another_end_is_charged_to_the_revision_that_made_it(shoot) -> None:  # type: ignore[no-untyped-def]  # as above
    shots = shoot({"a1": TEMPORARY, "b2": FINDS + DOWN, "c3": TABLE.format("three")})
    assert shots.words == {"a1": "ok", "b2": "differs", "c3": "ok"}
    assert found(shots) == [("oneshot-differs", "b2", 11)]
    assert shots.findings[0].object in {"found", "found.many", "found.none"}


def test_a_revision_that_fails_alone_is_no_matter_of_one_shot(shoot) -> None:  # type: ignore[no-untyped-def]  # as above
    broken = "def upgrade():\n    op.execute('nonsense')" + DOWN
    shots = shoot({"a1": TEMPORARY, "b2": TABLE.format("two"), "c3": broken, "d4": TEMPORARY, "e5": TEMPORARY})
    assert shots.words == {"a1": "ok", "b2": "ok", "d4": "ok", "e5": "fails"}
    assert found(shots) == [("oneshot-fails", "e5", 10)]


def test_only_wanted_revisions_are_told_of(shoot) -> None:  # type: ignore[no-untyped-def]  # as above
    shots = shoot({"a1": TEMPORARY, "b2": TEMPORARY, "c3": TABLE.format("three")}, {"c3"})
    assert shots.words == {"c3": "ok"}
    assert shots.findings == ()


def test_one_transaction_over_all_is_what_env_asks_for(shoot, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]  # as above
    env = ENV.replace("with engine.connect()", "with engine.begin()")
    last = "def upgrade():\n    op.execute('CREATE TEMPORARY TABLE work (id INTEGER)')" + DOWN
    shots = shoot({"a1": TEMPORARY, "b2": last}, env=env)
    assert [one.rule for one in shots.findings] == ["oneshot-fails"]


RUN = """    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""


def test_what_env_asks_for_once_more_is_done_already(shoot) -> None:  # type: ignore[no-untyped-def]  # as above
    shots = shoot({"a1": TABLE.format("one"), "b2": TABLE.format("two")}, env=ENV.replace(RUN, RUN + RUN))
    assert (shots.words, shots.findings) == ({"a1": "ok", "b2": "ok"}, ())


def test_an_env_that_migrates_several_at_once_is_told_from_a_fault(shoot) -> None:  # type: ignore[no-untyped-def]  # as above
    other = RUN.replace("connection=connection", "connection=connection, version_table='other'")
    with pytest.raises(HistoryError, match=r"2 times in one run, .* \(the last is other\)"):
        shoot({"a1": TABLE.format("one")}, env=ENV.replace(RUN, RUN + other))


def test_env_may_fail_when_all_is_committed(shoot) -> None:  # type: ignore[no-untyped-def]  # as above
    run = RUN.replace("connection=connection", "connection=connection, on_version_apply=lambda **told: done.append(1)")
    commit = "    getattr(connection, 'commit', lambda: None)()\n"  # SQLAlchemy 1.4 commits by itself
    env = ENV.replace(RUN, f"    done = []\n{run}{commit}    assert len(done) < 2\n")
    shots = shoot({"a1": TABLE.format("one"), "b2": TABLE.format("two")}, env=env)
    assert [one.rule for one in shots.findings] == ["oneshot-fails"]
    assert "all of it was committed by then" in shots.findings[0].message


def test_what_differs_is_held_against_steps_with_nothing_between_them(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": TABLE.format("one"), "b2": TABLE.format("two")})
    with (
        servers.serve(parse("sqlite")) as server,
        databases.throwaway(server) as database,
        ascended(schema, database) as ascent,
    ):
        ascent.position(2).state = ascent.position(1).state  # as if a restore on the way had lost something
        shots = oneshot(ascent, {"a1", "b2"})
    assert (shots.words, shots.findings) == ({"a1": "ok", "b2": "ok"}, ())
