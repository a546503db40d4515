"""create activities and seed their kinds

Revision ID: e61922cf8955
Revises: fec9e65e4c2c
Create Date: 2024-02-01 08:01:41.918804

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql


# revision identifiers, used by Alembic.
revision: str = 'e61922cf8955'
down_revision: Union[str, Sequence[str], None] = 'fec9e65e4c2c'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

activity_channel = postgresql.ENUM("call", "email", "visit", "chat", name="activity_channel", create_type=False)


def upgrade() -> None:
    activity_channel.create(op.get_bind(), checkfirst=True)
    kinds = op.create_table(
        "activity_kinds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("channel", activity_channel, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_activity_kinds"),
    )
    op.create_table(
        "activities",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("contact_id", postgresql.UUID(), nullable=False),
        sa.Column("kind_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_activities_contact_id_contacts",
                                ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["kind_id"], ["activity_kinds.id"], name="fk_activities_kind_id_activity_kinds"),
        sa.PrimaryKeyConstraint("id", name="pk_activities"),
    )
    op.bulk_insert(kinds, [
        {"id": 1, "label": "Phone call", "channel": "call"},
        {"id": 2, "label": "Email", "channel": "email"},
        {"id": 3, "label": "Visit on site", "channel": "visit"},
    ])
    # the sequence knows nothing of ids that were given
    op.execute("SELECT setval(pg_get_serial_sequence('activity_kinds', 'id'), 3)")


def downgrade() -> None:
    op.drop_table("activities")
    op.drop_table("activity_kinds")
    activity_channel.drop(op.get_bind(), checkfirst=True)
