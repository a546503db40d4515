from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migkit.errors import ConfigError
from migkit.model import TitleRules
from migkit.title import (
    Check,
    ForeignKey,
    Indexed,
    Key,
    Named,
    Renamed,
    Unique,
    Values,
    build,
    check,
    sentence,
    snake,
    split,
)

RULES = TitleRules()


@pytest.mark.parametrize(
    ("table", "action", "description", "title"),
    [
        ("ps_endpoints", "add", "column dtls_auto_gen", "ps_endpoints_add_column_dtls_auto_gen"),
        ("ps_endpoints", "add", "column dtls_auto_gen:varchar(40)", "ps_endpoints_add_column_dtls_auto_gen"),
        (
            "customers",
            "add",
            "column email:varchar(255) phone_number:varchar(32) address",
            "customers_add_column_email_phone_number_address",
        ),
        ("customers", "add", "column email phone_number address", "customers_add_column_email_phone_number_address"),
        ("registrar_trunks", "create", "table", "registrar_trunks_create_table"),
        ("registrar_trunks", "drop", "table", "registrar_trunks_drop_table"),
        ("calls", "add", "index idx_customer_id_tm_create", "calls_add_index_idx_customer_id_tm_create"),
        ("calls", "add", "index idx_a on customer_id unique where tm_delete is null", "calls_add_index_idx_a"),
        ("calls", "remove", "constraint fk_customer", "calls_remove_constraint_fk_customer"),
        ("conversations", "remove", "column legacy_field", "conversations_remove_column_legacy_field"),
        ("calls", "update", "column status:varchar(32)", "calls_update_column_status"),
        ("orders", "update", "enum status on-hold 'in progress'", "orders_update_enum_status_on_hold_in_progress"),
        ("places", "add", "geometry location:POINT:4326", "places_add_geometry_location"),
        ("t", "add", "  column   a\tb ", "t_add_column_a_b"),
    ],
)
def test_a_title_is_the_table_the_action_and_what_is_named(
    table: str, action: str, description: str, title: str
) -> None:
    assert build(table, action, description, RULES).text == title


def test_types_and_options_are_kept_beside_the_title() -> None:
    title = build("t", "add", "column s:enum('a b','c:d'):not_null:default=1 y:decimal(10, 2) z", RULES)
    assert title.names == (
        Named("s", "enum('a b','c:d')", null=False, default="1"),
        Named("y", "decimal(10, 2)"),
        Named("z"),
    )


def test_what_follows_an_index_name_is_what_it_is_on() -> None:
    title = build("t", "add", "index idx_a on b c unique", RULES)
    assert (title.names, title.clause) == ((Named("idx_a"),), Indexed((Key("b"), Key("c")), unique=True))


