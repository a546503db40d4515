"""Models against servers: enums and PostGIS included."""

from __future__ import annotations

import pytest

from migkit.model import Finding, Schema, Server, Severity
from migkit.product import ServerSettings
from migkit.rehearsal.models import findings
from migkit.servers import databases
from tests.conftest import MakeSchema
from tests.models import with_models
from tests.rehearsing import ascended

pytestmark = pytest.mark.server

POSTGIS = ServerSettings(extensions=("postgis", "postgis_raster", "postgis_topology"))
PLACE = """
from geoalchemy2 import Geometry
sa.Table("place", metadata, sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", Geometry("POINT", srid=4326)),
    sa.Column("mood", sa.Enum("sad", "ok", name="mood")),
    sa.Column("many", postgresql.ARRAY(sa.Enum("u", "v", name="uv"))))
"""
SOUND = """
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TYPE uv AS ENUM ('u', 'v');
CREATE TABLE place (id serial PRIMARY KEY, at geometry(POINT,4326), mood mood, many uv[]);
CREATE INDEX idx_place_at ON place USING gist (at)
"""
PERSON = 'sa.Table("person", metadata, sa.Column("mood", sa.Enum("sad", "ok", name="mood")))'


def checked(server: Server, schema: Schema) -> tuple[Finding, ...]:
    with databases.throwaway(server, schema.server) as database, ascended(schema, database) as ascent:
        return findings(ascent.driver)


@pytest.mark.parametrize("server", ["postgresql:15"], indirect=True)
def test_enums_and_postgis(server: Server, make_schema: MakeSchema) -> None:
    sound = with_models(make_schema, PLACE, SOUND, engine="postgresql:15", server=POSTGIS)
    assert checked(server, sound) == ()
    base = SOUND.replace("'sad', 'ok'", "'sad'").replace("'u', 'v'", "'v', 'u'").replace("POINT", "POLYGON")
    found = checked(server, with_models(make_schema, PLACE, base, name="b", engine="postgresql:15", server=POSTGIS))
    assert {(one.object, one.severity) for one in found} == {
        ("mood", Severity.error),
        ("uv", Severity.note),
        ("place.at", Severity.error),
    }
    assert any("the database lacks 'ok'" in one.message for one in found)


@pytest.mark.parametrize("server", ["mysql:9.7", "mariadb:10.11"], indirect=True)
def test_enums_that_are_columns(server: Server, make_schema: MakeSchema) -> None:
    engine = server.engine.name
    for name, labels, wanted in (("a", "'sad','ok'", []), ("b", "'sad'", ["person.mood"])):
        base = f"CREATE TABLE person (mood enum({labels}))"
        found = checked(server, with_models(make_schema, PERSON, base, name=name, engine=engine))
        assert [one.object for one in found] == wanted
