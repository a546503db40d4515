"""What became of each statement: from the journal's lines alone, and with what a look at the target shows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from migkit import engines, journal
from migkit.journal.evidence import Eyes, named
from migkit.journal.fates import Seen, unfinished
from migkit.model.release import Entry, Fate, Kind, StatementFate, Unfinished
from migkit.servers import login

BEFORE = {"table calls": "CREATE TABLE `calls` (\n  `id` int NOT NULL\n)"}
NOW = {"table calls": "CREATE TABLE `calls` (\n  `id` int NOT NULL,\n  `note` int\n)"}
GONE = {"7 since 1": None}
MYSQL = Seen(applied=(), marks=(), doing=GONE, objects=BEFORE)
POSTGRESQL = Seen(applied=(), marks=(), doing=GONE, transactional=True)
NOBODY = Seen()


class Book:
    """Lines of a run, one after the other."""

    def __init__(self, run: str = "r1", before: tuple[Entry, ...] = (), *, resumes: str = "", planned: int = 3) -> None:
        self.entries = list(before)
        self.run, self.seq = run, 0
        self.add(Kind.run, facts={"resumes": resumes})
        self.revision(planned)

    def add(self, kind: Kind, number: int = 0, **fields: Any) -> Book:
        self.seq += 1
        revision = "a1" if kind not in (Kind.run, Kind.ended) else ""
        self.entries.append(Entry(self.run, self.seq, "", kind, revision, number, **fields))
        return self

    def revision(self, planned: int = 3, direction: str = "upgrade") -> Book:
        return self.add(Kind.revision, facts={"direction": direction, "text": "t", "statements": planned})

    def ddl(self, number: int, *, answered: bool = True, within: bool = True) -> Book:
        facts = {"session": "7 since 1", "open": within, "pending": False, "evidence": BEFORE}
        self.add(Kind.sent, number, sql=f"ALTER {number}", hash=f"h{number}", facts=facts)
        return self.add(Kind.done, number, facts={"pending": False}) if answered else self

    def rows(
        self, number: int, *, answered: bool = True, marked: bool | None = True, session: str = "7 since 1"
    ) -> Book:
        facts = {"session": session, "pending": True}
        self.add(Kind.sent, number, sql=f"UPDATE {number}", hash=f"h{number}", facts=facts)
        said = {"pending": True, **({} if marked is None else {"marked": marked})}
        return self.add(Kind.done, number, facts=said) if answered else self

    def mark(self, number: int) -> tuple[str, int]:
        return next((one.run, one.seq) for one in self.entries if one.kind is Kind.done and one.number == number)

    def one(self, seen: Seen) -> Unfinished:
        (found,) = unfinished(self.entries, seen)
        return found

    def fates(self, seen: Seen) -> list[str]:
        return [one.fate.value for one in self.one(seen).statements]


def test_the_sentence_of_a_statement_that_failed() -> None:
    book = Book(planned=5).ddl(1).ddl(2).ddl(3).ddl(4, answered=False)
    book.add(Kind.failed, 4, message="Duplicate column name 'note'")
    one = book.one(MYSQL)
    assert journal.said(one) == (
        "upgrade of revision a1: statements 1–3 of 5 applied, "  # noqa: RUF001  # as people write it
        "4 failed with: Duplicate column name 'note', 5 not started"
    )
    assert "--resume" in journal.remedy(one, "app", "production")
    assert journal.partial(one)


def test_the_sentence_of_a_statement_that_was_never_answered() -> None:
    one = Book().ddl(1).ddl(2, answered=False).one(NOBODY)
    assert journal.said(one) == (
        "upgrade of revision a1: statement 1 of 3 applied, 2 is unknown: it was sent and never answered, "
        "and no object tells, 3 not started"
    )
    assert "--unknown applied" in journal.remedy(one, "app", "production")


def test_the_catalogue_tells_whether_ddl_was_applied() -> None:
    book = Book().ddl(1, answered=False)
    assert book.fates(MYSQL) == ["gone", "waiting", "waiting"]
    one = book.one(Seen(applied=(), doing=GONE, objects=NOW))
    assert one.statements[0].fate == "applied"
    assert one.statements[0].why == "table calls has now `note` int"
    assert book.fates(Seen(applied=(), doing=GONE, objects={"table calls": None}))[0] == "applied"


def test_a_server_whose_ddl_may_be_done_in_part_leaves_it_unknown() -> None:
    one = Book().ddl(1, answered=False).one(Seen(applied=(), doing=GONE, objects=NOW, whole=False))
    assert one.statements[0].fate == "unknown"
    assert "`note` int" in one.statements[0].why


def test_ddl_of_which_nothing_was_seen_before_stays_unknown() -> None:
    book = Book().add(Kind.sent, 1, facts={"session": "7 since 1", "pending": False, "evidence": {}})
    assert book.fates(MYSQL)[0] == "unknown"
    half = Book().add(Kind.sent, 1, facts={"pending": False, "evidence": {**BEFORE, "table other": None}})
    assert half.fates(MYSQL)[0] == "unknown"


@pytest.mark.parametrize("book", [Book().ddl(1, answered=False), Book().rows(1, answered=False), Book().rows(1)])
def test_a_session_that_is_still_there_keeps_it_open(book: Book) -> None:
    one = book.one(Seen(applied=(), marks=(), doing={"7 since 1": "ALTER"}, objects=NOW))
    assert one.statements[0].fate == "running"
    assert journal.remedy(one, "app", "production").startswith("wait until session 7 has ended")


def test_rows_are_applied_exactly_if_their_mark_is_committed() -> None:
    book = Book().rows(1).rows(2)
    marked = Seen(applied=(), marks=(book.mark(1),), doing=GONE)
    assert book.fates(marked)[:2] == ["applied", "gone"]


def test_rows_that_were_never_answered_are_gone_with_their_session() -> None:
    assert Book().rows(1, answered=False).fates(MYSQL)[0] == "gone"
    assert Book().rows(1, answered=False).fates(NOBODY)[0] == "unknown"


def test_without_marks_rows_of_an_open_transaction_are_unknown() -> None:
    book = Book().rows(1, marked=None)
    assert book.fates(MYSQL)[0] == "unknown"
    assert book.fates(POSTGRESQL)[0] == "gone"


def test_rows_are_committed_by_a_later_statement_that_commits() -> None:
    assert Book().rows(1, marked=None).ddl(2).fates(MYSQL)[:2] == ["applied", "applied"]
    unanswered = Book().rows(1, marked=None).ddl(2, answered=False)
    applied = Seen(applied=(), doing=GONE, objects=NOW)
    assert unanswered.fates(applied)[:2] == ["applied", "applied"]
    assert unanswered.fates(MYSQL)[:2] == ["unknown", "gone"]


def test_what_alembic_committed_before_a_statement_of_its_own_is_applied_on_postgresql() -> None:
    book = Book().rows(1, marked=None).ddl(2, answered=False, within=False)
    assert book.fates(POSTGRESQL)[0] == "applied"
    literal = Book().rows(1, marked=None).ddl(2, answered=False)
    assert literal.fates(POSTGRESQL)[0] == "unknown"


def test_a_commit_that_was_begun_leaves_what_it_holds_unknown_until_something_is_sent() -> None:
    book = Book().rows(1, marked=None).add(Kind.commits)
    assert book.fates(POSTGRESQL)[0] == "unknown"
    assert book.rows(2, marked=None).fates(POSTGRESQL)[:2] == ["applied", "gone"]
    marked = Book().rows(1).add(Kind.commits)
    assert marked.fates(POSTGRESQL)[0] == "gone"
    assert marked.fates(Seen(applied=(), marks=(marked.mark(1),), doing=GONE))[0] == "applied"


def test_a_mark_that_was_lost_with_its_connection_says_that_nothing_was_committed() -> None:
    book = Book().rows(1, marked=None)
    book.entries[-1].facts.update(marked=False, lost=True)
    assert book.fates(MYSQL)[0] == "gone"
    book.entries[-1].facts.update(lost=False)
    assert book.fates(MYSQL)[0] == "unknown"


def test_the_version_table_says_that_a_revision_was_finished() -> None:
    book = Book(planned=1).ddl(1)
    assert unfinished(book.entries, Seen(applied=("a1",))) == ()
    one = book.one(Seen(applied=()))
    assert journal.said(one).endswith("statement 1 of 1 applied, and its row in the version table is not written")
    down = Book(planned=1)
    down.entries.pop()
    down.revision(1, "downgrade").ddl(1)
    assert unfinished(down.entries, Seen(applied=())) == ()
    assert "inv mig.rollback" in journal.remedy(down.one(Seen(applied=("a1",))), "app", "production")


def test_what_is_to_be_typed_is_whole() -> None:
    begun = Unfinished("r1", "b2", "downgrade", "text", "7", ())
    back = "inv mig.rollback --schema app --target production"
    assert journal.remedy(begun, "app", "production") == f"run it again: {back} --to -1"
    statements = (StatementFate(1, "h", "DROP", Fate.applied), StatementFate(2, "h", "", Fate.waiting))
    half = replace(begun, statements=statements)
    assert journal.remedy(half, "app", "production") == f"{back} --resume"


def test_a_line_that_says_committed_is_believed_where_nobody_looks() -> None:
    book = Book().ddl(1).add(Kind.committed)
    assert unfinished(book.entries, NOBODY) == ()


def test_a_statement_that_was_sent_again_has_its_last_answer() -> None:
    book = Book().ddl(1, answered=False).add(Kind.failed, 1, message="Lock wait timeout").ddl(1)
    assert book.fates(MYSQL)[0] == "applied"


def test_a_connection_that_was_lost_is_no_answer() -> None:
    book = Book().ddl(1, answered=False).add(Kind.failed, 1, message="Lost connection", facts={"lost": True})
    assert book.fates(Seen(applied=(), doing=GONE, objects=NOW))[0] == "applied"


def test_a_revision_that_is_begun_anew_forgets_what_its_transaction_held() -> None:
    book = Book().rows(1).rows(2, answered=False).add(Kind.failed, 2, message="canceled due to lock timeout")
    book.revision().rows(1)
    assert book.fates(POSTGRESQL) == ["gone", "waiting", "waiting"]
    kept = Book().ddl(1).rows(2, answered=False).revision()
    assert kept.fates(POSTGRESQL)[0] == "applied"


def test_a_run_that_resumes_keeps_what_was_applied() -> None:
    first = Book().ddl(1).ddl(2).ddl(3, answered=False).add(Kind.failed, 3, message="no")
    resumed = Book("r2", tuple(first.entries), resumes="r1").add(Kind.passed, 1, hash="h1", sql="ALTER 1")
    assert resumed.fates(MYSQL) == ["applied", "applied", "failed"]
    assert resumed.one(MYSQL).run == "r2"
    resumed.add(Kind.passed, 2, hash="h2").ddl(3)
    assert resumed.fates(MYSQL) == ["applied", "applied", "applied"]


def test_a_plain_run_begins_at_the_beginning() -> None:
    first = Book().rows(1).rows(2)
    again = Book("r2", tuple(first.entries)).rows(1)
    assert again.fates(POSTGRESQL) == ["gone", "waiting", "waiting"]


def test_what_left_nothing_is_told_of_the_last_run_alone() -> None:
    first = Book().rows(1)
    assert not journal.partial(first.one(POSTGRESQL))
    assert journal.remedy(first.one(POSTGRESQL), "app", "production").startswith("run it again")
    later = [*first.entries, Entry("r2", 1, "", Kind.run), Entry("r2", 2, "", Kind.revision, "b2", facts={})]
    assert [one.revision for one in unfinished(later, POSTGRESQL)] == ["b2"]


def test_an_index_that_is_not_valid_is_to_be_dropped() -> None:
    index = "index CREATE INDEX i ON calls (name) not valid"
    book = Book().add(Kind.sent, 1, facts={"pending": False, "evidence": {"table calls": ""}})
    seen = Seen(
        applied=(), transactional=True, objects={"table calls": index}, half=lambda text: tuple(text.splitlines())
    )
    assert book.one(seen).statements[0].fate == "failed"
    assert "must be dropped first" in book.one(seen).statements[0].why


def test_what_was_to_be_sent_over_a_lost_connection_never_reached_the_server() -> None:
    book = Book().rows(1, marked=None)
    book.entries[-1].facts.update(marked=False, lost=True)
    book.add(Kind.sent, 2, facts={"session": "7 since 1", "pending": False, "evidence": {}})
    assert book.fates(MYSQL)[:2] == ["gone", "gone"]
    book.entries[-1].facts.update(session="8 since 1")
    assert book.fates(MYSQL)[1] == "unknown"


def test_of_a_line_that_says_nothing_of_a_transaction_nothing_is_guessed() -> None:
    book = Book().add(Kind.sent, 1, facts={"session": "7 since 1"})
    assert book.fates(MYSQL)[0] == "unknown"


def test_its_json() -> None:
    told = journal.facts(Book().ddl(1).one(MYSQL), "app", "production")
    assert told["statements"][0] == {"number": 1, "fate": "applied", "hash": "h1", "sql": "ALTER 1"} | {
        "why": "the server answered that it is done"
    }
    assert told["said"].startswith("upgrade of revision a1")


def test_what_may_be_applied_in_part_is_never_gone_or_failed() -> None:
    for facts in ({"pending": True, "parts": True}, {"pending": False, "several": True}):
        book = Book().add(Kind.sent, 1, sql="CALL x()", hash="h1", facts={"session": "7 since 1", **facts})
        assert book.fates(MYSQL)[0] == "unknown"
        assert book.add(Kind.failed, 1, message="no").fates(MYSQL)[0] == "unknown"


def test_rows_one_by_one_that_failed_and_were_gone_on_from_are_unknown() -> None:
    facts = {"session": "7 since 1", "pending": True, "several": True}
    book = Book().add(Kind.sent, 1, sql="UPDATE x", hash="h1", facts=facts).add(Kind.failed, 1, message="no")
    assert book.fates(MYSQL)[0] == "failed"
    assert book.ddl(2).fates(MYSQL)[:2] == ["unknown", "applied"]


def test_a_table_without_transactions_keeps_its_rows() -> None:
    book = Book().add(Kind.sent, 1, sql="INSERT INTO `old` VALUES (1)", hash="h1", facts={"pending": True})
    book.add(Kind.ended)
    assert book.fates(MYSQL)[0] == "gone"
    assert book.fates(replace(MYSQL, loose={"old"}))[0] == "unknown"
    assert book.fates(replace(MYSQL, loose={"older"}))[0] == "gone"


def test_the_server_has_the_last_word_on_what_commits_by_itself() -> None:
    """In autocommit, behind START TRANSACTION."""
    book = Book().add(Kind.sent, 1, sql="DO x()", hash="h1", facts={"session": "7 since 1", "pending": False})
    book.add(Kind.done, 1, facts={"pending": True, "marked": True})
    assert book.fates(MYSQL)[0] == "gone"
    assert book.fates(replace(MYSQL, marks={book.mark(1)}))[0] == "applied"


def test_one_line_marks_all_that_a_transaction_holds() -> None:
    book = Book().rows(1, marked=None).rows(2, marked=None)
    book.add(Kind.marked, facts={"session": "7 since 1", "numbers": [1, 2]})
    line = (book.run, book.seq)
    assert book.fates(POSTGRESQL)[:2] == ["gone", "gone"]
    assert book.fates(replace(POSTGRESQL, marks={line}))[:2] == ["applied", "applied"]
    book.add(Kind.commits, facts={"session": "7 since 1", "marked": [1, 2]}).rows(3, marked=None)
    assert book.fates(POSTGRESQL) == ["gone", "gone", "gone"]
    assert book.fates(replace(POSTGRESQL, marks={line})) == ["applied", "applied", "gone"]


def test_another_machine_misses_the_mark_that_a_commit_said_was_there() -> None:
    """It reads what the table has: the line in the transaction went with it, that of the commit did not."""
    book = Book().rows(1, marked=None).add(Kind.commits, facts={"session": "7 since 1", "marked": [1]})
    book.rows(2, marked=None)
    assert book.fates(POSTGRESQL)[:2] == ["gone", "gone"]
    assert book.fates(replace(POSTGRESQL, marks=None))[0] == "applied"
    told = Book().rows(1, marked=None).add(Kind.sent, 2, sql="COMMIT", facts={"session": "7 since 1", "marked": [1]})
    assert told.fates(POSTGRESQL)[0] == "gone"


def test_a_transaction_that_was_ended_past_sqlalchemy_leaves_it_unknown() -> None:
    book = Book().rows(1, marked=None)
    book.add(Kind.done, 1, facts={"pending": True, "marked": False, "unseen": True}).ddl(2, within=False)
    assert book.fates(POSTGRESQL)[:2] == ["unknown", "applied"]
    assert journal.partial(book.one(POSTGRESQL))


def test_what_a_failed_statement_took_back_is_gone_though_a_commit_follows() -> None:
    book = Book().rows(1, marked=None).add(Kind.done, 1, facts={"pending": True, "marked": False, "undone": True})
    book.add(Kind.commits, facts={"session": "7 since 1"}).ddl(2, within=False)
    assert book.fates(POSTGRESQL)[:2] == ["gone", "applied"]


def test_a_connection_settles_what_is_its_own() -> None:
    """What another one commits by itself, or begins to commit, says nothing of an open transaction."""
    seen = replace(POSTGRESQL, doing={"7 since 1": None, "8 since 1": None})
    book = Book().rows(1, marked=None, session="8 since 1").ddl(2, within=False)
    assert book.fates(seen)[:2] == ["gone", "applied"]
    book = Book().rows(1, marked=None, session="8 since 1").rows(2, marked=None)
    book.add(Kind.commits, facts={"session": "7 since 1"}).rows(3, marked=None)
    assert book.fates(seen) == ["gone", "applied", "gone"]
    assert Book().rows(1, marked=None).ddl(2, within=False).fates(seen)[0] == "applied"


def test_several_statements_in_one_are_not_kept_by_the_first_answer() -> None:
    facts = {"session": "7 since 1", "open": False, "pending": False, "parts": True}
    book = Book().add(Kind.sent, 1, sql="CREATE TABLE a (id int); INSERT INTO a VALUES (1)", facts=facts)
    book.add(Kind.done, 1, facts={"pending": None, "marked": False, "lost": False})
    assert book.fates(MYSQL)[0] == "unknown"
    assert book.ddl(2).fates(MYSQL)[0] == "applied"


TWO = {"table a": "CREATE TABLE a", "table b": "CREATE TABLE b"}


def dropped(*, refused: bool, before: dict[str, str | None] = TWO) -> Book:
    facts = {"session": "7 since 1", "open": False, "pending": False, "evidence": before}
    book = Book().add(Kind.sent, 1, sql="DROP TABLE a, b", facts=facts)
    return book.add(Kind.failed, 1, message="Unknown table 'b'") if refused else book


def test_of_several_objects_one_that_is_as_before_leaves_it_unknown() -> None:
    unanswered = dropped(refused=False)
    assert unanswered.fates(replace(MYSQL, objects={"table a": None, "table b": None}))[0] == "applied"
    assert unanswered.fates(replace(MYSQL, objects=TWO))[0] == "gone"
    one = unanswered.one(replace(MYSQL, objects={**TWO, "table a": None})).statements[0]
    assert (one.fate, one.why) == (
        "unknown",
        "a part of it is applied: table a was there, and is no more; table b: as before it",
    )
    missing: dict[str, str | None] = {"table a": "CREATE TABLE a", "table b": None}
    half = dropped(refused=False, before=missing)
    assert half.fates(replace(MYSQL, objects={"table a": None, "table b": None}))[0] == "applied"


def test_a_refused_statement_may_have_done_one_of_several_objects() -> None:
    missing: dict[str, str | None] = {"table a": "CREATE TABLE a", "table b": None}
    refused = dropped(refused=True, before=missing)
    assert refused.fates(replace(MYSQL, objects=missing))[0] == "failed"
    assert refused.fates(replace(MYSQL, objects={"table a": None, "table b": None}))[0] == "unknown"
    later = {"session": "7 since 1", "open": False, "pending": False, "evidence": {"table a": "CREATE TABLE a"}}
    refused.add(Kind.sent, 2, sql="DROP TABLE a", facts=later).add(Kind.done, 2, facts={"pending": False})
    assert refused.fates(replace(MYSQL, objects={"table a": None, "table b": None}))[:2] == ["failed", "applied"]


INDEX = 'index CREATE UNIQUE INDEX "i n" ON shop."a b" USING btree (name) WHERE (id > 0) not valid'


def test_what_is_left_is_to_be_dropped_before_anything_is_sent_again() -> None:
    ledger = login.console(engines.parse("postgresql:15")).ledger()
    seen = replace(POSTGRESQL, objects={"table calls": INDEX}, half=ledger.half, drop=ledger.drop)
    facts = {"session": "7 since 1", "open": False, "pending": False, "evidence": {"table calls": "column id integer"}}
    guarded = 'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "i n" ON "a b" (name)'
    book = Book().add(Kind.sent, 1, sql=guarded, facts=facts)
    for told in (book, book.add(Kind.failed, 1, message="canceling statement due to lock timeout")):
        one = told.one(seen)
        assert (one.statements[0].fate, one.statements[0].left) == (
            "failed",
            ('DROP INDEX CONCURRENTLY shop."i n"',),
        )
        assert one.statements[0].stuck
        assert journal.partial(one)
        assert journal.remedy(one, "app", "production") == (
            'DROP INDEX CONCURRENTLY shop."i n"; then: inv mig.prod --schema app --target production --resume'
        )
    clean = book.one(replace(seen, objects={"table calls": "column id integer"}))
    assert clean.statements[0].left == ()
    assert not journal.partial(clean)
    plain = Book().add(Kind.sent, 1, sql=guarded.replace("IF NOT EXISTS ", ""), facts=facts).one(seen)
    assert plain.statements[0].left == ('DROP INDEX CONCURRENTLY shop."i n"',)
    assert not journal.partial(plain)  # the server says that it is there, or a guarded operation sees that it is not
    assert journal.remedy(plain, "app", "production").endswith("then: inv mig.prod --schema app --target production")


def test_an_index_that_was_to_be_dropped_is_dropped_when_it_is_sent_again() -> None:
    ledger = login.console(engines.parse("postgresql:15")).ledger()
    facts = {
        "session": "7 since 1",
        "open": False,
        "pending": False,
        "evidence": {"table i": INDEX.removesuffix(" not valid")},
    }
    book = Book().add(Kind.sent, 1, sql="DROP INDEX CONCURRENTLY i", facts=facts)
    one = book.one(replace(POSTGRESQL, objects={"table i": INDEX}, half=ledger.half, drop=ledger.drop)).statements[0]
    assert (one.fate, one.left) == ("failed", ())
    assert "must be dropped first" not in one.why


def test_a_session_that_was_lost_may_outlive_its_run() -> None:
    book = Book().rows(1, answered=False).add(Kind.failed, 1, message="Lost connection", facts={"lost": True})
    book.add(Kind.ended, message="failed")
    assert book.fates(NOBODY)[0] == "unknown"
    assert book.fates(MYSQL)[0] == "gone"


CODE = (
    "CALL backfill()",
    "/* now */ call backfill(1)",
    "DO $$ BEGIN UPDATE a SET b = 1; COMMIT; END $$",
    "DO $$ BEGIN CALL backfill(); END $$",
)


@pytest.mark.parametrize("sql", CODE)
def test_code_on_the_server_may_commit_a_part_of_what_it_does(sql: str) -> None:
    """Within a transaction it cannot, on PostgreSQL: the server refuses it."""
    eyes = Eyes(engines.parse("postgresql:15"), None)
    assert eyes.parts(sql, within=False)
    assert not eyes.parts(sql, within=True)
    assert not eyes.parts("DO $$ BEGIN UPDATE a SET b = 1; END $$", within=False)
    assert eyes.parts("UPDATE a SET b = 1; COMMIT; UPDATE a SET b = 2", within=True)


def test_a_conversion_of_values_is_not_seen_in_what_the_catalogue_says() -> None:
    postgresql = engines.parse("postgresql:15")
    assert named("ALTER TABLE a ALTER COLUMN c TYPE numeric", postgresql) == ("table a",)
    assert named("ALTER TABLE a ALTER COLUMN c TYPE numeric\nUSING c * 100", postgresql) == ()
    assert named("CREATE INDEX i ON a USING gin (c)", postgresql) == ("table a",)
