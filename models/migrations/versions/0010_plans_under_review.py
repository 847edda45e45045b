"""Plans imported from a signed document, reviewed task by task before they are loaded."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from models.migrations.apart import keep_apart, under

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _add_drafts()
    _add_tasks()
    op.execute("GRANT SELECT ON plan_draft, draft_task TO dunghan_app, dunghan_auditor")
    op.execute("GRANT INSERT, UPDATE ON plan_draft, draft_task TO dunghan_app")
    op.execute("GRANT USAGE ON SEQUENCE plan_draft_id_seq, draft_task_id_seq TO dunghan_app, dunghan_page")
    keep_apart("plan_draft")
    keep_apart("draft_task", under("draft_id", "plan_draft"))


def _words(*names: str) -> list[sa.Column]:
    return [sa.Column(name, AutoString(), nullable=False) for name in names]


def _json(name: str, empty: str) -> sa.Column:
    return sa.Column(name, JSONB(), nullable=False, server_default=sa.text(f"'{empty}'"))


def _add_drafts() -> None:
    op.create_table(
        "plan_draft",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        *_words("code", "source_name", "source_sha256", "source_type"),
        _json("head", "{}"),
        _json("fates", "[]"),
        _json("remarks", "[]"),
        sa.Column("imported_at", UTCDateTime(), nullable=False),
        *_words("imported_by"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name="fk_plan_draft_authority_id"),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name="fk_plan_draft_plan_id"),
        sa.PrimaryKeyConstraint("id", name="pk_plan_draft"),
    )
    op.create_index("ix_plan_draft_authority_id", "plan_draft", ["authority_id"])


def _add_tasks() -> None:
    op.create_table(
        "draft_task",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("keys", JSONB(), nullable=False),
        _json("rows", "[]"),
        _json("doubts", "[]"),
        *_words("state", "reason", "decided_by"),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["plan_draft.id"], name="fk_draft_task_draft_id"),
        sa.PrimaryKeyConstraint("id", name="pk_draft_task"),
        sa.UniqueConstraint("draft_id", "place", name="uq_draft_task_draft_id_place"),
    )


def downgrade() -> None:
    raise NotImplementedError("what people decided is never taken down by a migration")
