"""What each rule stands for, in one sentence: the description that SARIF's readers show beside a finding."""

from __future__ import annotations

from collections.abc import Mapping

_ROUNDTRIP = {
    "upgrade-fails": "The upgrade fails.",
    "downgrade-fails": "The downgrade fails.",
    "reupgrade-fails": "The upgrade fails on what the downgrade left.",
    "data-lost": "Rows or values that stood before are gone, in a table or column that stood all the time.",
    "schema-differs": "The catalogue after the downgrade is another one than before the upgrade.",
    "reupgrade-differs": "The second upgrade gives another catalogue than the first.",
    "order-differs": "Columns or keys of a table stand in another order; sorted they are equal.",
    "irreversible": "The downgrade declares that it cannot be done.",
    "empty-downgrade": "The upgrade changes rows, and the downgrade is empty.",
    "destroys": "The upgrade takes a table or a column away, and the rows or values in it do not come back.",
    "rows-left": "The downgrade leaves rows that the upgrade brought.",
    "rows-differ": "Rows hold other values after the downgrade than before the upgrade.",
    "needs-privilege": "The revision needs a privilege that a login for one database alone does not have.",
    "baseline-stale": "The baseline records a fault that is not seen any more, or another one.",
    "engine-substituted": "Another product or release series than the wanted one was used.",
    "shared-login": "Migrations ran as the login of the server's URL, since it may not make others.",
    "sample-ini": "There is no alembic.ini, and a sample stood in for it.",
}
_REHEARSAL = {
    "oneshot-fails": "`upgrade head` from empty fails, where the same revisions pass one at a time.",
    "oneshot-differs": "`upgrade head` from empty ends in another catalogue than the same revisions one at a time.",
    "rerun-fails": "The upgrade fails when it is run again on its own result.",
    "rerun-differs": "The upgrade changes the catalogue or rows when it is run again on its own result.",
    "retry-fails": "The upgrade fails when it is run again after its connection was cut half-way.",
    "retry-differs": "The upgrade, run again after its connection was cut half-way, ends in something else.",
    "leaves-partial": "A step that does not run in one transaction leaves a part of itself when its connection is cut.",
    "edited-retry-fails": "The edited revision fails on what its old text left when it was cut half-way.",
    "edited-retry-differs": "The edited revision passes over what its old text left, and ends in another catalogue.",
    "backfill-matches-nothing": "A statement of the revision that works on rows touches none, though there are some.",
    "value-changed": "A value arrives in a column as another one than was sent.",
    "server-warning": "The server warns of a statement.",
    "offline-fails": "`upgrade --sql` does not render, or the server's own client cannot apply what it prints.",
    "offline-differs": "What `upgrade --sql` prints, applied, gives another catalogue or other rows than the upgrade.",
    "client-missing": "The server's own client is not to be had, so what `upgrade --sql` prints was not applied.",
    "models-differ": "The models and the head of the history differ.",
    "refuses-rows": "A step refuses, by a `raise` of its own, to work on rows like those that were put in.",
    "rows-not-filled": "A table could not be filled with rows.",
}
_HISTORY = {
    "multiple-heads": "The history has more than one head.",
    "duplicate-id": "Two revisions have the same id.",
    "unknown-parent": "A revision follows one that is not there.",
    "cycle": "Revisions follow one another in a circle.",
    "hand-made-id": "No generator made the revision's id, so it may be taken twice.",
    "id-taken": "A revision of the same id is on the main branch.",
    "behind-main": "The main branch has revisions that this branch does not have.",
}
_CREATED = {
    "placeholder": "What was not said has to be filled in, and raises until it is.",
    "downgrade-placeholder": "The schema could not be asked, and the downgrade raises until it is filled in.",
    "downgrade-differs": "The downgrade does not bring everything back.",
    "downgrade-untried": "The downgrade was not run.",
    "not-idempotent": "What was written changes something, or fails, when it is run twice.",
    "not-guarded": "There is no guarded operation for this, and Alembic's own stands there.",
    "enum-rename": "A renamed enum value looks like one that went and one that came.",
    "table-prefix": "The table's name has none of the schema's prefixes.",
    "not-invertible": "No downgrade can be written from the catalogues.",
    "rows-alone": "The revision changes rows, which no catalogue shows.",
    "target-not-asked": "A target could not be asked what it has applied.",
}
_RELEASE = {
    "proof-not-written": "What was seen of a revision is no proof, and was not written down as one.",
    "drift-missing": "What the history makes is not there on a target.",
    "drift-extra": "A target has something that no revision makes.",
    "drift-differs": "Something on a target is not as the history makes it.",
    "drift-order": "Columns or keys of a table stand in another order on a target.",
    "drift-nowhere": "A target stands where no database of this history can be brought.",
    "drift-product": "A target is another product than what it is held to.",
    "drift-unread": "A target's login may not read all of its catalogue.",
    "drift-unproven": "Nothing says what a target's catalogue is to be.",
    "drift-no-sql": "No statement is written for a part of what differs on a target.",
    "verify-version": "After a release the version table does not say where the target was to go.",
    "target-unreachable": "One of several targets could not be reached or read.",
    "unfinished-revision": "A run began a revision on a target and did not finish it.",
    "foreign-revision": "A target stands at a revision that this history does not have.",
    "release-at-work": "A release is at work on a target.",
    "plan-without-env": "The SQL of a plan was printed without env.py, whose settings it may lack.",
    "plan-driver-cursor": "A revision sends statements by a driver's own cursor, which no journal knows.",
    "plan-path": "Tables were looked for in a schema where the target's URL does not look by itself.",
    "plan-blocks": "A statement holds up who uses a large table.",
    "plan-duplicates": "Rows on a target are the same under a unique key.",
    "plan-nulls": "Rows on a target have no value where one must be.",
    "plan-orphans": "Rows on a target refer to none.",
    "plan-too-long": "Values on a target are longer than their new type.",
    "plan-out-of-range": "Values on a target are out of the range of their new type.",
    "plan-unfit": "Values on a target cannot become what they are to be.",
    "plan-check": "Rows on a target break a check.",
    "plan-enum": "Values on a target are none of an enum's labels.",
    "plan-catalogue": "A target has already, or has not, what a statement takes for granted.",
}
_PLACE = {
    "to-check": "What was written is a guess, and wants a look.",
    "no-ini": "A folder of revisions has no alembic.ini.",
    "left-alone": "A file that is there was not changed.",
    "other-configuration": "Another configuration holds here as well.",
    "left-behind": "Runs that were killed have left something.",
    "doctor": "Something does not work here.",
    "migrations": "A schema did not pass on one of its engines.",
    "rehearse": "A schema did not pass on one of its engines.",
}
_ERRORS = {
    "configuration": "The configuration or the arguments are wrong.",
    "history": "The history cannot be read, or has another shape than the task can work with.",
    "server": "No database server could be had, or the one in use failed.",
    "target": "A database is not reachable, not the declared one, or was refused.",
    "step": "A step failed on a database that is kept.",
    "interrupted": "The operator ended it.",
    "crash": "A bug of the kit.",
}
RULES: Mapping[str, str] = _ROUNDTRIP | _REHEARSAL | _HISTORY | _CREATED | _RELEASE | _PLACE | _ERRORS


