"""Each line of an appendix as a proposed plan task: its code, name, units, times, citation and what is doubtful."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from models.appendix.columns import Column
from models.appendix.faults import Faults
from models.appendix.kinds import kind_of
from models.appendix.lines import Line
from models.appendix.points import bare, letters_of, line_of, passage_of, points_of, shortened, unlettered
from models.appendix.proposal import ProposedTask
from models.appendix.times import schedule_of
from models.appendix.units import Units

# Where counts hide that should stand under the time.
_ELSEWHERE: dict[Column, str] = {"task": "Nhiệm vụ", "result": "Kết quả", "note": "Ghi chú"}
_INDEXES = 9
_GROUPED = re.compile(r"^([IVX]+|[A-H])\b")
_NAMELESS = "(dòng không có tên)"
_OPENING = re.compile(r"^(?:nhiệm vụ|nội dung)\s*:\s*", re.IGNORECASE)


@dataclass(slots=True)
class Tasks:
    """The tasks proposed so far, with the units they name and the events they wait for."""

    year: int
    faults: Faults = field(default_factory=Faults)
    units: Units = field(default_factory=Units)
    events: dict[str, str] = field(default_factory=dict)
    found: list[ProposedTask] = field(default_factory=list)
    codes: dict[int, str] = field(default_factory=dict)  # which line became which code, by the line's identity

    def propose(self, lines: Sequence[Line]) -> None:
        """One task for each line, in order."""
        indexed = {line.number for line in lines if line_of(line.index)}
        for line, code in zip(lines, codes_of(lines), strict=True):
            self.codes[id(line)] = code
            self.found.append(self._task(line, code, line.number in indexed))

    def _task(self, line: Line, code: str, indexed: bool) -> ProposedTask:
        name = name_of(line)
        elsewhere = {heading: line.said(column) for column, heading in _ELSEWHERE.items()}
        schedule = schedule_of(line.said("time"), elsewhere, self.year)
        self.events |= schedule.events
        leads = self.units.codes_of(line.said("lead"))
        implementing = [code for code in [*leads[1:], *self.units.codes_of(_uncut(line))] if code not in leads[:1]]
        doubts = (*_doubts(line, leads), *schedule.doubts)
        keys = {
            "ma": code,
            "ten": name,
            "loai": kind_of(name, f"{line.said('task')} {line.said('result')}", schedule.entries),
            **_index(line, indexed),
            "nguon": citation_of(line),
            "dong": [row.place for row in line.rows],
            "trich": line_of(line.said("time")) or None,
            "loi-van": passage_of(line.said("task")) or None,
            "chu-tri": leads[0] if leads else None,
            "thuc-hien": implementing,
            "ket-qua": shortened(line_of(line.said("result")), 900) or None,
            "thoi-han": [dict(entry) for entry in schedule.entries],
            "cho-xac-nhan": True if doubts else None,
            "phat-hien": [
                shortened(said, 900) for said in (*doubts, *self.faults.taken(row.place for row in line.rows))
            ],
        }
        return ProposedTask({key: value for key, value in keys.items() if value is not None}, tuple(line.rows), doubts)


def codes_of(lines: Sequence[Line]) -> list[str]:
    """«P1a» for TT 1, point a; rows that share a point are counted, «P5b1», «P5b2»; rows without a number are too.

    Where groups number their rows anew, the group stands before: «PI.1», «PII.1».
    """
    groups = {(line.number, line.group) for line in lines if line.number}
    anew = len({number for number, _ in groups}) < len(groups)
    stems = [_stem(line, place, anew) for place, line in enumerate(lines, 1)]
    shared, seen = Counter(stems), Counter[str]()
    codes: dict[str, str] = {}  # by their letters whatever their size, in order
    for stem in stems:
        seen[stem] += 1
        parted = f"{stem}{'' if stem[-1:].isalpha() else '.'}{seen[stem]}"
        code = _unused(stem if shared[stem] == 1 else parted, codes)
        codes[code.lower()] = code
    return list(codes.values())


def _unused(code: str, taken: Container[str]) -> str:
    """`code`, or with a number of its own when another line has it, whatever its letters' size."""
    numbered = (f"{code}-{number}" for number in count(2))
    return code if code.lower() not in taken else next(one for one in numbered if one.lower() not in taken)


def name_of(line: Line) -> str:
    """What the task is called: the component it belongs to, and the first thing to be done."""
    points = [_OPENING.sub("", bare(point)) for point in points_of(line.said("task"))]
    first, component = next(filter(None, points), ""), unlettered(line.component)
    if component and first and component != first:
        return f"{shortened(component, 80)}: {shortened(first, 80)}"
    return shortened(component or first or line_of(line.index) or line_of(line.said("result"))) or _NAMELESS


def citation_of(line: Line) -> str:
    """«Phụ lục, TT 1, điểm a»; the rows themselves are named beside it."""
    parts = ["Phụ lục", line_of(line.group), f"TT {line.number}" if line.number else ""]
    parts += [f"điểm {', '.join(letters)}"] if (letters := letters_of(line.component)) else []
    return ", ".join(filter(None, parts)) if line.number or letters else f"Phụ lục, {line.rows[0].place}"


def _stem(line: Line, place: int, anew: bool) -> str:
    group = found[1] if anew and (found := _GROUPED.match(line.group)) else ""
    number = "".join(re.findall(r"[A-Za-z0-9.]+", line.number)).strip(".") or str(place)
    letters = letters_of(line.component)
    joined = f"{letters[0]}-{letters[-1]}" if len(letters) > 1 else "".join(letters)
    return f"P{group}.{number}{joined}" if group else f"P{number}{joined}"


def _index(line: Line, indexed: bool) -> dict[str, Any]:
    letters = letters_of(line.component)
    number = int(line.number) if line.number.isdigit() else 0
    index = {"chi-so": number} if 1 <= number <= _INDEXES and indexed else {}
    return index | ({"thanh-phan": ", ".join(letters)} if letters else {})


def _uncut(line: Line) -> str:
    """The cell of who carries out, without the unit a page break cut off."""
    words = line.said("implementing")
    return re.sub(r"[;,\n][^;,\n]*$", "", words.rstrip()) if line.cut else words


def _doubts(line: Line, leads: Sequence[str]) -> Iterator[str]:
    if line.broken:
        places = "; ".join(row.place for row in line.rows)
        yield f"Ghép từ {len(line.rows)} dòng bị ngắt trang ({places}); cần xác nhận là một nhiệm vụ."
    if line.cut:
        rest = line_of(line.said("implementing")).replace(",", ";").rsplit(";", 1)[-1].strip()
        yield f"Ô đơn vị thực hiện bị cắt ở «{rest}»; phải có người ghi cho đủ."
    if not leads:
        yield "Ô đơn vị chủ trì để trống; phải có người quyết định."
    elif len(leads) > 1:
        yield f"Ô đơn vị chủ trì ghi {len(leads)} đơn vị; lấy đơn vị đầu làm chủ trì, cần xác nhận."
    if not line_of(line.said("task")):
        yield "Ô nhiệm vụ để trống; cần xác nhận phải làm việc gì."
