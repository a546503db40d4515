"""Rules of reversibility: what a revision does and its downgrade does not undo, as far as the files show it."""

from __future__ import annotations

from collections.abc import Iterator

from migkit.lint.brought import place
from migkit.lint.case import Case, Deed
from migkit.lint.effects import ROWS, effective, known_before, modelled
from migkit.lint.keys import bare
from migkit.lint.missing import VALUE, Fault, Missing, missing
from migkit.lint.rule import Found, Rule
from migkit.model import Severity
from migkit.model.script import Function, Kind, Span

GROUP = "reversibility"
_DECLARE = 'or declare `irreversible = "reason"` in the revision'
_MADE = {
    "table": (Kind.create_table, Kind.rename_table),
    "column": (Kind.add_column, Kind.rename_column, Kind.alter_column, Kind.create_table),
}
_KEYED = (Kind.create_index, Kind.add_constraint, Kind.add_column, Kind.create_table, Kind.rename_index)
_TEXTS = frozenset({"charset", "collation", "convert"})
_TAKEN = frozenset({Kind.drop_table, Kind.drop_column, Kind.drop_index, Kind.drop_constraint, Kind.drop_type})


def _empty_downgrade(case: Case) -> Iterator[Found]:
    script = case.script
    if script.irreversible or script.problem or not script.downgrade.empty:
        return
    if not script.downgrade.present and script.upgrade.present:
        remedy = f"write downgrade(), {_DECLARE}"
        yield Found("the revision has no downgrade()", _at(script.upgrade), remedy, why=_NO_FUNCTION)
        return
    deeds = _done(case)
    if deeds:
        certain = any(_certain(deed) for deed in deeds) or any(missing(case))
        what = f"downgrade() does nothing, and upgrade() {_does(deeds)}"
        severity = None if certain else Severity.warning
        yield Found(what, _at(script.downgrade), f"undo it in downgrade(), {_DECLARE}", severity=severity)


def _done(case: Case) -> list[Deed]:
    """Give the deeds that certainly leave something behind: rows, what the model knows, and what it does not hold."""
    deeds = [deed for deed in case.upgrade if effective(deed, case)]
    net = case.up.opaque or any(missing(case))
    return [deed for deed in deeds if net or deed.act.kind in ROWS or not modelled(deed)]


def _certain(deed: Deed) -> bool:
    """Whether a deed changes the schema for certain: an ALTER may make of a column what it is already."""
    if deed.act.kind is Kind.alter_table and any(one.partition("=")[0] in _TEXTS for one in deed.act.options):
        return False
    return deed.act.kind not in ROWS and (deed.act.kind is not Kind.alter_column or known_before(deed))


def _downgrade_misses(case: Case) -> Iterator[Found]:
    for one in _judged(case):
        if one.fault is Fault.taken or (one.fault is Fault.left and one.kind in _TYPES):
            continue
        deed = _named(case.upgrade, one) or _named(case.downgrade, one) or _blamed(case.upgrade, one)
        severity = Severity.warning if one.implied else None
        yield Found(_what(one), _place(deed, case.script.upgrade), _remedy(one), _name(one), severity=severity)


def _enum_left_behind(case: Case) -> Iterator[Found]:
    for one in _judged(case):
        if one.fault is Fault.left and one.kind == VALUE:
            deed = _blamed(case.upgrade, one)
            what = f"downgrade() leaves the value {one.name!r} in the type {one.table}"
            remedy = f"make the type anew without it and convert its columns, {_DECLARE}"
            anew = any(deed.act.kind is Kind.create_type and deed.act.name == one.table for deed in case.downgrade)
            level = None if anew else _WARNING
            yield Found(what, _place(deed, case.script.upgrade), remedy, one.table, _NO_DROP_VALUE, severity=level)
        if one.fault is Fault.left and one.kind in _TYPES - {VALUE}:
            deed = _blamed(case.upgrade, one)
            what = f"downgrade() leaves the type {one.name} behind"
            remedy = f"op.execute('DROP TYPE {one.name}') in downgrade(), behind what uses it"
            yield Found(what, _place(deed, case.script.upgrade), remedy, one.name)


