"""tasks.py and noxfile.py: two lines each, or the lines that are lacking in those that are there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from migkit.starting.configuration import appended, read
from migkit.starting.files import File, extended

_TASKS = '''"""The tasks of this repository: `inv -l` lists them."""

from migkit.tasks import namespace  # noqa: F401  # Invoke looks for it
'''
_SESSIONS = '''"""The sessions of this repository: `nox -l` lists them."""

from migkit.sessions import migrations, rehearse  # noqa: F401  # registers the sessions
'''
_JOIN = """from migkit.tasks import mig

{name}.add_collection(mig)
"""
_COLLECT = """import sys

from invoke import Collection
from migkit.tasks import mig

namespace = Collection.from_module(sys.modules[__name__])
namespace.add_collection(mig)
"""
_REGISTER = "from migkit.sessions import migrations, rehearse  # noqa: F401  # registers the sessions\n"


def programs(root: Path, *, force: bool) -> Iterator[File]:
    """Plan both."""
    package = root / "tasks" / "__init__.py"
    path = package if package.is_file() else root / "tasks.py"
    yield _program(path, _TASKS, "migkit.tasks", force=force)
    yield _program(root / "noxfile.py", _SESSIONS, "migkit.sessions", force=force)


def _program(path: Path, new: str, module: str, *, force: bool) -> File:
    if not path.exists():
        return File(path, "new", new)
    try:
        source = read(path)
        tree = ast.parse(source)
    except (OSError, ValueError, SyntaxError):
        return File(path, "left", add=new)
    if module in {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}:
        return File(path, "kept")
    add = _REGISTER if module == "migkit.sessions" else _namespace(tree)
    return extended(path, appended(source, add), add, force=force)


def _namespace(tree: ast.Module) -> str:
    """Give the lines that add the tasks to those of a tasks.py; Invoke takes `ns` or `namespace` where there is one."""
    targets = [target for node in tree.body if isinstance(node, ast.Assign) for target in node.targets]
    names = [target.id for target in targets if isinstance(target, ast.Name) and target.id in ("ns", "namespace")]
    return _JOIN.format(name=names[0]) if names else _COLLECT
