"""How grave a schema's policy makes what a rehearsal finds, by revision (pure)."""

from __future__ import annotations

from migkit.alembic_io.history import History
from migkit.model import Policy, Revision, Severity


class Rule:
    """A schema's policy over its history, by its key in the configuration: what it says of a revision.

    Before `since` a requirement is a report, and a report is off.
    """

    def __init__(self, key: str, policy: Policy, history: History) -> None:
        self._policy = policy.policy
        ids = [revision.id for revision in history.revisions]
        first = ids.index(history.revision(policy.since, f"{key}.since").id) if policy.since else 0
        self._ids = frozenset(ids[first:])

    def required(self, revision: Revision) -> bool:
        """Whether the policy demands it of a revision."""
        return self._policy == "required" and revision.id in self._ids

    def off(self, revision: Revision) -> bool:
        """Whether the policy does not ask for it at all."""
        return self._policy == "off" or (self._policy == "reported" and revision.id not in self._ids)

    def severity(self, revision: Revision) -> Severity:
        """Give the severity of what is not so: error where it is required, else note."""
        return Severity.error if self.required(revision) else Severity.note
