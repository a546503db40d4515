"""Rules about a revision that is run again, since it failed half-way or nobody knew that it had run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from migkit.lint.brought import place
from migkit.lint.case import Case, Deed, Whole
from migkit.lint.risks import CREATES, DDL, ROWS, Risk, guard, named, risks, since
from migkit.lint.rule import Found, Rule
from migkit.model import Policy, Severity
from migkit.model.script import Guard, Kind, Script, Span

GROUP = "repeatability"
_MYSQL = ("mysql", "mariadb")
_MANY = 2
_LATE = "CREATE TYPE is refused (42710), unless one run makes both tables: SQLAlchemy remembers the type that long"
_GUARDED = (
    "write it with the guarded operations of migkit.ops: op.create_table_if_missing and so on (docs/operations.md)"
)


def _unguarded_ddl(whole: Whole) -> Iterator[Found]:
    """Where it is required, speak of each statement; where it is reported, of each revision that can end half-way."""
    policy = whole.schema.idempotent
    asked = since(whole, policy.since) if policy.policy != "off" else frozenset()
    for script in whole.order:
        found = list(risks(script.upgrade)) if script.upgrade.statements else []
        if policy.policy == "required" and script.id in asked:
            for one in found:
                yield _unguarded(script, one, f"{script.id} {one.what} without a guard", Severity.error)
        elif policy.policy == "required" or script.id in asked:
            lasting = _lasting(script, found, whole)
            if lasting and not _half_way(script):
                more = f", and {len(lasting) - 1} more" if len(lasting) > 1 else ""
                yield _unguarded(script, lasting[0], f"{script.id} {lasting[0].what} without a guard{more}", None)


def _lasting(script: Script, found: Sequence[Risk], whole: Whole) -> list[Risk]:
    """Give those that stay where a statement behind them fails."""
    last = len(script.upgrade.statements) - 1
    alone = [one for one in found if not whole.engine.transactional_ddl or one.statement.autocommit]
    return [one for one in alone if one.number < last]


def _unguarded(script: Script, risk: Risk, what: str, severity: Severity | None) -> Found:
    name = risk.act.table or risk.act.name
    return Found(what, risk.span, _GUARDED, name, revision=script.id, path=str(script.path), severity=severity)


def _multi_ddl_revision(case: Case) -> Iterator[Found]:
    if len(case.script.upgrade.statements) < _MANY:
        return
    found = _half_way(case.script)
    if found:
        first, second, count = found
        what = f"it sends {count} statements of DDL, and the one that {first.what} stays where this one fails"
        yield Found(what, second, _folded(case), case.script.id)


def _half_way(script: Script) -> tuple[Risk, Span, int] | None:
    """Give the first statement that cannot be run again and has DDL behind it, and where that is; None for none."""
    statements = script.upgrade.statements
    ddl = [at for at, one in enumerate(statements) if any(act.kind in DDL for act in one.acts)]
    first = next(risks(script.upgrade), None) if len(ddl) >= _MANY else None
    behind = [at for at in ddl if first is not None and at > first.number]
    return (first, statements[behind[0]].span, len(ddl)) if first is not None and behind else None


def _folded(case: Case) -> str:
    """Say how to do it in one statement, or in several that can be run again."""
    tables = {deed.act.table for deed in case.upgrade if deed.act.kind in DDL}
    if len(tables) == 1 and "" not in tables:
        table = tables.pop()
        made = any(deed.act.kind is Kind.create_table for deed in case.upgrade)
        one = f"put the keys into CREATE TABLE {table}" if made else f"one ALTER TABLE {table} with all of them"
        return f"{one}, which is done whole or not at all; or {_GUARDED}"
    return f"give each table a revision of its own, or {_GUARDED}"


def _mixed_ddl_and_data(case: Case) -> Iterator[Found]:
    """Speak where rows that were there are changed beside DDL; a new table's first rows are told by other rules."""
    ddl = [deed for deed in case.upgrade if deed.act.kind in DDL and "temporary" not in deed.act.options]
    rows = [deed for deed in case.upgrade if deed.act.kind in ROWS and deed.act.table and not deed.new]
    if not ddl or not rows:
        return
    once = {one.number for one in risks(case.script.upgrade)}
    last_risk = any(deed.number in once and deed.number < rows[-1].number for deed in ddl)
    if rows[0].number < ddl[-1].number or last_risk:
        late = max((ddl[0], rows[0]), key=lambda deed: deed.number)
        table = rows[0].act.table
        what = f"rows{f' of {table}' if table else ''} are changed beside DDL"
        yield Found(what, place(late), "give the rows a revision of their own, before it or behind it", table)


def _guard_by_name_only(case: Case) -> Iterator[Found]:
    plain: list[Deed] = []
    for deed in (one for one in case.upgrade if _by_name(case, one)):
        graver = _hides(deed)
        if graver:
            yield graver
        else:
            plain.append(deed)
    if plain:
        what = f"{_subject(plain[0])} is asked for by its name alone"
        more = f", and {len(plain) - 1} more" if len(plain) > 1 else ""
        yield Found(f"{what}{more}", place(plain[0]), _GUARDED, plain[0].act.table or plain[0].act.name)


def _by_name(case: Case, deed: Deed) -> bool:
    """Whether an act asks for the name alone; who asks for a constraint in code mostly asks for what it is, too."""
    act = deed.act
    if deed.new or CREATES.get(act.kind, "") in ("", "value") or guard(deed.statement, act) is not Guard.name:
        return False
    if act.kind is Kind.add_constraint:
        return case.engine.family == "mariadb" and act.guard is Guard.name
    concurrent = act.kind is Kind.create_index and "concurrently" in act.options
    return not concurrent  # pg-invalid-index tells of it


