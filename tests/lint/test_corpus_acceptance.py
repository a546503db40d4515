"""What servers refuse of the corpus is found without one, on the marked lines of the faulty version alone."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

from migkit.model import Severity
from tests.lint.histories import findings

CORPUS = Path(__file__).parents[1] / "corpus" / "acceptance"
ENGINES = {"mysql": "mysql:9.7", "mariadb": "mariadb:10.11", "postgresql": "postgresql:15", "sqlite": "sqlite"}
IMPORTED = {"imports-the-application"}  # what is refused there is an import
MARK = re.compile(r"# expect: \S+?(?:@(?P<families>\S+))?$")
CASES = [
    pytest.param(folder, family, id=f"{folder.name}-{family}")
    for folder in sorted(CORPUS.iterdir())
    if folder.is_dir() and folder.name not in IMPORTED
    for family in tomllib.loads((folder / "case.toml").read_text())["engines"]
]


@pytest.mark.parametrize(("folder", "family"), CASES)
def test_lint_says_what_the_server_says(folder: Path, family: str, tmp_path: Path) -> None:
    assert errors(tmp_path / "fault", folder, "fault", family) == marked(folder, family)
    assert errors(tmp_path / "healthy", folder, "healthy", family) == set()


def errors(tmp_path: Path, folder: Path, version: str, family: str) -> set[tuple[str, int]]:
    """Give where a version has errors on an engine: file and line."""
    texts = {path.name: re.sub(r" *# expect: .*", "", path.read_text()) for path in files(folder, version)}
    found = findings(tmp_path, texts, engine=ENGINES[family])
    told = [(Path(one.path or "").name, one.line or 0) for one in found if one.severity is Severity.error]
    return {(name, begun(texts[name], line)) for name, line in told}


def begun(text: str, line: int) -> int:
    """Give where the Python statement of a line begins: a finding stands on the line of SQL that it is about."""
    simple = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Expr | ast.Assign)]
    return next((node.lineno for node in simple if node.lineno <= line <= (node.end_lineno or 0)), line)


def marked(folder: Path, family: str) -> set[tuple[str, int]]:
    """Give where the server of a family refuses the faulty version."""
    return {
        (path.name, number)
        for path in files(folder, "fault")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if (mark := MARK.search(line)) and family in (mark["families"] or family).split(",")
    }


def files(folder: Path, version: str) -> list[Path]:
    return [*folder.glob("*.py"), *(folder / version).glob("*.py")]
