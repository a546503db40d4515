"""The sessions of this repository: `nox -l` lists them."""

from migkit.sessions import migrations  # noqa: F401  # registers the session