def _hides(deed: Deed) -> Found | None:
    """Give what is graver: an earlier revision is known to have made another table of that name."""
    act, table = deed.act, deed.table
    if act.kind is not Kind.create_table or table is None or not table.sure or table.guarded:
        return None
    lacking = [spec.name for spec in act.columns if table.lacks(spec.name)]
    if not lacking:
        return None
    what = f"{table.by or 'what was before the first revision'} made {_subject(deed)}, without {', '.join(lacking)}"
    why = "IF NOT EXISTS passes over a table of that name, and the columns are never made"
    remedy = "add the columns to the table that is there"
    return Found(what, place(deed), remedy, table.name, why, severity=Severity.warning)


def _subject(deed: Deed) -> str:
    act = deed.act
    name = act.table if act.kind is Kind.create_table else named(act)
    return f"the {CREATES[act.kind]} {name}" if name else f"a {CREATES[act.kind]}"


def _guard_breaks_offline(whole: Whole) -> Iterator[Found]:
    policy = whole.schema.offline
    asked = since(whole, policy.since)
    for script in whole.order:
        every = (*script.upgrade.statements, *script.downgrade.statements)
        span = next((one.asks for one in every if one.asks is not None and not one.offline), None)
        if span is not None:
            severity = _offline(policy) if script.id in asked else Severity.note
            what = f"{script.id} asks the database what is there"
            remedy = "IF [NOT] EXISTS, guarded operations of migkit.ops, or a question behind context.is_offline_mode()"
            yield Found(what, span, remedy, script.id, revision=script.id, path=str(script.path), severity=severity)


def _offline(policy: Policy) -> Severity:
    return {"required": Severity.error, "reported": Severity.warning}.get(policy.policy, Severity.note)


def _enum_create_twice(case: Case) -> Iterator[Found]:
    there = {key[1]: made.by for key, made in case.before.others.items() if key[0] == "type" and made.sure}
    with_table: set[str] = set()
    for deed in case.upgrade:
        act, name = deed.act, deed.act.name.lower()
        if guard(deed.statement, act) is Guard.unknown or deed.statement.conditional:
            there.pop(name, None)
        elif act.kind is Kind.create_type:
            if name in there and not (_is_free(deed) or (_by_table(deed) and name in with_table)):
                yield _made_before(case, deed, there[name])
            there.setdefault(name, case.script.id)
            with_table |= {name} if _by_table(deed) else set()
        elif act.kind in (Kind.drop_type, Kind.rename_type):
            there.pop(name, None)
            if act.kind is Kind.rename_type:
                there[act.new.lower()] = case.script.id


def _is_free(deed: Deed) -> bool:
    """Whether a type may be there already."""
    return guard(deed.statement, deed.act) is not Guard.none or "create_type=false" in deed.act.options


def _by_table(deed: Deed) -> bool:
    """Whether op.create_table makes the type; of those SQLAlchemy remembers the names, as long as one run lasts."""
    return any(act.kind is Kind.create_table for act in deed.statement.acts)


def _made_before(case: Case, deed: Deed, by: str) -> Found:
    name = deed.act.name
    made = "this revision" if by == case.script.id else by or "what was before the first revision"
    remedy = f"postgresql.ENUM(…, name='{name}', create_type=False) uses the type that is there"
    why = "" if by == case.script.id or not _by_table(deed) else _LATE
    return Found(f"the type {name} was made by {made} already", place(deed), remedy, name, why)


RULES: tuple[Rule, ...] = (
    Rule(
        "unguarded-ddl",
        GROUP,
        Severity.note,
        "where it was done already it fails, and the revision never gets past it",
        over=_unguarded_ddl,
        remedy=_GUARDED,
    ),
    Rule(
        "multi-ddl-revision",
        GROUP,
        Severity.warning,
        "each commits by itself, and the next run dies of what is there already (1050, 1060, 1061) or gone (1091)",
        judge=_multi_ddl_revision,
        on=_MYSQL,
        kinds=DDL,
        remedy="one ALTER TABLE with all actions, or guarded operations of migkit.ops",
    ),
    Rule(
        "mixed-ddl-and-data",
        GROUP,
        Severity.warning,
        "DDL commits the rows that were changed before it, so a run that fails half-way is neither done nor undone",
        judge=_mixed_ddl_and_data,
        on=_MYSQL,
        kinds=ROWS,
        remedy="give the rows a revision of their own",
    ),
    Rule(
        "guard-by-name-only",
        GROUP,
        Severity.note,
        "a guard by name passes over whatever has that name, of another shape too, and nothing tells of it",
        judge=_guard_by_name_only,
        kinds=frozenset(CREATES),
        remedy=_GUARDED,
    ),
    Rule(
        "guard-breaks-offline",
        GROUP,
        Severity.note,
        "`alembic upgrade --sql` has no database to ask, and fails there",
        over=_guard_breaks_offline,
        remedy="IF [NOT] EXISTS, or guarded operations of migkit.ops",
    ),
    Rule(
        "enum-create-twice",
        GROUP,
        Severity.error,
        "CREATE TYPE of a name that is taken is refused (42710), and it knows no IF NOT EXISTS",
        judge=_enum_create_twice,
        on=("postgresql",),
        kinds=frozenset({Kind.create_type}),
        remedy="postgresql.ENUM(…, create_type=False) uses the type that is there",
    ),
)
