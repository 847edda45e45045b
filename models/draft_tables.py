"""The tables of imported plans under review: a draft, and each of its plan tasks beside its source rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.tables import json_column


class PlanDraft(SQLModel, table=True):
    """A plan proposed from a signed document, until the office loads it or takes it back."""

    __tablename__ = "plan_draft"

    id: int | None = Field(default=None, primary_key=True)
    authority_id: int = Field(foreign_key="authority.id", index=True)
    code: str  # the plan's own
    source_name: str
    source_sha256: str
    source_type: str  # its media type
    head: dict[str, Any] = json_column("{}")  # «ke-hoach», «don-vi», «su-kien» in the plan file's keys
    fates: list[dict[str, str]] = json_column("[]")  # what became of each physical row: place, fate, task, words
    remarks: list[str] = json_column("[]")  # what concerns the whole document
    imported_at: datetime
    imported_by: str
    version: int = 0  # counts changes of the head, so that a stale form is known
    plan_id: int | None = Field(default=None, foreign_key="plan.id")  # what it was loaded as
    withdrawn: bool = False


class DraftTask(SQLModel, table=True):
    """One plan task of a draft: as read, what is doubtful, what the office decided."""

    __tablename__ = "draft_task"
    __table_args__ = (UniqueConstraint("draft_id", "place"),)

    id: int | None = Field(default=None, primary_key=True)
    draft_id: int = Field(foreign_key="plan_draft.id")
    place: int  # in the document, from 1
    keys: dict[str, Any] = json_column()  # the plan file's
    rows: list[dict[str, Any]] = json_column("[]")  # its source rows: place, words under each heading
    doubts: list[str] = json_column("[]")
    state: str = "cho-xem"  # a key of draft_states.STATES
    reason: str = ""  # what was asked, or why it was left out
    decided_by: str = ""
    decided_at: datetime | None = None
    version: int = 0  # counts decisions, so that a stale form is known
