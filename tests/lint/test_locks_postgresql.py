"""Rules about PostgreSQL's locks: where they speak, and where what stands before makes it untrue."""

from __future__ import annotations

from pathlib import Path

import pytest

from migkit.model import Severity
from tests.lint.histories import findings, judged, only
from tests.lint.test_data import NOTES

BLOCK = "with op.get_context().autocommit_block():"
MOOD = NOTES.replace("number INT", "feeling mood, number INT").replace(
    "upgrade():\n", "upgrade():\n    op.execute(\"CREATE TYPE mood AS ENUM ('sad')\")\n", 1
)


def last(folder: Path, rule: str, *bodies: str, engine: str = "postgresql:15", before: str = NOTES) -> int:
    """Give how often a rule finds something in revisions behind one that makes the table `notes`."""
    files = [before]
    for body in bodies:
        lines = "\n".join(f"    {line}" for line in body.splitlines())
        files.append(f"def upgrade():\n{lines}\n\n\ndef downgrade():\n    pass\n")
    return len(only(rule, judged(folder, files, engine=engine)))


def sql(text: str) -> str:
    return f"op.execute({text!r})"


class TestIndexes:
    rule = "pg-index-concurrently"

    @pytest.mark.parametrize(
        ("body", "times"),
        [
            ('op.create_index("i", "notes", ["number"])', 1),
            ('op.create_index("i", "notes", ["number"], unique=True)', 1),
            ('op.create_index("i", "unheard_of", ["number"])', 1),  # it must be there, or the statement fails
            ('op.create_table("t", sa.Column("a", sa.Integer()))\nop.create_index("i", "t", ["a"])', 0),
            ('op.execute("CREATE TABLE t AS SELECT 1 AS a")\nop.create_index("i", "t", ["a"])', 0),
            (f'{BLOCK}\n    op.execute("CREATE INDEX CONCURRENTLY i ON notes (number)")', 0),
            (f'{BLOCK}\n    op.execute("CREATE INDEX i ON notes (number)")', 1),  # no transaction, and still a lock
        ],
    )
    def test_it_speaks_of_tables_that_were_there(self, tmp_path: Path, body: str, times: int) -> None:
        assert last(tmp_path, self.rule, body) == times

    def test_a_table_of_code_that_cannot_be_read_may_be_new(self, tmp_path: Path) -> None:
        body = 'import somewhere\nsomewhere.make(op)\nop.create_index("i", "from_there", ["a"])'
        assert last(tmp_path, self.rule, body) == 0

    def test_to_drop_one_is_a_note(self, tmp_path: Path) -> None:
        body = 'def upgrade():\n    op.drop_index("i", "notes")\n\n\ndef downgrade():\n    pass\n'
        (one,) = (one for one in findings(tmp_path, [NOTES, body]) if one.rule == self.rule)
        assert one.severity is Severity.note
        assert "ACCESS EXCLUSIVE" in one.message

    def test_what_a_downgrade_makes_is_not_spoken_of(self, tmp_path: Path) -> None:
        body = 'def upgrade():\n    pass\n\n\ndef downgrade():\n    op.create_index("i", "notes", ["number"])\n'
        assert only(self.rule, judged(tmp_path, [NOTES, body])) == []

    def test_other_servers_have_other_rules(self, tmp_path: Path) -> None:
        assert last(tmp_path, self.rule, 'op.create_index("i", "notes", ["number"])', engine="mysql:9.7") == 0


class TestConcurrently:
    rule = "pg-concurrently-in-transaction"
    make = sql("CREATE INDEX CONCURRENTLY i ON notes (number)")

    @pytest.mark.parametrize(
        ("body", "times"),
        [
            (make, 1),
            (sql("REINDEX TABLE CONCURRENTLY notes"), 1),
            (sql("REINDEX TABLE notes"), 0),
            (f"{sql('COMMIT')}\n{make}", 0),
            (f"{BLOCK}\n    {make}", 0),
            (f"{BLOCK}\n    pass\n{make}", 1),
            (f"bind = op.get_bind().execution_options(isolation_level='AUTOCOMMIT')\n{make}", 0),
            ('op.create_index("i", "notes", ["number"], mysql_concurrently=True)', 0),
        ],
    )
    def test_it_speaks_where_a_transaction_is_open(self, tmp_path: Path, body: str, times: int) -> None:
        assert last(tmp_path, self.rule, body) == times

    def test_it_speaks_of_a_downgrade_too(self, tmp_path: Path) -> None:
        body = f"def upgrade():\n    pass\n\n\ndef downgrade():\n    {sql('DROP INDEX CONCURRENTLY i')}\n"
        assert len(only(self.rule, judged(tmp_path, [NOTES, body]))) == 1


