"""Rules about what a revision takes from outside of the history, and what is another thing when it is run again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from migkit.lint.case import Case
from migkit.lint.rule import Found, Rule
from migkit.model import Severity
from migkit.model.script import Called, Kind, Statement

GROUP = "isolation"
_SETTINGS = re.compile(
    r"os\.environ\b|os\.getenvb?\b|os\.environb\b|dotenv\b|decouple\b|environs\b|dynaconf\b|configparser\b"
    r"|django\.conf\.settings\b|pydantic_settings\b|keyring\b|alembic\.context\.config\b"
)
_NETWORK = re.compile(
    r"(?:requests|httpx|urllib\.request|urllib3|aiohttp|http\.client|socket|smtplib|ftplib|imaplib|poplib|paramiko"
    r"|boto3|botocore|redis|pika|kafka|confluent_kafka|pymongo|elasticsearch|opensearchpy|grpc|websockets|slack_sdk"
    r"|stripe|telnetlib|xmlrpc\.client|celery)\."
)
_NO_CALL = frozenset({"socket.gethostname", "urllib.request.pathname2url", "urllib.request.quote"})
_CONNECTS = re.compile(
    r"(?:sqlalchemy(?:\.\w+)*\.(?:create_engine|create_async_engine|engine_from_config|async_engine_from_config)"
    r"|(?:pymysql|MySQLdb|mysql\.connector|psycopg2?|psycopg2\.pool|asyncpg|aiomysql|asyncmy|sqlite3|aiosqlite|pg8000"
    r"|mariadb|oracledb|cx_Oracle|pyodbc)\.(?:connect|create_pool|Connection|AsyncConnection\.connect"
    r"|\w*ConnectionPool))(?:\(\)|\.|$)"
)
_CHANCE = re.compile(
    r"(?:uuid\.uuid[14]|random\.\w+|secrets\.\w+|os\.urandom|numpy\.random\.\w+|faker\.Faker|ulid\.\w+|shortuuid\.\w+)"
    r"(?:\(\)|$)"
)
_CLOCK = re.compile(
    r"(?:time\.time(?:_ns)?|datetime\.(?:datetime\.)?(?:now|utcnow|today)|datetime\.date\.today|pendulum\.now"
    r"|arrow\.(?:utc)?now)(?:\(\)|$)"
)
_SEEDED = frozenset({"random.seed", "random.Random", "random.Random().seed"})
_IN_SQL = re.compile(
    r"\b(?:uuid\s*\(\s*\)|gen_random_uuid\s*\(|uuid_generate_v[14]\s*\(|rand(?:om)?\s*\(\s*\)|random_bytes\s*\()",
    re.IGNORECASE,
)
_FROM = re.compile(r"\bselect\b.*\bfrom\b", re.IGNORECASE | re.DOTALL)
_LONGEST = 60  # characters of a name in a message


def _imports_application(case: Case) -> Iterator[Found]:
    """Find imports of modules that lie in the repository, beside what stands in the folder of revisions itself."""
    for one in case.script.imports:
        root = one.module.partition(".")[0]
        if one.level:
            what = f"it imports {'.' * one.level}{one.module}"
        elif root in case.facts.packages and root != "migkit":
            what = f"it imports {one.module}"
        else:
            continue
        taken = f" ({', '.join(one.names[:3])})" if one.names else ""
        yield Found(what + taken, one.span, "", one.module)


def _reads_settings(case: Case) -> Iterator[Found]:
    for one in _once(case, _SETTINGS):
        yield Found(f"it reads {_short(one.name)}", one.span, "")


def _network_call(case: Case) -> Iterator[Found]:
    for one in _once(case, _NETWORK):
        last = one.name.removesuffix("()").rpartition(".")[2]
        if one.name.removesuffix("()") not in _NO_CALL and last[:1].islower() and ".exceptions" not in one.name:
            yield Found(f"it calls {_short(one.name)}", one.span, "")


def _second_connection(case: Case) -> Iterator[Found]:
    for one in _once(case, _CONNECTS):
        yield Found(f"it opens a connection of its own by {_short(one.name)}", one.span, "")


def _non_deterministic_seed(case: Case) -> Iterator[Found]:
    """Find values of chance or of the clock in a revision that seeds rows, and in the SQL that does."""
    seeds = [one for one in (*case.script.upgrade.statements, *case.script.downgrade.statements) if _seeds(one)]
    if not seeds:
        return
    if not any(each.name.removesuffix("()") in _SEEDED for each in case.script.calls):
        for one in _once(case, _CHANCE):
            yield Found(f"rows get {_short(one.name)}", one.span, "")
        for one in _once(case, _CLOCK):
            if any(each.span.line <= one.span.line <= (each.span.end_line or each.span.line) for each in seeds):
                yield Found(f"rows get {_short(one.name)}", one.span, "", severity=Severity.note)
    for seed in seeds:
        match = _IN_SQL.search(seed.sql)
        if match:
            function = match[0].partition("(")[0].strip().lower()
            yield Found(f"rows of {seed.acts[0].table} get {function}()", seed.acts[0].span, "", seed.acts[0].table)


def _seeds(one: Statement) -> bool:
    """Whether rows are sent that stand in the file; those that are made of rows which are there are no seed."""
    inserts = any(act.kind is Kind.insert for act in one.acts)
    return inserts and not one.repeated and not _FROM.search(one.sql)


def _once(case: Case, pattern: re.Pattern[str]) -> Iterator[Called]:
    """Give the uses that a revision's functions reach, or its import, each line once."""
    seen: set[tuple[str, int]] = set()
    for one in case.script.calls:
        if not _matches(pattern, one.name):
            continue
        key = (pattern.pattern, one.span.line)
        if key not in seen:
            seen.add(key)
            yield one


@cache
def _matches(pattern: re.Pattern[str], name: str) -> bool:
    return pattern.match(name) is not None


def _short(name: str) -> str:
    """Write a name as it is used, no longer than a message bears."""
    return name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…"


RULES: tuple[Rule, ...] = (
    Rule(
        "imports-application",
        GROUP,
        Severity.warning,
        "the application changes and the revision does not: what it imports is gone or means something else when a "
        "database is built from base years later",
        _imports_application,
        remedy="copy what the revision needs into it: table and column names as texts, sa.table(…) in place of a model",
    ),
    Rule(
        "reads-settings",
        GROUP,
        Severity.warning,
        "the same revision makes another schema, or other rows, wherever the settings differ, and no review sees which",
        _reads_settings,
        remedy="write the value into the revision, or read it in env.py and decide there what is run",
    ),
    Rule(
        "network-call",
        GROUP,
        Severity.warning,
        "a migration holds its locks while it waits for another machine, and cannot be run or tested where that is not "
        "reached",
        _network_call,
        remedy="fetch the data before, and keep it in the revision or in a table; call others after the release",
    ),
    Rule(
        "second-connection",
        GROUP,
        Severity.warning,
        "it is another transaction, which neither sees nor goes back with what the migration does, and may be in "
        "another database than the one that is migrated",
        _second_connection,
        remedy="send it on the migration's own connection: op.get_bind()",
    ),
    Rule(
        "non-deterministic-seed",
        GROUP,
        Severity.warning,
        "each database gets other rows, so that nothing can refer to them, and a downgrade cannot find what it is to "
        "delete",
        _non_deterministic_seed,
        remedy="write the values into the revision: an id that is generated once, a fixed moment",
    ),
)
