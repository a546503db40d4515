"""Comments that silence a rule: where they stand, what they must say, and what is said of those for nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from migkit.lint import Found, Rule
from migkit.lint.ignoring import about_comments, ignores, silenced
from migkit.lint.judging import Judged
from migkit.lint.rules import ALL
from migkit.model import Severity
from migkit.model.script import Comment, Function, Script, Span, Statement

PATH = Path("/app/a1.py")
DROP = Rule("drop-table", "data", Severity.warning, "rows are lost")
RULES = {**ALL, DROP.name: DROP, "drop-column": Rule("drop-column", "data", Severity.warning, "")}


def script(*comments: Comment, statements: tuple[Span, ...] = ()) -> Script:
    sent = tuple(Statement("op.execute", span) for span in statements)
    return Script(PATH, "a1", comments=comments, upgrade=Function("upgrade", present=True, statements=sent))


def comment(text: str, line: int, first: int = 0, until: int = 0) -> Comment:
    return Comment(text, Span(line, 5, 0, 40), first=first, until=until)


def found(line: int, rule: Rule = DROP) -> Judged:
    return Judged(rule, Found("notes goes", Span(line), ""), PATH, "a1", ("sqlite",))


def judged(given: Script, text: str, *lines: int) -> tuple[list[int], list[tuple[str, int]]]:
    """Give the lines on which the rule still speaks, and what is said of comments."""
    comments = list(ignores(given, text.split("\n")))
    told, _quiet = silenced([found(line) for line in lines], comments)
    about = about_comments(comments, RULES, set(RULES))
    return [one.found.span.line for one in told], [(one.rule.name, one.found.span.line) for one in about]


@pytest.mark.parametrize(
    ("where", "spoken"),
    [
        (comment("migkit: ignore[drop-table] empty", 9), [8, 10, 11, 12]),
        (comment("migkit: ignore[drop-table] empty", 9, first=9, until=11), [8, 12]),
        (comment("migkit: ignore[drop-table] empty", 11, first=9, until=11), [8, 12]),
        (comment("migkit: ignore[drop-table] empty", 8, first=9, until=11), [12]),
        (comment("migkit:ignore [ drop-column , drop-table ] : empty", 9, until=9), [8, 10, 11, 12]),
    ],
)
def test_a_comment_speaks_for_its_statement(where: Comment, spoken: list[int]) -> None:
    told, _about = judged(script(where), "", 8, 9, 10, 11, 12)
    assert told == spoken


def test_a_comment_speaks_for_the_rules_that_it_names() -> None:
    given = script(comment("migkit: ignore[drop-column] it is empty", 9))
    assert judged(given, "", 9) == ([9], [("unused-ignore", 9)])


def test_without_a_reason_nothing_is_silenced() -> None:
    assert judged(script(comment("migkit: ignore[drop-table]", 9)), "", 9) == ([9], [("ignore-without-reason", 9)])
    assert judged(script(comment("migkit: ignore[drop-table] - ", 9)), "", 9) == ([9], [("ignore-without-reason", 9)])


@pytest.mark.parametrize("text", ["migkit: ignore", "migkit: ignore[] it is empty"])
def test_a_comment_that_names_no_rule_is_told(text: str) -> None:
    told, about = judged(script(comment(text, 9)), "", 9)
    assert told == [9]
    assert ("unknown-ignore", 9) in about


def test_a_rule_that_does_not_exist_is_told_with_the_nearest() -> None:
    comments = list(ignores(script(comment("migkit: ignore[drop-tabel] it is empty", 9)), ()))
    (one,) = about_comments(comments, RULES, set(RULES))
    assert (one.rule.name, one.found.remedy) == ("unknown-ignore", "did you mean drop-table?")


def test_a_comment_for_a_rule_that_was_not_asked_is_not_unused() -> None:
    comments = list(ignores(script(comment("migkit: ignore[drop-table] it is empty", 9)), ()))
    assert list(about_comments(comments, RULES, {"drop-column"})) == []


def test_rules_of_another_program_are_neither_unknown_nor_unused() -> None:
    comments = list(ignores(script(comment("migkit: ignore[squawk-ban-drop-table] it is empty", 9)), ()))
    assert list(about_comments(comments, RULES, set(RULES))) == []


@pytest.mark.parametrize("text", ["migkit: hello", "noqa", "we migkit: ignore[drop-table] nothing", "migkit ignore[x]"])
def test_other_comments_silence_nothing(text: str) -> None:
    assert judged(script(comment(text, 9)), "", 9) == ([9], [])


SQL = '''def upgrade():
    op.execute("""
        -- migkit: ignore[drop-table] the copy is empty
        DROP TABLE one;
        DROP TABLE two; -- migkit: ignore[drop-table] so is this
        DROP TABLE
          three;
    """)
    op.execute("DROP TABLE four -- migkit: ignore[drop-table] nobody reads it")
'''
PLACES = (Span(4, 9, 4, 23), Span(5, 9, 5, 23), Span(6, 9, 7, 15), Span(9, 16, 9, 31))


def test_comments_of_sql_speak_for_its_statements() -> None:
    assert judged(script(statements=PLACES), SQL, 4, 5, 6, 9) == ([6], [])


def test_a_comment_alone_above_a_statement_of_several_lines_speaks_for_all_of_them() -> None:
    text = SQL.replace("        DROP TABLE two; --", "        --")
    places = (Span(4, 9, 4, 23), Span(6, 9, 7, 15), Span(9, 16, 9, 31))
    assert judged(script(statements=places), text, 4, 6, 7, 9) == ([], [])


def test_a_comment_of_python_is_not_read_as_one_of_sql_besides() -> None:
    given = script(comment("-- migkit: ignore[drop-table]", 1), comment("migkit: ignore[drop-table] empty", 2))
    lines = ["x = 1  # -- migkit: ignore[drop-table]", "y = 2  # migkit: ignore[drop-table] empty -- migkit: ignore[x]"]
    assert judged(given, "\n".join(lines), 2) == ([], [])
