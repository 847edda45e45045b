"""Rights, sign-in links and sessions; and rows of one authority kept apart from those of every other."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from models.migrations.apart import OWN, PAGE_ROLE, keep_apart, under
from models.migrations.roles import let_become, let_owner_become, make_role

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

OF_AUTHORITY = (
    "audit_head", "calendar_notice", "digest", "event", "evidence", "head_mail", "leave", "member", "obligation",
    "person", "plan", "posting", "reply", "reply_link", "report", "sweep_mark", "unit",
)  # fmt: skip
APPENDED = ("audit_entry", "signed_head")
OF_PARENT = (
    ("attendance", "obligation_id", "obligation"),
    ("invitation", "obligation_id", "obligation"),
    ("letter", "obligation_id", "obligation"),
    ("plan_task", "plan_id", "plan"),
    ("role", "unit_id", "unit"),
)


def upgrade() -> None:
    _add_tables()
    op.create_index("ix_person_address", "person", [sa.text("lower(email)")])
    op.execute("GRANT SELECT ON access_grant, page_session, page_reading TO dunghan_app, dunghan_auditor")
    op.execute("GRANT INSERT, UPDATE ON access_grant, page_session, page_reading TO dunghan_app")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in_link TO dunghan_app")
    _add_role()
    _add_questions()
    _keep_apart()


def _words(*names: str) -> list[sa.Column]:
    return [sa.Column(name, AutoString(), nullable=False) for name in names]


def _add_tables() -> None:
    op.create_table(
        "access_grant",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        *_words("code", "name", "email", "right"),
        sa.Column("held_from", sa.Date(), nullable=False),
        sa.Column("held_to", sa.Date(), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name="fk_access_grant_authority_id"),
        sa.PrimaryKeyConstraint("id", name="pk_access_grant"),
        sa.UniqueConstraint("authority_id", "code", name="uq_access_grant_authority_id_code"),
    )
    op.create_index("ix_access_grant_email", "access_grant", ["email"])
    op.create_table(
        "sign_in_link",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        *_words("secret_hash", "browser_hash", "email", "client", "back", "outcome"),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_link"),
        sa.UniqueConstraint("secret_hash", name="uq_sign_in_link_secret_hash"),
    )
    op.create_index("ix_sign_in_link_email", "sign_in_link", ["email"])
    op.create_index("ix_sign_in_link_client", "sign_in_link", ["client"])
    op.create_table(
        "page_session",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        *_words("secret_hash", "right", "code", "email", "browser"),
        sa.Column("began_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name="fk_page_session_authority_id"),
        sa.PrimaryKeyConstraint("id", name="pk_page_session"),
        sa.UniqueConstraint("secret_hash", name="uq_page_session_secret_hash"),
    )
    op.create_table(
        "page_reading",
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        *_words("path"),
        sa.ForeignKeyConstraint(["session_id"], ["page_session.id"], name="fk_page_reading_session_id"),
        sa.PrimaryKeyConstraint("session_id", "path", name="pk_page_reading"),
    )


def _add_role() -> None:
    """What pages step down to for who signed in."""
    make_role(PAGE_ROLE, login=False)
    let_become(PAGE_ROLE, "dunghan_app")
    let_owner_become(PAGE_ROLE)
    op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {PAGE_ROLE}")
    op.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO dunghan_app")


def _add_questions() -> None:
    """Whose rows a page asks for (nobody's when it was not said), and whether there is one authority alone."""
    op.execute("""
        CREATE FUNCTION dunghan_authority() RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE
        RETURN nullif(current_setting('dunghan.authority', true), '')::integer
    """)
    op.execute("""
        CREATE FUNCTION dunghan_alone() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
        AS $$ SELECT count(*) = 1 FROM authority $$
    """)


def _keep_apart() -> None:
    keep_apart("authority", "id = dunghan_authority()")
    for table in OF_AUTHORITY:
        keep_apart(table)
    for table in APPENDED:
        keep_apart(table, rights="SELECT, INSERT")
    for table, column, parent in OF_PARENT:
        keep_apart(table, under(column, parent))
    keep_apart("access_grant")
    keep_apart("page_session")
    # A mail that came back and that nothing ties to an office is read where there is one office alone.
    keep_apart("returned_mail", f"{OWN} OR (authority_id IS NULL AND dunghan_alone())")
    op.execute(f"GRANT SELECT ON practice_clock TO {PAGE_ROLE}")


def downgrade() -> None:
    raise NotImplementedError("authorities once kept apart are not put together by a migration")
