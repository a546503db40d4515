"""The tables on which mlflow's history begins: those of release 0.9.1, which its first revision alters."""

from __future__ import annotations

from sqlalchemy.engine import Connection


def load(connection: Connection) -> None:
    """Create them."""
    from mlflow.store.tracking.dbmodels.initial_models import Base

    Base.metadata.create_all(connection)
