from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migkit.catalog import connect
from migkit.ddl import Names, Unknown, apart, statements, tables
from migkit.ddl.lexis import top
from migkit.ddl.postgresql_columns import described
from migkit.engines import MARIADB, MYSQL, POSTGRESQL, SQLITE
from migkit.errors import ConfigError
from migkit.model import (
    Alter,
    Change,
    Column,
    Constraint,
    Create,
    Drop,
    Engine,
    Enum,
    EnumValue,
    Index,
    Other,
    Rename,
    Snapshot,
    Table,
)
from tests.sqlite_files import database

ALL = pytest.mark.parametrize("engine", [MYSQL, MARIADB, POSTGRESQL, SQLITE], ids=lambda engine: engine.family)


def written(engine: Engine, *changes: Change) -> list[str]:
    return [" ".join(one.split()) for one in statements(changes, engine)]


# --- names -------------------------------------------------------------------------------------------------------


def test_a_name_is_quoted_where_the_product_needs_it() -> None:
    my, pg, lite = Names(MYSQL), Names(POSTGRESQL), Names(SQLITE)
    assert [my.name(one) for one in ("calls", "order", "Calls", "1a", "a`b", "rank", "user")] == [
        "calls", "`order`", "Calls", "`1a`", "`a``b`", "`rank`", "user",
    ]  # fmt: skip
    assert [pg.name(one) for one in ("calls", "order", "Calls", 'a"b', "rank", "user")] == [
        "calls", '"order"', '"Calls"', '"a""b"', "rank", '"user"',
    ]  # fmt: skip
    assert [lite.name(one) for one in ("calls", "order", "größe")] == ["calls", '"order"', '"größe"']


def test_a_dot_parts_schema_and_table_unless_it_is_quoted() -> None:
    assert Names(POSTGRESQL).table("crm.order") == 'crm."order"'
    assert Names(POSTGRESQL).table('crm."a.b"') == 'crm."a.b"'
    assert Names(MYSQL).table("`a.b`") == "`a.b`"
    assert Names(MYSQL).parts("`a``.b`.c") == ("a`.b", "c")


@given(st.text(min_size=1), st.text(min_size=1))
def test_a_written_name_is_one_token_that_says_the_name(schema: str, name: str) -> None:
    for engine in (MYSQL, POSTGRESQL, SQLITE):
        names = Names(engine)
        sql = names.name(name)
        assert names.unquoted(sql) == name
        if "\x00" not in name:
            [token] = top(sql, engine.family)
            assert token.kind in ("name", "word")
        both = f"{engine.quote(schema)}.{engine.quote(name)}"
        assert names.parts(both) == (schema, name)


# --- what would break out ----------------------------------------------------------------------------------------


@ALL
@pytest.mark.parametrize(
    "definition",
    [
        "int, DROP COLUMN b",
        "int; DROP TABLE t",
        "int) --",
        "int DEFAULT 'a",
        "int -- x",
        "int (",
        "int /* x",
        "int \x00",
    ],
)
def test_a_definition_that_would_end_the_statement_is_refused(engine: Engine, definition: str) -> None:
    table = Table("t", (Column("t", "a", definition),))
    for change in (Create(Column("t", "a", definition)), Create(table)):
        with pytest.raises(ConfigError):
            statements((change,), engine)


@ALL
@pytest.mark.parametrize("part", ["a), b (c", "a; DROP TABLE t", "a, b", "'a"])
def test_a_part_of_an_index_that_would_end_it_is_refused(engine: Engine, part: str) -> None:
    with pytest.raises(ConfigError):
        statements((Create(Index("t", "ix", (part,))),), engine)


@ALL
def test_what_is_quoted_may_hold_anything(engine: Engine) -> None:
    definition = "varchar(9) DEFAULT '); DROP TABLE t; --'"
    assert written(engine, Create(Column("t", "a", definition))) == [f"ALTER TABLE t ADD COLUMN a {definition}"]


