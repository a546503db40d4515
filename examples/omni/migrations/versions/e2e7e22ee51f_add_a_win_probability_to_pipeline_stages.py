"""add a win probability to pipeline stages

Revision ID: e2e7e22ee51f
Revises: 67aafa701815
Create Date: 2024-06-03 16:07:41.740812

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = 'e2e7e22ee51f'
down_revision: Union[str, Sequence[str], None] = '67aafa701815'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

stages = sa.table("pipeline_stages", sa.column("code", sa.String), sa.column("win_percent", sa.SmallInteger))


def upgrade() -> None:
    op.add_column("pipeline_stages", sa.Column("win_percent", sa.SmallInteger(), nullable=True))
    bind = op.get_bind()
    for code, percent in (("new", 10), ("proposal", 45), ("won", 100), ("lost", 0)):
        bind.execute(stages.update().where(stages.c.code == code).values(win_percent=percent))
    bind.execute(stages.update().where(stages.c.win_percent.is_(None)).values(win_percent=20))
    op.alter_column("pipeline_stages", "win_percent", existing_type=sa.SmallInteger(), nullable=False)
    op.create_check_constraint("ck_pipeline_stages_win_percent", "pipeline_stages", "win_percent BETWEEN 0 AND 100")


def downgrade() -> None:
    op.drop_constraint("ck_pipeline_stages_win_percent", "pipeline_stages", type_="check")
    op.drop_column("pipeline_stages", "win_percent")
