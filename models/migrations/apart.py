"""How a migration keeps authorities apart: rows that pages may see and write are those of one authority alone."""

from __future__ import annotations

from alembic import op

PAGE_ROLE = "dunghan_page"
OWN = "authority_id = dunghan_authority()"


def under(column: str, parent: str) -> str:
    """The rule of a table whose authority is that of its `parent` row; the parent's own rule does the rest."""
    return f"{column} IN (SELECT id FROM {parent})"  # noqa: S608  names of ours


def keep_apart(table: str, rule: str = OWN, rights: str = "SELECT, INSERT, UPDATE") -> None:
    """Let pages work with the rows of `table` that `rule` allows; the application and the auditor's role see all."""
    op.execute(f"GRANT {rights} ON {table} TO {PAGE_ROLE}")
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY everything ON {table} TO dunghan_app, dunghan_auditor USING (true) WITH CHECK (true)")
    op.execute(f"CREATE POLICY one_authority ON {table} TO {PAGE_ROLE} USING ({rule}) WITH CHECK ({rule})")
