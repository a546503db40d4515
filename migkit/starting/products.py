"""Which engine a history speaks to, from whatever points at it: its URL, its SQL, images, packages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from migkit import engines
from migkit.errors import ConfigError
from migkit.model import Engine
from migkit.starting.containers import Image
from migkit.starting.revisions import Read
from migkit.values import dataclass

_SIGNS = {  # what stands in the source of a revision, and the dialect that it speaks for
    "mysql": r"dialects\.mysql|dialects import .*\bmysql\b|\bmysql\.|engine\s*=\s*innodb|auto_increment|`\w+`|mysql_",
    "postgresql": r"dialects\.postgresql|dialects import .*\bpostgresql\b|\bpostgresql\.|geoalchemy2|"
    r"create\s+extension|::\w+|\$\$|postgresql_|\bjsonb\b|timestamptz",
    "sqlite": r"dialects\.sqlite|\bpragma\s|sqlite_",
}
_DRIVERS = {  # a package, and the dialect+driver that it is
    "asyncpg": "postgresql+asyncpg", "psycopg": "postgresql+psycopg", "psycopg2": "postgresql+psycopg2",
    "psycopg2-binary": "postgresql+psycopg2", "pg8000": "postgresql+pg8000", "pymysql": "mysql+pymysql",
    "mysqlclient": "mysql+mysqldb", "aiomysql": "mysql+aiomysql", "asyncmy": "mysql+asyncmy",
    "mysql-connector-python": "mysql+mysqlconnector", "mariadb": "mariadb+mariadbconnector",
    "aiosqlite": "sqlite+aiosqlite",
}  # fmt: skip
_ASYNC = ("asyncpg", "aiomysql", "asyncmy", "aiosqlite")
# what a database's owner may create himself since PostgreSQL 13 (manual: "trusted" extensions), or what is there
_TRUSTED = re.compile(
    r"plpgsql|bool_plperl|btree_gin|btree_gist|citext|cube|dict_int|fuzzystrmatch|hstore|intarray|isn|jsonb_plperl|lo|"
    r"ltree|pgcrypto|pg_trgm|seg|tablefunc|tcn|tsm_system_rows|tsm_system_time|unaccent|uuid-ossp",
    re.IGNORECASE,
)
_EXTENSION = re.compile(r"create\s+extension\s+(?:if\s+not\s+exists\s+)?[\"']?([\w-]+)", re.IGNORECASE)
_DROPPED = re.compile(r"drop\s+extension\s+(?:if\s+exists\s+)?[\"']?([\w-]+)", re.IGNORECASE)
_GEOMETRY = re.compile(r"geoalchemy2|\bgeometry\s*\(|\bST_\w+\(|\bpostgis\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Choice:
    """An engine, why, and whether there is no doubt: `doubt` says what there is."""

    engine: Engine
    because: str
    doubt: str = ""


def engine(
    drivers: Sequence[str], host: str, reads: Sequence[Read], images: Sequence[Image], packages: Mapping[str, str]
) -> Choice:
    """Choose the engine. `drivers` are the drivernames of URLs, the ini's first; `host` is that of the ini's URL."""
    found, because = _dialect(drivers, reads, images, packages)
    if not found:
        doubt = "nothing here says which database it is"
        return Choice(engines.SQLITE, "nothing here names a database", doubt)
    base = engines.find(found)
    fitting = [each for each in images if engines.ENGINES[each.family].dialect == base.dialect]
    beside = [each for each in fitting if each.service == host] or fitting
    versions = dict.fromkeys((each.family, each.version) for each in beside)
    if not base.version:
        return Choice(base, because)
    if not versions:
        return Choice(base, because, f"nothing here says which version of {base.product} production runs")
    image = next((each for each in beside if each.version), beside[0])
    because = f"{because}, the image {image.image} in {image.path}"
    chosen, doubt = _version(image)
    if len(versions) > 1:
        doubt = f"images of {', '.join(dict.fromkeys(each.image for each in beside))} are named"
    return Choice(chosen, because, doubt)


def drivername(packages: Iterable[str], dialect: str, *, is_async: bool) -> str:
    """Give the dialect+driver of a declared package that speaks a dialect; "" where none does."""
    names = [name for name in packages if name in _DRIVERS and (name in _ASYNC) == is_async]
    return next((_DRIVERS[name] for name in names if _DRIVERS[name].startswith(dialect)), "")


def only_async(packages: Iterable[str]) -> bool:
    """Whether all database drivers that are declared are async ones."""
    known = [name for name in packages if name in _DRIVERS]
    return bool(known) and all(name in _ASYNC for name in known)


def extensions(reads: Iterable[Read], images: Iterable[Image]) -> tuple[str, ...]:
    """Give the extensions that a superuser must create before the migrations run.

    One that the history drops again is its own from the start: created before, it would be gone after that downgrade.
    """
    sources = [read.source for read in reads]
    found = {name for source in sources for name in _EXTENSION.findall(source)}
    if any(_GEOMETRY.search(source) for source in sources) or any("postgis" in each.image for each in images):
        found.add("postgis")
    found -= {name for source in sources for name in _DROPPED.findall(source)}
    return tuple(sorted(name for name in found if not _TRUSTED.fullmatch(name)))


def _dialect(
    drivers: Sequence[str], reads: Sequence[Read], images: Sequence[Image], packages: Mapping[str, str]
) -> tuple[str, str]:
    """Give the dialect that most plainly is meant, and what says so."""
    for driver in drivers:
        try:
            return engines.find(driver).dialect if not driver.startswith(
                "mariadb"
            ) else "mariadb", f"a URL with {driver}://"
        except ConfigError:
            continue
    signs = Counter[str]()
    for read in reads:
        signs.update(name for name, sign in _SIGNS.items() if re.search(sign, read.source, re.IGNORECASE))
    if signs:
        told = ", ".join(f"{count} for {name}" for name, count in signs.most_common())
        return signs.most_common(1)[0][0], f"of {len(reads)} revisions {told}"
    named = dict.fromkeys(each.family for each in images)
    if len(named) == 1:
        return next(iter(named)), "the only database image here"
    known = [name for name in packages if name in _DRIVERS]
    dialects = {_DRIVERS[name].partition("+")[0] for name in known}
    return (dialects.pop(), f"the package {known[0]}") if len(dialects) == 1 else ("", "")


def _version(image: Image) -> tuple[Engine, str]:
    base = engines.ENGINES[image.family]
    if not image.version:
        return base, f"the image {image.image} names no version"
    parts = image.version.split(".")[: base.series]
    try:
        return engines.parse(f"{base.family}:{'.'.join(parts)}"), ""
    except ConfigError:
        return base, f"{image.image} is no version that the kit knows"