def test_a_backslash_ends_no_text_on_mysql_and_one_on_postgresql() -> None:
    definition = r"varchar(9) DEFAULT 'a\', x'"
    assert written(MYSQL, Create(Column("t", "a", definition)))
    with pytest.raises(ConfigError):
        statements((Create(Column("t", "a", definition)),), POSTGRESQL)
    assert written(POSTGRESQL, Create(Column("t", "a", definition.replace("'a", "E'a"))))


@ALL
@pytest.mark.parametrize(
    "part",
    [Column("t", "a"), Index("t", "ix"), Constraint("t", "uq"), Table("t"), Table("t", (Column("t", "a"),))],
)
def test_a_definition_that_nobody_gave_is_unknown(engine: Engine, part: Column | Index | Constraint | Table) -> None:
    if engine.family == "sqlite" and isinstance(part, Constraint):
        part = replace(part, definition="")
        known = (Table("t", (Column("t", "a", "INT"),)),)
    else:
        known = ()
    with pytest.raises(Unknown, match="is not known"):
        statements((Create(part),), engine, known)


# --- MySQL and MariaDB -------------------------------------------------------------------------------------------


def test_what_concerns_one_table_is_one_alter() -> None:
    assert statements(
        (
            Create(Column("t", "a", "int", after="")),
            Alter(Column("t", "b", "text", after="a")),
            Drop(Column("t", "c")),
            Create(Index("t", "ix", definition="UNIQUE KEY (`a`,`b`(9)) COMMENT 'x'")),
            Drop(Index("t", "PRIMARY")),
            Create(Index("t", "PRIMARY", definition="PRIMARY KEY (`a`)")),
            Create(Constraint("t", "fk", "FOREIGN KEY (`a`) REFERENCES `u` (`id`)")),
            Drop(Constraint("t", "ck", "CHECK ((`a` > 1))")),
            Drop(Column("u", "a")),
        ),
        MYSQL,
    ) == (
        (
            "ALTER TABLE t\n    ADD COLUMN a int FIRST,\n    MODIFY COLUMN b text AFTER a,\n    DROP COLUMN c,\n"
            "    ADD UNIQUE KEY ix (`a`,`b`(9)) COMMENT 'x',\n    DROP PRIMARY KEY,\n    ADD PRIMARY KEY (`a`),\n"
            "    ADD CONSTRAINT fk FOREIGN KEY (`a`) REFERENCES `u` (`id`),\n    DROP CONSTRAINT ck"
        ),
        "ALTER TABLE u DROP COLUMN a",
    )


def test_a_name_that_stays_taken_begins_another_alter() -> None:
    key = Constraint("t", "fk", "FOREIGN KEY (a) REFERENCES u (id)")
    assert len(statements((Drop(key), Create(key)), MYSQL)) == 2
    assert len(statements((Alter(key, key),), MYSQL)) == 2
    assert len(statements((Alter(Constraint("t", "uq", "UNIQUE (a)")),), MYSQL)) == 1
    assert len(statements((Alter(Constraint("t", "ck", "CHECK (a > 1)")),), MYSQL)) == 1


def test_renames_stand_apart_from_what_may_mean_their_names() -> None:
    changes = (Rename("t", "a", "b"), Rename("t", "c", "d"), Rename("t", "d", "e"), Create(Column("t", "a", "int")))
    assert written(MYSQL, *changes) == [
        "ALTER TABLE t RENAME COLUMN a TO b, RENAME COLUMN c TO d",
        "ALTER TABLE t RENAME COLUMN d TO e",
        "ALTER TABLE t ADD COLUMN a int",
    ]


def test_an_index_alone_is_written_as_such() -> None:
    assert written(MYSQL, Create(Index("t", "ix", ("a", "b DESC"), unique=True))) == [
        "CREATE UNIQUE INDEX ix ON t (a, b DESC)"
    ]
    assert written(MYSQL, Drop(Index("t", "ix"))) == ["DROP INDEX ix ON t"]
    with pytest.raises(ConfigError, match="cannot"):
        statements((Create(Index("t", "ix", ("a",), where="a > 1")),), MYSQL)


