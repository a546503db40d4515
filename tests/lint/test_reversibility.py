"""What a downgrade does not undo: found where it is certain, and nowhere else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from migkit.lint import Facts
from migkit.lint.rules.reversibility import RULES
from migkit.model import Severity
from tests.lint.core import found
from tests.lint.histories import findings, schema

HISTORIES = Path(__file__).parent.parent / "histories"
NAMES = frozenset(rule.name for rule in RULES)
FINE = frozenset({"ok", "irreversible", "order-differs"})
BEFORE = """
def upgrade():
    op.execute("CREATE TABLE owners (id INT PRIMARY KEY)")
    op.execute(
        "CREATE TABLE notes (id INT PRIMARY KEY, owner INT NOT NULL, body VARCHAR(40) DEFAULT 'x', "
        "CONSTRAINT uq_body UNIQUE (body), CONSTRAINT ck_owner CHECK (owner > 0))"
    )
    op.execute("CREATE INDEX ix_owner ON notes (owner)")
    op.execute("CREATE VIEW seen AS SELECT id, body FROM notes")


def downgrade():
    op.execute("DROP VIEW seen")
    op.execute("DROP TABLE notes")
    op.execute("DROP TABLE owners")
"""
# by the history: what the round trip finds and no reading of the files can, or none that is certain
UNSEEN = {
    "broken": {
        "a table's comment, and its charset": {"156da73e634f", "e5e8b243d3b2"},
        "rows": {"2abbb2cf2562", "fe8a1bcad50b", "d72b30997610"},
        "SQL that no server takes": {"66303721a70c"},
        "upgrades that fail": {"6b6bb42148cc", "5d452992ad01"},
    },
    "broken_postgresql": {
        "a view's options": {"037b310551be"},
        "rows": {"7c371c8fea17", "f090012fbeeb", "ea1148531d1b", "627b54388f0c"},
        "SQL that no server takes": {"e12235b318a4"},
        "identities, sequences": {"25fe6dc0cd70", "8da330b2002a"},
        "NOT VALID": {"2241dc025d73", "ddda7559546e"},
        "upgrades that fail": {"d0bf9174e221", "e5e5cc981eec"},
    },
    "broken_sqlite": {
        "rows": {"a79bffdcc590", "0c0f3e0d27cd", "21614dabfbca"},
        "SQL that no server takes": {"c381a6a8995a"},
        "upgrades that fail": {"8c1bacac8781", "0cc8d3c9c8aa"},
    },
}


def said(
    folder: Path, up: str, down: str, engine: str = "postgresql:15", before: str = BEFORE
) -> list[tuple[str, str]]:
    """Give (rule, what) of what is found in a revision of `up` and `down`, each the lines of a function."""
    body = f"def upgrade():\n    {up}\n\n\ndef downgrade():\n    {down}\n"
    told = findings(folder, [before, body], engine)
    return [(one.rule, one.message.partition(": ")[0]) for one in told if one.rule in NAMES]


def sql(*statements: str) -> str:
    """Give the lines that send some statements."""
    return "\n    ".join(f"op.execute({one!r})" for one in statements)


@pytest.mark.parametrize(
    ("up", "down", "what"),
    [
        ("ADD mark INT", "ADD sign INT", "leaves the column notes.mark behind"),
        ("DROP COLUMN body", "ADD body VARCHAR(40) DEFAULT 'x'", "does not make the unique key notes.uq_body again"),
        ("ALTER body TYPE TEXT", "ALTER body SET DEFAULT 'x'", "as TEXT, and was VARCHAR(40)"),
        ("ALTER body DROP DEFAULT", "ALTER body SET DEFAULT 'y'", "as DEFAULT 'y', and was DEFAULT 'x'"),
        ("ALTER owner DROP NOT NULL", "ALTER owner SET DEFAULT 1", "as NULL, and was NOT NULL"),
        ("RENAME COLUMN body TO text", "ALTER text SET DEFAULT 'x'", "column notes.body under its new name text"),
        ("DROP CONSTRAINT ck_owner", "ADD CONSTRAINT ck_owner CHECK (owner >= 0)", "as owner >= 0, and was owner > 0"),
        ("DROP CONSTRAINT uq_body", "ADD CONSTRAINT uq_body UNIQUE (body, id)", "as on (body, id), and was on (body)"),
    ],
)
def test_what_an_alter_does_and_the_way_back_does_not_undo(tmp_path: Path, up: str, down: str, what: str) -> None:
    found = said(tmp_path, sql(f"ALTER TABLE notes {up}"), sql(f"ALTER TABLE notes {down}"))
    assert any(rule == "downgrade-misses" and what in told for rule, told in found), found


def test_a_table_under_its_new_name_is_told_once(tmp_path: Path) -> None:
    ((rule, what),) = said(tmp_path, "op.rename_table('notes', 'memos')", sql("SELECT 1"))
    assert (rule, what) == ("downgrade-misses", "downgrade() leaves the table notes under its new name memos")


@pytest.mark.parametrize(
    ("up", "down"),
    [
        (("ALTER TABLE notes ADD mark INT",), ("ALTER TABLE notes DROP COLUMN mark",)),
        (("ALTER TABLE notes RENAME TO memos",), ("ALTER TABLE memos RENAME TO notes",)),
        (("ALTER TABLE notes ALTER body TYPE TEXT",), ("ALTER TABLE notes ALTER body TYPE character varying(40)",)),
        (("ALTER TABLE notes ALTER body DROP DEFAULT",), ("ALTER TABLE notes ALTER body SET DEFAULT 'x'::varchar",)),
        (("DROP INDEX ix_owner",), ("CREATE INDEX ix_owner ON public.notes USING btree (owner)",)),
        (("DROP TABLE owners",), ("CREATE TABLE owners (id integer NOT NULL, PRIMARY KEY (id))",)),
        (("ALTER TABLE notes ADD UNIQUE (owner)",), ("ALTER TABLE notes DROP CONSTRAINT notes_owner_key",)),
        (("ALTER TABLE notes ADD UNIQUE (owner)",), ("ALTER TABLE notes DROP CONSTRAINT uq_notes_owner",)),
        (("DROP VIEW seen",), ("CREATE OR REPLACE VIEW seen AS\n  SELECT id, body FROM notes;",)),
        (("CREATE EXTENSION IF NOT EXISTS citext",), ("SELECT 1",)),
        (("DROP INDEX ix_owner", "CREATE INDEX ix_owner ON notes (owner)"), ("SELECT 1",)),
    ],
)
def test_what_is_undone_in_other_words_is_undone(tmp_path: Path, up: tuple[str, ...], down: tuple[str, ...]) -> None:
    assert said(tmp_path, sql(*up), sql(*down)) == []


@pytest.mark.parametrize(
    ("up", "down"),
    [
        (
            (
                "CREATE TABLE calls (at date) PARTITION BY RANGE (at)",
                "CREATE TABLE calls_23 PARTITION OF calls FOR VALUES FROM ('2023-01-01') TO ('2024-01-01')",
                "CREATE TABLE calls_24 (at date)",
                "ALTER TABLE calls ATTACH PARTITION calls_24 DEFAULT",
            ),
            ("DROP TABLE calls",),
        ),
        (
            (
                "CREATE MATERIALIZED VIEW sums AS SELECT owner FROM notes",
                "CREATE UNIQUE INDEX sums_key ON sums (owner)",
            ),
            ("DROP MATERIALIZED VIEW sums",),
        ),
        (
            (
                "CREATE SEQUENCE numbers",
                "CREATE TABLE calls (number bigint DEFAULT nextval('numbers'))",
                "ALTER SEQUENCE numbers OWNED BY calls.number",
            ),
            ("DROP TABLE calls",),
        ),
        (("COMMENT ON COLUMN notes.body IS 'as it came'",), ("COMMENT ON COLUMN notes.body IS NULL",)),
        (
            ("ALTER TABLE notes ADD mark INT", "ALTER TABLE notes ADD CONSTRAINT ck_mark CHECK (mark > owner)"),
            ("ALTER TABLE notes DROP COLUMN mark",),
        ),
        (
            ("ALTER TABLE notes ADD mark INT", "CREATE INDEX ix_live ON notes (id) WHERE mark IS NULL"),
            ("ALTER TABLE notes DROP COLUMN mark",),
        ),
        (
            ("CREATE SCHEMA crm", "SET search_path TO crm, public", "CREATE TABLE calls (id INT)", "RESET search_path"),
            ("DROP TABLE crm.calls", "DROP SCHEMA crm"),
        ),
    ],
)
def test_what_goes_with_something_else_is_not_left_behind(
    tmp_path: Path, up: tuple[str, ...], down: tuple[str, ...]
) -> None:
    assert said(tmp_path, sql(*up), sql(*down)) == []


def test_what_a_cascade_takes_may_be_made_again(tmp_path: Path) -> None:
    make = "CREATE FUNCTION plain(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower($1)'"
    index = "CREATE INDEX ix_plain ON notes (plain(body))"
    gone = sql("DROP VIEW seen", "DROP TABLE notes", "DROP TABLE owners", "DROP FUNCTION plain(text)")
    before = (
        BEFORE.partition("def downgrade")[0].rstrip() + f"\n    {sql(make, index)}\n\n\ndef downgrade():\n    {gone}\n"
    )
    cascade = sql("DROP FUNCTION plain(text) CASCADE")
    body = f"def upgrade():\n    {cascade}\n\n\ndef downgrade():\n    {sql(make, index)}\n"
    told = findings(tmp_path, [before, body], "postgresql:15")
    assert [one.rule for one in told if one.severity is Severity.error] == []


def test_a_cascade_takes_the_keys_of_the_columns_of_a_type(tmp_path: Path) -> None:
    mood, column = "CREATE TYPE mood AS ENUM ('a')", "ALTER TABLE moods ADD COLUMN now mood"
    index = "CREATE INDEX ix_mood ON moods (now)"
    made = sql(mood, "CREATE TABLE moods (id INT)", column, index)
    before = f"def upgrade():\n    {made}\n\n\ndef downgrade():\n    {sql('DROP TABLE moods', 'DROP TYPE mood')}\n"
    body = (
        f"def upgrade():\n    {sql('DROP TYPE mood CASCADE')}\n\n\ndef downgrade():\n    {sql(mood, column, index)}\n"
    )
    told = findings(tmp_path, [before, body], "postgresql:15")
    assert [one.rule for one in told if one.severity is Severity.error] == []


def test_a_type_that_takes_the_name_of_another_is_the_type_of_its_columns(tmp_path: Path) -> None:
    make = ("CREATE TYPE mood AS ENUM ('a', 'b')", "CREATE TABLE moods (mood mood, moods mood[])")
    before = (
        f"def upgrade():\n    {sql(*make)}\n\n\ndef downgrade():\n    {sql('DROP TABLE moods', 'DROP TYPE mood')}\n"
    )
    down = (
        "CREATE TYPE mood_new AS ENUM ('a', 'b')",
        "ALTER TABLE moods ALTER mood TYPE mood_new USING mood::text::mood_new",
        "ALTER TABLE moods ALTER moods TYPE mood_new[] USING moods::text[]::mood_new[]",
        "DROP TYPE mood",
        "ALTER TYPE mood_new RENAME TO mood",
    )
    assert said(tmp_path, sql("ALTER TYPE mood ADD VALUE 'c'"), sql(*down), before=before) == []
    found = said(tmp_path, sql("ALTER TYPE mood ADD VALUE 'c'"), sql(*down[:3]), before=before)
    assert ("downgrade-misses", "downgrade() leaves the column moods.mood as MOOD_NEW, and was MOOD") in found


def test_a_table_that_is_dropped_was_there(tmp_path: Path) -> None:
    hidden = "def upgrade():\n    op.execute(open('x').read())\n\n\ndef downgrade():\n    raise NotImplementedError\n"
    up = "op.drop_index('ix_old', table_name='old', if_exists=True)\n    " + sql("DROP TABLE old")
    assert said(tmp_path, up, sql("CREATE TABLE old (id INT)"), before=hidden) == []


def test_primary_keys_of_several_columns_are_one(tmp_path: Path) -> None:
    columns = "sa.Column('a', sa.Integer, primary_key=True), sa.Column('b', sa.Integer, primary_key=True)"
    before = (
        f"def upgrade():\n    op.create_table('pairs', {columns})\n\n\ndef downgrade():\n    op.drop_table('pairs')\n"
    )
    gone = "op.drop_constraint('pairs_pkey', 'pairs', type_='primary')"
    again = "op.create_primary_key('pairs_pkey', 'pairs', ['a', {}])"
    assert said(tmp_path, gone, again.format("'b'"), before=before) == []
    ((rule, what),) = said(tmp_path, gone, again.format(""), before=before)
    assert (rule, "on (a), and was on (a, b)" in what) == ("downgrade-misses", True)


def test_nothing_is_said_of_what_stands_on_sql_that_cannot_be_read(tmp_path: Path) -> None:
    hidden = "op.execute(open('x').read())"
    assert said(tmp_path, sql("ALTER TABLE notes ADD mark INT"), hidden) == []
    assert said(tmp_path, f"{hidden}\n    {sql('DROP TABLE owners')}", sql("SELECT 1")) == []


def test_nothing_is_said_of_a_table_that_a_statement_changes_in_ways_that_cannot_be_read(tmp_path: Path) -> None:
    up = sql("ALTER TABLE notes ADD mark INT", "CREATE TABLE marks (id INT)", "ALTER TABLE owners ADD mark INT")
    down = 'op.execute(f"ALTER TABLE notes {open(0).read()}")\n    op.execute(f"DROP TABLE marks {open(0).read()}")'
    assert [what for _rule, what in said(tmp_path, up, down)] == ["downgrade() leaves the column owners.mark behind"]


def test_nothing_is_said_of_a_table_that_a_condition_may_have_changed(tmp_path: Path) -> None:
    down = "import os\n    if os.path.exists('x'):\n        op.drop_column('notes', 'mark')"
    assert said(tmp_path, sql("ALTER TABLE notes ADD mark INT"), down) == []


def test_a_table_of_an_older_time_is_judged_by_what_is_done_to_it(tmp_path: Path) -> None:
    hidden = "def upgrade():\n    op.execute(open('x').read())\n\n\ndef downgrade():\n    raise NotImplementedError\n"
    up = sql("ALTER TABLE old ADD mark INT", "ALTER TABLE old DROP COLUMN body", "CREATE INDEX ix ON old (mark)")
    found = said(tmp_path / "one", up, sql("ALTER TABLE old DROP COLUMN mark"), before=hidden)
    assert [what for _rule, what in found] == ["downgrade() does not make the column old.body again"]
    guarded = sql("ALTER TABLE old ADD COLUMN IF NOT EXISTS mark INT")
    assert said(tmp_path / "two", guarded, sql("SELECT 1"), before=hidden) == []


@pytest.mark.parametrize("named", [False, True])
def test_a_key_may_be_the_one_that_the_upgrade_took_by_a_name_that_cannot_be_read(tmp_path: Path, named: bool) -> None:
    hidden = "def upgrade():\n    op.execute(open('x').read())\n\n\ndef downgrade():\n    raise NotImplementedError\n"
    name = "'fk_new'" if named else "sa.inspect(op.get_bind()).get_foreign_keys('old')[0]['name']"
    up = f"op.drop_constraint({name}, 'old', type_='foreignkey')"
    down = sql("ALTER TABLE old ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES owners (id)")
    told = [what for _rule, what in said(tmp_path, up, down, before=hidden)]
    assert ("downgrade() leaves the foreign key old.fk behind" in told) is named


def test_the_index_that_mysql_keeps_for_a_foreign_key_is_a_warning(tmp_path: Path) -> None:
    before = BEFORE.replace("""    op.execute("CREATE INDEX ix_owner ON notes (owner)")\n""", "")
    up = "op.create_foreign_key('fk', 'notes', 'owners', ['owner'], ['id'])"
    down = "op.drop_constraint('fk', 'notes', type_='foreignkey')"
    body = f"def upgrade():\n    {up}\n\n\ndef downgrade():\n    {down}\n"
    (one,) = (one for one in findings(tmp_path, [before, body], "mysql:9.7") if one.rule == "downgrade-misses")
    assert (one.severity, "that the server made for a foreign key" in one.message) == (Severity.warning, True)
    assert said(tmp_path / "p", up, down, before=before) == []


def test_a_downgrade_of_mysql_that_forgets_the_rest_of_a_column(tmp_path: Path) -> None:
    up, down = sql("ALTER TABLE notes MODIFY owner BIGINT NOT NULL"), sql("ALTER TABLE notes MODIFY owner INT")
    ((rule, what),) = said(tmp_path, up, down, "mysql:9.7")
    assert (rule, what) == ("downgrade-misses", "downgrade() leaves the column notes.owner as NULL, and was NOT NULL")


def test_a_guarded_create_that_meets_an_older_object_must_not_be_dropped(tmp_path: Path) -> None:
    ((rule, what),) = said(tmp_path, sql("CREATE TABLE IF NOT EXISTS owners (id INT)"), sql("DROP TABLE owners"))
    assert (rule, "and upgrade() meets" in what) == ("drops-foreign-object", True)


def test_rows_alone_make_an_empty_downgrade_a_warning(tmp_path: Path) -> None:
    body = 'def upgrade():\n    op.execute("DELETE FROM notes WHERE id = 1")\n\n\ndef downgrade():\n    pass\n'
    told = [one for one in findings(tmp_path, [BEFORE, body]) if one.rule == "empty-downgrade"]
    assert [one.severity for one in told] == [Severity.warning]


def test_a_revision_without_a_downgrade_is_told_as_such(tmp_path: Path) -> None:
    text = (
        'from alembic import op\nrevision = "a"\ndown_revision = None\n\n\ndef upgrade():\n    op.execute("SELECT 1")\n'
    )
    told = [one for one in findings(tmp_path, {"a.py": text}) if one.rule == "empty-downgrade"]
    assert [one.message.partition(":")[0] for one in told] == ["the revision has no downgrade()"]


@pytest.mark.parametrize("line", ["pass", "raise NotImplementedError('the bodies are gone')"])
def test_what_is_declared_irreversible_needs_no_downgrade(tmp_path: Path, line: str) -> None:
    body = (
        'irreversible = "the bodies are gone"\n\n\ndef upgrade():\n    op.drop_column("notes", "body")\n\n\n'
        f"def downgrade():\n    {line}\n"
    )
    assert [one for one in findings(tmp_path, [BEFORE, body]) if one.rule in NAMES] == []


def test_a_guarded_upgrade_that_certainly_changes_nothing_needs_no_downgrade(tmp_path: Path) -> None:
    up = sql(
        "CREATE TABLE IF NOT EXISTS owners (id INT)",
        "DROP TABLE IF EXISTS nowhere",
        "ALTER TABLE notes ALTER body TYPE varchar(40)",
    )
    assert said(tmp_path, up, "pass") == []


def test_a_value_that_stays_in_its_type_is_told(tmp_path: Path) -> None:
    make, drop = "CREATE TYPE mood AS ENUM ('a')", "DROP TYPE mood"
    before = f"def upgrade():\n    {sql(make)}\n\n\ndef downgrade():\n    {sql(drop)}\n"
    up = sql("ALTER TYPE mood ADD VALUE 'b'")
    ((rule, what),) = said(tmp_path, up, sql("SELECT 1"), before=before)
    assert (rule, what) == ("enum-left-behind", "downgrade() leaves the value 'b' in the type mood")


SWAPPED = (
    "ALTER TYPE mood RENAME TO mood_old",
    "CREATE TYPE mood AS ENUM ({})",
    "ALTER TABLE moods ALTER COLUMN mood TYPE mood USING mood::text::mood",
    "DROP TYPE mood_old",
)


@pytest.mark.parametrize(
    ("labels", "steps", "expected"),
    [
        ("'a', 'b'", 4, []),
        (
            "'a'",
            4,
            [
                (
                    "drops-foreign-object",
                    "downgrade() drops the value mood.b, which was there before and upgrade() does not touch",
                )
            ],
        ),
        ("'a', 'b', 'c'", 4, [("enum-left-behind", "downgrade() leaves the value 'c' in the type mood")]),
        ("'a', 'b'", 3, [("enum-left-behind", "downgrade() leaves the type mood_old behind")]),
    ],
)
def test_an_enum_that_is_made_anew_has_the_labels_that_it_had(
    tmp_path: Path, labels: str, steps: int, expected: list[tuple[str, str]]
) -> None:
    make = ("CREATE TYPE mood AS ENUM ('a', 'b')", "CREATE TABLE moods (mood mood)")
    before = (
        f"def upgrade():\n    {sql(*make)}\n\n\ndef downgrade():\n    {sql('DROP TABLE moods', 'DROP TYPE mood')}\n"
    )
    down = sql(*(step.format(labels) for step in SWAPPED[:steps]))
    assert said(tmp_path, sql("ALTER TYPE mood ADD VALUE IF NOT EXISTS 'c'"), down, before=before) == expected


def test_a_value_that_is_added_where_it_is_missing_needs_a_way_back(tmp_path: Path) -> None:
    make, drop = "CREATE TYPE mood AS ENUM ('a')", "DROP TYPE mood"
    before = f"def upgrade():\n    {sql(make)}\n\n\ndef downgrade():\n    {sql(drop)}\n"
    ((rule, what),) = said(tmp_path, sql("ALTER TYPE mood ADD VALUE IF NOT EXISTS 'b'"), "pass", before=before)
    assert (rule, what) == ("empty-downgrade", "downgrade() does nothing, and upgrade() adds value mood")
    assert said(tmp_path, sql("ALTER TYPE mood ADD VALUE IF NOT EXISTS 'a'"), "pass", before=before) == []


@pytest.mark.parametrize(
    ("history", "engine"),
    [("broken", "mysql:9.7"), ("broken_postgresql", "postgresql:15"), ("broken_sqlite", "sqlite")],
)
def test_what_the_round_trip_finds_in_the_broken_histories_is_found_where_files_show_it(
    history: str, engine: str
) -> None:
    folder = HISTORIES / history / "migrations" / "versions"
    expected = {}
    for path in folder.glob("*.py"):
        mark = re.search(r"# expect: (\S+)", path.read_text())
        expected[path.name.partition("_")[0]] = mark[1] if mark else "ok"
    server = {"collation": "utf8mb4_unicode_ci"} if engine.startswith("mysql") else {}
    told = found(folder, schema(folder, engine, server=server), Facts())
    ours = [one for one in told if one.rule in NAMES]
    errors = {one.revision for one in ours if one.severity is Severity.error}
    assert {one for one in errors if one and expected[one] in FINE} == set(), "said of what is fine"
    hidden = frozenset().union(*UNSEEN[history].values())
    missed = {one for one, verdict in expected.items() if verdict not in FINE} - {one.revision for one in ours}
    assert missed == hidden


TEXTS = """
def upgrade():
    op.execute("CREATE TABLE notes (id INT AUTO_INCREMENT PRIMARY KEY, body VARCHAR(40), "
               "mark CHAR(2) CHARACTER SET ascii, "
               "at DATETIME DEFAULT NOW() ON UPDATE NOW(), cost DECIMAL(5,2) DEFAULT 0)")
    op.execute("CREATE TABLE marks (code CHAR(8) PRIMARY KEY, id INT, note INT, KEY fk (note), "
               "CONSTRAINT fk FOREIGN KEY (note) REFERENCES notes (id), UNIQUE KEY uq (note, id))")
    op.execute("CREATE VIEW seen AS SELECT id FROM notes")
    op.execute("ALTER VIEW seen AS SELECT id, body FROM notes")


