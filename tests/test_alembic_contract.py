"""The private names of Alembic that the kit stands on are there and do what the kit takes them to do."""

from __future__ import annotations

import inspect
from io import StringIO
from pathlib import Path

from alembic.ddl import DefaultImpl
from alembic.runtime.migration import HeadMaintainer, MigrationContext, MigrationStep, RevisionStep
from alembic.script import Script, ScriptDirectory
from alembic.script.revision import RevisionMap
from sqlalchemy import text

from migkit.alembic_io import private
from migkit.alembic_io.history import load
from migkit.ops.where import Where, where
from tests.conftest import MakeSchema, write_revision
from tests.guarded import History

EMPTY = "def upgrade():\n    pass\n\ndef downgrade():\n    pass"


def test_the_names_are_there() -> None:
    assert callable(ScriptDirectory._load_revisions)
    assert list(inspect.signature(ScriptDirectory._upgrade_revs).parameters) == ["self", "destination", "current_rev"]
    assert "generator" in inspect.signature(RevisionMap.__init__).parameters
    assert hasattr(RevisionMap, "_revision_map")
    assert "_resolved_dependencies" in inspect.getsource(RevisionMap)
    for name in ("_insert_version", "_delete_version", "_update_version", "update_to_step"):
        assert callable(getattr(HeadMaintainer, name))
    assert list(inspect.signature(MigrationStep.upgrade_from_script).parameters) == ["revision_map", "script"]
    assert "_in_external_transaction" in inspect.getsource(MigrationContext.__init__)


def test_the_order_is_that_of_alembic_upgrade_heads(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": EMPTY})
    versions = schema.directory / "migrations" / "versions"
    write_revision(versions, "b1", "a1", EMPTY)
    write_revision(versions, "b2", "a1", EMPTY)
    write_revision(versions, "c1", ("b1", "b2"), EMPTY)
    history = load(schema)
    order = [script.revision for script in private.upgrade_order(history.script)]
    assert order[0] == "a1"
    assert order[-1] == "c1"
    assert sorted(order) == ["a1", "b1", "b2", "c1"]
    assert [revision.id for revision in history.revisions] == order


def test_a_step_runs_the_given_body_under_its_own_name(make_schema: MakeSchema) -> None:
    history = load(make_schema({"a1": EMPTY}))
    called = []

    def body() -> None:
        called.append("x")

    step = private.step_of(history.script, "a1", "downgrade", body)
    assert isinstance(step, RevisionStep)
    assert step.is_downgrade
    assert step.name == "downgrade"
    step.migration_fn()
    assert called == ["x"]
    assert isinstance(step.revision, Script)


def test_heads_follow_alembics_own_rules(make_schema: MakeSchema) -> None:
    schema = make_schema({"a1": EMPTY})
    versions = schema.directory / "migrations" / "versions"
    write_revision(versions, "b1", "a1", EMPTY)
    write_revision(versions, "b2", "a1", EMPTY)
    script = load(schema).script

    def nothing() -> None:
        pass

    def after(revision: str, direction: str, heads: tuple[str, ...]) -> tuple[str, ...]:
        return private.heads_after(private.step_of(script, revision, direction, nothing), heads)  # type: ignore[arg-type]

    assert after("a1", "upgrade", ()) == ("a1",)
    assert after("b1", "upgrade", ("a1",)) == ("b1",)
    assert after("b2", "upgrade", ("b1",)) == ("b1", "b2")
    assert after("b2", "downgrade", ("b1", "b2")) == ("b1",)
    assert after("a1", "downgrade", ("a1",)) == ()


def test_a_running_step_is_seen_from_within_a_revision_online_and_offline(tmp_path: Path) -> None:
    assert "for step in " in inspect.getsource(MigrationContext.run_migrations)
    history = History(tmp_path / "history", f"sqlite:///{tmp_path / 'a.db'}")
    history.add("a1", "from tests.test_alembic_contract import seen\nseen()")
    for offline in (False, True):
        seen.where = None
        history.script() if offline else history.up()
        assert seen.where is not None
        assert (seen.where.revision, seen.where.direction, seen.where.offline) == ("a1", "upgrade", offline)


def test_outside_of_a_step_there_is_no_revision() -> None:
    import sqlalchemy as sa

    with sa.create_engine("sqlite://").connect() as connection:
        found = where(MigrationContext.configure(connection))
    assert (found.revision, found.direction, found.offline) == ("", "", False)


def test_what_offline_operations_write_through_is_there() -> None:
    assert list(inspect.signature(DefaultImpl.static_output).parameters) == ["self", "text"]
    assert DefaultImpl.command_terminator == ";"


def test_all_that_is_printed_goes_through_one_method() -> None:
    heard: list[str] = []
    context = MigrationContext.configure(dialect_name="sqlite", opts={"as_sql": True, "output_buffer": StringIO()})
    private.overhear(context, lambda construct: heard.append(str(construct)))
    context.execute("SELECT 1")
    assert context.bind is not None
    context.bind.execute(text("SELECT :two"), {"two": 2})
    assert heard == ["SELECT 1", "SELECT :two"]


class Seen:
    where: Where | None = None

    def __call__(self) -> None:
        from alembic import op

        self.where = where(op.get_context())


seen = Seen()


def test_autogenerate_keeps_its_last_context_and_its_revisions() -> None:
    from alembic.autogenerate import render_op_text
    from alembic.autogenerate.api import AutogenContext, RevisionContext
    from alembic.ddl.impl import DefaultImpl

    source = inspect.getsource(RevisionContext)
    assert "self._last_autogen_context" in source
    assert "generated_revisions" in source
    assert list(inspect.signature(render_op_text).parameters) == ["autogen_context", "op"]
    compared = list(inspect.signature(DefaultImpl.compare_server_default).parameters)
    assert compared[3:] == ["rendered_metadata_default", "rendered_inspector_default"]
    filters = inspect.getsource(AutogenContext.__init__)
    assert 'opts.get("include_object"' in filters  # read when the comparison begins, so that it can be wrapped before
