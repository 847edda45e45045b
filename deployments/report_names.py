"""Which periodic report a person means by a task and a period, and how far its figures can be trusted."""

import re
from typing import TYPE_CHECKING, Annotated

from deployments.options import argument

if TYPE_CHECKING:
    from sqlmodel import Session

    from models.reports import Draft
    from models.tables import Obligation

Task = Annotated[str, argument("Mã nhiệm vụ, ví dụ B02.", "TASK")]
Period = Annotated[str, argument("Kỳ, ví dụ 2024-H1.", "PERIOD")]


def find_report(session: "Session", task: str, period: str) -> "Obligation":
    """The report `task` («B02», «nhu-quynh-2024.B02») of `period` («2024-H1»). Raises ActRefused."""
    from models.acts import ActRefused
    from models.reports import reports_of

    every = [(row, of) for row, of, _ in reports_of(session)]
    mine = [(row, of) for row, of in every if task in (of.code, full_code(row))]
    if not mine:
        codes = ", ".join(dict.fromkeys(of.code for _, of in every)) or "chưa có; hãy nạp kế hoạch"
        raise ActRefused(f"Không có báo cáo định kỳ nào mang mã «{task}»; các mã: {codes}.")
    found = [row for row, _ in mine if period in (row.period_key, bare_period(row.period_key))]
    if not found:
        periods = ", ".join(bare_period(row.period_key) for row, _ in mine)
        raise ActRefused(f"Báo cáo {task} không có kỳ «{period}»; các kỳ: {periods}.")
    if len(found) > 1:
        names = " hoặc ".join(f"{full_code(row)} {row.period_key}" for row in found)
        raise ActRefused(f"Có nhiều báo cáo {task} kỳ {period}; xin ghi rõ {names}.")
    return found[0]


def full_code(row: "Obligation") -> str:
    """The plan task as every plan names it: «nhu-quynh-2024.B02»."""
    return row.code.removesuffix(f".{row.period_key}")


def bare_period(key: str) -> str:
    """The period as people name it: without «-t2», which only says which schedule of the task it comes from."""
    return re.sub(r"-t\d+$", "", key)


def standing(draft: "Draft") -> str:
    """Whether the figures can still change, in one sentence."""
    from datetime import datetime

    from rules.rule_json import parse_day
    from rules.vietnamese import dmy, local_time

    closes = dmy(parse_day(draft.facts["report"]["cut_off"]))
    if draft.frozen:
        return f"Số liệu chốt đến hết ngày {closes}."
    at = local_time(datetime.fromisoformat(draft.facts["as_of"]))
    return f"SỐ LIỆU TẠM TÍNH lúc {at}; chốt khi hết ngày {closes}."
