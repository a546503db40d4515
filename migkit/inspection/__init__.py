"""What lint needs of the place where a history lies: which files, what git says of them, what was found before.

locations.py  an ini and a pyproject.toml -> the folders of revisions, without Alembic
files.py      those folders -> bytes, each file once, whatever it is
facts.py      what git and the repository's folders say
examining.py  a schema -> findings, or what an earlier run found in the same files
findings.py   files -> findings, by the rules
store.py      what an earlier run found
readings.py   how an earlier run read each file
history.py    files -> scripts, as each engine's family reads them
fixing.py     findings that can be fixed -> the files as they would be
rewriting.py  those files, written
accepted.py   what the baseline records
"""
