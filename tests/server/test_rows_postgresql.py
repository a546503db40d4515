"""Rows on PostgreSQL: what the server takes of any schema, and what is in them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from psycopg import Error

from migkit import catalog
from migkit.catalog.postgresql import connect
from migkit.model import Database
from migkit.model.rehearsal import Filled, Rows
from migkit.product import ServerSettings
from migkit.rows import Filler
from migkit.servers import databases
from tests.drawn_schemas import Dialect, Drawn, dangling, schemas, statements
from tests.server.conftest import Serve, administrated

pytestmark = pytest.mark.server

COUNT = 12
TYPES = """
CREATE TYPE mood AS ENUM ('sad', 'it''s ok', 'Happy');
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE DOMAIN mail AS citext CHECK (VALUE ~ '^[a-z0-9.]+@[a-z0-9]+\\.[a-z]{2,4}$');
CREATE DOMAIN needed AS positive NOT NULL;
CREATE TYPE pair AS (a int, "B c" text, m mood, at timestamptz);
CREATE TYPE spans AS RANGE (subtype = float8);
"""
POSTGRESQL = Dialect(
    ids={
        "bigserial": "bigint",
        "int GENERATED ALWAYS AS IDENTITY": "int",
        "smallint": "smallint",
        "uuid DEFAULT gen_random_uuid()": "uuid",
        "varchar(20)": "varchar(20)",
        "citext": "citext",
        "numeric(12)": "numeric(12)",
        "timestamptz": "timestamptz",
        "inet": "inet",
        "date": "date",
    },
    types=(
        "smallint", "int", "bigint", "numeric(8,3)", "numeric", "numeric(3,3)", "real", "double precision", "money",
        "boolean", "text", "varchar(7)", "varchar(255)", "char(5)", '"char"', "name", "citext", "bytea", "uuid", "date",
        "timestamp", "timestamptz(3)", "time", "timetz", "interval", "interval day to second(2)", "mood", "int[]",
        "text[]", "mood[] DEFAULT '{}'", "jsonb[]", "int4range", "numrange", "tstzrange", "daterange",
        "int4multirange", "datemultirange", "spans", "json", "jsonb", "inet", "cidr", "macaddr", "macaddr8", "bit(5)",
        "bit varying(9)", "bit varying", "tsvector", "tsquery", "xml", "point", "line", "lseg", "box", "path",
        "polygon", "circle", "hstore", "ltree", "pair", "pair[]", "positive", "mail", "needed", "mail[]", "oid",
        "regclass", "pg_lsn", "jsonpath", "geometry", "geometry(Point,4326)", "geometry(PolygonZ,3857)",
        "geometry(MultiLineStringZM)", "geometry(GeometryCollection,4326)", "geography", "geography(Polygon)",
        "xid",
    ),
    checks={
        "int": ("{0} > 0", "{0} BETWEEN 10 AND 20", "{0} IN (1, 2, 3)", "{0} % 7 = 3", "{0} <> 0 AND NOT {0} = 5"),
        "numeric(8,3)": ("{0} >= 0", "{0} < 100.5 OR {0} = 1000"),
        "varchar(255)": (
            "{0} IN ('draft', 'it''s')", "char_length({0}) >= 3", "{0} LIKE '%@%.__'",
            "{0} ~ '^[A-Z]{{2}}-[0-9]{{1,4}}$'", "{0} <> ''", "lower({0}) = {0}",
        ),
        "date": ("{0} >= '2020-01-01'", "{0} < '2000-06-01' OR {0} IS NULL"),
        "mood": ("{0} <> 'sad'", "{0} = ANY (ARRAY['sad'::mood, 'Happy'::mood])"),
        "jsonb": ("jsonb_typeof({0}) = 'object'",),
        "geometry(Point,4326)": ("st_isvalid({0})",),
        "text[]": ("cardinality({0}) < 5",),
    },
    keyed=(
        "int", "bigint", "text", "citext", "varchar(7)", "uuid", "timestamp", "date", "inet", "macaddr", "interval",
        "numeric", "bytea", "int4range", "money", "pg_lsn", "time",
    ),
    generated={
        "int": "bigint GENERATED ALWAYS AS ({0} + 1::bigint) STORED",
        "varchar(255)": "text GENERATED ALWAYS AS (lower({0})) STORED UNIQUE",
    },
    partial="{0} IS NOT NULL",
    deferred=("", "DEFERRABLE INITIALLY DEFERRED", "MATCH FULL", "NOT VALID"),
    nulls=("", "NULLS NOT DISTINCT"),
)  # fmt: skip
_DRAWN = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class Ground:
    """One database, emptied between schemas."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.session = connect(database.server, database.name)
        extensions = ("postgis", "postgis_raster", "hstore", "citext", "ltree", "btree_gist")
        self.run("CREATE SCHEMA ext; " + "; ".join(f"CREATE EXTENSION IF NOT EXISTS {name}" for name in extensions))
        self.cleared()

    def run(self, script: str) -> None:
        self.session.execute(script.encode())

    def ask(self, sql: str) -> list[Any]:
        return self.session.execute(sql.encode()).fetchall()

    def fill(self, count: int = COUNT, **known: Any) -> Filled:
        with Filler(self.database, Rows(count, **known)) as filler:
            return filler.fill()

    def checksums(self) -> dict[str, str]:
        with catalog.connect(self.database) as (reader, _keeper):
            return dict(reader.checksums())

    def cleared(self) -> None:
        self.run("DROP SCHEMA IF EXISTS s, other CASCADE; CREATE SCHEMA s; SET search_path = s, public")
        self.run(TYPES)

    def made(self, drawn: list[Drawn]) -> None:
        """Make a schema that was drawn; one that the server does not take is none."""
        self.cleared()
        for statement in statements(drawn):
            try:
                self.run(statement)
            except Error as error:
                event(f"refused: {str(error).splitlines()[0]}")
                assume(False)