def _drops_foreign_object(case: Case) -> Iterator[Found]:
    for one in _judged(case):
        if one.fault is Fault.taken:
            deed = _blamed(case.downgrade, one)
            what = f"downgrade() drops the {one.kind} {_name(one)}, {_whose(case, one)}"
            remedy = "leave it out of downgrade(): it belongs to another revision"
            yield Found(what, _place(deed, case.script.downgrade), remedy, _name(one))


def _undeclared_irreversible(case: Case) -> Iterator[Found]:
    function = case.script.downgrade
    raised = function.raises.rpartition(".")[2]
    if raised in ("", "NotImplementedError", "Unfinished") or case.script.irreversible or case.script.problem:
        return
    what = f"downgrade() raises {raised}"
    yield Found(what, _at(function), "raise NotImplementedError with the reason, or write what undoes the upgrade")


def _drop_without_name(case: Case) -> Iterator[Found]:
    for deed in (*case.upgrade, *case.downgrade):
        act, statement = deed.act, deed.statement
        called = statement.via.rpartition(".")[2] == "drop_constraint" and not statement.sql
        nameless = statement.arguments.get("constraint_name", "") is None
        if act.kind is Kind.drop_constraint and called and not act.name and nameless:
            what = f"a constraint of {act.table} is dropped that has no name"
            remedy = "name it, here and where it is made: op.create_foreign_key('fk_…', …)"
            yield Found(what, place(deed), remedy, act.table)


def _create_type_ignored(case: Case) -> Iterator[Found]:
    for deed in (*case.upgrade, *case.downgrade):
        if deed.act.kind is Kind.create_type and "create_type=false" in deed.act.options:
            what = f"sa.Enum(…, name={deed.act.name!r}, create_type=False) makes the type all the same"
            yield Found(
                what, place(deed), "from sqlalchemy.dialects import postgresql: postgresql.ENUM(…)", deed.act.name
            )


def _judged(case: Case) -> Iterator[Missing]:
    """Give what is missing where a downgrade is written and meant to undo the upgrade."""
    script = case.script
    if script.irreversible or script.problem or script.downgrade.empty or script.downgrade.raises:
        return
    yield from missing(case)


def _does(deeds: list[Deed]) -> str:
    """Say what an upgrade does, by its first deed."""
    act = deeds[0].act
    name = f"{act.table}.{act.name}" if act.table and act.name else act.table or act.name
    more = len(deeds) - 1
    verbs = {"insert": "inserts into", "update": "updates", "delete": "deletes from", "truncate": "truncates"}
    verb = verbs.get(act.kind.value) or _verb(act.kind.value).replace(" other", f" {act.item}")
    return (f"{verb} {name}" if name else _verb(act.kind.value, "a ")) + (f" and does {more} more" if more else "")


def _verb(kind: str, article: str = "") -> str:
    first, _, rest = kind.partition(" ")
    return f"{first}s {article}{rest}" if rest else f"{first}s rows"


def _what(one: Missing) -> str:
    name = f"the {one.kind} {_name(one)}"
    if one.new:
        return f"downgrade() leaves {name} under its new name {one.new}"
    if one.fault is Fault.altered:
        return f"downgrade() leaves {name} as {one.difference}"
    if one.fault is Fault.lost:
        return f"downgrade() does not make {name} again"
    if one.implied:
        return f"downgrade() leaves {name} that the server made for a foreign key"
    return f"downgrade() leaves {name} behind"


def _remedy(one: Missing) -> str:
    if one.fault is Fault.lost:
        return f"make it again in downgrade() as it was, {_DECLARE}"
    if one.fault is Fault.altered:
        return "give it back what it was in downgrade()"
    return "drop it in downgrade(), before what it stands on"


def _name(one: Missing) -> str:
    return f"{one.table}.{bare(one.name)}" if one.table else one.name


def _whose(case: Case, one: Missing) -> str:
    table = case.before.table(one.table or one.name)
    made = table.by if table is not None and not one.table else _origin(case, one)
    met = any(deed.act.kind in _MADE.get(one.kind, _KEYED) and _about(deed, one) for deed in case.upgrade)
    by = f"which {made} made" if made else "which was there before"
    return f"{by} and upgrade() meets" if met else f"{by} and upgrade() does not touch"