def downgrade():
    raise NotImplementedError
"""
SERVER = {"charset": "utf8mb4", "collation": "utf8mb4_unicode_ci"}


def on_mysql(folder: Path, up: tuple[str, ...], down: tuple[str, ...]) -> list[tuple[str, str]]:
    """Give (rule, what) of errors in a revision of some statements."""
    body = f"def upgrade():\n    {sql(*up) or 'pass'}\n\n\ndef downgrade():\n    {sql(*down) or 'pass'}\n"
    told = findings(folder, [TEXTS, body], "mysql:9.7", server=SERVER)
    errors = [one for one in told if one.severity is Severity.error and one.rule in NAMES]
    return [(one.rule, one.message.partition(": ")[0]) for one in errors]


@pytest.mark.parametrize(
    ("up", "down", "what"),
    [
        ("notes MODIFY mark CHAR(2) CHARACTER SET latin1", "notes MODIFY mark CHAR(2)", "as utf8mb4, and was ascii"),
        (
            "notes CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
            "notes CONVERT TO CHARSET utf8mb4 COLLATE utf8mb4_general_ci, MODIFY mark CHAR(2) CHARACTER SET ascii",
            "notes.body as utf8mb4_general_ci, and was utf8mb4_unicode_ci",
        ),
        ("notes MODIFY id BIGINT AUTO_INCREMENT", "notes MODIFY id INT", "as without AUTO_INCREMENT, and was with it"),
        (
            "notes MODIFY at DATETIME NULL",
            "notes MODIFY at DATETIME DEFAULT NOW()",
            "as without ON UPDATE, and was with it",
        ),
        (
            "marks DROP FOREIGN KEY fk, DROP KEY fk",
            "marks ADD KEY fk (note)",
            "does not make the foreign key marks.fk again",
        ),
        ("marks RENAME COLUMN note TO memo", "marks ADD at INT, DROP at", "column marks.note under its new name memo"),
    ],
)
def test_what_mysql_keeps_and_the_way_back_does_not_restore(tmp_path: Path, up: str, down: str, what: str) -> None:
    ((rule, told),) = on_mysql(tmp_path, (f"ALTER TABLE {up}",), (f"ALTER TABLE {down}",))
    assert rule == "downgrade-misses"
    assert told.endswith(what)


@pytest.mark.parametrize(
    ("up", "down"),
    [
        ("ALTER TABLE notes AUTO_INCREMENT = 1", ""),
        ("ALTER TABLE notes ENGINE=InnoDB", ""),
        ("ALTER TABLE marks CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci", ""),
        ("ALTER TABLE marks MODIFY code CHAR(9)", "ALTER TABLE marks MODIFY code CHAR(8)"),
        ("ALTER TABLE notes DROP cost", "ALTER TABLE notes ADD cost DECIMAL(5,2) DEFAULT '0.00'"),
        ("DROP VIEW seen", "CREATE VIEW seen AS\n SELECT `id`, body FROM notes"),
        (
            "ALTER TABLE notes MODIFY body VARCHAR(40) COMMENT 'x'",
            "ALTER TABLE notes MODIFY body VARCHAR(40) COMMENT ''",
        ),
    ],
)
def test_what_leaves_mysql_as_it_was_is_no_error(tmp_path: Path, up: str, down: str) -> None:
    assert on_mysql(tmp_path, (up,), (down,) if down else ()) == []


def test_a_trigger_goes_with_its_table(tmp_path: Path) -> None:
    trigger = "CREATE TRIGGER t BEFORE INSERT ON marks FOR EACH ROW SET NEW.id = 1"
    up = TEXTS.replace("\n\n\ndef", f"\n    op.execute({trigger!r})\n\n\ndef", 1)
    body = f"def upgrade():\n    {sql('CREATE TABLE tags (id INT)')}\n\n\n"
    body += f"def downgrade():\n    {sql('DROP TABLE tags, marks')}\n"
    told = [one for one in findings(tmp_path, [up, body], "mysql:9.7") if one.rule == "drops-foreign-object"]
    assert len(told) == 1
