"""Who agrees that a target is changed, and who never does."""

from __future__ import annotations

from pathlib import Path

import pytest

from migkit import consent
from migkit.errors import TargetError
from migkit.model import Journal, Target

TARGET = Target("production", Journal(Path("journal")), confirm="voipbin")


def test_the_word_is_the_targets_own_or_its_name() -> None:
    assert consent.word(TARGET) == "voipbin"
    assert consent.word(Target("staging", Journal(Path("journal")))) == "staging"


def test_the_word_to_go_down_says_where_to() -> None:
    assert consent.word(TARGET, "downgrade", ("abc1",)) == "voipbin rollback abc1"
    assert consent.word(TARGET, "downgrade", ()) == "voipbin rollback base"


def got(
    *, given: str = "", environment: dict[str, str] | None = None, typed: str | None = None, **target: bool
) -> object:
    asked = None if typed is None else lambda _question: typed
    one = Target("production", Journal(Path("journal")), confirm="voipbin", **target)  # type: ignore[arg-type]
    return consent.consented(one, "voipbin", "?", given=given, environment=environment or {}, ask=asked)


def test_the_word_typed_at_a_terminal_is_consent() -> None:
    found = got(typed="voipbin\n")
    assert isinstance(found, consent.Consent)
    assert found.typed
    assert found.operator


@pytest.mark.parametrize("typed", ["", "y", "yes", "VOIPBIN", "voipbin rollback abc1"])
def test_another_word_is_no_consent(typed: str) -> None:
    with pytest.raises(TargetError, match="not the word; nothing was changed"):
        got(typed=typed)


def test_the_question_says_the_word_and_comes_after_what_is_about_to_happen() -> None:
    heard = []

    def ask(question: str) -> str:
        heard.append(question)
        return "voipbin"

    consent.consented(TARGET, "voipbin", "upgrade production", given="", environment={}, ask=ask)
    assert heard == ['upgrade production\nType "voipbin" to go on: ']


def test_without_a_terminal_the_word_and_a_name_are_consent() -> None:
    found = got(given="voipbin", environment={"MIGKIT_APPROVED_BY": "Ann <ann@example.org>"})
    assert isinstance(found, consent.Consent)
    assert not found.typed
    assert found.approved_by == "Ann <ann@example.org>"


@pytest.mark.parametrize(
    ("given", "environment", "said"),
    [
        ("", {}, "nobody agreed to it"),
        ("", {"MIGKIT_APPROVED_BY": "Ann"}, "nobody agreed to it"),
        ("voipbin", {}, "must say who approved it"),
        ("voipbin", {"MIGKIT_APPROVED_BY": "  "}, "must say who approved it"),
        ("other", {"MIGKIT_APPROVED_BY": "Ann"}, "not the one that is asked for"),
    ],
)
def test_without_a_terminal_less_than_both_is_refused(given: str, environment: dict[str, str], said: str) -> None:
    with pytest.raises(TargetError, match=said):
        got(given=given, environment=environment)


def test_a_word_that_was_given_without_a_name_is_still_asked_for_at_a_terminal() -> None:
    found = got(given="voipbin", typed="voipbin")
    assert isinstance(found, consent.Consent)
    assert found.typed


@pytest.mark.parametrize(
    "variable",
    ["CLAUDECODE", "CURSOR_AGENT", "CODEX_SANDBOX_NETWORK_DISABLED", "GEMINI_CLI", "OPENCODE", "AGENT", "AI_AGENT"],
)
def test_a_coding_agent_is_refused_with_everything_right(variable: str) -> None:
    environment = {variable: "1", "MIGKIT_APPROVED_BY": "Ann"}
    with pytest.raises(TargetError, match=rf"\({variable} is set\)"):
        got(given="voipbin", environment=environment, typed="voipbin")


def test_a_coding_agent_may_where_the_target_lets_it() -> None:
    environment = {"CLAUDECODE": "1", "MIGKIT_APPROVED_BY": "Ann"}
    assert got(given="voipbin", environment=environment, agents=True)


def test_what_people_set_makes_nobody_an_agent() -> None:
    usual = {"AIDER_MODEL": "x", "CURSOR_TRACE_ID": "x", "SSH_AGENT_PID": "1", "AGENT_NAME": "x", "CLAUDECODE": ""}
    assert not consent.agent(usual)
