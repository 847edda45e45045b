"""Made-up facts of a report: ninety lines of the kind an office has, every outcome among them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from rules.figures import OUTCOMES, Line, Outcome, line_json

SUN_30_JUNE = date(2024, 6, 30)
_TITLES = (
    ("P1c", 1, "Chuẩn bị, công nhận kết quả bầu trưởng thôn, tổ trưởng dân phố", "Lãnh đạo UBND"),
    ("P2b.2", 2, "Công khai kế hoạch công tác năm, quý, tháng của cơ quan", "UBND thị trấn"),
    ("P3c.3", 3, "Công khai thực hiện ngân sách quý, 6 tháng", "Công chức Tài chính - Kế toán"),
    ("P4b.2", 4, "Giải quyết khiếu nại, tố cáo, thực hiện kết luận thanh tra", "Lãnh đạo UBND"),
    ("P5c", 5, "Tuyên truyền và công khai kết quả chống tham nhũng", "Lãnh đạo UBND"),
    ("P6.3", 6, "Tập huấn công chức Một cửa, đo đúng hạn và hài lòng", "Bộ phận Một cửa"),
    ("P7d", 7, "An ninh trật tự, phòng cháy, chữa cháy", "Lãnh đạo UBND"),
    ("P8a", 8, "Triển khai và tuyên truyền bảo vệ môi trường", "Công chức Địa chính"),
    ("P9c", 9, "Trả lời ý kiến trên Cổng, đăng dự thảo lấy ý kiến", "Công chức Văn hóa - Xã hội"),
    ("B28", None, "Công khai thông tin và địa chỉ liên hệ của người đứng đầu", "Văn phòng UBND"),
)
_OUTCOMES: tuple[Outcome, ...] = (*OUTCOMES, "dung-han", "dung-han", "dung-han", "trong-han")
_HASH = "519656e4bd514dada9e2b77b9118b8bcd46ba8515f53b185152bc1fcb1632399"
_REASONS = ("Chờ số liệu của kế toán xã, phường lân cận", "", "Công chức phụ trách nghỉ ốm, người thay chưa được giao")


def made_up_lines(count: int = 90) -> list[Line]:
    """`count` lines over all indices, units and outcomes; each seventh is a checkpoint of the office's own."""
    return [_line(number) for number in range(count)]


def _line(number: int) -> Line:
    task, index, title, unit = _TITLES[number % len(_TITLES)]
    outcome = _OUTCOMES[number % len(_OUTCOMES)]
    legal = date(2024, 1, 15) + timedelta(days=2 * number)
    finished = outcome in ("dung-han", "tre-han")
    late = 3 if outcome in ("tre-han", "qua-han") else 0
    return Line(
        code=f"nhu-quynh-2024.{task}.2024-{number:02}",
        task=task,
        title=title,
        period=f"tháng {number % 6 + 1:02}/2024",
        kind="cong-khai",
        index=index,
        unit=unit,
        legal=legal,
        internal=number % 7 == 0,
        outcome=outcome,
        done_on=legal + timedelta(days=4 if late else -1) if finished else None,
        days_late=late,
        evidence=_evidence(number) if finished else (),
        reason=_REASONS[number % 3] if late else "",
        findings=("Gỡ niêm yết sớm 02 ngày so với 30 ngày phải niêm yết.",) if number % 17 == 5 else (),
    )


def _evidence(number: int) -> tuple[str, ...]:
    return (f"Số {number:02}/TB-UBND ngày 12/04/2024", f"bien-ban.pdf, SHA-256 {_HASH}")[: 2 if number % 4 == 0 else 1]


