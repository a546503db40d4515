"""PostgreSQL in a script: DO blocks that guard themselves, compare shape and keep the marks, by the rules of `core`.

CONCURRENTLY cannot stand in a block: the statement stands between two of them. An index that must not be made is
dropped again, one that must not be dropped has another name for that moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

from migkit.model.changes import Column, Constraint, Enum, EnumValue, Index, Rename, Table
from migkit.ops.acts import Act, NotGuarded, Row, Thing, named, owners, subject
from migkit.ops.postgresql_block import block, executed, jsonb, tagged
from migkit.ops.postgresql_twin import twin
from migkit.ops.postgresql_words import NAMES, asked, created, dropped, literal, mended, row, same_type, stated, written
from migkit.ops.where import Where

_REMEDY = "look where it comes from; replace=True gives it the wanted shape"
_LEFT = "'migkit.left'"  # a setting of the session: what stands between two blocks is not to count
_BEHIND_TYPE = "' (NOT NULL|DEFAULT|GENERATED|STORAGE|COMMENT)( .*)?$'"
_CONCURRENTLY = "INDEX CONCURRENTLY "


def guarded(where: Where, act: Act) -> tuple[str, ...]:
    """Give the statements of one act."""
    if isinstance(act.piece, Rename):
        return (_renamed(where, act.piece),)
    if isinstance(act.piece, Index) and act.piece.concurrently:
        return _concurrent_drop(where, act.piece) if act.verb == "drop" else _concurrent(where, act, act.piece)
    return (_BLOCKS[act.verb](where, act, act.piece),)


def holds_rows(part: Table) -> str:
    """Ask whether a table has a row."""
    return f"SELECT EXISTS (SELECT FROM {NAMES.table(part.name)})"  # noqa: S608  # quoted


def _created(where: Where, act: Act, piece: Thing) -> str:
    made = ["IF here IS NULL THEN", *_marked(where, "create", piece, "made")]
    made += [*executed((*created(piece), *act.then)), "RETURN;", "END IF;"]
    return block([*_passed_create(where, piece), *made, *_compared(where, act, piece)])


def _compared(where: Where, act: Act, piece: Thing) -> list[str]:
    """Compare what is there, and mend it or say what differs."""
    name = literal(subject(piece))
    same = f"pg_temp.migkit_same({literal(_upgraded(where))}, {name}, here, wanted)"
    marked = _marked(where, "create", piece, "found")
    differs = [f"PERFORM pg_temp.migkit_differs({name}, here, wanted, {literal(_REMEDY)});"]
    if act.replace:
        anew = isinstance(piece, Table | Index | Constraint)
        marks = _marked(where, "create", piece, "made" if anew else "found")
        differs = [*marks, *_mended(piece), *executed(act.then)]
    elif isinstance(piece, Index):
        differs = [f"IF {_mine(where, piece)} THEN", *_mended(piece), "ELSE", *differs, "END IF;"]
    return [*_wanted(piece), f"IF {same} THEN", *(marked or ["NULL;"]), "ELSE", *differs, "END IF;"]


def _dropped(where: Where, act: Act, piece: Thing) -> str:
    """Drop what is there; not what this revision's upgrade found, or made anew on an earlier run."""
    lines = [f"here := {_here(piece)};"]
    if where.direction == "downgrade":
        lines = [f"IF {_was_found(where, piece)} THEN", "RETURN;", "END IF;", *lines]
    if where.direction == "upgrade":
        later = f"pg_temp.migkit_later({literal(where.revision)}, 'drop', {literal(subject(piece))})"
        lines += [f"IF here IS NOT NULL AND {later} <> '{{}}' THEN", "RETURN;", "END IF;"]
        state = "CASE WHEN here IS NULL THEN 'absent' ELSE 'dropped' END"
        lines += _marked(where, "drop", piece, state, sql=True)
    return block([*lines, "IF here IS NOT NULL THEN", *_gone(piece), "END IF;"])


def _altered(where: Where, act: Act, piece: Thing) -> str:
    assert isinstance(piece, Column), "only a column is altered"
    name = literal(subject(piece))
    lines = []
    if where.direction == "downgrade":
        lines = _unless(where, "alter", subject(piece), ("found",))
    if where.direction == "upgrade":
        later = f"pg_temp.migkit_later({literal(where.revision)}, 'alter', {name})"
        lines = [f"IF {later} <> '{{}}' THEN", "RETURN;", "END IF;"]
    lines += [f"here := {_here(piece)};", "IF here IS NULL THEN"]
    lines += [f"""PERFORM pg_temp.migkit_differs({name}, '{{"": "nothing"}}', '{{}}', 'make it first');""", "END IF;"]
    state = "CASE WHEN here = wanted THEN 'found' ELSE 'made' END"
    lines += [*_wanted(piece), *_marked(where, "alter", piece, state, sql=True)]
    return block([*lines, "IF here <> wanted THEN", *_mended(piece), "END IF;"])


_BLOCKS = {"create": _created, "drop": _dropped, "alter": _altered}


