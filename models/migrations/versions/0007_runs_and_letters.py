"""What Prefect ran, and the text of each letter."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from models.migrations.apart import OWN, keep_apart

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _add_texts()
    _add_runs()
    # The trail is asked what a run wrote down, and how often of each kind.
    op.create_index(
        "ix_audit_entry_flow_run", "audit_entry", ["flow_run", "action"], postgresql_where=sa.text("flow_run <> ''")
    )
    op.execute("GRANT SELECT ON flow_run, digest_text TO dunghan_app, dunghan_auditor")
    op.execute("GRANT INSERT, UPDATE ON flow_run, digest_text TO dunghan_app")
    keep_apart("digest_text", rights="SELECT")
    keep_apart("flow_run", f"{OWN} OR authority_id IS NULL", rights="SELECT")  # a sweep serves every authority


def _words(*names: str) -> list[sa.Column]:
    return [sa.Column(name, AutoString(), nullable=False) for name in names]


def _add_texts() -> None:
    op.create_table(
        "digest_text",
        sa.Column("digest_id", sa.BigInteger(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        *_words("text", "sha256"),
        sa.ForeignKeyConstraint(["digest_id"], ["digest.id"], name="fk_digest_text_digest_id"),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name="fk_digest_text_authority_id"),
        sa.PrimaryKeyConstraint("digest_id", name="pk_digest_text"),
    )
    op.create_index("ix_digest_text_authority_id", "digest_text", ["authority_id"])


def _add_runs() -> None:
    """A run refers to what it was about; the run that called it may not be kept, so that is no foreign key."""
    op.create_table(
        "flow_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=True),
        sa.Column("plan_task_id", sa.Integer(), nullable=True),
        sa.Column("obligation_id", sa.BigInteger(), nullable=True),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        *_words("name"),
        sa.Column("expected_at", UTCDateTime(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=True),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        *_words("state_type", "state_name", "message"),
        sa.Column("states", JSONB(), nullable=False, server_default=sa.text("'[]'")),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name="fk_flow_run_authority_id"),
        sa.ForeignKeyConstraint(["plan_task_id"], ["plan_task.id"], name="fk_flow_run_plan_task_id"),
        sa.ForeignKeyConstraint(["obligation_id"], ["obligation.id"], name="fk_flow_run_obligation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_flow_run"),
    )
    op.create_index("ix_flow_run_of_task", "flow_run", ["plan_task_id", sa.text("expected_at DESC")])
    op.create_index("ix_flow_run_obligation_id", "flow_run", ["obligation_id"])
    op.create_index("ix_flow_run_parent_id", "flow_run", ["parent_id"])
    op.create_index("ix_flow_run_expected_at", "flow_run", ["expected_at"])
    op.create_index("ix_flow_run_unfinished", "flow_run", ["id"], postgresql_where=sa.text("ended_at IS NULL"))


def downgrade() -> None:
    raise NotImplementedError("what was kept is never taken down by a migration")
