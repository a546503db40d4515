"""What a release comes to that an operator ends, what env.py finds around it, and what every attempt leaves behind."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from migkit.address import Address
from migkit.alembic_io import releasing as driving
from migkit.alembic_io.releasing import ReleaseDriver
from migkit.consent import Consent
from migkit.engines import parse
from migkit.errors import Interrupted, MigkitError, StepFailed, TargetError
from migkit.gate import Denied
from migkit.model import Check, Journal, Project, Revision, Schema, Target
from migkit.model.release import Entry, Kind, Order, Plan, PlannedRevision
from migkit.preflight import Asked
from migkit.preflight.arriving import Arrival
from migkit.preflight.proven import lint
from migkit.preflight.remembered import remembered
from migkit.prod import prod
from migkit.release import Hands, recording, released, releasing
from migkit.release.known import Known
from migkit.targets import Declared
from tests.conftest import MakeSchema

WORD = "shop"
ORDER = Order(confirm=WORD)


def target(folder: Path, **fields: Any) -> Target:
    usual = {"journal": Journal(folder), "url": "env:NOT_SET", "hosts": ("db:3306",), "confirm": WORD}
    return Target("production", **usual | fields)


class Stand:
    """A release whose gate holds and whose application is what a test makes of it."""

    def __init__(self, schema: Schema, patched: pytest.MonkeyPatch) -> None:
        self.schema, self.patched = schema, patched
        self.project = Project(schema.directory, schema.directory / "migkit.toml", {"app": schema})

    def applied(self, work: Callable[..., Any], back: Callable[..., Any] = lambda *_: ("a1",)) -> MigkitError:
        """Give what is raised where the application does `work`, and `back` is where the target is asked afterwards."""
        found = cast(
            "Declared", Stub(target=self.schema.targets["production"], engine=parse("mysql:9.7"), address="db")
        )

        @contextmanager
        def gate(_project: Project, _schema: Schema, known: Known, _hands: Hands) -> Iterator[ReleaseDriver]:
            revision = PlannedRevision(Revision("b2", "b2", Path("b2.py"), ("a1",)), "upgrade", ())
            known.found, known.arrival = found, Arrival(server="s")
            known.plan = Plan("production", "db", "upgrade", ("a1",), ("b2",), (revision,), "digest")
            yield cast("ReleaseDriver", Stub(version_table="alembic_version", version_schema=None, history=None))

        self.patched.setattr(releasing, "gate", gate)
        self.patched.setattr(releasing.applying, "applied", work)
        self.patched.setattr(releasing.consent, "consented", lambda *_args, **_named: Consent("ann", typed=True))
        self.patched.setattr(recording, "standing", back)
        with pytest.raises(MigkitError) as raised:
            released(self.project, self.schema, ORDER, Hands())
        return raised.value

    def record(self) -> dict[str, Any]:
        (one,) = self.schema.targets["production"].journal.folder.glob("*.json")
        told: dict[str, Any] = json.loads(one.read_text(encoding="utf-8"))
        return told


class Stub:
    def __init__(self, **fields: Any) -> None:
        self.__dict__.update(fields)


@pytest.fixture
def stand(make_schema: MakeSchema, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stand:
    targets = {"production": target(tmp_path / "journal")}
    return Stand(make_schema(engine="mysql:9.7", targets=targets), monkeypatch)


def interrupted(*_args: Any, **_named: Any) -> Any:
    raise KeyboardInterrupt


def test_ctrl_c_while_a_failure_is_looked_at_takes_the_failure_from_nobody(stand: Stand) -> None:
    def failed(*_args: Any, **_named: Any) -> Any:
        raise StepFailed("statement 2 failed: 1062", revision="b2", direction="upgrade")

    error = stand.applied(failed, interrupted)
    assert isinstance(error, StepFailed)
    assert error.exit_code == 7
    assert error.report.facts["result"] == "failed"
    assert stand.record()["error"]["message"] == "statement 2 failed: 1062"


def test_ctrl_c_after_the_last_commit_says_so_and_no_sooner(stand: Stand) -> None:
    stand.patched.setattr(releasing, "_verified", interrupted)
    error = stand.applied(lambda *_args, **_named: ())
    assert isinstance(error, Interrupted)
    assert error.message.startswith("interrupted after all was applied")
    assert "mig.drift" in error.remedy


def test_ctrl_c_on_the_way_out_of_the_application_claims_nothing(stand: Stand) -> None:
    error = stand.applied(interrupted)
    assert error.message == "interrupted: how far it came is not known"
    assert error.remedy == "inv mig.status --schema app --target production"


def test_what_is_refused_leaves_its_record_and_no_line_in_the_journal(stand: Stand) -> None:
    def attempt(order: Order, **environment: str) -> None:
        with pytest.raises(TargetError):
            prod(stand.project, stand.schema, order, Hands(environment))

    folder = stand.schema.targets["production"].journal.folder
    for looking in (Order(check=True), Order(dry_run=True)):
        attempt(looking)
    assert not folder.exists()
    attempt(ORDER)
    told = stand.record()
    assert (told["result"], told["run"], told["journal"]) == ("refused", None, "")
    assert [(one["check"], one["ok"]) for one in told["preflight"]] == [("configuration", False)]
    assert told["operator"]
    assert told["host"]
    attempt(ORDER, CLAUDECODE="1")
    assert sorted(one.suffix for one in folder.iterdir() if one.suffix) == [".json", ".json", ".txt", ".txt"]
    text = max(folder.glob("*.txt")).read_text(encoding="utf-8")
    assert "CLAUDECODE is set" in text
    assert f"by       {told['operator']}@{told['host']}" in text


def test_env_py_finds_the_schemas_own_variables_whatever_the_shell_has(
    make_schema: MakeSchema, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APP_MODE", "the shell's")
    schema = replace(make_schema({"a1": NOTHING}, engine="mysql:9.7"), env={"APP_MODE": "the schema's"})
    given = {"APP_MODE": "given", "APP_URL": "given"}
    address = Address("127.0.0.1", 9, "", "x")
    with driving.opened(schema, url="", address=address, environment=given, dial=lambda _driver, _arguments: None):
        assert (os.environ["APP_MODE"], os.environ["APP_URL"]) == ("the schema's", "given")
    assert os.environ["APP_MODE"] == "the shell's"


def test_a_rollback_is_held_to_what_lint_says_of_the_way_down_alone(make_schema: MakeSchema) -> None:
    there, gone = "op.add_column('notes', sa.Column('body', sa.Text))", "op.drop_column('notes', 'body')"
    bodies = {
        "a1": step("op.create_table('notes', sa.Column('id', sa.Integer, primary_key=True))", "op.drop_table('notes')"),
        "b2": step(there, gone),
        "c3": step(there, "pass"),  # it is there already
        "d4": step("op.add_column('notes', sa.Column('mind', sa.Text))", gone.replace("body", "nowhere")),
    }
    schema = make_schema(bodies, engine="mysql:9.7")
    assert linted(schema, "upgrade", "c3") == (False, "already-there in c3")
    assert linted(schema, "downgrade", "c3") == (True, "no error in 1 revision")
    ok, said = linted(schema, "downgrade", "d4")
    assert (ok, said.endswith(" in d4")) == (False, True)


NOTHING = "def upgrade(): pass\ndef downgrade(): pass"


def step(up: str, down: str) -> str:
    return f"def upgrade():\n    {up}\n\n\ndef downgrade():\n    {down}"


def linted(schema: Schema, direction: str, ident: str) -> tuple[bool | None, str]:
    project = Project(schema.directory, schema.directory / "migkit.toml", {"app": schema})
    asked = cast("Asked", Stub(project=project, schema=schema, order=Order(direction=direction)))  # type: ignore[arg-type]  # a test's word
    check = lint(asked, parse("mysql:9.7"), {ident: Revision(ident, ident, Path(), ())})
    return check.ok, check.message


def journaled() -> tuple[Entry, ...]:
    run = Entry("r1", 1, "2026-11-23T12:06:43.087Z", Kind.run, facts={"table": True})
    return (run, Entry("r1", 2, "2026-11-23T12:06:44.087Z", Kind.committed, "a1"))


def remembering(folder: Path, answer: Callable[[str], Any], **fields: Any) -> Check:
    """Give what the check comes to where the target answers so."""

    def ask(sql: str, **bound: Any) -> Any:
        return answer(bound.get("run", "")) if "migkit_journal" in sql else [("shop",)]

    found = cast("Declared", Stub(target=target(folder, **fields), engine=parse("mysql:9.7")))
    return remembered(ask, found, journaled())


def test_a_copy_is_none_the_less_one_for_its_server_being_named(tmp_path: Path) -> None:
    assert remembering(tmp_path, lambda run: [(run,)]).ok is True
    for fields in ({}, {"server_id": "1"}):
        found = remembering(tmp_path, lambda _run: [], **fields)
        assert found.ok is False
        assert 'journal = { folder = "' in found.remedy
    assert remembering(tmp_path, lambda _run: [], journal=Journal(tmp_path, table=False)).ok is True


def test_a_journal_that_may_not_be_read_is_told_in_the_servers_words(tmp_path: Path) -> None:
    def denied(_run: str) -> Any:
        raise Denied("1142 SELECT command denied")

    found = remembering(tmp_path, denied)
    assert found.ok is False
    assert "(1142 SELECT command denied)" in found.message


def test_a_connection_that_is_lost_meanwhile_is_no_answer(tmp_path: Path) -> None:
    def lost(_run: str) -> Any:
        raise ConnectionError("gone")

    with pytest.raises(ConnectionError):
        remembering(tmp_path, lost)