def _renamed(where: Where, piece: Rename) -> str:
    old, new = named(piece, piece.old), named(piece, piece.new)
    parts = [Table(one) if piece.kind == "table" else Column(piece.table, one) for one in (piece.old, piece.new)]
    lines = []
    if where.direction == "downgrade":
        lines = _unless(where, "rename", new, ("found", "absent"))
    lines += [f"here := {_here(parts[0])};", f"wanted := {_here(parts[1])};"]
    lines += ["IF here IS NOT NULL AND wanted IS NOT NULL THEN"]
    if where.direction == "upgrade":
        later = f"pg_temp.migkit_later({literal(where.revision)}, 'rename', {literal(old)})"
        lines += [f"IF {later} <> '{{}}' THEN", "RETURN;", "END IF;"]
    both, one = (jsonb({"": text}) for text in (f"{old} and {new}", new))
    lines += [f"PERFORM pg_temp.migkit_differs({literal(old)}, {both}, {one}, 'drop the one that is too many');"]
    lines += ["END IF;"]
    if where.direction == "upgrade":
        state = "CASE WHEN here IS NOT NULL THEN 'made' WHEN wanted IS NOT NULL THEN 'found' ELSE 'absent' END"
        for verb, name in (("rename", old), ("renamed", new)):
            lines += [_mark(where, verb, name, state)]
    return block([*lines, "IF here IS NOT NULL THEN", *executed(written(piece)), "END IF;"])


def _concurrent(where: Where, act: Act, piece: Index) -> tuple[str, ...]:
    """Make an index between two blocks: the second says what was made, or was there, if that is not what is wanted."""
    quiet = replace(piece, concurrently=False)
    left = f"PERFORM set_config({_LEFT}, CASE WHEN here IS NULL THEN 'drop' ELSE 'pass' END, false);"
    before = [f"PERFORM set_config({_LEFT}, '', false);"]
    before += [line if line != "RETURN;" else f"{left} RETURN;" for line in _passed_create(where, quiet)]
    before += ["IF here IS NULL THEN", *(_marked(where, "create", piece, "made") or ["NULL;"]), "ELSE"]
    mine = "TRUE" if act.replace else _mine(where, piece)
    before += [*_wanted(quiet), f"IF here <> wanted AND {mine} THEN", *executed(dropped(quiet))]
    before += [*_marked(where, "create", piece, "made"), "END IF;", *_marked(where, "create", piece, "found")]
    before += ["END IF;"]
    after = [
        f"here := {_here(quiet)};",
        f"IF current_setting({_LEFT}) = 'drop' THEN",
        *executed(dropped(quiet)),
        "END IF;",
    ]
    after += [f"IF current_setting({_LEFT}) <> '' THEN", "RETURN;", "END IF;", *_wanted(quiet)]
    after += ["IF here IS DISTINCT FROM wanted THEN"]
    after += [f"PERFORM pg_temp.migkit_differs({literal(subject(piece))}, here, wanted, {literal(_REMEDY)});"]
    made = created(piece)
    build = made[0].replace(_CONCURRENTLY, f"{_CONCURRENTLY}IF NOT EXISTS ", 1)
    return block(before), build, *made[1:], block([*after, "END IF;"])


def _concurrent_drop(where: Where, piece: Index) -> tuple[str, ...]:
    """Drop an index between two blocks; one that is to stay has another name for that moment."""
    name, kept = piece.name, f"migkit_kept_{sha256(f'{piece.table}.{piece.name}'.encode()).hexdigest()[:12]}"
    away = f"ALTER INDEX {NAMES.beside(piece.table, name)} RENAME TO {NAMES.name(kept)}"
    back = f"ALTER INDEX IF EXISTS {NAMES.beside(piece.table, kept)} RENAME TO {NAMES.name(name)}"
    stay = ["IF here IS NOT NULL THEN", *executed((away,)), "END IF;", "RETURN;", "END IF;"]
    lines = [*executed((back,)), f"here := {_here(piece)};"]
    if where.direction == "downgrade":
        lines += [f"IF {_was_found(where, piece)} THEN", *stay]
    if where.direction == "upgrade":
        later = f"pg_temp.migkit_later({literal(where.revision)}, 'drop', {literal(subject(piece))})"
        lines += [f"IF here IS NOT NULL AND {later} <> '{{}}' THEN", *stay]
        lines += _marked(where, "drop", piece, "CASE WHEN here IS NULL THEN 'absent' ELSE 'dropped' END", sql=True)
    (drop,) = dropped(piece)
    return (
        block(lines),
        drop.replace(_CONCURRENTLY, f"{_CONCURRENTLY}IF EXISTS ", 1),
        block(executed((back,))),
    )