@pytest.fixture(scope="module")
def server_ground(serve: Serve) -> Iterator[Ground]:
    with databases.throwaway(serve("postgresql:15"), ServerSettings()) as database:
        ground = Ground(administrated(database))
        yield ground
        ground.session.close()


@pytest.fixture
def ground(server_ground: Ground) -> Ground:
    server_ground.cleared()
    return server_ground


@_DRAWN
@given(drawn=schemas(POSTGRESQL))
def test_any_schema_is_filled_and_nothing_dangles(server_ground: Ground, drawn: list[Drawn]) -> None:
    server_ground.made(drawn)
    filled = server_ground.fill()
    short = {name: why for name, why in filled.lacking.items() if "leaves no room" not in why}
    assert not short, statements(drawn)
    for table in drawn:
        ((count,),) = server_ground.ask(f"SELECT count(*) FROM {table.name}")
        has_room = "_pair" not in table.create and f"s.{table.name}" not in filled.lacking
        assert count == COUNT if has_room else 0 <= count <= COUNT, statements(drawn)
    assert all(server_ground.ask(query) == [(0,)] for query in dangling(drawn))


@_DRAWN
@given(drawn=schemas(POSTGRESQL))
def test_the_same_schema_gets_the_same_rows_again(server_ground: Ground, drawn: list[Drawn]) -> None:
    server_ground.made(drawn)
    server_ground.fill(), server_ground.fill()
    before = server_ground.checksums()
    server_ground.made(drawn)
    server_ground.fill(), server_ground.fill()
    assert server_ground.checksums() == before


