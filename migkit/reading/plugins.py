"""Operations that plug-ins register with Alembic: GeoAlchemy 2's, alembic_utils', alembic-postgresql-enum's."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from migkit.model.script import Act, Guard, Kind, Span
from migkit.reading.run import Run
from migkit.reading.values import Sym, Value, string, strings
from migkit.sql.spelling import normal

_GEOSPATIAL: Mapping[str, str] = {
    "create_geospatial_table": "create_table",
    "drop_geospatial_table": "drop_table",
    "add_geospatial_column": "add_column",
    "drop_geospatial_column": "drop_column",
    "create_geospatial_index": "create_index",
    "drop_geospatial_index": "drop_index",
}
_ENTITIES = {"create_entity": Kind.create_other, "replace_entity": Kind.create_other, "drop_entity": Kind.drop_other}
_ITEMS = {"PGView": "view", "PGMaterializedView": "materialized view", "PGFunction": "function", "PGTrigger": "trigger"}


def same(name: str) -> str:
    """Give the operation of Alembic's that a plug-in's is another name for."""
    return _GEOSPATIAL.get(name, name)


def acts(run: Run, name: str, made: Sym, span: Span) -> tuple[Act, ...] | None:
    """Give what a plug-in's operation does, None where that is not known."""
    act = _BUILT.get(name)
    return act(run, made, span) if act else None


def _entity(run: Run, made: Sym, span: Span) -> tuple[Act, ...]:
    given: Value = made.args[0] if made.args else None
    kind, item, name = _ENTITIES[made.last], "", ""
    if isinstance(given, Sym):
        item = _ITEMS.get(given.last, "")
        name = string(given.kwargs.get("signature")).partition("(")[0]
        name = normal(name, run.family, string(given.kwargs.get("schema")))
    words = frozenset({"or replace"} if made.last == "replace_entity" else ())
    return (Act(kind, name=name, item=item, options=words, guard=Guard.none, span=span),)


def _sync(run: Run, made: Sym, span: Span) -> tuple[Act, ...]:
    name, schema = string(made.kwargs.get("enum_name")), string(made.kwargs.get("enum_schema"))
    values = strings(made.kwargs.get("new_values"))
    full = normal(name, run.family, schema, quoted=True)
    words = frozenset({"replaced"})
    return (
        Act(Kind.drop_type, name=full, item="enum", options=words, span=span),
        Act(Kind.create_type, name=full, item="enum", values=values, options=words, span=span),
    )


_BUILT: Mapping[str, Callable[[Run, Sym, Span], tuple[Act, ...]]] = {
    "create_entity": _entity,
    "replace_entity": _entity,
    "drop_entity": _entity,
    "sync_enum_values": _sync,
}
