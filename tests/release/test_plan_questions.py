"""What a release asks of the rows of its target, and what it cannot ask since it changes them first."""

from __future__ import annotations

import pytest

from migkit import engines
from migkit.lint.blocking import BLOCKS, HARMLESS, REBUILDS
from migkit.lint.fold import based
from migkit.lint.rules import ALL
from migkit.model.release import Fate, PlannedRevision, Precondition, StatementFate, Unfinished
from migkit.model.script import Function, Guard, Span, Statement
from migkit.planning.asking_sql import exact
from migkit.planning.settled import settled
from migkit.planning.surveying import Size, Survey
from migkit.planning.walking import walked
from tests.release.sketched import SCHEMA, sketch

MYSQL, POSTGRESQL = engines.parse("mysql:9.7"), engines.parse("postgresql:15")
TABLES = """
CREATE TABLE calls (id INT PRIMARY KEY, parent INT, word VARCHAR(20), mark INT NOT NULL);
CREATE TABLE parents (id INT PRIMARY KEY, word VARCHAR(20));
CREATE TABLE children (id INT, FOREIGN KEY (id) REFERENCES parents (id) ON DELETE CASCADE);
"""


def walk(
    *revisions: tuple[str, ...], tables: str = TABLES, engine: engines.Engine = MYSQL, lenient: bool = False
) -> list[PlannedRevision]:
    state = based(tables, engine.family)
    survey = Survey(state, dict.fromkeys(state.tables, Size(10, 1000)), lenient)
    drawn = [sketch(engine, f"r{number}", *sent) for number, sent in enumerate(revisions, 1)]
    return list(walked(SCHEMA, engine, drawn, survey))


def last(*statements: str, **given: object) -> tuple[Precondition, ...]:
    (revision,) = walk(statements, **given)  # type: ignore[arg-type]  # a test names real arguments
    return revision.statements[-1].preconditions


UNIQUE = "ALTER TABLE calls ADD UNIQUE u (word)"


def test_a_question_is_a_query_that_counts_and_one_that_shows() -> None:
    (one,) = last("ALTER TABLE calls MODIFY word VARCHAR(20) NOT NULL")
    assert one.query == "SELECT COUNT(*) FROM `calls` WHERE `word` IS NULL"
    assert one.sample_query == "SELECT `id` FROM `calls` WHERE `word` IS NULL LIMIT 10"


@pytest.mark.parametrize(
    ("before", "why"),
    [
        ("UPDATE calls SET word = 'x'", "r1, of this release, changes rows of calls first"),
        ("UPDATE parents p JOIN calls c ON c.parent = p.id SET c.word = 'x'", "changes rows of calls first"),
        ("INSERT INTO calls (id, mark) VALUES (9, 9)", "changes rows of calls first"),
        ("ALTER TABLE calls MODIFY word VARCHAR(9)", "r1, of this release, changes calls.word first"),
        ("ALTER TABLE calls CHANGE parent other INT, CHANGE word parent INT", "changes calls.word first"),
        ("CALL tidy()", "sends SQL first that cannot be read"),
    ],
)
def test_what_the_release_changes_first_is_not_asked(before: str, why: str) -> None:
    (one,) = last(before, UNIQUE)
    assert (one.query, one.ok) == ("", None)
    assert why in one.message


@pytest.mark.parametrize(
    "before",
    [
        "ALTER TABLE calls MODIFY word VARCHAR(40)",
        "ALTER TABLE calls MODIFY word VARCHAR(20) NOT NULL",
        "ALTER TABLE calls ALTER word SET DEFAULT 'x'",
    ],
)
def test_a_change_that_leaves_each_value_as_it_is_hides_nothing(before: str) -> None:
    (one,) = last(before, UNIQUE)
    assert one.query


def test_a_column_of_another_type_has_its_nulls_as_before() -> None:
    retyped = "ALTER TABLE calls ALTER word TYPE varchar(9)"
    (one,) = last(retyped, "ALTER TABLE calls ALTER word SET NOT NULL", engine=POSTGRESQL)
    assert one.query
    for before in (f"{retyped} USING nullif(word, '')", "ALTER TABLE calls RENAME parent TO word"):
        (one,) = last(before, retyped, "ALTER TABLE calls ALTER word SET NOT NULL", engine=POSTGRESQL)
        assert one.query == ""


