"""What is due is asked one authority at a time: its own rows are found without looking at everybody's."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_obligation_authority_id_next_wakeup_at", "obligation", ["authority_id", "next_wakeup_at"])
    op.drop_index("ix_obligation_authority_id", table_name="obligation")


def downgrade() -> None:
    op.create_index("ix_obligation_authority_id", "obligation", ["authority_id"])
    op.drop_index("ix_obligation_authority_id_next_wakeup_at", table_name="obligation")