def test_rows_have_the_edges_of_their_columns(ground: Ground) -> None:
    ground.run(
        "CREATE TABLE t (id serial PRIMARY KEY, name varchar(30) NOT NULL, n int NOT NULL, big bigint,"
        " uid uuid NOT NULL, note text, flag boolean NOT NULL, made timestamptz, price numeric(8,2),"
        " m mood NOT NULL, r int4range, i interval, tags text[] NOT NULL, doc jsonb NOT NULL)"
    )
    assert ground.fill(24).added == {"s.t": 24}
    for condition in (
        "length(name) = 30", "name = ''", "n < 0", "n = 0", "n > 32767", "big > 2147483647", "note IS NULL",
        "length(note) > 255", "NOT flag", "flag", "made > '9000-01-01'", "price < 0", "price > 99999", "m = 'Happy'",
        "uid = '00000000-0000-0000-0000-000000000000'", "isempty(r)", "r = '(,)'", "tags = '{}'", "doc = '{}'",
        "i = '0'",
    ):  # fmt: skip
        assert ground.ask(f"SELECT id FROM t WHERE {condition}"), condition
    assert ground.ask("SELECT 1 FROM t GROUP BY name, n HAVING count(*) > 1"), "a later unique key meets these"


def test_partitions_are_filled_each(ground: Ground) -> None:
    ground.run(
        """
        CREATE TABLE part (id int, at timestamptz, kind text, PRIMARY KEY (id, at, kind)) PARTITION BY RANGE (at);
        CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
        CREATE TABLE part_2 PARTITION OF part FOR VALUES FROM ('2024-02-01') TO (MAXVALUE) PARTITION BY LIST (kind);
        CREATE TABLE part_2a PARTITION OF part_2 FOR VALUES IN ('a', 'b');
        CREATE TABLE part_2d PARTITION OF part_2 DEFAULT;
        CREATE TABLE hashed (id int PRIMARY KEY) PARTITION BY HASH (id);
        CREATE TABLE hashed_0 PARTITION OF hashed FOR VALUES WITH (modulus 2, remainder 0);
        CREATE TABLE hashed_1 PARTITION OF hashed FOR VALUES WITH (modulus 2, remainder 1);
        CREATE TABLE child (id int PRIMARY KEY, p int, at timestamptz, kind text, h int NOT NULL REFERENCES hashed (id),
          FOREIGN KEY (p, at, kind) REFERENCES part (id, at, kind));
        CREATE TABLE nowhere (id int) PARTITION BY LIST (id);
        CREATE TABLE base (id serial PRIMARY KEY, name text NOT NULL);
        CREATE TABLE derived (extra int NOT NULL) INHERITS (base);
        """
    )
    filled = ground.fill()
    assert filled.lacking == {"s.nowhere": "it has no partition"}
    for table in ("part_1", "part_2a", "part_2d", "hashed", "child", "ONLY base", "derived"):
        assert ground.ask(f"SELECT count(*) >= {COUNT} FROM {table}") == [(True,)], table


def test_exclusions_and_odd_keys_leave_room(ground: Ground) -> None:
    ground.run(
        """
        CREATE TABLE booked (room int NOT NULL, during tsrange NOT NULL,
          EXCLUDE USING gist (room WITH =, during WITH &&));
        CREATE TABLE single (room int NOT NULL, note text, EXCLUDE USING gist (room WITH =) WHERE (note IS NOT NULL));
        CREATE TABLE mails (id int PRIMARY KEY, email text NOT NULL, gone timestamptz, m mood);
        CREATE UNIQUE INDEX live ON mails (lower(email)) WHERE gone IS NULL;
        CREATE UNIQUE INDEX moods ON mails (m) WHERE gone IS NULL;
        CREATE TABLE nulls (a int, b text, UNIQUE NULLS NOT DISTINCT (a, b), CHECK (a BETWEEN 3 AND 9));
        CREATE TABLE "Mixed Case" ("Id" int PRIMARY KEY, "select" text NOT NULL CHECK ("select" <> ''), "50%" int);
        CREATE TABLE bare ();
        CREATE TABLE placed (id int PRIMARY KEY, srid int NOT NULL REFERENCES public.spatial_ref_sys (srid));
        """
    )
    filled = ground.fill()
    assert {table: filled.added.get(f"s.{table}") for table in (
        "booked", "single", "mails", "nulls", "Mixed Case", "bare", "placed"
    )} == dict.fromkeys(("booked", "single", "mails", "nulls", "Mixed Case", "bare", "placed"), COUNT)  # fmt: skip