_WAYS = {
    "rerun": "Guard what the revision does by what is there: the operations of `migkit.ops` do, by shape and not name.",
    "retry": "Guard each statement, or put one in a revision, so that a retry does what the first try did not.",
    "transaction": "Keep what needs an autocommit block in a revision of its own, alone, and guarded.",
    "down": "Let downgrade() undo what upgrade() does, or declare the revision irreversible.",
    "rows": "Make the step work on tables that hold rows: mend or refuse the rows first.",
}
_HELP = {
    "rerun-fails": _WAYS["rerun"],
    "rerun-differs": _WAYS["rerun"],
    "retry-fails": _WAYS["retry"],
    "retry-differs": _WAYS["retry"],
    "edited-retry-fails": _WAYS["retry"],
    "edited-retry-differs": _WAYS["rerun"],
    "leaves-partial": _WAYS["transaction"],
    "refuses-rows": _WAYS["rows"],
    "data-lost": _WAYS["down"],
    "downgrade-fails": _WAYS["down"],
    "schema-differs": _WAYS["down"],
    "reupgrade-fails": _WAYS["down"],
    "reupgrade-differs": _WAYS["down"],
    "empty-downgrade": _WAYS["down"],
}
_USUAL_HELP = "The message of each result says where it is, and one thing to do."


def described(rule: str) -> str:
    """Give the sentence of a rule; of one that has none, its name in words."""
    return RULES.get(rule) or f"{rule.replace('-', ' ').capitalize()}."


def advised(rule: str) -> str:
    """Give what is to be done about a rule's findings in general."""
    return _HELP.get(rule, _USUAL_HELP)
