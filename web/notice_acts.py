"""A notice typed in: tried first, so that the office sees what would move, then recorded."""

from __future__ import annotations

import json
import re
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from models.acts import ActRefused
from models.calendar_file import NoticeKeys, parse_notices
from models.moves import Move
from models.notices import record_notices
from models.office_file import OfficeFileError
from models.people import authorities
from web.attempts import Attempt, carry_out, day_typed, read_day, words_needed
from web.forms import Submission, checked_upload
from web.notices import NOTICES, Tried, show_notices
from web.site import Site, TheSite

pages = APIRouter()
SentLines = Annotated[Submission, Depends(checked_upload)]  # with lines as they were typed
_DAY = r"(\d{1,2}/\d{1,2}/\d{4})"
_OFF = re.compile(rf"{_DAY}[\s:,-]+(.+)", re.ASCII)
_SWAP = re.compile(rf"{_DAY}\s*(?:->|-|;|,|làm bù)\s*{_DAY}")


@pages.post(f"{NOTICES}/thu")
def try_out(request: Request, site: TheSite, sent: SentLines) -> Response:
    """Show what the notice would move; nothing is kept."""
    try:
        with Session(site.engine) as session:
            moves = _record(session, site, sent)
            session.rollback()
    except (ActRefused, OfficeFileError) as refused:
        return show_notices(request, site, Attempt("thong-bao", _words(refused), _typed(sent)))
    return show_notices(request, site, Attempt("thong-bao", "", _typed(sent)), Tried(moves, _typed(sent)))


@pages.post(f"{NOTICES}/ghi")
def record(request: Request, site: TheSite, sent: SentLines) -> Response:
    """Record the notice and move what it moves."""

    def act(session: Session) -> str:
        try:
            _record(session, site, sent)
        except OfficeFileError as refused:
            raise ActRefused(_words(refused)) from None
        return NOTICES

    return carry_out(site, "thong-bao", _kept(sent), act, partial(show_notices, request, site))


def _record(session: Session, site: Site, sent: Submission) -> list[Move]:
    notice = read_notice(sent)
    return [move for office in authorities(session) for move in record_notices(session, office, [notice], site.now())]


def read_notice(sent: Submission) -> NoticeKeys:
    """The notice typed in the form. Raises ActRefused, OfficeFileError."""
    years = re.findall(r"\d+", sent.fields.get("nam", ""))
    typed: dict[str, Any] = {
        "so": words_needed(sent, "so", "Số, ký hiệu thông báo", 100),
        "ngay": day_typed(sent, "ngay", "Ngày ban hành").isoformat(),
        "co-quan": words_needed(sent, "co-quan", "Cơ quan ban hành", 200),
        "muc-chac": "S",
        "cong-bo-nam": [int(year) for year in years],
        "nghi": [_off(line) for line in sent.lines.get("nghi", ())],
        "hoan-doi": [_swap(line) for line in sent.lines.get("hoan-doi", ())],
    }
    if not (typed["nghi"] or typed["hoan-doi"] or years):
        raise ActRefused("Thông báo chưa có ngày nghỉ, ngày hoán đổi hay năm công bố nào.")
    raw = json.dumps({"thong-bao": [typed]}, ensure_ascii=False).encode()
    return parse_notices(raw, Path("biểu mẫu"))[0]


def _off(line: str) -> dict[str, str]:
    if not (found := _OFF.fullmatch(line)):
        raise ActRefused(f"Ngày nghỉ: mỗi dòng ghi ngày rồi tên, ví dụ 02/9/2026 Quốc khánh; đọc được «{line[:60]}».")
    name = found[2].strip()
    kind = "nghi-bu" if "nghỉ bù" in name.lower() else "nghi-le"
    return {"ngay": read_day(found[1], "Ngày nghỉ").isoformat(), "ten": name, "loai": kind}


def _swap(line: str) -> dict[str, str]:
    if not (found := _SWAP.fullmatch(line.strip())):
        said = "Hoán đổi: mỗi dòng ghi ngày nghỉ -> ngày làm bù, ví dụ 29/4/2024 -> 04/5/2024"
        raise ActRefused(f"{said}; đọc được «{line[:60]}».")
    days = (read_day(one, "Ngày hoán đổi").isoformat() for one in found.groups())
    return dict(zip(("nghi", "lam-bu"), days, strict=True))


def _kept(sent: Submission) -> Submission:
    """The submission whose fields hold the lines as they were typed, to be shown again."""
    return Submission(_typed(sent), sent.lines, sent.files)


def _typed(sent: Submission) -> dict[str, str]:
    return {name: "\n".join(sent.lines.get(name, (value,))) for name, value in sent.fields.items()}


def _words(refused: Exception) -> str:
    return "; ".join(str(refused).splitlines())
