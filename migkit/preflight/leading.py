"""Where env.py leads: it runs with every door shut, up to the first connection that it asks for."""

from __future__ import annotations

from migkit.address import same
from migkit.alembic_io.releasing import ReleaseDriver
from migkit.errors import MigkitError
from migkit.model import Check
from migkit.targets import Declared

_NAME = "configuration: env.py"
_SHOULD = "let env.py connect and call context.run_migrations() when it is online"
_REMEDY = "let env.py take its URL from the ini, or name its variable in `url_env` of the schema"


def leading(driver: ReleaseDriver, found: Declared) -> Check:
    """Say whether env.py leads to the declared database, and nowhere else; no connection is let through.

    An application's env.py may take its URL from anywhere, and is believed no more than an ini.
    """
    try:
        asked = driver.destinations()
    except MigkitError as error:
        return Check(_NAME, ok=False, message=f"env.py failed before it connected: {error.message}", remedy=_SHOULD)
    elsewhere = [str(one) for one in asked if not same(one, found.address)]
    if elsewhere:
        message = f"env.py leads to {', '.join(elsewhere)}, and the target is {found.address}"
        return Check(_NAME, ok=False, message=message, remedy=_REMEDY)
    if not asked:
        return Check(_NAME, ok=False, message="env.py asked for no connection", remedy=_SHOULD)
    return Check(_NAME, ok=True, message=f"env.py leads to {found.address}")