@pytest.mark.parametrize(
    ("table", "action", "description", "message", "remedy"),
    [
        ("t", "ad", "column a", 'unknown action "ad"; did you mean add?', "create, add, remove, update, drop"),
        ("t", "Add", "column a", 'unknown action "Add"; did you mean add?', "create, add"),
        ("t", "zzz", "column a", 'unknown action "zzz"', "create, add, remove, update, drop"),
        ("t", "add", "colum a", 'unknown item "colum"; did you mean column?', "column, index"),
        ("t", "add", "columns a b", "did you mean column?", "column, index"),
        ("t", "add", "", "nothing is named", '"column email'),
        ("t", "add", "   ", "nothing is named", '"column email'),
        ("t", "add", "column", "column names nothing", "for example"),
        ("t", "add", "index", "index names nothing", "for example"),
        ("t", "add", "table", "add does not go with table", "`t create table`"),
        ("t", "create", "column a", "create does not go with column", "`t create table`"),
        ("t", "drop", "column a", "drop does not go with column", "`t drop table`"),
        ("t", "create", "table u", 'followed by "u"', "`t create table`"),
        ("Ps_Endpoints", "add", "column a", '"Ps_Endpoints" is not in snake_case', "write ps_endpoints"),
        ("t", "add", "column customerId", '"customerId" is not in snake_case', "write customer_id"),
        ("bad name", "add", "column a", '"bad name" is no identifier', "write bad_name"),
        ("bad-name", "add", "column a", '"bad-name" is no identifier', "write bad_name"),
        ("../etc", "add", "column a", '"../etc" is no identifier', "write etc"),
        ("", "add", "column a", "the table has no name", "snake_case"),
        ("t", "add", "column 1a", '"1a" is no identifier', "no digit first"),
        ("t", "add", "column é", '"é" is no identifier', "letters"),
        ("t", "add", "column a,b", '"a,b" is no identifier', "a b"),
        ("t", "add", "column a;DROP", "no identifier", ""),
        ("t", "add", "column a a", "column a is named twice", "once"),
        ("t", "add", "column a:int a:text", "column a is named twice", "once"),
        ("t", "add", "column a:", "nothing follows a colon", "NAME:TYPE"),
        ("t", "add", "column :int", "the column has no name", "snake_case"),
        ("t", "add", "column a:varchar(2", "no closing )", "close it"),
        ("t", "add", "column a:enum('x)", "no closing '", "close it"),
        ("t", "add", "index a.b on c", '"a.b" is no identifier', "write a_b"),
        ("t", "add", "column a:int not null", 'column a is followed by "not"', "a:int:not_null"),
        ("t", "add", "column a int", 'column a is followed by "int", which is a type', "a:int"),
        ("t", "add", "column a:int:not_nul", 'unknown option "not_nul"', "not_null, null, default=VALUE"),
        ("t", "add", "column a:int:default=", "is no default", "default=0"),
        ("t", "add", "column a:varchar(9):after=B", '"B" is not in snake_case', "write b"),
        ("t", "add", "geometry a:PONT", '"PONT" is no type of a geometry', "point, linestring"),
        ("t", "add", "index i onn a", 'index i: "onn" is not understood', "on COL"),
        ("t", "add", "index i on", "index i is on nothing", "on customer_id"),
        ("t", "add", "index on a b", "the index has no name", '"index idx_a on a b"'),
        ("t", "add", "index on", "the index has no name", '"index idx_a on a"'),
        ("t", "add", "index i on a:down", "is no part of an index", "COL:desc"),
        ("t", "add", "index i on a where", '"where" is not understood', "where CONDITION"),
        ("t", "add", "constraint c uniqe a", '"uniqe a" is not understood', "unique COL"),
        ("t", "add", "constraint c foreign key a", "a foreign key refers to something", "references customers(id)"),
        ("t", "add", "constraint c foreign key a references b(id) on delete nothing", "on delete nothing", "cascade"),
        ("t", "add", "enum e a a", "'a' is named twice", "once"),
    ],
)
def test_a_wrong_title_says_what_to_write(table: str, action: str, description: str, message: str, remedy: str) -> None:
    with pytest.raises(ConfigError) as caught:
        build(table, action, description, RULES)
    assert message in caught.value.message
    assert remedy in caught.value.remedy


def test_a_long_title_says_how_long_it_is() -> None:
    rules = TitleRules(max_length=20)
    assert build("calls", "add", "column abcd_", TitleRules(max_length=22)).text == "calls_add_column_abcd_"
    with pytest.raises(ConfigError, match="calls_add_column_abcd has 21 characters; 20 are allowed"):
        build("calls", "add", "column abcd", rules)


def test_a_schema_may_have_actions_and_items_of_its_own() -> None:
    rules = TitleRules(actions=("add", "rename"), items=("table", "column", "view"))
    assert build("t", "rename", "table", rules).text == "t_rename_table"
    assert build("t", "rename", "column a", rules).text == "t_rename_column_a"
    assert build("t", "add", "view v", rules).text == "t_add_view_v"
    with pytest.raises(ConfigError, match="unknown action"):
        build("t", "create", "table", rules)
    with pytest.raises(ConfigError, match="unknown item"):
        build("t", "add", "index i", rules)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("customerId", "customer_id"), ("HTTPServer", "http_server"), ("Customer-ID", "customer_id"), ("a  b", "a_b")],
)
def test_snake(name: str, expected: str) -> None:
    assert snake(name) == expected


