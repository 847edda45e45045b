"""People: leave, links in mails, replies, wishes about mail, calendar entries, mail that came back, sweep marks."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NEW_TABLES = "leave, reply_link, reply, invitation, returned_mail, sweep_mark"


def upgrade() -> None:
    op.add_column("person", _text("digest_at", "07:30"))
    op.add_column("person", _flag("early", sa.true()))
    op.add_column("obligation", sa.Column("agreed_on", sa.Date(), nullable=True))
    op.add_column("obligation", sa.Column("rounds", sa.Integer(), server_default="0", nullable=False))
    op.add_column("digest", _text("address"))
    op.add_column("digest", _flag("overview"))
    op.add_column("letter", _person("stands_for_id", optional=True))
    op.create_foreign_key("fk_letter_stands_for_id", "letter", "person", ["stands_for_id"], ["id"])
    _add_leave()
    _add_links()
    _add_replies()
    _add_what_was_sent_and_came_back()
    op.execute(f"GRANT SELECT ON {NEW_TABLES} TO dunghan_app, dunghan_auditor")
    op.execute(f"GRANT INSERT, UPDATE ON {NEW_TABLES} TO dunghan_app")
    op.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO dunghan_app")


def _text(name: str, otherwise: str = "") -> sa.Column:
    return sa.Column(name, AutoString(), server_default=otherwise, nullable=False)


def _flag(name: str, otherwise: sa.ColumnElement = sa.false()) -> sa.Column:  # noqa: B008  a constant
    return sa.Column(name, sa.Boolean(), server_default=otherwise, nullable=False)


def _moment(name: str, optional: bool = False) -> sa.Column:
    return sa.Column(name, UTCDateTime(), nullable=optional)


def _person(name: str, optional: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=optional)


def _reference(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}")


def _add_leave() -> None:
    op.create_table(
        "leave",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        _person("person_id"),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        _person("substitute_id", optional=True),
        sa.Column("reason", AutoString(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        _moment("recorded_at"),
        _reference("leave", "authority_id", "authority"),
        _reference("leave", "person_id", "person"),
        _reference("leave", "substitute_id", "person"),
        sa.PrimaryKeyConstraint("id", name="pk_leave"),
    )
    op.create_index("ix_leave_person_id", "leave", ["person_id"], unique=False)


def _add_links() -> None:
    op.create_table(
        "reply_link",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        _person("person_id"),
        sa.Column("obligation_id", sa.BigInteger(), nullable=True),
        sa.Column("purpose", AutoString(), nullable=False),
        _moment("issued_at"),
        _moment("revoked_at", optional=True),
        sa.Column("revocations", sa.Integer(), nullable=False),
        _reference("reply_link", "authority_id", "authority"),
        _reference("reply_link", "person_id", "person"),
        _reference("reply_link", "obligation_id", "obligation"),
        sa.PrimaryKeyConstraint("id", name="pk_reply_link"),
        sa.UniqueConstraint(
            "person_id", "purpose", "obligation_id",
            name="uq_reply_link_person_id_purpose_obligation_id", postgresql_nulls_not_distinct=True,
        ),
    )  # fmt: skip
    op.create_index("ix_reply_link_obligation_id", "reply_link", ["obligation_id"], unique=False)


def _add_replies() -> None:
    op.create_table(
        "reply",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("obligation_id", sa.BigInteger(), nullable=False),
        _person("person_id"),
        _person("for_id", optional=True),
        *(sa.Column(name, AutoString(), nullable=False) for name in ("kind", "words")),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("lawful", sa.Boolean(), nullable=False),
        _person("to_id", optional=True),
        sa.Column("waits", sa.Boolean(), nullable=False),
        _moment("at"),
        _moment("decided_at", optional=True),
        _person("decided_by_id", optional=True),
        sa.Column("granted", sa.Boolean(), nullable=True),
        *(sa.Column(name, AutoString(), nullable=False) for name in ("verdict", "document")),
        _reference("reply", "authority_id", "authority"),
        _reference("reply", "obligation_id", "obligation"),
        *(_reference("reply", name, "person") for name in ("person_id", "for_id", "to_id", "decided_by_id")),
        sa.PrimaryKeyConstraint("id", name="pk_reply"),
    )
    op.create_index("ix_reply_obligation_id", "reply", ["obligation_id"], unique=False)
    waiting = sa.text("decided_at IS NULL AND waits")
    op.create_index("ix_reply_waiting", "reply", ["authority_id"], unique=False, postgresql_where=waiting)


def _add_what_was_sent_and_came_back() -> None:
    op.create_table(
        "invitation",
        sa.Column("obligation_id", sa.BigInteger(), nullable=False),
        _person("person_id"),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        _reference("invitation", "obligation_id", "obligation"),
        _reference("invitation", "person_id", "person"),
        sa.PrimaryKeyConstraint("obligation_id", "person_id", name="pk_invitation"),
    )
    op.create_table(
        "returned_mail",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("key", AutoString(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=True),
        sa.Column("digest_id", sa.BigInteger(), nullable=True),
        *(sa.Column(name, AutoString(), nullable=False) for name in ("kind", "status", "words")),
        _moment("received_at"),
        _moment("settled_at", optional=True),
        _reference("returned_mail", "authority_id", "authority"),
        _reference("returned_mail", "digest_id", "digest"),
        sa.PrimaryKeyConstraint("id", name="pk_returned_mail"),
        sa.UniqueConstraint("key", name="uq_returned_mail_key"),
    )
    op.create_index("ix_returned_mail_digest_id", "returned_mail", ["digest_id"], unique=False)
    op.create_table(
        "sweep_mark",
        sa.Column("authority_id", sa.Integer(), nullable=False),
        _moment("last_at"),
        _moment("held_at", optional=True),
        _reference("sweep_mark", "authority_id", "authority"),
        sa.PrimaryKeyConstraint("authority_id", name="pk_sweep_mark"),
    )


def downgrade() -> None:
    raise NotImplementedError("what people recorded is never taken down by a migration")
