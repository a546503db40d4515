"""What two servers say of themselves, and the findings that their differences become."""

from __future__ import annotations

from dataclasses import replace

import pytest

from migkit.comparison import Seen, differences
from migkit.engines import ENGINES, parse
from migkit.engines.mysql_traits import TRAITS, grants
from migkit.model import Check, Severity
from migkit.product import Identity

only = pytest.mark.parametrize
ALL = (
    "ALTER, ALTER ROUTINE, CREATE, CREATE ROUTINE, CREATE TEMPORARY TABLES, CREATE VIEW, DELETE, DROP, EVENT, EXECUTE, "
    "INDEX, INSERT, LOCK TABLES, REFERENCES, SELECT, SHOW VIEW, TRIGGER, UPDATE"
)


def seen(name: str = "mysql:9.7", version: str = "9.7.4", **words: str) -> Seen:
    engine = parse(name)
    assert engine.console is not None
    usual = {trait.name: frozenset({"same"}) for trait in engine.console.traits}
    own = {name.replace("_", "-"): frozenset(filter(None, text.split(","))) for name, text in words.items()}
    return Seen(Identity(engine.family, engine.product, version), engine, usual | own)


def found(here: Seen, there: Seen) -> dict[str, Check]:
    return {check.rule: check for check in differences(here, there, "production") if check.ok is False}


def test_two_alike_have_no_difference_and_each_trait_is_told() -> None:
    checks = list(differences(seen(), seen(), "production"))
    assert [check.ok for check in checks] == [True] * (1 + len(TRAITS))


@only(
    ("trait", "ours", "theirs", "key"),
    [
        ("sql_mode", "STRICT_TRANS_TABLES", "ANSI_QUOTES,NO_ZERO_DATE", 'sql_mode = "ANSI_QUOTES,NO_ZERO_DATE"'),
        ("sql_mode", "STRICT_TRANS_TABLES", "", 'sql_mode = ""'),
        ("charset", "utf8mb4", "latin1", 'charset = "latin1"'),
        ("collation", "utf8mb4_bin", "latin1_bin", 'collation = "latin1_bin"'),
        ("lower_case_table_names", "0", "1", "lower_case_table_names = 1"),
        ("binary_log", "ON", "OFF", 'args = ["--skip-log-bin"]'),
        ("time_zone", "UTC", "+02:00", 'args = ["--default-time-zone=+02:00"]'),
        ("privileges", "CREATE,DROP,SUPER", "CREATE,DROP", 'privileges = ["CREATE", "DROP"]'),
        ("sql_require_primary_key", "OFF", "ON", 'args = ["--sql-require-primary-key=ON"]'),
    ],
)
def test_a_difference_names_the_key_that_takes_it_away(trait: str, ours: str, theirs: str, key: str) -> None:
    checks = found(seen(**{trait: ours}), seen(**{trait: theirs}))
    rule = f"target-{trait.replace('_', '-')}"
    assert list(checks) == [rule]
    assert checks[rule].severity is Severity.warning
    assert checks[rule].remedy == f"server = {{ {key} }}"


@only(
    ("trait", "theirs", "key"),
    [
        ("extensions", "citext,postgis", 'extensions = ["citext", "postgis"]'),
        ("collation", "de_DE.UTF-8", 'collation = "de_DE.UTF-8"'),
        ("time_zone", "Europe/Berlin", 'args = ["-c", "timezone=Europe/Berlin"]'),
        ("search_path", "app", 'args = ["-c", "search_path=app"]'),
        ("privileges", "owner of the database,CREATEDB,member of app", 'privileges = ["CREATEDB", "app"]'),
    ],
)
def test_so_it_does_on_postgresql(trait: str, theirs: str, key: str) -> None:
    here, there = seen("postgresql:17", "17.2"), seen("postgresql:17", "17.2", **{trait: theirs})
    [check] = found(here, there).values()
    assert check.remedy == f"server = {{ {key} }}"


def test_only_what_differs_of_a_set_is_said() -> None:
    [check] = found(seen(sql_mode="A,B,C"), seen(sql_mode="B,C,D")).values()
    assert check.message == "only production: D; only the throwaway server: A"


def test_another_product_is_an_error_another_series_a_warning_another_patch_a_note() -> None:
    maria = seen("mariadb:10.11", "10.11.6")
    for there, rule, severity, engine in (
        (maria, "target-product", Severity.error, "mariadb:10.11"),
        (seen("mysql:8.0", "8.0.40"), "target-version", Severity.warning, "mysql:8.0"),
        (seen("mysql:9.7", "9.7.1"), "target-version", Severity.note, ""),
    ):
        checks = found(seen(), there)
        assert checks[rule].severity is severity
        assert engine in checks[rule].remedy
    minor = found(seen("postgresql:17", "17.2"), seen("postgresql:17", "17.9"))
    assert minor["target-version"].severity is Severity.note


def test_every_rule_has_one_name() -> None:
    for engine in ENGINES.values():
        names = [trait.name for trait in engine.console.traits] if engine.console else []
        assert len(names) == len(set(names))


# --- SHOW GRANTS ------------------------------------------------------------------------------------


def given(*lines: str) -> frozenset[str]:
    return grants([(line,) for line in lines], "shop_1")


@only(
    ("line", "words"),
    [
        ("GRANT USAGE ON *.* TO `a`@`%`", set()),
        (
            "GRANT SELECT, INSERT (`a`, `b`), CREATE VIEW ON `shop\\_1`.* TO `a`@`%`",
            {"SELECT", "INSERT", "CREATE VIEW"},
        ),
        ("GRANT SELECT ON `shop_1`.* TO `a`@`%`", {"SELECT"}),
        ("GRANT SELECT ON `shop%`.* TO `a`@`%`", {"SELECT"}),
        ("GRANT SELECT ON `shop\\_2`.* TO `a`@`%`", set()),
        ("GRANT SELECT ON `shop\\%`.* TO `a`@`%`", set()),
        ('GRANT SELECT ON "shop_1".* TO "a"@"%"', {"SELECT"}),
        ("GRANT SUPER, PROCESS ON *.* TO `a`@`%` WITH GRANT OPTION", {"SUPER", "PROCESS"}),
        ("GRANT SELECT ON `shop_1`.`t` TO `a`@`%`", {"SELECT ON t"}),
        ("GRANT `admins`@`%` TO `a`@`%`", {"the role `admins`@`%`"}),
        ("GRANT PROXY ON ''@'' TO 'root'@'localhost' WITH GRANT OPTION", set()),
    ],
)
def test_a_grant_is_read_as_far_as_it_holds_in_the_database(line: str, words: set[str]) -> None:
    assert given(line) == words


def test_all_is_what_it_stands_for() -> None:
    listed = given(f"GRANT {ALL} ON `shop_1`.* TO `a`@`%`")
    assert given("GRANT ALL PRIVILEGES ON `shop_1`.* TO `a`@`%`") == listed
    assert given("GRANT ALL PRIVILEGES ON *.* TO `a`@`%`") == listed | {"ALL ON *.*"}


def test_all_is_written_as_all() -> None:
    ours, theirs = given("GRANT SELECT ON *.* TO `a`@`%`"), given("GRANT ALL PRIVILEGES ON `shop_1`.* TO `a`@`%`")
    here, there = seen(), seen()
    here, there = (
        replace(one, words={**one.words, "privileges": words}) for one, words in ((here, ours), (there, theirs))
    )
    assert found(here, there)["target-privileges"].remedy == 'server = { privileges = ["ALL"] }'
