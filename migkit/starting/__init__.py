"""What `mig.init` finds in a repository, and what it writes there. Nothing of the repository's is imported or run.

repository.py     which files are the repository's own, without what git ignores and what was installed or built
inis.py           every alembic.ini, its sample, [tool.alembic]; which history each one names
environment.py    env.py, read as source: where its URL comes from, what it imports
revisions.py      revision files, read as source: titles, statements, operations, tables and columns
titles.py         which titles are in use, and what share of them follows (pure)
habits.py         style, prefixes, timestamps, soft delete, uuid type: what a clear majority does (pure)
containers.py     database images and services of Compose files and workflows
dependencies.py   which packages the repository declares
products.py       which engine, from what points at it
describing.py     one history -> a schema of the configuration, with the reason for each key
configuration.py  schemas -> TOML, put into a file of which nothing else changes
beginning.py      a new history, by Alembic's own init
programs.py       tasks.py and noxfile.py
hooks.py          .pre-commit-config.yaml and the workflow of a forge
agents.py         what coding agents are told
planning.py       what is to be written for a repository
files.py          what is written, all of it or nothing
"""
