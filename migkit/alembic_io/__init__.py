"""The only driver of Alembic's runtime: reads histories, writes revisions, runs steps through the user's env.py.

history.py   a folder of revisions -> History, or one HistoryError that names file and line
private.py   the private names of Alembic that the kit stands on, each wrapped once
generate.py  a new revision by Alembic's own generator
run.py       one run of env.py, with what it prints caught
driver.py    steps, each committed before the next, on one throwaway database
purity.py    whether an upgrade can be trusted to do the same thing twice
"""
