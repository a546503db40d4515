"""`mig.init` in repositories of many shapes: other tasks load what it writes, and nothing of theirs runs."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from migkit import config
from migkit.errors import ConfigError
from migkit.init import Options, init
from migkit.model import Report
from migkit.render import text
from migkit.tasks import TASKS
from tests.conftest import ENV, demand_toml
from tests.starting import ASYNC, INI, TRAP, git, history, write

ROOT = Path(__file__).parents[1]
NAMES = tuple(task.name for task in TASKS)
SECRET = "hunter2"
MYSQL = f"mysql://app:{SECRET}@db:3306/voipbin"
TABLE = ('op.execute("CREATE TABLE t (id INTEGER PRIMARY KEY)")', 'op.execute("DROP TABLE t")')


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in; it is no git repository."""
    folder = tmp_path / "repo"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def migkit(cwd: Path, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the real console program, as a user would."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MIGKIT_")}
    program = "from migkit.tasks import program; program.run()"
    return subprocess.run(
        [sys.executable, "-P", "-c", program, *args],  # as a console script: the folder is not on the path
        cwd=cwd,
        env={**kept, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **env},
        text=True,
        capture_output=True,
        check=False,
        timeout=120,
    )


def asked(**options: Any) -> Options:
    return Options(**{"tasks": NAMES, **options})


def tree(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and ".git/" not in str(path)
    }


def actions(report: Report) -> dict[str, str]:
    return {file["path"]: file["action"] for file in report.facts["files"]}


def values(root: Path, name: str = "migkit.toml") -> dict[str, Any]:
    read: dict[str, Any] = tomllib.loads((root / name).read_text(encoding="utf-8"))
    return read["tool"]["migkit"] if name == "pyproject.toml" else read  # type: ignore[no-any-return]


def rules(report: Report) -> set[str]:
    return {finding.rule for finding in report.findings}


def words(keys: Mapping[str, Any], name: str) -> Any:
    return keys["schemas"][name]


# repositories that have Alembic


def test_two_mysql_schemas_with_samples(repo: Path) -> None:
    titles = [f"calls_add_column_c{number}" for number in range(27)]
    sql = ('op.execute("""ALTER TABLE calls ADD COLUMN flow_id BINARY(16), ADD tm_create DATETIME(6)""")', "pass")
    bodies = dict.fromkeys(titles, sql)
    history(
        repo,
        "dbscheme/bin-manager",
        [*titles, "init", "oops", "calls_add"],
        ini="alembic.ini.sample",
        url=MYSQL,
        bodies=bodies,
    )
    history(repo, "dbscheme/asterisk", ini="alembic.ini.example", url="mysql+pymysql://a:b@db/asterisk")
    write(repo, {"docker-compose.yml": "services:\n  db:\n    image: mysql:8.0\n  app:\n    build: ./dbscheme\n"})
    report = init(repo, asked())
    told = {schema["schema"]: schema for schema in report.facts["schemas"]}
    assert list(told) == ["asterisk", "bin-manager"]
    assert told["bin-manager"]["ini"] == "dbscheme/bin-manager/alembic.ini.sample"
    assert told["bin-manager"]["titles"] | {"actions": 0, "items": 0} == {
        "form": "name", "follow": 27, "total": 30, "actions": 0, "items": 0, "others": ["init", "oops", "calls_add"],
    }  # fmt: skip
    because = {key["key"]: key["because"] for key in told["bin-manager"]["keys"]}
    assert because["title"] == "share of titles that follow: 90 % (27 of 30)"
    assert because["style"] == "27 of 27 revisions: raw SQL in op.execute"
    assert words(values(repo), "bin-manager") == {
        "directory": "dbscheme/bin-manager",
        "database": "voipbin",
        "engine": "mysql:8.0",
        "style": "sql",
        "conventions": {"uuid_type": "BINARY(16)", "timestamps": {"pattern": "tm_*", "type": "DATETIME(6)"}},
    }
    assert '# compose = { service = "app" }' in (repo / "migkit.toml").read_text()
    assert "# default_schema" in (repo / "migkit.toml").read_text()
    shown = migkit(repo, "schemas")
    assert (shown.returncode, shown.stdout.count("mysql:8.0")) == (0, 2), shown.stdout + shown.stderr


