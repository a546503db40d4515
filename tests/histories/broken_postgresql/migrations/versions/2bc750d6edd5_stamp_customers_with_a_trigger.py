"""stamp customers with a trigger

Revision ID: 2bc750d6edd5
Revises: 711783b1c241
Create Date: 2024-06-10 12:47:31.324495

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '2bc750d6edd5'
down_revision = '711783b1c241'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: the function is left behind; OR REPLACE hides it from the second upgrade


def upgrade():
    op.execute("""
        CREATE OR REPLACE FUNCTION stamp_created() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.created := now();
            RETURN NEW;
        END
        $$
    """)
    op.execute("CREATE TRIGGER trg_customers_created BEFORE INSERT ON customers "
               "FOR EACH ROW EXECUTE FUNCTION stamp_created()")


def downgrade():
    op.execute("DROP TRIGGER trg_customers_created ON customers")