class TestNotNull:
    rule = "pg-set-not-null"
    set_ = sql("ALTER TABLE notes ALTER COLUMN body SET NOT NULL")
    check = sql("ALTER TABLE notes ADD CONSTRAINT there CHECK (body IS NOT NULL){}")
    validate = sql("ALTER TABLE notes VALIDATE CONSTRAINT there")

    def test_a_validated_check_proves_it(self, tmp_path: Path) -> None:
        later, valid = self.check.format(" NOT VALID"), self.check.format("")
        assert last(tmp_path / "a", self.rule, self.set_) == 1
        assert last(tmp_path / "b", self.rule, valid, self.set_) == 0
        assert last(tmp_path / "c", self.rule, later, self.validate, self.set_) == 0
        assert last(tmp_path / "d", self.rule, f"{later}\n{self.set_}") == 1
        assert last(tmp_path / "e", self.rule, f"{later}\n{self.validate}\n{self.set_}") == 0

    def test_a_check_of_another_column_proves_nothing(self, tmp_path: Path) -> None:
        assert last(tmp_path, self.rule, self.check.format("").replace("body IS", "number IS"), self.set_) == 1

    def test_what_is_not_null_already_stays_so(self, tmp_path: Path) -> None:
        before = NOTES.replace("body VARCHAR(40)", "body VARCHAR(40) NOT NULL")
        assert last(tmp_path / "a", self.rule, self.set_, before=before) == 0
        says = 'op.alter_column("notes", "body", type_=sa.Text(), existing_nullable=False, nullable=False)'
        assert last(tmp_path / "b", self.rule, says) == 0

    def test_null_is_free(self, tmp_path: Path) -> None:
        assert last(tmp_path, self.rule, sql("ALTER TABLE notes ALTER COLUMN body DROP NOT NULL")) == 0


class TestConstraints:
    rule = "pg-constraint-not-valid"
    add = sql("ALTER TABLE notes ADD CONSTRAINT c CHECK (number > 0) NOT VALID")
    validate = sql("ALTER TABLE notes VALIDATE CONSTRAINT c")

    @pytest.mark.parametrize(
        ("bodies", "times"),
        [
            ((add,), 0),
            ((add, validate), 0),
            ((f"{add}\n{validate}",), 1),
            ((f"{add}\n{BLOCK}\n    {validate}",), 0),
            ((sql("ALTER TABLE notes ADD CONSTRAINT c CHECK (number > 0)"),), 1),
            ((sql("ALTER TABLE notes ADD CONSTRAINT c UNIQUE (number)"),), 0),
            ((sql("ALTER TABLE notes ADD COLUMN a INT REFERENCES notes (id)"),), 0),  # NULL in each row: not read
        ],
    )
    def test_rows_are_read_under_the_lock_or_not(self, tmp_path: Path, bodies: tuple[str, ...], times: int) -> None:
        assert last(tmp_path, self.rule, *bodies) == times


class TestUnique:
    rule = "pg-unique-using-index"

    @pytest.mark.parametrize(
        ("body", "times"),
        [
            (sql("ALTER TABLE notes ADD CONSTRAINT u UNIQUE (number)"), 1),
            (sql("ALTER TABLE notes ADD CONSTRAINT u UNIQUE USING INDEX i"), 0),
            (sql("ALTER TABLE notes ADD PRIMARY KEY (number)"), 1),
            (sql("ALTER TABLE notes ADD COLUMN mark INT UNIQUE"), 1),
            ('op.create_index("i", "notes", ["number"], unique=True)', 0),  # pg-index-concurrently says it
        ],
    )
    def test_an_index_that_is_there_is_taken(self, tmp_path: Path, body: str, times: int) -> None:
        assert last(tmp_path, self.rule, body) == times

    def test_one_without_a_name_is_called_by_its_table(self, tmp_path: Path) -> None:
        body = "def upgrade():\n    op.create_unique_constraint(None, 'notes', ['number'])\n"
        found = [one for one in findings(tmp_path, [NOTES, body], engine="postgresql:15") if one.rule == self.rule]
        assert [one.object for one in found] == ["notes"]
        assert found[0].message.startswith("the index of a UNIQUE on notes is made")


class TestLockHeld:
    rule = "pg-lock-held"
    add = 'op.add_column("notes", sa.Column("mark", sa.Integer()))'
    fill = sql("UPDATE notes SET mark = 1")

    @pytest.mark.parametrize(
        ("body", "times"),
        [
            (f"{add}\n{fill}", 1),
            (f"{fill}\n{add}", 0),
            (f"{sql('ALTER TABLE notes ALTER COLUMN number SET DEFAULT 1')}\n{fill}", 1),
            (f"op.alter_column('notes', 'number', comment='a number')\n{fill}", 0),
            (f"{add}\n{sql('UPDATE notes SET mark = 1 WHERE id = 7')}", 0),
            (f"{add}\n{sql('INSERT INTO letters SELECT * FROM notes')}", 1),
            (f"{add}\n{sql('INSERT INTO notes (id) VALUES (1)')}", 0),
            (f"{add}\n{BLOCK}\n    {fill}", 0),
            (f"{add}\n{sql('COMMIT')}\n{fill}", 0),
            (f"{sql('CREATE INDEX i ON notes (number)')}\n{fill}", 0),  # SHARE: reads go on
        ],
    )
    def test_the_lock_stays_until_the_transaction_ends(self, tmp_path: Path, body: str, times: int) -> None:
        assert last(tmp_path, self.rule, body) == times


