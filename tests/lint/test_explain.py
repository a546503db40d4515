"""The verb that lists the rules and explains one: what it tells of each, in every format."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from migkit import explain
from migkit.errors import ConfigError
from migkit.lint import Rule
from migkit.lint.pages import filled, marks, parse, unmarked
from migkit.lint.rules import ALL
from migkit.model import LintLevels, Severity
from migkit.render import FORMATS, renderer
from tests.lint.generate import head, tables

PAGE = """# odd-name

<!-- generated -->
**error** · data · every server

Why so.

Instead: write it otherwise
<!-- end -->

Two free
sentences.

```toml
engine = "mysql:9.7"
```

## Before
```python
def upgrade():
    op.execute("CREATE TABLE t (id INT)")
```

## Bad
```python
def upgrade():
    op.execute("DROP TABLE t")  # expect: odd-name
```

## Good: kept
```python
def upgrade():
    pass
```
"""
ODD = Rule("odd-name", "data", Severity.error, "why so", lambda _case: (), on=("mysql", "mariadb>=10.5", "mysql<9"))


@pytest.fixture
def odd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of pages that holds one, and the rule that it is of."""
    monkeypatch.setattr(explain, "folder", lambda: tmp_path)
    monkeypatch.setattr("migkit.lint.rules.all_rules", lambda: {"odd-name": ODD})
    (tmp_path / "odd-name.md").write_text(PAGE)
    answers = {"odd-name": {"mysql:9.7": [{"ran": "DROP TABLE t", "said": "error 1051"}]}}
    (tmp_path / "seen.json").write_text(json.dumps(answers))
    return tmp_path


def test_a_page_is_read_in_its_parts() -> None:
    page = parse(PAGE)
    assert (page.name, page.told) == ("odd-name", "Two free\nsentences.")
    assert [one.title for one in page.sections] == ["Before", "Bad", "Good: kept"]
    assert page.toml == ('engine = "mysql:9.7"\n',)
    assert marks(page.under("Bad")[0].bodies[0]) == (("odd-name", 2),)


@pytest.mark.parametrize("line", ["x  # expect: a, b", "DROP TABLE t -- expect: a, b", 'f("x")  # expect: a,b'])
def test_a_mark_names_rules_behind_a_line_and_is_taken_out(line: str) -> None:
    assert marks(f"first\n{line}") == (("a", 2), ("b", 2))
    assert unmarked(line) in ("x", "DROP TABLE t", 'f("x")')


def test_only_the_generated_part_of_a_page_is_written_anew() -> None:
    again = filled(PAGE, "Other \\1 words.")
    assert again == re.sub(r"\*\*error\*\*.*?otherwise", lambda _: "Other \\1 words.", PAGE, flags=re.DOTALL)
    assert filled("# new\n\nTold.\n", "Head.") == "# new\n\n<!-- generated -->\nHead.\n<!-- end -->\n\nTold.\n"


def test_the_head_of_a_page_says_what_a_server_said_once_for_all_that_said_the_same() -> None:
    answers = {name: [{"ran": "DROP TABLE t|u", "said": "error 1"}] for name in ("mysql:9.7", "mariadb:10.11")}
    lines = head(ODD, "", answers).splitlines()
    assert lines[0] == "**error** · data · MySQL, MariaDB 10.5 and later, MySQL before 9"
    assert lines[2] == "Why so."
    assert lines[-1] == "| mysql:9.7, mariadb:10.11 | `DROP TABLE t\\|u` | error 1 |"
    assert "| mysql:9.7, mariadb:10.11: error 1 |" in tables([ODD], {"odd-name": answers})


@pytest.mark.usefixtures("odd")
def test_a_rule_is_explained_by_its_page_and_what_servers_said() -> None:
    report = explain.rules(LintLevels(note=("odd-name",)), "odd-name")
    (told,) = report.facts["rules"]
    assert (told["severity"], told["level"], told["remedy"]) == ("error", "note", "write it otherwise")
    assert told["bad"][0]["files"][0]["lines"] == [2]
    text = renderer("text").report(report)
    assert "odd-name  note (usually error)  data" in text
    assert "  > " + '    op.execute("DROP TABLE t")\n' in text
    assert "expect:" not in text
    assert "error 1051" in text


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("name", ["", "odd-name"])
@pytest.mark.usefixtures("odd")
def test_every_format_takes_the_list_and_a_rule(format_: str, name: str) -> None:
    said = renderer(format_).report(explain.rules(LintLevels(), name))
    assert said
    if format_ == "json":
        assert json.loads(said)["rules"][0]["rule"] == "odd-name"


@pytest.mark.usefixtures("odd")
def test_a_rule_that_is_not_there_is_answered_with_the_nearest() -> None:
    with pytest.raises(ConfigError) as caught:
        explain.rules(LintLevels(), "odd-names")
    assert "did you mean odd-name?" in caught.value.message


def test_every_rule_can_be_listed_and_explained() -> None:
    listed = explain.rules(LintLevels(off=tuple(ALL))).facts["rules"]
    assert {one["rule"] for one in listed} == set(ALL)
    assert {one["level"] for one in listed} == {"off"}
    assert {one["group"] for one in listed} <= set(explain.GROUPS)
    for name in ALL:
        assert renderer("text").report(explain.rules(LintLevels(), name)).startswith(f"{name}  ")


@pytest.mark.parametrize("width", [80, 60])
def test_the_name_of_a_rule_is_whole_on_a_narrow_screen(width: int) -> None:
    """Seen: `pg-constraint-not-vali` and a `d` on the next line, on a screen of 80 columns."""
    text = renderer("text").report(explain.rules(LintLevels()), width=width)
    assert {line.split()[0] for line in text.splitlines() if line.strip()} >= ALL.keys()
    assert max(map(len, text.splitlines())) <= width