def report_facts(lines: Sequence[Line] | None = None, **changed: Any) -> dict[str, Any]:
    """The facts of the half-year report, with whatever a test changes."""
    facts = {
        "authority": "UBND thị trấn Như Quỳnh",
        "parent": "UBND huyện Văn Lâm",
        "place": "Như Quỳnh",
        "plan": {
            "number": "08/KH-UBND",
            "signed_on": "2024-01-11",
            "title": "Nâng cao Chỉ số PAPI thị trấn Như Quỳnh năm 2024",
        },
        "report": {
            "code": "nhu-quynh-2024.B02.2024-H1",
            "task": "B02",
            "title": "Báo cáo kết quả PAPI 6 tháng đầu năm",
            "period": "6 tháng đầu năm 2024",
            "start": "2024-01-01",
            "cut_off": "2024-06-30",
            "legal": "2024-07-02",
            "target": "2024-07-02",
        },
        "receiver": "UBND huyện Văn Lâm (qua Phòng Nội vụ)",
        "signer": {"title": "CHỦ TỊCH", "name": "Hoàng Văn Mô Phỏng"},
        "as_of": "2024-07-01T00:00:00+07:00",
        "frozen": True,
        "lines": [line_json(line) for line in (made_up_lines() if lines is None else lines)],
        "events": _EVENTS,
        "parts": _PARTS,
        "quotas": [
            {
                "task": "P4a.3",
                "title": "Chủ tịch UBND đối thoại với MTTQ và đoàn thể",
                "pace": "1/2, còn 1 kỳ",
                "met": False,
            }
        ],
        "coverage": [{"task": "P6.3", "title": "Tập huấn công chức Một cửa", "covered": 4, "total": 6}],
    }
    return {**facts, **changed}


_EVENTS = [
    {
        "code": "nhan-khieu-nai",
        "name": "Nhận đơn khiếu nại thuộc thẩm quyền",
        "items": [
            {"day": "2024-05-02", "document": "Đơn số 12", "case": "Vụ việc 12/2024"},
            {"day": "2024-06-03", "document": "Đơn số 15", "case": ""},
        ],
    },
    {"code": "nhan-to-cao", "name": "Nhận đơn tố cáo thuộc thẩm quyền", "items": []},
    {
        "code": "noi-dung-tiep-dan",
        "name": "Tiếp nhận khiếu nại, tố cáo, kiến nghị, phản ánh tại buổi tiếp công dân",
        "items": [
            {"day": f"2024-0{month}-15", "document": f"Sổ tiếp công dân số {month:02}", "case": ""}
            for month in range(1, 7)
        ],
    },
]
_PARTS = [
    {"unit": "Các công chức chuyên môn", "due": "2024-06-27", "done_on": "2024-06-27", "evidence": ["Số 21/BC-CC"]},
    {"unit": "Công an thị trấn", "due": "2024-06-27", "done_on": "2024-06-28", "evidence": ["Số 30/BC-CA"]},
    {"unit": "Ủy ban MTTQ Việt Nam thị trấn", "due": "2024-06-27", "done_on": None, "evidence": []},
]


def urging_facts(**changed: Any) -> dict[str, Any]:
    """The facts of a công văn đôn đốc, with whatever a test changes."""
    shared = {name: report_facts([])[name] for name in ("authority", "parent", "place", "plan", "signer")}
    items = [
        {
            "code": "nhu-quynh-2024.P3c.3.2024-Q1",
            "title": "Công khai thực hiện ngân sách quý, 6 tháng",
            "period": "quý I năm 2024",
            "legal": "2024-04-15",
            "days_late": 42,
            "said": "",
        },
        {
            "code": "nhu-quynh-2024.P3c.5.2024",
            "title": "Công khai quyết toán ngân sách được HĐND phê chuẩn",
            "period": "năm 2023",
            "legal": "2024-06-07",
            "days_late": 6,
            "said": "Đang chờ biểu mẫu của Phòng Tài chính - Kế hoạch",
        },
    ]
    told = {"as_of": "2024-06-17T07:30:00+07:00", "receiver": "Công chức Tài chính - Kế toán", "reply_by": "2024-06-21"}
    return {**shared, **told, "items": items, **changed}
