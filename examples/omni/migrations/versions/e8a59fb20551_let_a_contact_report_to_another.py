"""let a contact report to another

Revision ID: e8a59fb20551
Revises: 0a36adf03356
Create Date: 2024-10-07 13:54:10.393535

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql


# revision identifiers, used by Alembic.
revision: str = 'e8a59fb20551'
down_revision: Union[str, Sequence[str], None] = '0a36adf03356'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.add_column("contacts", sa.Column("reports_to_id", postgresql.UUID(), nullable=True))
    op.create_foreign_key("fk_contacts_reports_to_id_contacts", "contacts", "contacts", ["reports_to_id"], ["id"],
                          ondelete="SET NULL", postgresql_not_valid=True)
    op.execute("ALTER TABLE contacts VALIDATE CONSTRAINT fk_contacts_reports_to_id_contacts")
    op.create_index("ix_contacts_reports_to_id", "contacts", ["reports_to_id"])


def downgrade() -> None:
    op.drop_index("ix_contacts_reports_to_id", table_name="contacts")
    op.drop_constraint("fk_contacts_reports_to_id_contacts", "contacts", type_="foreignkey")
    op.drop_column("contacts", "reports_to_id")
