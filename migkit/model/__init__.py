"""The nouns of the kit: frozen values without I/O, shared by every room."""

from migkit.model.catalogue import CatalogObject, Difference, Snapshot
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
    Vpn,
)
from migkit.model.findings import Check, Finding, Severity, Verdict
from migkit.model.history import Direction, Revision
from migkit.model.report import Event, Report, RevisionReport, Timing
from migkit.model.server import Database, Engine, Server
from migkit.product import Family, ServerSettings

__all__ = [
    "CatalogObject",
    "Check",
    "Compose",
    "Conventions",
    "Database",
    "Difference",
    "Direction",
    "Engine",
    "Event",
    "Family",
    "Finding",
    "Journal",
    "LintLevels",
    "Policy",
    "Project",
    "Report",
    "Revision",
    "RevisionReport",
    "Schema",
    "Server",
    "ServerSettings",
    "Severity",
    "Snapshot",
    "SoftDelete",
    "Target",
    "Timestamps",
    "Timing",
    "TitleRules",
    "Verdict",
    "Vpn",
]