def _passed_create(where: Where, piece: Thing) -> list[str]:
    """Read what is there, and end where the marks say that nothing is to be made."""
    lines = [f"here := {_here(piece)};"]
    if where.direction == "downgrade":
        return [*lines, *_unless(where, "drop", subject(piece), ("absent",))]
    if where.direction == "upgrade":
        lines += [f"later := pg_temp.migkit_later({literal(where.revision)}, 'create', {literal(subject(piece))});"]
        lines += ["IF later <> '{}' AND (here IS NOT NULL OR 'rename' = ANY (later)) THEN", "RETURN;", "END IF;"]
        if isinstance(piece, Index | Constraint):
            told = ", ".join(map(literal, (where.revision, subject(piece), f"column {piece.table}.")))
            lines += [f"IF here IS NOT NULL AND pg_temp.migkit_changed({told}) THEN", "RETURN;", "END IF;"]
    return lines


def _unless(where: Where, verb: str, name: str, states: Sequence[str]) -> list[str]:
    listed = ", ".join(f"'{state}'" for state in states)
    return [f"IF {_state(where, verb, name)} IN ({listed}) THEN", "RETURN;", "END IF;"]


def _state(where: Where, verb: str, name: str) -> str:
    return f"pg_temp.migkit_state({literal(where.revision)}, '{verb}', {literal(name)})"


def _was_found(where: Where, piece: Thing) -> str:
    """Whether the upgrade found it, or what it goes with, there."""
    return f"'found' IN ({', '.join(_state(where, 'create', name) for name in owners(piece))})"


def _marked(where: Where, verb: str, piece: Thing, state: str, *, sql: bool = False) -> list[str]:
    if where.direction != "upgrade":
        return []
    return [_mark(where, verb, subject(piece), state if sql else literal(state))]


def _mark(where: Where, verb: str, name: str, state: str) -> str:
    return f"PERFORM pg_temp.migkit_mark({literal(where.revision)}, '{verb}', {literal(name)}, {state});"


def _mine(where: Where, piece: Index) -> str:
    """Whether an earlier attempt of this upgrade made it."""
    return f"pg_temp.migkit_mine({literal(_upgraded(where))}, {literal(subject(piece))})"


def _upgraded(where: Where) -> str:
    return where.revision if where.direction == "upgrade" else ""


def _here(piece: Thing) -> str:
    if isinstance(piece, Row):
        return f"pg_temp.migkit_row({literal(NAMES.table(piece.table))}, {tagged(row(piece))})"
    return asked(piece).call


def _wanted(piece: Thing) -> list[str]:
    """Let the server say what is wanted, as `postgresql._begin` does on a connection."""
    if not isinstance(piece, Table | Column | Index | Constraint):
        return [f"wanted := {jsonb(stated(piece))};"]
    apart = twin(piece)
    lines = [f"label := pg_temp.migkit_label(to_regclass({literal(apart.table)}));"]
    lines += [f"PERFORM pg_temp.migkit_like(to_regclass({literal(p)}), {literal(name)});" for p, name in apart.parents]
    lines += executed((apart.first,))
    noted = f"COMMENT ON TABLE pg_temp.{apart.name.replace('%', '%%')} IS %L"
    lines += [f"EXECUTE format({literal(noted)}, label);", *executed(apart.wanted)]
    place = f"pg_temp.{apart.name}"
    lines += [f"wanted := {asked(piece, place).call};"]
    lines += [f"wanted := pg_temp.migkit_meant({literal(place)}, here, wanted);"]
    return [*lines, *executed((apart.drop,))]


def _mended(piece: Thing) -> list[str]:
    if isinstance(piece, Table):
        rows = f"EXECUTE {tagged(holds_rows(piece))} INTO holds;"
        held = literal(f"{subject(piece)} is there with another shape and with rows: it is not made anew")
        refused = ["IF holds THEN", f"RAISE EXCEPTION '%', {held};", "END IF;"]
        return [rows, *refused, *executed((*dropped(piece), *created(piece)))]
    if isinstance(piece, Enum):
        values = ", ".join(map(literal, piece.values))
        return [f"PERFORM pg_temp.migkit_swap({literal(NAMES.table(piece.name))}, ARRAY[{values}]::text[]);"]
    if isinstance(piece, Column):
        name = literal(f"column {piece.name}")
        types = (f"regexp_replace({one} ->> {name}, {_BEHIND_TYPE}, '')" for one in ("here", "wanted"))
        same = f"IF {' = '.join(types)} THEN"
        return [same, *executed(mended(piece, same_type(piece))), "ELSE", *executed(mended(piece)), "END IF;"]
    if isinstance(piece, Index | Constraint):
        return executed(mended(piece))
    raise NotGuarded(f"{subject(piece)} cannot be mended")


def _gone(piece: Thing) -> list[str]:
    if isinstance(piece, EnumValue):
        enum = literal(NAMES.table(piece.enum))
        kept = f"array_remove({_labels(enum)}, {literal(piece.value)})"
        return [f"PERFORM pg_temp.migkit_swap({enum}, {kept});"]
    return executed(dropped(piece))


def _labels(enum: str) -> str:
    of = f"WHERE enumtypid = to_regtype({enum}) ORDER BY enumsortorder"
    return f"ARRAY(SELECT enumlabel::text FROM pg_enum {of})"  # noqa: S608  # a literal
