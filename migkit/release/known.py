"""What is known of a release so far: its Report says as much, whenever and however it ends."""

from __future__ import annotations

import socket
import time
from dataclasses import asdict, field
from datetime import UTC, datetime
from typing import Any

from migkit import journal, planning
from migkit.applying import Applied
from migkit.consent import Consent
from migkit.errors import Interrupted, MigkitError, StepFailed
from migkit.model import Check, Finding, Report, Schema
from migkit.model.release import Entry, Order, Plan, Run, Unfinished
from migkit.preflight import Arrival
from migkit.proofs.ending import Ended
from migkit.release.destroyed import Destroyed
from migkit.targets import Declared
from migkit.values import dataclass

_GIVEN = ("to", "verify", "resume", "unknown", "allow_blocking")  # the flags that a record keeps


@dataclass(slots=True)
class Known:
    """Filled as a release goes on; what it has not come to is empty.

    `asked` is whether the operator was shown the plan at a terminal, `left` what the release left unfinished, `begun`
    whether a statement was sent, `whole` whether all were, and are committed. `result` is how it ended: checked,
    planned, nothing (to do), applied, refused, failed or interrupted. `proved` are the catalogues of a round trip that
    was taken for it. `journal` and `record` are the places of what is kept.
    """

    command: str
    schema: Schema
    order: Order
    operator: str = ""
    began: float = field(default_factory=time.perf_counter)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    found: Declared | None = None
    arrival: Arrival | None = None
    entries: tuple[Entry, ...] = ()
    unfinished: tuple[Unfinished, ...] = ()
    checks: list[Check] = field(default_factory=list)
    plan: Plan | None = None
    destroyed: tuple[Destroyed, ...] = ()
    asked: bool = False
    consent: Consent | None = None
    run: Run | None = None
    applied: tuple[Applied, ...] = ()
    proved: Ended | None = None
    verified: tuple[Check, ...] = ()
    current: tuple[str, ...] | None = None
    left: tuple[Unfinished, ...] = ()
    begun: bool = False
    whole: bool = False
    result: str = ""
    journal: str = ""
    record: str = ""

    @property
    def applies(self) -> bool:
        """Whether it is to apply anything, if all holds."""
        return not (self.order.check or self.order.dry_run)

    @property
    def there(self) -> Declared:
        """The target, behind the gate."""
        assert self.found is not None
        return self.found

    @property
    def way(self) -> Plan:
        """The plan, behind the gate."""
        assert self.plan is not None
        return self.plan

    def prove(self, ended: Ended) -> None:
        """Keep what a round trip came to that was taken for this release."""
        self.proved = ended

    def ended(self, error: MigkitError | None = None) -> None:
        """Say how it ended."""
        if isinstance(error, Interrupted):
            self.result = "interrupted"
        elif error is not None:
            self.result = "failed" if self.begun or isinstance(error, StepFailed) else "refused"
        elif self.run:
            self.result = "applied"
        else:
            self.result = "checked" if self.order.check else "planned" if self.order.dry_run else "nothing"

    def report(self) -> Report:
        """Give the Report of a release that ends here."""
        found, arrival = self.found, self.arrival
        engine = {"family": found.engine.family, "version": "", "wanted": self.schema.engine} if found else {}
        server: dict[str, Any] = {"kind": "target", "origin": str(found.address)} if found else {}
        if arrival and arrival.identity:
            engine["version"] = arrival.identity.version
            server |= {"product": arrival.identity.product, "id": arrival.server}
        return Report(
            command=self.command,
            schema=self.schema.name,
            engine=engine,
            server=server,
            findings=tuple(_finding(one) for one in self.verified if one.ok is False),
            facts=self._facts(),
            seconds=round(time.perf_counter() - self.began, 3),
        )

    def _facts(self) -> dict[str, Any]:
        order = self.order
        return {
            "target": order.target,
            "direction": order.direction,
            "operator": self.operator,
            "host": socket.gethostname(),
            "mode": "check" if order.check else "dry-run" if order.dry_run else "apply",
            "result": self.result,
            "given": {name: getattr(order, name) for name in _GIVEN},
            "began": _moment(self.at),
            "ended": _moment(datetime.now(UTC)),
            "preflight": [fact(one) for one in self.checks],
            **(planning.facts(self.plan) | {"from": list(self.plan.current)} if self.plan else {}),
            "destroyed": [asdict(one) for one in self.destroyed],
            "asked": self.asked,
            "consent": asdict(self.consent) if self.consent else None,
            "run": asdict(self.run) if self.run else None,
            "applied": [asdict(one) for one in self.applied],
            "verified": [fact(one) for one in self.verified],
            "unfinished": [journal.facts(one, self.schema.name, order.target) for one in self.left],
            "journal": self.journal,
            "record": self.record,
            "current": list(self.current) if self.current is not None else None,
        }


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")


def fact(check: Check) -> dict[str, Any]:
    """Give a check as JSON has it."""
    return {"check": check.check, "ok": check.ok, "message": check.message, "remedy": check.remedy}


def _finding(check: Check) -> Finding:
    return Finding(check.rule, check.severity, check.message, check.remedy, object=check.check)
