"""How a migration makes the roles it grants to, unless the server's administrator made them beforehand."""

from __future__ import annotations

from alembic import op


def make_role(name: str, login: bool) -> None:
    """Make `name` when it is not there: roles are of the whole server, so others may make it meanwhile.

    Asked first, because an owner who may make no role is refused before PostgreSQL looks whether there is one.
    """
    op.execute(f"""
        DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}') THEN
                CREATE ROLE {name} {"LOGIN" if login else "NOLOGIN"};
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$
    """)


def let_become(role: str, member: str) -> None:
    """Let `member` step down to `role`, unless it may already."""
    op.execute(f"""
        DO $$ BEGIN
            IF NOT pg_has_role('{member}', '{role}', 'MEMBER') THEN GRANT {role} TO {member}; END IF;
        EXCEPTION WHEN unique_violation OR internal_error THEN NULL; END $$
    """)


def let_owner_become(role: str) -> None:
    """The same for whoever migrates; one who did not make the role, and so may not, goes without: pages never do."""
    op.execute(f"""
        DO $$ BEGIN GRANT {role} TO CURRENT_USER;
        EXCEPTION WHEN insufficient_privilege OR unique_violation OR internal_error THEN NULL; END $$
    """)
