"""Whether a declared target has applied a revision: each is asked, and one that cannot be asked is not believed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from migkit.branching import ancestors
from migkit.config.checking import nearest, one_of
from migkit.errors import ConfigError, MigkitError, TargetError
from migkit.model import Event, Project, Revision, Schema
from migkit.reparenting import Move


def standings(
    project: Project, schema: Schema, table: str, skipped: Sequence[str], on_event: Callable[[Event], None]
) -> dict[str, tuple[str, ...]]:
    """Give the rows of the version table `table` of each target that is not skipped; they are only read.

    Raises ConfigError for a name that is no target, TargetError for one that cannot be asked.
    """
    for name in skipped:
        if name not in schema.targets:
            near = nearest(name, schema.targets)
            remedy = one_of(schema.targets) if schema.targets else "leave --skip-target out: it declares none"
            raise ConfigError(f'schema {schema.name} has no target "{name}"{near}', remedy=remedy, path=project.path)
    found = {}
    for name in schema.targets:
        if name not in skipped:
            on_event(Event("wait", f"asking the target {name} where it stands"))
            found[name] = _standing(project, schema, name, table)
    return found


def unapplied(
    schema: str, revisions: Sequence[Revision], moves: Sequence[Move], asked: Mapping[str, Sequence[str]]
) -> None:
    """Raise TargetError where a target has applied one of the revisions that move, or may have."""
    known = {one.id: one for one in revisions}
    for target, current in asked.items():
        unknown = sorted(set(current) - set(known))
        if unknown:
            raise TargetError(
                f"target {target} stands at {', '.join(unknown)}, which the working tree has not: what it has applied "
                "cannot be told",
                remedy=f"bring that revision in, or, if you know what it has: --skip-target {target}",
            )
        below = ancestors(known, current, dependencies=True)
        applied = [move.revision for move in moves if move.revision in below]
        if applied:
            raise TargetError(
                f"target {target} has applied {', '.join(applied)}: behind another one, it would never get that",
                remedy=f"join the heads instead: inv mig.merge --schema {schema}",
            )


def _standing(project: Project, schema: Schema, name: str, table: str) -> tuple[str, ...]:
    from migkit.targets import declared, standing

    try:
        return standing(declared(project, schema, name), table)
    except MigkitError as error:
        message = error.message if error.message.startswith(f"target {name}") else f"target {name}: {error.message}"
        raise TargetError(
            f"{message}. Whether it has applied these revisions is not known",
            remedy=f"{error.remedy or 'make it reachable'}; or, if you know that it has not: --skip-target {name}",
        ) from None
