"""A new revision by Alembic's own generator and template; env.py is not run, and a failure leaves no file."""

from __future__ import annotations

import contextlib
import io
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from migkit.alembic_io import private
from migkit.alembic_io.history import History
from migkit.alembic_io.surroundings import working_directory
from migkit.body import Body
from migkit.body.replacing import settled
from migkit.errors import ConfigError
from migkit.model import Revision

if TYPE_CHECKING:
    from alembic.autogenerate.api import RevisionContext
    from alembic.script import Script, ScriptDirectory

_INDENT = "    "


def generate(
    history: History,
    message: str,
    upgrade: Body | None = None,
    downgrade: Body | None = None,
    *,
    head: str | Sequence[str] = "head",
) -> Revision:
    """Write the revision that follows the history's only head, with the whole `message` in its file's name.

    Several ids as `head` make a merge of them. Without bodies the functions are the template's.

    Alembic makes the id, fills its script.py.mako and runs the ini's post_write_hooks, as `alembic revision` does. A
    template that does not take what autogenerate would write gets the bodies put in before those hooks run. Raises
    ConfigError where it cannot.
    """
    context = context_for(history, message, head=head)
    bodies = {name: body for name, body in (("upgrade", upgrade), ("downgrade", downgrade)) if body is not None}
    if not bodies:
        return written(history, context)
    cast("dict[str, Any]", context.template_args).update(_arguments(history, bodies))
    with private.hooked(history.script, lambda path: _settle(path, bodies)):
        return written(history, context)


def written(history: History, context: RevisionContext) -> Revision:
    """Write the revision that a context of Alembic's holds; raises what `generate` does."""
    script = history.script
    script.truncate_slug_length = max(script.truncate_slug_length, len(context.command_args["message"]))
    script.messaging_opts = cast("Any", {"quiet": True})
    with working_directory(history.schema.directory), _nothing_left_behind(history):
        try:
            with _silent(fully=bool(getattr(script, "hooks", True))):
                made = next(iter(context.generate_scripts()))
        except Exception as error:
            raise _failed(error, history) from error
        return _revision(cast("Script", made))


def context_for(history: History, message: str, **options: Any) -> RevisionContext:
    """Make what `alembic revision -m MESSAGE` makes, with `options` beside."""
    from alembic.autogenerate.api import RevisionContext

    arguments = {
        "message": message, "autogenerate": False, "sql": False, "head": "head", "splice": False,
        "branch_label": None, "version_path": None, "rev_id": None, "depends_on": None,
    }  # fmt: skip
    return RevisionContext(history.config, history.script, arguments | options)


def _arguments(history: History, bodies: Mapping[str, Body]) -> dict[str, str]:
    """Give the template what autogenerate gives it: source that is indented from its second line on."""
    template = Path(history.schema.directory, history.script.dir, "script.py.mako")
    text = template.read_text(encoding="utf-8") if template.is_file() else ""
    found: dict[str, str] = {
        "imports": "\n".join(dict.fromkeys(one for body in bodies.values() for one in body.imports))
    }
    for name, body in bodies.items():
        match = re.search(rf"^([ \t]+)\$\{{\s*{name}s\b", text, re.MULTILINE)
        indent = match[1] if match else _INDENT
        found[f"{name}s"] = body.text(indent).removeprefix(indent)
    return found


def _settle(path: Path, bodies: Mapping[str, Body]) -> None:
    """Put in what the template left out."""
    with path.open(encoding="utf-8", newline="") as file:
        before = source = file.read()
    for name, body in bodies.items():
        source = settled(source, name, body)
    if source != before:
        with path.open("w", encoding="utf-8", newline="") as file:
            file.write(source)


def _revision(script: Script) -> Revision:
    parents = script.down_revision or ()
    return Revision(
        id=script.revision,
        title=script.doc,
        path=Path(script.path).resolve(),
        parents=(parents,) if isinstance(parents, str) else tuple(parents),
    )


def _failed(error: Exception, history: History) -> ConfigError:
    template = Path(history.script.dir, "script.py.mako").absolute()
    text = f"schema {history.schema.name}: the revision could not be written: {_cause(error)}"
    if isinstance(error, OSError):
        remedy = "make the folder writable, see that the disk has room, and that each post_write_hook is installed"
    else:
        remedy = f"`alembic revision -m test` has to work: see {template.name} and post_write_hooks in the ini"
    return ConfigError(text, remedy=remedy, path=template if template.is_file() else history.schema.ini)


def _cause(error: Exception) -> str:
    """Say what went wrong; Alembic hides what a template raised behind the name of a temporary file."""
    if isinstance(error, SyntaxError):
        return f"what the template gives is no Python: {error.msg}, line {error.lineno}"
    cause = error.__context__ if type(error).__name__ == "CommandError" and error.__context__ else error
    return " ".join(f"{type(cause).__name__}: {cause}".split()) if cause is not error else " ".join(str(error).split())


@contextlib.contextmanager
def _nothing_left_behind(history: History) -> Iterator[None]:
    """Remove, when the block fails, the revision file that it wrote: a hook may fail after that."""
    folders = _folders(history.script) | {revision.path.parent for revision in history.revisions}
    before = _files(folders)
    try:
        yield
    except BaseException:
        for path in _files(folders) - before:
            path.unlink(missing_ok=True)
        raise


def _folders(script: ScriptDirectory) -> set[Path]:
    return {Path(location).resolve() for location in script.version_locations or [script.versions]}


def _files(folders: set[Path]) -> set[Path]:
    return {Path(root, name) for top in folders for root, _, names in os.walk(top) for name in names}


@contextlib.contextmanager
def _silent(*, fully: bool) -> Iterator[None]:
    """Keep Alembic's messages, and `fully` what hooks print too, from standard output: a report goes there."""
    with contextlib.redirect_stdout(io.StringIO()):
        if not fully:
            yield
            return
        kept = os.dup(1)
        try:
            os.dup2(2, 1)
            yield
        finally:
            os.dup2(kept, 1)
            os.close(kept)
