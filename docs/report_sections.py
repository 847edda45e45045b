"""The parts of a report's template, each with its words for an empty list."""

from __future__ import annotations

from collections.abc import Sequence

from docx.document import Document as Paper
from docx.shared import Pt

from docs.office_layout import BLANK, WIDTH, Cells, annex, bold_row, draft_note, head, rows, rule, signature, text
from models.document_words import slug
from rules.figures import OUTCOMES, Outcome

BODY, ITEM = "Thân văn bản", "Mục"
PLAN = "Kế hoạch số {{ so_ke_hoach }} ngày {{ ngay_ke_hoach }} của {{ ten_co_quan }} về {{ ten_ke_hoach }}"
RECEIVERS = ("- Như trên;", "- Chủ tịch, các Phó Chủ tịch UBND;", "- Lưu: VT, VP.")
_SHORT: dict[Outcome, str] = {  # for the narrow heads of a table
    "dung-han": "Đúng hạn",
    "tre-han": "Trễ hạn",
    "qua-han": "Quá hạn",
    "khong-du": "Niêm yết không đủ",
    "trong-han": "Đang thực hiện",
    "khong-con-ap-dung": "Không còn áp dụng",
    "truoc-theo-doi": "Trước theo dõi",
}


def cells(style: str, *words: str) -> list[tuple[str, str]]:
    """Cells of a loop's row: each shows one word of «d»."""
    return [(style, f"{{{{ d.{word} }}}}") for word in words]


def opening(paper: Paper, laws: Sequence[str]) -> None:
    """From the draft's note to «như sau»."""
    draft_note(paper)
    text(paper, "Tạm tính", "{%p if tam_tinh %}")
    text(paper, "Tạm tính", "SỐ LIỆU TẠM TÍNH, CHƯA CHỐT")
    text(paper, "Tạm tính", "{%p endif %}")
    head(paper, "BC-UBND")
    text(paper, "Tên loại", "BÁO CÁO")
    text(paper, "Trích yếu", "{{ trich_yeu }}")
    rule(paper, 45, WIDTH)
    for line in ("{%p if kinh_gui %}", "Kính gửi: {{ kinh_gui }}.", "{%p endif %}"):
        text(paper, "Kính gửi", line)
    for law in laws:
        text(paper, "Căn cứ", f"Căn cứ {law};")
    text(paper, "Căn cứ", f"Căn cứ {PLAN}.")
    span = "(số liệu từ ngày {{ tu_ngay }} đến hết ngày {{ den_ngay }})"
    text(paper, BODY, f"{{{{ ten_co_quan }}}} báo cáo {{{{ noi_dung }}}} {span} như sau:")


def totals(paper: Paper) -> None:
    """All terms by outcome, then the office's own checkpoints apart from them."""
    unit = "(mỗi kỳ hoặc mỗi sự kiện làm phát sinh hạn tính là một lượt)"
    text(paper, BODY, f"Trong kỳ theo dõi {{{{ tong.tong|so }}}} lượt nhiệm vụ có hạn {unit}, gồm:")
    _kinds(paper, "tong.gom", "lượt")
    apart = "là mốc do cơ quan tự đặt, không phải hạn của pháp luật hoặc kế hoạch"
    text(paper, BODY, f"Ngoài ra có {{{{ tong.moc.tong|so }}}} mốc theo dõi nội bộ ({apart}), gồm:")
    _kinds(paper, "tong.moc.gom", "mốc")


