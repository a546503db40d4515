"""`mig.create` as it is used: a process of its own in a project of its own, and the disk looked at afterwards."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TASKS = '"""The tasks."""\n\nfrom migkit.tasks import namespace\n'
TEMPLATE = '''"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
"""
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
# made from the project's own template


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
'''
INI = "[alembic]\nscript_location = migrations\nsqlalchemy.url = mysql://root:hunter2@db.internal:3307/asterisk\n"
CONFIG = """
[tool.migkit.schemas.asterisk]
directory = "db/asterisk_config"
database = "asterisk"
engine = "mysql:9.7"
commit = "feat(dbscheme): {title}"

[tool.migkit.schemas.bin-manager]
directory = "db/bin-manager"
engine = "postgresql:17"
"""
COLUMN = ("ps_endpoints", "add", "column dtls_auto_gen")

Migkit = Callable[..., subprocess.CompletedProcess[str]]


def revision(path: Path, ident: str, parent: str | None, title: str) -> None:
    path.mkdir(parents=True, exist_ok=True)
    text = f'"""{title}"""\nrevision = {ident!r}\ndown_revision = {parent!r}\n\n\ndef upgrade():\n    pass\n'
    (path / f"{ident}_{title}.py").write_text(text)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with one schema that is whole; its env.py must never run."""
    (tmp_path / "pyproject.toml").write_text(CONFIG)
    (tmp_path / "tasks.py").write_text(TASKS)
    migrations = tmp_path / "db/asterisk_config/migrations"
    revision(migrations / "versions", "aaa111", None, "calls_create_table")
    (migrations / "script.py.mako").write_text(TEMPLATE)
    (migrations / "env.py").write_text("raise SystemExit('env.py was run')\n")
    (migrations.parent / "alembic.ini").write_text(INI)
    return tmp_path


@pytest.fixture
def create(project: Path) -> Migkit:
    """Run `inv mig.create` in the project (or in `cwd`)."""

    def run(*args: str, cwd: Path = project, **env: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "invoke", "mig.create", *args]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **env}
        return subprocess.run(
            command, cwd=cwd, env=environment, text=True, capture_output=True, check=False, timeout=60
        )

    return run


def on_disk(folder: Path) -> dict[str, str]:
    """Give a digest of every file, and every folder."""
    entries = {path: path.read_bytes() if path.is_file() else b"" for path in folder.rglob("*")}
    return {str(path.relative_to(folder)): hashlib.sha256(data).hexdigest() for path, data in entries.items()}


def new_files(folder: Path, before: dict[str, str]) -> list[str]:
    after = on_disk(folder)
    assert {name: after[name] for name in before} == before
    return sorted(after.keys() - before.keys())


def test_it_writes_the_revision_and_says_what_comes_next(project: Path, create: Migkit) -> None:
    before = on_disk(project)
    done = create("--schema", "asterisk", *COLUMN)
    assert (done.returncode, done.stderr) == (0, "")
    (made,) = new_files(project, before)
    match = re.fullmatch(
        r"db/asterisk_config/migrations/versions/([0-9a-f]{12})_ps_endpoints_add_column_dtls_auto_gen\.py", made
    )
    assert match
    text = (project / made).read_text()
    assert text.startswith('"""ps_endpoints_add_column_dtls_auto_gen\n')
    assert f"revision = '{match[1]}'\ndown_revision = 'aaa111'\n# made from the project's own template" in text
    lines = done.stdout.splitlines()
    assert lines[:6] == [
        "schema     asterisk, in pyproject.toml",
        "database   asterisk, on mysql:9.7",
        "directory  db/asterisk_config",
        "ini        db/asterisk_config/alembic.ini",
        "url        mysql://root:***@db.internal:3307/asterisk",
        "follows    aaa111",
    ]
    assert lines[6] == f"created    {made}"
    assert lines[7] == "body       not finished: fill in the type of ps_endpoints.dtls_auto_gen"
    assert lines[9:11] == [
        "! placeholder: upgrade() raises: fill in the type of ps_endpoints.dtls_auto_gen",
        "  to do: fill in the type of ps_endpoints.dtls_auto_gen",
    ]
    steps = [line.split(": ")[0] for line in lines if re.match(r"  \d\. ", line)]
    assert [step[:8] for step in steps] == ["  1. edi", "  2. upg", "  3. loo", "  4. tes", "  5. com", "  6. app"]
    assert "git commit -m 'feat(dbscheme): ps_endpoints_add_column_dtls_auto_gen'" in done.stdout
    assert f"inv mig.roundtrip --schema asterisk --revision {match[1]}" in done.stdout
    assert "VPN" in lines[-1]
    assert lines[-1] == lines[-1].upper()
    assert "hunter2" not in done.stdout


def test_the_file_keeps_the_whole_title(project: Path, create: Migkit) -> None:
    names = " ".join(f"a_rather_long_name_{n}" for n in range(3))
    before = on_disk(project)
    assert create("--schema", "asterisk", "customers", "add", f"column {names}").returncode == 0
    (made,) = new_files(project, before)
    assert made.endswith(f"_customers_add_column_{names.replace(' ', '_')}.py")


def test_it_chains_after_what_it_made_before(project: Path, create: Migkit) -> None:
    first = json.loads(create("--schema", "asterisk", *COLUMN, "--format", "json").stdout)
    second = json.loads(create("--schema", "asterisk", "queues", "create", "table", "--format", "json").stdout)
    assert second["down_revision"] == first["revision"]


def test_json_is_one_object_with_the_published_fields(project: Path, create: Migkit) -> None:
    before = on_disk(project)
    done = create("--schema", "asterisk", "calls", "add", "index idx_a on b", "--format", "json")
    told = json.loads(done.stdout)
    assert (told["version"], told["command"], told["schema"], told["ok"], told["error"]) == (
        1,
        "create",
        "asterisk",
        True,
        None,
    )
    assert told["engine"] == {"family": "mysql", "version": "9.7", "wanted": "mysql:9.7"}
    assert [told["path"]] == new_files(project, before)
    assert (told["title"], told["down_revision"]) == ("calls_add_index_idx_a", "aaa111")
    assert told["revision"] in told["path"]
    assert len(told["next_steps"]) == 6
    assert (told["open"], told["tried"], told["server"], told["findings"]) == ([], False, {}, [])
    assert 'op.execute("""CREATE INDEX idx_a ON calls (b);""")' in (project / told["path"]).read_text()
    assert "hunter2" not in done.stdout


def test_a_schema_with_a_target_is_released_by_the_kit(project: Path, create: Migkit) -> None:
    with (project / "pyproject.toml").open("a") as file:
        file.write('[tool.migkit.schemas.asterisk.targets.production]\nhosts = ["db.internal:3306"]\n')
    *_, prove, commit, release = json.loads(create("--schema", "asterisk", *COLUMN, "--format", "json").stdout)[
        "next_steps"
    ]
    assert prove.endswith(" --write-proof")
    assert " proofs/asterisk && git commit " in commit
    assert release == "apply to production, once it is merged: inv mig.prod --schema asterisk"


def test_output_goes_to_a_file(project: Path, create: Migkit) -> None:
    done = create("--schema", "asterisk", *COLUMN, "--format", "json", "--output", "report.json")
    assert (done.returncode, done.stdout) == (0, "")
    assert json.loads((project / "report.json").read_text())["ok"] is True


def test_it_works_below_the_project_too(project: Path, create: Migkit) -> None:
    done = create("--schema", "asterisk", *COLUMN, cwd=project / "db")
    assert done.returncode == 0
    assert "created    asterisk_config/migrations/versions/" in done.stdout


def test_an_empty_history_gets_its_first_revision(project: Path, create: Migkit) -> None:
    (project / "db/asterisk_config/migrations/versions/aaa111_calls_create_table.py").unlink()
    done = create("--schema", "asterisk", "calls", "create", "table", "--format", "json")
    assert done.returncode == 0, done.stdout
    assert json.loads(done.stdout)["down_revision"] is None


def test_post_write_hooks_run_and_keep_off_standard_output(project: Path, create: Migkit) -> None:
    hook = "import sys; print('hook speaks'); open(sys.argv[1], 'a').write('# hooked\\n')"
    (project / "hook.py").write_text(hook)
    ini = project / "db/asterisk_config/alembic.ini"
    ini.write_text(
        f"{INI}[post_write_hooks]\nhooks = own\nown.type = exec\nown.executable = {sys.executable}\n"
        f"own.options = {project / 'hook.py'} REVISION_SCRIPT_FILENAME\n"
    )
    done = create("--schema", "asterisk", *COLUMN, "--format", "json")
    assert done.returncode == 0, done.stderr
    assert (project / json.loads(done.stdout)["path"]).read_text().endswith("# hooked\n")


def test_an_ini_without_a_readable_url_is_no_obstacle(project: Path, create: Migkit) -> None:
    ini = project / "db/asterisk_config/alembic.ini"
    ini.write_text(INI.replace("hunter2", "hunter%40x"))
    done = create("--schema", "asterisk", *COLUMN)
    assert done.returncode == 0, done.stderr
    assert "hunter" not in done.stdout + done.stderr
    assert "a % is written %%" in done.stdout


def refused(create: Migkit, project: Path, code: int, *args: str) -> str:
    """Check that a call fails with `code`, as text and as JSON, and changes nothing; give what it said."""
    before = on_disk(project)
    text = create(*args)
    told = create(*args, "--format", "json")
    assert (text.returncode, text.stdout) == (code, ""), text.stderr
    assert told.returncode == code
    error = json.loads(told.stdout)["error"]
    assert json.loads(told.stdout)["ok"] is False
    assert error["message"] in text.stderr
    assert error["remedy"]
    assert f"to do: {error['remedy']}" in text.stderr
    assert "Traceback" not in text.stderr + told.stderr
    assert "hunter2" not in text.stderr + told.stdout
    assert on_disk(project) == before
    return text.stderr


def test_an_unknown_schema(project: Path, create: Migkit) -> None:
    told = refused(create, project, 3, "--schema", "asterix", *COLUMN)
    assert 'no schema "asterix"; did you mean asterisk?' in told
    assert "valid here: asterisk, bin-manager" in told


def test_no_schema_where_there_are_several(project: Path, create: Migkit) -> None:
    assert "which schema? pyproject.toml configures asterisk, bin-manager" in refused(create, project, 3, *COLUMN)


def test_a_missing_directory(project: Path, create: Migkit) -> None:
    told = refused(create, project, 3, "--schema", "bin-manager", *COLUMN)
    assert "tool.migkit.schemas.bin-manager.directory: no directory" in told


def test_no_ini_with_a_sample(project: Path, create: Migkit) -> None:
    ini = project / "db/asterisk_config/alembic.ini"
    ini.rename(f"{ini}.sample")
    told = refused(create, project, 3, "--schema", "asterisk", *COLUMN)
    assert re.search(r"cp \S*alembic.ini.sample \S*alembic.ini", told)
    assert "sqlalchemy.url" in told


def test_no_ini_without_a_sample(project: Path, create: Migkit) -> None:
    (project / "db/asterisk_config/alembic.ini").unlink()
    told = refused(create, project, 3, "--schema", "asterisk", *COLUMN)
    assert "asterisk_config/alembic.ini" in told
    assert "alembic.ini.sample" not in told


def test_more_than_one_head(project: Path, create: Migkit) -> None:
    versions = project / "db/asterisk_config/migrations/versions"
    revision(versions, "bbb222", "aaa111", "left")
    revision(versions, "ccc333", "aaa111", "right")
    told = refused(create, project, 4, "--schema", "asterisk", *COLUMN)
    assert "2 heads: bbb222, ccc333" in told
    assert "inv mig.merge --schema asterisk" in told


def test_a_revision_with_a_syntax_error(project: Path, create: Migkit) -> None:
    path = project / "db/asterisk_config/migrations/versions/bbb222_broken.py"
    path.write_text("revision = 'bbb222'\ndown_revision = 'aaa111'\ndef upgrade(:\n")
    told = refused(create, project, 4, "--schema", "asterisk", *COLUMN)
    assert f"{path}:3" in told


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("t", "ad", "column a"), "did you mean add?"),
        (("t", "add", "column 1a"), "no identifier"),
        (("../../x", "create", "table"), "no identifier"),
    ],
)
def test_a_title_against_the_rules(project: Path, create: Migkit, args: tuple[str, ...], message: str) -> None:
    assert message in refused(create, project, 3, "--schema", "asterisk", *args)


def test_a_title_in_use(project: Path, create: Migkit) -> None:
    told = refused(create, project, 3, "--schema", "asterisk", "calls", "create", "table")
    assert "calls_create_table is in use already: " in told
    assert "versions/aaa111_calls_create_table.py" in told


def test_a_title_that_another_title_ends_with_is_free(project: Path, create: Migkit) -> None:
    versions = project / "db/asterisk_config/migrations/versions"
    revision(versions, "bbb222", "aaa111", "old_trunks_create_table")
    assert create("--schema", "asterisk", "trunks", "create", "table").returncode == 0


def test_a_missing_template(project: Path, create: Migkit) -> None:
    (project / "db/asterisk_config/migrations/script.py.mako").unlink()
    assert "could not be written" in refused(create, project, 3, "--schema", "asterisk", *COLUMN)


def test_a_broken_template(project: Path, create: Migkit) -> None:
    (project / "db/asterisk_config/migrations/script.py.mako").write_text(TEMPLATE + "${nothing_of_that_name.x}")
    assert "could not be written" in refused(create, project, 3, "--schema", "asterisk", *COLUMN)


def test_a_template_that_gives_no_python(project: Path, create: Migkit) -> None:
    (project / "db/asterisk_config/migrations/script.py.mako").write_text(TEMPLATE + "def :\n")
    assert "could not be written" in refused(create, project, 3, "--schema", "asterisk", *COLUMN)


def test_a_hook_that_cannot_run_leaves_no_revision(project: Path, create: Migkit) -> None:
    ini = project / "db/asterisk_config/alembic.ini"
    ini.write_text(f"{INI}[post_write_hooks]\nhooks = own\nown.type = exec\nown.executable = /no/such/formatter\n")
    assert "could not be written" in refused(create, project, 3, "--schema", "asterisk", *COLUMN)


def test_a_wrong_key_in_the_configuration(project: Path, create: Migkit) -> None:
    (project / "pyproject.toml").write_text(CONFIG + 'direktory = "x"\n')
    told = refused(create, project, 3, "--schema", "asterisk", *COLUMN)
    assert "pyproject.toml: tool.migkit.schemas.bin-manager.direktory: unknown key; did you mean directory?" in told


def test_a_missing_description_is_invokes_own(project: Path, create: Migkit) -> None:
    before = on_disk(project)
    done = create("--schema", "asterisk", "calls", "create")
    assert (done.returncode, on_disk(project)) == (1, before)
    assert "'description'" in done.stderr


def test_a_sentence_is_for_schemas_whose_titles_are_sentences(project: Path, create: Migkit) -> None:
    assert "mig.create --schema asterisk" in refused_sentence(project)
    config = project / "pyproject.toml"
    config.write_text(CONFIG.replace("commit =", 'title = { form = "sentence" }\ncommit ='))
    before = on_disk(project)
    told = json.loads(revise(project, "add index on calls.region", "--format", "json").stdout)
    assert (told["command"], told["title"], told["error"]) == ("revise", "add index on calls.region", None)
    assert new_files(project, before) == [told["path"]]
    assert told["path"].endswith("_add_index_on_calls_region.py")
    assert "ix_calls_region" in (project / told["path"]).read_text()
    assert "mig.revise --schema asterisk" in refused(create, project, 3, "--schema", "asterisk", *COLUMN)


def refused_sentence(project: Path) -> str:
    before = on_disk(project)
    done = revise(project, "add index on calls.region")
    assert (done.returncode, on_disk(project)) == (3, before)
    return done.stderr


def revise(project: Path, *args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "invoke", "mig.revise", "--schema", "asterisk", *args]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        command, cwd=project, env=environment, text=True, capture_output=True, check=False, timeout=60
    )


def test_no_heavy_module_is_loaded(project: Path) -> None:
    code = (
        "import sys; sys.argv = ['inv', 'mig.create', '--schema', 'asterisk', 't', 'create', 'table']\n"
        "from invoke.main import program\n"
        "program.run(exit=False)\n"
        "heavy = {'rich', 'docker', 'sqlglot', 'pymysql', 'psycopg', 'requests'} & set(sys.modules)\n"
        "sys.exit(f'loaded: {heavy}' if heavy else 0)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=project, env=environment, text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
