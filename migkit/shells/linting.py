"""The shells of the verbs that need no database and no server."""

from __future__ import annotations

import gc

from migkit.model import Report
from migkit.shell import Tell, chosen, verb


@verb(
    repeated=("revision",),
    engine="judge for this engine instead of the schema's: mysql:9.7, mariadb:10.11, postgresql:17 or sqlite",
    revision="judge this revision only; may be repeated",
    since="judge only revisions that were added or edited after this git reference",
    write_baseline="record what is found today as known",
    no_baseline="judge as if nothing were known",
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
) -> Report:
    """Judge the revisions by rules, without a database: files are read, and nothing of them runs.

    inv mig.lint
    inv mig.lint --schema asterisk --since origin/main
    inv mig.lint --format github --fail-on warning
    """
    from migkit.check import Options, check

    gc.disable()  # collecting would cost a tenth of so short a life
    known = {"write_baseline": write_baseline, "use_baseline": not no_baseline, "use_cache": not no_cache}
    return check(*chosen(schema), Options(engine, tuple(revision or ()), since, **known), on_event=tell)
