"""The witness of a rehearsal: each upgrade once more on its own result, and all in one run, with `alembic` alone.

As witness.py, with nothing of the kit: a revision is upgraded, the version put back by `alembic stamp`, and upgraded
again; what the server's dump tool says before and after gives ok, fails or differs. Then `alembic upgrade head` from
the base, whose dump must be that of the single steps.

    python again.py --ini mlflow/alembic.ini --engine sqlite --base base:load --package mlflow-skinny
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from throwaway import serve
from witness import NOTE, Failed, Revision, Witness, difference


class Again(Witness):
    """Walks one history on one server."""

    def reruns(self, revisions: Sequence[Revision]) -> Iterator[tuple[str, str, str]]:
        """Give each revision's id, the word for its second upgrade, and a note."""
        self._base()
        self.server.save("base")
        for number, revision in enumerate(revisions):
            if self.server.dump().heads != frozenset(revision.parents):
                self._bring_back(revision.parents)
            word, note = self._again(revision)
            yield revision.id, word, note
            if word != "ok":
                self._bring_back((revision.id,))
            for parent in revision.parents:
                if not any(parent in other.parents for other in revisions[number + 1 :]):
                    self.server.forget(parent)

    def _again(self, revision: Revision) -> tuple[str, str]:
        self._alembic("upgrade", revision.id)
        after = self._dump((revision.id,))
        self.server.save(revision.id)
        self._alembic("stamp", "--purge", *(revision.parents or ("base",)))
        try:
            self._alembic("upgrade", revision.id)
        except Failed as failure:
            return "fails", str(failure)
        again = self.server.dump()
        if (again.objects, again.rows) == (after.objects, after.rows):
            return "ok", ""
        return "differs", difference(after.objects, again.objects) or "rows"

    def at_once(self) -> str:
        """Give the word for all upgrades in one run, from where `reruns` ended."""
        steps = self.server.dump()
        self.server.empty()
        self._base()
        try:
            self._alembic("upgrade", "heads")
        except Failed as failure:
            return f"fails: {failure}"
        found = self.server.dump()
        return "ok" if found.sorted == steps.sorted else f"differs: {difference(steps.sorted, found.sorted)}"


def main() -> None:
    """Read the arguments, and print what is not ok, and the word for all at once."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ini", type=Path, required=True)
    parser.add_argument("--engine", required=True)
    parser.add_argument("--base", default="")
    parser.add_argument("--env", action="append", default=[])
    parser.add_argument("--preload", action="append", default=[])
    arguments = parser.parse_args()
    for module in arguments.preload:
        importlib.import_module(module)
    words: dict[str, dict[str, str]] = {"fails": {}, "differs": {}}
    with serve(arguments.engine) as server:
        environment = dict(pair.split("=", 1) for pair in arguments.env)
        witness = Again(server, arguments.ini.resolve(), environment, arguments.base)
        revisions = witness.revisions()
        for revision, word, note in witness.reruns(revisions):
            sys.stderr.write(f"{revision} {word}\n")
            if word != "ok":
                words[word][revision] = " ".join(note[:NOTE].split())
        found = {**words, "at once": witness.at_once(), "revisions": len(revisions)}
    sys.stdout.write(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
