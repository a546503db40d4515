"""Whether somebody agrees that a target is changed, and who: a word typed at a terminal, or given with a name.

A coding agent does not agree to anything, unless the target's configuration lets it: where its environment is seen,
neither way is open (docs/release.md lists what it is known by).
"""

from __future__ import annotations

import os
import pwd
from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase

from migkit.errors import TargetError
from migkit.model import Direction, Target
from migkit.values import dataclass

APPROVED_BY = "MIGKIT_APPROVED_BY"
# The variables that agents set in the commands which they run, as patterns. What people set too, to configure an agent
# (AIDER_MODEL) or because they work in its editor (CURSOR_TRACE_ID, REPL_ID), is not among them.
AGENTS: Mapping[str, str] = {
    "AI_AGENT": "an agent",
    "AGENT": "an agent",
    "CLAUDECODE": "Claude Code",
    "CLAUDE_CODE": "Claude Code",
    "CLAUDE_CODE_IS_COWORK": "Cowork",
    "CURSOR_AGENT": "Cursor",
    "CODEX_SANDBOX*": "Codex",
    "CODEX_CI": "Codex",
    "CODEX_THREAD_ID": "Codex",
    "GEMINI_CLI": "Gemini CLI",
    "QWEN_CODE": "Qwen Code",
    "COPILOT_AGENT*": "GitHub Copilot",
    "COPILOT_CLI": "GitHub Copilot",
    "OPENCODE": "opencode",
    "OPENCODE_CLIENT": "opencode",
    "AMP_CURRENT_THREAD_ID": "Amp",
    "AUGMENT_AGENT": "Augment",
    "ANTIGRAVITY_AGENT": "Antigravity",
    "CLINE_ACTIVE": "Cline",
    "CRUSH": "Crush",
    "GOOSE_TERMINAL": "Goose",
    "OPENCLAW_SHELL": "OpenClaw",
    "OPENHANDS*": "OpenHands",
    "PI_CODING_AGENT": "Pi",
    "ROO_ACTIVE": "Roo Code",
    "TRAE_AI_SHELL_ID": "Trae",
}
Ask = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Consent:
    """Who agreed: the operator whose process this is, and who approved it where the word was not `typed`."""

    operator: str
    typed: bool
    approved_by: str = ""


def word(target: Target, direction: Direction = "upgrade", to: Sequence[str] = ()) -> str:
    """Give what must be typed: the target's word; to go down, where to with it."""
    own = target.confirm or target.name
    return own if direction == "upgrade" else f"{own} rollback {', '.join(to) or 'base'}"


def agent(environment: Mapping[str, str]) -> str:
    """Say which coding agent's environment this is, and by what that is seen; "" where none is."""
    for pattern, name in AGENTS.items():
        for variable, value in environment.items():
            if value and fnmatchcase(variable, pattern):
                return f"{name} ({variable} is set)"
    return ""


def allowed(target: Target, environment: Mapping[str, str]) -> None:
    """Raise TargetError where a coding agent's environment is seen, and the target is closed to agents."""
    seen = agent(environment)
    if seen and not target.agents:
        raise TargetError(
            f"target {target.name}: refused, since this is the environment of {seen}",
            remedy="let a person do it in a terminal of their own",
        )


def consented(
    target: Target,
    wanted: str,
    question: str,
    *,
    given: str,
    environment: Mapping[str, str],
    ask: Ask | None,
    flag: str = "--confirm",
) -> Consent:
    """Get the `wanted` word: as it was `given` together with MIGKIT_APPROVED_BY, else by `ask` at a terminal.

    `ask` is shown the question and gives what was typed; None is that there is no terminal. `flag` is where `given`
    came from. Raises TargetError for another word, for none, and for a coding agent.
    """
    allowed(target, environment)
    approved = environment.get(APPROVED_BY, "").strip()
    if given and given != wanted:
        raise TargetError(
            f"target {target.name}: refused, since the word of {flag} is not the one that is asked for",
            remedy=f'the word is "{wanted}"',
        )
    if given and approved:
        return Consent(operator(environment), typed=False, approved_by=approved)
    if ask is None:
        raise _unasked(target, wanted, given, flag)
    typed = ask(f'{question}\nType "{wanted}" to go on: ')
    if typed.strip() != wanted:
        raise TargetError(
            f"target {target.name}: refused, since what was typed is not the word; nothing was changed",
            remedy=f'run it again, and type "{wanted}"',
        )
    return Consent(operator(environment), typed=True, approved_by=approved)


def _unasked(target: Target, wanted: str, given: str, flag: str) -> TargetError:
    missing = f"beside {flag}, {APPROVED_BY} must say who approved it" if given else "nobody agreed to it"
    return TargetError(
        f"target {target.name}: refused, since there is no terminal to ask at, and {missing}",
        remedy=f'run it at a terminal; or give {flag} "{wanted}", and {APPROVED_BY}=… the name of who approved it',
    )


def operator(environment: Mapping[str, str]) -> str:
    """Give the name of the user who runs this; behind sudo, of both."""
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container's user without an entry
        name = f"uid {os.getuid()}"
    before = environment.get("SUDO_USER", "")
    return f"{before} as {name}" if before and before != name else name
