"""Signed heads of the chain, and the mails that carry them out of the house."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _add_heads()
    _add_mails()
    op.execute("GRANT SELECT ON signed_head, head_mail TO dunghan_app, dunghan_auditor")
    op.execute("GRANT INSERT ON signed_head, head_mail TO dunghan_app")
    op.execute("GRANT UPDATE ON head_mail TO dunghan_app")
    op.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO dunghan_app")


def _words(*names: str) -> list[sa.Column]:
    return [sa.Column(name, AutoString(), nullable=False) for name in names]


def _add_heads() -> None:
    """What was signed is kept like the trail: nobody changes or deletes it, whatever the role."""
    op.create_table(
        "signed_head",
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        *_words("hash", "root", "signature", "key_id", "public_key", "fault"),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name="fk_signed_head_authority_id"),
        sa.PrimaryKeyConstraint("authority_id", "day", name="pk_signed_head"),
    )
    for name, when, each in (
        ("append_only", "UPDATE OR DELETE", "ROW"),
        ("no_truncate", "TRUNCATE", "STATEMENT"),
    ):
        op.execute(f"""
            CREATE TRIGGER signed_head_{name} BEFORE {when} ON signed_head
            FOR EACH {each} EXECUTE FUNCTION refuse_change()
        """)


def _add_mails() -> None:
    op.create_table(
        "head_mail",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *_words("address", "status", "message_id", "response"),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["authority_id", "day"], ["signed_head.authority_id", "signed_head.day"], name="fk_head_mail_authority_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_head_mail"),
        sa.UniqueConstraint("authority_id", "day", "address", name="uq_head_mail_authority_id_day_address"),
        sa.UniqueConstraint("message_id", name="uq_head_mail_message_id"),
    )


def downgrade() -> None:
    raise NotImplementedError("what was signed is never taken down by a migration")
