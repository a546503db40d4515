"""The shells of the tasks, by subject: what was typed -> a verb's call.

linting.py    what can be said without a database
place.py      what is configured, works and is to be had here; the development database
proofs.py     the round trip and the rehearsal
revisions.py  new revisions, and old ones mended or joined
"""
