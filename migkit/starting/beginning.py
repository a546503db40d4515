"""A new history, by Alembic's own init: its template, an ini without a password, an env.py that takes a URL."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from migkit.alembic_io.surroundings import caught_output, working_directory
from migkit.errors import ConfigError
from migkit.model import Engine
from migkit.starting import products
from migkit.starting.containers import images
from migkit.starting.dependencies import declared
from migkit.starting.describing import Described, Reason, plain
from migkit.starting.inis import Ini
from migkit.starting.repository import Repository
from migkit.starting.titles import titles
from migkit.values import dataclass

VARIABLE = "DATABASE_URL"
_FOLDERS = ("migrations", "db_migrations", "alembic_migrations")
_CONFIG = "config = context.config\n"
_PASSWORDLESS = f"""{_CONFIG}
# the URL, with its password, comes from the environment; without one the ini's is taken
if os.environ.get("{VARIABLE}"):
    config.set_main_option("sqlalchemy.url", os.environ["{VARIABLE}"].replace("%", "%%"))
"""


@dataclass(frozen=True, slots=True)
class Beginning:
    """A history that is to be begun: the schema, and its files by their paths relative to the repository."""

    schema: Described
    files: Mapping[Path, str]


def beginning(repository: Repository) -> Beginning:
    """Plan a new history for the database that the repository points at, SQLite where it points at none.

    Raises ConfigError where a folder or an alembic.ini is in the way.
    """
    folder = _free(repository.root)
    packages = declared(repository)
    choice = products.engine((), "", (), images(repository), packages)
    engine, is_async = choice.engine, products.only_async(packages)
    driver = products.drivername(packages, engine.dialect, is_async=is_async) or engine.driver
    name = plain(repository.root.resolve().name)
    database = name.replace("-", "_").lower()
    url = f"{driver}://localhost:{engine.port}/{database}" if engine.port else f"{driver or 'sqlite'}:///{database}.db"
    values = _values(engine, database, driver)
    if is_async:
        values["requirements"] = [next(name for name in packages if driver.endswith(f"+{name}")), "greenlet"]
    files = _files(folder, url, reads=bool(engine.port), template="async" if is_async else "generic")
    ini = Ini(repository.root / "alembic.ini", "alembic.ini", repository.root, repository.root / folder)
    return Beginning(Described(name, ini, values, tuple(_reasons(choice)), titles(()), 0), files)


def _free(root: Path) -> str:
    """Give the folder for the history; ConfigError where none is free, or an ini is in the way."""
    free = [name for name in _FOLDERS if not (root / name).exists()]
    if (root / "alembic.ini").exists() or not free:
        what = "alembic.ini" if (root / "alembic.ini").exists() else f"{_FOLDERS[0]}/"
        raise ConfigError(
            f"{root / what} is there, and names no history that Alembic can read",
            remedy="mend it, or put it away, then run mig.init again",
            path=root / what,
        )
    return free[0]


def _values(engine: Engine, database: str, driver: str) -> dict[str, Any]:
    values: dict[str, Any] = {"directory": ".", "database": database, "engine": engine.name, "style": "sql"}
    if engine.port:
        values |= {"url_env": VARIABLE, "development": f"env:{VARIABLE}"}
        values |= {"url_driver": driver} if driver != engine.driver else {}
    return values


def _reasons(choice: products.Choice) -> Iterator[Reason]:
    unsure = "set `engine`, and sqlalchemy.url in alembic.ini" if choice.doubt else ""
    yield Reason("engine", choice.engine.name, choice.because, choice.doubt, unsure)
    if choice.engine.port:
        yield Reason("url_env", VARIABLE, "env.py reads it, so that no password stands in a file")


def _files(folder: str, url: str, *, reads: bool, template: str) -> dict[Path, str]:
    """Let Alembic make its files in a folder that nobody sees, and put the URL into them."""
    from alembic import command
    from alembic.config import Config

    with tempfile.TemporaryDirectory() as made, working_directory(Path(made)), caught_output():
        command.init(Config("alembic.ini"), folder, template=template)
        paths = [path for path in Path(made).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
        files = {path.relative_to(made): path.read_text(encoding="utf-8") for path in paths}
    ini, env = Path("alembic.ini"), Path(folder, "env.py")
    files[ini] = "".join(
        f"sqlalchemy.url = {url}\n" if line.startswith("sqlalchemy.url") else line
        for line in files[ini].splitlines(keepends=True)
    )
    if reads and _CONFIG in files[env]:
        files[env] = "import os\n" + files[env].replace(_CONFIG, _PASSWORDLESS, 1)
    files[Path(folder, "versions", ".gitkeep")] = ""
    return files