def test_a_column_that_stays_where_it_is_is_not_moved() -> None:
    part = Column("t", "a", "bigint", after="id")
    assert written(MYSQL, Alter(part, replace(part, definition="int"))) == ["ALTER TABLE t MODIFY COLUMN a bigint"]


def test_a_table_of_mysql_has_its_indexes_in_it() -> None:
    table = Table(
        "t", (Column("t", "id", "int"), Column("t", "order", "int")), (Constraint("t", "", "PRIMARY KEY (id)"),),
        (Index("t", "ix", ("`order`",)),), "ENGINE=InnoDB",
    )  # fmt: skip
    assert statements((Create(table),), MYSQL) == (
        (
            "CREATE TABLE t (\n    id      int,\n    `order` int,\n    PRIMARY KEY (id),\n    INDEX ix (`order`)\n)"
            " ENGINE=InnoDB"
        ),
    )
    own = "CREATE TABLE `t` (\n  `a` int\n) ENGINE=InnoDB"
    assert statements((Create(Table("t", definition=own)),), MYSQL) == (own,)


def test_options_of_a_table_that_are_gone_are_undone() -> None:
    was = Table("t", options="ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 ROW_FORMAT=COMPRESSED COMMENT='a=b c'")
    now = Table("t", options="ENGINE=InnoDB DEFAULT CHARSET=utf8mb4")
    assert written(MYSQL, Alter(now, was)) == [
        "ALTER TABLE t ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 ROW_FORMAT=DEFAULT COMMENT=''"
    ]


def test_an_enum_of_mysql_is_its_column() -> None:
    with pytest.raises(ConfigError, match="enumvalue") as raised:
        statements((Create(EnumValue("status", "new", table="t")),), MYSQL)
    assert "Alter(Column)" in raised.value.remedy


# --- PostgreSQL --------------------------------------------------------------------------------------------------


def test_a_snapshots_column_is_taken_apart() -> None:
    found = described(
        'character varying(40) COLLATE pg_catalog."C" CONSTRAINT "n n" NOT NULL COMMENT \'null\' '
        "DEFAULT 'NOT NULL, COMMENT'::character varying STORAGE EXTERNAL COMPRESSION lz4 STATISTICS 7 "
        "WITH (n_distinct=5) COMMENT E'it''s \\\\ ' ACL +joe=SELECT* -PUBLIC=UPDATE"
    )
    assert found.type == "character varying(40)"
    assert found.collate == 'pg_catalog."C"'
    assert (found.null, found.null_comment) == ('CONSTRAINT "n n" NOT NULL', "'null'")
    assert found.default == "'NOT NULL, COMMENT'::character varying"
    assert (found.storage, found.compression, found.statistics) == ("EXTERNAL", "lz4", "7")
    assert (found.options, found.comment) == ("(n_distinct=5)", "E'it''s \\\\ '")
    assert found.acl == "+joe=SELECT* -PUBLIC=UPDATE"


@pytest.mark.parametrize(
    "definition",
    [
        "timestamp(6) with time zone NOT NULL DEFAULT now()",
        "integer REFERENCES u (id) ON DELETE SET NULL ON UPDATE SET DEFAULT",
        "integer NOT NULL GENERATED BY DEFAULT AS IDENTITY (START 5)",
        "numeric(10,2) GENERATED ALWAYS AS (price * (1 + rate)) STORED",
        "text DEFAULT NULL",
        "text DEFAULT ('x'::text COLLATE \"C\") CHECK (a <> 'DEFAULT')",
        "uuid PRIMARY KEY DEFAULT gen_random_uuid()",
        "double precision UNIQUE NULLS NOT DISTINCT",
        "geometry(Point,4326)",
        "integer CONSTRAINT positive CHECK (a > 0)",
    ],
)
def test_a_developers_column_is_written_as_it_is(definition: str) -> None:
    [text] = written(POSTGRESQL, Create(Column("t", "a", definition)))
    kept = text.removeprefix("ALTER TABLE t ADD COLUMN a ")
    assert sorted(kept.split()) == sorted(definition.split())
    assert described(kept) == described(definition)


