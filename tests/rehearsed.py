"""Rehearsals made up for tests: an office of two units, and how one is written down and read back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from office import PLANS

from models.calendar_file import NoticeKeys, read_notices
from models.rehearsal_file import (
    SUMMARY,
    CalendarUsed,
    Due,
    Inputs,
    Mailed,
    MorningSeen,
    Named,
    PeopleUsed,
    PlanUsed,
    Recipient,
    Rehearsal,
    Stretch,
    Told,
)

JUSTICE, FINANCE = Named("tu-phap", "Công chức Tư pháp"), Named("tai-chinh", "Công chức Tài chính - Kế toán")
VI_DU, THI_DU = "tran-thi-vi-du", "do-van-thi-du"
NAMES = {VI_DU: "Trần Thị Ví Dụ", THI_DU: "Đỗ Văn Thí Dụ"}
SWAP = "2450/VPCP-KGVX"  # Monday 29/4/2024 off, Saturday 04/5/2024 worked
_ON_FILE = read_notices(PLANS / "calendar.yaml")
NOTICES = tuple(NoticeKeys.model_validate_json(one.model_dump_json(by_alias=True)) for one in _ON_FILE)
WITHOUT_SWAP = tuple(notice for notice in NOTICES if notice.so != SWAP)
FRI_26_APRIL, MON_29_APRIL, FRI_3_MAY = date(2024, 4, 26), date(2024, 4, 29), date(2024, 5, 3)
SAT_4_MAY, MON_6_MAY = date(2024, 5, 4), date(2024, 5, 6)


def due(code: str = "x.A1", target: date = MON_6_MAY, **changed: Any) -> Due:
    """An obligation of the justice officer, due on its target day."""
    facts: dict[str, Any] = {
        "task": code.rpartition(".")[2], "title": "Báo cáo mẫu", "period": "tháng 04/2024", "kind": "bao-cao",
        "unit": JUSTICE, "implementers": (VI_DU,), "status": "dang-theo-doi", "internal": False,
        "nominal": target, "legal": target, "window": None, "letters": (),
    }  # fmt: skip
    return Due(code=code, target=target, **{**facts, **changed})


def rehearsal(
    dues: Iterable[Due] = (), lines: Mapping[tuple[str, date], int] | None = None, **inputs: Any
) -> Rehearsal:
    """What these obligations come to; `lines` are how many letters each person's mail carries on each day."""
    dues, mails = tuple(dues), lines if lines is not None else _lines(dues)
    people = tuple(
        Recipient(person, NAMES[person], tuple(_mail(day, mails[who, day]) for who, day in mails if who == person))
        for person in dict.fromkeys(who for who, _ in mails)
    )
    days = sorted({day for _, day in mails})
    mornings = tuple(_morning(day, [count for (_, one), count in mails.items() if one == day]) for day in days)
    return Rehearsal(_inputs(**inputs), dues, people, mornings)


def _inputs(**changed: Any) -> Inputs:
    facts: dict[str, Any] = {
        "authority": Named("nhu-quynh", "UBND thị trấn Như Quỳnh"),
        "plan": PlanUsed("x", "08/KH-UBND", "Kế hoạch mẫu", 2024, "a" * 64),
        "calendar": CalendarUsed("một", date(2027, 12, 31), NOTICES),
        "people": PeopleUsed("b" * 64, NAMES),
        "away": (),
        "days": Stretch(FRI_26_APRIL, MON_6_MAY),
    }
    return Inputs(**{**facts, **changed})


def _lines(dues: Iterable[Due]) -> dict[tuple[str, date], int]:
    found: dict[tuple[str, date], int] = {}
    for one in dues:
        for letter in one.letters:
            found[letter.to, letter.on] = found.get((letter.to, letter.on), 0) + 1
    return found


def _mail(day: date, lines: int) -> Mailed:
    return Mailed(day, f"Nhắc hạn: {lines} việc", "da-gui", lines)


def _morning(day: date, counts: list[int]) -> MorningSeen:
    return MorningSeen(day, len(counts), sum(counts))


def told(rung: str, on: date, to: str = VI_DU) -> Told:
    """One letter."""
    return Told(rung, on, to)


def as_summary(one: Rehearsal) -> dict[str, Any]:
    """What a replay writes for `one`."""
    facts = asdict(one)
    facts["inputs"]["calendar"]["notices"] = [
        notice.model_dump(mode="json", by_alias=True) for notice in one.inputs.calendar.notices
    ]
    for row in facts["obligations"]:
        row["obligation"] = row.pop("code")
    for person in facts["people"]:
        person["person"] = person.pop("code")
    return dict(json.loads(json.dumps(facts, default=lambda day: day.isoformat())))


def write(one: Rehearsal | Mapping[str, Any], folder: Path) -> Path:
    """Keep `one` in `folder` as a replay does."""
    folder.mkdir(parents=True)
    summary = as_summary(one) if isinstance(one, Rehearsal) else one
    (folder / SUMMARY).write_text(json.dumps(summary, ensure_ascii=False), encoding="utf-8")
    return folder