def test_what_was_found_is_told_as_text(repo: Path) -> None:
    history(repo, "crm", ["calls_add_column_a", "calls_add_column_b", "calls_create_table", "init"], url=MYSQL)
    write(repo, {"noxfile.py": "import nox\n"})
    told = text.report(init(repo, asked()))
    assert "crm · crm/alembic.ini · 4 revisions, head 0003aa04bb" in told
    assert re.search(r"engine +mysql:9\.7 +a URL with mysql://", told)
    assert re.search(r"title +names: .* +share of titles that follow: 75 % \(3 of 4\)", told)
    assert "actions in use: add 2, create 1" in told
    assert "titles that do not follow: init" in told
    assert re.search(r"migkit\.toml +written\ntasks\.py +written\nnoxfile\.py +left alone\n", told)
    assert "· crm: engine: nothing here says which version of MySQL production runs\n  to do: set `engine`" in told
    assert "  to do: add to it:\n    from migkit.sessions import migrations" in told
    assert "migkit roundtrip --schema crm" in told


def test_a_folder_of_a_repository_is_looked_at_alone(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(repo, "init", "-q")
    history(repo, "a")
    history(repo, "b/db")
    monkeypatch.chdir(repo / "b")
    init(repo / "b", asked())
    assert {name: each["directory"] for name, each in values(repo / "b")["schemas"].items()} == {"b": "db"}


def test_postgresql_with_an_async_env_py(repo: Path) -> None:
    history(
        repo,
        "backend",
        ["add users", "add teams", "add roles", "add rights"],
        url="",
        env=ASYNC,
        imports="import geoalchemy2\n",
    )
    write(
        repo,
        {"compose.yaml": "services:\n  db:\n    image: postgis/postgis:15-3.3\n", "requirements.txt": "geoalchemy2\n"},
    )
    report = init(repo, asked())
    assert words(values(repo), "repo") == {
        "directory": "backend",
        "engine": "postgresql:15",
        "style": "sql",
        "url_env": "APP_DATABASE_URL",
        "url_driver": "postgresql+asyncpg",
        "development": "env:APP_DATABASE_URL",
        "requirements": ["GeoAlchemy2", "asyncpg", "greenlet"],
        "server": {"extensions": ["postgis"]},
        "title": {"form": "sentence"},
    }
    assert report.facts["schemas"][0]["titles"]["form"] == "sentence"


@pytest.mark.parametrize(
    ("down", "server"),
    [
        ("pass", {"extensions": ["postgis"]}),
        ('op.execute("DROP EXTENSION IF EXISTS postgis")', None),  # made before, it would be gone after this
    ],
)
def test_an_extension_that_the_history_drops_is_its_own(repo: Path, down: str, server: object) -> None:
    up = 'op.execute("CREATE EXTENSION IF NOT EXISTS postgis")'
    history(repo, "backend", ["enable postgis"], url="postgresql:///x", bodies={"enable postgis": (up, down)})
    init(repo, asked())
    assert next(iter(values(repo)["schemas"].values())).get("server") == server


def test_nothing_of_the_repositorys_is_run_whatever_it_is_called(repo: Path) -> None:
    mark = repo.parent / "ran"
    trap = TRAP.format(mark=str(mark))
    history(repo, env=trap + ENV, imports=trap, titles=["a", "b"])
    (repo / "alembic.ini").write_text(INI.format(location="migrations", url="sqlite:///x") + "prepend_sys_path = .\n")
    for name in (
        "yaml",
        "sqlglot",
        "rich",
        "packaging",
        "alembic_utils",
        "conftest",
        "sitecustomize",
        "tomllib",
        "migkit",
    ):
        write(repo, {f"{name}.py": trap})
    write(
        repo,
        {
            "pkg/__init__.py": trap,
            "pkg/migrations/env.py": trap,
            "other.ini": INI.format(location="pkg:migrations", url="x"),
        },
    )
    assert migkit(repo, "init", "--agents", "--pre-commit", "--ci", "github").returncode == 0
    assert init(repo, asked(force=True)).facts["schemas"] == []
    assert not mark.exists()
    assert set(values(repo)["schemas"]) == {"repo", "repo-2"}


def test_passwords_are_written_nowhere(repo: Path) -> None:
    history(repo, "a", url=MYSQL)
    history(repo, "b", url=f"postgresql://u:p%%{SECRET}@h/b", env=ASYNC.replace("secret", SECRET))
    history(repo, "c", url=f"mysql://u:a/{SECRET}@x:1/c?password={SECRET}")
    history(repo, "d", ini="")
    write(
        repo, {"d/alembic.ini": f"[alembic]\nscript_location = migrations\nsqlalchemy.url = mysql://u:%{SECRET}@h/d\n"}
    )
    write(
        repo,
        {
            "e/alembic.ini": f"[alembic]\n{SECRET}\n",
            "docker-compose.yml": f"services:\n  db:\n    image: mysql:8.0\n    environment: {{X: {SECRET}}}\n",
        },
    )
    given = f"from app import Settings\nurl = Settings(url='mysql://u:{SECRET}@h/f').url\n"
    history(repo, "f", env=given + 'config.set_main_option("sqlalchemy.url", url)\n')
    before = tree(repo)
    done = migkit(repo, "init", "--agents", "--pre-commit", "--ci", "github")
    told = migkit(repo, "init", "--format", "json")
    assert SECRET not in done.stdout + done.stderr + told.stdout + told.stderr
    assert not [name for name, text in tree(repo).items() if name not in before and SECRET.encode() in text]
    assert {
        each["schema"] for each in json.loads(migkit(repo, "schemas", "--format", "json").stdout)["schemas"]
    } == set("abcdf")


def test_a_pyproject_keeps_every_byte(repo: Path) -> None:
    before = (
        '# mine\r\n[project]\r\nname = "x"   # odd\r\nversion="1"\r\n[tool.ruff]\r\nx = """\r\n[tool.migkit]\r\n"""'
    )
    history(write(repo, {"pyproject.toml": before}))
    assert actions(init(repo, asked()))["pyproject.toml"] == "changed"
    after = (repo / "pyproject.toml").read_bytes().decode()
    assert after.startswith(before)
    assert after[len(before) :].count("\n") == after[len(before) :].count("\r\n") > 3
    assert config.load(repo, {}).schemas["repo"].engine == "sqlite"
    assert not (repo / "migkit.toml").exists()


def test_a_pyproject_that_nothing_can_be_put_behind_is_left_as_it_is(repo: Path) -> None:
    before = "tool = { ruff = {} }\n"
    history(write(repo, {"pyproject.toml": before}))
    init(repo, asked())
    assert (repo / "pyproject.toml").read_text() == before
    assert set(values(repo)["schemas"]) == {"repo"}


def test_a_broken_pyproject_is_named_and_nothing_is_written(repo: Path) -> None:
    before = tree(history(write(repo, {"pyproject.toml": "[project\n"})))
    with pytest.raises(ConfigError, match=r"pyproject\.toml cannot be read"):
        init(repo, asked())
    assert tree(repo) == before


def test_tasks_and_sessions_that_are_there_are_left_alone_and_the_lines_are_told(repo: Path) -> None:
    own = {"tasks.py": "from invoke import task\n\n\n@task\ndef build(c):\n    pass\n", "noxfile.py": "import nox\n"}
    history(write(repo, own))
    report = init(repo, asked())
    assert (actions(report)["tasks.py"], actions(report)["noxfile.py"]) == ("left", "left")
    assert {name: (repo / name).read_text() for name in own} == own
    remedies = "\n".join(finding.remedy for finding in report.findings if finding.rule == "left-alone")
    assert "namespace.add_collection(mig)" in remedies
    assert "from migkit.sessions import migrations" in remedies


@pytest.mark.parametrize(
    "source",
    [
        "from invoke import task\n\n\n@task\ndef build(c):\n    pass",
        "from invoke import Collection, task\n\n\n@task\ndef build(c):\n    pass\n\n\nns = Collection(build)\n",
    ],
)
def test_with_force_their_tasks_and_the_kits_are_there(repo: Path, source: str) -> None:
    history(
        write(repo, {"tasks.py": source, "noxfile.py": "import nox\n\n\n@nox.session\ndef lint(session):\n    pass\n"})
    )
    assert actions(init(repo, asked(force=True)))["tasks.py"] == "changed"
    assert (repo / "tasks.py").read_text().startswith(source)
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    listed = subprocess.run(
        [sys.executable, "-m", "invoke", "-l"], cwd=repo, env=env, text=True, capture_output=True, check=False
    )
    assert "build" in listed.stdout, listed.stderr
    assert "mig.schemas" in listed.stdout
    sessions = subprocess.run(
        [sys.executable, "-m", "nox", "-l"], cwd=repo, env=env, text=True, capture_output=True, check=False
    )
    assert "lint" in sessions.stdout, sessions.stderr
    assert "migrations(repo, sqlite)" in sessions.stdout


def test_a_second_run_changes_nothing(repo: Path) -> None:
    history(repo)
    everything = {"agents": True, "pre_commit": True, "ci": "github"}
    init(repo, asked(**everything))
    before = tree(repo)
    for force in (False, True):
        report = init(repo, asked(**everything, force=force))
        assert set(actions(report).values()) == {"kept"}, actions(report)
        assert report.findings == ()
    assert tree(repo) == before


def test_a_schema_that_came_later_is_added_with_force_alone(repo: Path) -> None:
    history(repo, "a")
    init(repo, asked())
    before = (repo / "migkit.toml").read_text() + "# ours\n"
    (repo / "migkit.toml").write_text(before)
    history(repo, "more/a")
    report = init(repo, asked())
    assert actions(report)["migkit.toml"] == "left"
    assert '[schemas.more-a]\ndirectory = "more/a"' in next(f.remedy for f in report.findings if f.rule == "left-alone")
    assert (repo / "migkit.toml").read_text() == before
    init(repo, asked(force=True))
    assert (repo / "migkit.toml").read_text().startswith(before)
    assert set(values(repo)["schemas"]) == {"a", "more-a"}


def test_hooks_and_agents_know_schemas_that_were_configured_before(repo: Path) -> None:
    history(repo, "a")
    init(repo, asked())
    history(repo, "b")
    report = init(repo, asked(force=True, agents=True, pre_commit=True, ci="github"))
    assert [schema["schema"] for schema in report.facts["schemas"]] == ["b"]
    for name in ("AGENTS.md", ".pre-commit-config.yaml", ".github/workflows/migrations.yml"):
        text = (repo / name).read_text()
        assert all(re.search(f'[`"^(|]{folder}\\b', text) for folder in "ab"), name


def test_a_table_that_is_closed_is_left_even_with_force(repo: Path) -> None:
    history(repo, "a")
    history(repo, "b")
    before = 'schemas = { a = { directory = "a", engine = "sqlite" } }\n'
    write(repo, {"migkit.toml": before})
    assert actions(init(repo, asked(force=True)))["migkit.toml"] == "left"
    assert (repo / "migkit.toml").read_text() == before


def test_two_configurations_are_one_too_many(repo: Path) -> None:
    history(write(repo, {"pyproject.toml": "[tool.migkit]\n", "migkit.toml": ""}))
    with pytest.raises(ConfigError, match="two configurations"):
        init(repo, asked())


def test_an_empty_table_of_the_kits_is_filled(repo: Path) -> None:
    history(repo, "a")
    history(repo, "b")
    write(repo, {"pyproject.toml": "[tool.migkit]\n\n[tool.other]\n"})
    init(repo, asked())
    assert set(config.load(repo, {}).schemas) == {"a", "b"}


def test_configuration_that_is_there_and_broken_is_not_written_over(repo: Path) -> None:
    before = tree(history(write(repo, {"migkit.toml": "[schemas.x]\ndirectroy = 'a'\n"})))
    with pytest.raises(ConfigError, match="directroy"):
        init(repo, asked(force=True))
    assert tree(repo) == before


def test_pyproject_toml_configures_alembic(repo: Path) -> None:
    demand_toml()
    history(repo, ini="")
    write(repo, {"pyproject.toml": '[tool.alembic]\nscript_location = "%(here)s/migrations"\n'})
    init(repo, asked())
    assert words(values(repo, "pyproject.toml"), "repo")["ini"] == "pyproject.toml"
    assert migkit(repo, "schemas").returncode == 0


def test_a_monorepo(repo: Path) -> None:
    history(repo, "services/billing/db", ini="alembic.ini")
    history(repo, "services/users/db")
    history(repo, "services/users", ini="conf/alembic.ini")  # run from services/users
    history(repo, "tools", ini="test.ini")
    write(repo, {"tools/development.ini": INI.format(location="migrations", url="sqlite:///y")})
    report = init(repo, asked())
    found = values(repo)["schemas"]
    assert {name: (each["directory"], each.get("ini")) for name, each in found.items()} == {
        "billing": ("services/billing/db", None),
        "users": ("services/users", "conf/alembic.ini"),
        "services-users": ("services/users/db", None),
        "tools": ("tools", "test.ini"),
    }
    assert [f.message for f in report.findings if f.rule == "same-history"] == [
        "development.ini names the same history as test.ini, and is left out"
    ]
    assert migkit(repo, "schemas").returncode == 0


def test_what_git_ignores_is_not_found_but_an_ini_in_a_kept_folder_is(repo: Path) -> None:
    git(repo, "init", "-q")
    history(repo, "kept")
    history(repo, "ignored")
    history(repo, ".venv/lib/x")
    history(repo, "node_modules/x")
    write(repo, {".gitignore": "ignored/\nalembic.ini\n.venv\n"})
    init(repo, asked())
    assert set(values(repo)["schemas"]) == {"kept"}


@pytest.mark.parametrize(
    ("ini", "line"),
    [
        ("[alembic]\nscript_location = migrations\nscript_location = x\n", 3),
        ("[alembic]\nscript_location\n", None),
        ("[alembic]\nscript_location = nowhere\n", None),
        ("[alembic]\nx = 1\n", None),
    ],
)
def test_a_broken_ini_is_left_out_and_told(repo: Path, ini: str, line: int | None) -> None:
    history(repo, "good")
    write(repo, {"bad/alembic.ini": ini})
    report = init(repo, asked())
    assert set(values(repo)["schemas"]) == {"good"}
    found = next(f for f in report.findings if f.path == "bad/alembic.ini")
    assert (found.rule in ("broken-ini", "no-history"), found.line) == (True, line)


def test_where_nothing_but_a_broken_ini_is_no_new_history_is_begun(repo: Path) -> None:
    before = tree(write(repo, {"alembic.ini": "[alembic]\nscript_location = nowhere\n"}))
    with pytest.raises(ConfigError, match="nowhere"):
        init(repo, asked())
    assert tree(repo) == before


def test_where_the_ini_is_not_there_no_new_history_is_begun(repo: Path) -> None:
    before = tree(history(repo, ini=""))
    with pytest.raises(ConfigError, match="no ini names it") as error:
        init(repo, asked())
    assert "alembic.ini.sample" in error.value.remedy
    assert tree(repo) == before


def test_a_broken_history_is_told_and_configured(repo: Path) -> None:
    history(repo, titles=["a", "b"])
    write(repo, {"migrations/versions/x.py": "revision = 'x'\ndown_revision = 'nobody'\n"})
    report = init(repo, asked())
    assert [(f.rule, f.severity.name) for f in report.findings if f.severity.name == "error"] == [
        ("history-error", "error")
    ]
    assert migkit(repo, "schemas").returncode == 2


def test_interpolation_and_percent_signs_in_an_ini(repo: Path) -> None:
    history(repo, ini="")
    lines = (
        "[alembic]",
        "home = %(here)s",
        "script_location = %(home)s/migrations",
        "sqlalchemy.url = mysql://%(DB_USER)s:%@h/%(DB)s",
        "file_template = %%(rev)s",
        "",
    )
    write(repo, {"alembic.ini": "\n".join(lines)})
    init(repo, asked())
    assert words(values(repo), "repo")["engine"].startswith("mysql")
    assert migkit(repo, "schemas").returncode == 0


def test_a_url_out_of_an_applications_settings(repo: Path) -> None:
    env = 'from app.config import settings\nconfig.set_main_option("sqlalchemy.url", settings.database_url)\n'
    settings = "class Settings(BaseSettings):\n    database_url: str\n"
    history(repo, url="postgresql://localhost/app", env=env)
    write(repo, {"app/config.py": settings})
    init(repo, asked())
    found = words(values(repo), "app")
    assert (found["url_env"], found["development"]) == ("DATABASE_URL", "env:DATABASE_URL")


def test_what_is_not_certain_is_said(repo: Path) -> None:
    parts = "import os\nfrom app import Base\nurl = os.environ['DB_HOST'] + os.environ['DB_USER']\n"
    history(repo, url="", env=parts)
    write(repo, {"app.py": ""})
    report = init(repo, asked())
    doubts = " ".join(f.message for f in report.findings if f.rule == "to-check")
    assert all(word in doubts for word in ("engine:", "$DB_HOST, $DB_USER", "app of this repository", "title:"))
    text = (repo / "migkit.toml").read_text()
    assert text.count("to check") == 1
    assert "# url_env: env.py puts its URL together" in text


def test_the_written_configuration_round_trips(repo: Path) -> None:
    index = ('op.execute("CREATE INDEX ix ON t (id)")', 'op.execute("DROP INDEX ix")')
    bodies = {"t_create_table": TABLE, "t_add_index_ix": index}
    history(repo, "app", list(bodies), bodies=bodies)
    assert migkit(repo, "init").returncode == 0
    done = migkit(repo, "roundtrip", "--format", "json")
    assert [one["verdict"] for one in json.loads(done.stdout)["revisions"]] == ["ok", "ok"], done.stderr


# repositories that have none


def test_a_new_history_can_be_used_at_once(repo: Path) -> None:
    done = migkit(repo, "init", "--format", "json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["new"], told["error"]) == (0, True, None)
    assert (repo / "migrations/env.py").is_file()
    assert migkit(repo, "schemas").returncode == 0
    proven = migkit(repo, "roundtrip", "--format", "json")
    assert (proven.returncode, json.loads(proven.stdout)["revisions"]) == (0, []), proven.stderr
    shutil.copytree(repo, repo.parent / "clone")
    alembic = subprocess.run(
        [sys.executable, "-m", "alembic", "revision", "-m", "t"],
        cwd=repo.parent / "clone",
        capture_output=True,
        check=False,
    )
    assert alembic.returncode == 0, alembic.stderr
    proven = migkit(repo.parent / "clone", "roundtrip", "--format", "json")
    assert [one["verdict"] for one in json.loads(proven.stdout)["revisions"]] == ["ok"], proven.stdout + proven.stderr


@pytest.mark.parametrize("driver", ["asyncpg", "psycopg"])
def test_a_new_history_for_the_database_that_the_repository_points_at(repo: Path, driver: str) -> None:
    write(repo, {"requirements.txt": driver, "docker-compose.yml": "services:\n  db:\n    image: postgres:16\n"})
    init(repo, asked())
    wanted = words(values(repo), "repo")
    assert (wanted["engine"], wanted["url_env"]) == ("postgresql:16", "DATABASE_URL")
    assert wanted.get("url_driver", "") == ("postgresql+asyncpg" if driver == "asyncpg" else "")
    ini, env = (repo / "alembic.ini").read_text(), (repo / "migrations/env.py").read_text()
    assert re.findall(r"^sqlalchemy\.url = (.*)$", ini, re.MULTILINE) == [f"postgresql+{driver}://localhost:5432/repo"]
    assert ("async_engine_from_config" in env, "DATABASE_URL" in env) == (driver == "asyncpg", True)
    compile(env, "env.py", "exec")


def test_a_folder_that_is_in_the_way_is_gone_around(repo: Path) -> None:
    write(repo, {"migrations/0001.sql": "select 1"})
    init(repo, asked())
    assert (repo / "db_migrations/env.py").is_file()
    assert sorted(path.name for path in (repo / "migrations").iterdir()) == ["0001.sql"]
    assert migkit(repo, "schemas").returncode == 0


def test_an_alembic_ini_that_is_in_the_way_is_named(repo: Path) -> None:
    write(repo, {"alembic.ini": "[loggers]\n"})
    with pytest.raises(ConfigError, match=r"alembic\.ini is there"):
        init(repo, asked())
    assert set(tree(repo)) == {"alembic.ini"}


# all or nothing


@pytest.mark.parametrize("begun", [False, True])
def test_where_one_file_cannot_be_written_none_is(repo: Path, begun: bool) -> None:
    write(repo, {".github": "a file where a folder is needed", "pyproject.toml": "[project]\nname = 'x'\n"})
    if not begun:
        history(repo)
    before = tree(repo)
    folders = {path for path in repo.rglob("*") if path.is_dir()}
    done = migkit(repo, "init", "--agents", "--ci", "github")
    assert (done.returncode, "nothing was changed" in done.stderr) == (3, True), done.stderr
    assert tree(repo) == before
    assert {path for path in repo.rglob("*") if path.is_dir()} == folders


def test_an_unknown_forge(repo: Path) -> None:
    with pytest.raises(ConfigError, match="gitea"):
        init(repo, asked(ci="gitea"))
    assert tree(repo) == {}


# what is asked for besides


@pytest.fixture
def wished(repo: Path) -> Path:
    """A repository with two schemas, in which everything was asked for."""
    history(repo, "bin.manager", ["calls_create_table"], url=MYSQL)
    history(repo, "crm")
    init(repo, asked(agents=True, pre_commit=True, ci="github"))
    return repo


def test_agents_are_told_of_tasks_that_are_there_with_flags_that_they_have(wished: Path) -> None:
    flags = {task.name: {arg.name for arg in task.get_arguments()} for task in TASKS}
    for name in (".claude/commands/migration.md", ".claude/skills/migrations/SKILL.md", "AGENTS.md"):
        text = (wished / name).read_text()
        calls = re.findall(r"`migkit (\w+)([^`]*)`", text)
        assert {task for task, _rest in calls} >= {"schemas", "create", "roundtrip"}
        for task, rest in calls:
            assert task in flags, task
            assert {flag.replace("-", "_") for flag in re.findall(r"--([\w-]+)", rest)} <= flags[task] | {
                flag.replace("_", "-") for flag in flags[task]
            }
        assert "No live database" in text
        assert "`bin-manager` (mysql:9.7" in text


def test_agents_are_told_of_a_task_only_where_the_kit_has_it(repo: Path) -> None:
    history(repo)
    init(repo, asked(agents=True, tasks=("create", "lint")))
    text = (repo / "AGENTS.md").read_text()
    assert "migkit lint" in text
    assert "migkit roundtrip" not in text


def test_a_skill_and_a_command_have_their_front_matter(wished: Path) -> None:
    for name, keys in (
        ("commands/migration.md", {"description", "argument-hint"}),
        ("skills/migrations/SKILL.md", {"name", "description"}),
    ):
        _, front, body = (wished / ".claude" / name).read_text().split("---\n", 2)
        assert set(yaml.safe_load(front)) == keys
        assert body.strip()
    assert "$ARGUMENTS" in (wished / ".claude/commands/migration.md").read_text()


def test_the_hook_runs_what_there_is_and_fits_the_histories_files(wished: Path) -> None:
    hooks = yaml.safe_load((wished / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    first, second = hooks
    assert re.search(first["files"], "bin.manager/migrations/versions/a.py")
    assert not re.search(first["files"], "binxmanager/migrations/versions/a.py")
    assert [migkit(wished, *_words(hook)).returncode for hook in hooks] == [0, 0]
    write(wished, {"crm/migrations/versions/second.py": "revision = (\n"})
    assert re.search(second["files"], "crm/migrations/versions/second.py")
    assert [migkit(wished, *_words(hook)).returncode for hook in hooks] == [0, 2]


def _words(hook: Mapping[str, str]) -> list[str]:
    program, *words = hook["entry"].split()
    assert program == "migkit"
    return words


def test_a_hook_for_one_schema_names_none(repo: Path) -> None:
    history(repo)
    init(repo, asked(pre_commit=True, tasks=("lint",)))
    assert "entry: migkit lint\n" in (repo / ".pre-commit-config.yaml").read_text()


def test_the_hook_reads_the_histories_where_the_kit_cannot_lint(repo: Path) -> None:
    history(repo)
    history(repo, "crm")
    init(repo, asked(pre_commit=True, tasks=("schemas",)))
    (hook,) = yaml.safe_load((repo / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    assert re.search(hook["files"], "crm/migrations/versions/a.py")
    done = migkit(repo, *_words(hook))
    assert (done.returncode, done.stdout) == (0, "")


def test_hooks_that_are_there_get_one_more_with_force_alone(repo: Path) -> None:
    before = "# ours\nrepos:\n  - repo: https://example.test/x\n    rev: v1\n    hooks: [{id: x}]\n\n"
    history(write(repo, {".pre-commit-config.yaml": before}))
    report = init(repo, asked(pre_commit=True))
    assert (repo / ".pre-commit-config.yaml").read_text() == before
    assert "- id: migkit" in next(f.remedy for f in report.findings if f.path == ".pre-commit-config.yaml")
    init(repo, asked(pre_commit=True, force=True))
    after = (repo / ".pre-commit-config.yaml").read_text()
    assert after.startswith(before)
    assert [len(each["hooks"]) for each in yaml.safe_load(after)["repos"]] == [1, 1]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_hooks_that_are_there_keep_every_byte(repo: Path, end: str) -> None:
    local = "\n  - repo: local\n    hooks: []\n"
    before = f"repos:\n{local}{local}\n\n".replace("\n", end).encode()
    history(repo)
    (repo / ".pre-commit-config.yaml").write_bytes(before)
    init(repo, asked(pre_commit=True, force=True))
    after = (repo / ".pre-commit-config.yaml").read_bytes()
    assert after.startswith(before)
    assert after.count(b"\n") == after.count(end.encode())
    assert len(yaml.safe_load(after)["repos"]) == 3


@pytest.mark.parametrize("force", [False, True])
def test_files_in_another_encoding_are_left_alone(repo: Path, force: bool) -> None:
    before = {name: f"# {name}: é\n".encode("latin-1") for name in ("AGENTS.md", ".pre-commit-config.yaml", "tasks.py")}
    history(repo)
    for name, content in before.items():
        (repo / name).write_bytes(content)
    found = actions(init(repo, asked(agents=True, pre_commit=True, force=force)))
    assert {name: found[name] for name in before} == dict.fromkeys(before, "left")
    assert {name: (repo / name).read_bytes() for name in before} == before


@pytest.mark.parametrize("before", ["repos: []\n", "repos:\n- repo: local\n  hooks: []\nfail_fast: true\n", "x: [\n"])
def test_hooks_that_none_can_be_put_behind_are_left_even_with_force(repo: Path, before: str) -> None:
    history(write(repo, {".pre-commit-config.yaml": before}))
    assert actions(init(repo, asked(pre_commit=True, force=True)))[".pre-commit-config.yaml"] == "left"
    assert (repo / ".pre-commit-config.yaml").read_text() == before


def test_the_workflow_runs_the_sessions_where_a_schema_changes(wished: Path) -> None:
    text = (wished / ".github/workflows/migrations.yml").read_text()
    read = yaml.safe_load(text)
    on = read[True]  # what YAML 1.1 makes of `on`
    assert on["push"]["paths"] == on["pull_request"]["paths"]
    assert {"bin.manager/**", "crm/**", "migkit.toml"} <= set(on["push"]["paths"])
    steps = read["jobs"]["migrations"]["steps"]
    assert all(re.fullmatch(r"actions/[\w-]+@v\d+", step["uses"]) for step in steps if "uses" in step)
    assert steps[-1]["run"] == "nox -s migrations"
    assert "${{ github.ref }}" in text


def test_the_workflow_lints_what_a_change_adds_of_each_schema(wished: Path) -> None:
    read = yaml.safe_load((wished / ".github/workflows/migrations.yml").read_text())
    steps = read["jobs"]["lint"]["steps"]
    assert steps[0]["with"]["fetch-depth"] == 0
    runs = [step["run"] for step in steps if "run" in step]
    assert runs[0] == "python -m pip install migkit"
    assert [run.split()[:3] for run in runs[1:]] == [["migkit", "lint", "--schema"]] * 2
    assert {run.split()[3] for run in runs[1:]} == {"bin-manager", "crm"}
    assert all(run.endswith(" --since origin/main --format github") for run in runs[1:])


def test_a_first_step_needs_no_server(repo: Path) -> None:
    history(repo)
    steps = init(repo, asked()).facts["next_steps"]
    assert [step.split()[1] for step in steps if step.startswith("migkit ")][:3] == ["schemas", "lint", "roundtrip"]


def test_a_file_of_the_kits_own_that_was_edited_is_written_anew_with_force_alone(wished: Path) -> None:
    path = wished / ".github/workflows/migrations.yml"
    path.write_text("# ours\n")
    assert actions(init(wished, asked(ci="github")))[str(path.relative_to(wished))] == "left"
    assert path.read_text() == "# ours\n"
    init(wished, asked(ci="github", force=True))
    assert "nox -s migrations" in path.read_text()


def test_another_configuration_that_would_hold_is_told(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(repo, {"migkit.toml": '[schemas.x]\ndirectory = "x"\nengine = "sqlite"\n'})
    history(repo, "inner/db")
    assert "other-configuration" in rules(init(repo / "inner", asked()))
    assert "other-configuration" in rules(init(repo / "inner", asked(named="../migkit.toml")))