def test_only_what_differs_is_altered() -> None:
    was = "character varying(40) NOT NULL DEFAULT 'x'::character varying COMMENT 'old'"
    cases = {
        was.replace("40", "60"): "ALTER COLUMN a DROP DEFAULT, ALTER COLUMN a TYPE character varying(60), "
        "ALTER COLUMN a SET DEFAULT 'x'::character varying",
        was.replace(" NOT NULL", ""): "ALTER COLUMN a DROP NOT NULL",
        was.replace("'x'", "'y'"): "ALTER COLUMN a DROP DEFAULT, ALTER COLUMN a SET DEFAULT 'y'::character varying",
        was.replace("DEFAULT 'x'::character varying ", ""): "ALTER COLUMN a DROP DEFAULT",
        was.replace(" COMMENT", " STORAGE MAIN COMMENT"): "ALTER COLUMN a SET STORAGE MAIN",
    }
    for now, actions in cases.items():
        [text] = written(POSTGRESQL, Alter(Column("t", "a", now), Column("t", "a", was)))
        assert text == f"ALTER TABLE t {actions}"
    [text] = written(POSTGRESQL, Alter(Column("t", "a", "character varying(40)"), Column("t", "a", was)))[-1:]
    assert text == "COMMENT ON COLUMN t.a IS NULL"
    assert written(POSTGRESQL, Alter(Column("t", "a", was), Column("t", "a", was))) == []


@pytest.mark.parametrize(
    ("was", "now", "using"),
    [
        ("varchar(40)", "varchar(10)", ""),
        ("integer", "text", ""),
        ("int", "bigint", ""),
        ("text", "integer", " USING a::integer"),
        ("text", "mood", " USING a::mood"),
        ("mood", "other.mood", ""),
        ("mood", "temper", " USING a::text::temper"),
        ("mood[]", "temper[]", " USING a::text[]::temper[]"),
        ("integer", "boolean", " USING a::boolean"),
        ("text", "timestamp(6) with time zone", " USING a::timestamp(6) with time zone"),
        ("json", "jsonb", ""),
    ],
)
def test_a_type_is_cast_only_where_postgresql_would_not_by_itself(was: str, now: str, using: str) -> None:
    """A cast cuts a text that is too long; without one it is an error."""
    [text] = written(POSTGRESQL, Alter(Column("t", "a", now), Column("t", "a", was)))
    assert text == f"ALTER TABLE t ALTER COLUMN a TYPE {now}{using}"


def test_a_column_that_becomes_computed_is_made_anew() -> None:
    now = Column("t", "a", "integer GENERATED ALWAYS AS ((b + 1)) STORED")
    assert written(POSTGRESQL, Alter(now, Column("t", "a", "integer"))) == [
        f"ALTER TABLE t DROP COLUMN a, ADD COLUMN a {now.definition}"
    ]
    assert written(POSTGRESQL, Alter(Column("t", "a", "integer"), now)) == [
        "ALTER TABLE t ALTER COLUMN a DROP EXPRESSION"
    ]


def test_identity_and_null_come_and_go_in_the_order_that_the_server_wants() -> None:
    plain, own = Column("t", "a", "bigint"), Column("t", "a", "bigint NOT NULL GENERATED ALWAYS AS IDENTITY")
    assert written(POSTGRESQL, Alter(own, plain)) == [
        "ALTER TABLE t ALTER COLUMN a SET NOT NULL, ALTER COLUMN a ADD GENERATED ALWAYS AS IDENTITY"
    ]
    assert written(POSTGRESQL, Alter(plain, own)) == [
        "ALTER TABLE t ALTER COLUMN a DROP IDENTITY, ALTER COLUMN a DROP NOT NULL"
    ]


