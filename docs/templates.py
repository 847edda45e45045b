"""The document templates in plans/mau, made again: an office then edits them in Word as it likes."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from docx.document import Document as Paper
from docx.shared import Pt

from docs import report_sections as part
from docs.office_layout import draft_note, head, rows, signature, text
from docs.office_styles import new_paper
from models.sealing import sealed

FOLDER = Path(__file__).parent.parent / "plans" / "mau"
_LAWS = ("Luật Khiếu nại số 02/2011/QH13", "Luật Tố cáo số 25/2018/QH14", "Luật Tiếp công dân số 42/2013/QH13")
_MADE = datetime(2024, 1, 1, tzinfo=UTC)  # any day, so long as it stays


def main() -> None:
    """Write every template."""
    FOLDER.mkdir(exist_ok=True)
    for name, made in templates().items():
        (FOLDER / name).write_bytes(made)
        print(FOLDER / name)


def templates() -> dict[str, bytes]:
    """Every template by its file name."""
    return {
        "bao-cao-papi.docx": _papi_report(),
        "bao-cao-khieu-nai.docx": _complaints_report(),
        "cong-van-don-doc.docx": _urging(),
    }


def _papi_report() -> bytes:
    paper = new_paper()
    part.opening(paper, ())
    text(paper, part.ITEM, "I. TÌNH HÌNH CHUNG")
    part.totals(paper)
    text(paper, part.ITEM, "II. KẾT QUẢ THEO CHỈ SỐ NỘI DUNG")
    part.figures(paper, "Chỉ số nội dung", "theo_chi_so")
    part.quotas(paper)
    text(paper, part.ITEM, "III. KẾT QUẢ THEO ĐƠN VỊ CHỦ TRÌ")
    part.figures(paper, "Đơn vị chủ trì", "theo_don_vi")
    part.late(paper, "IV")
    part.findings(paper, "V")
    part.parts(paper, "VI")
    part.closing(paper, "VII", "Phụ lục")
    part.annex_of_lines(paper, "PHỤ LỤC")
    return _bytes(paper, "Mẫu báo cáo kết quả thực hiện kế hoạch")


def _complaints_report() -> bytes:
    paper = new_paper()
    part.opening(paper, _LAWS)
    text(paper, part.ITEM, "I. TÌNH HÌNH TIẾP NHẬN, GIẢI QUYẾT")
    part.events(paper)
    text(paper, part.ITEM, "II. KẾT QUẢ THỰC HIỆN CÁC THỜI HẠN")
    part.totals(paper)
    part.figures(paper, "Đơn vị chủ trì", "theo_don_vi")
    part.late(paper, "III")
    part.findings(paper, "IV")
    part.parts(paper, "V")
    part.closing(paper, "VI", "Phụ lục I và Phụ lục II")
    part.annex_of_cases(paper, "PHỤ LỤC I")
    part.annex_of_lines(paper, "PHỤ LỤC II")
    return _bytes(paper, "Mẫu báo cáo tiếp công dân, giải quyết khiếu nại, tố cáo")


def _urging() -> bytes:
    paper = new_paper()
    draft_note(paper)
    head(paper, "UBND-VP", "V/v đôn đốc thực hiện nhiệm vụ quá hạn theo Kế hoạch số {{ so_ke_hoach }}")
    text(paper, "Kính gửi", "Kính gửi: {{ kinh_gui }}.").paragraph_format.space_before = Pt(18)
    state = "{{ kinh_gui }} còn {{ so_nhiem_vu|so }} nhiệm vụ quá hạn, chưa hoàn thành, cụ thể:"
    text(paper, part.BODY, f"Thực hiện {part.PLAN}; qua theo dõi, tính đến ngày {{{{ tinh_den_ngay }}}}, {state}")
    _overdue(paper)
    asked = text(paper, part.BODY, "Để bảo đảm tiến độ, {{ ten_co_quan }} đề nghị {{ kinh_gui }}:")
    asked.paragraph_format.space_before = Pt(8)
    done = "1. Khẩn trương hoàn thành các nhiệm vụ nêu trên, gửi kết quả kèm minh chứng về Văn phòng UBND."
    why = "2. Báo cáo bằng văn bản nguyên nhân chậm và thời điểm hoàn thành của từng nhiệm vụ"
    text(paper, part.BODY, done)
    text(paper, part.BODY, f"{why}, gửi chậm nhất ngày {{{{ han_tra_loi }}}}.")
    text(paper, part.BODY, "Đề nghị {{ kinh_gui }} quan tâm, thực hiện./.").paragraph_format.keep_with_next = True
    signature(paper, part.RECEIVERS)
    return _bytes(paper, "Mẫu công văn đôn đốc")


def _overdue(paper: Paper) -> None:
    heads = ("TT", "Nhiệm vụ", "Kỳ", "Hạn", "Số ngày làm việc quá hạn", "Ý kiến của đơn vị")
    row = [
        *part.cells("Ô số", "tt"),
        *part.cells("Ô chữ", "ten", "ky"),
        *part.cells("Ô số", "han", "so_ngay_cham"),
        *part.cells("Ô chữ", "don_vi_neu"),
    ]
    rows(paper, heads, (9, 58, 28, 22, 18, 30), "d in nhiem_vu", row)


def _bytes(paper: Paper, title: str) -> bytes:
    properties = paper.core_properties
    properties.title, properties.author, properties.comments, properties.language = title, "", "", "vi-VN"
    properties.created = properties.modified = _MADE
    made = BytesIO()
    paper.save(made)
    return sealed(made.getvalue())


if __name__ == "__main__":
    main()
