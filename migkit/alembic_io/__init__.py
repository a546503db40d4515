"""The only driver of Alembic's runtime: reads histories, writes revisions, runs steps through the user's env.py.

graph.py          ids and parents, checked before Alembic sees them
survey.py         what can be said of a history before any of its code runs
history.py        a folder of revisions -> History, or one HistoryError that names file and line
private.py        the private names of Alembic that the kit stands on, each wrapped once
generate.py       a new revision by Alembic's own generator
surroundings.py   what code of the user's finds around it, and gets back: folder, environment, output, event loop
run.py            one run of env.py
driver.py         steps, each committed before the next, on one throwaway database
statements.py     what a revision sends, seen at the cursor
purity.py         whether an upgrade can be trusted to do the same thing twice
urls.py           what env.py is told of the throwaway database
"""
