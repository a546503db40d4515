"""The two tests of pytest-alembic that walk a history on a database."""

from pytest_alembic.tests import test_up_down_consistency, test_upgrade

__all__ = ["test_up_down_consistency", "test_upgrade"]