class TestDefaults:
    rule = "pg-volatile-default"

    @pytest.mark.parametrize(
        ("column", "times"),
        [
            ("a UUID DEFAULT gen_random_uuid()", 1),
            ("a TIMESTAMPTZ DEFAULT clock_timestamp()", 1),
            ("a TIMESTAMPTZ DEFAULT now()", 0),
            ("a TEXT DEFAULT 'random()'", 0),
            ("a TEXT DEFAULT my_function()", 0),  # which may be anything
            ("a BIGSERIAL", 1),
            ("a INT GENERATED ALWAYS AS IDENTITY", 1),
            ("a INT GENERATED ALWAYS AS (number * 2) STORED", 1),
            ("a INT DEFAULT nextval('s')", 1),
        ],
    )
    def test_what_differs_by_row_writes_the_table_anew(self, tmp_path: Path, column: str, times: int) -> None:
        assert last(tmp_path, self.rule, sql(f"ALTER TABLE notes ADD COLUMN {column}")) == times


class TestTypes:
    rule = "pg-type-rewrite"

    def test_an_enum_that_the_history_made_is_no_domain(self, tmp_path: Path) -> None:
        to_enum = sql("ALTER TABLE notes ALTER COLUMN body TYPE mood USING body::mood")
        to_other = to_enum.replace("mood", "unheard")
        assert last(tmp_path / "a", self.rule, to_enum, before=MOOD) == 1
        assert last(tmp_path / "b", self.rule, to_other, before=MOOD) == 0

    def test_the_type_is_that_of_the_last_revision_that_changed_it(self, tmp_path: Path) -> None:
        wider = sql("ALTER TABLE notes ALTER COLUMN body TYPE VARCHAR(80)")
        assert last(tmp_path, self.rule, wider, sql("ALTER TABLE notes ALTER COLUMN body TYPE VARCHAR(60)")) == 1
        assert last(tmp_path / "b", self.rule, sql("ALTER TABLE notes ALTER COLUMN body TYPE VARCHAR(60)")) == 0


class TestEnums:
    rule = "pg-enum-value-used"
    add = sql("ALTER TYPE mood ADD VALUE 'glad'")

    @pytest.mark.parametrize(
        ("body", "times"),
        [
            (f"{add}\n{sql('''UPDATE notes SET feeling = 'glad' WHERE id = 1''')}", 1),
            (f"{add}\n{sql('''UPDATE letters SET word = 'glad' WHERE id = 1''')}", 0),  # of another type
            (f"{add}\n{sql('''UPDATE letters SET word = CAST('glad' AS mood) WHERE id = 1''')}", 1),
            (f"{add}\n{sql('''UPDATE letters SET word = 'glad'::mood WHERE id = 1''')}", 1),
            (f"{add}\n{sql('''UPDATE notes SET feeling = 'sad' WHERE id = 1''')}", 0),
            (f"{BLOCK}\n    {add}\n{sql('''UPDATE notes SET feeling = 'glad' WHERE id = 1''')}", 0),
            (sql("ALTER TYPE mood ADD VALUE 'glad'; ALTER TABLE notes ADD COLUMN c INT"), 0),
            (f"{add}\n{sql('''ALTER TYPE mood ADD VALUE 'merry' AFTER 'sad' ''')}", 0),
            (f"{add}\nop.alter_column('notes', 'feeling', server_default='glad')", 1),
        ],
    )
    def test_a_new_value_waits_for_the_commit(self, tmp_path: Path, body: str, times: int) -> None:
        assert last(tmp_path, self.rule, body, before=MOOD) == times

    @pytest.mark.parametrize(("engine", "times"), [("postgresql:15", 1), ("postgresql:17", 0)])
    def test_a_type_of_the_same_transaction_is_taken_from_17_on(self, tmp_path: Path, engine: str, times: int) -> None:
        body = "\n".join(
            map(
                sql,
                (
                    "CREATE TYPE size AS ENUM ('s')",
                    "ALTER TYPE size ADD VALUE 'm'",
                    "CREATE TABLE shirts (size size DEFAULT 'm')",
                ),
            )
        )
        assert last(tmp_path, self.rule, body, engine=engine) == times
