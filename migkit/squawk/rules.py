"""Which of squawk's rules are listened to, and how grave they are."""

from __future__ import annotations

from migkit.lint.rule import Rule
from migkit.model import Severity

# What rules of the kit say: they know which tables are new, and what a column was before.
OWN = {
    "adding-field-with-default": "pg-volatile-default",
    "adding-foreign-key-constraint": "pg-constraint-not-valid",
    "adding-not-nullable-field": "pg-set-not-null",
    "adding-required-field": "add-not-null-without-default",
    "adding-serial-primary-key-field": "pg-volatile-default",
    "ban-concurrent-index-creation-in-transaction": "pg-concurrently-in-transaction",
    "ban-drop-column": "drop-column",
    "ban-drop-table": "drop-table",
    "changing-column-type": "pg-type-rewrite",
    "constraint-missing-not-valid": "pg-constraint-not-valid",
    "disallowed-unique-constraint": "pg-unique-using-index",
    "prefer-robust-stmts": "unguarded-ddl",
    "renaming-column": "rename-column",
    "renaming-table": "rename-table",
    "require-concurrent-index-creation": "pg-index-concurrently",
    "require-concurrent-index-deletion": "pg-index-concurrently",
}
# What is not so: env.py and the release say how long to wait, Alembic opens the transaction, a VARCHAR grows at once.
CONTRARY = frozenset(
    {
        "ban-uncommitted-transaction",
        "prefer-text-field",
        "require-lock-timeout",
        "require-statement-timeout",
        "require-timeout-settings",
        "syntax-error",
        "transaction-nesting",
        "unused-ignore",
    }
)
GRAVE = frozenset(  # the others are a matter of taste, or of code that is not seen from here
    {
        "ban-alter-domain-with-add-constraint",
        "ban-create-domain-with-constraint",
        "ban-drop-database",
        "ban-truncate-cascade",
        "identifier-too-long",
        "require-concurrent-partition-detach",
        "require-concurrent-reindex",
    }
)
_LEVELS = {"Error": Severity.error, "Warning": Severity.warning}
FAILED = Rule(
    "squawk-failed",
    "squawk",
    Severity.note,
    "",
    on=("postgresql",),
    remedy="run squawk by itself, or take it out of the environment",
)


def wanted(name: str) -> bool:
    """Whether a rule of squawk's is listened to."""
    return name not in OWN and name not in CONTRARY


def rule(name: str, level: str, message: str) -> Rule:
    """Give a rule of squawk's as one of the kit's: a note, or as grave as squawk says where a server is held up."""
    severity = _LEVELS.get(level, Severity.warning) if name in GRAVE else Severity.note
    return Rule(f"squawk-{name}", "squawk", severity, message, on=("postgresql",))
