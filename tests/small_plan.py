"""Two plans nobody signed, one to be read and one to be imported, and the one sentence that refuses a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from appendices import document_of, table_of

from models.appendix.document import Paragraph, SignedDocument
from models.appendix.opening import read_here
from models.office_file import OfficeFileError

_HEADINGS = ("TT", "Nội dung thành phần", "Nhiệm vụ", "Kết quả", "Đơn vị chủ trì", "Đơn vị thực hiện", "Thời gian")
SMALL = document_of(
    Paragraph("KẾ HOẠCH", ""),
    Paragraph("PHỤ LỤC NHIỆM VỤ", ""),
    table_of(
        ("TT", "Nhiệm vụ", "Đơn vị", "<", "Thời gian"),
        ("^", "^", "chủ trì", "phối hợp", "^"),
        ("1", "- Báo cáo quý;\n- Công khai", "Văn phòng UBND", "Các thôn", "Trước ngày 03/7/2026"),
        ("", "Niêm yết", "", "", "Thường xuyên"),
    ),
)


def refusal(path: Path, read: Callable[[Path], SignedDocument] = read_here) -> str:
    """The one sentence after the file's name."""
    with pytest.raises(OfficeFileError) as raised:
        read(path)
    (fault,) = raised.value.faults
    assert str(fault).startswith(f"{path}: ")
    assert "\n" not in fault.text
    return fault.text


def yen_binh() -> SignedDocument:
    """A plan nobody signed: a body with a dated report, an appendix over two pages with a row broken between them."""
    said = (
        "Số: 15/KH-UBND",
        "Yên Bình, ngày 16 tháng 01 năm 2026",
        "KẾ HOẠCH",
        "Nâng cao Chỉ số PAPI xã Yên Bình năm 2026",
        "Ủy ban nhân dân xã Yên Bình ban hành Kế hoạch nâng cao Chỉ số PAPI năm 2026 như sau:",
        "I. TỔ CHỨC THỰC HIỆN",
        "1. Công chức Văn phòng",
        "a) Báo cáo 6 tháng đầu năm trước ngày 06/7/2026 (thời gian chốt số liệu tính từ ngày 01/01/2026 đến ngày "
        "30/6/2026); tổng hợp kết quả của các bộ phận.",
        "PHỤ LỤC",
    )
    first = table_of(
        _HEADINGS,
        ("1", "a) Tri thức công dân", "- Tuyên truyền về bầu cử;\n- Đăng tin trên Cổng.", "- Tin, bài", "UBND xã",
         "Văn phòng UBND; Trưởng các thôn", "Thường xuyên"),
        ("", "b) Bầu trưởng thôn", "- Ban hành kế hoạch bầu cử.", "Kế hoạch", "Lãnh đạo UBND",
         "Ủy ban MTTQ; Công chức VH-XH", "Khi có cuộc bầu cử trưởng thôn"),
    )  # fmt: skip
    second = table_of(
        _HEADINGS,
        ("", "", "- Tổ chức bầu cử công khai, đúng luật.", "", "", "", ""),
        ("2", "a) Ngân sách", "Niêm yết dự toán.", "Đối thoại ít nhất 2 lần/năm", "Công chức Tài chính - Kế toán", "",
         "Quý II, III năm 2026"),
        number=2,
    )  # fmt: skip
    paragraphs = tuple(Paragraph(text, f"đoạn {at}") for at, text in enumerate(said, 1))
    return document_of(*paragraphs, first, second)
