"""With which locks PostgreSQL changes tables that have rows, and when it writes them anew."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from tests.server.facts import POSTGRESQL, Fact
from tests.server.facts.measuring_postgresql import again, held

ROWS = (
    "CREATE TYPE mood AS ENUM ('sad', 'ok')",
    "CREATE TYPE mood_new AS ENUM ('ok', 'happy')",
    "CREATE TABLE owners (id int PRIMARY KEY)",
    """CREATE TABLE notes (id int PRIMARY KEY, owner int, body text, name varchar(40), number int, amount numeric(10,2),
       made timestamp, feeling mood, code char(4), facts json)""",
    "INSERT INTO owners VALUES (1)",
    "INSERT INTO notes SELECT n, 1, 'body', 'name', n, 1, now(), 'ok', 'code', '{}' FROM generate_series(1, 100) n",
)
_locked = partial(Fact, engines=POSTGRESQL, before=ROWS, answer=held)
ANEW = "ACCESS EXCLUSIVE on notes; writes notes anew.*"
BRIEF = "ACCESS EXCLUSIVE on notes"  # and nothing is read or written
VALIDATED = "ALTER TABLE notes ADD CONSTRAINT body_there CHECK (body IS NOT NULL)"


def _added(column: str, says: str) -> Fact:
    return _locked("pg-volatile-default", ran=f"ALTER TABLE notes ADD COLUMN {column}", says=says)


def _altered(column: str, says: str) -> Fact:
    return _locked("pg-type-rewrite", ran=f"ALTER TABLE notes ALTER COLUMN {column}", says=says)


FACTS: tuple[Fact, ...] = (
    _locked(
        "pg-index-concurrently",
        ran="CREATE INDEX notes_owner ON notes (owner)",
        says="SHARE on notes; reads notes whole",
    ),
    _locked(
        "pg-index-concurrently",
        ran="DROP INDEX notes_number",
        says="ACCESS EXCLUSIVE on notes.*",
        before=(*ROWS, "CREATE INDEX notes_number ON notes (number)"),
    ),
    _locked(
        "pg-concurrently-in-transaction",
        ran="CREATE INDEX CONCURRENTLY notes_owner ON notes (owner)",
        says="refused, 25001: .*",
    ),
    _locked(
        "pg-concurrently-in-transaction",
        ran="DROP INDEX CONCURRENTLY notes_number",
        says="refused, 25001: .*",
        before=(*ROWS, "CREATE INDEX notes_number ON notes (number)"),
    ),
    _locked(
        "pg-concurrently-in-transaction",
        ran="REINDEX TABLE CONCURRENTLY notes",
        says="refused, 25001: .*",
    ),
    Fact(
        "pg-invalid-index",
        POSTGRESQL,
        "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS notes_owner ON notes (owner)",
        "refused, 23505: .*; run again: accepted; indisvalid: False",
        ROWS,
        again,
    ),
    _locked(
        "pg-set-not-null",
        ran="ALTER TABLE notes ALTER COLUMN body SET NOT NULL",
        says="ACCESS EXCLUSIVE on notes; reads notes whole",
    ),
    _locked(
        "pg-set-not-null",
        ran="ALTER TABLE notes ALTER COLUMN body SET NOT NULL",
        says=BRIEF,
        before=(*ROWS, VALIDATED),
        shown=f"ALTER TABLE notes ALTER COLUMN body SET NOT NULL, after {VALIDATED}",
    ),
    _locked(
        "pg-constraint-not-valid",
        ran="ALTER TABLE notes ADD CONSTRAINT positive CHECK (number > 0)",
        says="ACCESS EXCLUSIVE on notes; reads notes whole",
    ),
    _locked(
        "pg-constraint-not-valid",
        ran="ALTER TABLE notes ADD CONSTRAINT positive CHECK (number > 0) NOT VALID",
        says=BRIEF,
    ),
    _locked(
        "pg-constraint-not-valid",
        ran="ALTER TABLE notes VALIDATE CONSTRAINT positive",
        says="SHARE UPDATE EXCLUSIVE on notes; reads notes whole",
        before=(*ROWS, "ALTER TABLE notes ADD CONSTRAINT positive CHECK (number > 0) NOT VALID"),
    ),
    _locked(
        "pg-constraint-not-valid",
        ran="ALTER TABLE notes ADD CONSTRAINT positive CHECK (number > 0) NOT VALID;"
        " ALTER TABLE notes VALIDATE CONSTRAINT positive",
        says="ACCESS EXCLUSIVE on notes; reads notes whole",
    ),
    _locked(
        "pg-constraint-not-valid",
        ran="ALTER TABLE notes ADD CONSTRAINT owned FOREIGN KEY (owner) REFERENCES owners (id)",
        says="SHARE ROW EXCLUSIVE on notes; SHARE ROW EXCLUSIVE on owners; reads notes whole.*",
    ),
    _locked(
        "pg-constraint-not-valid",
        ran="ALTER TABLE notes ADD CONSTRAINT owned FOREIGN KEY (owner) REFERENCES owners (id) NOT VALID",
        says="SHARE ROW EXCLUSIVE on notes; SHARE ROW EXCLUSIVE on owners",
    ),
    _locked(
        "pg-unique-using-index",
        ran="ALTER TABLE notes ADD CONSTRAINT numbered UNIQUE (number)",
        says="ACCESS EXCLUSIVE on notes; reads notes whole",
    ),
    _locked(
        "pg-unique-using-index",
        ran="ALTER TABLE notes ADD CONSTRAINT numbered UNIQUE USING INDEX numbered",
        says=BRIEF,
        before=(*ROWS, "CREATE UNIQUE INDEX numbered ON notes (number)"),
    ),
    _locked(
        "pg-unique-using-index",
        ran="ALTER TABLE notes ADD COLUMN mark int UNIQUE",
        says="ACCESS EXCLUSIVE on notes; reads notes whole",
    ),
    _locked(
        "pg-unique-using-index",
        ran="ALTER TABLE owners DROP CONSTRAINT owners_pkey, ADD PRIMARY KEY (id)",
        says="ACCESS EXCLUSIVE on owners; reads owners whole",
    ),
    _added("mark uuid DEFAULT gen_random_uuid()", ANEW),
    _added("mark timestamptz DEFAULT clock_timestamp()", ANEW),
    _added("mark float8 DEFAULT random()", ANEW),
    _added("mark text DEFAULT md5(random()::text)", ANEW),
    _added("mark text DEFAULT timeofday()", ANEW),
    _added("mark serial", ANEW),
    _added("mark int GENERATED BY DEFAULT AS IDENTITY", ANEW),
    _added("mark int GENERATED ALWAYS AS (number * 2) STORED", ANEW),
    replace(_added("mark uuid DEFAULT uuidv7()", ANEW), engines=("postgresql:18",)),
    replace(_added("mark int GENERATED ALWAYS AS (number * 2) VIRTUAL", BRIEF), engines=("postgresql:18",)),
    _added("mark timestamptz NOT NULL DEFAULT now()", BRIEF),
    _added("mark int NOT NULL DEFAULT 1", BRIEF),
    _altered("number TYPE bigint", ANEW),
    _altered("number TYPE smallint", ANEW),
    _altered("name TYPE varchar(20)", ANEW),
    _altered("name TYPE varchar(80)", BRIEF),
    _altered("name TYPE text", BRIEF),
    _altered("body TYPE varchar", BRIEF),
    _altered("body TYPE varchar(200)", ANEW),
    _altered("amount TYPE numeric(12,2)", BRIEF),
    _altered("amount TYPE numeric", BRIEF),
    _altered("amount TYPE numeric(12,4)", ANEW),
    _altered("amount TYPE numeric(8,2)", ANEW),
    _altered("made TYPE timestamp(6)", BRIEF),
    _altered("made TYPE timestamp(3)", ANEW),
    _altered("made TYPE date", ANEW),
    _altered("made TYPE timestamptz USING made AT TIME ZONE 'UTC'", ANEW),
    _locked(
        "pg-type-rewrite",
        ran="SET LOCAL TIME ZONE 'Europe/Berlin'; ALTER TABLE notes ALTER COLUMN made TYPE timestamptz",
        says=ANEW,
    ),
    _locked(
        "pg-type-rewrite",
        ran="SET LOCAL TIME ZONE 'UTC'; ALTER TABLE notes ALTER COLUMN made TYPE timestamptz",
        says=BRIEF,
    ),
    _altered("feeling TYPE mood_new USING feeling::text::mood_new", ANEW),
    _altered("feeling TYPE text", ANEW),
    _altered("code TYPE char(8)", ANEW),
    _altered("code TYPE text", ANEW),
    _altered("facts TYPE jsonb", ANEW),
    _locked(
        "pg-enum-value-used",
        ran="ALTER TYPE mood ADD VALUE 'glad'; INSERT INTO notes (id, feeling) VALUES (0, 'glad')",
        says="refused, 55P04: .*",
    ),
    _locked(
        "pg-enum-value-used",
        ran="ALTER TYPE mood ADD VALUE 'glad'; ALTER TABLE notes ALTER COLUMN feeling SET DEFAULT 'glad'",
        says="refused, 55P04: .*",
    ),
    _locked(
        "pg-enum-value-used",
        ran="CREATE TYPE size AS ENUM ('s'); ALTER TYPE size ADD VALUE 'm'; CREATE TABLE shirts (s size DEFAULT 'm')",
        says={"postgresql:15": "refused, 55P04: .*", "postgresql": "accepted"},
    ),
    _locked(
        "pg-lock-held",
        ran="ALTER TABLE notes ADD COLUMN mark int; UPDATE notes SET mark = 1",
        says="ACCESS EXCLUSIVE on notes.*",
    ),
    *(
        _locked("pg-lock-held", ran=f"ALTER TABLE notes {action}; UPDATE notes SET number = 1", says=f"{BRIEF}.*")
        for action in (
            "DROP COLUMN body",
            "RENAME COLUMN body TO text",
            "ALTER COLUMN body SET DEFAULT ''",
            "ALTER COLUMN body TYPE varchar",
            "ADD CONSTRAINT positive CHECK (number > 0) NOT VALID",
            "DROP CONSTRAINT notes_pkey",
        )
    ),
    _locked(
        "pg-lock-held",
        ran="DROP INDEX notes_number; UPDATE notes SET number = 1",
        says=f"{BRIEF}.*",
        before=(*ROWS, "CREATE INDEX notes_number ON notes (number)"),
    ),
    _locked(
        "pg-lock-held",
        ran="COMMENT ON COLUMN notes.body IS 'the text'; UPDATE notes SET number = 1",
        says="SHARE UPDATE EXCLUSIVE on notes.*",
    ),
)
