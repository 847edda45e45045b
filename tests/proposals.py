"""Plans as an import proposes them: a small made-up one with a doubt of each kind, and the real one for volume."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from office import PLAN, PLANS
from sqlalchemy import Engine, select

from models.appendix.proposal import Proposal, ProposedTask, RowFate, SourceRow
from models.calendar_file import read_notices
from models.draft_tables import PlanDraft
from models.drafts import store_draft
from models.files import Kept, examine_file
from models.office_file import read_document
from models.store import transaction
from models.tables import Authority
from rules.vietnamese import morning_of

WED_3_JULY = date(2024, 7, 3)
SOURCE = "Phụ lục kèm theo Kế hoạch 12/KH-UBND (đã ký)\n".encode()
OFFICE = {
    "ma": "nhu-quynh",
    "ten": "UBND thị trấn Như Quỳnh",
    "dia-danh": "Như Quỳnh",
    "cap-tren": "UBND huyện Văn Lâm",
}
HEADINGS = ("TT", "Nhiệm vụ", "Đơn vị chủ trì", "Đơn vị thực hiện", "Thời gian", "Kết quả")


def row(place: str, *words: str) -> SourceRow:
    return SourceRow(place, tuple(zip(HEADINGS, words, strict=True)))


def small(code: str = "nhu-quynh-2024-dc") -> Proposal:
    """Three tasks: one clear, one whose time could not be read, one without lead."""
    report = row("bảng 1, dòng 2", "1.a", "Báo cáo kết quả 6 tháng", "Văn phòng UBND", "Công chức Tư pháp",
                 "Trước ngày 03/7/2024", "Báo cáo")  # fmt: skip
    meeting = row("bảng 1, dòng 3", "1.b", "Họp đánh giá <b>dân chủ</b>", "Văn phòng UBND", "", "Sau rằm", "Biên bản")
    ended = row("bảng 1, dòng 4", "", "ở cơ sở", "", "", "", "")
    blank = row("bảng 1, dòng 5", "2", "Công khai quy chế", "", "", "Thường xuyên", "")
    tasks = (
        ProposedTask(
            {"ma": "P1a", "ten": "Báo cáo kết quả 6 tháng", "loai": "bao-cao", "nguon": "Phụ lục TT 1, điểm a",
             "trich": "Trước ngày 03/7/2024", "chu-tri": "van-phong", "thuc-hien": ["tu-phap"], "ket-qua": "Báo cáo",
             "thoi-han": [{"kieu": "truoc-ngay", "ngay": "2024-07-03"}]},
            (report,),
        ),
        ProposedTask(
            {"ma": "P1b", "ten": "Họp đánh giá dân chủ ở cơ sở", "loai": "mot-lan", "nguon": "Phụ lục TT 1, điểm b",
             "trich": "Sau rằm", "chu-tri": "van-phong", "cho-xac-nhan": True},
            (meeting, ended),
            ("Không đọc được thời gian «Sau rằm».",),
        ),
        ProposedTask(
            {"ma": "P2", "ten": "Công khai quy chế", "loai": "thuong-xuyen", "nguon": "Phụ lục TT 2",
             "trich": "Thường xuyên", "thoi-han": [{"kieu": "thuong-xuyen"}], "cho-xac-nhan": True},
            (blank,),
            ("Ô đơn vị chủ trì để trống.",),
        ),
    )  # fmt: skip
    fates = (
        RowFate("bảng 1, dòng 1", "tieu-de"),
        RowFate("bảng 1, dòng 2", "nhiem-vu", "P1a"),
        RowFate("bảng 1, dòng 3", "nhiem-vu", "P1b"),
        RowFate("bảng 1, dòng 4", "noi-tiep", "P1b"),
        RowFate("bảng 1, dòng 5", "nhiem-vu", "P2"),
        RowFate("bảng 1, dòng 6", "nhan", "", "Nơi nhận"),
    )
    return Proposal(head(code), tasks, fates, ("1 nhiệm vụ ghép từ các dòng bị ngắt trang.",))


def head(code: str) -> dict[str, Any]:
    units = (("van-phong", "Văn phòng UBND"), ("tu-phap", "Công chức Tư pháp"), ("to-so", "Tổ công nghệ số"))
    plan = {"ma": code, "so": "12/KH-UBND", "ngay": "2024-02-05", "nam": 2024, "ten": "Thực hiện dân chủ ở cơ sở"}
    return {
        "ke-hoach": {**plan, "co-quan": dict(OFFICE)},
        "don-vi": [{"ma": unit, "ten": name, "quan-he": "noi-bo"} for unit, name in units],
        "su-kien": [{"ma": "hop-dan", "ten": "Họp cộng đồng dân cư"}],
    }


def whole() -> Proposal:
    """The real plan as if it had just been imported: every task with a source row of its own."""
    document = json.loads(json.dumps(read_document(PLAN)))
    renamed = {**document["ke-hoach"], "ma": "nhu-quynh-2024-nhap"}
    tasks = [_with_row(number, task) for number, task in enumerate(document.pop("nhiem-vu"), start=1)]
    fates = tuple(RowFate(task.rows[0].place, "nhiem-vu", task.code) for task in tasks)
    return Proposal({**document, "ke-hoach": renamed}, tuple(tasks), fates, tuple(renamed["phat-hien"]))


def _with_row(number: int, task: Mapping[str, Any]) -> ProposedTask:
    words: Sequence[str] = (task["ma"], task["ten"], task.get("chu-tri", ""), "; ".join(task.get("thuc-hien", ())),
                            task.get("trich", ""), task.get("ket-qua", ""))  # fmt: skip
    return ProposedTask(task, (row(f"bảng 1, dòng {number}", *words),))


def source(name: str = "ke-hoach-12.txt", content: bytes = SOURCE) -> Kept:
    return examine_file(name, content)


def imported(engine: Engine, proposal: Proposal, day: date, kept: Kept | None = None, authority: int = 1) -> PlanDraft:
    """`proposal` as a draft of an authority, kept on `day`."""
    with transaction(engine) as session:
        office = session.execute(select(Authority).filter_by(id=authority)).scalar_one()
        return store_draft(session, office, proposal, kept or source(), morning_of(day), "le-thi-mau")


def notices() -> Any:
    return read_notices(Path(PLANS / "calendar.yaml"))
