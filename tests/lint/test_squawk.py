"""What squawk says of a history's SQL stands on the lines of the revision files, beside what the kit's rules say."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from migkit.engines import parse
from migkit.lint.judging import Judged
from migkit.model import Severity
from migkit.squawk import asking, program
from migkit.squawk.asking import judged
from migkit.squawk.rules import CONTRARY, GRAVE, OWN
from tests.conftest import lacking
from tests.inspection.project import Place, made, told
from tests.lint.core import all_rules, cases
from tests.lint.histories import Facts, schema, written

DOWN = "\n\ndef downgrade():\n    pass\n"


@pytest.fixture
def squawk() -> str:
    return program.installed() or lacking("squawk-cli is not installed")


def asked(folder: Path, *uppers: str, engine: str = "postgresql:15", by: str | None = None) -> tuple[Judged, ...]:
    bodies = [f"def upgrade():\n{upper}{DOWN}" for upper in uppers]
    history = written(folder, bodies)
    whole, found = cases(history.folder, schema(folder, engine=engine), Facts(), parse(engine))
    return judged(whole, {one.script.path: one.source for one in found}, by)


def at(found: tuple[Judged, ...]) -> list[tuple[str, str]]:
    """Give each rule, and the line of the file that it speaks of."""
    return [
        (one.rule.name, one.path.read_text().splitlines()[one.found.span.line - 1].strip()) for one in found if one.path
    ]


@pytest.mark.usefixtures("squawk")
class TestPlaces:
    def test_a_column_of_an_operation_has_its_own_line(self, tmp_path: Path) -> None:
        found = asked(
            tmp_path,
            "    op.create_table(\n"
            '        "notes",\n'
            '        sa.Column("id", sa.BigInteger(), primary_key=True),\n'
            '        sa.Column("code", sa.CHAR(3)),\n'
            "    )\n",
        )
        assert at(found) == [("squawk-ban-char-field", 'sa.Column("code", sa.CHAR(3)),')]

    def test_sql_of_several_lines_is_found_by_the_line_that_it_is(self, tmp_path: Path) -> None:
        found = asked(
            tmp_path,
            '    op.execute("""\n        CREATE TABLE notes (\n            id BIGINT PRIMARY KEY,\n'
            '            code CHAR(3)\n        )\n    """)\n',
        )
        assert at(found) == [("squawk-ban-char-field", "code CHAR(3)")]
        assert found[0].found.span.column == len("            code ") + 1

    def test_sql_that_the_file_holds_otherwise_is_found_at_its_statement(self, tmp_path: Path) -> None:
        found = asked(
            tmp_path, '    op.execute("CREATE TABLE notes (" + "id BIGINT PRIMARY KEY,\\n code" + " CHAR(3))")\n'
        )
        assert [rule for rule, _ in at(found)] == ["squawk-ban-char-field"]
        assert at(found)[0][1].startswith("op.execute(")

    def test_each_revision_keeps_its_own(self, tmp_path: Path) -> None:
        one = '    op.execute("CREATE TABLE a (id BIGINT PRIMARY KEY, code CHAR(3))")\n'
        found = asked(tmp_path, one, one.replace("TABLE a", "TABLE b"))
        assert [("TABLE a" in line, "TABLE b" in line) for _, line in at(found)] == [(True, False), (False, True)]
        assert len({one.revision for one in found}) == 2


@pytest.mark.usefixtures("squawk")
class TestWhatIsListenedTo:
    def test_what_the_kit_says_itself_is_not_said_twice(self, tmp_path: Path) -> None:
        found = asked(
            tmp_path,
            '    op.create_index("i", "notes", ["a"])\n'
            '    op.add_column("notes", sa.Column("b", sa.BigInteger(), nullable=False))\n'
            '    op.drop_column("notes", "c")\n'
            '    op.drop_table("letters")\n'
            '    op.alter_column("notes", "d", new_column_name="e")\n'
            '    op.create_foreign_key("f", "notes", "owners", ["owner"], ["id"])\n'
            '    op.create_unique_constraint("u", "notes", ["g"])\n'
            '    op.alter_column("notes", "h", type_=sa.BigInteger(), nullable=False)\n',
        )
        assert at(found) == []

    def test_a_statement_that_it_cannot_read_hides_no_other(self, tmp_path: Path) -> None:
        found = asked(
            tmp_path,
            '    op.execute("CREATE TABLE notes (id BIGINT PRIMARY KEY, code CHAR(3))")\n'
            '    op.execute("CREATE NONSENSE WITH 1 2 3")\n'
            '    op.execute("CREATE TABLE letters (id BIGINT PRIMARY KEY, code CHAR(3))")\n',
        )
        assert [rule for rule, _ in at(found)] == ["squawk-ban-char-field"] * 2
        assert [name in line for name, (_, line) in zip(("notes", "letters"), at(found), strict=True)] == [True, True]

    def test_taste_is_a_note_and_what_holds_a_server_up_is_not(self, tmp_path: Path) -> None:
        found = asked(
            tmp_path,
            '    op.execute("TRUNCATE notes CASCADE")\n'
            '    op.execute("ALTER TABLE notes ADD COLUMN IF NOT EXISTS c CHAR(3)")\n',
        )
        assert [(one.rule.name, one.rule.severity) for one in found] == [
            ("squawk-ban-truncate-cascade", Severity.warning),
            ("squawk-ban-char-field", Severity.note),
        ]

    def test_a_statement_is_asked_about_in_an_autocommit_block_too(self, tmp_path: Path) -> None:
        found = asked(
            tmp_path,
            "    with op.get_context().autocommit_block():\n"
            '        op.execute("CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON notes (c)")\n'
            '        op.execute("ALTER TABLE notes ADD COLUMN IF NOT EXISTS d CHAR(3)")\n',
        )
        assert [rule for rule, _ in at(found)] == ["squawk-ban-char-field"]

    def test_it_is_asked_about_postgresql_alone(self, tmp_path: Path) -> None:
        assert asked(tmp_path, '    op.execute("CREATE TABLE n (c CHAR(3))")\n', engine="mysql:9.7") == ()


