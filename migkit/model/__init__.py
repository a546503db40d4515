"""The nouns of the kit: frozen values without I/O, shared by every room.

Each subject is loaded when one of its names is first asked for: a hundred dataclasses take as long as a small history.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from migkit.model.catalogue import CatalogObject, Difference, Snapshot, Values
    from migkit.model.changes import (
        Alter,
        Change,
        Column,
        Constraint,
        Create,
        Drop,
        Enum,
        EnumValue,
        Index,
        Other,
        Part,
        Rename,
        Table,
    )
    from migkit.model.configuration import (
        Compose,
        Conventions,
        Journal,
        LintLevels,
        Policy,
        Project,
        Schema,
        SoftDelete,
        Target,
        Timestamps,
        TitleRules,
        Tls,
        Vpn,
    )
    from migkit.model.findings import Check, Finding, Severity, Verdict
    from migkit.model.history import DIRECTIONS, Direction, Revision
    from migkit.model.report import Event, Loss, Report, RevisionReport, Timing
    from migkit.model.server import Database, Engine, Server
    from migkit.product import Family, ServerSettings

__all__ = [
    "DIRECTIONS",
    "Alter",
    "CatalogObject",
    "Change",
    "Check",
    "Column",
    "Compose",
    "Constraint",
    "Conventions",
    "Create",
    "Database",
    "Difference",
    "Direction",
    "Drop",
    "Engine",
    "Enum",
    "EnumValue",
    "Event",
    "Family",
    "Finding",
    "Index",
    "Journal",
    "LintLevels",
    "Loss",
    "Other",
    "Part",
    "Policy",
    "Project",
    "Rename",
    "Report",
    "Revision",
    "RevisionReport",
    "Schema",
    "Server",
    "ServerSettings",
    "Severity",
    "Snapshot",
    "SoftDelete",
    "Table",
    "Target",
    "Timestamps",
    "Timing",
    "TitleRules",
    "Tls",
    "Values",
    "Verdict",
    "Vpn",
]

_NAMES = {
    "migkit.model.catalogue": "CatalogObject Difference Snapshot Values",
    "migkit.model.changes": "Alter Change Column Constraint Create Drop Enum EnumValue Index Other Part Rename Table",
    "migkit.model.configuration": (
        "Compose Conventions Journal LintLevels Policy Project Schema SoftDelete Target Timestamps TitleRules Tls Vpn"
    ),
    "migkit.model.findings": "Check Finding Severity Verdict",
    "migkit.model.history": "DIRECTIONS Direction Revision",
    "migkit.model.report": "Event Loss Report RevisionReport Timing",
    "migkit.model.server": "Database Engine Server",
    "migkit.product": "Family ServerSettings",
}
_HOMES = {name: module for module, names in _NAMES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    """Load the module of a noun when the noun is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value