def test_an_earlier_revision_counts_like_an_earlier_statement() -> None:
    _first, second = walk(("DELETE FROM parents",), ("ALTER TABLE children MODIFY id INT NOT NULL",))
    (one,) = second.statements[0].preconditions
    assert "r1, of this release, changes rows of children first" in one.message


def test_rows_of_a_table_that_is_new_and_empty_do_not_matter() -> None:
    made = "CREATE TABLE fresh (id INT, word VARCHAR(9))"
    assert last(made, "ALTER TABLE fresh ADD UNIQUE (word)") == ()
    (one,) = last(made, "INSERT INTO fresh SELECT id, word FROM calls", "ALTER TABLE fresh ADD UNIQUE (word)")
    assert one.query == ""


def test_a_column_that_is_new_is_null_in_each_row() -> None:
    added = "ALTER TABLE calls ADD COLUMN more INT"
    assert last(added, "ALTER TABLE calls ADD UNIQUE (more, word)") == ()
    assert last(added, "ALTER TABLE calls ADD FOREIGN KEY (more) REFERENCES parents (id)") == ()


def test_a_column_that_is_new_with_a_default_is_the_same_in_each_row() -> None:
    (one,) = last("ALTER TABLE calls ADD COLUMN more INT DEFAULT 1", "ALTER TABLE calls ADD UNIQUE (more, word)")
    assert "GROUP BY `word` HAVING" in one.query
    (one,) = last("ALTER TABLE calls ADD COLUMN more INT DEFAULT 1 UNIQUE")
    assert "CASE WHEN COUNT(*) > 1" in one.query


def test_parts_of_one_statement_see_the_same_rows() -> None:
    told = last("ALTER TABLE calls MODIFY word VARCHAR(9) NOT NULL, MODIFY parent TINYINT")
    assert [one.kind for one in told] == ["nulls", "too-long", "out-of-range"]
    assert all(one.query for one in told)


def test_a_unique_key_over_a_column_of_another_collation_is_not_asked_by_the_old_one() -> None:
    *_, one = last("ALTER TABLE calls MODIFY word VARCHAR(20) COLLATE utf8mb4_bin, ADD UNIQUE (word)")
    assert (one.kind, one.query) == ("duplicates", "")


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE calls MODIFY mark INT NOT NULL",
        "ALTER TABLE calls MODIFY mark BIGINT NOT NULL",
        "ALTER TABLE calls MODIFY word VARCHAR(40)",
        "ALTER TABLE calls ADD INDEX (word)",
        "ALTER TABLE calls ADD COLUMN more INT NOT NULL",
    ],
)
def test_what_no_row_can_refuse_asks_for_nothing(statement: str) -> None:
    assert last(statement) == ()


def test_foreign_keys_that_are_not_checked_ask_for_nothing() -> None:
    added = "ALTER TABLE calls ADD FOREIGN KEY (parent) REFERENCES parents (id)"
    assert last("SET foreign_key_checks = 0", added) == ()
    assert len(last("SET foreign_key_checks = 0", "SET foreign_key_checks = 1", added)) == 1


def test_a_constraint_that_is_validated_asks_then() -> None:
    checked = "ALTER TABLE calls ADD CONSTRAINT k CHECK (mark > 0) NOT VALID"
    keyed = "ALTER TABLE calls ADD CONSTRAINT f FOREIGN KEY (parent) REFERENCES parents NOT VALID"
    for added, name, kind in ((checked, "k", "check"), (keyed, "f", "orphans")):
        assert last(added, engine=POSTGRESQL) == ()
        (one,) = last(added, f"ALTER TABLE calls VALIDATE CONSTRAINT {name}", engine=POSTGRESQL)
        assert one.kind == kind
        assert one.query


def test_what_using_makes_of_rows_is_tried() -> None:
    (one,) = last("ALTER TABLE calls ALTER word TYPE integer USING length(word)", engine=POSTGRESQL)
    assert one.query == 'SELECT COUNT(CAST((length(word)) AS int)) FROM "calls"'
    assert one.tries
    tables = "CREATE TABLE calls (id INT PRIMARY KEY, word VARCHAR(20) NOT NULL)"
    using = "ALTER TABLE calls ALTER word TYPE integer USING NULLIF(word, '')::integer"
    assert [one.kind for one in last(using, tables=tables, engine=POSTGRESQL)] == ["unfit", "nulls"]


