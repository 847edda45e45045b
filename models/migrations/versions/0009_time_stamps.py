"""Time stamps on signed heads: the word of a third party on when a head was there."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

from models.migrations.apart import keep_apart

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "head_stamp",
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("stamped_at", UTCDateTime(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id", "day"], ["signed_head.authority_id", "signed_head.day"], name="fk_head_stamp_authority_id"
        ),
        sa.PrimaryKeyConstraint("authority_id", "day", name="pk_head_stamp"),
    )
    _refuse_changes()
    op.execute("GRANT SELECT ON head_stamp TO dunghan_app, dunghan_auditor")
    op.execute("GRANT INSERT ON head_stamp TO dunghan_app")
    keep_apart("head_stamp", rights="SELECT")


def _refuse_changes() -> None:
    """What was stamped is kept like the head itself: nobody changes or deletes it, whatever the role."""
    for name, when, each in (
        ("append_only", "UPDATE OR DELETE", "ROW"),
        ("no_truncate", "TRUNCATE", "STATEMENT"),
    ):
        op.execute(f"""
            CREATE TRIGGER head_stamp_{name} BEFORE {when} ON head_stamp
            FOR EACH {each} EXECUTE FUNCTION refuse_change()
        """)


def downgrade() -> None:
    raise NotImplementedError("what was stamped is never taken down by a migration")