@given(st.text())
def test_snake_gives_a_plain_slug(name: str) -> None:
    assert re.fullmatch(r"[a-z0-9_]*", snake(name))
    assert snake(snake(name)) == snake(name)


WORDS = st.lists(
    st.sampled_from(["a", "b1", "c:int", "d:enum('x y')", "on", "É", "A", "1", ",", "(", "'", ":"]), max_size=4
)
DESCRIPTIONS = st.text(max_size=60) | st.tuples(st.sampled_from(RULES.items), WORDS).map(
    lambda d: " ".join([d[0], *d[1]])
)


@given(table=st.sampled_from(["t", "T", ""]), action=st.sampled_from(RULES.actions), description=DESCRIPTIONS)
def test_whatever_is_typed_gives_an_identifier_or_an_error_with_a_remedy(
    table: str, action: str, description: str
) -> None:
    try:
        title = build(table, action, description, RULES)
    except ConfigError as caught:
        told = caught.remedy
    else:
        told = "nothing"
        assert re.fullmatch(r"[a-z_][a-z0-9_]*", title.text)
        assert len(title.text) <= RULES.max_length
    assert told


@given(st.lists(st.from_regex(r"[a-z]{1,5}(\([a-z ,]{0,5}\))?", fullmatch=True)))
def test_splitting_gives_back_the_words_that_were_joined(words: list[str]) -> None:
    assert split(" ".join(words)) == words


# --- what is named -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("description", "named"),
    [
        ("column a:int:unsigned:null", Named("a", "int unsigned", null=True)),
        ("column a:double_precision:default=0.5", Named("a", "double precision", default="0.5")),
        ("column a:timestamp(6)_with_time_zone", Named("a", "timestamp(6) with time zone")),
        ("column a:character_varying(40):default=new", Named("a", "character varying(40)", default="'new'")),
        (
            "column a:order_status:default='new'::order_status",
            Named("a", "order_status", default="'new'::order_status"),
        ),
        ("column a:text[]:default=now()", Named("a", "text[]", default="now()")),
        ("column a:text:default=null:collate=utf8mb4_bin", Named("a", "text", default="null", collate="utf8mb4_bin")),
        ("column a:int:after=b", Named("a", "int", after="b")),
        ("column a:int:first", Named("a", "int", after="")),
        ("geometry a:polygon", Named("a", "POLYGON")),
        ("geometry a:POINT:4326:not_null", Named("a", "POINT", "4326", null=False)),
        ("geometry a", Named("a")),
    ],
)
def test_a_column_is_its_name_type_and_options(description: str, named: Named) -> None:
    assert build("t", "add", description, RULES).names == (named,)


@pytest.mark.parametrize(
    ("description", "clause"),
    [
        ("index i", None),
        ("index i on a, b", Indexed((Key("a"), Key("b")))),
        ("index i on (a, b:desc)", Indexed((Key("a"), Key("b", descending=True)))),
        (
            "index i on a(10) lower(b) (c + 1)",
            Indexed((Key("a", "10"), Key("", "", "lower(b)"), Key("", "", "(c + 1)"))),
        ),
        ("index i unique on a where b = 'x  y'", Indexed((Key("a"),), unique=True, where="b = 'x  y'")),
        ("index i on a using gist concurrently", Indexed((Key("a"),), using="gist", concurrently=True)),
        ("constraint c", None),
        ("constraint c unique a b", Unique(("a", "b"))),
        ("constraint c check a > 0 and b in ('x', 'y')", Check("a > 0 and b in ('x', 'y')")),
        ("constraint c foreign key a references b", ForeignKey(("a",), "b", ("id",))),
        (
            "constraint c foreign key (a, b) references c (d, e) on update cascade on delete set null",
            ForeignKey(("a", "b"), "c", ("d", "e"), "ON UPDATE CASCADE ON DELETE SET NULL"),
        ),
        ("enum e on-hold 'in progress' \"it's\"", Values(("on-hold", "in progress", "it's"))),
    ],
)
def test_a_clause_is_what_follows_the_name(description: str, clause: object) -> None:
    assert build("t", "add", description, RULES).clause == clause


