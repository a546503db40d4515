from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migkit.errors import ConfigError
from migkit.model import TitleRules
from migkit.title import Indexed, Key, Named, build, snake, split

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
