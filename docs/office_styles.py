"""The page and the paragraph styles of Nghị định 30/2020/NĐ-CP, Phụ lục I, under names an office sees in Word."""

from __future__ import annotations

from typing import Any, NamedTuple

from docx import Document
from docx.document import Document as Paper
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Mm, Pt

FONT = "Times New Roman"
_LEFT, _RIGHT, _CENTRE, _JUSTIFY = (
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.RIGHT,
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.JUSTIFY,
)


class Look(NamedTuple):
    """How a paragraph looks: sizes and gaps in points, indent in millimetres."""

    code: str  # unaccented: Word keeps it in the file
    size: float
    alignment: WD_ALIGN_PARAGRAPH = _CENTRE
    bold: bool = False
    italic: bool = False
    before: float = 0
    after: float = 0
    indent: float = 0
    spacing: float = 1.0
    with_next: bool = False


STYLES = {
    "Thân văn bản": Look("ThanVanBan", 14, _JUSTIFY, after=6, indent=12.7, spacing=1.15),
    "Căn cứ": Look("CanCu", 14, _JUSTIFY, italic=True, after=6, indent=12.7, spacing=1.15),
    "Mục": Look("Muc", 14, _JUSTIFY, bold=True, before=6, after=6, indent=12.7, spacing=1.15, with_next=True),
    "Kính gửi": Look("KinhGui", 14, before=6, after=12),
    "Cơ quan cấp trên": Look("CoQuanCapTren", 12),
    "Cơ quan ban hành": Look("CoQuanBanHanh", 12, bold=True),
    "Quốc hiệu": Look("QuocHieu", 12, bold=True),
    "Tiêu ngữ": Look("TieuNgu", 13, bold=True),
    "Số ký hiệu": Look("SoKyHieu", 13, before=6),
    "Về việc": Look("VeViec", 12, before=6),
    "Địa danh, ngày": Look("DiaDanhNgay", 13, italic=True, before=6),
    "Tên loại": Look("TenLoai", 14, bold=True, before=18),
    "Trích yếu": Look("TrichYeu", 14, bold=True),
    "Kèm theo": Look("KemTheo", 13, italic=True),
    "Chữ ký": Look("ChuKy", 14, bold=True),
    "Nơi nhận": Look("NoiNhan", 12, _LEFT, bold=True, italic=True),
    "Danh sách nhận": Look("DanhSachNhan", 11, _LEFT),
    "Ghi chú dự thảo": Look("GhiChuDuThao", 11, _RIGHT, italic=True, after=6),
    "Tạm tính": Look("TamTinh", 13, bold=True, after=6),
    "Đầu bảng": Look("DauBang", 11, bold=True, before=2, after=2),
    "Ô chữ": Look("OChu", 12, _LEFT, before=2, after=2),
    "Ô số": Look("OSo", 12, before=2, after=2),
    "Ô chữ phụ lục": Look("OChuPhuLuc", 11, _LEFT, before=1, after=1),
    "Ô số phụ lục": Look("OSoPhuLuc", 11, before=1, after=1),
    "Số trang": Look("SoTrang", 13),
}


def new_paper() -> Paper:
    """An empty A4 document with the office's styles and page numbers."""
    paper = Document()
    _fonts(paper)
    for name, look in STYLES.items():
        _style(paper, name, look)
    _page(paper.sections[0])
    _page_number(paper.sections[0])
    _without_leftovers(paper)
    return paper


def element(name: str, **attributes: str) -> Any:
    """A piece of WordprocessingML that python-docx has no words for."""
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def _without_leftovers(paper: Paper) -> None:
    """python-docx's own blank document brings 180 styles and parts that nobody asked for: 800 of its 870 kB."""
    for relations in (paper.part.package.rels, paper.part.rels):
        for key in [key for key, rel in relations.items() if rel.reltype.endswith(_LEFTOVERS)]:
            del relations[key]
    for style in [style for style in paper.styles if style.name not in (*STYLES, *_KEPT)]:
        style.delete()


_LEFTOVERS = ("/thumbnail", "/stylesWithEffects", "/numbering", "/customXml", "/webSettings")
_KEPT = ("Normal", "Default Paragraph Font", "Normal Table", "No List", "Table Grid")


def _fonts(paper: Paper) -> None:
    """Times New Roman for every script, Vietnamese as the language: the default template's theme fonts go."""
    defaults = paper.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for kind in ("w:rFonts", "w:lang"):
        for old in defaults.findall(qn(kind)):
            defaults.remove(old)
    defaults.insert(0, element("w:rFonts", ascii=FONT, hAnsi=FONT, eastAsia=FONT, cs=FONT))
    defaults.append(element("w:lang", val="vi-VN", eastAsia="vi-VN", bidi="ar-SA"))
    paper.styles["Normal"].font.name, paper.styles["Normal"].font.size = FONT, Pt(14)


def _style(paper: Paper, name: str, look: Look) -> None:
    style = paper.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.style_id, style.base_style, style.quick_style = look.code, paper.styles["Normal"], True
    font, form = style.font, style.paragraph_format
    font.name, font.size, font.bold, font.italic = FONT, Pt(look.size), look.bold, look.italic
    form.alignment, form.first_line_indent, form.line_spacing = look.alignment, Mm(look.indent), look.spacing
    form.space_before, form.space_after, form.keep_with_next = Pt(look.before), Pt(look.after), look.with_next
    if look.with_next:  # a heading: Word lists it beside the page, a screen reader jumps to it
        style.element.get_or_add_pPr().append(element("w:outlineLvl", val="0"))


def _page(section: Section) -> None:
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.top_margin = section.bottom_margin = Mm(20)
    section.header_distance = section.footer_distance = Mm(10)


def _page_number(section: Section) -> None:
    """Arabic, centred in the top margin, from the second page on."""
    section.different_first_page_header_footer = True
    section.first_page_header.is_linked_to_previous = False  # its own, and empty
    section.first_page_header.paragraphs[0].style = "Số trang"
    paragraph = section.header.paragraphs[0]
    paragraph.style = "Số trang"
    code = element("w:instrText")
    code.text = "PAGE"
    for part in (element("w:fldChar", fldCharType="begin"), code, element("w:fldChar", fldCharType="end")):
        paragraph.add_run()._r.append(part)