def _origin(case: Case, one: Missing) -> str:
    table = case.before.table(one.table)
    if table is None:
        return next((made.by for made in case.before.others.values() if made.name == one.name), "")
    return table.origin.get(one.name) or table.origin.get(f"key {one.name}", "")


def _blamed(deeds: tuple[Deed, ...], one: Missing) -> Deed | None:
    """Give the deed that made or took it: the one that names it, or the last one about its table."""
    named = _named(deeds, one)
    if named is not None:
        return named
    tables = {one.table.lower(), one.name.lower() if not one.table else "", one.new.lower()} - {""}
    return next((deed for deed in deeds if deed.act.table.lower() in tables or deed.act.new.lower() in tables), None)


def _named(deeds: tuple[Deed, ...], one: Missing) -> Deed | None:
    named = [deed for deed in deeds if _about(deed, one)]
    return (named[-1] if one.fault is Fault.left else named[0]) if named else None


def _about(deed: Deed, one: Missing) -> bool:
    act, low = deed.act, bare(one.name).lower()
    if one.kind == "table":
        return low in (act.table.lower(), act.new.lower()) and act.kind.value.endswith(" table")
    if one.kind == VALUE:
        return low == act.new.lower() and act.kind is Kind.add_value
    names = {act.name.rpartition(".")[2].lower(), act.new.lower()}
    names |= {act.column.name.lower()} if act.column else set()
    names |= {act.key.name.lower()} if act.key else set()
    return low in names and (not act.table or not one.table or one.table.lower() == act.table.lower())


def _place(deed: Deed | None, function: Function) -> Span:
    return place(deed) if deed else _at(function)


def _at(function: Function) -> Span:
    return function.span if function.span.line else Span(1)


_WARNING = Severity.warning
_NO_DROP_VALUE = "PostgreSQL has no ALTER TYPE … DROP VALUE, so that the type is not what it was"
_TYPES = frozenset({VALUE, "enum", "domain", "type", "composite"})
_NO_FUNCTION = "alembic downgrade ends in an AttributeError there"
RULES: tuple[Rule, ...] = (
    Rule(
        "empty-downgrade",
        GROUP,
        Severity.error,
        "a downgrade past this revision says that it is gone while its changes stay, and the next upgrade meets them",
        judge=_empty_downgrade,
        remedy="undo the upgrade in downgrade(), or declare it irreversible",
    ),
    Rule(
        "downgrade-misses",
        GROUP,
        Severity.error,
        "after the way back the schema is not what it was, so that the next upgrade fails or builds on something else",
        judge=_downgrade_misses,
        remedy="undo in downgrade() each thing that upgrade() does, in the opposite order",
    ),
    Rule(
        "drops-foreign-object",
        GROUP,
        Severity.error,
        "a downgrade takes with it what an earlier revision made, with all that is in it",
        judge=_drops_foreign_object,
        remedy="drop in downgrade() only what this revision made",
    ),
    Rule(
        "undeclared-irreversible",
        GROUP,
        Severity.error,
        "an error on the way back looks like a fault: only NotImplementedError and `irreversible` say that it is meant",
        judge=_undeclared_irreversible,
        remedy="raise NotImplementedError with the reason, or write the downgrade",
    ),
    Rule(
        "enum-left-behind",
        GROUP,
        Severity.error,
        "a type is an object of its own on PostgreSQL that no DROP TABLE takes along, and the next upgrade fails with "
        "`type already exists` (42710)",
        judge=_enum_left_behind,
        on=("postgresql",),
        remedy="DROP TYPE in downgrade(), behind what uses it",
    ),
    Rule(
        "enum-create-type-ignored",
        GROUP,
        Severity.error,
        "sa.Enum knows no create_type before SQLAlchemy 2.1, and CREATE TYPE fails where the type is there already "
        "(42710)",
        judge=_create_type_ignored,
        on=("postgresql",),
        kinds=frozenset({Kind.create_type}),
        remedy="postgresql.ENUM(…, create_type=False), which knows it",
    ),
    Rule(
        "drop-without-name",
        GROUP,
        Severity.error,
        "Alembic makes no SQL of a constraint without a name: the step ends in a CompileError",
        judge=_drop_without_name,
        kinds=frozenset({Kind.drop_constraint}),
        remedy="name the constraint where it is made, and drop it by that name",
    ),
)
