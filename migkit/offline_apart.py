"""Each revision printed by itself and run by the client, held against its upgrade: whose a fault is.

Behind a revision that fails the database is brought on by its upgrade, so that the next begins where it should.
"""

from __future__ import annotations

from collections.abc import Sequence

from migkit.footing import Foothold
from migkit.model import Database
from migkit.model.rehearsal import Script
from migkit.offline_bench import Bench, Trouble, clashes, lost, refused, unprinted
from migkit.values import dataclass
from migkit.witness import Column, Seen, differing, look, volatile


@dataclass(frozen=True, slots=True)
class Apart:
    """What is wrong with single revisions; `states` are what the upgrades led to, from the one before the first on."""

    start: int
    states: Sequence[Seen]
    troubles: Sequence[Trouble]
    loose: frozenset[Column]

    def last(self, name: str) -> int:
        """Give the last revision that changed an object, or the table that holds it."""
        for at in range(len(self.states) - 1, 0, -1):
            changed = differing(self.states[at - 1], self.states[at])
            if not {name, name.rpartition(".")[0]}.isdisjoint(changed):
                return self.start + at - 1
        return self.start + max(len(self.states) - 2, 0)


def proven(bench: Bench, end: int, witness: Seen | None) -> Apart:
    """Print and run the revisions up to the position `end`, one by one; `witness` is another run of their upgrades."""
    start = bench.planned.start
    with bench.database() as database:
        scripts = bench.apart(database)
        states = _upgraded(bench, database, end)
    if witness is None:
        with bench.database() as database:
            witness = _upgraded(bench, database, end)[-1]
    loose = volatile(states[-1], witness)
    with bench.database() as database, bench.standing_at(database, start) as foothold:
        troubles = _Run(bench, database, foothold, states, loose).take(scripts[: end - start])
    for script in scripts[end - start :]:
        troubles += lost(bench, script)
    return Apart(start, states, troubles, loose)


def _upgraded(bench: Bench, database: Database, end: int) -> list[Seen]:
    """Give what each upgrade leads to, the state before the first one included."""
    plan = bench.planned
    with bench.standing_at(database, plan.start) as foothold:
        states = [look(database, foothold.reader, plan.version_table, plan.version_schema)]
        for at in range(plan.start, end):
            foothold.take(plan.revisions[at].id, "upgrade", None)
            states.append(look(database, foothold.reader, plan.version_table, plan.version_schema, states[-1]))
    return states


class _Run:
    """One run over the revisions, on one database."""

    def __init__(
        self, bench: Bench, database: Database, foothold: Foothold, states: Sequence[Seen], loose: frozenset[Column]
    ) -> None:
        self._bench = bench
        self._plan = bench.planned
        self._database = database
        self._foothold = foothold
        self._states = states
        self._loose = loose
        self._now = self._look()

    def take(self, scripts: Sequence[Script]) -> list[Trouble]:
        """Run each script from where the one before ended; give what is wrong."""
        found: list[Trouble] = []
        for number, script in enumerate(scripts):
            self._foothold.keeper.keep(number, self._now.state.snapshot, self._now.state.rows)
            troubles = self._one(number, script)
            missed = lost(self._bench, script)
            found += [*missed, *(one for one in troubles if not missed or one.rule == "offline-fails")]
            if troubles:
                self._bring_on(number)
        return found

    def _one(self, number: int, script: Script) -> list[Trouble]:
        at = self._plan.start + number
        if script.failed:
            return [unprinted(self._bench, script)]
        refusal = self._bench.run(self._database, script, at)
        if refusal is not None:
            return [refused(self._bench, script, at, refusal)]
        self._now = self._look(self._now)
        return clashes(self._bench, script, at, differing(self._states[number + 1], self._now, self._loose))

    def _look(self, before: Seen | None = None) -> Seen:
        return look(self._database, self._foothold.reader, self._plan.version_table, self._plan.version_schema, before)

    def _bring_on(self, number: int) -> None:
        """Bring the database to what the upgrade of a revision leads to."""
        reached = self._foothold.keeper.restore(number)
        table, schema, heads = self._plan.version_table, self._plan.version_schema, self._plan.heads[reached]
        if self._foothold.reader.version_rows(table, schema) != heads:
            self._foothold.reader.stamp(table, schema, heads)
        for at in range(reached, number + 1):
            self._foothold.take(self._plan.revisions[self._plan.start + at].id, "upgrade", None)
        self._now = self._look(self._now)
