"""What a walk does where the migrations' login lacks a privilege: the step is taken with it, and it is told.

Nobody said which privileges production's login has, so a step that needs more than those on its database is no
failure yet. Where `server.privileges` says it, the server's refusal stands.
"""

from __future__ import annotations

from contextlib import AbstractContextManager

from migkit import remedies
from migkit.errors import StepFailed
from migkit.model import Database, Finding, Revision, Severity
from migkit.product import ServerSettings
from migkit.servers import login, logins

_REMEDY = (
    "see that production's login may do this, or name what it may in `server.privileges`: the round trip then runs so"
)


class Privileges:
    """The privileges of one throwaway database's login; `lacking` is what each revision was refused, by its id."""

    def __init__(self, database: Database, settings: ServerSettings) -> None:
        self._database = database
        self._settings = settings
        self.lacking: dict[str, StepFailed] = {}

    @property
    def lends(self) -> bool:
        """Whether the login can be given more than it has, and nobody said what production's has."""
        return logins.can_be_elevated(self._database) and not logins.declared(self._database, self._settings)

    @property
    def safe(self) -> bool:
        """Whether a step that is refused leaves nothing behind, and can be taken again."""
        return self._database.server.engine.transactional_ddl

    def learn(self, revision: Revision, failure: StepFailed) -> bool:
        """Remember that a revision lacks a privilege; False where it lacks none, or had it already."""
        if revision.id in self.lacking or not self.lacks(failure.__cause__):
            return False
        self.lacking[revision.id] = failure
        return True

    def lacks(self, failure: BaseException | None) -> bool:
        """Whether the server refused what another login might do, and this one can be given it."""
        error = getattr(failure, "orig", None) or failure
        return self.lends and error is not None and login.console(self._database.server.engine).logins.needs_more(error)

    def elevated(self) -> AbstractContextManager[None]:
        """Let the login do it, for a block."""
        return logins.elevated(self._database, self._settings)

    def finding(self, revision: Revision) -> tuple[Finding, ...]:
        """Tell what a revision was refused, if anything."""
        failure = self.lacking.get(revision.id)
        if failure is None:
            return ()
        what = f"needs more than the privileges on its own database: {failure.message}"
        path, remedy = str(revision.path), remedies.extension(failure.message) or _REMEDY
        return (Finding("needs-privilege", Severity.warning, what, remedy, path, failure.line, revision.id),)
