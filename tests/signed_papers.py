"""The real plan when it is there, and plans made by hand as the bundled text of it is: a row is a line with tabs."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from models.appendix.document import SignedDocument
from models.appendix.plain import read_plain
from models.plan_checks.context import Context

REAL = Path(__file__).resolve().parents[2] / "shared" / "source" / "ke-hoach-08-KH-UBND-2024.txt"
real = pytest.mark.skipif(not REAL.exists(), reason=f"the real plan {REAL.name} is not beside the project")
THU_11_JAN = date(2024, 1, 11)
YEN_BINH = Context(2024, THU_11_JAN, "UBND thị trấn Yên Bình", "Yên Bình", "UBND huyện Hòa An")
NHU_QUYNH = Context(2024, THU_11_JAN, "UBND thị trấn Như Quỳnh", "Như Quỳnh", "UBND huyện Văn Lâm")

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
    """`text` as the reader of plain text gives it."""
    return SignedDocument("ke-hoach.txt", "0" * 64, "text", read_plain(text))
