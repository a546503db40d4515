"""Rules about what a revision is called: its file, and its title."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace

from migkit import title
from migkit.ids import generated
from migkit.lint.case import Whole
from migkit.lint.rule import Fix, Found, Rule
from migkit.model import Severity, TitleRules
from migkit.model.script import Script, Span

GROUP = "history"
_WORD = re.compile(r"[a-z0-9]+")
_SLUG = re.compile(r"\w+")  # Alembic's own
_FIELD = re.compile(r"(?:Revision ID|Revises|Create Date)\b")
_SURE = 8  # characters of an id that stand in a file's name by no accident
_BEGUN = 12  # characters of a title that show where it begins in a file's name
_MERGED = 2  # parents
_LIGHTER = frozenset({"title-length", "title-item"})
_FEW = 4  # fewer revisions show no habit


def _filename_and_id_differ(whole: Whole) -> Iterator[Found]:
    if whole.facts.template and "%(rev)s" not in whole.facts.template:
        return
    count = Counter(one.id for one in whole.scripts)
    ids = frozenset(count)
    names = frozenset(one.path.name for one in whole.scripts)
    named = [one for one in whole.scripts if one.id and count[one.id] == 1]  # an id that is there twice is told as such
    without = [one for one in named if not _has_id(one)]
    habit = len(named) >= _FEW and len(without) * 4 <= len(named)
    for script in without:
        other = _other(script, ids)
        if other:
            fixed = re.sub(re.escape(other), script.id, script.path.name, count=1, flags=re.IGNORECASE)
            what = f"the file is named {other}, and its revision is {script.id}"
            yield _differs(script, what, f"rename it to {fixed}", "" if fixed in names else fixed)
        elif habit:
            what = f"the file's name lacks its id {script.id}, which all others begin with or hold"
            remedy = f"rename it as the others are: {script.id}_{_slug(_title(script))}.py"
            yield replace(_differs(script, what, remedy, ""), severity=Severity.note)


def _has_id(script: Script) -> bool:
    """Whether a file's name holds its id, or the beginning of it, however it is written there."""
    words, own = _WORD.findall(script.path.stem.lower()), _WORD.findall(script.id.lower())
    if any(words[at : at + len(own)] == own for at in range(len(words))):
        return True
    joined = "".join(own)
    if len(joined) >= _SURE and joined in "".join(words):
        return True
    return any(len(word) >= _FEW and joined.startswith(word) for word in words[:1])


def _other(script: Script, ids: Collection[str]) -> str:
    """Give the id of something else that a file is named after; "" where its name holds none."""
    words: list[str] = _WORD.findall(script.path.stem.lower())
    told = set(_WORD.findall(_title(script).lower()))
    for word in words:
        if word not in told and generated(word) and not word.isdigit() and not word.isalpha():
            return word
    first = words[0] if words else ""
    alike = first.isdigit() and script.id.isdigit() and len(first) == len(script.id)
    return first if first and (first in ids or alike) else ""


def _differs(script: Script, what: str, remedy: str, fixed: str) -> Found:
    span = script.spans.get("revision", Span(1))
    fix = Fix(rename=fixed) if fixed else None
    return Found(what, span, remedy, script.id, revision=script.id, path=str(script.path), fix=fix)


def _title_convention(whole: Whole) -> Iterator[Found]:
    """Hold each title against the schema's rules; where it states none, against those that most titles follow."""
    rules = whole.schema.title
    judged = [one for one in whole.scripts if one.id and len(one.parents) < _MERGED]  # merges have titles of their own
    found = [(script, problem) for script in judged if (problem := _problem(_title(script), rules))]
    habit = rules == TitleRules()  # nobody wrote it down
    if habit and (len(judged) < _FEW or len(found) * 4 > len(judged)):
        return
    for script, problem in found:
        span = script.spans.get("docstring", Span(1))
        yield Found(
            problem.message,
            Span(span.line, span.column),
            problem.remedy,
            script.id,
            revision=script.id,
            path=str(script.path),
            severity=Severity.warning if habit or problem.rule in _LIGHTER else None,
        )


def _problem(text: str, rules: TitleRules) -> title.Problem | None:
    """Give what is wrong with a title; which item goes with which action is what mig.create can build, and no rule."""
    if not text:
        return title.Problem(
            "title-form", "the revision has no title", "say what it does in the docstring's first line"
        )
    problem = title.check(text, rules)
    return None if problem and problem.rule == "title-item" and _names_an_item(text, rules) else problem


def _names_an_item(text: str, rules: TitleRules) -> bool:
    words = text.split("_")
    behind = (words[at + 1 :] for at, word in enumerate(words) if at and word in rules.actions)
    return any(rest[: item.count("_") + 1] == item.split("_") for rest in behind for item in rules.items)


def _title_cut(whole: Whole) -> Iterator[Found]:
    """Speak of all files at once, at the newest: it is one setting that cuts them."""
    cut = [(script, left) for script in whole.order if (left := _cut(script))]
    if not cut:
        return
    script, left = cut[-1]
    span = script.spans.get("docstring", Span(1))
    what = f"the file's name ends with {left}, a part of the title"
    if len(cut) > 1:
        what = f"{len(cut)} files are named after a part of their titles, the last of them {script.path.name}"
    wanted = max(len(_slug(_title(one))) for one, _left in cut)
    remedy = f"set truncate_slug_length = {-(-wanted // 10) * 10} in the ini"
    if whole.facts.slug_length >= wanted:
        remedy = f"rename it to {script.path.stem.rstrip('_').removesuffix(left)}{_slug(_title(script))}.py"
    at = Span(span.line, span.column)
    yield Found(what, at, remedy, script.id, revision=script.id, path=str(script.path))


def _cut(script: Script) -> str:
    """Give what of a title stands at the end of its file's name, where Alembic cut it; else ""."""
    slug, stem = _slug(_title(script)), script.path.stem.lower()
    if not stem.endswith("_") or len(slug) <= _BEGUN:  # Alembic ends what it cuts so
        return ""
    stem = stem.rstrip("_")
    at = stem.find(slug[:_BEGUN])
    left = stem[at:] if at >= 0 else ""
    return left if len(left) < len(slug) and slug.startswith(left) else ""


def _slug(text: str) -> str:
    """Give what Alembic makes of a title in a file's name, before it cuts it."""
    return "_".join(_SLUG.findall(text)).lower()


def _title(script: Script) -> str:
    return "" if _FIELD.match(script.title) else script.title


RULES: tuple[Rule, ...] = (
    Rule(
        "filename-and-id-differ",
        GROUP,
        Severity.error,
        "whoever looks for a revision by the file's name finds another one, or none",
        over=_filename_and_id_differ,
        remedy="rename the file: databases know the id, and nothing knows the name",
    ),
    Rule(
        "title-convention",
        GROUP,
        Severity.error,
        "the titles of this schema follow rules, by which revisions are found and told apart",
        over=_title_convention,
        remedy="write the title as inv mig.create does, in the docstring's first line",
    ),
    Rule(
        "title-cut",
        GROUP,
        Severity.note,
        "Alembic cuts a title in the file's name at truncate_slug_length, 40 characters where the ini says nothing",
        over=_title_cut,
        remedy="set truncate_slug_length in the ini",
    ),
)
