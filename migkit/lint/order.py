"""An order in which the revisions of a history can be applied, whatever is wrong with the graph (pure, linear)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from migkit.model.script import Script


def ordered(scripts: Sequence[Script]) -> tuple[Script, ...]:
    """Give those that have an id, each after what it stands on; what stands in a circle, or on nothing, comes last.

    Revisions that could change places stand as `scripts` has them. Of an id that is there twice each file has its turn.
    """
    named = [script for script in scripts if script.id]
    by_id: dict[str, Script] = {}
    labels: dict[str, str] = {}
    for script in named:
        by_id.setdefault(script.id, script)
        labels.update(dict.fromkeys(script.labels, script.id))
    needs = {id(script): _needs(script, by_id, labels) for script in named}
    done: list[Script] = []
    _walk(named, by_id, needs, done)
    placed = {id(script) for script in done}
    return (*done, *(script for script in named if id(script) not in placed))


def _needs(script: Script, by_id: Mapping[str, Script], labels: Mapping[str, str]) -> tuple[str, ...]:
    """Give the ids that a revision stands on; what a dependency's name could mean besides is left out."""
    named = (name if name in by_id else labels.get(name.partition("@")[0], "") for name in script.depends_on)
    return (*script.parents, *(name for name in named if name))


def _walk(
    named: Sequence[Script], by_id: Mapping[str, Script], needs: Mapping[int, tuple[str, ...]], done: list[Script]
) -> None:
    """Put each revision behind what it needs, a branch at a time, without recursion: histories are long."""
    lacking = {id(script): len(needs[id(script)]) for script in named}
    followers: dict[str, list[Script]] = {}
    for script in named:
        for name in needs[id(script)]:
            if name in by_id:
                followers.setdefault(name, []).append(script)
    ready = [script for script in reversed(named) if not lacking[id(script)]]
    while ready:
        script = ready.pop()
        done.append(script)
        if by_id[script.id] is not script:
            continue  # the same id again: what follows waits for the first
        for follower in reversed(followers.get(script.id, ())):
            lacking[id(follower)] -= 1
            if not lacking[id(follower)]:
                ready.append(follower)
