"""What a round trip writes down as proven, what is found of it again, and when it is not believed any more."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from migkit import proofs
from migkit.alembic_io.history import load
from migkit.catalog.portable import portable
from migkit.catalog.seen import Seen
from migkit.engines import parse
from migkit.errors import ConfigError
from migkit.model import CatalogObject, Check, Family, Project, Report, Revision, Schema, Severity, Snapshot
from migkit.product import Identity
from migkit.proofs import Proofs, drifting, verifying
from migkit.proofs.ending import ended
from migkit.proofs.files import path
from migkit.proofs.keys import catalogue, keys
from migkit.proofs.live import Live
from migkit.roundtrip import Options, roundtrip
from tests.conftest import MakeSchema, write_revision

TABLE = """
def upgrade():
    op.create_table("{0}", sa.Column("id", sa.Integer, primary_key=True))

def downgrade():
    op.drop_table("{0}")
"""
EMPTY = "def upgrade():\n    pass\n\ndef downgrade():\n    pass"
LEFT_BEHIND = TABLE.format("left").replace('op.drop_table("left")', "pass")
FAILS = 'def upgrade():\n    op.execute("CREATE TABLE nonsense")\n\ndef downgrade():\n    pass'
EVERYTHING = Seen(Snapshot({}))


def project_of(schema: Schema) -> Project:
    return Project(schema.directory, schema.directory / "migkit.toml", {schema.name: schema})


def trip(schema: Schema, **options: object) -> Report:
    return roundtrip(project_of(schema), schema, Options(write_proof=True, **options))  # type: ignore[arg-type]  # real fields


def found(schema: Schema) -> Proofs:
    """Find the proofs for the SQLite that is here."""
    return proofs.found(project_of(schema), schema, parse("sqlite"), sqlite3.sqlite_version, load(schema).revisions)


def files(schema: Schema) -> list[Path]:
    return sorted((schema.directory / "proofs" / schema.name).glob("*"))


def edit(schema: Schema, ident: str) -> None:
    (path,) = (schema.directory / "migrations" / "versions").glob(f"{ident}_*")
    path.write_text(path.read_text(encoding="utf-8") + "\n# edited\n", encoding="utf-8")


def snapshot(*objects: CatalogObject) -> Snapshot:
    return Snapshot({(one.kind, one.name): one for one in objects})


# --- written and found again ----------------------------------------------------------------------


def test_what_was_proven_is_found_with_the_catalogue_at_the_head(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": TABLE.format("one"), "b2": TABLE.format("two")})
    report = trip(schema)
    there = found(schema)
    assert (set(there.proven), there.stale) == ({"a1", "b2"}, frozenset())
    assert {one.verdict for one in there.proven.values()} == {"ok"}
    assert there.version_table == "alembic_version"
    whole = there.snapshot(["b2"])
    assert whole is not None
    assert whole.tables() == {"one", "two"}
    assert there.snapshot(["a1"]) is None
    assert there.catalogue(["a1"]) not in ("", there.catalogue(["b2"]))
    assert report.facts["proof"] == {"path": str(there.path), "revisions": 2, "catalogue": True}


def test_the_files_are_the_same_whoever_writes_them(make_schema: MakeSchema, tmp_path: Path) -> None:
    schema = make_schema({"a1": TABLE.format("one"), "b2": TABLE.format("two")})
    trip(schema)
    first = {path.name: path.read_bytes() for path in files(schema)}
    trip(schema)
    assert {path.name: path.read_bytes() for path in files(schema)} == first
    assert str(tmp_path) not in "".join(content.decode() for content in first.values())
    assert all(json.loads(content) for content in first.values())


def test_a_round_trip_that_was_not_asked_writes_nothing(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": TABLE.format("one")})
    roundtrip(project_of(schema), schema, Options())
    assert not (schema.directory / "proofs").exists()


def test_a_revision_that_was_edited_and_all_above_it_are_not_proven(make_schema: MakeSchema) -> None:
    schema = make_schema({name: TABLE.format(name) for name in ("a1", "b2", "c3")})
    trip(schema)
    edit(schema, "b2")
    there = found(schema)
    assert (set(there.proven), there.stale) == ({"a1"}, {"b2", "c3"})
    assert there.snapshot(["c3"]) is None
    assert there.catalogue(["c3"]) == ""


def test_line_ends_and_blanks_at_the_end_change_no_proof(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": TABLE.format("one")})
    trip(schema)
    (path,) = (schema.directory / "migrations" / "versions").glob("*.py")
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n") + b"\r\n\r\n")
    assert set(found(schema).proven) == {"a1"}


def test_a_new_revision_leaves_the_proofs_below_it(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": TABLE.format("one")})
    trip(schema)
    write_revision(schema.directory / "migrations" / "versions", "b2", "a1", TABLE.format("two"))
    there = found(schema)
    assert (set(there.proven), there.stale) == ({"a1"}, frozenset())
    trip(schema, revisions=("b2",))
    there = found(schema)
    assert set(there.proven) == {"a1", "b2"}
    assert there.snapshot(["b2"]) is not None


def test_one_revision_alone_keeps_the_catalogue_of_the_head(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": TABLE.format("one"), "b2": TABLE.format("two")})
    trip(schema)
    trip(schema, revisions=("a1",))
    there = found(schema)
    assert set(there.proven) == {"a1", "b2"}
    assert there.snapshot(["b2"]) is not None


def test_what_is_true_no_more_goes_when_proofs_are_written(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": TABLE.format("one"), "b2": TABLE.format("two")})
    trip(schema)
    edit(schema, "a1")
    trip(schema, revisions=("a1",))
    there = found(schema)
    assert (set(there.proven), there.stale) == ({"a1"}, frozenset())
    assert len(files(schema)) == 1


def test_releases_of_one_series_have_one_file_and_another_series_has_another(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": TABLE.format("one")})

    def name(engine: str, version: str) -> str:
        return path(project_of(schema), schema, parse(engine), version).name

    assert name("mysql:9.7", "9.7.2") == name("mysql:9.7", "9.7.4") == "mysql-9.7.json"
    assert name("mysql:8.4", "8.4.0") == "mysql-8.4.json"
    assert name("mariadb:10.11", "10.11.19") == "mariadb-10.11.json"
    assert name("postgresql:15", "15.3") == name("postgresql:15", "15.18") == "postgresql-15.json"
    trip(schema)
    project, revisions = project_of(schema), load(schema).revisions
    assert proofs.found(project, schema, parse("mysql:9.7"), "9.7.4", revisions).proven == {}


# --- what is no proof -----------------------------------------------------------------------------


def test_a_verdict_with_an_error_is_no_proof_and_is_said(make_schema: MakeSchema) -> None:
    report = trip(make_schema({"a1": TABLE.format("one"), "b2": LEFT_BEHIND}))
    (note,) = (one for one in report.findings if one.rule == "proof-not-written")
    assert (note.revision, note.severity) == ("b2", Severity.note)
    assert "schema-differs" in note.message


def test_what_the_baseline_accepts_is_proven_and_an_upgrade_that_fails_never(
    make_schema: MakeSchema, tmp_path: Path
) -> None:
    schema = make_schema({"a1": TABLE.format("one"), "b2": LEFT_BEHIND, "c3": FAILS})
    schema = replace(schema, baseline=tmp_path / "baseline.json")
    report = trip(schema, write_baseline=True)
    assert report.exit_code(Severity.error) == 0
    assert {ident: one.verdict for ident, one in found(schema).proven.items()} == {"a1": "ok", "b2": "schema-differs"}
    (note,) = (one for one in report.findings if one.rule == "proof-not-written")
    assert note.revision == "c3"
    assert found(schema).snapshot(["c3"]) is None


def test_a_file_that_is_none_is_a_matter_of_configuration(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": TABLE.format("one")})
    trip(schema)
    for file in files(schema):
        good = file.read_bytes()
        for bad in (
            b"<<<<<<< HEAD\n",
            b'{"version": 2}',
            b"[]",
            b'{"version": 1}',
            good.replace(b'"version": 1', b'"version": 9'),
        ):
            file.write_bytes(bad)
            with pytest.raises(ConfigError) as caught:
                found(schema).snapshot(["a1"])
            assert "--write-proof" in caught.value.remedy
        file.write_bytes(good)


def test_a_catalogue_that_somebody_edited_is_not_believed(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": TABLE.format("one")})
    trip(schema)
    (path,) = (one for one in files(schema) if "catalogue" in one.name)
    path.write_text(path.read_text(encoding="utf-8").replace('"one.id"', '"one.key"'), encoding="utf-8")
    assert found(schema).snapshot(["a1"]) is None


# --- keys and hashes ------------------------------------------------------------------------------


def revision(folder: Path, ident: str, *parents: str, depends_on: tuple[str, ...] = ()) -> Revision:
    path = folder / f"{ident}.py"
    path.write_text(ident, encoding="utf-8")
    return Revision(ident, ident, path, parents, depends_on)


def test_a_key_follows_from_the_texts_below_and_from_no_order(tmp_path: Path) -> None:
    history = [
        revision(tmp_path, "a"),
        revision(tmp_path, "b", "a"),
        revision(tmp_path, "c", "a"),
        revision(tmp_path, "d", "b", "c"),
        revision(tmp_path, "e", "b", depends_on=("c",)),
    ]
    known = keys(history)
    assert len(set(known.values())) == 5
    assert keys(reversed(history)) == known
    (tmp_path / "c.py").write_text("other", encoding="utf-8")
    assert {ident for ident, key in keys(history).items() if key != known[ident]} == {"c", "d", "e"}


def test_what_has_no_beginning_has_no_key(tmp_path: Path) -> None:
    history = [revision(tmp_path, "a"), revision(tmp_path, "b", "gone"), revision(tmp_path, "c", "d")]
    assert set(keys([*history, revision(tmp_path, "d", "c")])) == {"a"}


def test_a_branch_has_no_catalogue_of_its_own_beside_another(tmp_path: Path) -> None:
    history = [revision(tmp_path, "a"), revision(tmp_path, "b", "a"), revision(tmp_path, "c", "a")]
    merged = [*history, revision(tmp_path, "d", "b", "c")]
    states = [snapshot(CatalogObject("table", str(number), "")) for number in range(4)]
    assert [ident for ident, _hash in ended(merged, states, "mysql", "v", None).catalogues] == ["a", "b", "d"]
    assert ended(merged, states, "mysql", "v", None).head == "d"
    assert ended(history, states[:3], "mysql", "v", None).objects == ()
    assert ended(merged, states[:2], "mysql", "v", None).head == ""
    assert ended((), (), "mysql", "v", None).catalogues == ()


def test_the_hash_of_a_catalogue_is_of_all_that_matters() -> None:
    one = CatalogObject("column", "t.a", "int", "t", 1)
    same = catalogue(snapshot(CatalogObject("table", "t", ""), one))
    assert catalogue(snapshot(one, CatalogObject("table", "t", ""))) == same
    for changed in ({"definition": "bigint"}, {"position": 2}, {"name": "t.b"}, {"kind": "key"}, {"owner": ""}):
        assert catalogue(snapshot(CatalogObject("table", "t", ""), replace(one, **changed))) != same  # type: ignore[arg-type]  # real fields


# --- what two databases need not share ------------------------------------------------------------

VIEW = "CREATE ALGORITHM=UNDEFINED DEFINER=`{}`@`%` SQL SECURITY DEFINER VIEW `v` AS select 1 AS `a`"
TRIGGER = "CREATE DEFINER=`{}`@`{}` TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.b = 'DEFINER=`x`@`y`'"


def alike(family: Family, one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    sides = []
    for side in (one, other):
        objects = (CatalogObject(*key.split("|")[:2], text, "".join(key.split("|")[2:])) for key, text in side.items())
        sides.append(portable(snapshot(*objects), family).objects)
    return sides[0] == sides[1]


def test_who_made_a_program_and_in_what_session_is_nothing_of_the_schema_s() -> None:
    settings = "\n-- order: BEFORE INSERT 1\n-- sql_mode: {}\n-- character set: {} {}"
    assert alike("mysql", {"view|v": VIEW.format("migkit_1")}, {"view|v": VIEW.format("o``dd")})
    one, other = TRIGGER.format("a", "10.%"), TRIGGER.format("b", "%")
    ones, others = settings.format("ANSI", "utf8mb4", "x"), settings.format("", "latin1", "y")
    assert alike("mariadb", {"trigger|t|a": one + ones}, {"trigger|t|a": other + others})
    assert not alike("mysql", {"trigger|t|a": one + ones}, {"trigger|t|a": other + others.replace("T 1", "T 2")})
    assert not alike("mysql", {"trigger|t|a": one}, {"trigger|t|a": other.replace("`x`", "`z`")})
    event = (
        "CREATE DEFINER=`a`@`%` EVENT `e` ON SCHEDULE EVERY 1 DAY STARTS '{}' ON COMPLETION PRESERVE ENABLE DO SELECT 1"
    )
    zones = "\n-- time zone: {}"
    assert alike(
        "mysql",
        {"event|e": event.format("2026-01-01 00:00:00") + zones.format("UTC")},
        {"event|e": event.format("2026-02-02 00:00:00") + zones.format("SYSTEM")},
    )
    assert not alike("mysql", {"event|e": event}, {"event|e": event.replace("1 DAY", "2 DAY")})


def test_the_kit_s_own_tables_and_what_operators_make_are_no_part_of_it() -> None:
    beside = {
        "option|database": "utf8mb4",
        "table|migkit_journal": "x",
        "column|migkit_journal.run|migkit_journal": "x",
        "table|other.migkit_marks": "x",
        "publication|p": "ALL TABLES",
    }
    for family in ("mysql", "postgresql"):
        assert alike(family, {"table|a": "TABLE"}, {"table|a": "TABLE", **beside})


def test_privileges_are_left_out_wherever_they_stand() -> None:
    for plain, granted in (
        ("TABLE", "TABLE ACL +reader=SELECT"),
        ("TABLE COMMENT 'of ACL +x'", "TABLE COMMENT 'of ACL +x' ACL +a=SELECT* -owner=DELETE +PUBLIC=UPDATE/boss"),
        ("integer", "integer ACL +Some One=SELECT/The Boss"),
        ("", "ACL +a=USAGE"),
    ):
        assert alike("postgresql", {"table|a": plain}, {"table|a": granted})
    body = "CREATE FUNCTION f() RETURNS text AS $$ SELECT ' ACL +a=' $$"
    assert not alike("postgresql", {"routine|f()": body}, {"routine|f()": body.replace("+a=", "+b=")})
    view = {"view|v": "VIEW AS SELECT 1"}
    assert alike("postgresql", view, {**view, "column|v.a|v": "integer ACL +reader=SELECT"})
    assert not alike("postgresql", view, {**view, "column|v.a|v": "integer COMMENT 'x' ACL +reader=SELECT"})


def test_the_version_of_an_extension_and_where_a_server_leads_differ_everywhere() -> None:
    assert alike(
        "postgresql", {"extension|p": "VERSION 3.3.2 SCHEMA public"}, {"extension|p": "VERSION 3.5.0 SCHEMA public"}
    )
    assert not alike(
        "postgresql", {"extension|p": "VERSION 3.3.2 SCHEMA public"}, {"extension|p": "VERSION 3.3.2 SCHEMA gis"}
    )
    here = "FOREIGN DATA WRAPPER postgres_fdw OPTIONS host=a USER me 0123"
    assert alike("postgresql", {"server|s": here}, {"server|s": here.replace("host=a USER me", "host=b USER other")})


# --- differences as findings ----------------------------------------------------------------------


def told(expected: Snapshot, present: Snapshot, seen: Seen = EVERYTHING) -> dict[str, tuple[str, Severity]]:
    sides = drifting.comparable(expected, replace(seen, snapshot=present), "alembic_version", None)
    found = drifting.findings("app", "production", drifting.differences(*sides))
    return {one.object or "": (one.rule, one.severity) for one in found}


TABLES = (CatalogObject("table", "t", "InnoDB"), CatalogObject("column", "t.a", "int", "t", 1))


def test_missing_extra_different_and_reordered_are_told_apart() -> None:
    b = CatalogObject("column", "t.b", "int", "t", 2)
    other = replace(b, definition="bigint")
    assert told(snapshot(*TABLES, b), snapshot(*TABLES)) == {"t.b": ("drift-missing", Severity.error)}
    assert told(snapshot(*TABLES), snapshot(*TABLES, b)) == {"t.b": ("drift-extra", Severity.error)}
    assert told(snapshot(*TABLES, b), snapshot(*TABLES, other)) == {"t.b": ("drift-differs", Severity.error)}
    swapped = snapshot(TABLES[0], replace(TABLES[1], position=2), replace(b, position=1))
    assert told(snapshot(*TABLES, b), swapped) == {"t": ("drift-order", Severity.note)}
    assert told(snapshot(*TABLES), snapshot(*TABLES)) == {}


def test_the_version_table_is_no_drift() -> None:
    version = (
        CatalogObject("table", "alembic_version", ""),
        CatalogObject("column", "alembic_version.v", "", "alembic_version"),
    )
    assert told(snapshot(*TABLES), snapshot(*TABLES, *version)) == {}


def test_a_schema_beside_the_history_is_told_once_and_spoils_nothing() -> None:
    beside = CatalogObject("schema", "audit", "SCHEMA"), CatalogObject("table", "audit.log", "TABLE")
    extension = CatalogObject("extension", "pg_stat_statements", "SCHEMA public")
    assert told(snapshot(*TABLES), snapshot(*TABLES, *beside, extension)) == {
        "audit": ("drift-extra", Severity.note),
        "pg_stat_statements": ("drift-extra", Severity.note),
    }
    assert told(snapshot(*TABLES, extension), snapshot(*TABLES)) == {
        "pg_stat_statements": ("drift-missing", Severity.error)
    }


def by_hash(proven: Snapshot, present: Snapshot) -> Check:
    """Hold what is present to a catalogue whose hash alone is known, in a history with an extension of its own."""
    head = snapshot(*TABLES, CatalogObject("extension", "postgis", "SCHEMA public"))
    known = Proofs(Path("proofs.json"), whole=("head", head))
    live = Live(Identity("postgresql", "PostgreSQL", "17.2"), parse("postgresql:17"), Seen(present))
    return verifying._by_hash("app", "production", catalogue(proven), live, known)


def test_what_stands_beside_the_history_spoils_no_hash_either() -> None:
    postgis, statements = (CatalogObject("extension", name, "") for name in ("postgis", "pg_stat_statements"))
    beside = CatalogObject("schema", "audit", "SCHEMA"), CatalogObject("table", "audit.log", "TABLE")
    found = by_hash(snapshot(*TABLES, postgis), snapshot(*TABLES, postgis, statements, *beside))
    assert (found.ok, found.message.partition(";")[0]) == (True, "as proven: 3 objects")
    assert "extension pg_stat_statements" in found.message
    assert by_hash(snapshot(*TABLES, postgis), snapshot(*TABLES, statements)).ok is False
    assert by_hash(snapshot(*TABLES), snapshot(*TABLES, CatalogObject("table", "more", ""))).ok is False


def test_what_the_login_may_not_see_is_not_taken_for_missing() -> None:
    trigger, view = CatalogObject("trigger", "tr", "CREATE", "t"), CatalogObject("view", "v", "AS SELECT 1")
    expected = snapshot(*TABLES, trigger, view)
    blind = Seen(Snapshot({}), unread=frozenset({("view", "v")}), blind=frozenset({"trigger"}))
    assert told(expected, snapshot(*TABLES), blind) == {}
    (note,) = drifting.unseen("production", blind)
    assert note.rule == "drift-unread"
    assert "view v" in note.message
    assert "triggers" in note.message
    assert list(drifting.unseen("production", EVERYTHING)) == []
    half = Seen(Snapshot({}), blind=frozenset({"table"}))
    assert told(snapshot(*TABLES, CatalogObject("table", "u", "")), snapshot(*TABLES), replace(half)) == {}
