"""What a kind of server could give here, asked before anything is started or fetched."""

from __future__ import annotations

from migkit.values import dataclass


@dataclass(frozen=True, slots=True)
class Offer:
    """The product's family, and why it is not at hand exactly as wanted: product and release series; "" where it is."""

    family: str
    short: str = ""
