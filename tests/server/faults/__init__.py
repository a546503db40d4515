"""What is done to a release in the tests, and what is asked afterwards.

launching.py   a release in a process of its own that stops at a point until it is told to go on, or is killed
launcher.py    that process, and the one that forks it
points.py      the points at which a release can be stopped
story.py       the six-statement release, and what the rows and the catalogue say of each statement
lasting.py     a server whose data outlive `docker kill`, on a disk that can be filled
proxy.py       a loopback proxy that drops, delays, resets, half-closes, and loses answers
holding.py     sessions that hold locks, and what is seen of sessions and locks
stage.py       a database of its own with the release's history, a target and a journal
rows.py        the fault table: the rows that the tests run and that docs/faults.md shows
"""
