"""Where the kit that runs was installed from, as a requirement that pip and its like understand."""

from __future__ import annotations

import json
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname


def requirement(kit: Distribution) -> str:
    """Give what installs this very kit: from a repository or a folder where it came from one, else by its version.

    Installers write the origin down as `direct_url.json` (PEP 610). A folder or wheel that is gone is of no use.
    """
    origin = kit.read_text("direct_url.json")
    place = _place(json.loads(origin)) if origin else ""
    return f"migkit @ {place}" if place else f"migkit=={kit.version}"


def _place(origin: dict[str, Any]) -> str:
    url, vcs = str(origin["url"]), origin.get("vcs_info")
    parts = urlsplit(url)
    if parts.scheme == "file" and not Path(url2pathname(parts.path)).exists():
        return ""
    place = f"{vcs['vcs']}+{url}@{vcs['commit_id']}" if vcs else url
    return f"{place}#subdirectory={origin['subdirectory']}" if origin.get("subdirectory") else place
