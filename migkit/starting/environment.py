"""env.py, read as source: where its URL comes from, whether it is async, what it imports. It is not run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from migkit.starting.repository import text
from migkit.values import dataclass

_URL = re.compile(r"(mysql|mariadb|postgresql|postgres|sqlite)(\+\w+)?://")
_URL_NAME = re.compile(r"URL|URI|DSN|CONNECTION_STRING|DATABASE$", re.IGNORECASE)
_PART_NAME = re.compile(r"HOST|USER|PASS|PORT|NAME|DATABASE|SERVER", re.IGNORECASE)
_DATABASE = re.compile(r"DB|DATABASE|POSTGRES|PG|MYSQL|MARIADB|SQL", re.IGNORECASE)
_SETTINGS = re.compile(r"url|uri|dsn", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Variable:
    """An environment variable that is read; `required` where env.py fails without it."""

    name: str
    required: bool


@dataclass(frozen=True, slots=True)
class Environment:
    """What env.py says. `drivers` are the dialects and drivers of the URLs that stand in it, best first.

    `driver` is that of a URL which it falls back to. `overrides`: it sets sqlalchemy.url, whatever the ini says.

    `url` are the variables that look like a whole URL, `parts` those that look like pieces of one. `settings` is an
    expression of the application's own that its URL comes from, "" where there is none, `source` the module that it
    is imported from. `replaced` is the dialect that
    it replaces by one with a driver, which its URL must then begin with.
    """

    url: tuple[Variable, ...] = ()
    parts: tuple[str, ...] = ()
    settings: str = ""
    source: str = ""
    drivers: tuple[str, ...] = ()
    driver: str = ""
    replaced: str = ""
    overrides: bool = False
    is_async: bool = False
    modules: tuple[str, ...] = ()
    readable: bool = True


def environment(scripts: Path) -> Environment:
    """Read the env.py of a history's folder."""
    try:
        tree = ast.parse(text(scripts / "env.py"))
    except (SyntaxError, ValueError, RecursionError):
        return Environment(readable=False)
    variables = tuple(dict.fromkeys(_variables(tree)))
    url = tuple(each for each in variables if _URL_NAME.search(each.name))
    pieces = [each.name for each in variables if _PART_NAME.search(each.name) and _DATABASE.search(each.name)]
    drivers = _drivers(ast.walk(tree))
    edited = [arg for call in _calls(tree, "replace", "startswith", "removeprefix", "split") for arg in call.args]
    kept = [name for name in drivers if "+" in name and name not in _drivers(edited)]
    settings, source = _settings(tree)
    return Environment(
        _merged(url),
        tuple(dict.fromkeys(name for name in pieces if name not in {each.name for each in url})),
        settings,
        source,
        drivers,
        kept[0] if kept else "",
        _replaced(tree),
        any(_first(call) == "sqlalchemy.url" for call in _calls(tree, "set_main_option"))
        or any("sqlalchemy.url" in map(_constant, call.args) for call in _calls(tree, "set_section_option")),
        any(getattr(node, "id", getattr(node, "name", "")) in _ASYNC for node in ast.walk(tree)),
        tuple(modules(tree)),
    )


_ASYNC = ("async_engine_from_config", "create_async_engine", "AsyncEngine")


def modules(tree: ast.AST) -> Iterator[str]:
    """Give the dotted names of what is imported, each once."""
    seen: set[str] = set()
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        for name in names:
            if name not in seen:
                seen.add(name)
                yield name


def _variables(tree: ast.AST) -> Iterator[Variable]:
    """Find os.environ["X"], os.environ.get("X"), os.getenv("X"), and the same by names that were imported."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and _ends(node.value, "environ"):
            name, required = node.slice, True
        elif isinstance(node, ast.Call) and node.args and _reads(node.func):
            name, required = node.args[0], False
        else:
            continue
        if isinstance(name, ast.Constant) and isinstance(name.value, str) and name.value.isidentifier():
            yield Variable(name.value, required)


def _reads(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute) and function.attr == "get":
        return _ends(function.value, "environ")
    return _ends(function, "getenv") or (isinstance(function, ast.Name) and function.id in ("config", "env"))


def _ends(node: ast.expr, name: str) -> bool:
    return (isinstance(node, ast.Name) and node.id == name) or (isinstance(node, ast.Attribute) and node.attr == name)


def _merged(variables: tuple[Variable, ...]) -> tuple[Variable, ...]:
    names = dict.fromkeys(each.name for each in variables)
    return tuple(Variable(name, any(each.required for each in variables if each.name == name)) for name in names)


def settings_variable(source: str, settings: str) -> str:
    """Give the variable that an application's module reads its URL from; "" where that is not plain.

    A field of pydantic's BaseSettings is read from the variable of its name, unless the model has a prefix.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return ""
    fields = {
        node.target.id.upper()
        for model in ast.walk(tree)
        if isinstance(model, ast.ClassDef) and any(_ends(base, "BaseSettings") for base in model.bases)
        for node in model.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }
    name = settings.rpartition(".")[2].upper()
    if name in fields and "env_prefix" not in source and "alias" not in source:
        return name
    found = {each.name for each in _variables(tree) if _URL_NAME.search(each.name)}
    return found.pop() if len(found) == 1 and not fields else ""


def _settings(tree: ast.Module) -> tuple[str, str]:
    """Give what env.py imports and is called like a URL, `settings.database_url`, and the module that it is from."""
    imported = {
        alias.asname or alias.name: node.module or ""
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] not in ("alembic", "sqlalchemy")
        for alias in node.names
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and _SETTINGS.search(node.attr):
            root = node.value
            while isinstance(root, ast.Attribute | ast.Call):
                root = root.func if isinstance(root, ast.Call) else root.value
            if isinstance(root, ast.Name) and root.id in imported:
                return _spelled(node), imported[root.id]
    names = sorted(name for name in imported if _SETTINGS.search(name))
    return (names[0], imported[names[0]]) if names else ("", "")


def _spelled(node: ast.expr) -> str:
    """Spell an expression without what its calls are given: that may be a URL with a password."""
    if isinstance(node, ast.Call):
        return f"{_spelled(node.func)}()"
    return f"{_spelled(node.value)}.{node.attr}" if isinstance(node, ast.Attribute) else ast.unparse(node)


def _drivers(nodes: Iterable[ast.AST]) -> tuple[str, ...]:
    found = [match[0].removesuffix("://") for node in nodes if (match := _URL.match(_constant(node)))]
    return tuple(dict.fromkeys(sorted(found, key=lambda name: "+" not in name)))


def _calls(tree: ast.AST, *methods: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in methods:
            yield node


def _constant(node: ast.AST) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _first(call: ast.Call) -> str:
    return _constant(call.args[0]) if call.args else ""


def _replaced(tree: ast.AST) -> str:
    for call in _calls(tree, "replace"):
        if _first(call) in ("postgresql://", "mysql://", "mariadb://", "sqlite://"):
            return _first(call).removesuffix("://")
    return ""