@pytest.mark.parametrize(
    "text",
    [
        "int);DROP TABLE x", "int, drop column b", "int;", "int--x", "int/*x*/", "varchar(1)#", "$$a$$", "int\\",
        "enum('a\\','); drop table x; --')", "`'`", "'a' 'b'", "varchar(2)default", "int(1),b int(2)",
    ],
)  # fmt: skip
def test_a_type_that_would_leave_its_place_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        build("t", "add", f"column a:{text.replace(' ', chr(0x1F))}", RULES)
    with pytest.raises(ConfigError):
        build("t", "add", f"column a:{text}:not_null", RULES)


@pytest.mark.parametrize(
    "condition",
    [
        "a; drop table b",
        "a -- b",
        "a /* b",
        "a) or (b",
        "a # b",
        "$x$a$x$",
        "'a\\' or b'",
        "`';` or ';'",
        "['] ; ['] or a",
    ],
)
def test_a_condition_that_would_end_its_statement_is_refused(condition: str) -> None:
    for description in (f"constraint c check {condition}", f"index i on x where {condition}"):
        with pytest.raises(ConfigError):
            build("t", "add", description, RULES)


# --- sentences ----------------------------------------------------------------------------------------

SENTENCES = TitleRules(form="sentence")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("add reservations table", ("reservations", "create", "table", ())),
        ("Create the table reservations.", ("reservations", "create", "table", ())),
        ("drop table reservations", ("reservations", "drop", "table", ())),
        ("add index on tickets.region", ("tickets", "add", "index", ("ix_tickets_region",))),
        ("add a unique index on tickets(region, status)", ("tickets", "add", "index", ("uq_tickets_region_status",))),
        ("add index ix_open on tickets.region where closed is null", ("tickets", "add", "index", ("ix_open",))),
        ("drop index ix_open", ("", "remove", "index", ("ix_open",))),
        ("drop index on tickets.region", ("tickets", "remove", "index", ("ix_tickets_region",))),
        ("add column email:varchar(255) and phone to customers", ("customers", "add", "column", ("email", "phone"))),
        ("add customers.email:text", ("customers", "add", "column", ("email",))),
        ("remove column fax from customers", ("customers", "remove", "column", ("fax",))),
        ("change calls.status to varchar(32) not null", ("calls", "update", "column", ("status",))),
        ("add unique constraint on customers.email", ("customers", "add", "constraint", ("uq_customers_email",))),
        (
            "add foreign key on calls.customer_id to customers.id on delete cascade",
            ("calls", "add", "constraint", ("fk_calls_customer_id_customers",)),
        ),
        ("drop constraint ck_a from calls", ("calls", "remove", "constraint", ("ck_a",))),
        ("add enum order_status with pending, paid and 'in progress'", ("", "add", "enum", ("order_status",))),
        ("add value cancelled to enum order_status", ("", "update", "enum", ("order_status",))),
        ("rename sites to locations", ("sites", "rename", "table", ("sites",))),
        ("rename phone of contacts to phone_number", ("contacts", "rename", "column", ("phone",))),
        ("rename contacts.phone to phone_number", ("contacts", "rename", "column", ("phone",))),
        ("seed the default pipeline stages", ("", "", "", ())),
        ("add a win probability to pipeline stages", ("", "", "", ())),
        ("remove duplicates from contacts", ("", "", "", ())),
        ("make calls.status nullable", ("", "", "", ())),
        ("add columns of no kind to t", ("", "", "", ())),
        ("add a new table", ("", "", "", ())),
        ("add value held before open to enum order_status", ("", "", "", ())),
        ("add value held After open to enum order_status", ("", "", "", ())),
        ("add value 'before' to enum order_status", ("", "update", "enum", ("order_status",))),
        ("change calls.status to varchar(32) null", ("calls", "update", "column", ("status",))),
    ],
)
def test_a_sentence_is_its_own_title_and_is_read_where_it_says_enough(text: str, parts: tuple[object, ...]) -> None:
    title = sentence(text, SENTENCES)
    names = tuple(named.name for named in title.names)
    assert (title.text, (title.table, title.action, title.item, names)) == (text, parts)