def test_an_index_has_its_comment_behind_it_and_its_schema_where_it_is_dropped() -> None:
    own = "CREATE UNIQUE INDEX ix ON crm.t USING btree (a) WHERE (b IS NOT NULL)"
    index = Index("crm.t", "ix", definition=f"{own} CLUSTER COMMENT 'x'", concurrently=True)
    assert written(POSTGRESQL, Create(index), Drop(index)) == [
        own.replace("INDEX", "INDEX CONCURRENTLY"),
        "ALTER TABLE crm.t CLUSTER ON ix",
        "COMMENT ON INDEX crm.ix IS 'x'",
        "DROP INDEX CONCURRENTLY crm.ix",
    ]


def test_values_are_added_where_they_belong() -> None:
    now, was = Enum("mood", ("a", "b", "c", "d", "e")), Enum("mood", ("b", "d"))
    assert written(POSTGRESQL, Alter(now, was)) == [
        "ALTER TYPE mood ADD VALUE 'a' BEFORE 'b'",
        "ALTER TYPE mood ADD VALUE 'c' AFTER 'b'",
        "ALTER TYPE mood ADD VALUE 'e'",
    ]


def test_a_value_goes_by_another_type_that_takes_the_name() -> None:
    users = (Column("crm.t", "m", "crm.mood NOT NULL DEFAULT 'a'::crm.mood"), Column("u", "m", "crm.mood[]"))
    now = Enum("crm.mood", ("a", "it's"), users)
    assert written(POSTGRESQL, Alter(now, Enum("crm.mood", ("a", "b", "it's")))) == [
        "ALTER TYPE crm.mood RENAME TO mood_old",
        "CREATE TYPE crm.mood AS ENUM ('a', 'it''s')",
        (
            "ALTER TABLE crm.t ALTER COLUMN m DROP DEFAULT, ALTER COLUMN m TYPE crm.mood USING m::text::crm.mood, "
            "ALTER COLUMN m SET DEFAULT 'a'::crm.mood"
        ),
        "ALTER TABLE u ALTER COLUMN m TYPE crm.mood[] USING m::text[]::crm.mood[]",
        "DROP TYPE crm.mood_old",
    ]


def test_a_table_goes_to_another_schema_and_name() -> None:
    assert written(POSTGRESQL, Rename("a.t", "a.t", "b.u", "table")) == [
        "ALTER TABLE a.t SET SCHEMA b",
        "ALTER TABLE b.t RENAME TO u",
    ]
    assert written(POSTGRESQL, Rename("t", "t", "order", "table")) == ['ALTER TABLE t RENAME TO "order"']


def test_what_no_transaction_may_hold_is_known() -> None:
    assert apart("CREATE UNIQUE INDEX CONCURRENTLY ix ON t (a)", POSTGRESQL)
    assert apart("""alter type "a b".mood add value 'x'""", POSTGRESQL)
    assert not apart("ALTER TYPE mood RENAME VALUE 'ADD VALUE' TO 'x'", POSTGRESQL)
    assert not apart("CREATE INDEX ix ON t (a)", POSTGRESQL)
    assert not apart("CREATE INDEX CONCURRENTLY ix ON t (a)", MYSQL)


# --- SQLite ------------------------------------------------------------------------------------------------------

CALLS = """
CREATE TABLE "calls" (id INTEGER PRIMARY KEY AUTOINCREMENT, status TEXT NOT NULL DEFAULT 'new', "order" INT UNIQUE,
  twice INT AS ("order" * 2) VIRTUAL, owner INT REFERENCES owners (id), CONSTRAINT ck CHECK (status <> ''))
"""
FILLED = (
    f"CREATE TABLE owners (id INTEGER PRIMARY KEY); {CALLS}; CREATE UNIQUE INDEX ix ON calls (status) "
    "WHERE status > 'a'; CREATE VIEW v AS SELECT status FROM calls; INSERT INTO owners VALUES (7);"
    "INSERT INTO calls (id, status, \"order\", owner) VALUES (41, 'old', 3, 7);"
)


