"""One history into a schema of the configuration: each key with what speaks for it, and the doubts that are left."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import Any

from migkit.model import Finding, Severity, TitleRules
from migkit.starting import dependencies, habits, products
from migkit.starting.containers import Image, Service, images, services
from migkit.starting.environment import Environment, environment, settings_variable
from migkit.starting.inis import Ini
from migkit.starting.repository import Repository, text
from migkit.starting.revisions import Read, revisions
from migkit.starting.titles import Titles, titles
from migkit.values import dataclass

_GENERIC = re.compile(  # a folder's name that says nothing about the schema in it
    r"migrations?|alembic|db|databases?|src|app|api|backend|server|service|schemas?|sql|config|conf|etc|models|scripts"
)
_DRIVER_PACKAGES = {
    "asyncpg": "asyncpg", "aiomysql": "aiomysql", "asyncmy": "asyncmy", "aiosqlite": "aiosqlite", "pg8000": "pg8000",
    "mysqlconnector": "mysql-connector-python", "mariadbconnector": "mariadb",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reason:
    """What is written for a key, and what speaks for it; `doubt` is what speaks against it, with one thing to do."""

    key: str
    value: Any
    because: str
    doubt: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Described:
    """A schema as it is to be written: `values` in the order of the file, and `service`, which may be its Compose."""

    name: str
    ini: Ini
    values: Mapping[str, Any]
    reasons: tuple[Reason, ...]
    titles: Titles
    revisions: int
    service: Service | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class _Draft:
    """Keys and reasons as they are found."""

    values: dict[str, Any] = field(default_factory=dict)
    reasons: list[Reason] = field(default_factory=list)

    def put(self, key: str, value: Any, because: str = "", doubt: str = "", remedy: str = "") -> None:
        """Write a key, and tell why where that is no matter of course; "" says that there is nothing to write."""
        if value not in ("", (), None):
            *tables, last = key.split(".")
            values = self.values
            for table in tables:
                values = values.setdefault(table, {})
            values[last] = list(value) if isinstance(value, tuple) else value
        if because or doubt:
            self.reasons.append(Reason(key, list(value) if isinstance(value, tuple) else value, because, doubt, remedy))


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What all histories of a repository have around them."""

    repository: Repository
    images: tuple[Image, ...]
    services: tuple[Service, ...]
    packages: Mapping[str, str]


def described(repository: Repository, inis: Sequence[Ini], taken: Iterable[str] = ()) -> tuple[Described, ...]:
    """Describe every history; their names differ from each other and from those that are `taken`."""
    around = _Surroundings(repository, images(repository), services(repository), dependencies.declared(repository))
    names = _names(repository, inis, taken)
    return tuple(_one(name, ini, around) for name, ini in zip(names, inis, strict=True))


def versions(ini: Ini) -> tuple[Path, ...]:
    """Give the folders in which a history's revisions lie."""
    return tuple(dict.fromkeys((ini.scripts / "versions", *ini.locations)))


def _one(name: str, ini: Ini, around: _Surroundings) -> Described:
    env = environment(ini.scripts)
    scheme, host, database = _url(ini.url)
    found = [each for each in (scheme, *env.drivers) if each]
    sources = revisions(versions(ini), None)
    choice = products.engine(found, host, sources, around.images, around.packages)
    dialect = {"postgresql": "postgres"}.get(choice.engine.dialect, choice.engine.dialect)
    reads = revisions(versions(ini), dialect)
    draft = _Draft()
    _place(draft, ini, "" if database == name else database, around)
    unsure = "set `engine` to what production runs"
    draft.put("engine", choice.engine.name, choice.because, choice.doubt, unsure if choice.doubt else "")
    _style(draft, reads)
    _where(draft, ini, env, scheme, around)
    _requirements(draft, ini, env, reads, around)
    beside = [each for each in around.images if each.family == choice.engine.family]
    extra = products.extensions(reads, beside) if choice.engine.family == "postgresql" else ()
    draft.put("server.extensions", extra, "a superuser creates them before" if extra else "")
    used = titles([read.title for read in reads if not read.merge])
    _title(draft, used)
    _conventions(draft, reads, dialect)
    service = next((each for each in around.services if _has(each, ini, around.repository.root)), None)
    return Described(
        name, ini, draft.values, tuple(draft.reasons), used, len(reads), service, _findings(name, ini, env)
    )