def test_every_sentence_of_the_documentation_is_read() -> None:
    text = (Path(__file__).parents[1] / "docs/creating.md").read_text(encoding="utf-8")
    section = text.partition("### Sentences")[2].partition("It does not guess")[0]
    said = [each for line in section.splitlines() if line.startswith("| ") for each in re.findall("`([^`]+)`", line)]
    assert len(said) > 15
    assert [each for each in said if not sentence(each, SENTENCES).item] == []


def test_what_a_sentence_says_of_its_parts_is_kept() -> None:
    unique = Indexed((Key("a"), Key("b", descending=True)), unique=True, where="c is null")
    assert sentence("add unique index on t(a, b:desc) where c is null", SENTENCES).clause == unique
    assert sentence("rename phone of contacts to phone_number", SENTENCES).clause == Renamed("phone_number")
    assert sentence("add enum s with a, b and c", SENTENCES).clause == Values(("a", "b", "c"))
    assert sentence("change t.a to numeric(10, 2)", SENTENCES).names == (Named("a", "numeric(10, 2)"),)


@pytest.mark.parametrize("text", ["", "word", "a\x07b c", 'say """x""" here', "back \\ slash", 'ends in "a"'])
def test_what_cannot_be_a_title_is_no_sentence(text: str) -> None:
    with pytest.raises(ConfigError, match="is no sentence"):
        sentence(text, SENTENCES)
    assert check(text, SENTENCES) is not None


@given(st.text(max_size=80))
def test_every_sentence_is_a_title_or_an_error_with_a_remedy(text: str) -> None:
    try:
        title = sentence(text, SENTENCES)
    except ConfigError as caught:
        told = caught.remedy
    else:
        told = "nothing"
        assert check(title.text, SENTENCES) is None
    assert told


# --- read back ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rule", "message"),
    [
        ("customers_add_column_email", "", ""),
        ("call_add_ons_add_column_x", "", ""),
        ("calls_create_table", "", ""),
        ("calls_ad_column_x", "title-action", "did you mean add for ad?"),
        ("calls_add_colum_x", "title-item", "did you mean column?"),
        ("calls_add_column", "title-item", "column names nothing"),
        ("calls_create_table_x", "title-item", "table is followed by x"),
        ("calls_add_table", "title-item", "table does not go with it"),
        ("add_column_x", "title-action", "names no action"),
        ("Calls_add_column_x", "title-form", "not in snake_case"),
        ("add column x to calls", "title-form", "not in snake_case"),
        ("calls_add_column_" + "x" * 90, "title-length", "100 are allowed"),
    ],
)
def test_a_title_that_is_read_back_breaks_a_rule_or_none(text: str, rule: str, message: str) -> None:
    problem = check(text, RULES)
    assert (problem.rule if problem else "") == rule
    assert problem is None or (message in problem.message and problem.remedy)


def test_a_title_in_another_spelling_is_told_in_the_right_one() -> None:
    problem = check("Calls add column X", RULES)
    assert problem is not None
    assert problem.remedy == "write calls_add_column_x"


def test_a_sentence_that_is_read_back_is_one() -> None:
    assert check("add index on tickets.region", SENTENCES) is None
    assert check("tickets_add_index_region", SENTENCES) is not None


@given(
    table=st.from_regex(r"[a-z][a-z_]{0,8}[a-z]", fullmatch=True),
    action=st.sampled_from(RULES.actions),
    item=st.sampled_from(RULES.items),
    name=st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True),
)
def test_what_build_makes_check_accepts(table: str, action: str, item: str, name: str) -> None:
    try:
        title = build(table, action, item if item == "table" else f"{item} {name}", RULES)
    except ConfigError:
        return
    assert check(title.text, RULES) is None
