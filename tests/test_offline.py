"""A history as SQL, run by SQLite's library: what cannot be printed, what is refused, what leads elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from migkit import servers
from migkit.engines import parse
from migkit.model import Policy, Server, Severity
from tests.conftest import MakeSchema
from tests.printed import PLAIN, prove, told, upgrade

TABLE = upgrade("op.create_table('{0}', sa.Column('id', sa.Integer, primary_key=True), sa.Column('data', sa.Text))")
SEED = "op.execute(sa.text('INSERT INTO one (data) VALUES (:x)').bindparams(x='{\"days\": 28}'))"


@pytest.fixture(scope="module")
def sqlite() -> Iterator[Server]:
    with servers.serve(parse("sqlite")) as server:
        yield server


def test_a_sound_history_with_rows(sqlite: Server, make_schema: MakeSchema) -> None:
    twice = "op.execute('UPDATE one SET data = 1 WHERE 0; -- done; or not\\n/* ; */ UPDATE one SET data = 2 WHERE 0;')"
    seed = upgrade(
        SEED,
        f"if op.get_context().as_sql: {twice}",
        "op.execute('UPDATE one SET data = 3 WHERE 0;')",
        "op.execute(\"INSERT INTO one (data) VALUES ('a; b -- c'), (CURRENT_TIMESTAMP)\")",
    )
    proven = prove(make_schema({"a1": TABLE.format("one"), "b2": seed, "c3": TABLE.format("two")}, env=PLAIN), sqlite)
    assert told(proven) == []
    assert proven.words == {"a1": "ok", "b2": "ok", "c3": "ok"}


def test_every_fault_is_charged_to_its_revision_and_line(sqlite: Server, make_schema: MakeSchema) -> None:
    asks = upgrade(
        "if not sa.inspect(op.get_bind()).has_table('two'):", "    op.execute('CREATE TABLE two (id INTEGER)')"
    )
    tabs = upgrade("pass", "op.execute(\"INSERT INTO one (data) VALUES ('a\\tb')\")")
    says = upgrade("print('creating three')", "op.execute('CREATE TABLE three (id INTEGER)')")
    loses = upgrade("op.get_bind().execute(sa.text('INSERT INTO one (data) VALUES (:data)'), {'data': 'x'})")
    bodies = {"a1": TABLE.format("one"), "b2": asks, "c3": tabs, "d4": says, "e5": loses, "f6": TABLE.format("six")}
    proven = prove(make_schema(bodies, env=PLAIN), sqlite)
    assert told(proven) == [
        ("offline-fails", "b2", 10),
        ("offline-differs", "c3", 11),
        ("offline-fails", "d4", 10),
        ("offline-differs", "e5", 10),
    ]
    assert proven.words == {"a1": "ok", "b2": "fails", "c3": "differs", "d4": "fails", "e5": "differs", "f6": "ok"}
    messages = [one.message for one in proven.findings]
    assert "`alembic upgrade --sql` ends at it" in messages[0]
    assert "one.data holds other values" in messages[1]
    assert "creating three" in messages[2]
    assert ":data" in messages[3]
    assert all(one.severity is Severity.error and one.remedy for one in proven.findings)


def test_a_colon_that_no_one_gives_a_value_is_found_where_the_upgrade_fails(
    sqlite: Server, make_schema: MakeSchema
) -> None:
    colon = upgrade("pass", "op.execute('INSERT INTO one (data) VALUES (\\'{\"days\":28}\\')')")
    proven = prove(make_schema({"a1": TABLE.format("one"), "b2": colon}, env=PLAIN), sqlite)
    assert told(proven) == [("offline-differs", "b2", 11)]
    assert ":28" in proven.findings[0].message


def test_what_comes_after_a_revision_that_fails_online_is_not_judged(sqlite: Server, make_schema: MakeSchema) -> None:
    bodies = {"a1": TABLE.format("one"), "b2": upgrade("op.execute('nonsense')"), "c3": TABLE.format("three")}
    proven = prove(make_schema(bodies, env=PLAIN), sqlite)
    assert told(proven) == []
    assert proven.words == {"a1": "ok"}


def test_values_of_chance_and_clocks_are_no_difference(sqlite: Server, make_schema: MakeSchema) -> None:
    chance = upgrade(
        "import uuid, datetime",
        "op.execute(f\"INSERT INTO one (data) VALUES ('{uuid.uuid4()}'), ('{datetime.datetime.now()}'), (random())\")",
    )
    loud = upgrade("op.execute(\"INSERT INTO two (data) VALUES ('a\\tb')\")")
    bodies = {"a1": TABLE.format("one"), "b2": chance, "c3": TABLE.format("two")}
    assert told(prove(make_schema(bodies, env=PLAIN), sqlite)) == []
    proven = prove(make_schema({**bodies, "d4": loud}, env=PLAIN, name="other"), sqlite)
    assert told(proven) == [("offline-differs", "d4", 10)]


def test_the_policy_names_what_is_printed_and_how_grave_it_is(sqlite: Server, make_schema: MakeSchema) -> None:
    asks = upgrade("sa.inspect(op.get_bind())")
    bodies = {"a1": asks, "b2": TABLE.format("two"), "c3": asks}
    for name, policy, severity in (("r", "required", Severity.error), ("p", "reported", Severity.note)):
        schema = make_schema(bodies, env=PLAIN, name=name, offline=Policy(policy, "b2"))
        proven = prove(schema, sqlite, asked=False)
        assert told(proven)[-1:] == [("offline-fails", "c3", 10)]
        assert proven.findings[-1].severity is severity
        assert "b2" in proven.words
    schema = make_schema(bodies, env=PLAIN, name="o", offline=Policy("off"))
    assert prove(schema, sqlite, asked=False).words == {}


def test_a_choice_is_printed_from_where_it_begins(sqlite: Server, make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": upgrade("sa.inspect(op.get_bind())"), "b2": TABLE.format("two")}, env=PLAIN)
    assert prove(schema, sqlite, "b2").words == {"b2": "ok"}


def test_a_fault_of_all_together_is_charged_too(sqlite: Server, make_schema: MakeSchema) -> None:
    work = upgrade("op.execute('CREATE TEMPORARY TABLE work (id INTEGER)')")
    proven = prove(make_schema({"a1": work, "b2": TABLE.format("two"), "c3": work}, env=PLAIN), sqlite)
    assert told(proven) == [("offline-fails", "c3", 10)]


def test_branches_and_merges_are_printed_from_the_beginning(sqlite: Server, make_schema: MakeSchema) -> None:
    from tests.conftest import write_revision

    schema = make_schema({"a1": TABLE.format("one")}, env=PLAIN)
    versions = schema.directory / "migrations" / "versions"
    write_revision(versions, "b2", "a1", TABLE.format("two"))
    write_revision(versions, "c3", "a1", TABLE.format("three"))
    write_revision(versions, "d4", ("b2", "c3"), upgrade("pass"))
    write_revision(versions, "e5", "d4", upgrade("op.execute(\"INSERT INTO one (data) VALUES ('a\\tb')\")"))
    proven = prove(schema, sqlite)
    assert told(proven) == [("offline-differs", "e5", 10)]
    assert [word for _ident, word in sorted(proven.words.items())] == ["ok", "ok", "ok", "ok", "differs"]
    assert prove(schema, sqlite, "c3").words == {"c3": "ok"}


def test_a_question_is_charged_to_its_line_and_what_is_left_out_to_where_that_is_asked(
    sqlite: Server, make_schema: MakeSchema
) -> None:
    asks = upgrade("found = op.get_bind().execute(sa.text('SELECT 1'))", "if found.scalar():", "    print('never')")
    skips = upgrade(
        "if op.get_context().as_sql:",
        "    return",
        "op.add_column('one', sa.Column('kind', sa.Text))",
        "op.execute('SELECT 1')",
    )
    proven = prove(make_schema({"a1": TABLE.format("one"), "b2": asks, "c3": skips}, env=PLAIN), sqlite)
    assert told(proven) == [("offline-fails", "b2", 10), ("offline-differs", "c3", 10)]