Opened = Callable[[str], sqlite3.Connection]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    """Open a file that a script has made."""
    found: list[sqlite3.Connection] = []

    def make(script: str = "") -> sqlite3.Connection:
        found.append(sqlite3.connect(tmp_path / f"{len(found)}.db", isolation_level=None))
        found[-1].executescript(script or FILLED)
        return found[-1]

    yield make
    for session in found:
        session.close()


def looked(session: sqlite3.Connection) -> Snapshot:
    _number, _name, path = session.execute("PRAGMA database_list").fetchone()
    with connect(database(Path(path))) as (catalog, _keeper):
        return catalog.snapshot()


def done(session: sqlite3.Connection, *changes: Change) -> list[str]:
    sent = statements(changes, SQLITE, tables(looked(session), SQLITE))
    for one in sent:
        session.execute(one)
    return list(sent)


STATUS = Column("calls", "status", "VARCHAR(32) NOT NULL DEFAULT 'x'")


@pytest.mark.parametrize(
    ("forward", "backward"),
    [
        ((Alter(STATUS),), (Alter(Column("calls", "status", "TEXT NOT NULL DEFAULT 'new'")),)),
        (
            (Drop(Constraint("calls", "ck")), Drop(Constraint("calls", 'UNIQUE ("order")'))),
            (
                Create(Constraint("calls", "ck", "CONSTRAINT ck CHECK (status <> '')")),
                Create(Constraint("calls", 'UNIQUE ("order")', 'UNIQUE ("order")')),
            ),
        ),
        (
            (Create(Constraint("calls", "uq", "UNIQUE (owner)")), Create(Column("calls", "b", "INT", after="id"))),
            (Drop(Constraint("calls", "uq")), Drop(Column("calls", "b"))),
        ),
        (
            (
                Drop(Constraint("calls", 'UNIQUE ("order")')),
                Drop(Column("calls", "twice")),
                Drop(Column("calls", "order")),
            ),
            (
                Create(Column("calls", "order", "INT", after="status")),
                Create(Column("calls", "twice", 'INT AS ("order" * 2) VIRTUAL', after="order")),
                Create(Constraint("calls", 'UNIQUE ("order")', 'UNIQUE ("order")')),
            ),
        ),
        (
            (Rename("calls", "status", "state"), Create(Column("calls", "at", "TEXT DEFAULT CURRENT_TIMESTAMP"))),
            (Drop(Column("calls", "at")), Rename("calls", "state", "status")),
        ),
    ],
)
def test_sqlite_alters_what_it_cannot_alter(
    opened: Opened, forward: tuple[Change, ...], backward: tuple[Change, ...]
) -> None:
    session = opened()
    before = looked(session)
    done(session, *forward)
    assert looked(session) != before
    assert session.execute("SELECT id, owner FROM calls").fetchall() == [(41, 7)]
    done(session, *backward)
    assert looked(session) == before
    assert session.execute("SELECT count(*) FROM v").fetchone() == (1,)
    session.execute("DELETE FROM calls")
    session.execute("INSERT INTO calls (status, owner) VALUES ('y', 7)")
    assert session.execute("SELECT id FROM calls").fetchone() == (42,)


