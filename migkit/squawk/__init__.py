"""What squawk, another linter of PostgreSQL's migrations, says of the same revisions, where it is installed.

It is asked about the SQL that the revisions send, one file each, and what it says stands on the line of the revision
file. A rule of its own is called squawk-NAME here. What rules of the kit say from the schema's history, or what servers
were seen to do otherwise, is not taken from it (`rules.OWN`, `rules.CONTRARY`): nothing is said twice.
"""
