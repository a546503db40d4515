"""one live contact and user per email address

Revision ID: 5484a4b56ebc
Revises: 89bca0051d60
Create Date: 2023-10-02 16:46:45.535276

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '5484a4b56ebc'
down_revision: Union[str, Sequence[str], None] = '89bca0051d60'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_index(
        "uq_contacts_account_id_email_live", "contacts", ["account_id", sa.text("lower(email)")],
        unique=True, postgresql_where=sa.text("deleted_at IS NULL AND email IS NOT NULL"),
    )
    op.create_index(
        "uq_users_email_live", "users", ["email"], unique=True, postgresql_where=sa.text("deleted_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("uq_users_email_live", table_name="users")
    op.drop_index("uq_contacts_account_id_email_live", table_name="contacts")
