"""The shells of the verbs that need no database and no server."""

from __future__ import annotations

import gc

from migkit.errors import ConfigError
from migkit.model import Report
from migkit.shell import Tell, chosen, verb


@verb(
    repeated=("revision",),
    engine="judge for this engine instead of the schema's: mysql:9.7, mariadb:10.11, postgresql:17 or sqlite",
    revision="judge this revision only; may be repeated",
    since="judge only revisions that were added or edited after this git reference",
    write_baseline="record what is found today as known",
    no_baseline="judge as if nothing were known",
    fix="write what is mechanical and safe into the files, and show it as a diff",
    dry_run="with --fix: show the diff, and write nothing",
    no_cache="read every file anew, and keep nothing for the next run",
)
def lint(
    tell: Tell,
    *,
    schema: str = "",
    engine: str = "",
    revision: list[str] | None = None,
    since: str = "",
    write_baseline: bool = False,
    no_baseline: bool = False,
    no_cache: bool = False,
    fix: bool = False,
    dry_run: bool = False,
) -> Report:
    """Judge the revisions by rules, without a database: files are read, and nothing of them runs.

    inv mig.lint
    inv mig.lint --schema asterisk --since origin/main
    inv mig.lint --format github --fail-on warning
    inv mig.lint --fix --dry-run
    """
    from migkit.check import Options, check

    if dry_run and not fix:
        raise ConfigError("--dry-run shows what --fix would write", remedy="add --fix; lint alone writes nothing")
    gc.disable()  # collecting would cost a tenth of so short a life
    known = {"write_baseline": write_baseline, "use_baseline": not no_baseline, "use_cache": not no_cache}
    options = Options(engine, tuple(revision or ()), since, **known, fix=fix, dry_run=dry_run)
    return check(*chosen(schema), options, on_event=tell)