def test_what_a_text_would_be_is_asked_where_the_version_can_say() -> None:
    using = "ALTER TABLE calls ALTER word TYPE integer USING word::integer"
    (one,) = last(using, engine=POSTGRESQL)
    assert one.tries
    (one,) = last(using, engine=engines.parse("postgresql:17"))
    assert "WHERE NOT pg_input_is_valid(CAST(\"word\" AS text), 'int')" in one.query
    assert not one.tries


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("ALTER TABLE calls ALTER word TYPE integer", "converted only where USING says how"),
        ("ALTER TABLE calls ADD EXCLUDE (word WITH =)", "each would have to be held against each other"),
        ("ALTER TABLE calls ATTACH PARTITION parents DEFAULT", "the bounds of a partition are not read"),
        ("CREATE TABLE p2 PARTITION OF calls FOR VALUES IN (1)", "the bounds of a partition are not read"),
        ("ALTER DOMAIN mood ADD CHECK (VALUE > 0)", "the columns of a domain are not looked for"),
        ("CALL tidy()", "its SQL cannot be read"),
    ],
)
def test_what_rows_may_refuse_and_no_question_tells_is_said(statement: str, why: str) -> None:
    (one,) = last(statement, engine=POSTGRESQL)
    assert (one.ok, one.query) == (None, "")
    assert one.message.startswith("not asked whether ")
    assert why in one.message


@pytest.mark.parametrize("rest", ["SET DEFAULT 1", "DROP NOT NULL", "ADD CHECK (VALUE > 0) NOT VALID"])
def test_what_no_row_refuses_of_a_domain_is_not_spoken_of(rest: str) -> None:
    assert last(f"ALTER DOMAIN mood {rest}", engine=POSTGRESQL) == ()


def test_a_column_that_is_new_is_asked_about_as_what_it_holds() -> None:
    added = "ALTER TABLE calls ADD COLUMN more INT DEFAULT 7"
    (one,) = last(added, "ALTER TABLE calls ADD CHECK (more < 3)")
    assert (
        one.query == "SELECT COUNT(*) FROM (SELECT `calls`.*, 7 AS `more` FROM `calls`) AS `calls` WHERE NOT (more < 3)"
    )
    (one,) = last(f"{added} REFERENCES parents (id)")
    assert "(SELECT `calls`.*, 7 AS `more` FROM `calls`) AS c WHERE c.`more` IS NOT NULL" in one.query
    (one,) = last("ALTER TABLE calls ADD COLUMN more INT AS (mark + 1) STORED", "ALTER TABLE calls ADD UNIQUE (more)")
    assert "(SELECT `calls`.*, (mark + 1) AS `more` FROM `calls`)" in one.query
    (one,) = last(
        "ALTER TABLE calls ADD COLUMN more CHAR(36) DEFAULT (uuid())", "ALTER TABLE calls ADD CHECK (more > '')"
    )
    assert "calls.more is new in this release" in one.message


def test_values_that_a_changed_column_makes_the_same_are_asked_for() -> None:
    tables = "CREATE TABLE t (c VARCHAR(9) COLLATE utf8mb4_bin, d INT, UNIQUE (c), UNIQUE (d)) DEFAULT CHARSET=utf8mb4"
    (one,) = last("ALTER TABLE t MODIFY c VARCHAR(9) COLLATE utf8mb4_general_ci", tables=tables)
    assert "GROUP BY CONVERT(`c` USING utf8mb4) COLLATE utf8mb4_general_ci HAVING" in one.query
    assert last("ALTER TABLE t MODIFY c VARCHAR(12) COLLATE utf8mb4_bin", tables=tables) == ()
    fits, same = last("ALTER TABLE t MODIFY d CHAR(2)", tables=tables)
    assert (fits.kind, same.kind, same.query) == ("too-long", "duplicates", "")


def test_ignore_drops_rows_in_silence() -> None:
    (one,) = last("ALTER IGNORE TABLE calls ADD UNIQUE (word)")
    assert "IGNORE drops or changes such rows" in one.message


def test_labels_that_the_release_gives_an_enum_count() -> None:
    types = "CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE t (m mood);"
    (one,) = last(
        "ALTER TYPE mood RENAME TO mood_old",
        "CREATE TYPE mood AS ENUM ('a')",
        "ALTER TABLE t ALTER m TYPE mood USING m::text::mood",
        tables=types,
        engine=POSTGRESQL,
    )
    assert one.query == """SELECT COUNT(*) FROM "t" WHERE CAST("m" AS text) NOT IN ('a')"""


