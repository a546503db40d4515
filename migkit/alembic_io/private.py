"""The private names of Alembic that the kit stands on, each wrapped once.

`tests/test_alembic_contract.py` holds them on the oldest and the newest supported release: when one goes away,
that test fails and not a user's release.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

from migkit.model import Direction
from migkit.values import dataclass

if TYPE_CHECKING:
    from alembic.runtime.environment import EnvironmentContext
    from alembic.runtime.migration import HeadMaintainer, MigrationContext, RevisionStep
    from alembic.script import Script, ScriptDirectory

_HOOK = "migkit"


def load_scripts(script: ScriptDirectory) -> list[Script]:
    """Load every revision file, before the graph is built: a duplicate id is still visible here."""
    return list(script._load_revisions())


def build_map(script: ScriptDirectory, scripts: list[Script]) -> None:
    """Give the directory its graph from files that are loaded already; raises what Alembic raises for a bad one."""
    from alembic.script.revision import RevisionMap

    script.revision_map = RevisionMap(lambda: iter(scripts))
    script.revision_map._revision_map  # noqa: B018  # a lazy property: reading it builds the graph


def upgrade_order(script: ScriptDirectory) -> list[Script]:
    """Give all revisions in the order in which `alembic upgrade heads` applies them to an empty database."""
    return [step.revision for step in script._upgrade_revs("heads", cast("Any", ()))]


def step_of(script: ScriptDirectory, revision: str, direction: Direction, run: Callable[..., None]) -> RevisionStep:
    """Make Alembic's own step for one revision, whose body is `run` (which keeps the function's name for the log)."""
    from alembic.runtime.migration import MigrationStep

    found = script.get_revision(revision)
    make = MigrationStep.upgrade_from_script if direction == "upgrade" else MigrationStep.downgrade_from_script
    if not hasattr(found.module, direction):
        setattr(found.module, direction, run)  # Alembic looks it up here; `run` says that the file has none
    step = make(script.revision_map, found)
    run.__name__ = direction
    step.migration_fn = run
    return step


def heads_after(step: RevisionStep, heads: Collection[str]) -> tuple[str, ...]:
    """Give the version table's rows after `step`, as Alembic's own HeadMaintainer would leave them."""
    keeper = _keeper()(cast("Any", None), heads)
    keeper.update_to_step(step)
    return tuple(sorted(keeper.heads))


@cache
def _keeper() -> type[HeadMaintainer]:
    from alembic.runtime.migration import HeadMaintainer

    class Heads(HeadMaintainer):
        def _insert_version(self, version: str) -> None:
            self.heads.add(version)

        def _delete_version(self, version: str) -> None:
            self.heads.remove(version)

        def _update_version(self, from_: str, to_: str) -> None:
            self.heads.remove(from_)
            self.heads.add(to_)

    return Heads


def dependencies(script: Script) -> tuple[str, ...]:
    """Give the whole ids of what a revision depends on: the file may name a branch, or the beginning of an id.

    Known once the map is built.
    """
    return tuple(script._resolved_dependencies)


@contextlib.contextmanager
def hooked(script: ScriptDirectory, run: Callable[[Path], None]) -> Iterator[None]:
    """Let `run` see each revision file that is written, before the ini's own post_write_hooks do.

    A hook is a public thing of Alembic's; the list of those that a directory runs is not (before 1.16 it is the ini's
    section, as a mapping).
    """
    from alembic.script import write_hooks

    write_hooks.register(_HOOK)(lambda path, _options: run(Path(path)))
    place = "hooks" if hasattr(script, "hooks") else "hook_config"
    own: Any = getattr(script, place)
    if isinstance(own, Mapping):
        names = ",".join(filter(None, (_HOOK, own.get("hooks", ""))))
        setattr(script, place, {**own, "hooks": names, f"{_HOOK}.type": _HOOK})
    else:
        setattr(script, place, [{"_hook_name": _HOOK, "type": _HOOK}, *own])
    try:
        yield
    finally:
        setattr(script, place, own)


def fresh_module(path: Path, source: str | None = None) -> ModuleType:
    """Execute a revision file anew, as a new `alembic` process would: module state of an earlier run is not seen.

    `source` stands in for the file's text, as if it were there already.
    """
    from alembic.util.pyfiles import load_python_file

    if source is None:
        return load_python_file(path.parent, path.name)
    module = ModuleType(path.stem)
    module.__file__ = str(path)
    exec(compile(source, str(path), "exec", dont_inherit=True), module.__dict__)  # noqa: S102  # as importing the file would
    return module


def commits_each_step(context: MigrationContext) -> bool:
    """Whether Alembic commits each step by itself within one run of env.py, so that the next begins anew."""
    return not context.impl.transactional_ddl and not context._in_external_transaction and not context.as_sql


def overhear(context: MigrationContext, hear: Callable[[Any], object]) -> None:
    """Let `hear` know each construct that a context prints, before it does: whatever the revision calls ends there."""
    impl: Any = context.impl
    own = impl._exec

    def told(construct: Any, *rest: Any, **named: Any) -> Any:
        hear(construct)
        return own(construct, *rest, **named)

    impl._exec = told


def in_its_own_transaction(context: MigrationContext) -> bool:
    """Whether env.py had begun a transaction before it asked for migrations: Alembic then commits nothing by itself."""
    return bool(context._in_external_transaction)


@dataclass(frozen=True, slots=True)
class EnvRun:
    """A run of env.py under way: `of` is Alembic's own object of it, `function` what it runs env.py for."""

    of: object
    function: str
    offline: bool
    to: str
    ini: Path | None


def env_run() -> EnvRun | None:
    """Give the run of env.py that goes on in this process; None where none does."""
    from alembic import context

    found: Any = getattr(context, "_proxy", None)
    if found is None:
        return None
    options = found.context_opts
    to = options.get("destination_rev") or ""
    ini = found.config.config_file_name
    return EnvRun(
        found,
        getattr(options.get("fn"), "__name__", ""),
        bool(options.get("as_sql")),
        to if isinstance(to, str) else ", ".join(map(str, to)),
        Path(ini) if ini else None,
    )


def as_context(kind: type[EnvironmentContext]) -> type[EnvironmentContext]:
    """Let a class of one's own be `alembic.context` while it is entered, as EnvironmentContext itself is.

    Alembic installs what a class was set up with, `context.config` among it, and looks that up by the very class.
    """
    from alembic.runtime.environment import EnvironmentContext

    setups: dict[type[Any], Any] = EnvironmentContext._setups
    setups[kind] = setups[EnvironmentContext]
    return kind
