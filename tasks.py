"""The Invoke tasks of this repository: `inv -l` lists them."""

from migkit.tasks import namespace  # noqa: F401  # Invoke looks for it
