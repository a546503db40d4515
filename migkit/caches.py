"""Where the kit keeps what it can make anew: its folder in the user's cache."""

from __future__ import annotations

import os
from pathlib import Path


def folder() -> Path:
    """Give the kit's folder in the user's cache; for root the machine's own, as nobody else can read root's home."""
    import platformdirs

    own = platformdirs.user_cache_path("migkit")
    chosen = not own.is_relative_to(Path.home())  # by XDG_CACHE_HOME
    return own if chosen or os.geteuid() else platformdirs.site_cache_path("migkit")
