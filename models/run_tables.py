"""The tables that keep what Prefect ran, and each letter's text as it was sent (PostgreSQL)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field, SQLModel

from models.tables import json_column


class DigestText(SQLModel, table=True):
    """The plain text of a digest's last try, links that open something blotted out; the trail holds its hash."""

    __tablename__ = "digest_text"

    digest_id: int = Field(sa_type=BigInteger, foreign_key="digest.id", primary_key=True)
    authority_id: int = Field(foreign_key="authority.id", index=True)
    text: str
    sha256: str


class FlowRun(SQLModel, table=True):
    """One run of a flow as Prefect told it; the sweep's own belongs to no plan task and to every authority."""

    __tablename__ = "flow_run"
    __table_args__ = (
        Index("ix_flow_run_of_task", "plan_task_id", text("expected_at DESC")),
        Index("ix_flow_run_unfinished", "id", postgresql_where=text("ended_at IS NULL")),
    )

    id: UUID = Field(primary_key=True)
    authority_id: int | None = Field(default=None, foreign_key="authority.id")
    plan_task_id: int | None = Field(default=None, foreign_key="plan_task.id")
    obligation_id: int | None = Field(default=None, sa_type=BigInteger, foreign_key="obligation.id", index=True)
    parent_id: UUID | None = Field(default=None, index=True)  # the sweep that called it
    name: str
    expected_at: datetime = Field(index=True)
    started_at: datetime | None = None
    ended_at: datetime | None = None  # None: not in a final state when Prefect was last asked
    state_type: str  # Prefect's: COMPLETED, FAILED, CRASHED, RUNNING …
    state_name: str
    message: str = ""
    states: list[dict[str, Any]] = json_column("[]")  # each: type, name, message, at
