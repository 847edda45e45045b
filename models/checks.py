"""What an office or an administrator should look at, each with what to do and where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models.deliveries import unmatched, unreached
from models.draft_states import standing
from models.drafts import draft_tasks, open_drafts
from models.house_facts import first_entry
from models.obligations import stored_calendar
from models.people import authorities
from models.reply_tables import SweepMark
from models.reply_views import Waiting, waiting_in
from models.signed_heads import head_on
from models.sweep_marks import held_since, why_waiting
from models.tables import key_of
from models.views import unsettled_digests
from rules.vietnamese import dmy, local_day, local_time

PATIENCE = 3  # working days a request may wait for its second person
NOVEMBER = 11  # from this month on next year's days off should be known


@dataclass(frozen=True, slots=True)
class Check:
    """What was found and, when it is not right, what to do, and the page where."""

    name: str
    ok: bool
    found: str
    todo: str = ""
    page: str = ""


def office_checks(session: Session, now: datetime) -> Iterator[Check]:
    """What keeps reminders from people: sweeps held, mails that did not arrive, answers nobody decides on."""
    yield _held(session)
    yield _letters(session)
    yield _to_read(session)
    yield _unreached(session)
    yield _waiting(session, now)
    yield _drafts(session)


def house_checks(session: Session, now: datetime) -> Iterator[Check]:
    """Whether the house does its day's work: sweeps, the calendar's horizon, the signed head of the chain."""
    for office in authorities(session):
        calendar = stored_calendar(session, key_of(office))
        mark = session.get(SweepMark, key_of(office))
        since = mark.last_at if mark else first_entry(session, key_of(office))  # a new house has its first morning yet
        swept = since is not None and calendar.count(local_day(since), local_day(now)) <= 1
        found = f"lần gần nhất {local_time(mark.last_at)}" if mark else "chưa quét lần nào"
        yield Check(
            f"quét buổi sáng, {office.name}", swept, found, "" if swept else "xem dịch vụ trên máy chủ", "/luong"
        )
        year = now.year + (local_day(now).month >= NOVEMBER)
        known = calendar.known_through
        todo = "" if known.year >= year else f"ghi thông báo nghỉ lễ, Tết năm {year}"
        yield Check(f"lịch nghỉ, {office.name}", not todo, f"biết đến {dmy(known)}", todo, "/thong-bao-lich")
        yield _head(session, key_of(office), office.name, now)


def _head(session: Session, authority_id: int, name: str, now: datetime) -> Check:
    head = head_on(session, authority_id, local_day(now))
    if head is None:
        return Check(
            f"đầu chuỗi hôm nay, {name}", True, "chưa ký (ký cùng lượt quét sáng của ngày làm việc)", "", "/nhat-ky"
        )
    todo = "" if head.signature else "giữ nguyên hiện trạng, báo người kiểm tra"
    found = f"đã ký đến bản ghi số {head.seq}" if head.signature else f"không ký được: {head.fault}"
    return Check(f"đầu chuỗi hôm nay, {name}", bool(head.signature), found, todo, "/nhat-ky")


def _held(session: Session) -> Check:
    held = [
        f"{office.name} từ {local_time(at)} {why_waiting(session, office)}".rstrip()
        for office in authorities(session)
        if (at := held_since(session, office))
    ]
    todo = "xem lý do hoặc đồng hồ máy chủ, rồi chạy dunghan sweep --resume --reason …" if held else ""
    return Check("quét đang bị tạm giữ", not held, "; ".join(held) or "không", todo, "/thu-can-xem")


def _letters(session: Session) -> Check:
    count = len(unsettled_digests(session))
    todo = "hỏi người nhận rồi ghi: dunghan mail list, dunghan mail settle" if count else ""
    return Check("thư không rõ, bị từ chối hoặc bị trả lại", count == 0, str(count), todo, "/thu-can-xem")


def _to_read(session: Session) -> Check:
    count = len(unmatched(session))
    todo = "đọc trong hộp thư của hệ thống rồi ghi: dunghan mail list, dunghan mail read" if count else ""
    return Check("thư đến cần người đọc", count == 0, str(count), todo, "/thu-can-xem")


def _unreached(session: Session) -> Check:
    lost = [one.person.name for office in authorities(session) for one in unreached(session, key_of(office))]
    todo = "sửa địa chỉ trong tệp nhân sự rồi nạp lại kế hoạch; xem dunghan mail list" if lost else ""
    return Check("người không nhận được thư", not lost, ", ".join(lost) or "không có", todo, "/thu-can-xem")


def _waiting(session: Session, now: datetime) -> Check:
    old = [one for office in authorities(session) for one in _overdue(session, key_of(office), now)]
    numbers = ", ".join(f"số {one.reply.number} từ {local_time(one.reply.at)}" for one in old)
    todo = "xem dunghan reply list, nhắc người quyết định" if old else ""
    return Check(
        f"đề nghị chờ quyết định quá {PATIENCE} ngày làm việc", not old, numbers or "không có", todo, "/thu-can-xem"
    )


def _drafts(session: Session) -> Check:
    said = [f"số {draft.id}, còn {stand.total - stand.settled}/{stand.total} nhiệm vụ"
            for draft in open_drafts(session) for stand in [standing(draft_tasks(session, draft))]]  # fmt: skip
    todo = "rà soát từng nhiệm vụ rồi nạp kế hoạch" if said else ""
    return Check(
        "kế hoạch nhập từ văn bản chờ rà soát", not said, "; ".join(said) or "không có", todo, "/ke-hoach/nhap"
    )


def _overdue(session: Session, authority_id: int, now: datetime) -> Iterator[Waiting]:
    calendar = stored_calendar(session, authority_id)
    for one in waiting_in(session, authority_id, now):
        if calendar.count(local_day(one.reply.at), local_day(now)) > PATIENCE:
            yield one
