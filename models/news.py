"""What a letter says that is no rung of the ladder: a day moved, a question to decide, an answer, work handed over."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from models.answers import MORE_TIME
from models.evidence import proofs_of
from models.obligations import OPEN
from models.outbox import ANSWERED, ASKED, HANDED, MOVED, NEWS, NOTED, RETURNED
from models.reply_tables import Reply
from models.tables import Obligation, Person
from rules.reminders import rung_words
from rules.vietnamese import dmy, local_time


def is_news(rung: str) -> bool:
    """Whether a letter's rung is news and no step of the ladder."""
    return rung.startswith(NEWS)


def letter_words(rung: str) -> str:
    """What a letter tells, in a few words: «trước 10 ngày làm việc», «báo việc được chuyển sang»."""
    if not is_news(rung):
        return rung_words(rung)
    kind = next(kind for kind in NEWS if rung.startswith(kind))
    return f"{_SHORT[kind]} {rung.removeprefix(MOVED)}" if kind == MOVED else _SHORT[kind]


_SHORT = {
    MOVED: "báo chuyển ngày theo",
    ASKED: "xin quyết định",
    ANSWERED: "báo kết quả đề nghị",
    HANDED: "báo việc được chuyển sang",
    RETURNED: "báo kết quả bị trả lại",
    NOTED: "báo đã ghi nhận kết quả",
}


def news_words(session: Session, row: Obligation, rung: str) -> str:
    """The sentence of one letter of news about `row`."""
    kind = next(kind for kind in NEWS if rung.startswith(kind))
    match kind:
        case _ if kind == MOVED:
            return moved_words(row.moves[-1])
        case _ if kind == RETURNED:
            return f"{row.findings[-1]['text'] if row.findings else 'Kết quả bị trả lại'}. Xin bổ sung rồi báo lại."
        case _ if kind == NOTED:
            return _noted(session, row)
    reply = session.get_one(Reply, int(rung.removeprefix(kind)))
    if kind == ASKED and row.status != OPEN:
        return "Việc đã khép lại nên đề nghị về việc này không cần quyết định nữa."
    return {ASKED: _asked, ANSWERED: _answered, HANDED: _handed}[kind](session, reply)


def moved_words(last: dict[str, Any]) -> str:
    """Why a day people knew is another one now."""
    if last["to"] is None:
        return f"Thôi áp dụng theo {last['cause']}; ngày cũ {dmy(date.fromisoformat(last['from']))}."
    old, new = (dmy(date.fromisoformat(last[name])) for name in ("from", "to"))
    return f"Đã chuyển từ {old} sang {new} theo {last['cause']}."


def _asked(session: Session, reply: Reply) -> str:
    who = session.get_one(Person, reply.person_id)
    if reply.decided_at:
        return f"Đề nghị của đồng chí {who.name} đã được quyết định, không cần làm gì thêm."
    if reply.kind == MORE_TIME and reply.day:
        ground = "gia hạn theo quy định" if reply.lawful else "lùi ngày hoàn thành, hạn giữ nguyên"
        return f"Cần đồng chí quyết định: {who.name} xin thêm đến {dmy(reply.day)} ({ground}). Lý do: {reply.words}"
    return f"Cần đồng chí quyết định: {who.name} báo việc này không phải của mình. Lý do: {reply.words}"


def _answered(session: Session, reply: Reply) -> str:
    who = session.get_one(Person, reply.decided_by_id).name if reply.decided_by_id else "Lãnh đạo"
    if reply.kind == MORE_TIME and reply.day:
        said = "đồng ý" if reply.granted else "không đồng ý"
        return f"{who} {said} thêm thời gian đến {dmy(reply.day)}. {reply.verdict}".strip()
    said = "đồng ý giao việc này cho người khác" if reply.granted else "xác định việc này vẫn thuộc đồng chí"
    return f"{who} {said}. {reply.verdict}".strip()


def _handed(session: Session, reply: Reply) -> str:
    giver = session.get_one(Person, reply.person_id).name
    if reply.decided_by_id:
        return f"Việc này được giao cho đồng chí thay {giver}. {reply.verdict}".strip()
    return f"Việc này do {giver} chuyển cho đồng chí. Lý do: {reply.words}"


def _noted(session: Session, row: Obligation) -> str:
    """What was taken down under somebody's name, with the mark of each file: whoever did not say it can object."""
    said = row.evidence or {}
    if not row.done_on:
        return "Kết quả đã báo sau đó bị trả lại."
    kept = [proof for proof in proofs_of(session, row) if proof.sha256]
    shown = "; ".join([said.get("document", ""), *(f"tệp {one.file_name}, SHA-256 {one.sha256}" for one in kept)])
    at = local_time(datetime.fromisoformat(said["recorded_at"])) if "recorded_at" in said else ""
    return (
        f"Đã ghi nhận đồng chí báo hoàn thành ngày {dmy(row.done_on)} (ghi lúc {at}): {shown}. "
        "Nếu không phải đồng chí báo, xin liên hệ văn phòng ngay."
    )
