"""name those without a name

Revision ID: 2e68f3740d9c
Revises: fca729326bd7
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "2e68f3740d9c"
down_revision = "fca729326bd7"


from shop_of_the_corpus import Customer
from sqlalchemy.orm import Session


def upgrade():
    session = Session(bind=op.get_bind())
    for customer in session.query(Customer).filter(Customer.name.is_(None)):  # expect: upgrade-fails
        customer.name = "unknown"
    session.flush()


def downgrade():
    pass
