"""Rules about what a revision file is in its history: a merge, a draft, something that cannot be read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migkit.lint.case import Case, Whole
from migkit.lint.effects import ROWS
from migkit.lint.rule import Found, Rule
from migkit.model import Severity
from migkit.model.script import Function, Kind, Problem, Reading, Script, Span, Statement

GROUP = "history"
_MERGED = 2
_HARMLESS = frozenset({Kind.select, Kind.setting, Kind.transaction})
_UNFINISHED = frozenset({"migkit.Unfinished", "migkit.errors.Unfinished"})
_NO_FUNCTION = "alembic upgrade ends in an AttributeError there"
_OTHER = re.compile(r"[a-f0-9]+\.py|__init__|\.#")  # named by its id, as Alembic once did, or passed over by it


def _merge_with_ddl(case: Case) -> Iterator[Found]:
    script = case.script
    if len(script.parents) < _MERGED:
        return
    doing = [one for one in (*script.upgrade.statements, *script.downgrade.statements) if _changes(one)]
    if doing:
        parents = " and ".join(script.parents) if len(script.parents) == _MERGED else f"{len(script.parents)} heads"
        what = f"the merge of {parents} {_done(doing[0])} too"
        yield Found(
            what, doing[0].span, "leave the merge empty, and put this into a revision that follows it", script.id
        )


def _changes(statement: Statement) -> bool:
    """Whether a statement changes anything, or may."""
    if statement.acts:
        return any(act.kind not in _HARMLESS for act in statement.acts)
    return statement.reading is not Reading.whole


def _done(statement: Statement) -> str:
    act = next((one for one in statement.acts if one.kind not in _HARMLESS), None)
    if act is None:
        return "sends SQL"
    if act.kind in ROWS:
        return f"changes rows{f' of {act.table}' if act.table else ''}"
    return f"changes {act.table or act.name or 'the schema'}"


def _unfinished(case: Case) -> Iterator[Found]:
    script = case.script
    if not (script.upgrade.present or any("*" in one.names for one in script.imports)):
        span = script.spans.get("revision", Span(1))
        yield Found("the revision has no upgrade()", span, "write upgrade()", why=_NO_FUNCTION)
    calls = [one for one in case.script.calls if one.name in _UNFINISHED]
    for one in calls:
        where = f"{one.within}() " if one.within else "the file "
        yield Found(f"{where}is not filled in yet", one.span, "fill it in, and remove the raise and its import")


def _unreadable_file(whole: Whole) -> Iterator[Found]:
    for script in whole.scripts:
        if script.problem:
            yield _unread(script, script.problem)
        elif not script.id and not script.computed and not _OTHER.match(script.path.name):
            why = "Alembic refuses a folder of revisions with a file in it that is none"
            remedy = "move it out of the folder, or write its revision and down_revision"
            yield Found("the file says no revision", Span(1), remedy, why=why, path=str(script.path))


def _unread(script: Script, problem: Problem) -> Found:
    path, what = str(script.path), f"the file cannot be read: {problem.message}"
    if not problem.limit:
        return Found(what, problem.span, "mend the file", revision=script.id, path=path)
    why = "no rule judges it, and what it changes is not known to those that judge later revisions"
    remedy = "keep large data beside the revisions, in a file that they read"
    return Found(what, problem.span, remedy, why=why, revision=script.id, path=path, severity=Severity.warning)


def _unreadable_sql(case: Case) -> Iterator[Found]:
    """Speak once of each revision: what cannot be read is seldom alone."""
    script = case.script
    places = sorted({*_dark(script.upgrade), *_dark(script.downgrade)}, key=lambda one: (one[0].line, one[0].column))
    if places:
        span, what = places[0]
        more = f", and {len(places) - 1} more" if len(places) > 1 else ""
        yield Found(f"{what}{more}", span, "write the SQL out, or judge it by hand", script.id)


def _dark(function: Function) -> Iterator[tuple[Span, str]]:
    for one in function.statements:
        if one.reading in (Reading.part, Reading.nothing) and not any(act.table or act.name for act in one.acts):
            yield one.span, f"what {one.via} sends is not constant"
        elif one.reading is Reading.names and not one.acts:
            yield one.span, f"the SQL of {one.via} is not understood"
    for span in function.dynamic:
        yield span, f"what {function.direction}() does here is not constant"


RULES: tuple[Rule, ...] = (
    Rule(
        "merge-with-ddl",
        GROUP,
        Severity.error,
        "whoever joins the branches in another way throws the merge away, and what it does with it",
        judge=_merge_with_ddl,
        remedy="leave the merge empty, and write a revision that follows it",
    ),
    Rule(
        "unfinished",
        GROUP,
        Severity.error,
        "migkit.Unfinished is raised there, and the step fails until what it names is written",
        judge=_unfinished,
        remedy="fill it in, and remove the raise and its import",
    ),
    Rule(
        "unreadable-file",
        GROUP,
        Severity.error,
        "Alembic imports every file of the folder, and no command works while one of them fails",
        over=_unreadable_file,
        remedy="mend the file",
    ),
    Rule(
        "unreadable-sql",
        GROUP,
        Severity.note,
        "no rule judges it, and what it changes is not known to those that judge later revisions",
        judge=_unreadable_sql,
        remedy="write the SQL out, or judge it by hand",
    ),
)
