"""Files into findings: read in the dialect of each engine, judged by the rules that are on, less what is silenced."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from migkit import config
from migkit.errors import ConfigError
from migkit.inspection.files import File
from migkit.inspection.history import History, history
from migkit.inspection.readings import Readings
from migkit.lint import levels
from migkit.lint.case import Facts, Whole
from migkit.lint.ignoring import Ignore, about_comments, ignores, silenced
from migkit.lint.judging import LOCKS, Judged, judge
from migkit.lint.rule import holds
from migkit.lint.rules import ALL
from migkit.lint.written import lines
from migkit.model import Engine, Finding, Project, Schema
from migkit.model.script import Script, Span

_SPEAKS = "migkit:"
Beside = Callable[[Whole, Mapping[Path, str]], Iterable[Judged]]


def nobody(_history: Whole, _sources: Mapping[Path, str]) -> tuple[Judged, ...]:
    """Ask no other linter."""
    return ()


def findings(
    schema: Schema,
    engines: Sequence[Engine],
    known: Facts,
    base: str | None,
    files: Sequence[File],
    readings: Readings,
    beside: Beside = nobody,
) -> tuple[tuple[Finding, ...], Mapping[Path, str]]:
    """Give what is found, in the order of the revisions and their lines, and the id of each file.

    `beside` is another linter, which is asked about the history as production's engine reads it.
    """
    told, read, scripts = judged(schema, engines, known, base, files, readings, beside)
    return tuple(_findings(told, schema, engines, read)), {script.path: script.id for script in scripts}


def whys(found: Iterable[Finding]) -> dict[str, str]:
    """Give why each rule is one, of those that found something."""
    return {name: ALL[name].why for name in sorted({one.rule for one in found}) if name in ALL}


def check_levels(project: Project, schema: Schema) -> None:
    """Raise ConfigError where the schema's `lint` names a rule that does not exist."""
    wrong = levels.unknown(schema.lint, ALL)
    if wrong is None:
        return
    level, name, near = wrong
    key = f"{'tool.migkit.' if project.path.name == 'pyproject.toml' else ''}schemas.{schema.name}.lint.{level}"
    raise ConfigError(
        f"{config.shown(project.path)}: {key}: there is no rule {name}",
        remedy=f"did you mean {near}?" if near else "see mig.rules",
        path=project.path,
    )


def judged(
    schema: Schema,
    engines: Sequence[Engine],
    known: Facts,
    base: str | None,
    files: Sequence[File],
    readings: Readings,
    beside: Beside = nobody,
) -> tuple[Sequence[Judged], History, Sequence[Script]]:
    """Give what the rules find that no comment silences, as they say it, and the history as it was read."""
    read = history(files, (engine.family for engine in engines), readings)
    readings.keep()
    rules = [rule for rule in ALL.values() if levels.severity(schema.lint, rule)]
    asked = {rule.name for rule in rules if any(holds(rule, engine) for engine in engines)}
    wholes = read.wholes(schema, engines, known)
    scripts = wholes[0].scripts
    comments = list(_comments(scripts, read))
    judgements = (*judge(wholes, read.sources, rules, base), *beside(wholes[0], read.sources))
    told, _quiet = silenced(judgements, comments)
    found = [*told, *about_comments(comments, ALL, asked)]
    place = {script.path: number for number, script in reversed([*enumerate((*wholes[0].order, *scripts))])}
    found.sort(key=lambda one: _order(one, place, schema))
    return found, read, scripts


def _order(one: Judged, place: Mapping[Path, int], schema: Schema) -> tuple[int, int, int, int]:
    """Give where a finding stands among all: by revision and line, on a line the gravest first."""
    grave = levels.severity(schema.lint, one.rule, one.found) or 0
    return place.get(one.path, len(place)) if one.path else -1, one.found.span.line, -grave, one.found.span.column


def _comments(scripts: Iterable[Script], read: History) -> Iterator[Ignore]:
    for script in scripts:
        text = read.sources[script.path]
        if _SPEAKS in text:
            yield from ignores(script, lines(text))


def _findings(found: Iterable[Judged], schema: Schema, engines: Sequence[Engine], read: History) -> Iterator[Finding]:
    """Make findings of what was judged, each with the line that it speaks of."""
    texts: dict[Path, Sequence[str]] = {}
    for one in found:
        severity = levels.severity(schema.lint, one.rule, one.found)
        if severity is None:
            continue
        if one.path and one.path not in texts:
            texts[one.path] = lines(read.sources.get(one.path, ""))
        source = _line(texts.get(one.path, []) if one.path else [], one.found.span.line)
        column, end = _columns(one.found.span, source)
        yield Finding(
            rule=one.rule.name,
            severity=severity,
            message=_message(one, engines),
            remedy=one.found.remedy,
            path=str(one.path) if one.path else None,
            line=one.found.span.line or None,
            revision=one.revision or None,
            object=one.found.object or None,
            column=column,
            end_column=end,
            source="" if one.found.hidden else source,
        )


def _message(one: Judged, engines: Sequence[Engine]) -> str:
    """Say what was seen and why it matters; on which engines, where it is not on all that were asked."""
    why = one.found.why or one.rule.why
    told = f"{one.found.what}: {why}" if why else one.found.what
    some = one.engines and len(one.engines) < len(engines) and one.rule.group != LOCKS
    return f"{told} (on {', '.join(one.engines)})" if some else told


def _line(text: Sequence[str], number: int) -> str:
    return text[number - 1] if 0 < number <= len(text) else ""


def _columns(span: Span, source: str) -> tuple[int | None, int | None]:
    """Give where the place begins on its line and where it ends there; None where that is not known."""
    if not source or not 0 < span.column <= len(source):
        return None, None
    same = span.end_line in (0, span.line)
    end = span.end_column if same else len(source.rstrip()) + 1
    return span.column, end if span.column < end <= len(source) + 1 else None