class TestWhereItIsNotThere:
    def test_nothing_is_said_where_it_is_not_installed(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(asking, "installed", lambda: None)
        assert asked(tmp_path, '    op.execute("CREATE TABLE n (c CHAR(3))")\n') == ()

    @pytest.mark.parametrize(
        ("code", "said"),
        [
            ("print('no JSON')", "no JSON"),
            ("print('[{}]')", "[{}]"),
            ('print(\'[{"file": "7.sql"}]\')', "7.sql"),
            ("import sys; sys.exit('it broke')", "it broke"),
            ("import sys; sys.stderr.write('bad'); sys.exit(3)", "exit code 3"),
        ],
    )
    def test_a_squawk_that_does_not_answer_is_told_as_a_note(self, tmp_path: Path, code: str, said: str) -> None:
        broken = tmp_path / "squawk"
        broken.write_text(f"#!{sys.executable}\n{code}\n")
        broken.chmod(0o755)
        (found,) = asked(tmp_path, '    op.execute("CREATE TABLE n (c CHAR(3))")\n', by=str(broken))
        assert (found.rule.name, found.rule.severity) == ("squawk-failed", Severity.note)
        assert said in found.found.what

    def test_a_place_beyond_the_text_is_the_file(self, tmp_path: Path) -> None:
        odd = tmp_path / "squawk"
        answer = [
            {"file": "000000.sql", "line": 99, "column": 1, "level": "Warning", "message": "Odd.", "rule_name": "odd"}
        ]
        odd.write_text(f"#!{sys.executable}\nprint({json.dumps(answer)!r})\n")
        odd.chmod(0o755)
        (found,) = asked(tmp_path, '    op.execute("CREATE TABLE n (c CHAR(3))")\n', by=str(odd))
        assert (found.rule.name, found.found.span.line, found.found.why) == ("squawk-odd", 1, "Odd")


@pytest.mark.usefixtures("squawk")
class TestInTheVerb:
    @pytest.fixture
    def place(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        place = made(tmp_path / "project")
        place.configure(engine="postgresql:15")
        return place

    def char(self, place: Place, comment: str = "") -> None:
        place.write(
            "a1", None, f'op.execute("CREATE TABLE n (id INT, c CHAR(3))"){comment}', 'op.execute("DROP TABLE n")'
        )

    def rules(self, place: Place) -> set[str]:
        return {one[0] for one in told(place.lint().findings)}

    def test_its_findings_stand_among_the_others(self, place: Place) -> None:
        self.char(place)
        (found,) = (one for one in place.lint().findings if one.rule == "squawk-ban-char-field")
        assert (found.revision, found.severity) == ("a1", Severity.note)
        assert "CHAR(3)" in found.source

    def test_a_comment_silences_one(self, place: Place) -> None:
        self.char(place, "  # migkit: ignore[squawk-ban-char-field] codes of three letters")
        assert not self.rules(place) & {"squawk-ban-char-field", "unused-ignore", "unknown-ignore"}

    def test_the_configuration_gives_one_a_level(self, place: Place) -> None:
        place.configure('lint = { off = ["squawk-ban-char-field"] }', engine="postgresql:15")
        self.char(place)
        assert "squawk-ban-char-field" not in self.rules(place)

    def test_its_own_configuration_counts_in_a_second_run_too(self, place: Place) -> None:
        self.char(place)
        assert "squawk-ban-char-field" in self.rules(place)
        (place.root / ".squawk.toml").write_text('excluded_rules = ["ban-char-field"]\n')
        assert "squawk-ban-char-field" not in self.rules(place)


def test_what_is_said_instead_is_a_rule_of_the_kit() -> None:
    assert set(OWN.values()) <= {rule.name for rule in all_rules()}
    assert not OWN.keys() & CONTRARY


def test_the_document_says_what_is_not_taken_from_it() -> None:
    told_of = (Path(__file__).parents[2] / "docs" / "squawk.md").read_text("utf-8")
    assert [name for name, own in OWN.items() if f"| {name} | {own} |" not in told_of] == []
    assert [name for name in (*CONTRARY, *GRAVE) if f"`{name}`" not in told_of] == []
