"""What titles mean: changes by the grammar and the conventions, held against a schema."""

from __future__ import annotations

import pytest

from migkit import engines
from migkit.errors import ConfigError
from migkit.intent import departures, intended, needs_schema, resolved
from migkit.intent.definitions import merged
from migkit.intent.segments import columns_of
from migkit.model import (
    Alter,
    CatalogObject,
    Change,
    Column,
    Constraint,
    Conventions,
    Create,
    Drop,
    Engine,
    Enum,
    EnumValue,
    Index,
    Rename,
    Snapshot,
    SoftDelete,
    Table,
    Timestamps,
    TitleRules,
)
from migkit.title import build, sentence

MYSQL, MARIADB, POSTGRESQL, SQLITE = engines.MYSQL, engines.MARIADB, engines.POSTGRESQL, engines.SQLITE
VOIPBIN = Conventions(
    uuid_type="BINARY(16)",
    table_prefixes=("call_", "customer_"),
    timestamps=Timestamps("tm_*", "DATETIME(6)"),
    soft_delete=SoftDelete("tm_delete"),
)
NONE = Conventions()


def changes(
    table: str, action: str, description: str, engine: Engine = MYSQL, conventions: Conventions = VOIPBIN
) -> tuple[Change, ...]:
    return intended(build(table, action, description, TitleRules()), engine, conventions)


def said(text: str, engine: Engine = POSTGRESQL) -> tuple[Change, ...]:
    return intended(sentence(text, TitleRules(form="sentence")), engine, NONE)


def snapshot(*objects: CatalogObject) -> Snapshot:
    return Snapshot({(each.kind, each.name): each for each in objects})


def table(name: str, kind: str = "index", *, indexes: tuple[str, ...] = (), **columns: str) -> list[CatalogObject]:
    """Give a table as a catalogue has it."""
    found = [CatalogObject("table", name, "")]
    for position, (column, definition) in enumerate(columns.items(), 1):
        found.append(CatalogObject("column", f"{name}.{column}", definition, name, position))
    for index in indexes:
        own = index if kind == "index" else f"{name}.{index}"
        found.append(CatalogObject(kind, own, "KEY (`x`)", name))
    return found


CALLS = snapshot(
    *table(
        "calls",
        "key",
        id="binary(16) NOT NULL",
        customer_id="binary(16) NOT NULL",
        status="varchar(16) COLLATE utf8mb4_bin NOT NULL DEFAULT 'new' COMMENT 'of the call'",
        state="enum('open','it''s','closed') DEFAULT NULL",
        tm_create="datetime(6) DEFAULT NULL",
        indexes=("idx_status",),
    ),
    CatalogObject("key", "calls.uq_customer", "UNIQUE KEY (`customer_id`)", "calls"),
    CatalogObject("constraint", "calls.ck_status", "CHECK (`status` <> '')", "calls"),
    *table("customers", "key", id="binary(16) NOT NULL", email="varchar(255)"),
)


# --- what the conventions fill ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("description", "definitions"),
    [
        ("column owner_type", [""]),
        ("column owner_id", ["BINARY(16)"]),
        ("column tm_hangup", ["DATETIME(6)"]),
        ("column tm_delete", ["DATETIME(6) DEFAULT NULL"]),
        ("column email:varchar(255) phone_number:varchar(32) address", ["varchar(255)", "varchar(32)", ""]),
        ("column owner_id:uuid:not_null", ["uuid NOT NULL"]),
        ("column n:int:unsigned:not_null:default=0", ["int unsigned NOT NULL DEFAULT 0"]),
        ("column s:varchar(9):collate=utf8mb4_bin:default=new", ["varchar(9) COLLATE utf8mb4_bin DEFAULT 'new'"]),
        ("geometry place:point:4326:not_null", ["POINT SRID 4326 NOT NULL"]),
    ],
)
def test_a_column_gets_the_type_that_was_given_or_agreed_on(description: str, definitions: list[str]) -> None:
    found = changes("calls", "add", description)
    assert [change.part.definition for change in found if isinstance(change.part, Column)] == definitions  # type: ignore[union-attr]
    assert all(isinstance(change, Create) for change in found)


