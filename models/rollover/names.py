"""Receivers, units and other names of levels and bodies that no longer exist, with what is proposed instead."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from models.plan_schema import PlanDocument
from models.rollover.questions import Question, listed
from rules.law.levels import Abolished, abolished_in, proposed_for, why_abolished


def on_names(old: PlanDocument, document: PlanDocument) -> Iterator[Question]:
    """Every name in the plan that is no longer in use by the end of its year."""
    day = date(document.ke_hoach.nam, 12, 31)
    yield from _on_office(old, document)
    yield from _on_receivers(document, day)
    yield from _on_bodies_above(document, day)
    yield from _on_other_names(document, day)
    yield from _on_remarks(document, day)


def _on_office(old: PlanDocument, document: PlanDocument) -> Iterator[Question]:
    """Loading under a known code renames the office everywhere, its past pages included."""
    was, now = old.ke_hoach.co_quan, document.ke_hoach.co_quan
    if was.ten != now.ten:
        text = f"«{now.ten}» dùng lại mã «{now.ma}» của «{was.ten}», nạp vào cùng hồ sơ và nhật ký;"
        yield Question("name", f"{text} là cơ quan mới thì đặt mã khác ở «co-quan».")


def _on_receivers(document: PlanDocument, day: date) -> Iterator[Question]:
    """Whom a report goes to must be right before anybody is told to send it: these tasks wait."""
    tasks: dict[str, list[str]] = {}
    for task in document.nhiem_vu:
        if task.noi_nhan and abolished_in(task.noi_nhan, day):
            tasks.setdefault(task.noi_nhan, []).append(task.ma)
    for receiver, codes in tasks.items():
        text = f"Nơi nhận «{receiver}» {_why(receiver, day)}; {_proposal(receiver, day)}."
        yield Question("receiver", f"{listed(codes)}: {_lower(text)}", tuple(codes), text, waits=True)


def _on_bodies_above(document: PlanDocument, day: date) -> Iterator[Question]:
    for unit in document.don_vi:
        if unit.quan_he == "cap-tren" and abolished_in(unit.ten, day):
            codes = tuple(task.ma for task in document.nhiem_vu if unit.ma in (task.chu_tri, *task.thuc_hien))
            used = f" Có tên ở {listed(codes)}." if codes else ""
            text = f"Cơ quan cấp trên «{unit.ten}» ({unit.ma}) {_why(unit.ten, day)}; {_proposal(unit.ten, day)}."
            yield Question("receiver", text + used, codes)


def _on_other_names(document: PlanDocument, day: date) -> Iterator[Question]:
    places: dict[Abolished, dict[str, None]] = {}
    for place, text in _named(document):
        for found in abolished_in(text, day):
            if found.kept_in_wards and _is_ward(document):
                continue
            places.setdefault(found, {})[place] = None
    for found, where in places.items():
        why = f"«{found.name}» {why_abolished([found])}; đề nghị «{found.instead}», cần đối chiếu."
        yield Question("name", f"{why} Còn ở: {listed(list(where), 40)}.")


def _on_remarks(document: PlanDocument, day: date) -> Iterator[Question]:
    """Remarks are of their own year; what they say of a level that is gone helps nobody any more."""
    tasks = document.nhiem_vu
    codes = [task.ma for task in tasks if any(abolished_in(remark, day) for remark in task.phat_hien)]
    if codes:
        yield Question("name", f"Ghi nhận của năm trước còn nhắc cấp, tên gọi cũ ở {listed(codes, 40)}; soát rồi xóa.")


def _named(document: PlanDocument) -> Iterator[tuple[str, str]]:
    """Each place names stand in, and its words; receivers and bodies above are asked about by themselves."""
    plan = document.ke_hoach
    yield "tên cơ quan", plan.co_quan.ten
    yield "cấp trên của cơ quan", plan.co_quan.cap_tren or ""
    yield "tên kế hoạch", plan.ten
    yield from ((f"đơn vị {unit.ma}", unit.ten) for unit in document.don_vi if unit.quan_he != "cap-tren")
    yield from ((f"sự kiện {event.ma}", event.ten) for event in document.su_kien)
    for task in document.nhiem_vu:
        yield from ((f"{task.ma} tên", entry.ten or "") for entry in task.thoi_han)
        yield f"{task.ma} tên", task.ten
        yield f"{task.ma} kết quả", task.ket_qua or ""


def _is_ward(document: PlanDocument) -> bool:
    return "phường" in document.ke_hoach.co_quan.ten.casefold()


def _why(text: str, day: date) -> str:
    return why_abolished(abolished_in(text, day))


def _proposal(text: str, day: date) -> str:
    return f"đề nghị «{proposed_for(text, day)}», cần đối chiếu"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