def test_a_table_is_not_made_anew_where_that_would_delete_rows_that_refer_to_it(opened: Opened) -> None:
    session = opened(
        "PRAGMA foreign_keys = ON; CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, up INT REFERENCES t (id));"
        "CREATE TABLE u (t INT REFERENCES T (id) ON DELETE CASCADE); INSERT INTO t VALUES (1, 2, 1);"
        "INSERT INTO u VALUES (1);"
    )
    session.execute("BEGIN")
    with pytest.raises(sqlite3.OperationalError, match=r"without PRAGMA foreign_keys, .* the old t would .* rows of u"):
        done(session, Alter(Column("t", "a", "TEXT")))
    session.execute("COMMIT")
    session.execute("PRAGMA foreign_keys = OFF")
    done(session, Alter(Column("t", "a", "TEXT")))
    assert session.execute("SELECT count(*) FROM u").fetchone() == (1,)
    session.execute("PRAGMA foreign_keys = ON")
    done(session, Alter(Column("u", "t", "TEXT")))
    assert session.execute("SELECT * FROM u").fetchall() == [("1",)]
    assert session.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_table_made_anew_says_not_null_of_its_key(opened: Opened) -> None:
    session = opened("CREATE TABLE t (id INTEGER NOT NULL, a INT, PRIMARY KEY (id)); INSERT INTO t (a) VALUES (1)")
    before = looked(session)
    done(session, Alter(Column("t", "a", "TEXT")))
    assert [row[3] for row in session.execute("PRAGMA table_info(t)")] == [1, 0]
    session.execute("INSERT INTO t (a) VALUES ('x')")
    done(session, Alter(Column("t", "a", "INT")))
    assert looked(session) == before


@pytest.mark.parametrize(
    "key",
    [
        "id INTEGER PRIMARY KEY DESC",
        "id INTEGER UNSIGNED PRIMARY KEY",
        "id INT PRIMARY KEY",
        "id INTEGER, b INT, PRIMARY KEY (id, b)",
    ],
)
def test_a_key_that_may_be_null_stays_so(opened: Opened, key: str) -> None:
    session = opened(f"CREATE TABLE t (a INT, {key})")
    before = looked(session)
    done(session, Alter(Column("t", "a", "TEXT")))
    done(session, Alter(Column("t", "a", "INT")))
    assert looked(session) == before


TOUCH = "CREATE TRIGGER touch AFTER UPDATE OF status ON calls BEGIN UPDATE owners SET id = id WHERE id = new.owner; END"


def test_a_table_made_anew_keeps_its_triggers(opened: Opened) -> None:
    session = opened()
    session.execute(TOUCH)
    before = looked(session)
    done(session, Alter(STATUS))
    assert before.objects["trigger", "touch"] == looked(session).objects["trigger", "touch"]
    done(session, Alter(Column("calls", "status", "TEXT NOT NULL DEFAULT 'new'")))
    assert looked(session) == before
    with pytest.raises(ConfigError) as raised:
        done(session, Rename("calls", "status", "state"), Alter(Column("calls", "state", "INT")))
    assert "rename in a revision of its own" in raised.value.remedy


def test_what_sqlite_can_do_it_does_itself(opened: Opened) -> None:
    assert done(opened(), Create(Column("calls", "b", "TEXT NOT NULL DEFAULT ''")), Drop(Column("calls", "twice"))) == [
        "ALTER TABLE calls ADD COLUMN b TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE calls DROP COLUMN twice",
    ]
    for definition in ("TEXT UNIQUE", "TEXT NOT NULL", "TEXT DEFAULT (1+1)", "INT DEFAULT 1 REFERENCES owners (id)"):
        session = opened()
        session.execute("DELETE FROM calls")
        assert len(done(session, Create(Column("calls", "b", definition)))) > 2


def test_an_unknown_table_that_has_to_be_made_anew_is_an_error() -> None:
    with pytest.raises(ConfigError, match="SQLite cannot") as raised:
        statements((Alter(STATUS),), SQLITE)
    assert "its whole definition must be known" in raised.value.remedy


def test_an_other_brings_its_own_statements() -> None:
    view = Other("view", "v", ("CREATE VIEW v AS SELECT 1",), ("DROP VIEW v",))
    for engine in (MYSQL, POSTGRESQL, SQLITE):
        assert statements((Create(view), Alter(view), Drop(view)), engine) == (
            *view.create, *view.drop, *view.create, *view.drop,
        )  # fmt: skip
