"""The rows of a signed appendix: what is blank, carried over a page, counted in the wrong column, led by nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from models.appendix.columns import Column
from models.appendix.headed_row import HeadedRow
from models.plan_checks.context import Context
from models.plan_checks.document_read import DocumentRead
from models.plan_checks.findings import Level, PlanFinding, named
from models.plan_checks.quotas import has_share, times_in
from rules.deadlines import Window
from rules.phrases import read_phrase
from rules.schedule import Each, Once, Standing, Times, When
from rules.vietnamese import fold

_COLUMN_NAMES: Mapping[Column, str] = {
    "number": "số thứ tự",
    "index": "chỉ số",
    "component": "nội dung thành phần",
    "task": "nhiệm vụ",
    "result": "kết quả",
    "lead": "đơn vị chủ trì",
    "implementing": "đơn vị thực hiện",
    "time": "thời gian",
    "note": "ghi chú",
}
_WHO_AND_WHEN: tuple[Column, ...] = ("lead", "implementing", "time")
_LEADERS = re.compile(r"^\W*lanh dao (ubnd|uy ban)")
_PAPI = re.compile(r"tham gia|cong khai|giai trinh|tham nhung|thu tuc hanh chinh|dich vu cong|moi truong|dien tu")
_CUT_OFF = re.compile(r"\S+\s+(?:các|và|của|với|những|tại|hoặc)\s*$")
_MOST_STANDING = 0.5
_SHOWN = 60  # letters of a task, enough to recognise it


def blank_cells(signed: DocumentRead, context: Context) -> Iterator[PlanFinding]:
    """A row of its own whose task, unit or time is not written; the name of a group needs none of these."""
    for row in signed.rows_that("nhiem-vu", "nhan"):
        blank = [_COLUMN_NAMES[column] for column in _WHO_AND_WHEN if row.lacks(column)]
        if row.lacks("task"):
            why, repair = "Dòng chỉ có nhãn, không có nhiệm vụ.", "ghi nhiệm vụ, hoặc gộp với dòng khác"
        else:
            why, repair = f"Để trống: {', '.join(blank)}.", "hỏi người ký kế hoạch rồi ghi đủ"
        if blank or row.lacks("task"):
            yield _at(row, "warning", row.said("component") or row.said("task")[:_SHOWN], why, repair)


def rows_carried_over(signed: DocumentRead, context: Context) -> Iterator[PlanFinding]:
    """A row with nothing but the end of the one above: a page broke in between."""
    for row in signed.rows_that("noi-tiep"):
        if row.says("task") and not any(row.said(column).strip() for column in _WHO_AND_WHEN):
            why = "Dòng không có số, đơn vị, thời gian; là phần nối sang trang của dòng trên."
            yield _at(row, "note", row.said("task")[:_SHOWN], why, "đọc cùng dòng trên")


def cells_cut_off(signed: DocumentRead, context: Context) -> Iterator[PlanFinding]:
    """A cell that ends on a word nothing ends on: «Trưởng các»."""
    for row in signed.rows:
        for column in row.words(inherited=False):
            if cut := _CUT_OFF.search(row.own_lines(column)):
                why = f"Ô {_COLUMN_NAMES[column]} dừng giữa câu; có thể bị cắt khi ngắt trang."
                yield _at(row, "note", cut[0], why, "đối chiếu với bản đã ký rồi ghi đủ")


def quotas_outside_time(signed: DocumentRead, context: Context) -> Iterator[PlanFinding]:
    """A number of times in another column than the time; percentages nobody says when to measure, told once."""
    shares: list[str] = []
    for row in signed.rows:
        time = row.said("time")
        whens = read_phrase(time, context.year).when
        counted = times_in(time) or any(isinstance(when, Times) for when in whens)
        words = times_in(f"{row.own_lines('task')}\n{row.own_lines('result')}")
        if words and not counted:
            why = f"Số lần nằm ngoài cột thời gian; cột ấy ghi «{' '.join(time.split()) or 'trống'}»."
            yield _at(row, "warning", "; ".join(words), why, f"ghi «{words[0]}» vào cột thời gian")
        if has_share(row.own_lines("result")) and not (counted or any(isinstance(when, Each) for when in whens)):
            shares.append(row.place)
    if shares:
        why = f"{len(shares)} dòng có chỉ tiêu phần trăm ở cột kết quả mà không nói đo vào lúc nào."
        yield _whole("note", "", why, "ghi kỳ đo, ví dụ «hằng quý»", named(shares))


def leaders_without_name(signed: DocumentRead, context: Context) -> Iterator[PlanFinding]:
    """«Lãnh đạo UBND» leads, and nobody is named."""
    rows = [row for row in signed.rows if _LEADERS.match(fold(row.said("lead")))]
    if rows:
        why = f"Đơn vị chủ trì ở {len(rows)} dòng không nêu tên ai, nên không biết thư nhắc gửi cho người nào."
        repair = "ghi chức danh, và bảng vai trò trong tệp nhân sự"
        yield _whole("note", rows[0].said("lead"), why, repair, named([row.place for row in rows]))


def rows_without_deadline(signed: DocumentRead, context: Context) -> Iterator[PlanFinding]:
    """Most rows say only «Thường xuyên» or a whole year."""
    timed = [row for row in signed.rows_that("nhiem-vu") if not row.lacks("task")]
    loose = [row for row in timed if not row.lacks("time") and _has_no_deadline(row.said("time"), context.year)]
    if timed and len(loose) >= _MOST_STANDING * len(timed):
        why = f"{len(loose)} trên {len(timed)} dòng chỉ ghi «Thường xuyên» hoặc cả năm, không có hạn theo kế hoạch."
        yield _whole("note", "", why, "ghi ngày, kỳ hoặc số lần cho việc nào có thể")


def numbers_outside_papi(signed: DocumentRead, context: Context) -> Iterator[PlanFinding]:
    """A numbered group of a PAPI plan whose name is none of the eight indices."""
    if not any("papi" in fold(paragraph.text) for paragraph in signed.document.paragraphs):
        return
    for row in signed.rows:
        name = fold(row.own("index"))
        if row.own("number").isdigit() and name and not _PAPI.search(name):
            why = "Nhóm có số thứ tự nhưng không phải một trong 8 nội dung của PAPI."
            yield _at(row, "note", row.said("index"), why, "không tính nhóm này khi tổng hợp theo chỉ số")


def _has_no_deadline(time: str, year: int) -> bool:
    whens = read_phrase(time, year).when
    return bool(whens) and all(_is_loose(when) for when in whens)


def _is_loose(when: When) -> bool:
    match when:
        case Standing():
            return True
        case Once(Window(start, end)):
            return start == date(start.year, 1, 1) and end == date(start.year, 12, 31)
        case Each("year", None):
            return True
    return False


def _at(row: HeadedRow, level: Level, found: str, why: str, repair: str) -> PlanFinding:
    return PlanFinding(level, "", "", "", None, " ".join(found.split()), why, repair, row.place)


def _whole(level: Level, found: str, why: str, repair: str, place: str = "") -> PlanFinding:
    return PlanFinding(level, "", "", "", None, found, why, repair, place)
