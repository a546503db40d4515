"""What create writes, on real servers: each item and action in both styles, judged by a round trip.

Each cell is a revision of one history, so that one round trip for an engine and a style judges all. The table in
docs/creating.md is held against what came of them; with MIGKIT_WRITE_TABLES=1 it is written anew.
"""

from __future__ import annotations

import os
import re
import shutil
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from io import StringIO
from pathlib import Path

import alembic.command
import alembic.config
import pytest

from migkit.alembic_io.surroundings import working_directory
from migkit.create import Options as Wanted
from migkit.create import create
from migkit.ddl import statements
from migkit.ddl.sqlite_tables import tables
from migkit.diff import compare
from migkit.drafting import Draft, Ways, asks, tried, worked_out, written_out
from migkit.engines import parse
from migkit.errors import ConfigError
from migkit.head import Head, Refused, standing
from migkit.intent import intended
from migkit.model import Conventions, Project, Schema, SoftDelete, Timestamps
from migkit.product import ServerSettings
from migkit.roundtrip import Options, roundtrip
from migkit.title import Title
from migkit.title import build as title_of
from migkit.writing import written
from tests.conftest import ENV, SCRIPT
from tests.server.conftest import Serve
from tests.server.test_roundtrip import address

pytestmark = pytest.mark.server

DOCS = Path(__file__).parents[2] / "docs/creating.md"
ENGINES = ("mysql:9.7", "mariadb:10.11", "postgresql:17", "sqlite")
STYLES = ("sql", "ops")
OFFLINE = """
from alembic import context

if context.is_offline_mode():
    context.configure(dialect_name="{dialect}", literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
"""
TYPES = {"mysql": ("BINARY(16)", "DATETIME(6)"), "postgresql": ("UUID", "TIMESTAMPTZ"), "sqlite": ("CHAR(32)", "TEXT")}
Cell = tuple[str, str, str]
PLAIN: tuple[Cell, ...] = (  # in the order of the history: table, action, description
    ("customers", "create", "table"),
    ("calls", "create", "table"),
    ("calls", "add", "column owner_type:varchar(40)"),
    ("calls", "add", "column customer_id status:varchar(16):not_null:default=new order:int:not_null:default=0"),
    ("calls", "add", "index idx_customer_id_tm_create"),
    ("calls", "add", "index idx_status on status:desc order"),
    ("calls", "add", "index uq_order on order unique where status <> 'it''s: :new'"),
    ("calls", "update", "column status:varchar(32)"),
    ("calls", "update", "column owner_type:varchar(50):not_null:default=''"),
    ("calls", "update", "index idx_status on owner_type unique"),
    ("calls", "add", "constraint uq_order_owner unique order owner_type"),
    ("calls", "add", "constraint ck_status check status <> ':x' and status <> '100%'"),
    ("calls", "add", "constraint fk_customer foreign key customer_id references customers(id) on delete cascade"),
    ("calls", "update", "constraint uq_order_owner unique owner_type order status"),
    ("calls", "update", "constraint ck_status check status <> ''"),
    ("calls", "add", "enum state open 'it''s' closed"),
    ("calls", "update", "enum state lost found"),
    ("calls", "remove", "enum state lost"),
    ("calls", "remove", "enum state"),
    ("calls", "remove", "constraint ck_status"),
    ("calls", "remove", "constraint uq_order_owner"),
    ("calls", "remove", "constraint fk_customer"),
    ("calls", "remove", "index idx_status"),
    ("calls", "remove", "column status order"),
    ("calls", "drop", "table"),
)
GEOMETRY: tuple[Cell, ...] = (  # a history of its own: PostGIS takes longer to create than all the others together
    ("sites", "create", "table"),
    ("sites", "add", "geometry place:POINT:4326"),
    ("sites", "update", "geometry place:GEOMETRY:4326"),
    ("sites", "remove", "geometry place"),
)
ASKED = {  # where the kit has nothing to write: what the server says of the usual SQL
    "enum": "CREATE TYPE state AS ENUM ('open', 'closed')",
    "geometry": "SELECT AddGeometryColumn('sites', 'place', 4326, 'POINT', 2)",
    "where": "CREATE UNIQUE INDEX uq_order ON calls (tm_create) WHERE tm_delete IS NULL",
}


@dataclass
class Built:
    """One history in both styles: the revision of each cell by style, and the cells that were refused."""

    project: Project
    schemas: dict[str, Schema]
    server: str
    drafts: dict[Cell, Draft] = field(default_factory=dict)
    ids: dict[str, dict[Cell, str]] = field(default_factory=dict)
    refused: dict[Cell, ConfigError] = field(default_factory=dict)


Build = Callable[[str, tuple[Cell, ...]], Built]
Judge = Callable[[str, str], dict[Cell, str]]


