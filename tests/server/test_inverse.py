"""The inverse against the servers: whatever a change did, its statements bring the whole catalogue back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager

import pytest

from migkit import ddl
from migkit.catalog.postgresql import PostgreSQLCatalog, connect
from migkit.diff import compare
from migkit.inverse import inverse, unwritten
from migkit.model import Difference, Engine, Server, Snapshot
from migkit.servers import databases
from tests.server import mysql_bench, mysql_states, postgresql_states
from tests.server.conftest import MYSQL_FAMILY
from tests.server.mysql_states import Change

pytestmark = pytest.mark.server

MYSQL_MORE: dict[str, Change] = {
    "foreign key's columns": (
        "ALTER TABLE t DROP FOREIGN KEY to_parent",
        "ALTER TABLE parent MODIFY id BIGINT NOT NULL",
        "ALTER TABLE t MODIFY c BIGINT",
        "ALTER TABLE t ADD CONSTRAINT to_parent FOREIGN KEY (c) REFERENCES parent (id) ON DELETE CASCADE",
    ),
    "everything of a table": (
        "ALTER TABLE t DROP COLUMN g, DROP KEY by_ab, DROP COLUMN a, ADD z INT NOT NULL FIRST, COMMENT=''",
        "DROP VIEW v",
    ),
    "a table and its parent": ("DROP VIEW v", "DROP TABLE t", "DROP TABLE parent"),
    "tables in a circle": (
        "CREATE TABLE one (id INT PRIMARY KEY, two_id INT)",
        "CREATE TABLE two (id INT PRIMARY KEY, one_id INT, FOREIGN KEY (one_id) REFERENCES one (id))",
        "ALTER TABLE one ADD FOREIGN KEY (two_id) REFERENCES two (id)",
    ),
    "a column with its own key": ("ALTER TABLE parent ADD n INT NOT NULL, ADD UNIQUE KEY n (n), ADD KEY m (n, code)",),
    "an automatic column": ("ALTER TABLE t MODIFY id INT NOT NULL, DROP PRIMARY KEY", "ALTER TABLE t DROP id"),
    "nasty names": (
        "CREATE TABLE `se``lect, (t` (`a``b.c` INT DEFAULT 1 COMMENT '\"),', KEY `k,(` (`a``b.c`))",
        "ALTER TABLE parent ADD `or``der by` INT, ADD KEY `by` (`or``der by`)",
    ),
}
POSTGRESQL_MORE = {
    "a view's column": "DROP VIEW v; ALTER TABLE t ALTER name TYPE text; CREATE VIEW v AS SELECT id, name FROM t",
    "views upon views": "CREATE VIEW v2 AS SELECT id FROM v; CREATE VIEW v3 AS SELECT id FROM v2",
    "a table with all it has": "DROP TABLE t CASCADE",
    "a serial column": "ALTER TABLE parent ADD n bigserial",
    "an enum without a value": "ALTER TABLE t ALTER feeling DROP DEFAULT; ALTER TYPE mood RENAME TO m; "
    "CREATE TYPE mood AS ENUM ('sad', 'happy'); "
    "ALTER TABLE t ALTER feeling TYPE mood USING feeling::text::mood, ALTER feeling SET DEFAULT 'sad'; DROP TYPE m",
    "an enum value that an index names": "ALTER TYPE mood ADD VALUE 'great'",
    "a table and its key": "CREATE TABLE a (id integer PRIMARY KEY, code text CHECK (code <> '')); "
    "CREATE TABLE b (a_id integer REFERENCES a); CREATE INDEX b_a ON b (a_id)",
    "nasty names": 'CREATE TABLE "Se""lect" ("or""der by" integer DEFAULT 1, "A" text); '
    'CREATE INDEX "In dex" ON "Se""lect" ("A"); ALTER TABLE parent ADD "User" text',
    "a sequence for a default": "CREATE SEQUENCE numbers START 7; "
    "ALTER TABLE parent ALTER id SET DEFAULT nextval('numbers')",
    "a dropped sequence": "DROP SEQUENCE seq",
    "a function that a default needs": "CREATE FUNCTION two() RETURNS integer LANGUAGE sql AS 'SELECT 2'; "
    "ALTER TABLE parent ALTER id SET DEFAULT two()",
}
# what no SQL of the kit's brings back, by the kind of the object that is said
UNWRITTEN = {
    "foreign table option": "table",
    "aggregate": "routine",
    "operator": "operator",
    "default privileges": "default privileges",
    "collation": "collation",
    "foreign server": "server",
    "user mapping": "server",
    "text search dictionary": "text search dictionary",
    "text search configuration": "text search configuration",
    "cast": "cast",
}
# the server keeps something that no statement sets again
KEPT = {"no inheritance", "domain constraint comment"}

Run = Callable[[str], None]
World = tuple[Run, Callable[[], Snapshot]]


@contextmanager
def mysql_world(server: Server) -> Iterator[World]:
    with mysql_bench.made(server) as bench:
        bench.run(*mysql_states.BASE)
        yield bench.run, bench.catalog.snapshot


@contextmanager
def postgresql_world(server: Server) -> Iterator[World]:
    with databases.throwaway(server) as database, connect(database.server, database.name) as session:
        session.execute(postgresql_states.BASE.encode())
        catalog = PostgreSQLCatalog(database)
        try:
            yield lambda statement: session.execute(statement.encode()) and None, catalog.snapshot
        finally:
            catalog.close()


def taken_back(world: World, change: Change, engine: Engine) -> tuple[tuple[Difference, ...], set[str]]:
    """Make a change and take it back; give what is left of it, and the kinds that nobody can write."""
    run, snapshot = world
    before = snapshot()
    for statement in change:
        run(statement)
    changes = inverse(before, snapshot(), engine)
    for statement in ddl.statements(changes, engine):
        run(statement)
    return compare(before, snapshot()), {one.kind for one in unwritten(changes)}


def failures(
    server: Server, world: Callable[[Server], object], changes: Mapping[str, Change]
) -> tuple[dict[str, object], dict[str, set[str]]]:
    """Give what is wrong with each change that does not come back; a new database is made where one is left dirty."""
    wrong: dict[str, object] = {}
    said: dict[str, set[str]] = {}
    with ExitStack() as stack:
        here: World | None = None
        for name, change in changes.items():
            here = here or stack.enter_context(world(server))  # type: ignore[arg-type]  # both are context managers
            try:
                left, lacking = taken_back(here, change, server.engine)
            except Exception as error:
                wrong[name], here = str(error), None
                continue
            if lacking:
                said[name] = lacking
            elif any(not each.order_only for each in left):
                wrong[name] = left
            here = None if left else here
    return wrong, said


@pytest.mark.parametrize("server", MYSQL_FAMILY, indirect=True)
def test_every_change_of_a_mysql_catalogue_is_taken_back(server: Server) -> None:
    own = mysql_states.MYSQL_CHANGES if server.engine.family == "mysql" else mysql_states.MARIADB_CHANGES
    changes = {**mysql_states.EVERYWHERE, **own, **MYSQL_MORE}
    changes.pop("trigger sql_mode")  # it would change the session's own
    assert failures(server, mysql_world, changes) == ({}, {})


@pytest.mark.parametrize("server", ["postgresql:15"], indirect=True)
def test_every_change_of_a_postgresql_catalogue_is_taken_back_or_said(server: Server) -> None:
    changes = {name: (text,) for name, text in {**postgresql_states.SEEN, **POSTGRESQL_MORE}.items()}
    wrong, said = failures(server, postgresql_world, changes)
    assert {name: text for name, text in wrong.items() if name not in KEPT} == {}
    assert said == {name: {kind} for name, kind in UNWRITTEN.items()}