def test_a_circle_is_checked_though_its_rows_come_unchecked(ground: Ground) -> None:
    ground.run(
        """
        CREATE TABLE a (id int PRIMARY KEY, b_id int NOT NULL UNIQUE);
        CREATE TABLE b (id int PRIMARY KEY, a_id int NOT NULL REFERENCES a (id) DEFERRABLE INITIALLY DEFERRED);
        ALTER TABLE a ADD FOREIGN KEY (b_id) REFERENCES b (id);
        CREATE TABLE tree (id int PRIMARY KEY, up int NOT NULL REFERENCES tree (id));
        """
    )
    assert ground.fill().lacking == {}
    assert ground.ask("SELECT count(*) FROM a JOIN b ON b.id = a.b_id") == [(COUNT,)]
    assert ground.ask("SELECT count(*) FROM b JOIN a ON a.id = b.a_id") == [(COUNT,)]
    assert ground.ask("SELECT count(*) FROM tree t JOIN tree u ON u.id = t.up") == [(COUNT,)]


def test_triggers_refuse_what_they_refuse_and_do_nothing_else(ground: Ground) -> None:
    ground.run(
        """
        CREATE TABLE log (said float NOT NULL);
        CREATE TABLE closed (id int PRIMARY KEY);
        CREATE TABLE logged (id int PRIMARY KEY, n int NOT NULL, at timestamptz NOT NULL);
        CREATE FUNCTION bar() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'closed'; END $$;
        CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN NEW.at = clock_timestamp(); INSERT INTO s.log VALUES (random()); RETURN NEW; END $$;
        CREATE TRIGGER bar BEFORE INSERT ON closed FOR EACH ROW EXECUTE FUNCTION bar();
        CREATE TRIGGER bar BEFORE INSERT ON logged FOR EACH ROW WHEN (NEW.n < 0) EXECUTE FUNCTION bar();
        CREATE TRIGGER note BEFORE INSERT ON logged FOR EACH ROW EXECUTE FUNCTION note();
        ALTER TABLE logged ENABLE ALWAYS TRIGGER note;
        CREATE TABLE hashed (id int PRIMARY KEY) PARTITION BY HASH (id);
        CREATE TABLE hashed_0 PARTITION OF hashed FOR VALUES WITH (modulus 1, remainder 0);
        CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN INSERT INTO s.log VALUES (random()); RETURN NEW; END $$;
        CREATE TRIGGER tell AFTER INSERT ON hashed FOR EACH ROW EXECUTE FUNCTION tell();
        CREATE TABLE ruled (id int PRIMARY KEY);
        CREATE RULE nothing AS ON INSERT TO ruled DO INSTEAD NOTHING;
        """
    )
    on = "SELECT tgname, tgrelid, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2"
    before = ground.ask(on)
    filled = ground.fill()
    assert filled.lacking.keys() == {"s.closed"}
    assert "closed" in filled.lacking["s.closed"]
    assert ground.ask("SELECT count(*), min(n) >= 0, max(at) < now() OR max(at) > now() FROM logged") == [
        (COUNT, True, True)
    ]
    assert ground.ask("SELECT count(*) FROM log") == [(COUNT,)]
    assert ground.ask("SELECT count(*), (SELECT count(*) FROM hashed) FROM ruled") == [(COUNT, COUNT)]
    assert ground.ask(on) == before
    assert ground.ask("SELECT ev_enabled::text FROM pg_rewrite WHERE rulename = 'nothing'") == [("O",)]