def test_a_table_that_is_not_there_is_said() -> None:
    (one,) = last("ALTER TABLE nowhere ADD UNIQUE (word)")
    assert "there is no table nowhere there" in one.message


def test_a_server_that_is_not_strict_changes_values_in_silence() -> None:
    (one,) = last("ALTER TABLE calls MODIFY word VARCHAR(2)", lenient=True)
    assert "the server is not strict" in one.message


def test_text_is_asked_as_it_was_written() -> None:
    (one,) = last("ALTER TABLE calls ADD CHECK (word <> 'a  b'\n  AND mark > 0)")
    assert "NOT (word <> 'a  b'\n  AND mark > 0)" in one.query
    assert exact("nothing of it", "a b") == "a b"


def test_names_are_quoted_as_the_target_spells_them() -> None:
    tables = 'CREATE TABLE "Odd name" (id INT, "The ""key""" INT);'
    (one,) = last('CREATE UNIQUE INDEX u ON "Odd name" ("The ""key""")', tables=tables, engine=POSTGRESQL)
    assert 'FROM "Odd name" WHERE "The ""key""" IS NOT NULL GROUP BY "The ""key"""' in one.query


@pytest.mark.parametrize(
    ("statement", "blocks"),
    [
        ("ALTER TABLE calls MODIFY mark BIGINT NOT NULL", "writes"),
        ("ALTER TABLE calls ADD COLUMN more INT", ""),
        ("ALTER TABLE calls ADD COLUMN more INT, ALGORITHM=COPY", "writes"),
        ("ALTER TABLE calls ADD INDEX (word), LOCK=EXCLUSIVE", "all"),
        ("UPDATE calls SET word = LOWER(word) WHERE TRUE", "writes"),
        ("CREATE TABLE fresh (id INT)", ""),
        ("ALTER TABLE calls MODIFY word VARCHAR(20) COLLATE utf8mb4_bin", ""),
        ("ALTER TABLE sorted MODIFY word VARCHAR(20) COLLATE utf8mb4_bin", "writes"),
        ("ALTER TABLE sorted MODIFY word VARCHAR(20)", ""),
    ],
)
def test_what_waits_for_a_statement(statement: str, blocks: str) -> None:
    indexed = "CREATE TABLE sorted (word VARCHAR(20), KEY (word)) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;"
    (revision,) = walk((statement,), tables=TABLES + indexed)
    assert revision.statements[0].blocks == blocks


@pytest.mark.parametrize(
    ("engine", "size", "blocks"),
    [("mysql:9.7", 20, "writes"), ("mariadb:10.11", 20, ""), ("mariadb:10.11", 60, "writes"), ("mysql:9.7", 64, "")],
)
def test_the_second_byte_of_a_length_is_no_copy_where_the_first_says_the_same(
    engine: str, size: int, blocks: str
) -> None:
    tables = f"CREATE TABLE t (word VARCHAR({size})) DEFAULT CHARSET=utf8mb4"
    (revision,) = walk(("ALTER TABLE t MODIFY word VARCHAR(90)",), tables=tables, engine=engines.parse(engine))
    assert revision.statements[0].blocks == blocks


@pytest.mark.parametrize(
    ("statement", "blocks"),
    [
        ("CREATE INDEX i ON calls (word)", "writes"),
        ("CREATE INDEX CONCURRENTLY i ON calls (word)", ""),
        ("DROP INDEX i", ""),
        ("ALTER TABLE calls ALTER word SET NOT NULL", "all"),
        ("ALTER TABLE calls ADD FOREIGN KEY (parent) REFERENCES parents (id)", "writes"),
        ("ALTER TABLE calls ADD CHECK (mark > 0)", "all"),
        ("ALTER TABLE calls ADD CHECK (mark > 0) NOT VALID", ""),
        ("ALTER TABLE calls ALTER mark TYPE bigint", "all"),
        ("ALTER TABLE calls ADD EXCLUDE (word WITH =)", "all"),
        ("ALTER TABLE calls SET LOGGED", "all"),
    ],
)
def test_what_waits_for_a_statement_on_postgresql(statement: str, blocks: str) -> None:
    (revision,) = walk((statement,), engine=POSTGRESQL)
    assert revision.statements[0].blocks == blocks


def test_a_statement_is_told_with_the_size_of_its_table() -> None:
    (revision,) = walk(("ALTER TABLE CALLS ADD COLUMN more INT", "CREATE TABLE fresh (id INT)"))
    assert [(one.table, one.rows, one.bytes) for one in revision.statements] == [
        ("calls", 10, 1000),
        ("fresh", None, None),
    ]


