"""What lint needs of the place where a history lies: which files, what git says of them, what was found before.

locations.py  an ini and a pyproject.toml -> the folders of revisions, without Alembic
files.py      those folders -> bytes, each file once, whatever it is
facts.py      what git and the repository's folders say
store.py      what an earlier run found, and what it read
history.py    a schema -> its scripts, as each engine's family reads them
accepted.py   what the baseline records
"""
