"""Signed documents made by hand: lines are paragraphs, lines with tabs rows, as the bundled text of a plan has them."""

from __future__ import annotations

import re
from datetime import date
from itertools import groupby

from models.appendix.document import Cell, Paragraph, Row, SignedDocument, Table
from models.plan_checks.context import Context

THU_11_JAN = date(2024, 1, 11)
YEN_BINH = Context(2024, THU_11_JAN, "UBND thị trấn Yên Bình", "Yên Bình", "UBND huyện Hòa An")
NHU_QUYNH = Context(2024, THU_11_JAN, "UBND thị trấn Như Quỳnh", "Như Quỳnh", "UBND huyện Văn Lâm")

_MARKUP = re.compile(r"<[^>]+>")

HEADINGS = (
    "TT\tChỉ số nội dung\tNội dung thành phần\tNhiệm vụ\tKết quả\tĐơn vị chủ trì\tĐơn vị thực hiện\tThời gian thực hiện"
)

# The nine faults of a plan copied from another, in a town that is not: what each is, the tests say.
PLAN_OF_YEN_BINH = f"""
KẾ HOẠCH
Nâng cao Chỉ số Hiệu quả quản trị và hành chính công (PAPI) thị trấn Yên Bình năm 2024
Thực hiện Kế hoạch số 45//KH-UBND ngày 20/12/2023 của UBND huyện Hòa An về nâng cao Chỉ số PAPI năm 2024.
I. MỤC ĐÍCH
Cán bộ tại UBND các xã, thị trấn thực hiện tốt việc tiếp công dân.
II. NỘI DUNG
Tuyên truyền kết quả Chỉ số PAPI năm 2023 và những năm qua; nâng cao Chỉ số PAPI trong năm 2024.
I. TỔ CHỨC THỰC HIỆN
Chịu trách nhiệm về Kế hoạch nâng cao Chỉ số PAPI của thị trấn năm 2023, coi đây là nhiệm vụ trọng tâm.
Phụ lục
BIỂU TỔNG HỢP NHIỆM VỤ
CHỈ SỐ HIỆU QUẢ QUẢN TRỊ VÀ HÀNH CHÍNH CÔNG HUYỆN HÒA AN NĂM 2023
(Kèm theo Kế hoạch số 05/KH-UBND ngày 11/01/2024 của UBND thị trấn Yên Bình)

{HEADINGS}
1\tTham gia của người dân\ta) Tri thức\tTuyên truyền bầu cử\tTin bài\tUBND thị trấn\tVăn phòng\tThường xuyên
\t\tb) Bầu trưởng thôn\tPhổ biến quy chế\tKế hoạch\tLãnh đạo UBND\tTrưởng các\tThường xuyên

{HEADINGS}
\t\t\t- Tổ chức bầu trưởng thôn công khai\t-\t\t\t
2\tDân chủ trong cơ quan\ta) Quy chế\tBan hành quy chế làm việc\tQuyết định\tUBND thị trấn\t\t
4\tTrách nhiệm giải trình\ta) Tương tác\tĐối thoại\tÍt nhất 3 lần/năm\tLãnh đạo UBND\tVăn phòng\tThường xuyên
6\tThủ tục hành chính công\ta) Một cửa\tCông khai tại UBND xã\t100% đúng hạn\tLãnh đạo UBND\tMột cửa\tNăm 2024
\t\tc) Dịch vụ hành chính cấp xã\t\t\t\t\t
7\tCung ứng dịch vụ công\tc) Hạ tầng\tCứng hóa đường\tTỷ lệ đường\tLãnh đạo UBND\tĐịa chính\tTrong năm 2023
"""


def signed(text: str) -> SignedDocument:
    """`text` as a reader of signed documents would give it."""
    blocks: list[Paragraph | Table] = []
    numbered = enumerate(text.splitlines(), start=1)
    for kind, group in groupby(numbered, key=lambda line: "row" if "\t" in line[1] else bool(line[1].strip())):
        lines = list(group)
        if kind == "row":
            number = 1 + sum(isinstance(block, Table) for block in blocks)
            blocks.append(_table(number, [line for _, line in lines]))
        elif kind:
            blocks += [Paragraph(line.strip(), f"dòng {at}") for at, line in lines]
    return SignedDocument("ke-hoach.txt", "0" * 64, "text", tuple(blocks))


def _table(number: int, lines: list[str]) -> Table:
    rows = [[" ".join(_MARKUP.sub(" ", cell).split()) for cell in line.split("\t")] for line in lines]
    width = max(map(len, rows))
    return Table(
        number,
        tuple(
            Row(f"bảng {number}, dòng {at}", tuple(Cell(cell) for cell in [*row, *[""] * (width - len(row))]))
            for at, row in enumerate(rows, start=1)
        ),
    )
