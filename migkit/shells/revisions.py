"""The shells of the verbs that write revisions, and of those that change what was written."""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING

from migkit.model import Report
from migkit.shell import SERVERS, Tell, chosen, usual_server, verb

if TYPE_CHECKING:
    from migkit.create import Options

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


@verb(
    shared=SERVERS,
    revision="the revision's id, or the beginning of it",
    style=STYLE,
)
def mend(tell: Tell, revision: str, *, schema: str = "", engine: str = "", server: str = "", style: str = "") -> Report:
    """Write the downgrade of a revision from the catalogues before and after it, once it was run.

    inv mig.mend 3b85d7ac5116 --schema omni
    inv mig.mend 3b85 --server docker --style ops
    """
    from migkit.mend import Options
    from migkit.mend import mend as mended

    return mended(*chosen(schema), revision, Options(engine, usual_server(server), style), on_event=tell)


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


def _options(style: str, server: str, *, edit: bool, autogenerate: bool = False) -> Options:
    from migkit.create import Options

    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "" if edit else None
    return Options(style, server, usual_server(), editor, autogenerate=autogenerate)