def test_a_geometry_is_spelt_as_the_product_does() -> None:
    spelt = {
        engine.family: changes("t", "add", "geometry g:POINT:4326", engine)[0].part.definition  # type: ignore[union-attr]
        for engine in (MYSQL, MARIADB, POSTGRESQL)
    }
    assert spelt == {
        "mysql": "POINT SRID 4326",
        "mariadb": "POINT REF_SYSTEM_ID=4326",
        "postgresql": "geometry(POINT,4326)",
    }


def test_a_new_table_has_what_the_schema_prescribes() -> None:
    assert changes("calls", "create", "table") == (
        Create(
            Table(
                "calls",
                (
                    Column("calls", "id", "BINARY(16) NOT NULL"),
                    Column("calls", "tm_create", "DATETIME(6)"),
                    Column("calls", "tm_update", "DATETIME(6)"),
                    Column("calls", "tm_delete", "DATETIME(6) DEFAULT NULL"),
                ),
                (Constraint("calls", "", "PRIMARY KEY (id)"),),
            )
        ),
    )


def test_timestamps_by_an_ending_are_spelt_so() -> None:
    agreed = Conventions("UUID", (), Timestamps("*_at", "TIMESTAMPTZ"), SoftDelete("deleted_at", "9999-01-01 00:00:00"))
    (made,) = changes("t", "create", "table", POSTGRESQL, agreed)
    assert isinstance(made, Create)
    assert isinstance(made.part, Table)
    assert [(column.name, column.definition) for column in made.part.columns] == [
        ("id", "UUID NOT NULL"),
        ("created_at", "TIMESTAMPTZ"),
        ("updated_at", "TIMESTAMPTZ"),
        ("deleted_at", "TIMESTAMPTZ DEFAULT '9999-01-01 00:00:00'"),
    ]


def test_without_conventions_a_new_table_has_a_key_whose_type_is_not_known() -> None:
    (made,) = changes("t", "create", "table", MYSQL, NONE)
    assert isinstance(made, Create)
    assert isinstance(made.part, Table)
    assert made.part.columns == (Column("t", "id", ""),)


def test_a_table_outside_of_the_agreed_prefixes_is_a_warning_that_names_the_rule() -> None:
    (found,) = departures(changes("cal_calls", "create", "table"), VOIPBIN)
    assert (found.rule, found.severity.name, found.object) == ("table-prefix", "warning", "cal_calls")
    assert "conventions.table_prefixes: call_, customer_" in found.message
    assert list(departures(changes("call_calls", "create", "table"), VOIPBIN)) == []
    assert list(departures(changes("cal_calls", "add", "column a"), VOIPBIN, known={"cal_calls"})) == []
    assert list(departures(changes("cal_calls", "drop", "table"), VOIPBIN)) == []


# --- what titles mean ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "description", "expected"),
    [
        ("remove", "column a b", (Drop(Column("t", "a")), Drop(Column("t", "b")))),
        ("update", "column status:varchar(32)", (Alter(Column("t", "status", "varchar(32)")),)),
        ("update", "column status", (Alter(Column("t", "status", "")),)),
        ("add", "index idx_customer_id_tm_create", (Create(Index("t", "idx_customer_id_tm_create")),)),
        ("add", "index uq_email on email", (Create(Index("t", "uq_email", ("email",), unique=True)),)),
        (
            "add",
            "index i on order:desc name(10) lower(b) using btree where a is null",
            (Create(Index("t", "i", ("`order` DESC", "name(10)", "lower(b)"), where="a is null", using="btree")),),
        ),
        ("remove", "index i", (Drop(Index("t", "i")),)),
        ("add", "constraint uq unique a b", (Create(Constraint("t", "uq", "UNIQUE (a, b)")),)),
        ("add", "constraint ck check a > 0", (Create(Constraint("t", "ck", "CHECK (a > 0)")),)),
        (
            "add",
            "constraint fk foreign key a_id references a(id) on delete set null",
            (Create(Constraint("t", "fk", "FOREIGN KEY (a_id) REFERENCES a (id) ON DELETE SET NULL")),),
        ),
        ("add", "constraint fk", (Create(Constraint("t", "fk", "")),)),
        ("drop", "table", (Drop(Table("t")),)),
        ("add", "enum status open 'in progress'", (Create(Column("t", "status", "ENUM('open', 'in progress')")),)),
        ("update", "enum status gone", (Create(EnumValue("status", "gone", table="t")),)),
        ("remove", "enum status gone", (Drop(EnumValue("status", "gone", table="t")),)),
        ("remove", "enum status", (Drop(Column("t", "status")),)),
    ],
)
def test_a_title_means_changes(action: str, description: str, expected: tuple[Change, ...]) -> None:
    assert changes("t", action, description) == expected


