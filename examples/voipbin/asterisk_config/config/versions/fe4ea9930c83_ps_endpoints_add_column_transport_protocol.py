"""ps_endpoints_add_column_transport_protocol

Revision ID: fe4ea9930c83
Revises: 2acc1f0122a5
Create Date: 2023-04-04 18:16:44.621306

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'fe4ea9930c83'
down_revision = '2acc1f0122a5'
branch_labels = None
depends_on = None

PROTOCOL = sa.Enum('udp', 'tcp', 'tls', 'ws', 'wss', name='transport_protocol_values')
endpoints = sa.table('ps_endpoints', sa.column('transport', sa.String), sa.column('transport_protocol', PROTOCOL))


def upgrade():
    op.add_column('ps_endpoints', sa.Column('transport_protocol', PROTOCOL))
    for protocol in ('udp', 'tcp', 'tls', 'ws', 'wss'):
        op.execute(
            endpoints.update()
            .where(endpoints.c.transport == f'transport-{protocol}')
            .values(transport_protocol=protocol)
        )
    op.execute(endpoints.update().where(endpoints.c.transport_protocol.is_(None)).values(transport_protocol='udp'))
    op.alter_column('ps_endpoints', 'transport_protocol', existing_type=PROTOCOL, nullable=False)


def downgrade():
    op.drop_column('ps_endpoints', 'transport_protocol')