def _place(draft: _Draft, ini: Ini, database: str, around: _Surroundings) -> None:
    draft.put("directory", ini.directory.relative_to(around.repository.root).as_posix())
    draft.put("ini", "" if ini.name == "alembic.ini" else ini.name, "" if ini.name == "alembic.ini" else "its name")
    if database:
        draft.put("database", database, "the URL names it")


def _style(draft: _Draft, reads: Sequence[Read]) -> None:
    style, count, total = habits.style(reads)
    told = f"{count} of {total} revisions" if total else "no revision shows another"
    what = "raw SQL in op.execute" if style == "sql" else "Alembic's operations"
    draft.put("style", style, f"{told}: {what}" if total else told)


def _where(draft: _Draft, ini: Ini, env: Environment, scheme: str, around: _Surroundings) -> None:
    """Tell where env.py takes its URL from."""
    if not env.url:
        _without_variable(draft, ini, env, around)
        return
    named = min(env.url, key=lambda each: (each.name != "DATABASE_URL", not each.required))
    others = ", ".join(f"${each.name}" for each in env.url if each != named)
    doubt = f"it reads {others} too" if others else ""
    draft.put("url_env", named.name, "env.py reads it", doubt, "name the one that the migrations use" if doubt else "")
    driver = _driver(env, scheme, around.packages)
    draft.put("url_driver", driver, "what env.py works with" if driver else "")
    if named.required or not ini.url:
        draft.put("development", f"env:{named.name}")


def _without_variable(draft: _Draft, ini: Ini, env: Environment, around: _Surroundings) -> None:
    unsaid = env.overrides or not ini.url
    source = _module(env.source, _tops(ini, around)) if env.settings and unsaid else None
    variable = settings_variable(text(source), env.settings) if source else ""
    if variable:
        draft.put("url_env", variable, f"env.py takes {env.settings}, which is read from it")
        draft.put("url_driver", _driver(env, "", around.packages))
        draft.put("development", f"env:{variable}")
    elif env.settings and unsaid:
        doubt = f"env.py takes its URL from {env.settings}"
        draft.put(
            "url_env", "", "", doubt, "name the environment variable that is read there, so that the kit can set it"
        )
    elif env.parts and unsaid:
        doubt = f"env.py puts its URL together from {', '.join(f'${part}' for part in env.parts)}"
        draft.put(
            "url_env", "", "", doubt, "let env.py take a whole URL from a variable where it is set, and name it here"
        )
    elif unsaid and ini.read.name == ini.name:
        doubt = "neither the ini nor env.py shows where the URL comes from"
        draft.put("url_env", "", "", doubt, "name the environment variable that env.py reads, if it reads one")


def _driver(env: Environment, scheme: str, packages: Mapping[str, str]) -> str:
    """Give the dialect and driver that env.py wants in its variable; "" where the kit's own will do."""
    if env.replaced:
        return env.replaced
    with_driver = env.driver or (scheme if "+" in scheme else "")
    if with_driver or not env.is_async:
        return with_driver
    dialect = next((each.partition("+")[0] for each in (scheme, *env.drivers) if each), "")
    return products.drivername(packages, dialect, is_async=True)


def _requirements(draft: _Draft, ini: Ini, env: Environment, reads: Iterable[Read], around: _Surroundings) -> None:
    imported = [*env.modules, *(module for read in reads for module in read.modules)]
    needed, own = dependencies.needed(imported, _tops(ini, around), dict(around.packages))
    driver = str(draft.values.get("url_driver", "")) or _url(ini.url)[0]
    package = _DRIVER_PACKAGES.get(driver.partition("+")[2], "")
    wanted = dict.fromkeys([*needed, *([package] if package else []), *(["greenlet"] if env.is_async else [])])
    pinned = ["sqlalchemy<2"] if dependencies.wants_sqlalchemy_1(dict(around.packages)) else []
    doubt = remedy = ""
    if own:
        doubt = f"{', '.join(own)} of this repository is imported too, and needs what it imports itself"
        remedy = "add what it needs: `nox -s migrations` makes an environment with these alone"
    told = "imported by env.py or revisions, or pinned" if wanted or pinned else ""
    draft.put("requirements", (*pinned, *wanted), told, doubt, remedy)


