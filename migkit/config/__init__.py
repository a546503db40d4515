"""The configuration: one file into one frozen Project, or one line that names what is wrong in it.

    reading.py    which file, its bytes, and what the environment adds
    checking.py   one table of it, key by key: unknown names, wrong types, the nearest valid name
    choosing.py   which schema a command is about
    schema.py     a schema's table into a Schema
    target.py     a target's table into a Target

`load` judges every name and type in the file. What lies on the disk is judged by `choose`, for the schema in
use alone, so that one schema's missing directory keeps nobody from working on another.
"""

from __future__ import annotations

from migkit.config.checking import shown
from migkit.config.choosing import check_directory, choose
from migkit.config.reading import NoConfiguration, load, parsed

__all__ = ["NoConfiguration", "check_directory", "choose", "load", "parsed", "shown"]
