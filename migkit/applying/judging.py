"""What an error says of a statement: its lock was not had, no answer came, it may be sent again, or its revision anew.

Where a lock time-out took nothing with it but its statement, that is sent again; where it took the transaction and
nothing of the revision is committed, the revision begins anew; else it ends there.
"""

from __future__ import annotations

from typing import Any

from migkit.alembic_io.cursors import driver_connection, pending
from migkit.applying.bounding import own
from migkit.applying.means import Means
from migkit.journal.evidence import Eyes
from migkit.ledger import names
from migkit.servers import login


class Judge:
    """Judges the errors of one revision after the other, and knows what of it is committed.

    `waited` and `lost` are whether the last error was a lock's, or no answer at all, `tries` how often its statement
    was sent. `anew` is whether the revision may begin anew, since a lock was all that it wanted. `settled` is whether
    something was sent that commits by itself, and all before it.
    """

    def __init__(self, means: Means) -> None:
        self._means = means
        spoken = login.console(means.found.engine)
        self._lease, self._ledger = spoken.lease(), spoken.ledger()
        self._eyes = Eyes(means.found.engine, means.own)
        self.begin()

    def begin(self) -> None:
        """Begin with a revision."""
        self.waited = self.lost = self.anew = self.settled = False
        self.tries = 0

    def well(self, *, by_itself: bool) -> None:
        """Be told that a statement was done: what came before it is over."""
        self.waited = self.lost = False
        self.settled = self.settled or by_itself

    def failed(self, error: BaseException, seconds: float) -> bool:
        """Whether no code is to catch an error that came after `seconds`: a bound of the kit's, or no answer."""
        self.lost = not self._lease.answered(error)
        self.waited = not self.lost and self._lease.busy(error)
        return self.lost or self.waited or seconds >= self._means.found.target.statement_timeout

    def again(
        self, connection: Any, statement: str, error: BaseException, *, by_itself: bool = False, several: bool = False
    ) -> bool:
        """Whether a statement can be sent again as it is; `anew` says whether the revision could begin anew.

        What commits by itself has committed all before it, also where it fails then. What a driver does not say of its
        transaction is none that is known to stand. Rows of a table without transactions are not taken back.
        """
        self.settled = self.settled or by_itself
        if not self.waited or self._eyes.parts(statement, within=not by_itself):
            return False
        alone = self._ledger.commits(statement)
        if not alone and not several:  # of several, some may be changed
            undone = self._lease.undone(error, own(connection).whole)
            stands = not undone or pending(driver_connection(connection)) is False
            alone = stands and not self._keeps(statement)
        self.anew = not alone and self._nothing_stays()
        return alone and self._lease.repeats(statement)

    def at_the_end(self, error: BaseException) -> None:
        """Judge an error of what follows a revision's statements: Alembic's version row, and the commit."""
        self.failed(error, 0.0)
        self.tries = 1
        self.anew = self.waited and self._means.found.engine.transactional_ddl and self._nothing_stays()

    def _nothing_stays(self) -> bool:
        """Whether nothing that the revision has sent outlives its transaction."""
        if self.settled or self._means.driver.kept:
            return False
        return not self._keeps(*(one.statement for one in self._means.driver.sent))

    def _keeps(self, *statements: str) -> bool:
        """Whether a statement names a table whose rows are in no transaction, or nobody can tell."""
        try:
            with self._means.watcher.patience():
                loose = self._eyes.loose()
        except Exception:  # whatever class the driver uses
            return True
        return any(names(statement, table) for table in loose for statement in statements)
