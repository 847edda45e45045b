"""What two rehearsals were run with otherwise: plan, people, leave, calendar, days; each difference a sentence."""

from __future__ import annotations

from collections.abc import Iterator

from models.rehearsal_file import Rehearsal
from rules.vietnamese import dmy


def input_changes(before: Rehearsal, after: Rehearsal) -> Iterator[str]:
    """What the two were run with otherwise, as sentences."""
    was, now = before.inputs, after.inputs
    if was.authority != now.authority:
        yield f"cơ quan: {was.authority.name} -> {now.authority.name}"
    if was.plan.sha256 != now.plan.sha256:
        yield f"tệp kế hoạch: {was.plan.number} ({was.plan.sha256[:12]}) -> {now.plan.number} ({now.plan.sha256[:12]})"
    if was.people.sha256 != now.people.sha256:
        yield f"tệp nhân sự: {was.people.sha256[:12]} -> {now.people.sha256[:12]}"
    if was.away != now.away:
        yield f"nghỉ: {_away(before)} -> {_away(after)}"
    if was.calendar.version != now.calendar.version:
        yield f"lịch: phiên bản {was.calendar.version} -> {now.calendar.version}{_notices(before, after)}"
    if was.days != now.days:
        yield f"thời gian chạy: {was.days} -> {now.days}"


def _away(rehearsal: Rehearsal) -> str:
    """Whose leave was supposed."""
    return (
        "; ".join(
            f"{rehearsal.name_of(one.person)} từ {dmy(one.first)} đến {dmy(one.last)}"
            + (f", {rehearsal.name_of(one.substitute)} thay" if one.substitute else "")
            for one in rehearsal.inputs.away
        )
        or "không ai"
    )


def _notices(before: Rehearsal, after: Rehearsal) -> str:
    """The notices only one of the two was run with."""
    was, now = ({keys.so: keys.notice() for keys in one.inputs.calendar.notices} for one in (before, after))
    parts = {
        "thêm": [number for number in now if number not in was],
        "bớt": [number for number in was if number not in now],
        "sửa": [number for number in now if number in was and now[number] != was[number]],
    }
    said = [f"{word} thông báo {', '.join(numbers)}" for word, numbers in parts.items() if numbers]
    return f" ({'; '.join(said)})" if said else ""