def test_each_rule_about_locks_says_what_waits() -> None:
    locks = {rule.name for rule in ALL.values() if rule.group == "locks"}
    assert locks <= BLOCKS.keys() | HARMLESS
    assert BLOCKS.keys() | HARMLESS | set(REBUILDS) <= ALL.keys()


@pytest.mark.parametrize(
    ("statement", "rebuilds"),
    [
        ("ALTER TABLE calls MODIFY mark BIGINT NOT NULL", True),
        ("ALTER TABLE calls MODIFY word VARCHAR(20) NOT NULL", True),
        ("ALTER TABLE calls ADD note INT", False),
        ("ALTER TABLE nowhere MODIFY mark BIGINT NOT NULL", False),
    ],
)
def test_what_is_written_anew_is_told_whatever_lint_is_to_say_of_it(statement: str, *, rebuilds: bool) -> None:
    (revision,) = walk((statement,))
    assert not revision.statements[0].findings
    assert revision.statements[0].rebuilds is rebuilds


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (("ALTER TABLE nowhere ADD note INT",), "no table nowhere was found"),
        (("CREATE INDEX i ON nowhere (id)",), "no table nowhere was found"),
        (("CALL tidy()",), "its SQL cannot be read"),
        (("ALTER TABLE calls ADD note INT",), ""),
        (("CREATE TABLE fresh (id INT)", "ALTER TABLE fresh ADD note INT"), ""),
        (("ALTER TABLE calls RENAME TO talks", "ALTER TABLE talks ADD note INT"), ""),
        (("DROP TABLE nowhere",), ""),
        (("INSERT INTO nowhere VALUES (1)",), ""),
    ],
)
def test_where_a_table_is_not_found_what_waits_is_not_known(statements: tuple[str, ...], said: str) -> None:
    (revision,) = walk(statements)
    assert revision.statements[-1].unjudged == said


def test_a_table_that_is_renamed_is_as_large_as_it_was() -> None:
    first, second = walk(("ALTER TABLE calls RENAME TO talks",), ("ALTER TABLE talks MODIFY mark BIGINT NOT NULL",))
    assert (first.statements[0].table, first.statements[0].rows) == ("calls", 10)
    (one,) = second.statements
    assert (one.table, one.rows, one.blocks) == ("talks", 10, "writes")


def test_a_table_in_the_place_of_another_is_as_large_as_it_is_itself() -> None:
    made = "CREATE TABLE fresh (id INT, mark INT)"
    swapped = "RENAME TABLE calls TO old, fresh TO calls"
    *_, last_one = walk((made, swapped, "ALTER TABLE calls MODIFY mark BIGINT"))[0].statements
    assert (last_one.rows, last_one.blocks) == (None, "")


def test_a_type_of_a_column_that_nobody_knows_is_said() -> None:
    (one,) = last("ALTER TABLE nowhere MODIFY word VARCHAR(2)")
    assert "there is no table nowhere there" in one.message


def begun(*fates: Fate, text: str = "") -> Unfinished:
    told = tuple(StatementFate(number, "", "", fate) for number, fate in enumerate(fates, 1))
    return Unfinished("run", "r1", "upgrade", text, "", told)


def test_what_an_earlier_run_has_applied_asks_for_nothing_more() -> None:
    tables = "CREATE TABLE calls (id INT PRIMARY KEY, word VARCHAR(20), more INT)"
    state = based(tables, "mysql")
    drawn = [
        sketch(
            MYSQL, "r1", "ALTER TABLE calls ADD COLUMN more INT, MODIFY id BIGINT", "UPDATE calls SET id = 1", UNIQUE
        )
    ]
    survey = Survey(state, dict.fromkeys(state.tables, Size(10, 1000)))
    (left,) = walked(SCHEMA, MYSQL, settled(drawn, [begun(Fate.applied, Fate.applied, Fate.failed)]), survey)
    assert [one.applied for one in left.statements] == [True, True, False]
    assert [one.blocks for one in left.statements] == ["", "", ""]
    assert [bool(one.preconditions) for one in left.statements] == [False, False, True]
    assert left.statements[2].preconditions[0].query
    (anew,) = walked(SCHEMA, MYSQL, settled(drawn, [begun(Fate.applied, text="of another file")]), survey)
    assert not any(one.applied for one in anew.statements)


