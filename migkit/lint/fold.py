"""A history, folded: what each revision stands on, does, and leaves, in the order in which they can be applied.

fold.py      `cases`: the order, the branches, the base
passage.py   one function onto a schema: its deeds
folding.py   the schema that acts change
acting.py    each kind of act, applied to it
tables.py    one table, changed (pure)
keys.py      indexes and constraints: their names, what goes with a column
others.py    types, views, triggers, functions
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from migkit.branching import ancestors
from migkit.lint.case import Case, Whole
from migkit.lint.passage import opened, passage
from migkit.lint.state import State
from migkit.model.script import Function, Script, Span, Statement
from migkit.product import Family

UNKNOWN = State(closed=False)


def cases(whole: Whole, sources: Mapping[Path, str], base: str | None = None) -> Iterator[Case]:
    """Give a case for each revision that has an id, in the order of `whole`.

    `base` is the SQL of what stands before the first one; where the schema has a base that is no SQL (a function),
    nothing is known of it. A revision of one branch does not see the other branches; a merge stands on all its parents.
    """
    folds = _History(whole, _base(whole, base))
    for script in whole.order:
        before = folds.before(script)
        up = passage(script.upgrade, before, script.id, whole.engine.family)
        after = opened(up.end) if script.problem else up.end
        down = passage(script.downgrade, after, script.id, whole.engine.family)
        folds.after.setdefault(script.id, after)
        yield Case(
            script=script,
            source=sources.get(script.path, ""),
            schema=whole.schema,
            engine=whole.engine,
            before=before,
            after=after,
            undone=down.end,
            upgrade=up.deeds,
            downgrade=down.deeds,
            facts=whole.facts,
            up=up,
            down=down,
        )


def based(sql: str, family: Family) -> State:
    """Give the schema that a script of SQL makes of an empty database."""
    from migkit.sql import read

    sentences = read(sql, family, lambda _start, _end: Span(0))
    statements = tuple(
        Statement("base_sql", Span(0), sql[one.start : one.end], one.acts, one.reading, one.names) for one in sentences
    )
    return passage(Function("upgrade", present=True, empty=False, statements=statements), State(), "", family).end


def _base(whole: Whole, sql: str | None) -> State:
    if sql is not None:
        return based(sql, whole.engine.family)
    return UNKNOWN if whole.schema.base_sql else State()


class _History:
    """The schemas after the revisions that were folded so far."""

    def __init__(self, whole: Whole, base: State) -> None:
        self.base, self.family = base, whole.engine.family
        self.order = whole.order
        self.scripts: dict[str, Script] = {}
        for script in whole.order:
            self.scripts.setdefault(script.id, script)
        self.after: dict[str, State] = {}

    def before(self, script: Script) -> State:
        """Give the schema that a revision stands on; one whose parents are not known may stand on anything."""
        parents = tuple(dict.fromkeys((*script.parents, *script.depends_on)))
        if not parents:
            return self.base
        if any(parent not in self.after for parent in parents):
            known = [parent for parent in parents if parent in self.after]
            return opened(self.after[known[0]]) if known else UNKNOWN
        return self.after[parents[0]] if len(parents) == 1 else self._joined(parents)

    def _joined(self, parents: Sequence[str]) -> State:
        """Give what the parents come to together: the greatest of them, and then what the others add, in order."""
        under = {parent: ancestors(self.scripts, [parent], dependencies=True) for parent in parents}
        main = max(parents, key=lambda parent: len(under[parent]))
        rest = frozenset().union(*under.values()) - under[main]
        state = self.after[main]
        for script in self.order:
            if script.id in rest and self.scripts[script.id] is script:
                end = passage(script.upgrade, state, script.id, self.family).end
                state = opened(end) if script.problem else end
        return state