def test_an_enum_is_a_type_where_there_are_types() -> None:
    assert changes("t", "add", "enum status a b", POSTGRESQL) == (Create(Enum("status", ("a", "b"))),)
    assert changes("t", "update", "enum status c", POSTGRESQL) == (Create(EnumValue("status", "c")),)
    assert changes("t", "remove", "enum status", POSTGRESQL) == (Drop(Enum("status", ())),)


@pytest.mark.parametrize(
    ("action", "description", "engine", "message"),
    [
        ("add", "column a:int:after=b", POSTGRESQL, "PostgreSQL puts a new column at the end"),
        ("add", "enum status a", SQLITE, "SQLite has no enums"),
        ("add", "geometry place:POINT", SQLITE, "SQLite has no geometries"),
        ("add", "enum status", MYSQL, "no value is named"),
    ],
)
def test_what_a_product_does_not_have_is_refused(action: str, description: str, engine: Engine, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        changes("t", action, description, engine)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("drop table reservations", (Drop(Table("reservations")),)),
        ("add index on tickets.region", (Create(Index("tickets", "ix_tickets_region", ("region",))),)),
        ("rename sites to locations", (Rename("sites", "sites", "locations", "table"),)),
        ("rename phone of contacts to phone_number", (Rename("contacts", "phone", "phone_number"),)),
        ("change calls.status to varchar(32) not null", (Alter(Column("calls", "status", "varchar(32) NOT NULL")),)),
        ("seed the default pipeline stages", ()),
    ],
)
def test_a_sentence_means_changes_where_it_says_enough(text: str, expected: tuple[Change, ...]) -> None:
    assert said(text) == expected


def test_the_real_schema_is_needed_where_only_it_knows() -> None:
    needed = {
        f"{action} {description}": needs_schema(build("t", action, description, TitleRules()))
        for action, description in [
            ("create", "table"),
            ("drop", "table"),
            ("add", "column a:int"),
            ("remove", "column a"),
            ("update", "column a:int"),
            ("add", "index i on a"),
            ("add", "index i"),
            ("add", "constraint uq unique a"),
            ("add", "constraint fk foreign key a references b"),
            ("add", "enum s a"),
        ]
    }
    assert [name for name, is_needed in needed.items() if is_needed] == [
        "drop table",
        "remove column a",
        "update column a:int",
        "add index i",
        "add constraint fk foreign key a references b",
        "add enum s a",
    ]
    assert not needs_schema(sentence("seed the default stages", TitleRules()))


# --- against the real schema --------------------------------------------------------------------------


def against(action: str, description: str, engine: Engine = MYSQL, name: str = "calls") -> tuple[Change, ...]:
    return resolved(changes(name, action, description, engine), CALLS, engine)


def test_what_is_dropped_gets_its_present_definition() -> None:
    assert against("remove", "column customer_id") == (Drop(Column("calls", "customer_id", "binary(16) NOT NULL")),)
    assert against("remove", "constraint uq_customer") == (
        Drop(Constraint("calls", "uq_customer", "UNIQUE KEY (`customer_id`)")),
    )
    assert against("remove", "index idx_status") == (Drop(Index("calls", "idx_status", definition="KEY (`x`)")),)


