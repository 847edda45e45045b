"""What one plan has that another has not, and what a file has that the loaded plan has not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from models.plan_diff import Change, compare_plans, of_file, of_store
from models.plan_file import PlanFile, read_plan

PLAN = Path(__file__).resolve().parents[1] / "plans" / "2024-papi-nhu-quynh.yaml"


@pytest.fixture(scope="module")
def plan() -> PlanFile:
    return read_plan(PLAN)


def changed(plan: PlanFile, code: str, **values: object) -> PlanFile:
    tasks = tuple(one.model_copy(update=values) if one.ma == code else one for one in plan.document.nhiem_vu)
    return replace(plan, document=plan.document.model_copy(update={"nhiem_vu": tasks}))


def test_a_plan_does_not_differ_from_itself(plan: PlanFile) -> None:
    assert not compare_plans(of_file(plan.document), of_file(plan.document))


def test_a_task_taken_out_and_one_put_in_are_named(plan: PlanFile) -> None:
    whole = of_file(plan.document)
    shorter = {code: task for code, task in whole.items() if code != "B02"}
    assert [code for code, _ in compare_plans(whole, shorter).gone] == ["B02"]
    assert [code for code, _ in compare_plans(shorter, whole).fresh] == ["B02"]


def test_who_leads_and_when_it_falls_due_are_told_in_words(plan: PlanFile) -> None:
    """B02, «trước ngày 03/7», led by the UBND, becomes B03's yearly schedule, led by the office's clerks."""
    yearly = next(task.thoi_han for task in plan.document.nhiem_vu if task.ma == "B03")
    other = changed(plan, "B02", chu_tri="van-phong", thoi_han=yearly)
    assert compare_plans(of_file(plan.document), of_file(other.document)).changes == (
        Change("B02", "lead", "ubnd", "van-phong"),
        Change(
            "B02",
            "schedule",
            "6 tháng đầu hằng năm, trước ngày 03 tháng thứ 1 sau kỳ, chốt số liệu cuối kỳ",
            "hằng năm, trước ngày 03/01 năm sau, chốt số liệu cuối kỳ",
        ),
    )


def test_the_loaded_plan_equals_the_file_it_was_loaded_from(loaded: Engine, plan: PlanFile) -> None:
    with Session(loaded) as session:
        stored = of_store(session, "nhu-quynh-2024")
        assert of_store(session, "khong-co") is None
    assert stored is not None
    assert not compare_plans(stored, of_file(plan.document))
    assert compare_plans(stored, of_file(changed(plan, "B02", ten="Tên khác").document)).changes == (
        Change("B02", "title", "Báo cáo kết quả PAPI 6 tháng đầu năm", "Tên khác"),
    )
