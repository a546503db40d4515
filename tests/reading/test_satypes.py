# ruff: noqa: E501  # sources of revisions stand in one line each
"""SQLAlchemy's types as lint knows them are what SQLAlchemy's own compilers write, for each family."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql, sqlite

from migkit.model.script import Kind
from migkit.product import Family
from migkit.reading import read

_DIALECTS: dict[Family, Any] = {
    "mysql": mysql.dialect(),
    "postgresql": postgresql.dialect(),
    "sqlite": sqlite.dialect(),
}
_ALL = """
sa.String(255)
sa.String(length=40)
sa.Unicode(20)
sa.VARCHAR(10)
sa.VARCHAR(length=12)
sa.CHAR(3)
sa.Text()
sa.UnicodeText()
sa.TEXT()
sa.Integer()
sa.Integer
sa.INTEGER()
sa.BigInteger()
sa.BIGINT()
sa.SmallInteger()
sa.SMALLINT()
sa.Boolean()
sa.BOOLEAN()
sa.Float()
sa.FLOAT()
sa.REAL()
sa.Numeric()
sa.Numeric(10, 2)
sa.Numeric(precision=8, scale=3)
sa.DECIMAL(12, 4)
sa.NUMERIC(5)
sa.Date()
sa.DATE()
sa.DateTime()
sa.DateTime(timezone=True)
sa.DATETIME()
sa.TIMESTAMP()
sa.TIMESTAMP(timezone=True)
sa.Time()
sa.LargeBinary()
sa.JSON()
sa.Interval()
sa.String(20).with_variant(sa.Text(), "mysql")
sa.Text().with_variant(mysql.MEDIUMTEXT(), "mysql", "mariadb")
sa.types.String(7)
"""
_MYSQL = """
mysql.TINYINT(1)
mysql.TINYINT(display_width=1)
mysql.INTEGER(unsigned=True)
mysql.INTEGER(display_width=11)
mysql.BIGINT(display_width=20, unsigned=True)
mysql.LONGTEXT()
mysql.MEDIUMTEXT()
mysql.LONGBLOB()
mysql.DATETIME(fsp=6)
mysql.TIMESTAMP(fsp=3)
mysql.VARCHAR(length=30)
mysql.ENUM("a", "b")
mysql.DECIMAL(precision=10, scale=2)
mysql.DOUBLE()
mysql.DOUBLE(asdecimal=True)
mysql.YEAR()
mysql.JSON()
sa.BINARY(16)
sa.VARBINARY(20)
sa.Enum("x", "y", name="z")
sa.BLOB()
"""
_POSTGRESQL = """
postgresql.JSONB()
postgresql.JSONB(astext_type=sa.Text())
postgresql.UUID()
postgresql.UUID(as_uuid=True)
postgresql.ARRAY(sa.String(5))
postgresql.ARRAY(sa.Integer(), dimensions=2)
sa.ARRAY(sa.Text())
postgresql.TIMESTAMP(timezone=True)
postgresql.TIMESTAMP(precision=3)
postgresql.INET()
postgresql.CIDR()
postgresql.BYTEA()
postgresql.TSVECTOR()
postgresql.INTERVAL()
postgresql.DOUBLE_PRECISION()
postgresql.DOUBLE_PRECISION(precision=53)
postgresql.HSTORE()
postgresql.OID()
postgresql.TSTZRANGE()
postgresql.INT4RANGE()
postgresql.BIT(3)
postgresql.MONEY()
postgresql.ENUM("a", "b", name="MOOD")
sa.Enum("a", name="MOOD")
sa.Enum("a", "bcd", name="mood", native_enum=False)
"""

# SQLAlchemy 2 brought them; SQLAlchemy 1.4 has no such types to hold them to
_SECOND = """
sa.Uuid()
sa.Uuid(as_uuid=False)
sa.Double()
sa.DOUBLE()
sa.UUID()
"""


def _said(kind: str, family: Family) -> str:
    source = (
        "import sqlalchemy as sa\nfrom alembic import op\nfrom sqlalchemy.dialects import mysql, postgresql\n"
        f"def upgrade():\n    op.add_column('t', sa.Column('c', {kind}))\n"
    )
    (statement,) = read(Path("x.py"), source.encode(), family).upgrade.statements
    act = next(each for each in statement.acts if each.kind is Kind.add_column)
    assert act.column is not None
    return act.column.type


def _written(kind: str, family: Family) -> str:
    made = eval(compile(ast.parse(kind, mode="eval"), "", "eval"), {"sa": sa, "mysql": mysql, "postgresql": postgresql})
    made = made() if isinstance(made, type) else made
    return str(made.compile(dialect=_DIALECTS[family])).replace(", ", ",").strip('"')


_CASES = [(kind, family) for family in _DIALECTS for kind in _ALL.split("\n") if kind]
_CASES += [(kind, family) for family in _DIALECTS for kind in _SECOND.split("\n") if kind and hasattr(sa, "Uuid")]
_CASES += [(kind, "mysql") for kind in _MYSQL.split("\n") if kind]
_CASES += [(kind, "postgresql") for kind in _POSTGRESQL.split("\n") if kind]


@pytest.mark.parametrize(("kind", "family"), _CASES)
def test_a_type_is_what_sqlalchemy_writes(kind: str, family: Family) -> None:
    assert _said(kind, family) == _written(kind, family)


@pytest.mark.parametrize(
    ("kind", "family", "said"),
    [
        ("geoalchemy2.types.Geometry(geometry_type='POINT', srid=4326)", "postgresql", "GEOMETRY(POINT,4326)"),
        ("geoalchemy2.Geography('POLYGON')", "postgresql", "GEOGRAPHY(POLYGON,-1)"),
        ("sqlalchemy_utils.types.uuid.UUIDType(binary=False)", "postgresql", "UUID"),
        ("sqlalchemy_utils.types.uuid.UUIDType()", "mysql", "BINARY(16)"),
        ("sqlalchemy_utils.types.choice.ChoiceType([('a', 'A')])", "mysql", "VARCHAR(255)"),
        ("app.types.Money()", "mysql", ""),
        ("unknown", "mysql", ""),
    ],
)
def test_a_type_of_others_is_known_or_left_open(kind: str, family: Family, said: str) -> None:
    source = f"import geoalchemy2, sqlalchemy_utils, app\nimport sqlalchemy as sa\nfrom alembic import op\ndef upgrade():\n    op.add_column('t', sa.Column('c', {kind}))\n"
    (statement,) = read(Path("x.py"), source.encode(), family).upgrade.statements
    assert statement.acts[0].column is not None
    assert statement.acts[0].column.type == said
