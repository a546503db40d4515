"""The Invoke collection `mig` for a team's tasks.py, and the console program `migkit`: shells around the verbs.

A team's tasks.py is a docstring and `from migkit.tasks import namespace`.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from invoke.collection import Collection
from invoke.program import Program

from migkit.model import Event, Report
from migkit.shell import chosen, verb

if TYPE_CHECKING:
    from migkit.create import Options

Tell = Callable[[Event], None]


@verb(
    force="also change files that are there: add what they lack, and write anew what is the kit's alone",
    agents="a slash command, a skill and AGENTS.md for coding agents",
    pre_commit="a hook in .pre-commit-config.yaml",
    ci="a workflow that proves changes: github",
)
def init(_tell: Tell, *, force: bool = False, agents: bool = False, pre_commit: bool = False, ci: str = "") -> Report:
    """Write a starting configuration by looking at this folder; where it has no Alembic history, begin one.

    inv mig.init
    inv mig.init --agents --pre-commit --ci github
    """
    from migkit.init import Options
    from migkit.init import init as started

    names = frozenset(task.name for task in TASKS)
    wished = {"force": force, "agents": agents, "pre_commit": pre_commit}
    return started(Path.cwd(), Options(**wished, ci=ci, tasks=names, named=os.environ.get("MIGKIT_CONFIG", "")))


@verb()
def schemas(_tell: Tell) -> Report:
    """List the configured schemas: engine, directory, heads, last revision."""
    from migkit import config
    from migkit.schemas import schemas as listed

    return listed(config.load())


STYLE = "sql or ops, guarded operations (default: the schema's)"
ASKED = (
    "hold everything against the real schema: auto, docker, local, packaged, a URL, or development (default: a server "
    "is asked only for what the title does not say; MIGKIT_SERVER names its kind)"
)
EDIT = "open the revision in $VISUAL or $EDITOR"


@verb(
    table="the table, in snake_case",
    action="create, add, remove, update or drop, unless the schema has others",
    description='"table" for create and drop; otherwise "column NAME[:TYPE] …", "index NAME [on COL …]", '
    '"constraint NAME …", "enum NAME value …", "geometry NAME:POINT:4326"',
    style=STYLE,
    server=ASKED,
    edit=EDIT,
)
def create(
    tell: Tell,
    table: str,
    action: str,
    description: str,
    *,
    schema: str = "",
    style: str = "",
    server: str = "",
    edit: bool = False,
) -> Report:
    """Write a new revision called TABLE_ACTION_DESCRIPTION, both ways; no live database is touched.

    inv mig.create --schema asterisk ps_endpoints add "column dtls_auto_gen:varchar(40)"
    inv mig.create calls add "index idx_customer_id on customer_id"
    inv mig.create conversations remove "column legacy_field" --server docker
    """
    from migkit.create import create as created

    gc.disable()  # collecting while Alembic loads would cost a tenth of so short a life

    return created(*chosen(schema), table, action, description, _options(style, server, edit=edit), on_event=tell)


@verb(
    sentence='the title: "add reservations table", "add index on tickets.region", or any other',
    autogenerate="compare the models with a throwaway database at the head, and write the difference",
    style=STYLE,
    server=ASKED,
    edit=EDIT,
)
def revise(
    tell: Tell,
    sentence: str,
    *,
    schema: str = "",
    autogenerate: bool = False,
    style: str = "",
    server: str = "",
    edit: bool = False,
) -> Report:
    """Write a new revision whose title is a sentence, both ways where the sentence says enough.

    inv mig.revise "add reservations table"
    inv mig.revise --schema omni "add index on tickets.region"
    """
    from migkit.create import revise as revised

    return revised(
        *chosen(schema), sentence, _options(style, server, edit=edit, autogenerate=autogenerate), on_event=tell
    )


def _options(style: str, server: str, *, edit: bool, autogenerate: bool = False) -> Options:
    from migkit.create import Options

    usual = os.environ.get("MIGKIT_SERVER", "") or "auto"
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "" if edit else None
    return Options(style, server, usual, editor, autogenerate=autogenerate)


@verb(
    repeated=("revision",),
    engine="mysql:9.7, mariadb:10.11, postgresql:17 or sqlite (default: the schema's)",
    server="auto, docker, local, packaged, or the URL of a server for databases of the kit's own (also MIGKIT_SERVER)",
    strict_engine="another product or major version than the wanted one is an error",
    revision="judge this revision only; may be repeated",
    since="judge only revisions that were added or edited after this git reference",
    write_baseline="record today's verdicts as known",
    no_baseline="judge as if nothing were known",
    no_cache="take nothing over from earlier runs (nothing is, today)",
    rows="fill each table up to so many rows before each step, and measure what becomes of them (default: none)",
)
def roundtrip(
    tell: Tell,
    *,
    schema: str = "",
    engine: str = "",
    server: str = "",
    strict_engine: bool = False,
    revision: list[str] | None = None,
    since: str = "",
    write_baseline: bool = False,
    no_baseline: bool = False,
    no_cache: bool = False,
    rows: int = 0,
) -> Report:
    """Prove each revision up, down and up again on a throwaway server.

    inv mig.roundtrip --schema asterisk
    inv mig.roundtrip --schema asterisk --since origin/main --engine mariadb:10.11
    inv mig.roundtrip --schema asterisk --rows 20
    """
    from migkit.roundtrip import Options
    from migkit.roundtrip import roundtrip as proven

    del no_cache
    server = server or os.environ.get("MIGKIT_SERVER", "") or "auto"
    known = {"write_baseline": write_baseline, "use_baseline": not no_baseline}
    options = Options(engine, server, tuple(revision or ()), since, rows, strict_engine=strict_engine, **known)
    return proven(*chosen(schema), options, on_event=tell)


@verb(
    repeated=("revision",),
    only="of graph, oneshot, idempotent, crash, effects, offline and models these, separated by commas",
    rows="fill each table up to so many rows before each step (default: none, and 20 for --only effects)",
    engine="mysql:9.7, mariadb:10.11, postgresql:17 or sqlite (default: the schema's)",
    server="auto, docker, local, packaged, or the URL of a server for databases of the kit's own (also MIGKIT_SERVER)",
    strict_engine="another product or major version than the wanted one is an error",
    revision="rehearse this revision only; may be repeated",
    since="rehearse only revisions that were added or edited after this git reference, the edited ones across the edit",
    write_baseline="record what is found today as known",
    no_baseline="judge as if nothing were known",
)
def test(
    tell: Tell,
    *,
    schema: str = "",
    only: str = "",
    rows: int = 0,
    engine: str = "",
    server: str = "",
    strict_engine: bool = False,
    revision: list[str] | None = None,
    since: str = "",
    write_baseline: bool = False,
    no_baseline: bool = False,
) -> Report:
    """Rehearse each revision on a throwaway server: run twice, cut half-way, in one go with the others, and more.

    inv mig.test --schema asterisk
    inv mig.test --since origin/main --only idempotent,crash --rows 20
    """
    from migkit.rehearse import Options, rehearse

    server = server or os.environ.get("MIGKIT_SERVER", "") or "auto"
    known = {"write_baseline": write_baseline, "use_baseline": not no_baseline}
    chosen_checks = tuple(word.strip() for word in only.split(",") if word.strip())
    options = Options(
        engine, server, chosen_checks, tuple(revision or ()), since, rows, strict_engine=strict_engine, **known
    )
    return rehearse(*chosen(schema), options, on_event=tell)


@verb(
    revision="the revision's id, or the beginning of it",
    engine="mysql:9.7, mariadb:10.11, postgresql:17 or sqlite (default: the schema's)",
    server="auto, docker, local, packaged, or the URL of a server for databases of the kit's own (also MIGKIT_SERVER)",
    style=STYLE,
)
def mend(tell: Tell, revision: str, *, schema: str = "", engine: str = "", server: str = "", style: str = "") -> Report:
    """Write the downgrade of a revision from the catalogues before and after it, once it was run.

    inv mig.mend 3b85d7ac5116 --schema omni
    inv mig.mend 3b85 --server docker --style ops
    """
    from migkit.mend import Options
    from migkit.mend import mend as mended

    server = server or os.environ.get("MIGKIT_SERVER", "") or "auto"
    return mended(*chosen(schema), revision, Options(engine, server, style), on_event=tell)


@verb(
    repeated=("skip_target",),
    rebase="put the revisions that the main branch does not have behind its head, instead of joining the heads",
    dry_run="show what would be written, and write nothing",
    skip_target="with --rebase: do not ask this target what it has applied; may be repeated",
)
def merge(
    tell: Tell,
    *,
    schema: str = "",
    rebase: bool = False,
    dry_run: bool = False,
    skip_target: list[str] | None = None,
) -> Report:
    """Give a history of several heads one again, by a revision that joins them; or edit down_revision (--rebase).

    inv mig.merge --schema omni
    inv mig.merge --schema omni --rebase --dry-run
    """
    from migkit.merge import Options
    from migkit.merge import merge as merged

    return merged(*chosen(schema), Options(rebase, dry_run, tuple(skip_target or ())), on_event=tell)


@verb(to="a revision, head, or steps upwards: +2 (default: head)")
def upgrade(tell: Tell, *, schema: str = "", to: str = "") -> Report:
    """Upgrade the schema's development database with Alembic; a declared target is refused.

    inv mig.upgrade --schema omni
    """
    from migkit.develop import develop

    return develop(*chosen(schema), "upgrade", to, on_event=tell)


@verb(to="a revision, base, or steps downwards: -2 (default: -1)")
def downgrade(tell: Tell, *, schema: str = "", to: str = "") -> Report:
    """Downgrade the schema's development database with Alembic; a declared target is refused.

    inv mig.downgrade --schema omni --to -1
    """
    from migkit.develop import develop

    return develop(*chosen(schema), "downgrade", to, on_event=tell)


@verb(repeated=("only",), only="build this image only; may be repeated", list_="list the images, and build none")
def images(tell: Tell, *, only: list[str] | None = None, list_: bool = False) -> Report:
    """Build migkit/mysql:9.7 and the other database images from Debian packages, where no registry is reachable."""
    from migkit import images as verbs

    return verbs.listing() if list_ else verbs.build(tuple(only or ()), tell)


@verb(
    target="compare the throwaway server with this target of the schema; it is only read",
    clean="remove what killed runs left: containers, directories, databases on the server whose URL is given",
    engine="look for this engine instead of the schemas'",
    server="the URL of a server to look into; with --target, the server to compare (also MIGKIT_SERVER)",
)
def doctor(
    tell: Tell, *, schema: str = "", target: str = "", clean: bool = False, engine: str = "", server: str = ""
) -> Report:
    """Say what works on this machine, with a remedy for what does not. Nothing is started or changed.

    inv mig.doctor
    inv mig.doctor --clean --server mysql://root:…@db.test/
    inv mig.doctor --schema asterisk --target production
    """
    from migkit import doctor as verbs

    server = server or os.environ.get("MIGKIT_SERVER", "")
    if target:
        from migkit.comparison import compare

        return compare(*chosen(schema), target, engine=engine, server=server or "auto", on_event=tell)
    options = verbs.Options(schema, engine, server)
    return verbs.clean(options) if clean else verbs.doctor(options, on_event=tell)


class Console(Program):
    """The console program."""

    def print_version(self) -> None:
        """Print the installed version."""
        from importlib.metadata import version

        sys.stdout.write(f"migkit {version('migkit')}\n")


TASKS = (init, schemas, create, revise, mend, merge, upgrade, downgrade, roundtrip, test, images, doctor)
mig = Collection("mig", *TASKS)
namespace = Collection(mig)
program = Console(namespace=Collection(*TASKS), name="migkit", binary="migkit")
