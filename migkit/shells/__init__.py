"""The shells of the tasks, by subject: what was typed -> a verb's call.

linting.py    what can be said without a database
place.py      what is configured, works and is to be had here; the development database
proofs.py     the round trip and the rehearsal
protecting.py what env.py calls by `migkit.guard.protect()`
releasing.py  targets: what is planned, applied, taken back, where they stand, what differs
revisions.py  new revisions, and old ones mended or joined
"""
