"""create customers

Revision ID: dd991162d33a
Revises: 
Create Date: 2024-01-08 10:00:58.323902

"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql


# revision identifiers, used by Alembic.
revision = 'dd991162d33a'
down_revision = None
branch_labels = None
depends_on = None

# expect: ok
level = postgresql.ENUM("basic", "gold", name="level", create_type=False)


def upgrade():
    level.create(op.get_bind(), checkfirst=True)
    op.create_table(
        "customers",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(100, collation="C"), nullable=False),
        sa.Column("email", sa.Text(), nullable=True, comment="where invoices go"),
        sa.Column("fax", sa.String(40), nullable=False, server_default=""),
        sa.Column("level", level, nullable=False, server_default="basic"),
        sa.Column("discount", sa.Numeric(5, 2), nullable=False, server_default=sa.text("0")),
        sa.Column("is_blocked", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("created", postgresql.TIMESTAMP(timezone=True, precision=6), nullable=True),
        comment="who pays",
    )
    op.create_index("uq_customers_email", "customers", ["email"], unique=True,
                    postgresql_where=sa.text("NOT is_blocked"))
    op.create_index("ix_customers_name", "customers", [sa.text("lower(name)")])


def downgrade():
    op.drop_table("customers")
    level.drop(op.get_bind(), checkfirst=True)
