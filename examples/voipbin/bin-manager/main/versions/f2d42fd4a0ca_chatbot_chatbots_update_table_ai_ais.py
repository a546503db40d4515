"""chatbot_chatbots_update_table_ai_ais

Revision ID: f2d42fd4a0ca
Revises: 377e08c72d5f
Create Date: 2023-03-09 10:11:55.671818

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'f2d42fd4a0ca'
down_revision = '377e08c72d5f'
branch_labels = None
depends_on = None


def upgrade():
    op.execute("""rename table chatbot_chatbots to ai_ais;""")
    op.execute("""
        alter table ai_ais
            rename index idx_chatbot_chatbots_customer_id to idx_ai_ais_customer_id,
            rename index ft_chatbot_chatbots_name to ft_ai_ais_name;
    """)


def downgrade():
    op.execute("""
        alter table ai_ais
            rename index ft_ai_ais_name to ft_chatbot_chatbots_name,
            rename index idx_ai_ais_customer_id to idx_chatbot_chatbots_customer_id;
    """)
    op.execute("""rename table ai_ais to chatbot_chatbots;""")
