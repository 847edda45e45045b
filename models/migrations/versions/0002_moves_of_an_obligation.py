"""Obligations remember each time a calendar notice moved them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column("moves", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False)
    op.add_column("obligation", column)


def downgrade() -> None:
    op.drop_column("obligation", "moves")
