"""Who is to do what: tasks that wait for a word, leads that are nobody, bodies that may not be urged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from models.people_file import PeopleDocument
from models.plan_checks.findings import PlanFinding, named
from models.plan_checks.plan_read import PlanRead
from models.plan_schema import TaskKeys
from rules.vietnamese import dmy, fold


def waiting(plan: PlanRead) -> Iterator[PlanFinding]:
    """Plan tasks that do not run until a person has decided."""
    for place, task in plan.tasks:
        if task.cho_xac_nhan:
            blank = [name for name, given in _who_and_when(task) if not given]
            why = f"Chưa chạy: chờ người có thẩm quyền xác nhận{_blank(blank)}."
            yield plan.at(place, "cho-xac-nhan", "warning", why, "hỏi lại, sửa, rồi bỏ «cho-xac-nhan»")


def without_doers(plan: PlanRead) -> Iterator[PlanFinding]:
    """Tasks that name no implementing unit, told once: their lead does them alone."""
    codes = [task.ma for _, task in plan.tasks if not task.thuc_hien and not task.cho_xac_nhan]
    if codes:
        why = f"{len(codes)} nhiệm vụ không ghi đơn vị thực hiện ({named(codes)}); chỉ đơn vị chủ trì được nhắc."
        yield plan.whole("note", why, "ghi «thuc-hien» nếu có người khác cùng làm")


def leads_without_name(plan: PlanRead) -> Iterator[PlanFinding]:
    """«Lãnh đạo UBND» leads, and the roster names nobody there."""
    named_units = {role.don_vi for role in plan.people.vai_tro} if plan.people else set()
    for unit in plan.document.don_vi:
        count = sum(task.chu_tri == unit.ma for _, task in plan.tasks)
        if fold(unit.ten).startswith("lanh dao") and count and unit.ma not in named_units:
            why = f"Chủ trì {count} nhiệm vụ mà không nêu tên ai; phải có bảng vai trò theo thời gian."
            yield plan.whole("note", why, "ghi vai trò trong tệp nhân sự, rồi kiểm tra lại với --people", unit.ten)


def outside_leads(plan: PlanRead) -> Iterator[PlanFinding]:
    """A body that is no subordinate leads with the full ladder of reminders."""
    outside = {unit.ma: unit.ten for unit in plan.document.don_vi if unit.quan_he != "noi-bo"}
    for place, task in plan.tasks:
        if task.chu_tri in outside and task.moc_nhac in (None, "day-du"):
            why = f"{outside[task.chu_tri]} không phải cấp dưới; thang nhắc đầy đủ có đôn đốc, chỉ nên thông báo."
            yield plan.at(place, "chu-tri", "warning", why, "ghi «moc-nhac: noi-bo»", task.chu_tri)


def nobody_there(plan: PlanRead) -> Iterator[PlanFinding]:
    """A lead unit in which the roster has nobody on a day something falls due; one finding for each unit."""
    if plan.people is None:
        return
    for unit in plan.document.don_vi:
        led = [task for _, task in plan.tasks if task.chu_tri == unit.ma and not task.cho_xac_nhan]
        days = sorted({day for task in led for day in _days(task, plan)})
        empty = [day for day in days if not _anybody(plan.people, unit.ma, day)]
        if empty and unit.quan_he != "cap-tren":
            why = f"Không ai giữ vai ở đơn vị này vào {len(empty)} trên {len(days)} ngày có việc, từ {dmy(empty[0])}."
            yield plan.whole("warning", why, "thêm vai trò trong tệp nhân sự", unit.ten, f"«{unit.ten}» không có người")


def _who_and_when(task: TaskKeys) -> tuple[tuple[str, object], ...]:
    return (("chủ trì", task.chu_tri), ("đơn vị thực hiện", task.thuc_hien), ("thời gian", task.thoi_han))


def _blank(names: list[str]) -> str:
    return f"; để trống {', '.join(names)}" if names else ""


def _days(task: TaskKeys, plan: PlanRead) -> set[date]:
    """The days the task falls due; one that waits for an event may fall due from the day of signing."""
    return {occurrence.deadline.target for occurrence in plan.due[task.ma]} or {plan.document.ke_hoach.signed}


def _anybody(people: PeopleDocument, unit: str, day: date) -> bool:
    held = (role for role in people.vai_tro if role.don_vi == unit)
    return any(role.tu <= day and (role.den is None or day <= role.den) for role in held)
