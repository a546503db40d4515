"""Links zou's revision files into one folder, so that they form one history from the first revision to the last.

zou keeps the revisions of before 1.0 in a folder of their own and puts one squashed revision in their place, under the
id of the last of them: with both folders Alembic warns of the duplicate id and takes one. An old database has never
seen the squashed one, so here it is left out.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

_SQUASHED = "0001_squash_pre_1_0_0.py"


def link(folder: Path) -> None:
    """Make `folder` hold a link to each revision file of the installed zou, and nothing else."""
    spec = importlib.util.find_spec("zou")
    assert spec is not None
    assert spec.origin is not None
    versions = Path(spec.origin).parent / "migrations" / "versions"
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.py"):
        old.unlink()
    for file in sorted([*versions.glob("*.py"), *versions.glob("legacy/*.py")]):
        if file.name != _SQUASHED:
            (folder / file.name).symlink_to(file)


if __name__ == "__main__":
    link(Path(__file__).with_name("versions"))
