"""What the body of a plan promises by a time: a proposed task for each promise, waiting for a person's word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from models.appendix.closings import closed_period, each_period, without_span
from models.appendix.document import Paragraph
from models.appendix.kinds import kind_of
from models.appendix.points import bare, line_of, shortened
from models.appendix.proposal import ProposedTask, SourceRow
from models.appendix.sections import Sentence, sentences_of
from models.appendix.times import Schedule, schedule_of
from models.appendix.units import Units
from rules.vietnamese import capital, fold

_DATE = r"\d{1,2}/\d{1,2}/\d{4}"
_LEFT = r"(?:(?:6 tháng đầu năm|6 tháng cuối năm|6 tháng|9 tháng|quý [IVX]+|hằng quý|báo cáo năm|năm)\s+)?"
# What promises a time, the most exact first; each is then read by the reader of time phrases.
_TIMES = (
    rf"{_LEFT}(?:trước|chậm nhất|muộn nhất|đến|xong trước|hoàn thành trước)\s+(?:là\s+)?(?:ngày\s+)?{_DATE}",
    r"(?:chậm nhất|muộn nhất|trong thời hạn|trong vòng|trong)\s+(?:là\s+)?\d+\s+(?:ngày làm việc|ngày|tháng)\b[^.;(]*",
    r"ít nhất\s+\d+\s+(?:lần|cuộc|buổi|kỳ)\s*/?\s*(?:mỗi\s+|một\s+)?(?:năm|quý|tháng|tuần)",
    r"(?:định kỳ\s+)?(?:hằng|hàng|mỗi)\s+(?:ngày|tuần|tháng|quý|năm)",
    r"khi (?:phát sinh|có)\s[^.;,(]*",
    r"định kỳ,?\s+thường xuyên|thường xuyên|định kỳ",
)
_ANY_TIME = re.compile("|".join(f"(?:{pattern})" for pattern in _TIMES), re.IGNORECASE)
_CALLS = re.compile(r"^(?:giao|đề nghị|yêu cầu)(?:\s+cho)?\s+", re.IGNORECASE)
_ADDRESSED = (
    "cong chuc ",
    "van phong",
    "uy ban mat tran",
    "cac cong chuc",
    "ban ",
    "dai ",
    "bo phan",
    "phong ",
    "lanh dao",
)
_NO_PROMISE = "muc dich"  # a part of purposes asks nothing of anybody
_ASKED = "Đề xuất từ phần thân của kế hoạch; cần xác nhận là một nhiệm vụ phải theo dõi."
_OWNERLESS = "Mục này không nêu đơn vị chủ trì; phải có người quyết định."


@dataclass(slots=True)
class Duties:
    """The duties proposed so far; `units` and `events` take in what the body names."""

    year: int
    units: Units
    events: dict[str, str]
    found: list[ProposedTask] = field(default_factory=list)

    def propose(self, paragraphs: Iterable[Paragraph]) -> None:
        """A task for every promise of a time in the body, B01, B02 …, in order."""
        for sentence, time in _promises(paragraphs):
            self.found.append(self._duty(f"B{len(self.found) + 1:02d}", sentence, time))

    def _duty(self, code: str, sentence: Sentence, time: str) -> ProposedTask:
        schedule = schedule_of(time, {}, self.year)
        self.events |= schedule.events
        asked = self._addressed(sentence)
        doubts = (_ASKED, *schedule.doubts, *(() if asked else (_OWNERLESS,)))
        entries = _recurring(schedule, sentence.words)
        keys = {
            "ma": code,
            "ten": capital(shortened(bare(sentence.words))),
            "loai": kind_of(sentence.words, sentence.words, entries),
            "nguon": str(sentence.section),
            "dong": [sentence.place],
            "trich": time,
            "loi-van": sentence.words,
            **({"chu-tri": asked[0]} if asked else {}),
            "thuc-hien": asked[1:],
            "thoi-han": entries,
            "cho-xac-nhan": True,
            "phat-hien": [shortened(doubt, 900) for doubt in doubts],
        }
        row = SourceRow(sentence.place, ((str(sentence.section), sentence.words),))
        return ProposedTask(keys, (row,), doubts)

    def _addressed(self, sentence: Sentence) -> list[str]:
        """The units a section speaks to by its heading: «3. Công chức Văn phòng», «6. Đề nghị Ủy ban MTTQ»."""
        heading = _CALLS.sub("", sentence.section.heading)
        return self.units.codes_of(heading) if fold(heading).startswith(_ADDRESSED) else []


def _promises(paragraphs: Iterable[Paragraph]) -> Iterator[tuple[Sentence, str]]:
    for sentence in sentences_of(paragraphs):
        if not fold(sentence.section.part).startswith(_NO_PROMISE):
            for found in _ANY_TIME.finditer(without_span(sentence.words)):
                yield sentence, line_of(found[0]).strip(" ,:")


def _recurring(schedule: Schedule, words: str) -> list[dict[str, Any]]:
    """The entries; a report whose sentence closes the figures of a period falls due after each such period."""
    closed = closed_period(words)
    return [(each_period(entry, closed) if closed else None) or dict(entry) for entry in schedule.entries]
