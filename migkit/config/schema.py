"""A schema's table of the configuration into a Schema."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from migkit.config.checking import Table, nearest, one_of
from migkit.model import (
    Compose,
    Conventions,
    LintLevels,
    Policy,
    Schema,
    SoftDelete,
    Target,
    Timestamps,
    TitleRules,
)
from migkit.product import ServerSettings

SCHEMA_KEYS = (
    "directory", "ini", "database", "engine", "engines", "style", "url_env", "url_driver", "env", "requirements",
    "base_sql", "seed", "seed_at", "development", "server", "baseline", "compose", "commit", "idempotent",
    "offline", "title", "conventions", "lint", "targets",
)  # fmt: skip
SERVER_KEYS = ("charset", "collation", "sql_mode", "lower_case_table_names", "privileges", "args", "extensions")
STYLES = ("sql", "ops")
FORMS = ("name", "sentence")
POLICIES = ("required", "reported", "off")
COMMIT_FIELDS = ("title", "schema", "revision")
BASELINE = "migkit-baseline.json"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_WORD = re.compile(r"[a-z][a-z0-9_]*")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_DRIVER = re.compile(r"[a-z0-9_]+(\+[a-z0-9_]+)?")


def schema(name: str, schemas: Table, root: Path) -> Schema:
    """Make the schema `name` from its table; relative paths start at `root`."""
    if not _NAME.fullmatch(name):
        raise schemas.error(
            name, "no name for a schema: letters, digits, dots, dashes and underscores are", "rename it"
        )
    if not isinstance(schemas.values[name], dict):
        raise schemas.error(name, "a table is needed", f"write [{schemas.dotted(name)}]")
    table = Table(schemas.values[name], schemas.dotted(name), schemas.file, SCHEMA_KEYS)
    plain = _plain(name, table, root)
    return replace(
        plain,
        server=_server(table),
        compose=_compose(table),
        commit=_commit(table),
        idempotent=_policy(table, "idempotent", "reported"),
        offline=_policy(table, "offline", "off"),
        title=_title(table),
        conventions=_conventions(table),
        lint=_lint(table),
        targets=_targets(table, root, plain.database),
    )


def _plain(name: str, table: Table, root: Path) -> Schema:
    directory = root / table.required("directory", "migrations")
    engine = table.engine("engine", table.required("engine", "mysql:9.7"))
    return Schema(
        name=name,
        directory=directory,
        ini=directory / table.text("ini", "alembic.ini"),
        database=table.text("database", name) or name,
        engine=engine,
        engines=tuple(table.engine("engines", value) for value in table.texts("engines")) or (engine,),
        style=table.choice("style", STYLES, "sql"),
        url_env=_matching(table, "url_env", _VARIABLE, "DATABASE_URL"),
        url_driver=_matching(table, "url_driver", _DRIVER, "postgresql+asyncpg"),
        env=table.mapping("env"),
        requirements=table.texts("requirements"),
        base_sql=table.text("base_sql"),
        seed=table.text("seed"),
        seed_at=table.text("seed_at"),
        development=_development(table),
        baseline=directory / (table.text("baseline") or BASELINE),
    )


def _matching(table: Table, key: str, pattern: re.Pattern[str], example: str) -> str:
    value = table.text(key)
    if value and not pattern.fullmatch(value):
        raise table.error(key, f'"{value}" is not valid', f'for example {key} = "{example}"')
    return value


def _development(table: Table) -> str:
    value = table.text("development", "ini")
    if value != "ini" and not value.startswith("env:") and "://" not in value:
        raise table.error("development", "not valid", 'write "ini", "env:NAME" or a URL')  # it may hold a password
    return value


def _server(table: Table) -> ServerSettings:
    server = table.table("server", SERVER_KEYS)
    if server is None:
        return ServerSettings()
    folded = "lower_case_table_names"
    return ServerSettings(
        charset=server.text("charset"),
        collation=server.text("collation"),
        sql_mode=server.text("sql_mode") if "sql_mode" in server.values else None,
        privileges=server.texts("privileges"),
        args=server.texts("args"),
        extensions=server.texts("extensions"),
        lower_case_table_names=server.number(folded, 0, low=0, high=1) if folded in server.values else None,
    )


def _compose(table: Table) -> Compose | None:
    compose = table.table("compose", ("service", "file", "directory", "python"))
    if compose is None:
        return None
    return Compose(
        compose.required("service", "app"),
        compose.text("file", "docker-compose.yml"),
        compose.text("directory"),
        compose.text("python"),
    )


def _commit(table: Table) -> str:
    from string import Formatter

    template = table.text("commit", "{title}")
    try:
        fields = [field for _, field, _, _ in Formatter().parse(template) if field is not None]
    except ValueError as error:
        raise table.error(
            "commit", f'"{template}" is no template: {error}', "write a brace of its own twice"
        ) from error
    for field in fields:
        if field not in COMMIT_FIELDS:
            raise table.error(
                "commit", f"unknown field {{{field}}}{nearest(field, COMMIT_FIELDS)}", one_of(COMMIT_FIELDS)
            )
    return template


def _policy(table: Table, key: str, default: str) -> Policy:
    policy = table.table(key, ("policy", "since"))
    if policy is None:
        return Policy(default)
    return Policy(policy.choice("policy", POLICIES, default), policy.text("since"))


def _title(table: Table) -> TitleRules:
    rules = TitleRules()
    title = table.table("title", ("form", "actions", "items", "max_length"))
    if title is None:
        return rules
    for key in ("actions", "items"):
        for word in title.texts(key):
            if not _WORD.fullmatch(word):
                raise title.error(key, f'"{word}" is no word in snake_case', f'for example {key} = ["add", "column"]')
    return TitleRules(
        actions=title.texts("actions", rules.actions),
        items=title.texts("items", rules.items),
        max_length=title.number("max_length", rules.max_length, low=20, high=200),
        form=title.choice("form", FORMS, rules.form),
    )


def _conventions(table: Table) -> Conventions:
    found = table.table("conventions", ("uuid_type", "table_prefixes", "timestamps", "soft_delete"))
    if found is None:
        return Conventions()
    stamps = found.table("timestamps", ("pattern", "type"))
    delete = found.table("soft_delete", ("column", "default"))
    return Conventions(
        uuid_type=found.text("uuid_type"),
        table_prefixes=found.texts("table_prefixes"),
        timestamps=Timestamps(stamps.required("pattern", "tm_*"), stamps.required("type", "DATETIME(6)"))
        if stamps
        else None,
        soft_delete=SoftDelete(delete.required("column", "tm_delete"), delete.text("default", "NULL"))
        if delete
        else None,
    )


def _lint(table: Table) -> LintLevels:
    levels = table.table("lint", ("off", "note", "warning", "error"))
    if levels is None:
        return LintLevels()
    seen: dict[str, str] = {}
    for level in levels.values:
        for rule in levels.texts(level):
            if seen.setdefault(rule, level) != level:
                raise levels.error(level, f"{rule} stands in {seen[rule]} too", "keep one of them")
    return LintLevels(levels.texts("off"), levels.texts("note"), levels.texts("warning"), levels.texts("error"))


def _targets(table: Table, root: Path, database: str) -> dict[str, Target]:
    targets = table.table("targets")
    if targets is None:
        return {}
    from migkit.config.target import target

    return {name: target(name, targets, root, database) for name in targets.values}
