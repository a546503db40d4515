"""Models that are in step with the history, and those that are not, on SQLite."""

from __future__ import annotations

import pytest

from migkit import servers
from migkit.engines import parse
from migkit.model import Finding, Schema
from migkit.rehearsal.models import findings
from migkit.servers import databases
from tests.conftest import ENV, MakeSchema
from tests.models import with_models
from tests.rehearsing import ascended

BASE = "CREATE TABLE person (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(20)); CREATE TABLE old (id INTEGER)"
PERSON = """
sa.Table("person", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(20)))
"""
OLD = 'sa.Table("old", metadata, sa.Column("id", sa.Integer))'


def checked(schema: Schema) -> tuple[Finding, ...]:
    with (
        servers.serve(parse("sqlite")) as server,
        databases.throwaway(server) as database,
        ascended(schema, database) as ascent,
    ):
        return findings(ascent.driver)


def test_models_in_step_are_clean(make_schema: MakeSchema) -> None:
    assert checked(with_models(make_schema, PERSON + OLD, BASE)) == ()


def test_no_models_are_no_finding(make_schema: MakeSchema) -> None:
    assert checked(make_schema({}, env=ENV)) == ()
    assert checked(with_models(make_schema, "hooks['target_metadata'] = None", BASE, name="other")) == ()


def test_each_difference_is_a_finding(make_schema: MakeSchema) -> None:
    models = (
        PERSON.replace("sa.String(20)", "sa.String(40), nullable=False") + 'sa.Table("new", metadata, sa.Column("id"))'
    )
    found = checked(with_models(make_schema, models, BASE))
    assert {(one.rule, one.object) for one in found} == {
        ("models-differ", "new"),
        ("models-differ", "old"),
        ("models-differ", "person.name"),
    }
    told = " | ".join(one.message for one in found)
    assert "the table new is in the models, and not in the database" in told
    assert "the database has VARCHAR(20), the models VARCHAR(40)" in told
    assert "the database has NULL, the models NOT NULL" in told
    assert all(one.path and one.path.endswith("env.py") for one in found)


def test_the_line_is_where_env_py_names_its_models(make_schema: MakeSchema) -> None:
    env = ENV.replace("(connection=connection)", "(connection=connection, target_metadata=metadata)").replace(
        "config = context.config", "import sqlalchemy\nmetadata = sqlalchemy.MetaData()\nconfig = context.config"
    )
    body = "def upgrade():\n    op.create_table('one', sa.Column('id', sa.Integer))\n\ndef downgrade():\n    pass"
    (found,) = checked(make_schema({"a1": body}, env=env))
    assert (found.object, found.line) == ("one", 11)


def test_env_py_leaves_out_what_it_leaves_out_for_alembic(make_schema: MakeSchema) -> None:
    hook = "hooks['include_object'] = lambda thing, name, kind, *_: name != 'old'"
    assert checked(with_models(make_schema, PERSON + hook, BASE)) == ()


def test_what_cannot_be_compared_is_a_finding(make_schema: MakeSchema) -> None:
    hook = "\nhooks['include_object'] = lambda *_: 1 / 0"
    (found,) = checked(with_models(make_schema, PERSON + hook, BASE))
    assert "cannot be compared" in found.message
    assert "division by zero" in found.message


@pytest.mark.parametrize("labels", ["'b', 'a'", "'a', 'c'"])
def test_labels_mean_nothing_where_an_enum_is_text(make_schema: MakeSchema, labels: str) -> None:
    models = f'sa.Table("person", metadata, sa.Column("kind", sa.Enum({labels}, name="kind")))'
    assert checked(with_models(make_schema, models, "CREATE TABLE person (kind VARCHAR(1))")) == ()
