"""What works on this machine, one module for each subject; each check is a line of `inv mig.doctor`.

    programs.py    Python, the libraries and the drivers
    machine.py     Docker, its disk and the images; the servers that a schema could get here
    schemas.py     each schema's files: ini, requirements, history
    left.py        what killed runs left

Nothing here starts a server, loads code of the user's, or goes to a registry.
"""
