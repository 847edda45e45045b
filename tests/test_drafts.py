"""A plan imported for review: each task decided by a person, every act in the trail, loaded whole or not at all."""

from __future__ import annotations

import pytest
from office import MON_17_JUNE
from proposals import imported, small, whole
from sqlalchemy import Engine
from sqlmodel import Session

from models.draft_acts import Seen, accept, correct, leave_out
from models.draft_loading import load_draft, outlook
from models.draft_tables import DraftTask, PlanDraft
from models.drafts import Decider, draft_tasks
from models.store import transaction
from models.tables import key_of
from rules.vietnamese import morning_of

pytestmark = pytest.mark.real
HER = Decider("le-thi-mau", morning_of(MON_17_JUNE))


def seen(task: DraftTask) -> Seen:
    return Seen(task.draft_id, task.place, task.version)


def tasks_now(engine: Engine, draft: PlanDraft) -> list[DraftTask]:
    with Session(engine) as session:
        return list(draft_tasks(session, draft))


def test_smoke(loaded: Engine) -> None:
    draft = imported(loaded, small(), MON_17_JUNE)
    report, meeting, blank = tasks_now(loaded, draft)
    with transaction(loaded) as session:
        accept(session, seen(report), HER)
        keys = {**meeting.keys, "thoi-han": [{"kieu": "cham-nhat-ngay", "ngay": "2024-08-15"}]}
        keys.pop("cho-xac-nhan")
        correct(session, seen(meeting), keys, [], HER)
        leave_out(session, seen(blank), "Đã có trong kế hoạch PAPI.", HER)
    with transaction(loaded) as session:
        found = outlook(session, session.get_one(PlanDraft, draft.id), MON_17_JUNE)
        assert not found.blocks, found.blocks
        result, raw = load_draft(session, key_of(draft), MON_17_JUNE, HER)
        print(raw.decode())
        assert len(result.opened) == found.opens


def test_whole(loaded: Engine) -> None:
    import time

    t = time.time()
    draft = imported(loaded, whole(), MON_17_JUNE)
    print("import", time.time() - t)
    t = time.time()
    with transaction(loaded) as session:
        found = outlook(session, session.get_one(PlanDraft, draft.id), MON_17_JUNE)
    print(
        "outlook",
        time.time() - t,
        found.opens,
        found.blocks[:3],
        [b for b in found.blocks if b[1] != "Chưa có quyết định."],
    )