def test_a_table_of_another_schema_with_the_same_name_is_another_table() -> None:
    there = snapshot(
        *table("calls", id="integer"),
        *table("old.calls", id="integer"),
        *table("old.notes", call_id="integer"),
        CatalogObject("constraint", "old.notes.fk_call", "FOREIGN KEY (call_id) REFERENCES old.calls(id)", "old.notes"),
        *table("old.lines", call_id="integer"),
    )
    assert resolved((Drop(Table("calls")),), there, POSTGRESQL) == (Drop(Table("calls")),)
    with pytest.raises(ConfigError, match=r"fk_call of old\.notes refers to old\.calls"):
        resolved((Drop(Table("old.calls")),), there, POSTGRESQL)


def test_a_default_in_another_case_is_another_one() -> None:
    (found,) = against("update", "column status:varchar(16):default='NEW'")
    assert isinstance(found, Alter)
    assert "DEFAULT 'NEW'" in getattr(found.part, "definition", "")
    with pytest.raises(ConfigError, match="already"):
        against("update", "column status:VARCHAR(16)")


def test_what_is_not_said_again_is_kept() -> None:
    kept = "varchar(32) COLLATE utf8mb4_bin NOT NULL DEFAULT 'new' COMMENT 'of the call'"
    (found,) = against("update", "column status:varchar(32)")
    assert found == Alter(
        Column("calls", "status", kept),
        Column("calls", "status", kept.replace("(32)", "(16)")),
    )


def test_a_column_whose_new_type_nobody_named_is_left_open() -> None:
    assert against("update", "column status") == (
        Alter(
            Column("calls", "status", ""),
            Column("calls", "status", "varchar(16) COLLATE utf8mb4_bin NOT NULL DEFAULT 'new' COMMENT 'of the call'"),
        ),
    )


@pytest.mark.parametrize(
    ("engine", "present", "wanted", "expected"),
    [
        (MYSQL, "varchar(16) COLLATE a NOT NULL DEFAULT ''", "varchar(9) NULL", "varchar(9) COLLATE a NULL DEFAULT ''"),
        (MYSQL, "varchar(16) COLLATE a NOT NULL", "int DEFAULT 0", "int NOT NULL DEFAULT 0"),
        (MYSQL, "int NOT NULL AUTO_INCREMENT", "bigint unsigned", "bigint unsigned NOT NULL AUTO_INCREMENT"),
        (MYSQL, "int GENERATED ALWAYS AS (`a` + 1) VIRTUAL COMMENT 'x'", "bigint",
         "bigint GENERATED ALWAYS AS (`a` + 1) VIRTUAL COMMENT 'x'"),
        (MYSQL, "timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP", "timestamp(6)",
         "timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP"),
        (MYSQL, "varchar(9) CHARACTER SET latin1 COLLATE latin1_bin", "varchar(8) COLLATE utf8mb4_bin",
         "varchar(8) COLLATE utf8mb4_bin"),
        (POSTGRESQL, "character varying(16) NOT NULL DEFAULT 'x'::character varying COMMENT 'NOT NULL'", "varchar(32)",
         "varchar(32) NOT NULL DEFAULT 'x'::character varying"),
        (POSTGRESQL, "timestamp with time zone DEFAULT now() STATISTICS 5", "timestamp(3) with time zone NOT NULL",
         "timestamp(3) with time zone NOT NULL DEFAULT now()"),
        (POSTGRESQL, "integer NOT NULL GENERATED BY DEFAULT AS IDENTITY", "bigint",
         "bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL"),
    ],
)  # fmt: skip
def test_a_definition_keeps_what_goes_with_the_new_type(
    engine: Engine, present: str, wanted: str, expected: str
) -> None:
    assert merged(present, wanted, engine) == expected


def test_an_index_is_on_the_columns_that_its_name_spells() -> None:
    (found,) = against("add", "index idx_customer_id_tm_create")
    assert found == Create(Index("calls", "idx_customer_id_tm_create", ("customer_id", "tm_create")))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("idx_customer_id_tm_create", ("customer_id", "tm_create")),
        ("ix_calls_id", ("id",)),
        ("idx_calls_customer_id", ("customer_id",)),
        ("idx_customer_id", ("customer_id",)),
        ("uq_id_customer", ("id", "customer")),
        ("idx_nothing", ()),
        ("idx_id_id", ()),
        ("idx", ()),
    ],
)
def test_the_longest_names_are_taken_first(name: str, expected: tuple[str, ...]) -> None:
    assert columns_of(name, "calls", ("id", "customer", "customer_id", "tm_create", "tm")) == expected


