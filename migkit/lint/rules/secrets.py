"""A rule about what must not be kept in a repository. What it finds is never repeated: neither value nor line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migkit.lint.case import Case
from migkit.lint.rule import Found, Rule
from migkit.model import Severity
from migkit.model.script import Span
from migkit.values import dataclass

_REMEDY = "take it out, give the account another one (git keeps what was there), and read it where it is used"


@dataclass(frozen=True, slots=True)
class _Form:
    """What a secret looks like: `marks` stand in every one of them, and `before` stands directly before it.

    A form of SQL is looked for in lower case.
    """

    what: str
    marks: tuple[str, ...]
    pattern: re.Pattern[str]
    severity: Severity | None = None
    before: re.Pattern[str] | None = None


_FORMS = (
    _Form(
        "a private key",
        ("PRIVATE KEY-----",),
        re.compile(r"-----BEGIN (?:[A-Z]{1,20} ){0,3}PRIVATE KEY-----"),
        Severity.error,
    ),
    _Form(
        "an AWS access key", ("AKIA", "ASIA"), re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b(?<!EXAMPLE)"), Severity.error
    ),
    _Form(
        "a GitHub token",
        ("ghp_", "gho_", "ghs_", "ghu_", "github_pat_"),
        re.compile(r"\b(?:gh[posu]_[A-Za-z0-9]{36}|github_pat_\w{60,})\b"),
        Severity.error,
    ),
    _Form("a GitLab token", ("glpat-",), re.compile(r"\bglpat-[\w-]{20,}"), Severity.error),
    _Form("a Slack token", ("xox", "xapp-"), re.compile(r"\b(?:xox[abprs]|xapp)-[\w-]{20,}"), Severity.error),
    _Form("a Stripe key", ("k_live_",), re.compile(r"\b[sr]k_live_[0-9A-Za-z]{20,}"), Severity.error),
    _Form("a Google API key", ("AIza",), re.compile(r"\bAIza[\w-]{35}\b"), Severity.error),
    _Form("a SendGrid key", ("SG.",), re.compile(r"\bSG\.[\w-]{20,60}\.[\w-]{40,60}"), Severity.error),
    _Form("an API key", ("sk-",), re.compile(r"\bsk-(?:ant-|proj-)[\w-]{30,}|\bsk-[A-Za-z0-9]{48}\b"), Severity.error),
    _Form("a signed token", ("eyJ",), re.compile(r"\beyJ[\w-]{10,500}\.eyJ[\w-]{10,2000}\.[\w-]{10,500}")),
    _Form(
        "a password's hash",
        ("$2a$", "$2b$", "$2y$", "$argon2", "pbkdf2_"),
        re.compile(
            r"\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}|\$argon2(?:id|i|d)\$v=\d+\$\S{20,}|\bpbkdf2_\w{1,20}\$\d{1,9}\$\S{20,}"
        ),
    ),
    _Form(
        "a login's password",
        ("identified",),
        re.compile(r"identified\s+(?:with\s+\S+\s+)?(?:by|as)\s+\\?'(?P<value>[^'\\\n]+)"),
    ),
    _Form(
        "a login's password",
        ("password",),
        re.compile(r"password\s+\\?'(?P<value>[^'\\\n]+)"),
        before=re.compile(r"\b(?:user|role|login|with|encrypted)\s+(?:\S+\s+)?\Z"),
    ),
    _Form(
        "a password in a URL",
        ("://",),
        re.compile(r"://[^\s:/@'\"]{1,80}:(?P<value>[^\s/@'\"]{1,200})@(?!localhost|127\.|\[?::1|example\.)"),
        before=re.compile(r"\b[a-z][a-z0-9+.-]*\Z"),
    ),
)
_CASELESS = frozenset({"identified", "password", "://"})
_NAME = re.compile(r"(?:.*_)?(?:password|passwd|pwd|secret|token|api_?key|access_?key|private_?key)", re.IGNORECASE)
_STANDS_FOR = re.compile(
    r"x+|\*+|\.+|<.*|\[.*|.*[{}%$].*|:\w+|(?:change|fill|replace|insert|put)[-_ ]?.*"
    r"|.*(?:example|placeholder|dummy|sample).*"
    r"|(?:your|my|some|the|a|test|no|none|null|todo|user|pass|passwd|password|pwd|secret|token|key)(?:[-_ ].*)?",
    re.IGNORECASE,
)
_SHORT = 8
_NEAR = 60  # characters before a password in which a login is named


def _secret_in_migration(case: Case) -> Iterator[Found]:
    """Speak once of each line: a key of several lines, or of several forms, is one secret."""
    source, low = case.source, case.source.lower()
    told: set[int] = set()
    for form in _FORMS:
        searched = low if form.marks[0] in _CASELESS else source
        if any(mark in searched for mark in form.marks):
            for span in _places(form, searched):
                if span.line not in told:
                    told.add(span.line)
                    yield Found(f"{form.what} stands here", span, _REMEDY, severity=form.severity, hidden=True)
    for text in case.script.texts:
        if text.span.line not in told and _NAME.fullmatch(text.name) and _is_secret(text.value):
            told.add(text.span.line)
            yield Found(f"{text.name} is written out", text.span, _REMEDY, text.name, hidden=True)


def _places(form: _Form, source: str) -> Iterator[Span]:
    """Give where a form is found, the first place of each line."""
    line, counted, line_begin = 1, 0, 0
    for match in form.pattern.finditer(source):
        begin, end = match.span()
        ended = source.rfind("\n", counted, begin) + 1
        told_before = form.before is None or form.before.search(source[max(0, begin - _NEAR) : begin])
        if not told_before or _stands_for(match) or (counted and not ended):
            continue
        line, counted, line_begin = line + source.count("\n", counted, begin), begin, ended or line_begin
        one_line = "\n" not in match.group()
        yield Span(line, begin - line_begin + 1, 0, end - line_begin + 1 if one_line else 0)


def _stands_for(match: re.Match[str]) -> bool:
    """Whether what was found holds the place of a value and is none."""
    value = next((one for one in match.groups() if one), "")
    return bool(value) and _STANDS_FOR.fullmatch(value) is not None


def _is_secret(value: str) -> bool:
    """Whether a text could be one: long enough, in one piece, and of more than a word's letters."""
    if len(value) < _SHORT or any(char.isspace() for char in value) or _STANDS_FOR.fullmatch(value):
        return False
    kinds = (str.isdigit, str.isupper, str.islower, lambda char: not char.isalnum() and char not in "_-.")
    return sum(any(kind(char) for char in value) for kind in kinds) > 2 or (  # noqa: PLR2004  # a word in capitals has two
        any(map(str.isdigit, value)) and any(map(str.isalpha, value)) and len(value) >= 2 * _SHORT
    )


RULES: tuple[Rule, ...] = (
    Rule(
        "secret-in-migration",
        "conventions",
        Severity.warning,
        "whoever reads the repository has it, now and in every copy of its history",
        judge=_secret_in_migration,
        remedy=_REMEDY,
    ),
)
