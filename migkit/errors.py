"""The exceptions of the kit: each means that the work could not be done, and carries one thing to do.

What is expected to be found in a history is a `Finding`, never an exception. The tree, with exit codes:

    MigkitError
    ├── ConfigError     3   configuration or arguments: unknown schema, key, action; no alembic.ini
    ├── HistoryError    4   the history is unreadable: syntax, duplicate ids, unknown parent, cycle, heads
    ├── ServerError     5   no server, not ready, or it died; carries the tail of its log
    ├── TargetError     6   not reachable, not the declared one, refused by the guard
    ├── StepFailed      7   a step failed on a target
    └── Interrupted   130   the operator ended it
"""

from __future__ import annotations

from pathlib import Path
from typing import Any


class MigkitError(Exception):
    """The work could not be done. `kind` and `exit_code` are published (docs/cli.md); `log` is the end of a log.

    `report` is the Report of what was known by then, where the verb had come so far as to have one; `told` whether
    its text says already what went wrong, and what to do. `applied` are the revisions that a release had applied.
    """

    kind = "error"
    exit_code = 1
    log = ""
    report: Any = None
    told = False
    applied: tuple[Any, ...] = ()

    def __init__(self, message: str, *, remedy: str = "", path: Path | None = None, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.path = path
        self.line = line


class ConfigError(MigkitError):
    """Configuration or arguments are wrong; nothing was changed."""

    kind = "configuration"
    exit_code = 3


class HistoryError(MigkitError):
    """The history cannot be read, or has another shape than the task can work with."""

    kind = "history"
    exit_code = 4


class ServerError(MigkitError):
    """No database server could be had, or the one in use failed. `log` is the tail of its log."""

    kind = "server"
    exit_code = 5

    def __init__(self, message: str, *, remedy: str = "", log: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.log = log


class TargetError(MigkitError):
    """A database is unreachable, is not the declared one, or was refused by the guard."""

    kind = "target"
    exit_code = 6


class StepFailed(MigkitError):  # noqa: N818  # the published name
    """A step failed, in the revision's own code, in env.py or in the server.

    `revision` and `direction` name it, `statement` is the SQL that was running, if any, `output` is what env.py
    and the revision printed, `declared` whether a downgrade said itself that it cannot be done. `current` is there
    where it is known on which revisions the database stands now.
    """

    current: tuple[str, ...]

    kind = "step"
    exit_code = 7

    def __init__(
        self,
        message: str,
        *,
        revision: str,
        direction: str,
        statement: str = "",
        output: str = "",
        declared: bool = False,
        remedy: str = "",
        path: Path | None = None,
        line: int | None = None,
    ) -> None:
        super().__init__(message, remedy=remedy, path=path, line=line)
        self.revision = revision
        self.direction = direction
        self.statement = statement
        self.output = output
        self.declared = declared


class Interrupted(MigkitError):  # noqa: N818  # an operator's wish is no error
    """The operator ended it: Ctrl-C, SIGTERM or SIGHUP."""

    kind = "interrupted"
    exit_code = 130


class IrreversibleMigration(Exception):  # noqa: N818  # reads as a declaration: raise IrreversibleMigration("why")
    """What a downgrade raises to declare that it cannot be done; the round trip then says `irreversible`."""


class Unfinished(Exception):  # noqa: N818  # reads as a declaration: raise Unfinished("fill in the type")
    """What a revision raises that was written with a placeholder: its text says what is to be filled in."""
