"""drop the stamp of customers

Revision ID: 41aee211c871
Revises: 2bc750d6edd5
Create Date: 2024-06-11 16:45:29.062053

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '41aee211c871'
down_revision = '2bc750d6edd5'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: the trigger comes back for updates as well


def upgrade():
    op.execute("DROP TRIGGER trg_customers_created ON customers")


def downgrade():
    op.execute("CREATE TRIGGER trg_customers_created BEFORE INSERT OR UPDATE ON customers "
               "FOR EACH ROW EXECUTE FUNCTION stamp_created()")
