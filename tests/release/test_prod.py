"""What `mig.prod` and `mig.rollback` refuse before any target is looked for, and what their text says."""

from __future__ import annotations

from pathlib import Path

import pytest

from migkit.errors import ConfigError, MigkitError, TargetError
from migkit.model import Compose, Journal, Project, Schema, Target
from migkit.model.release import Order
from migkit.prod import prod, rollback
from migkit.release import Hands
from migkit.shells import releasing
from tests.conftest import MakeSchema

TARGET = Target("production", Journal(Path("journal")), url="env:NOT_SET", hosts=("db.internal:3306",), confirm="shop")


def asked(make_schema: MakeSchema, **fields: object) -> tuple[Project, Schema]:
    schema = make_schema(engine="mysql:9.7", targets={"production": TARGET}, **fields)
    return Project(schema.directory, schema.directory / "migkit.toml", {"app": schema}), schema


def refused(call: object, *given: object) -> MigkitError:
    with pytest.raises(MigkitError) as raised:
        call(*given)  # type: ignore[operator]
    return raised.value


def test_a_rollback_is_told_where_to(make_schema: MakeSchema) -> None:
    error = refused(rollback, *asked(make_schema), Order(direction="downgrade"), Hands())
    assert isinstance(error, ConfigError)
    assert "--to" in error.remedy


@pytest.mark.parametrize("order", [Order(unknown="applied"), Order(unknown="maybe", resume=True)])
def test_what_became_of_a_statement_is_said_in_its_words_and_with_resume(make_schema: MakeSchema, order: Order) -> None:
    assert isinstance(refused(prod, *asked(make_schema), order, Hands()), ConfigError)


def test_a_schema_in_a_service_is_refused_with_a_way_to_release_it(make_schema: MakeSchema) -> None:
    error = refused(prod, *asked(make_schema, compose=Compose("app")), Order(check=True), Hands())
    assert isinstance(error, ConfigError)
    assert "MIGKIT_CONFIG" in error.remedy


def test_a_coding_agent_is_stopped_first_and_may_look(make_schema: MakeSchema) -> None:
    given = asked(make_schema)
    agent = Hands({"CLAUDECODE": "1"})
    assert "CLAUDECODE" in refused(prod, *given, Order(), agent).message
    for looking in (Order(check=True), Order(dry_run=True)):
        assert "NOT_SET" in refused(prod, *given, looking, agent).message


def test_a_target_that_is_not_to_be_found_is_a_check_that_does_not_hold(make_schema: MakeSchema) -> None:
    error = refused(prod, *asked(make_schema), Order(), Hands())
    assert isinstance(error, TargetError)
    facts = error.report.facts
    assert [(one["check"], one["ok"]) for one in facts["preflight"]] == [("configuration", False)]
    assert facts["result"] == "refused"
    assert facts["applied"] == []


def test_a_rollback_that_is_resumed_goes_one_step_where_no_other_is_named(make_schema: MakeSchema) -> None:
    error = refused(rollback, *asked(make_schema), Order(direction="downgrade", resume=True), Hands())
    assert "NOT_SET" in error.message
    assert error.report.facts["given"]["to"] == "-1"


def test_what_the_text_of_a_report_says_is_not_to_be_told_again(make_schema: MakeSchema) -> None:
    given = asked(make_schema)
    assert refused(prod, *given, Order(), Hands()).told
    assert not refused(prod, *given, Order(), Hands({"CLAUDECODE": "1"})).told


def test_an_interrupt_before_anything_was_asked_says_that_nothing_was_applied(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_name: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(releasing, "chosen", interrupted)
    error = refused(releasing._release, print, "", "upgrade", None)  # what both tasks go through
    assert "nothing was applied" in error.message
    assert error.exit_code == 130


def test_a_target_that_nobody_configured_is_the_operators_mistake(make_schema: MakeSchema) -> None:
    assert isinstance(refused(prod, *asked(make_schema), Order(target="prodution"), Hands()), ConfigError)