@pytest.fixture(scope="module")
def build(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Give the history of an engine; each is made once, as create makes it."""

    @cache
    def make(engine: str, cells: tuple[Cell, ...]) -> Built:
        family = parse(engine).family
        server = "auto" if family == "sqlite" else address(serve(engine))
        schemas = {
            style: _schema(tmp_path_factory.mktemp(f"{family}-{style}"), engine, style, spatial=cells is GEOMETRY)
            for style in STYLES
        }
        folder = schemas["sql"].directory
        built = Built(Project(folder, folder / "migkit.toml", {}), schemas, server, ids={style: {} for style in STYLES})
        with standing(built.project, schemas["sql"], server=server) as head:
            for cell in cells:
                try:
                    _write(built, cell, head)
                except ConfigError as error:
                    built.refused[cell] = error
        return built

    return make


def _write(built: Built, cell: Cell, head: Head) -> None:
    """Write a revision as create does, but for the way to the head: one that stands there already goes on."""
    schema, engine = built.schemas["sql"], parse(built.schemas["sql"].engine)
    title = title_of(*cell, schema.title)
    changes = intended(title, engine, schema.conventions)
    ways = tried(head, schema, title, changes) if asks(schema, title, "") else _by_words(built, title)
    for style, its in built.schemas.items():
        draft = written_out(its, title, ways, engine, style)
        built.drafts.setdefault(cell, draft)
        built.ids[style][cell] = written(its, title.text, draft.upgrade, draft.downgrade).revision.id
    head.run(statements(ways.forward, engine, tables(head.snapshot)))
    head.snapshot = head.read().snapshot


def _by_words(built: Built, title: Title) -> Ways:
    return worked_out(
        built.project, built.schemas["sql"], title, server="", usual="nowhere", on_event=lambda _event: None
    )


def _schema(folder: Path, engine: str, style: str, *, spatial: bool) -> Schema:
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True)
    dialect = parse(engine).dialect
    (folder / "alembic.ini").write_text(f"[alembic]\nscript_location = migrations\nsqlalchemy.url = {dialect}://\n")
    (folder / "migrations" / "env.py").write_text(OFFLINE.format(dialect=dialect) + textwrap.indent(ENV, "    "))
    (folder / "migrations" / "script.py.mako").write_text(SCRIPT)
    uuid, stamp = TYPES[dialect]
    return Schema(
        name="app",
        directory=folder,
        ini=folder / "alembic.ini",
        database="app",
        engine=engine,
        engines=(engine,),
        style=style,
        server=ServerSettings(extensions=("postgis",) if spatial and dialect == "postgresql" else ()),
        conventions=Conventions(uuid, (), Timestamps("tm_*", stamp), SoftDelete("tm_delete")),
    )


@pytest.fixture(scope="module")
def judge(build: Build) -> Judge:
    """Give the verdicts of an engine's histories in a style; each is judged once."""

    @cache
    def verdicts(engine: str, style: str) -> dict[Cell, str]:
        found: dict[Cell, str] = {}
        for cells in (PLAIN, GEOMETRY):
            built = build(engine, cells)
            if built.drafts:
                report = roundtrip(built.project, built.schemas[style], Options(server=built.server))
                said = {each.revision: each.verdict.value for each in report.revisions}
                found |= {cell: said[ident] for cell, ident in built.ids[style].items()}
        return found

    return verdicts


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("engine", ENGINES)
def test_every_cell_that_is_written_goes_up_down_and_up(build: Build, judge: Judge, engine: str, style: str) -> None:
    verdicts = judge(engine, style)
    assert {cell: verdict for cell, verdict in verdicts.items() if verdict != "ok"} == {}
    assert set(verdicts) == {cell for cells in (PLAIN, GEOMETRY) for cell in cells} - _refused(build, engine).keys()


@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_is_found_at_fault_when_a_cell_is_written(build: Build, engine: str) -> None:
    drafts = {cell: draft for cells in (PLAIN, GEOMETRY) for cell, draft in build(engine, cells).drafts.items()}
    assert {cell: draft.findings for cell, draft in drafts.items() if draft.findings or draft.open} == {}
    asked = {cell for cell, draft in drafts.items() if draft.tried}
    assert {action for _, action, _ in asked} >= {"remove", "update", "drop"}
    if engine != "sqlite":
        assert ("calls", "add", "column owner_type:varchar(40)") not in asked


@pytest.mark.parametrize("engine", ENGINES)
def test_create_goes_to_the_head_and_tries_there_what_it_writes(build: Build, engine: str, tmp_path: Path) -> None:
    built = build(engine, PLAIN)
    folder = shutil.copytree(built.schemas["ops"].directory, tmp_path / "app")
    schema = replace(built.schemas["ops"], directory=folder, ini=folder / "alembic.ini")
    report = create(built.project, schema, "customers", "drop", "table", Wanted(usual=built.server))
    assert (report.facts["tried"], report.facts["open"], report.findings) == (True, [], ())
    assert "drop_table_if_exists" in Path(report.facts["path"]).read_text()
    chosen = Options(server=built.server, revisions=(report.facts["revision"],))
    assert [each.verdict.value for each in roundtrip(built.project, schema, chosen).revisions] == ["ok"]


@pytest.mark.parametrize("engine", ENGINES)
def test_an_upgrade_of_guarded_operations_that_is_run_twice_changes_nothing(build: Build, engine: str) -> None:
    for cells in (PLAIN, GEOMETRY):
        built = build(engine, cells)
        ids = list(built.ids["ops"].values())
        if not ids:
            continue
        schema = built.schemas["ops"]
        with standing(built.project, schema, server=built.server, before=ids[0]) as head:
            for cell, ident, parent in zip(built.ids["ops"], ids, [None, *ids], strict=False):
                once = head.step(ident, "upgrade")
                table = head.stood.version_table, head.stood.version_schema
                head._reader.stamp(*table, [parent] if parent else [])
                assert head.step(ident, "upgrade") == once, cell


@pytest.mark.parametrize("engine", ENGINES[:3])  # SQLite's SQL has no conditions: most of it cannot guard itself
def test_what_it_prints_offline_does_the_same_and_can_be_run_twice_too(build: Build, engine: str) -> None:
    built = build(engine, PLAIN)
    schema, ids = built.schemas["ops"], list(built.ids["ops"].values())
    with (
        standing(built.project, schema, server=built.server, before=ids[0]) as online,
        standing(built.project, schema, server=built.server, before=ids[1]) as offline,
    ):
        online.step(ids[0], "upgrade")
        for cell, parent, ident in zip([*built.ids["ops"]][1:], ids, ids[1:], strict=False):
            sql = _printed(schema, parent, ident)
            offline._reader.script(sql)
            once = offline.read().snapshot
            assert compare(online.step(ident, "upgrade"), once) == (), cell
            offline._reader.script(sql)
            assert offline.read().snapshot == once, cell


def _printed(schema: Schema, parent: str, ident: str) -> str:
    """Give what `alembic upgrade PARENT:IDENT --sql` prints."""
    out = StringIO()
    config = alembic.config.Config(str(schema.ini), output_buffer=out)
    with working_directory(schema.directory):
        alembic.command.upgrade(config, f"{parent}:{ident}", sql=True)
    return out.getvalue()


def test_the_table_in_the_documentation_is_what_came_of_it(build: Build, judge: Judge) -> None:
    rows = [_row(build, judge, *cell) for cell in dict.fromkeys(map(_kind, (*PLAIN, *GEOMETRY)))]
    head = ["| item | action | " + " | ".join(ENGINES) + " |", "| --- " * (2 + len(ENGINES)) + "|"]
    table = "\n".join([*head, *rows])
    text = DOCS.read_text(encoding="utf-8")
    mark = re.compile(r"(?<=<!-- cells -->\n)(.*?)(?=\n<!-- end of cells -->)", re.DOTALL)
    if os.environ.get("MIGKIT_WRITE_TABLES"):
        DOCS.write_text(mark.sub(lambda _match: table, text), encoding="utf-8")
    found = mark.search(DOCS.read_text(encoding="utf-8"))
    assert found
    assert found[0] == table


def _kind(cell: Cell) -> tuple[str, str]:
    """Name a cell's row: its item, with what tells it apart, and its action."""
    words = cell[2].split()
    item = words[0]
    if "where" in words:
        item = "index … where"
    if item == "constraint":
        kind = next((each for each in ("unique", "check", "foreign key") if f" {each}" in cell[2]), "")
        kind = kind or {"ck": "check", "uq": "unique", "fk": "foreign key"}[words[1][:2]]
        item = f"constraint … {kind}"
    if item == "enum" and cell[1] == "remove":
        item = "enum … value" if len(words) > 2 else "enum"
    return item, cell[1]


def _row(build: Build, judge: Judge, item: str, action: str) -> str:
    cells = []
    for engine in ENGINES:
        refused = [cell for cell in _refused(build, engine) if _kind(cell) == (item, action)]
        verdicts = {style: _worst(judge(engine, style), item, action) for style in STYLES}
        if refused:
            cells.append(f"not there: `{_server_says(build, engine, item)}`")
        else:
            cells.append("ok" if set(verdicts.values()) == {"ok"} else str(verdicts))
    return f"| {item} | {action} | " + " | ".join(cells) + " |"


def _worst(verdicts: dict[Cell, str], item: str, action: str) -> str:
    said = {verdict for cell, verdict in verdicts.items() if _kind(cell) == (item, action)}
    return next(iter(said - {"ok"}), "ok")


def _refused(build: Build, engine: str) -> dict[Cell, ConfigError]:
    return build(engine, PLAIN).refused | build(engine, GEOMETRY).refused


def _server_says(build: Build, engine: str, item: str) -> str:
    """Give the server's own error for what it does not have."""
    built = build(engine, GEOMETRY if item == "geometry" else PLAIN)
    asked = next(sql for word, sql in ASKED.items() if word in item)
    with standing(built.project, built.schemas["sql"], server=built.server) as head:
        with pytest.raises(Refused) as caught:
            head.run([asked])
        return caught.value.message.removeprefix("the server refuses: ")
