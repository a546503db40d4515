"""A team's repository with a noxfile, on which tests run Nox; its sessions use the environment that stands."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.conftest import ENV, write_revision

KIT = Path(__file__).resolve().parent.parent
PROGRAM = f"#!{sys.executable}\nfrom migkit.tasks import program\n\nprogram.run()\n"
TABLE = """
def upgrade():
    op.create_table("calls", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    {down}
"""
RIGHT = TABLE.format(down='op.drop_table("calls")')
WRONG = TABLE.format(down='raise RuntimeError("not today")')


class NoxProject:
    """A repository in `root`; `add` gives it a schema, `nox` runs Nox there."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "noxfile.py").write_text("from migkit.sessions import migrations\n", encoding="utf-8")
        (root / "migkit.toml").touch()
        (root / "bin").mkdir()
        program = root / "bin" / "migkit"
        program.write_text(PROGRAM, encoding="utf-8")
        program.chmod(0o755)

    def add(self, name: str, body: str = RIGHT, *, settings: str = "", env: str = ENV, **keys: object) -> None:
        """Add a schema with one revision; `keys` are further keys, `settings` its `server` key in TOML."""
        versions = self.root / name / "migrations" / "versions"
        versions.mkdir(parents=True)
        (self.root / name / "alembic.ini").write_text(
            "[alembic]\nscript_location = migrations\nsqlalchemy.url = sqlite://\n", encoding="utf-8"
        )
        (self.root / name / "migrations" / "env.py").write_text(env, encoding="utf-8")
        write_revision(versions, f"first_{name}", None, body)
        values = {"directory": name, "database": name, "engine": "sqlite"} | keys
        lines = [f"[schemas.{name}]", *(f"{key} = {value!r}" for key, value in values.items())]
        lines += [f"server = {settings}"] if settings else []
        with (self.root / "migkit.toml").open("a", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")

    def environment(self, **more: str) -> Mapping[str, str]:
        """Give the environment in which Nox runs: like this process's, but of no other run and not of CI."""
        kept = {key: value for key, value in os.environ.items() if key not in ("CI", "MIGKIT_RUN", "MIGKIT_SERVER")}
        path = f"{self.root / 'bin'}{os.pathsep}{kept.get('PATH', '')}"
        return kept | {"PATH": path, "PYTHONPATH": str(KIT), "TMPDIR": str(self.root)} | more

    def arguments(self, *words: str) -> list[str]:
        """Give the command line of Nox."""
        words = words or ("-s", "migrations")
        return [sys.executable, "-m", "nox", "--no-venv", "--no-install", "--non-interactive", *words]

    def nox(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run Nox to its end."""
        env = self.environment(**environment)
        return subprocess.run(
            self.arguments(*words), cwd=self.root, env=env, capture_output=True, text=True, timeout=300, check=False
        )

    def left(self) -> list[str]:
        """Give the names of what runs have left in the folder for temporary files."""
        return [path.name for path in self.root.glob("migkit-*")]


def table(text: str) -> list[list[str]]:
    """Give the rows of the table that ends an output, its head aside: schema, engine, server, result, …."""
    lines = text[text.rindex("\nschema ") + 1 :].partition("\n\n")[0].splitlines()
    head = lines[0]
    starts = [head.index(name) for name in ("schema", "engine", "ran on", "result", "verdicts", "seconds")]
    ends = [*starts[1:], None]
    return [[line[start:end].strip() for start, end in zip(starts, ends, strict=True)] for line in lines[1:]]