def figures(paper: Paper, name: str, loop: str) -> None:
    """A table of counts: each row adds up to its total."""
    counts = ("tong", *(slug(kind) for kind in OUTCOMES))
    heads = (name, "Tổng số", *(_SHORT[kind] for kind in OUTCOMES), "Mốc nội bộ có minh chứng")
    met = "{{ %s.moc.co_minh_chung + %s.moc.co_minh_chung_sau_moc }}/{{ %s.moc.tong }}"
    row = [*cells("Ô chữ", "ten"), *cells("Ô số", *counts), ("Ô số", met.replace("%s", "d"))]
    sums = [("Ô số", f"{{{{ tong.{word} }}}}") for word in counts]
    table = rows(paper, heads, (44, *[121 / len(row[1:])] * len(row[1:])), f"d in {loop}", row)
    bold_row(table, [("Ô chữ", "Tổng cộng"), *sums, ("Ô số", met.replace("%s", "tong"))])


def quotas(paper: Paper) -> None:
    """How often a thing was to be done, and how much of a list is covered."""
    _listed(paper, "Chỉ tiêu về số lần", "chi_tieu", "- {{ d.ten }}: {{ d.tien_do }} ({{ d.ket_qua|lower }}).")
    _listed(paper, "Mức độ bao phủ", "do_phu", "- {{ d.ten }}: {{ d.da_co }}/{{ d.tong }}.")


def late(paper: Paper, number: str) -> None:
    """Terms missed, with the reason their units gave."""
    text(paper, ITEM, f"{number}. NHIỆM VỤ TRỄ HẠN, QUÁ HẠN VÀ NGUYÊN NHÂN")
    heads = ("TT", "Nhiệm vụ", "Đơn vị", "Hạn", "Ngày hoàn thành", "Số ngày làm việc chậm", "Nguyên nhân")
    row = [
        *cells("Ô số", "tt"),
        ("Ô chữ", "{{ d.ten }} ({{ d.ky }})"),
        *cells("Ô chữ", "don_vi"),
        *cells("Ô số", "ngay"),
        ("Ô số", "{{ d.ngay_xong or 'Chưa' }}"),
        *cells("Ô số", "so_ngay_cham"),
        ("Ô chữ", "{{ d.nguyen_nhan or 'Đơn vị chưa nêu' }}"),
    ]
    _table_or_none(paper, "nhiem_vu_cham", heads, (9, 41, 27, 22, 22, 17, 27), row)


def findings(paper: Paper, number: str) -> None:
    """What the reader should know although the figures do not show it."""
    text(paper, ITEM, f"{number}. VIỆC CẦN LƯU Ý")
    _paragraphs(paper, "viec_can_luu_y", "- {{ d.ten }} ({{ d.ky }}, {{ d.don_vi }}): {{ d.luu_y }}.")


def parts(paper: Paper, number: str) -> None:
    """Which unit handed in its figures, and when."""
    text(paper, ITEM, f"{number}. TÌNH HÌNH CÁC ĐƠN VỊ NỘP SỐ LIỆU")
    heads = ("TT", "Đơn vị", "Mốc nộp", "Ngày nộp", "Kết quả", "Minh chứng")
    row = [
        *cells("Ô số", "tt"),
        *cells("Ô chữ", "don_vi"),
        *cells("Ô số", "moc", "ngay_nop", "ket_qua"),
        *cells("Ô chữ", "minh_chung"),
    ]
    _table_or_none(paper, "don_vi_nop", heads, (9, 44, 22, 22, 24, 44), row)


def events(paper: Paper) -> None:
    """How many of each kind of event the period saw."""
    text(paper, BODY, "Trong kỳ ghi nhận {{ so_viec|so }} việc, gồm:")
    row = [*cells("Ô số", "tt"), *cells("Ô chữ", "ten"), *cells("Ô số", "so_luong")]
    table = rows(paper, ("TT", "Nội dung", "Số lượng"), (12, 125, 28), "d in su_kien", row)
    bold_row(table, [("Ô số", ""), ("Ô chữ", "Tổng cộng"), ("Ô số", "{{ so_viec }}")])