def test_values_are_added_to_an_enum_that_is_there() -> None:
    kept = "enum('open','it''s','closed') DEFAULT NULL"
    wanted = "ENUM('open', 'it''s', 'closed', 'lost') DEFAULT NULL"
    expected = (Alter(Column("calls", "state", wanted), Column("calls", "state", kept)),)
    assert against("add", "enum state lost") == expected
    assert against("update", "enum state lost") == expected
    (less,) = against("remove", "enum state 'it''s'")
    assert isinstance(less, Alter)
    assert less.part == Column("calls", "state", "ENUM('open', 'closed') DEFAULT NULL")
    types = snapshot(CatalogObject("enum", "status", "ENUM ('a', 'it''s')"))
    added = changes("t", "add", "enum status b", POSTGRESQL)
    assert resolved(added, types, POSTGRESQL) == (Create(EnumValue("status", "b")),)
    used = snapshot(*types.objects.values(), *table("t", s="status DEFAULT 'a'::status", u="status_of_old"))
    (less,) = resolved(changes("t", "remove", "enum status a", POSTGRESQL), used, POSTGRESQL)
    users = (Column("t", "s", "status DEFAULT 'a'::status"),)
    assert less == Alter(Enum("status", ("it's",), users), Enum("status", ("a", "it's"), users))
    (dropped,) = resolved(changes("t", "remove", "enum status", POSTGRESQL), types, POSTGRESQL)
    assert dropped == Drop(Enum("status", ("a", "it's")))


@pytest.mark.parametrize(
    ("name", "action", "description", "message", "remedy"),
    [
        ("call", "remove", "column status", "no table call in .*; did you mean calls", "calls, customers"),
        ("calls", "remove", "column stats", "no column stats in calls; did you mean stat", "id, customer_id"),
        ("calls", "update", "column stats:int", "no column stats in calls", ""),
        ("zzz", "drop", "table", "no table zzz", "calls, customers"),
        ("calls", "create", "table", "the table calls is there already", ""),
        ("calls", "add", "column status:int", "has a column status already: varchar", "calls update column status"),
        ("calls", "add", "column a:int:after=b", "no column b in calls", ""),
        ("calls", "add", "index idx_status on status", "has an index idx_status already", ""),
        ("calls", "add", "index idx_x on stats", "no column stats in calls; did you mean", ""),
        ("calls", "add", "index idx_foo", "spells no columns of calls", "on COL"),
        ("calls", "remove", "index idx_stat", "no index idx_stat in calls; did you mean idx_status", ""),
        ("calls", "remove", "constraint idx_status", "idx_status of calls is an index", '"index idx_status"'),
        ("calls", "remove", "constraint ck_stat", "no constraint ck_stat in calls; did you mean ck_status", ""),
        ("calls", "add", "constraint ck_status check 1", "has a constraint ck_status already", ""),
        ("calls", "add", "enum state open", "has the value open already", ""),
        ("calls", "remove", "enum state gone", "no value gone in enum state", "open"),
        ("calls", "update", "enum status a", "calls.status is no enum", ""),
        ("calls", "update", "column status:varchar(16)", "is varchar.* already", ""),
    ],
)
def test_a_name_that_is_not_there_or_there_already_is_refused(
    name: str, action: str, description: str, message: str, remedy: str
) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        against(action, description, name=name)
    assert remedy in caught.value.remedy


def test_a_table_of_another_schema_is_found_where_it_is_the_only_one() -> None:
    stands = snapshot(*table("crm.contacts", email="text"))
    (found,) = resolved(changes("contacts", "remove", "column email", POSTGRESQL), stands, POSTGRESQL)
    assert found == Drop(Column("crm.contacts", "email", "text"))


def test_an_index_that_a_sentence_names_alone_is_found_by_its_name() -> None:
    stands = snapshot(*table("tickets", region="text", indexes=("ix_tickets_region",)))
    (found,) = resolved(said("drop index ix_tickets_region"), stands, POSTGRESQL)
    assert found == Drop(Index("tickets", "ix_tickets_region", definition="KEY (`x`)"))