def test_what_may_be_applied_or_not_is_not_asked_about() -> None:
    drawn = [sketch(MYSQL, "r1", UNIQUE)]
    (left,) = walked(SCHEMA, MYSQL, settled(drawn, [begun(Fate.unknown)]), Survey(based(TABLES, "mysql")))
    (one,) = left.statements[0].preconditions
    assert (one.query, one.ok) == ("", None)
    assert not left.statements[0].applied


def source(*statements: str, **said: object) -> Function:
    sent = tuple(Statement("op.execute", Span(line), sql, **said) for line, sql in enumerate(statements, 1))  # type: ignore[arg-type]  # a test names real fields
    return Function("upgrade", present=True, empty=False, statements=sent)


HELD = "CREATE TABLE held (a INT, b INT, UNIQUE KEY k (b), CONSTRAINT f FOREIGN KEY (a) REFERENCES calls (id));"


def denied(
    *statements: str, tables: str = TABLES + HELD, engine: engines.Engine = MYSQL, **said: object
) -> list[tuple[bool | None, str]]:
    state = based(tables, engine.family)
    drawn = [sketch(engine, "r1", *statements, function=source(*statements, **said))]
    (revision,) = walked(SCHEMA, engine, drawn, Survey(state, dict.fromkeys(state.tables, Size(10, 1000))))
    asked = [one for each in revision.statements for one in each.preconditions]
    return [(one.ok, one.message) for one in asked if one.kind == "catalogue"]


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("CREATE TABLE calls (id INT)", "there is a table calls already"),
        ("DROP TABLE nowhere", "there is no table nowhere"),
        ("ALTER TABLE nowhere ADD COLUMN c INT", "there is no table nowhere"),
        ("ALTER TABLE calls ADD COLUMN Word INT", "calls.Word is there already"),
        ("ALTER TABLE calls DROP COLUMN nothing", "there is no column calls.nothing"),
        ("ALTER TABLE calls MODIFY nothing INT", "there is no column calls.nothing"),
        ("ALTER TABLE calls ADD PRIMARY KEY (mark)", "calls has a primary key already"),
        ("CREATE INDEX k ON held (a)", "held has an index k already"),
        ("ALTER TABLE held DROP INDEX nothing", "held has no index nothing"),
    ],
)
def test_what_the_catalogue_denies_is_in_the_way(statement: str, said: str) -> None:
    assert denied(statement) == [(False, said)]


@pytest.mark.parametrize(
    "statements",
    [
        ("CREATE TABLE IF NOT EXISTS calls (id INT)",),
        ("DROP TABLE IF EXISTS nowhere",),
        ("DROP TABLE calls", "CREATE TABLE calls (id INT)", "ALTER TABLE calls ADD COLUMN word INT"),
        ("ALTER TABLE calls RENAME TO talks", "ALTER TABLE talks ADD COLUMN more INT", "CREATE TABLE calls (id INT)"),
        ("ALTER TABLE calls DROP COLUMN word, ADD COLUMN word INT",),
        ("ALTER TABLE calls CHANGE word parent INT, CHANGE parent word INT",),
        ("ALTER TABLE calls DROP PRIMARY KEY, ADD PRIMARY KEY (mark)",),
        ("ALTER TABLE calls ADD PRIMARY KEY (mark), DROP PRIMARY KEY",),
        ("ALTER TABLE held ADD INDEX f (a)",),
        ("CREATE TABLE copy LIKE calls", "ALTER TABLE copy DROP COLUMN word"),
        ("CALL tidy()", "ALTER TABLE calls DROP COLUMN nothing"),
    ],
)
def test_what_is_as_it_is_taken_for_granted_is_not_spoken_of(statements: tuple[str, ...]) -> None:
    assert denied(*statements) == []


@pytest.mark.parametrize(
    "said", [{"conditional": True}, {"guard": Guard.unknown}, {"offline": True}, {"asks": Span(1)}]
)
def test_what_a_file_may_not_send_is_not_held_against_the_catalogue(said: dict[str, object]) -> None:
    assert denied("ALTER TABLE calls ADD COLUMN word INT", **said) == []


def test_where_a_revision_is_undone_whole_the_catalogue_ends_nothing() -> None:
    told = denied("ALTER TABLE calls ADD COLUMN word INT", tables=TABLES, engine=POSTGRESQL)
    assert told == [(None, "calls.word is there already")]
