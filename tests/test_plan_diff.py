"""What one plan has that another has not, and what a file has that the loaded plan has not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import TypeAdapter
from sqlalchemy import Engine
from sqlmodel import Session

from models.plan_diff import Change, compare_plans, of_file, of_store
from models.plan_entries import Entry
from models.plan_file import PlanFile, read_plan

ENTRY: TypeAdapter[Entry] = TypeAdapter(Entry)
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


EVENT = "Cấp trên ban hành kế hoạch PAPI"
WAITED: dict[str, tuple[dict[str, object], str]] = {
    "a count of working days": (
        {"kieu": "su-kien", "han": {"kieu": "ngay-lam-viec-sau", "so": 15}},
        f"chậm nhất 15 ngày làm việc sau khi {EVENT}",
    ),
    "an office's own count": (
        {"kieu": "su-kien", "han": {"kieu": "ngay-sau", "so": 10}, "noi-bo": True},
        f"trong thời hạn 10 ngày kể từ ngày {EVENT} (mốc cơ quan đặt)",
    ),
    "no count": ({"kieu": "su-kien"}, f"sau khi {EVENT}"),
    "the day itself": ({"kieu": "su-kien", "han": {"kieu": "dung-ngay"}}, f"ngay trong ngày: {EVENT}"),
    "a day the document names": (
        {"kieu": "su-kien", "han": {"kieu": "theo-van-ban"}},
        f"theo hạn ghi trong văn bản: {EVENT}",
    ),
    "a term of law, in two of the quarters": (
        {
            "kieu": "moi-ky",
            "ky": "quy",
            "chi-ky": [1, 3],
            "han": {"kieu": "theo-luat", "nghia-vu": "cong-khai-thuc-hien-ngan-sach-quy"},
        },
        "theo luật định về việc «Công khai tình hình thực hiện dự toán theo quý, 06 tháng, 09 tháng»: "
        "quý I, III hằng năm",
    ),
}


@pytest.mark.parametrize("what", WAITED)
def test_a_deadline_no_calendar_gives_is_told_in_words_too(plan: PlanFile, what: str) -> None:
    keys, words = WAITED[what]
    waited = {"su-kien": "ke-hoach-cap-tren"} if keys["kieu"] == "su-kien" else {}
    other = changed(plan, "B02", thoi_han=[ENTRY.validate_python({**keys, **waited})])
    (change,) = compare_plans(of_file(plan.document), of_file(other.document)).changes
    assert change.after == words


def test_the_loaded_plan_equals_the_file_it_was_loaded_from(loaded: Engine, plan: PlanFile) -> None:
    with Session(loaded) as session:
        stored = of_store(session, "nhu-quynh-2024")
        assert of_store(session, "khong-co") is None
    assert stored is not None
    assert not compare_plans(stored, of_file(plan.document))
    assert compare_plans(stored, of_file(changed(plan, "B02", ten="Tên khác").document)).changes == (
        Change("B02", "title", "Báo cáo kết quả PAPI 6 tháng đầu năm", "Tên khác"),
    )
