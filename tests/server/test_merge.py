"""A rebase against real targets: they are asked what they have applied, and only read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from migkit.errors import TargetError
from migkit.merge import Options
from migkit.model import Database, Journal, Target
from migkit.servers import login
from tests.conftest import MakeSchema
from tests.git_repository import Repository, repository
from tests.test_rebase import Work, parents, part

pytestmark = [
    pytest.mark.server,
    pytest.mark.parametrize("server", ["mysql:9.7", "mariadb:10.11", "postgresql:15"], indirect=True),
]
DRY = Options(rebase=True, dry_run=True)


@pytest.fixture
def work(make_schema: MakeSchema, tmp_path: Path, database: Database) -> Work:
    """A branch with f1 and f2 behind m1, main with m2, and a target of its own."""
    server = database.server
    place = f"127.0.0.1:{server.port}"
    url = f"{server.engine.dialect}://{database.user}:{database.password}@{place}/{database.name}"
    target = Target("production", Journal(tmp_path), url=url, hosts=(place,))
    schema = make_schema({}, engine=server.engine.name, targets={"production": target})
    versions = schema.directory / "migrations/versions"
    Repository(schema.directory, versions).write("m1", None)
    made = Work(schema, repository(schema.directory, versions, tmp_path / "origin.git"))
    return part(made, lambda repo: (repo.write("f1", "m1"), repo.write("f2", "f1")))


@pytest.fixture
def stand(database: Database) -> Callable[..., None]:
    """Bring the target to revisions, in the version table of that name."""

    def at(*revisions: str, table: str = "alembic_version") -> None:
        with login.connect(database.server, database.name) as connection:
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {table}")
            connection.exec_driver_sql(f"CREATE TABLE {table} (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
            for revision in revisions:
                connection.exec_driver_sql(f"INSERT INTO {table} VALUES ('{revision}')")

    return at


def test_what_a_target_has_applied_is_not_touched(work: Work, stand: Callable[..., None]) -> None:
    def standing() -> list[dict[str, object]]:
        return work.merge(DRY).facts["rebased"]["targets"]  # type: ignore[no-any-return]

    assert standing() == [{"target": "production", "current": []}]
    for current in ([], ["m1"], ["m2"]):
        stand(*current)
        assert standing() == [{"target": "production", "current": current}]
    for applied in ("f1", "f2"):
        stand(applied)
        work.refuses(TargetError, "target production has applied f1")
    stand("elsewhere")
    work.refuses(TargetError, "production stands at elsewhere, which the working tree has not")
    stand("m2")
    work.merge()
    assert parents(work)["f1"] == "m2"


def test_a_version_table_of_another_name_is_found(work: Work, stand: Callable[..., None]) -> None:
    stand("m1")
    stand("f1", table="own_versions")
    environment = work.schema.directory / "migrations/env.py"
    text = environment.read_text()
    environment.write_text(text.replace("connection=connection", 'connection=connection, version_table="own_versions"'))
    work.refuses(TargetError, "target production has applied f1")
    environment.write_text(text.replace("connection=connection", "connection=connection, version_table=str('own')"))
    work.refuses(TargetError, "target production has applied f1")


def test_a_login_that_may_not_read_the_version_table_is_no_empty_history(
    work: Work, stand: Callable[..., None], database: Database
) -> None:
    stand("f1")
    production = work.schema.targets["production"]
    server = database.server
    name = f"{database.name}_blind"
    word = "IDENTIFIED BY" if server.engine.family in ("mysql", "mariadb") else "PASSWORD"
    with login.connect(server, database.name) as connection:
        connection.exec_driver_sql(f"CREATE USER {name} {word} 'hunter2-hunter2'")
        if word == "IDENTIFIED BY":
            connection.exec_driver_sql("CREATE TABLE other (a INT)")
            connection.exec_driver_sql(f"GRANT SELECT ON {database.name}.other TO {name}")
    try:
        url = production.url.replace(f"{database.user}:{database.password}@", f"{name}:hunter2-hunter2@")
        blind = {"targets": {"production": replace(production, url=url)}}
        work.refuses(TargetError, "its version table cannot be read", **blind)
    finally:
        with login.connect(server, database.name) as connection:
            connection.exec_driver_sql(f"DROP USER {name}")
