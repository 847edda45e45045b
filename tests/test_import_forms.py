"""One plan in four forms, and appendices of nineteen shapes: what each comes to when it is imported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import invented_appendices as invented
import pytest
from appendices import as_docx, as_pdf, as_xlsx, document_of, table_of
from invented_appendices import INVENTED
from small_plan import yen_binh

from models.appendix.document import SignedDocument
from models.appendix.facts import Facts
from models.appendix.lines import lines_of
from models.appendix.opening import read_here
from models.appendix.proposal import Proposal
from models.appendix.proposing import NoAppendix, propose

REAL = Path(__file__).resolve().parents[2] / "shared" / "source" / "ke-hoach-08-KH-UBND-2024.txt"
KNOWN = Facts(number="01/KH-UBND", signed=date(2026, 1, 15), year=2026, office="UBND xã Yên Bình")
Keys = Mapping[str, Any]


def tasks_of(proposal: Proposal) -> list[Keys]:
    """The tasks, without the places that differ by form: a page, a sheet, a paragraph."""
    return [
        {key: value for key, value in task.keys.items() if key not in ("dong", "phat-hien", "cho-xac-nhan")}
        for task in proposal.tasks
    ]


def forms_of(document: SignedDocument, folder: Path) -> dict[str, Path]:
    """`document` as Word, as Excel and, where LibreOffice is there, as a PDF with text."""
    word = as_docx(document, folder / "ke-hoach.docx")
    return {"docx": word, "xlsx": as_xlsx(document, folder / "ke-hoach.xlsx"), "pdf": as_pdf(word)}


def doubts_of(proposal: Proposal) -> dict[str, int]:
    return {task.code: len(task.doubts) for task in proposal.tasks}


def test_the_same_plan_in_word_excel_and_print_imports_the_same(tmp_path: Path) -> None:
    said = propose(yen_binh())
    assert [task.code for task in said.tasks] == ["B01", "P1a", "P1b", "P2a"]
    for form, file in forms_of(yen_binh(), tmp_path).items():
        proposal = propose(read_here(file))
        assert tasks_of(proposal) == tasks_of(said), form
        assert proposal.head["ke-hoach"]["so"] == "15/KH-UBND", form
        assert proposal.head["don-vi"] == said.head["don-vi"], form
        assert doubts_of(proposal) == doubts_of(said), form


@pytest.mark.skipif(not REAL.exists(), reason=f"the real plan {REAL.name} is not beside the project")
def test_the_real_plan_in_word_excel_and_print_imports_the_same_tasks(tmp_path: Path) -> None:
    signed = read_here(REAL)
    said = propose(signed)
    for form, file in forms_of(signed, tmp_path).items():
        proposal = propose(read_here(file))
        assert tasks_of(proposal) == tasks_of(said), form
        assert [row.fate for row in proposal.fates] == [row.fate for row in said.fates], form
        assert doubts_of(proposal) == doubts_of(said), form


def in_one_table(document: SignedDocument) -> SignedDocument:
    """The appendix as it was before its pages were parted: one table, each task one row."""
    headings = next(document.tables).rows[0]
    rows = [[cell.text for cell in headings.cells]]
    for line in lines_of(document).found:
        named = [words for _, words in line.rows[0].words[:3]]
        rows.append([*named, *(line.said(column) for column in ("task", "result", "lead", "implementing", "time"))])
    return document_of(*document.paragraphs, table_of(*rows))


@pytest.mark.skipif(not REAL.exists(), reason=f"the real plan {REAL.name} is not beside the project")
def test_rows_that_a_printer_broke_in_every_column_are_put_together_again(tmp_path: Path) -> None:
    """Pages end within rows: «Lãnh đạo» on one, «UBND» on the next; «Thường» here, «xuyên» there."""
    word = as_docx(in_one_table(read_here(REAL)), tmp_path / "mot-bang.docx", rows_break=True)
    said, printed = propose(read_here(word)), propose(read_here(as_pdf(word)))
    assert tasks_of(printed) == tasks_of(said)
    broken = [task.code for task in printed.tasks if any("Ghép từ 2 dòng" in doubt for doubt in task.doubts)]
    assert len(broken) >= 5


REPORT = ("van-phong", ("cong-chuc",), [{"kieu": "truoc-ngay", "ngay": "2026-07-03"}])
LISTS = ("vh-xh", ("thon-pho",), [{"kieu": "khoang", "tu": "2026-10-01", "den": "2026-12-31"}])
USUAL = {"P1": REPORT, "P2": LISTS}
DATA = ("vh-xh", (), [{"kieu": "truoc-ngay", "ngay": "2026-06-25"}])

OUTCOMES: dict[Callable[[Path], Path], dict[str, Any]] = {
    invented.other_column_order: USUAL,
    invented.two_row_headings: USUAL,
    invented.numbered_in_two_levels: {"PI.1": REPORT, "PI.1.1": DATA, "PII.1": LISTS},
    invented.numbered_by_word: USUAL,
    invented.upright_and_across: USUAL,
    invented.without_results: USUAL,
    invented.without_numbers: USUAL,
    invented.in_two_languages: USUAL,
    invented.decomposed: USUAL,
    invented.in_tcvn3: USUAL,
    invented.with_notes: USUAL,
    invented.several_tables: {"P1": REPORT},
    invented.groups_over_the_width: USUAL,
    invented.over_a_page: {"P1": REPORT, "P2": LISTS, "P3": REPORT},
    invented.between_signatures: {"P1": REPORT},
    invented.tracked: USUAL,
    invented.with_boxes: {"P1": REPORT},
    invented.a_sheet: {
        "P1": ("van-phong", ("cong-chuc",), [{"kieu": "cham-nhat-ngay", "ngay": "2026-07-03"}]),
        "P2": ("vh-xh", (), LISTS[2]),
    },
}


def test_every_invented_appendix_has_its_outcome() -> None:
    assert {*OUTCOMES, invented.headings_only} == set(INVENTED)


@pytest.mark.parametrize("shape", OUTCOMES, ids=lambda shape: shape.__name__)
def test_an_appendix_of_another_shape_comes_to_its_tasks(shape: Callable[[Path], Path], tmp_path: Path) -> None:
    document = read_here(shape(tmp_path))
    proposal = propose(document, KNOWN)
    found = {
        task.code: (task.keys["chu-tri"], tuple(task.keys["thuc-hien"]), task.keys["thoi-han"])
        for task in proposal.tasks
    }
    assert found == OUTCOMES[shape]
    assert len(proposal.fates) == sum(len(table.rows) for table in document.tables)


def test_a_note_in_the_cell_of_a_deadline_is_told_and_waits(tmp_path: Path) -> None:
    report = propose(read_here(invented.with_notes(tmp_path)), KNOWN).tasks[0]
    told = "Ô thời gian có chú thích «Tính theo ngày gửi trên trục liên thông.»; cần xác nhận cách hiểu."
    assert report.doubts == (told,)


def test_a_table_with_headings_alone_is_refused_by_that_reason(tmp_path: Path) -> None:
    with pytest.raises(NoAppendix, match="chỉ có dòng tiêu đề, chưa có dòng nào bên dưới"):
        propose(read_here(invented.headings_only(tmp_path)), KNOWN)


def test_tables_that_list_no_tasks_are_named(tmp_path: Path) -> None:
    remarks = propose(read_here(invented.several_tables(tmp_path)), KNOWN).remarks
    assert "Bảng 2 («STT | Hội nghị | Số lần») không phải biểu nhiệm vụ nên không đọc thành nhiệm vụ." in remarks
    assert "Bảng 3 («Nội dung | Kinh phí») không phải biểu nhiệm vụ nên không đọc thành nhiệm vụ." in remarks
