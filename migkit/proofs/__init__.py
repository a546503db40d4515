"""What a round trip proved of each revision and the catalogue it ended in: written, found again, held to a target.

keys.py        a revision and all below it as one hash; a catalogue as one hash
ending.py      what a walk over a history came to, position by position
files.py       the two files of a schema and a product's series under proofs/
recording.py   what a round trip writes there, and why a revision is not written
finding.py     which revisions are proven, and what catalogue they end in
live.py        the catalogue of a target, read in a session that cannot write
drifting.py    that held to the catalogue it should have: differences, as findings (pure)
verifying.py   the same after a release, as checks
"""

from __future__ import annotations

from migkit.proofs.files import Proof, version_table
from migkit.proofs.finding import Proofs, found
from migkit.proofs.live import Live, live

__all__ = ["Live", "Proof", "Proofs", "found", "live", "version_table"]
