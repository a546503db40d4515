"""One shot on servers: an enum value in the transaction that added it, what a failed run leaves, and its retry."""

from __future__ import annotations

import pytest

from migkit.model import Server
from migkit.rehearsal.oneshot import Shots, oneshot
from migkit.servers import databases
from tests.conftest import ENV, MakeSchema
from tests.rehearsing import ascended

pytestmark = pytest.mark.server

POSTGRESQL = pytest.mark.parametrize("server", ["postgresql:15"], indirect=True)
DOWN = "\n\ndef downgrade():\n    pass"
MADE = """
def upgrade():
    op.execute("CREATE TYPE mood AS ENUM ('sad', 'ok')")
    op.execute("CREATE TABLE person (name text, mood mood)")
"""
OTHER = "def upgrade():\n    op.create_table('other', sa.Column('id', sa.Integer, primary_key=True))\n"
ADDED = """def upgrade():\n    op.execute("ALTER TYPE mood ADD VALUE 'happy'")\n"""
ADDED_APART = """
def upgrade():
    with op.get_context().autocommit_block():
        op.execute("ALTER TYPE mood ADD VALUE 'happy'")
"""
USED = """def upgrade():\n    op.execute("INSERT INTO person VALUES ('Ann', 'happy')")\n"""
EACH = ENV.replace("(connection=connection)", "(connection=connection, transaction_per_migration=True)")
COMMITS = """
def upgrade():
    with op.get_context().autocommit_block():
        op.execute("CREATE TABLE song (name text)")
"""


def shoot(make_schema: MakeSchema, server: Server, bodies: dict[str, str], env: str = ENV) -> Shots:
    schema = make_schema({ident: body + DOWN for ident, body in bodies.items()}, env=env, engine=server.engine.name)
    with databases.throwaway(server) as database, ascended(schema, database) as ascent:
        return oneshot(ascent, set(bodies))


@POSTGRESQL
def test_an_enum_value_used_in_the_transaction_that_added_it(server: Server, make_schema: MakeSchema) -> None:
    later = OTHER.replace("other", "later")
    shots = shoot(make_schema, server, {"m1": OTHER, "m2": MADE, "m3": ADDED, "m4": USED, "m5": later})
    assert shots.words == {"m1": "ok", "m2": "ok", "m3": "ok", "m4": "fails", "m5": "ok"}
    (finding,) = shots.findings
    assert (finding.rule, finding.revision, finding.line) == ("oneshot-fails", "m4", 10)
    assert "unsafe use of new value" in finding.message
    assert "nothing of it was committed, so a retry fails the same" in finding.message


@POSTGRESQL
def test_how_far_it_had_committed_and_what_a_retry_comes_to(server: Server, make_schema: MakeSchema) -> None:
    bodies = {"m1": MADE, "m2": COMMITS, "m3": ADDED, "m4": USED}
    shots = shoot(make_schema, server, bodies)
    assert shots.words == {"m1": "ok", "m2": "ok", "m3": "ok", "m4": "fails"}
    (finding,) = shots.findings
    assert (finding.rule, finding.revision, finding.line) == ("oneshot-fails", "m4", 10)
    assert "it had committed up to m1" in finding.message
    assert "a retry fails" in finding.message


@POSTGRESQL
@pytest.mark.parametrize(("env", "added"), [(EACH, ADDED), (ENV, ADDED_APART)], ids=["each", "apart"])
def test_the_twins_of_it_are_sound(server: Server, make_schema: MakeSchema, env: str, added: str) -> None:
    bodies = {"m1": MADE, "m2": COMMITS, "m3": added, "m4": USED}
    assert shoot(make_schema, server, bodies, env).findings == ()