def closing(paper: Paper, number: str, where: str) -> None:
    """Where the evidence is, the last sentence and the signature."""
    text(paper, ITEM, f"{number}. MINH CHỨNG")
    text(paper, BODY, f"Danh mục nhiệm vụ, mốc theo dõi nội bộ và minh chứng kèm theo tại {where}.")
    last = "Trên đây là báo cáo {{ noi_dung }}, {{ ten_co_quan }} trân trọng báo cáo {{ kinh_gui }}./."
    text(paper, BODY, last).paragraph_format.keep_with_next = True
    signature(paper, RECEIVERS)


def annex_of_lines(paper: Paper, name: str) -> None:
    """Every term, then every checkpoint, with its evidence."""
    _annex(paper, name, "DANH MỤC NHIỆM VỤ VÀ MINH CHỨNG")
    widths = (9, 14, 58, 28, 34, 21, 21, 25, 42)
    row = [
        *cells("Ô số phụ lục", "tt"),
        *cells("Ô chữ phụ lục", "ma_nhiem_vu", "ten", "ky", "don_vi"),
        *cells("Ô số phụ lục", "ngay", "ngay_xong"),
        *cells("Ô chữ phụ lục", "ket_qua", "minh_chung"),
    ]
    for heading, loop, day in (
        ("A. NHIỆM VỤ CÓ HẠN", "nhiem_vu_co_han", "Hạn"),
        ("B. MỐC THEO DÕI NỘI BỘ", "moc_noi_bo", "Mốc nội bộ"),
    ):
        text(paper, ITEM, heading).paragraph_format.first_line_indent = 0
        heads = ("TT", "Mã", "Nhiệm vụ", "Kỳ", "Đơn vị chủ trì", day, "Ngày hoàn thành", "Kết quả", "Minh chứng")
        _table_or_none(paper, loop, heads, widths, row)


def annex_of_cases(paper: Paper, name: str) -> None:
    """Every event of the period."""
    _annex(paper, name, "DANH SÁCH VIỆC PHÁT SINH TRONG KỲ")
    row = [
        *cells("Ô số phụ lục", "tt"),
        *cells("Ô chữ phụ lục", "su_kien"),
        *cells("Ô số phụ lục", "ngay"),
        *cells("Ô chữ phụ lục", "van_ban", "vu_viec"),
    ]
    _table_or_none(paper, "viec", ("TT", "Nội dung", "Ngày", "Văn bản", "Vụ việc"), (12, 95, 25, 60, 60), row)


def _annex(paper: Paper, name: str, title: str) -> None:
    annex(paper)
    text(paper, "Trích yếu", name)
    text(paper, "Trích yếu", title)
    place = f"ngày{BLANK}tháng {{{{ thang }}}} năm {{{{ nam }}}} của {{{{ ten_co_quan }}}}"
    text(paper, "Kèm theo", f"(Kèm theo Báo cáo số{BLANK}/BC-UBND {place})")
    rule(paper, 60, 252, gap=6)


def _listed(paper: Paper, heading: str, loop: str, words: str) -> None:
    paragraph = text(paper, BODY, f"{heading}:")
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.keep_with_next = Pt(6), True
    _paragraphs(paper, loop, words)


def _kinds(paper: Paper, loop: str, unit: str) -> None:
    line = f"- {{{{ d.ten }}}}: {{{{ d.so|so }}}} {unit}{{{{ '.' if loop.last else ';' }}}}"
    _paragraphs(paper, loop, line)


def _paragraphs(paper: Paper, loop: str, words: str) -> None:
    for line in (f"{{%p for d in {loop} %}}", words, "{%p else %}", "Không có.", "{%p endfor %}"):
        text(paper, BODY, line)


def _table_or_none(paper: Paper, loop: str, heads: Sequence[str], widths: Sequence[float], row: Cells) -> None:
    text(paper, BODY, f"{{%p if {loop} %}}")
    rows(paper, heads, widths, f"d in {loop}", row)
    for line in ("{%p else %}", "Không có.", "{%p endif %}"):
        text(paper, BODY, line)
