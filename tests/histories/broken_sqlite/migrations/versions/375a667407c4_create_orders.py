"""create orders

Revision ID: 375a667407c4
Revises: 984aacdb9960
Create Date: 2024-01-08 10:20:43.547723

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '375a667407c4'
down_revision = '984aacdb9960'
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    op.create_table(
        "orders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("total", sa.Numeric(12, 2), nullable=False),
        sa.Column("level", sa.String(10), nullable=False, server_default="basic"),
        sa.Column("placed", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_orders_customer_id", ondelete="CASCADE"),
        sa.CheckConstraint("total >= 0", name="ck_orders_total"),
    )
    op.create_index("ix_orders_placed", "orders", ["placed"])


def downgrade():
    op.drop_table("orders")
