"""The tasks of this repository: `inv -l` lists them."""

from migkit.tasks import namespace  # noqa: F401  # Invoke's collection
