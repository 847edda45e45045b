"""The rows of a signed appendix: what is blank, carried over a page, counted in the wrong column, led by nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from models.appendix.document import SignedDocument
from models.plan_checks.context import Context
from models.plan_checks.findings import Level, PlanFinding, named
from models.plan_checks.quotas import has_share, times_in
from models.plan_checks.rows import COLUMN_NAMES, AppendixRow, Column, appendix_rows
from rules.deadlines import Window
from rules.phrases import read_phrase
from rules.schedule import Each, Once, Standing, Times, When
from rules.vietnamese import fold

_WHO_AND_WHEN: tuple[Column, ...] = ("lead", "doers", "time")
_LEADERS = re.compile(r"^\W*lanh dao (ubnd|uy ban)")
_PAPI = re.compile(r"tham gia|cong khai|giai trinh|tham nhung|thu tuc hanh chinh|dich vu cong|moi truong|dien tu")
_CUT_OFF = re.compile(r"\S+\s+(?:các|và|của|với|những|tại|hoặc)\s*$")
_MOST_STANDING = 0.5


def blank_cells(document: SignedDocument, context: Context) -> Iterator[PlanFinding]:
    """A row of its own whose task, unit or time is not written."""
    for row in appendix_rows(document):
        if not _begins_task(row):
            continue
        if row.lacks("task"):
            yield _at(
                row, "warning", row["part"], "Dòng chỉ có nhãn, không có nhiệm vụ.", "ghi nhiệm vụ, hoặc gộp dòng"
            )
        elif blank := [COLUMN_NAMES[column] for column in _WHO_AND_WHEN if row.lacks(column)]:
            words = row["part"] or row["task"][:60]
            yield _at(row, "warning", words, f"Để trống: {', '.join(blank)}.", "hỏi người ký kế hoạch rồi ghi đủ")


def rows_carried_over(document: SignedDocument, context: Context) -> Iterator[PlanFinding]:
    """A row with nothing but the end of the one above: a page broke in between."""
    for row in appendix_rows(document):
        if not _begins_task(row) and not row.lacks("task") and all(row.lacks(column) for column in _WHO_AND_WHEN):
            why = "Dòng không có số, đơn vị, thời gian; là phần nối sang trang của dòng trên."
            yield _at(row, "note", row["task"][:60], why, "đọc cùng dòng trên")


def cells_cut_off(document: SignedDocument, context: Context) -> Iterator[PlanFinding]:
    """A cell that ends on a word nothing ends on: «Trưởng các»."""
    for row in appendix_rows(document):
        for column, words in row.words.items():
            if cut := _CUT_OFF.search(words):
                why = f"Ô {COLUMN_NAMES[column]} dừng giữa câu; có thể bị cắt khi ngắt trang."
                yield _at(row, "note", cut[0], why, "đối chiếu với bản đã ký rồi ghi đủ")


def quotas_outside_time(document: SignedDocument, context: Context) -> Iterator[PlanFinding]:
    """A number of times in another column than the time; percentages nobody says when to measure, told once."""
    shares: list[str] = []
    for row in appendix_rows(document):
        if _counts(row["time"], context.year):
            continue
        words = [times for column in ("task", "result") for times in times_in(row[column])]
        if words:
            why = f"Số lần nằm ngoài cột thời gian; cột ấy ghi «{' '.join(row['time'].split()) or 'trống'}»."
            yield _at(row, "warning", "; ".join(words), why, f"ghi «{words[0]}» vào cột thời gian")
        if has_share(row["result"]):
            shares.append(row.place)
    if shares:
        why = f"{len(shares)} dòng có chỉ tiêu phần trăm ở cột kết quả mà không nói đo vào lúc nào."
        yield _whole("note", "", why, "ghi kỳ đo, ví dụ «hằng quý»", named(shares))


def leaders_without_name(document: SignedDocument, context: Context) -> Iterator[PlanFinding]:
    """«Lãnh đạo UBND» leads, and nobody is named."""
    rows = [row for row in appendix_rows(document) if _LEADERS.match(fold(row["lead"]))]
    if rows:
        why = f"Đơn vị chủ trì ở {len(rows)} dòng không nêu tên ai, nên không biết thư nhắc gửi cho người nào."
        yield _whole(
            "note", rows[0]["lead"].strip(), why, "ghi chức danh, và bảng vai trò trong tệp nhân sự", _places(rows)
        )


def rows_without_deadline(document: SignedDocument, context: Context) -> Iterator[PlanFinding]:
    """Most rows say only «Thường xuyên» or a whole year."""
    timed = [row for row in appendix_rows(document) if _begins_task(row) and not row.lacks("task")]
    loose = [row for row in timed if not row.lacks("time") and _has_no_deadline(row["time"], context.year)]
    if timed and len(loose) >= _MOST_STANDING * len(timed):
        why = f"{len(loose)} trên {len(timed)} dòng chỉ ghi «Thường xuyên» hoặc cả năm, không có hạn theo kế hoạch."
        yield _whole("note", "", why, "ghi ngày, kỳ hoặc số lần cho việc nào có thể")


def numbers_outside_papi(document: SignedDocument, context: Context) -> Iterator[PlanFinding]:
    """A numbered group of a PAPI plan whose name is none of the eight indices."""
    if not any("papi" in fold(paragraph.text) for paragraph in document.paragraphs):
        return
    for row in appendix_rows(document):
        name = fold(row["index"])
        if row["number"].strip().isdigit() and name.strip() and not _PAPI.search(name):
            why = "Nhóm có số thứ tự nhưng không phải một trong 8 nội dung của PAPI."
            yield _at(row, "note", row["index"], why, "không tính nhóm này khi tổng hợp theo chỉ số")


def _begins_task(row: AppendixRow) -> bool:
    """A row with a number, a part or a lead of its own, or a time."""
    return any(row[column].strip() for column in ("number", "part", "lead", "time"))


def _counts(time: str, year: int) -> bool:
    return bool(times_in(time)) or any(isinstance(when, Times) for when in read_phrase(time, year).when)


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


def _places(rows: list[AppendixRow]) -> str:
    return named([row.place for row in rows])


def _at(row: AppendixRow, level: Level, found: str, why: str, repair: str) -> PlanFinding:
    return PlanFinding(level, "", "", "", None, " ".join(found.split()), why, repair, row.place)


def _whole(level: Level, found: str, why: str, repair: str, place: str = "") -> PlanFinding:
    return PlanFinding(level, "", "", "", None, found, why, repair, place)
