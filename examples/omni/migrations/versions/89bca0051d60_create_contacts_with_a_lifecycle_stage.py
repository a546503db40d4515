"""create contacts with a lifecycle stage

Revision ID: 89bca0051d60
Revises: b7a082ad7ef6
Create Date: 2023-09-26 13:59:52.792749

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql


# revision identifiers, used by Alembic.
revision: str = '89bca0051d60'
down_revision: Union[str, Sequence[str], None] = 'b7a082ad7ef6'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

lifecycle_stage = postgresql.ENUM("lead", "qualified", "customer", name="lifecycle_stage", create_type=False)


def upgrade() -> None:
    lifecycle_stage.create(op.get_bind(), checkfirst=True)
    op.create_table(
        "contacts",
        sa.Column("id", postgresql.UUID(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("account_id", postgresql.UUID(), nullable=False),
        sa.Column("owner_id", postgresql.UUID(), nullable=True),
        sa.Column("first_name", sa.Text(), server_default="", nullable=False),
        sa.Column("last_name", sa.Text(), server_default="", nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("stage", lifecycle_stage, server_default="lead", nullable=False),
        sa.Column("tags", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_contacts_account_id_accounts",
                                ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_contacts_owner_id_users",
                                ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_contacts"),
    )
    op.create_index("ix_contacts_account_id_stage", "contacts", ["account_id", "stage"])


def downgrade() -> None:
    op.drop_index("ix_contacts_account_id_stage", table_name="contacts")
    op.drop_table("contacts")
    lifecycle_stage.drop(op.get_bind(), checkfirst=True)