def _tops(ini: Ini, around: _Surroundings) -> tuple[Path, ...]:
    """Give the folders in which modules of the repository's own may lie."""
    root = around.repository.root
    return (*ini.paths, ini.directory, ini.directory / "src", root, root / "src")


def _module(name: str, tops: Iterable[Path]) -> Path | None:
    """Find the file of a module of the repository's own."""
    inside = Path(*name.split("."))
    found = [top / each for top in tops for each in (inside.with_suffix(".py"), inside / "__init__.py")]
    return next((path for path in found if name and path.is_file()), None)


def _title(draft: _Draft, used: Titles) -> None:
    if not used.total:
        return
    usual, rules = TitleRules(), used.rules
    for key in ("form", "actions", "items", "max_length"):
        if getattr(rules, key) != getattr(usual, key):
            draft.put(f"title.{key}", getattr(rules, key))
    told = "sentences" if rules.form == "sentence" else "names: <table>_<action>_<description>"
    doubt = "" if used.sure else "too few titles follow to speak of a habit"
    draft.reasons.append(
        Reason(
            "title",
            told,
            f"share of titles that follow: {used.share}",
            doubt,
            "set `title.form` to the team's own" if doubt else "",
        )
    )


def _conventions(draft: _Draft, reads: Sequence[Read], dialect: str) -> None:
    columns = [column for read in reads for column in read.columns]
    tables = [table for read in reads for table in read.tables]
    uuid = habits.uuid_type(columns, dialect)
    draft.put("conventions.uuid_type", uuid, "the type of ids" if uuid else "")
    shared = habits.prefixes(tables)
    draft.put("conventions.table_prefixes", shared, "nearly all tables begin with one" if shared else "")
    stamps = habits.timestamps(columns, dialect)
    if stamps:
        value = {"pattern": stamps[0], "type": stamps[1]}
        draft.put("conventions.timestamps", value, "most columns with a moment")
    deleted = habits.soft_delete(columns, tables)
    if deleted:
        draft.put("conventions.soft_delete", {"column": deleted[0], "default": deleted[1]}, "most tables have it")


def _findings(name: str, ini: Ini, env: Environment) -> tuple[Finding, ...]:
    told: list[tuple[str, str, str]] = []
    if not env.readable:
        told.append(("broken-env", "env.py is no Python that can be read", "mend it: Alembic cannot run it either"))
    if ini.databases:
        said = f"the ini names several databases ({ini.databases}); the kit proves a history on one"
        told.append(("several-databases", said, "give each database an ini and a history of its own, if they differ"))
    if ini.others:
        said = f"{', '.join(ini.others)} names the same history as {Path(ini.name).name}, and is left out"
        told.append(("same-history", said, "set `ini`, if another one is the right one"))
    return tuple(Finding(rule, Severity.note, said, remedy, object=name) for rule, said, remedy in told)


def _url(url: str) -> tuple[str, str, str]:
    """Give scheme, host and database of a URL, each "" where it is none or to be filled in."""
    found = re.match(r"(\w+(?:\+\w+)?)://(?:.*@)?(\[[^\]]*\]|[^:/?]*)?(?::[^/?]*)?(?:/([^?]*))?", url, re.DOTALL)
    if not found:
        return "", "", ""
    scheme, host, database = found[1], found[2] or "", found[3] or ""
    good = re.fullmatch(r"[A-Za-z0-9_$-]+", database) and not scheme.startswith("sqlite")
    return scheme, host, database if good else ""


def _has(service: Service, ini: Ini, root: Path) -> bool:
    return ini.scripts.resolve().is_relative_to((root / service.folder).resolve())


def _names(repository: Repository, inis: Sequence[Ini], taken: Iterable[str]) -> list[str]:
    """Name each schema after its folder, or its database where the folder says nothing; what is taken gets more."""
    names = list(taken)
    before = len(names)
    for ini in inis:
        parts = [
            part for part in ini.directory.relative_to(repository.root).parts if not _GENERIC.fullmatch(part.lower())
        ]
        name = parts[-1] if parts else _url(ini.url)[2] or repository.root.resolve().name
        name = plain(name)
        if name in names and len(parts) > 1:
            name = plain("-".join(parts[-2:]))
        number = 2
        while name in names:
            name = f"{name.removesuffix(f'-{number - 1}')}-{number}"
            number += 1
        names.append(name)
    return names[before:]


def plain(name: str) -> str:
    """Give a name as a schema may be called."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-_") or "app"
