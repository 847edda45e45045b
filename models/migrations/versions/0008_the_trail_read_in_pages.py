"""The trail read a page at a time: by time, by who, by what was done, by what it is about."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Those on the action or the subject alone are taken in by the new ones.
    for name in ("action", "subject"):
        op.drop_index(f"ix_audit_entry_{name}", "audit_entry")
    op.create_index("ix_audit_entry_authority_id_at", "audit_entry", ["authority_id", "at"])
    for name in ("actor", "action", "subject"):
        op.create_index(f"ix_audit_entry_authority_id_{name}_seq", "audit_entry", ["authority_id", name, "seq"])


def downgrade() -> None:
    raise NotImplementedError("migrations only go forward")
