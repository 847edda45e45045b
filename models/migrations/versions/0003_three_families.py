"""The three families: events with a life, obligations with a nature, evidence, reports, postings, people counted."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NEW_TABLES = "evidence, report, posting, member, attendance"


def upgrade() -> None:
    _give_events_a_life()
    _give_obligations_a_nature()
    for table in ("place", "parent"):
        op.add_column("authority", _text(table))
    op.add_column("plan_task", _json("family", "{}"))
    _add_evidence()
    _add_reports()
    _add_postings()
    _add_people_counted()
    op.execute(f"GRANT SELECT ON {NEW_TABLES} TO dunghan_app, dunghan_auditor")
    op.execute(f"GRANT INSERT, UPDATE ON {NEW_TABLES} TO dunghan_app")
    op.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO dunghan_app")


def _text(name: str) -> sa.Column:
    return sa.Column(name, AutoString(), server_default="", nullable=False)


def _json(name: str, empty: str) -> sa.Column:
    return sa.Column(name, postgresql.JSONB(), server_default=sa.text(f"'{empty}'"), nullable=False)


def _reference(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}")


def _give_events_a_life() -> None:
    """Each event keeps one key for good; those of the past get the key their obligations already carry."""
    op.add_column("event", sa.Column("key", AutoString(), nullable=True))
    op.add_column("event", _text("case"))
    op.add_column("event", _text("words"))
    op.add_column("event", sa.Column("due", sa.Date(), nullable=True))
    op.add_column("event", sa.Column("person_id", sa.Integer(), nullable=True))
    op.add_column("event", sa.Column("withdrawn", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("event", sa.Column("recorded_at", UTCDateTime(), nullable=True))
    op.execute("UPDATE event SET key = code || '-' || to_char(day, 'YYYY-MM-DD')")
    op.execute("""
        UPDATE event SET recorded_at = coalesce(
            (SELECT min(at) FROM audit_entry WHERE audit_entry.authority_id = event.authority_id
                AND action = 'ghi-su-kien' AND subject LIKE '%.' || event.code
                AND detail->>'day' = to_char(event.day, 'DD/MM/YYYY')), now())
    """)
    op.alter_column("event", "key", nullable=False)
    op.alter_column("event", "recorded_at", nullable=False)
    op.drop_constraint("uq_event_authority_id_code_day", "event", type_="unique")
    op.create_unique_constraint("uq_event_authority_id_key", "event", ["authority_id", "key"])
    op.create_foreign_key("fk_event_person_id", "event", "person", ["person_id"], ["id"])


def _give_obligations_a_nature() -> None:
    op.add_column("obligation", sa.Column("title", AutoString(), nullable=True))
    op.execute("UPDATE obligation SET title = plan_task.title FROM plan_task WHERE plan_task.id = plan_task_id")
    op.alter_column("obligation", "title", nullable=False)
    op.add_column("obligation", sa.Column("nature", AutoString(), server_default="lam", nullable=False))
    op.add_column("obligation", sa.Column("starts_on", sa.Date(), nullable=True))
    op.add_column("obligation", sa.Column("whole_id", sa.BigInteger(), nullable=True))
    op.add_column("obligation", sa.Column("unit", AutoString(), nullable=True))
    op.add_column("obligation", sa.Column("person_id", sa.Integer(), nullable=True))
    op.add_column("obligation", sa.Column("counted_by", AutoString(), nullable=True))
    op.add_column("obligation", sa.Column("extension", postgresql.JSONB(), nullable=True))
    op.add_column("obligation", sa.Column("extended_days", sa.Integer(), server_default="0", nullable=False))
    op.add_column("obligation", sa.Column("closed_at", UTCDateTime(), nullable=True))
    op.add_column("obligation", _json("items", "[]"))
    op.add_column("obligation", _json("findings", "[]"))
    op.execute(
        "UPDATE obligation SET closed_at = (evidence->>'recorded_at')::timestamptz WHERE evidence ? 'recorded_at'"
    )
    op.execute("""
        UPDATE obligation SET moves = (
            SELECT jsonb_agg(m - 'notice' || jsonb_build_object('cause', 'thông báo ' || (m->>'notice')))
            FROM jsonb_array_elements(moves) AS m) WHERE moves <> '[]'
    """)
    op.create_index("ix_obligation_whole_id", "obligation", ["whole_id"], unique=False)
    op.create_foreign_key("fk_obligation_person_id", "obligation", "person", ["person_id"], ["id"])
    op.create_foreign_key("fk_obligation_whole_id", "obligation", "obligation", ["whole_id"], ["id"])


def _add_evidence() -> None:
    op.create_table(
        "evidence",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("obligation_id", sa.BigInteger(), nullable=False),
        *(sa.Column(name, AutoString(), nullable=False) for name in ("document", "link", "sha256", "file_name")),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("by", AutoString(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        _reference("evidence", "authority_id", "authority"),
        _reference("evidence", "obligation_id", "obligation"),
        sa.PrimaryKeyConstraint("id", name="pk_evidence"),
    )
    op.create_index("ix_evidence_obligation_id", "evidence", ["obligation_id"], unique=False)
    op.create_index("ix_evidence_sha256", "evidence", ["sha256"], unique=False)


def _add_reports() -> None:
    op.create_table(
        "report",
        sa.Column("obligation_id", sa.BigInteger(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("frozen_at", UTCDateTime(), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("facts_sha256", AutoString(), nullable=False),
        sa.Column("template_sha256", AutoString(), nullable=False),
        sa.Column("submission", postgresql.JSONB(), nullable=True),
        _json("verdicts", "[]"),
        _reference("report", "authority_id", "authority"),
        _reference("report", "obligation_id", "obligation"),
        sa.PrimaryKeyConstraint("obligation_id", name="pk_report"),
    )


def _add_postings() -> None:
    op.create_table(
        "posting",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("obligation_id", sa.BigInteger(), nullable=False),
        sa.Column("keep_id", sa.BigInteger(), nullable=True),
        *(sa.Column(name, AutoString(), nullable=False) for name in ("item", "channel", "place", "link", "times")),
        sa.Column("posted_on", sa.Date(), nullable=False),
        sa.Column("kept", AutoString(), nullable=False),
        sa.Column("keep_until", sa.Date(), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("taken_down_on", sa.Date(), nullable=True),
        sa.Column("finding", AutoString(), nullable=False),
        _json("checks", "[]"),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        _reference("posting", "authority_id", "authority"),
        _reference("posting", "obligation_id", "obligation"),
        _reference("posting", "keep_id", "obligation"),
        sa.PrimaryKeyConstraint("id", name="pk_posting"),
    )
    op.create_index("ix_posting_obligation_id", "posting", ["obligation_id"], unique=False)


def _add_people_counted() -> None:
    op.create_table(
        "member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        *(sa.Column(name, AutoString(), nullable=False) for name in ("list_code", "code", "name", "unit")),
        sa.Column("held_from", sa.Date(), nullable=False),
        sa.Column("held_to", sa.Date(), nullable=True),
        _reference("member", "authority_id", "authority"),
        sa.PrimaryKeyConstraint("id", name="pk_member"),
        sa.UniqueConstraint("authority_id", "list_code", "code", name="uq_member_authority_id_list_code_code"),
    )
    op.create_table(
        "attendance",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("obligation_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("document", AutoString(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        _reference("attendance", "obligation_id", "obligation"),
        _reference("attendance", "member_id", "member"),
        sa.PrimaryKeyConstraint("id", name="pk_attendance"),
        sa.UniqueConstraint("obligation_id", "member_id", name="uq_attendance_obligation_id_member_id"),
    )
    op.create_index("ix_attendance_obligation_id", "attendance", ["obligation_id"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("what people recorded is never taken down by a migration")
