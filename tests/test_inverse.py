"""The inverse without a server: order of the statements, names that moved, and what is supposed where nothing ran."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from migkit import ddl, inverse
from migkit.catalog.mysql_ddl import table_objects
from migkit.engines import MYSQL, POSTGRESQL, SQLITE
from migkit.inverse import unwritten
from migkit.inverse.held import kept_in_order, sorted_by
from migkit.model import (
    Alter,
    CatalogObject,
    Change,
    Column,
    Create,
    Drop,
    Engine,
    Enum,
    EnumValue,
    Index,
    Other,
    Rename,
    Snapshot,
    Table,
)

PARENT = "CREATE TABLE `parent` (\n  `id` int NOT NULL,\n  PRIMARY KEY (`id`)\n) ENGINE=InnoDB"
CHILD = """CREATE TABLE `child` (
  `id` int NOT NULL,
  `a` varchar(20) COLLATE utf8mb4_unicode_ci NOT NULL DEFAULT ',' COMMENT 'it''s',
  `parent_id` int DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `by_a` (`a`,`parent_id`),
  KEY `to_parent` (`parent_id`),
  CONSTRAINT `to_parent` FOREIGN KEY (`parent_id`) REFERENCES `parent` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci"""


def snapshot(objects: Iterable[CatalogObject]) -> Snapshot:
    return Snapshot({(one.kind, one.name): one for one in objects})


def mysql(**tables: str) -> Snapshot:
    return snapshot(one for name, text in tables.items() for one in table_objects(name, text))


def sql(before: Snapshot, after: Snapshot, engine: Engine) -> list[str]:
    return [" ".join(one.split()) for one in ddl.statements(inverse.inverse(before, after, engine), engine)]


A_IS_BACK = (
    "ALTER TABLE child ADD COLUMN a varchar(20) NOT NULL DEFAULT ',' COMMENT 'it''s' AFTER id, "
    "DROP INDEX by_a, ADD KEY by_a (`a`,`parent_id`)"
)
KEY_IS_BACK = "ALTER TABLE child ADD CONSTRAINT to_parent FOREIGN KEY (`parent_id`) REFERENCES `parent` (`id`)"
BOTH = mysql(parent=PARENT, child=CHILD)
NOTHING = Snapshot({})


def test_equal_catalogues_need_nothing() -> None:
    assert inverse.inverse(BOTH, mysql(parent=PARENT, child=CHILD), MYSQL) == ()


def test_tables_come_after_what_they_lead_to_and_go_before_it() -> None:
    assert sql(NOTHING, BOTH, MYSQL) == ["DROP TABLE child", "DROP TABLE parent"]
    made = sql(mysql(child=CHILD, parent=PARENT), NOTHING, MYSQL)
    assert [one.split()[2] for one in made] == ["`parent`", "`child`"]


def test_a_key_that_a_foreign_key_makes_is_left_to_it_and_an_inherited_collation_to_the_table() -> None:
    made = sql(BOTH, mysql(parent=PARENT), MYSQL)
    wanted = CHILD.replace("  KEY `to_parent` (`parent_id`),\n", "").replace(" COLLATE utf8mb4_unicode_ci", "")
    assert made == [" ".join(wanted.split())]


def test_tables_that_lead_to_each_other_get_their_last_foreign_key_afterwards() -> None:
    one = PARENT.replace("NOT NULL,", "NOT NULL,\n  `c` int,").replace(
        "\n) ENGINE", ",\n  CONSTRAINT `back` FOREIGN KEY (`c`) REFERENCES `child` (`id`)\n) ENGINE"
    )
    circle = mysql(parent=one, child=CHILD)
    assert [each.partition("(")[0].strip() for each in sql(circle, NOTHING, MYSQL)] == [
        "CREATE TABLE `parent`",
        "CREATE TABLE `child`",
        "ALTER TABLE parent ADD CONSTRAINT back FOREIGN KEY",
    ]
    assert [each.split("FOREIGN KEY")[0] for each in sql(NOTHING, circle, MYSQL)][-2:] == [
        "DROP TABLE parent",
        "DROP TABLE child",
    ]
    assert sql(NOTHING, circle, MYSQL)[0].startswith("ALTER TABLE child DROP FOREIGN KEY")


def test_a_column_comes_back_to_its_place() -> None:
    less = mysql(parent=PARENT, child=CHILD.replace(CHILD.split("\n")[2] + "\n", "").replace("`a`,", ""))
    assert sql(BOTH, less, MYSQL) == [A_IS_BACK]


def test_only_what_is_out_of_order_is_moved() -> None:
    assert kept_in_order("abcde", "bcdea") == set("bcde")
    wanted = "CREATE TABLE `t` (\n  `a` int,\n  `b` int,\n  `c` int\n) ENGINE=InnoDB"
    moved = "CREATE TABLE `t` (\n  `b` int,\n  `c` int,\n  `a` int\n) ENGINE=InnoDB"
    assert sql(mysql(t=wanted), mysql(t=moved), MYSQL) == ["ALTER TABLE t MODIFY COLUMN a int FIRST"]


def test_a_renamed_column_is_renamed_back_and_keeps_its_values() -> None:
    after = mysql(
        parent=PARENT.replace("`id`", "`ident`"), child=CHILD.replace("`parent` (`id`)", "`parent` (`ident`)")
    )
    assert sql(BOTH, after, MYSQL) == ["ALTER TABLE parent RENAME COLUMN ident TO id"]


def test_a_renamed_table_is_renamed_back() -> None:
    after = mysql(mother=PARENT.replace("`parent`", "`mother`"), child=CHILD.replace("`parent` ", "`mother` "))
    assert sql(BOTH, after, MYSQL) == ["ALTER TABLE mother RENAME TO parent"]


def test_two_columns_that_came_and_went_are_no_renames() -> None:
    wanted = "CREATE TABLE `t` (\n  `a` int,\n  `b` int\n) ENGINE=InnoDB"
    found = sql(mysql(t=wanted), mysql(t=wanted.replace("`a`", "`c`").replace("`b`", "`d`")), MYSQL)
    assert not any("RENAME" in one for one in found)


def test_no_throwaway_login_is_written_into_a_trigger() -> None:
    text = "CREATE DEFINER=`{}`@`%` TRIGGER `tr` BEFORE INSERT ON `parent` FOR EACH ROW SET NEW.id = 1"
    settings = "\n-- order: BEFORE INSERT 1\n-- sql_mode: X\n-- character set: utf8mb4 a b"
    for login, written in (("migkit_0badcafe_1", ""), ("audit", "DEFINER=`audit`@`%` ")):
        trigger = CatalogObject("trigger", "tr", text.format(login) + settings, "parent")
        wanted = snapshot([*mysql(parent=PARENT).objects.values(), trigger])
        (change,) = inverse.inverse(wanted, mysql(parent=PARENT), MYSQL)
        assert isinstance(change, Create)
        assert isinstance(change.part, Other)
        assert change.part.create == (
            f"CREATE {written}TRIGGER `tr` BEFORE INSERT ON `parent` FOR EACH ROW SET NEW.id = 1",
        )


# --- PostgreSQL ---------------------------------------------------------------------------------------


def table(name: str, /, **columns: str) -> list[CatalogObject]:
    parts = [
        CatalogObject("column", f"{name}.{key}", text, name, at) for at, (key, text) in enumerate(columns.items(), 1)
    ]
    return [CatalogObject("table", name, "TABLE"), *parts]


VIEW = CatalogObject("view", "v", "VIEW AS SELECT t.id,\n    t.name\n   FROM public.t COMMENT 'it''s v'")
OTHER_VIEW = CatalogObject("view", "w", "VIEW AS SELECT u.id\n   FROM public.u")


def test_a_view_makes_way_for_a_column_it_looks_at_and_comes_back_with_its_comment() -> None:
    base = [VIEW, OTHER_VIEW, *table("u", id="integer")]
    before = snapshot([*base, *table("t", id="integer", name="character varying(10)")])
    after = snapshot([*base, *table("t", id="integer", name="text")])
    found = sql(before, after, POSTGRESQL)
    assert found[0] == "DROP VIEW v"
    assert found[1].startswith("ALTER TABLE t ALTER COLUMN name TYPE character varying(10)")
    assert found[2:] == ["CREATE VIEW v AS SELECT t.id, t.name FROM public.t", "COMMENT ON VIEW v IS 'it''s v'"]


def test_an_enum_value_goes_by_another_type_in_every_column_that_has_it() -> None:
    def base(labels: str) -> Snapshot:
        columns = table("t", id="integer", feels="public.mood DEFAULT 'ok'::public.mood")
        return snapshot([CatalogObject("enum", "mood", f"ENUM ({labels})"), *columns])

    (change,) = inverse.inverse(base("'sad', 'ok'"), base("'sad', 'new', 'ok'"), POSTGRESQL)
    assert isinstance(change, Alter)
    assert isinstance(change.part, Enum)
    assert [user.name for user in change.part.users] == ["feels"]
    (added,) = inverse.inverse(base("'sad', 'new', 'ok'"), base("'sad', 'ok'"), POSTGRESQL)
    assert ddl.statements([added], POSTGRESQL) == ("ALTER TYPE mood ADD VALUE 'new' AFTER 'sad'",)
    assert sql(base("'sad', 'ok'"), base("'sad', 'fine'"), POSTGRESQL) == [
        "ALTER TYPE mood RENAME VALUE 'fine' TO 'ok'"
    ]


def test_what_nobody_can_write_is_said() -> None:
    operator = CatalogObject("operator", "<+>(integer, integer)", "b public.add_up")
    lacking = unwritten(inverse.inverse(snapshot([operator]), NOTHING, POSTGRESQL))
    assert [(one.kind, one.name) for one in lacking] == [("operator", "<+>(integer, integer)")]
    assert sql(NOTHING, snapshot([operator]), POSTGRESQL) == ["DROP OPERATOR <+>(integer, integer)"]


# --- where nothing can be tried -----------------------------------------------------------------------

PG = snapshot(
    [
        CatalogObject("enum", "mood", "ENUM ('sad', 'ok')"),
        *table("t", id="integer NOT NULL", name="text NOT NULL COMMENT 'n'"),
        CatalogObject("index", "by_name", "CREATE INDEX by_name ON public.t USING btree (lower(name))", "t"),
        CatalogObject("constraint", "t.t_name", "UNIQUE (name)", "t"),
    ]
)
LITE = snapshot(
    [
        *table("t", id="INTEGER", name="TEXT"),
        CatalogObject("constraint", "t.PRIMARY KEY", "PRIMARY KEY (id)", "t"),
        CatalogObject("index", "by_name", "INDEX ON t (name)", "t"),
    ]
)
SUPPOSED: list[tuple[Engine, Snapshot, Change, list[str]]] = [
    (
        MYSQL, BOTH, Drop(Column("child", "a")),
        [A_IS_BACK],
    ),
    (MYSQL, BOTH, Drop(Index("child", "by_a")), ["ALTER TABLE child ADD KEY by_a (`a`,`parent_id`)"]),
    (MYSQL, BOTH, Create(Column("child", "b", "int")), ["ALTER TABLE child DROP COLUMN b"]),
    (MYSQL, BOTH, Create(Index("child", "by_b", ("b",))), ["DROP INDEX by_b ON child"]),
    (MYSQL, BOTH, Create(Table("n", (Column("n", "id", "int"),))), ["DROP TABLE n"]),
    (
        MYSQL, BOTH, Alter(Column("child", "parent_id", "bigint")),
        ["ALTER TABLE child DROP FOREIGN KEY to_parent, MODIFY COLUMN parent_id int DEFAULT NULL",
         f"{KEY_IS_BACK} ON DELETE CASCADE"],
    ),
    (
        POSTGRESQL, PG, Drop(Column("t", "name")),
        ["ALTER TABLE t ADD COLUMN name text NOT NULL", "COMMENT ON COLUMN t.name IS 'n'",
         "CREATE INDEX by_name ON public.t USING btree (lower(name))",
         "ALTER TABLE t ADD CONSTRAINT t_name UNIQUE (name)"],
    ),
    (POSTGRESQL, PG, Rename("t", "name", "title"), ["ALTER TABLE t RENAME COLUMN title TO name"]),
    (POSTGRESQL, PG, Create(EnumValue("mood", "fine")), []),
    (POSTGRESQL, PG, Drop(EnumValue("mood", "ok")), ["ALTER TYPE mood ADD VALUE 'ok'"]),
    (POSTGRESQL, PG, Create(Other("view", "v", ("CREATE VIEW v AS SELECT 1",), ("DROP VIEW v",))), ["DROP VIEW v"]),
    (
        SQLITE, LITE, Drop(Table("t")),
        ["CREATE TABLE t ( id INTEGER, name TEXT, PRIMARY KEY (id) )", "CREATE INDEX by_name ON t (name)"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("engine", "before", "change", "wanted"), SUPPOSED)
def test_what_undoes_a_change_is_known_from_the_catalogue_alone(
    engine: Engine, before: Snapshot, change: Change, wanted: list[str]
) -> None:
    found = [" ".join(one.split()) for one in ddl.statements(inverse.of([change], before, engine), engine)]
    assert found[: len(wanted)] == wanted
    assert bool(found) is True


def test_each_stands_after_what_it_needs_and_a_circle_is_cut() -> None:
    needs = {"a": "b", "b": "c", "c": "", "d": "d"}
    assert sorted_by("abcd", lambda one, other: needs[one] == other) == ["c", "d", "b", "a"]
    assert sorted(sorted_by("xy", lambda _one, _other: True)) == ["x", "y"]
