"""Sweeps held for a reason of their own, such as a restore: they wait for a person, whatever the clock says."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sweep_mark", sa.Column("reason", AutoString(), nullable=False, server_default=""))


def downgrade() -> None:
    raise NotImplementedError("a hold is ended by a person, not by a migration")
