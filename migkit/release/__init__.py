"""A release to a target, in either direction: what it must pass, in order, and what is known of it whenever it ends.

hands.py      what the operator's side gives: the environment, a way to ask, a way to tell
known.py      what is known so far, as the Report of an end that may come at any time
gate.py       the target, the preflight, the plan: nothing is written before they hold
destroyed.py  what a way down destroys, counted; losing.py what of it each statement does
releasing.py  the whole of it: gate, consent, application, verification
"""

from __future__ import annotations

from migkit.release.hands import Hands
from migkit.release.releasing import released

__all__ = ["Hands", "released"]
