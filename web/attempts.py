"""One try at an act: what a person typed read with reasons, then done whole or shown again with nothing written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from models.acts import ActRefused
from models.files import FileNotKept, FileRefused, Kept, examine_file, keep_file
from models.store import transaction
from rules.law.terms import NoDeadlineInLaw, NoTermInForce
from rules.working_days import CalendarNotKnown
from web.forms import Submission, checked_upload
from web.security import checked_form, checked_list
from web.site import Site

LONGEST = 500
YEARS = range(2018, 2051)
_DAY = re.compile(r"\d{1,2}/\d{1,2}/\d{4}", re.ASCII)
# What an act may say no with; anything else is a failure of ours.
_REFUSALS = (ActRefused, FileNotKept, FileRefused, CalendarNotKnown, NoTermInForce, NoDeadlineInLaw)


def _plain(fields: Annotated[dict[str, str], Depends(checked_form)]) -> Submission:
    return Submission(fields, {})


def _listed(fields: Annotated[dict[str, str], Depends(checked_list)]) -> Submission:
    return Submission(fields, {})


Sent = Annotated[Submission, Depends(_plain)]  # a form without files
SentList = Annotated[Submission, Depends(_listed)]  # one with a box for each person of a list
SentWithFile = Annotated[Submission, Depends(checked_upload)]


@dataclass(frozen=True, slots=True)
class Attempt:
    """A form that was not taken: which one, why, and what was typed in it."""

    form: str = ""
    reason: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)

    def typed(self, form: str, name: str, otherwise: str = "") -> str:
        """What the field of `form` shows: what was typed in it, or else its first value."""
        return self.fields.get(name, "") if form == self.form else otherwise


NONE = Attempt()


def carry_out(
    site: Site, form: str, sent: Submission, act: Callable[[Session], str], show: Callable[[Attempt], Response]
) -> Response:
    """Do `act` in one transaction and go to the address it returns; refused, show the form again with the reason."""
    try:
        with transaction(site.engine) as session:
            address = act(session)
            _keep_files(site, sent)  # last, so that a refused act leaves no file behind
    except _REFUSALS as refused:
        again = " Xin chọn lại tệp." if sent.files else ""
        return show(Attempt(form, f"{refused}{again}", sent.fields))
    return RedirectResponse(address, 303)


def day_typed(sent: Submission, name: str, what: str) -> date:
    """The day typed as dd/mm/yyyy. Raises ActRefused."""
    return read_day(sent.fields.get(name, ""), what)


def day_if_typed(sent: Submission, name: str, what: str) -> date | None:
    """The day typed, None when the field was left empty. Raises ActRefused."""
    return day_typed(sent, name, what) if sent.fields.get(name) else None


def read_day(text: str, what: str) -> date:
    """A day written dd/mm/yyyy. Raises ActRefused."""
    try:
        found = datetime.strptime(text if _DAY.fullmatch(text) else "", "%d/%m/%Y").date()  # noqa: DTZ007  a day
    except ValueError:
        reason = f"{what} cần viết dạng ngày/tháng/năm, ví dụ 17/06/2024; đọc được «{text[:40]}»."
        raise ActRefused(reason) from None
    if found.year not in YEARS:
        raise ActRefused(f"{what}: năm cần từ {YEARS[0]} đến {YEARS[-1]}; đọc được «{text[:40]}».")
    return found


def read_number(text: str, digits: int = 18) -> int | None:
    """A number of at most so many `digits`, as an address or a form has it; None for anything else."""
    return int(text) if re.fullmatch(f"0|[1-9][0-9]{{0,{digits - 1}}}", text) else None


def words_typed(sent: Submission, name: str, what: str, longest: int = LONGEST) -> str:
    """What was typed, within bounds; may be empty. Raises ActRefused."""
    text = sent.fields.get(name, "")
    if len(text) > longest:
        raise ActRefused(f"{what} dài {len(text)} ký tự; xin ghi gọn trong {longest} ký tự.")
    return text


def words_needed(sent: Submission, name: str, what: str, longest: int = LONGEST) -> str:
    """What was typed, which may not be empty. Raises ActRefused."""
    text = words_typed(sent, name, what, longest)
    if not text:
        raise ActRefused(f"Cần ghi {what[0].lower()}{what[1:]}.")
    return text


def link_typed(sent: Submission, name: str, what: str = "Đường dẫn") -> str:
    """An http(s) link, or nothing. Raises ActRefused."""
    text = words_typed(sent, name, what)
    if text and not is_link(text):
        raise ActRefused(f"{what} cần bắt đầu bằng http:// hoặc https://; đọc được «{text[:80]}».")
    return text


def is_link(text: str) -> bool:
    """Whether `text` may be offered as a link: a full web address and nothing that runs."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def file_chosen(site: Site, sent: Submission) -> Kept | None:
    """The one file chosen, examined and not yet kept. Raises ActRefused, FileRefused."""
    if not sent.files:
        return None
    if len(sent.files) > 1:
        raise ActRefused("Mỗi lần chỉ nhận một tệp.")
    if site.files is None:
        raise ActRefused("Nơi giữ tệp minh chứng chưa được khai báo; xin ghi số văn bản hoặc đường dẫn.")
    return examine_file(sent.files[0].name, sent.files[0].content)


def _keep_files(site: Site, sent: Submission) -> None:
    if site.files:
        for upload in sent.files:
            keep_file(site.files, upload.name, upload.content)
