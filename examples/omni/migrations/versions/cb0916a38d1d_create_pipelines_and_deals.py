"""create pipelines and deals

Revision ID: cb0916a38d1d
Revises: 04b1f2ab3024
Create Date: 2023-11-06 13:14:52.051931

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql


# revision identifiers, used by Alembic.
revision: str = 'cb0916a38d1d'
down_revision: Union[str, Sequence[str], None] = '04b1f2ab3024'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "pipeline_stages",
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("rules", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_pipeline_stages"),
        sa.UniqueConstraint("position", name="uq_pipeline_stages_position", deferrable=True, initially="DEFERRED"),
    )
    op.create_table(
        "deals",
        sa.Column("id", postgresql.UUID(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True, start=1000), nullable=False),
        sa.Column("account_id", postgresql.UUID(), nullable=False),
        sa.Column("contact_id", postgresql.UUID(), nullable=True),
        sa.Column("stage_code", sa.String(32), nullable=False),
        sa.Column("amount", sa.Numeric(14, 2), server_default=sa.text("0"), nullable=False),
        sa.Column("currency", sa.CHAR(3), server_default="EUR", nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("amount >= 0", name="ck_deals_amount_not_negative"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_deals_account_id_accounts",
                                ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_deals_contact_id_contacts"),
        sa.ForeignKeyConstraint(["stage_code"], ["pipeline_stages.code"], name="fk_deals_stage_code_pipeline_stages"),
        sa.PrimaryKeyConstraint("id", name="pk_deals"),
    )
    op.create_index("ix_deals_account_id_stage_code", "deals", ["account_id", "stage_code"])


def downgrade() -> None:
    op.drop_table("deals")
    op.drop_table("pipeline_stages")