def test_a_later_row_counts_on(ground: Ground) -> None:
    ground.run(
        """
        CREATE TABLE a (id serial PRIMARY KEY, n int);
        CREATE TABLE b (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n int);
        CREATE SEQUENCE shared START 100 INCREMENT -1 MINVALUE -5000000 MAXVALUE 100;
        CREATE TABLE c (id int PRIMARY KEY DEFAULT nextval('shared'), n int);
        CREATE TABLE d (id int GENERATED BY DEFAULT AS IDENTITY (CYCLE) PRIMARY KEY, n int);
        CREATE TABLE e (code text PRIMARY KEY DEFAULT 'n' || nextval('shared'));
        """
    )
    ground.fill()
    for table in "abcd":
        ((last,),) = ground.ask(f"SELECT max(id) FROM {table}")
        ground.run(f"INSERT INTO {table} (n) VALUES (1), (2)")
        later = ground.ask(f"SELECT count(*) FROM {table} WHERE id > {last}")
        assert later == [(0 if table == "c" else 2,)], table


def test_what_the_history_compares_is_there_and_what_it_inserts_is_not(ground: Ground) -> None:
    ground.run(
        'CREATE TABLE t (id int PRIMARY KEY, code varchar(20) UNIQUE, "Stage" mood, n int, doc jsonb, uid uuid,'
        " r int4range)"
    )
    uid = "5e4a0680-804e-11ec-8477-2fea5968d85b"
    compared = {"code": ("new", "won"), "stage": ("it's ok", "none"), "n": ("77", "x"), "doc": ('{"a": "b"}', "{"),
                "uid": (uid,), "r": ("no range",)}  # fmt: skip
    ground.fill(30, compared=compared, inserted={"code": ("new",), "id": ("1", "2")})
    for condition in ("\"Stage\" = 'it''s ok'", "n = 77", "doc->>'a' = 'b'", f"uid = '{uid}'", "code = 'won'"):
        assert ground.ask(f"SELECT id FROM t WHERE {condition}"), condition
    assert not ground.ask("SELECT id FROM t WHERE code = 'new' OR id IN (1, 2)")


def test_the_owner_of_the_tables_is_enough(ground: Ground) -> None:
    ground.run(
        """
        DROP ROLE IF EXISTS plain; CREATE ROLE plain LOGIN PASSWORD 'plain'; GRANT ALL ON SCHEMA s TO plain;
        CREATE FUNCTION bar() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'negative'; END $$;
        CREATE TABLE t (id serial PRIMARY KEY, n int NOT NULL);
        CREATE TRIGGER bar BEFORE INSERT ON t FOR EACH ROW WHEN (NEW.n < 0) EXECUTE FUNCTION bar();
        ALTER TABLE t OWNER TO plain;
        """
    )
    server = replace(ground.database.server, user="plain", password="plain")
    with Filler(replace(ground.database, server=server), Rows(COUNT)) as filler:
        assert filler.fill().added == {"s.t": COUNT}
    assert ground.ask("SELECT min(n) >= 0 FROM t") == [(True,)]
    ground.run("DROP OWNED BY plain; DROP ROLE plain")


def test_nobody_is_in_the_database_afterwards(ground: Ground) -> None:
    ground.run("CREATE TABLE t (id int PRIMARY KEY)")
    with Filler(ground.database, Rows(3)) as filler:
        filler.fill()
        others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        deadline = time.monotonic() + 10  # the server lets go of a session a moment after the client has
        while ground.ask(f"{others} AND backend_type = 'client backend'") != [(0,)]:
            assert time.monotonic() < deadline, "somebody is left in it"
            time.sleep(0.01)


def test_a_type_without_values_stays_null_or_says_so(ground: Ground) -> None:
    ground.run(
        "CREATE TABLE may (id int PRIMARY KEY, r raster); CREATE TABLE must (id int PRIMARY KEY, r raster NOT NULL)"
    )
    filled = ground.fill()
    assert filled.added["s.may"] == COUNT
    assert filled.lacking["s.must"] == "r: the kit has no value of the type raster"
