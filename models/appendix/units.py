"""The units a cell names, told apart, and the same unit named in several ways brought to one code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from models.appendix.points import bare, line_of, points_of
from rules.vietnamese import capital, fold

Relation = Literal["noi-bo", "phoi-hop", "cap-tren"]

# A new unit begins after a comma or «và» only before one of these words: «Trưởng các thôn, phố» is one unit.
_BEGINS = (
    r"UBND|UB\b|Ủy ban|Uỷ ban|HĐND|MTTQ|Mặt trận|Văn phòng|VP\b|Bộ phận|Công chức|Cán bộ|Lãnh đạo|Chủ tịch|"
    r"Phó Chủ tịch|Phòng|Ban\b|Đài|Trạm|Trung tâm|Trường|Các nhà trường|Các trường|Hội\b|Đoàn|Tổ\b|Công an|"
    r"Quân sự|"
    r"Trưởng|Các thôn|Các ngành|Các đoàn thể|Các công chức|Các cán bộ|Các bộ phận|Các đơn vị|Các tổ chức|Sở|Thanh tra|"
    r"Ủy viên|Đảng ủy|Kế toán|Thôn|Bí thư"
)
_SPLIT = re.compile(rf";|(?<!cán bộ)(?<!thôn),(?=\s*(?:{_BEGINS}))|(?<!cán bộ)\s+và\s+(?=(?:{_BEGINS}))", re.IGNORECASE)
# A line begins a unit of its own, unless it ends the name before: «Văn phòng», «UBND» on the next line.
_NEW_LINE = re.compile(rf"(?<!Văn phòng)(?<!Lãnh đạo)(?<!Chủ tịch)(?<!VP)(?<!của)(?<!,)(?<!;)\s*\n(?=(?:{_BEGINS}))")
_TOGETHER = re.compile(r"\s*(?:phối hợp|chủ trì|thực hiện|có liên quan|liên quan)\s*$", re.IGNORECASE)

# Folded words -> one code. The first that is found in a name decides; a name none of them knows makes its own code.
_KNOWN: tuple[tuple[str, str, Relation], ...] = (
    (r"so noi vu", "so-noi-vu", "cap-tren"),
    (r"phong noi vu", "phong-noi-vu", "cap-tren"),
    (r"phong (?:tai chinh|tckh|tc-kh)", "phong-tckh", "cap-tren"),
    (r"(?:ubnd|uy ban nhan dan) (?:huyen|quan|thi xa|thanh pho)", "ubnd-huyen", "cap-tren"),
    (r"(?:ubnd|uy ban nhan dan) tinh", "ubnd-tinh", "cap-tren"),
    (r"lanh dao (?:ubnd|uy ban nhan dan)", "lanh-dao-ubnd", "noi-bo"),
    (r"^(?:pho )?chu tich (?:ubnd|uy ban nhan dan)", "lanh-dao-ubnd", "noi-bo"),
    (r"thanh tra nhan dan|ttnd", "ban-ttnd", "phoi-hop"),
    (r"giam sat dau tu", "ban-gsdtcd", "phoi-hop"),
    (r"dan van", "ban-dan-van", "phoi-hop"),
    (r"mttq|mat tran", "ub-mttq", "phoi-hop"),
    (r"doan the|chinh tri - xa hoi|chinh tri xa hoi", "doan-the", "phoi-hop"),
    (r"hdnd|hoi dong nhan dan", "hdnd", "phoi-hop"),
    (r"nha truong|truong hoc|cac truong (?:mam|tieu|thcs)", "nha-truong", "phoi-hop"),
    (r"tram y te", "tram-y-te", "phoi-hop"),
    (r"lien nganh", "to-lien-nganh", "noi-bo"),
    (r"mot cua", "mot-cua", "noi-bo"),
    (r"van phong|\bvp ubnd", "van-phong", "noi-bo"),
    (r"dai truyen thanh|dai tt\b", "dai-truyen-thanh", "noi-bo"),
    (r"vhxh|vh-xh|van hoa", "vh-xh", "noi-bo"),
    (r"tu phap", "tu-phap", "noi-bo"),
    (r"ldtbxh|ld-tb|thuong binh", "ldtbxh", "noi-bo"),
    (r"tai chinh|ke toan|tc-kt", "tai-chinh", "noi-bo"),
    (r"dia chinh", "dia-chinh", "noi-bo"),
    (r"cong an", "cong-an", "noi-bo"),
    (r"quan su", "quan-su", "noi-bo"),
    (r"thon|to dan pho|\bpho\b", "thon-pho", "noi-bo"),
    (r"can bo|cong chuc|bo phan (?:lien quan|chuyen mon)|cac bo phan", "cong-chuc", "noi-bo"),
    (r"^(?:ubnd|uy ban nhan dan)\b", "ubnd", "noi-bo"),
)
_LONGEST = 48


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit as the plan file keeps it; `known` when the code came from a name of the field, not from its letters."""

    code: str
    name: str
    relation: Relation
    known: bool


@dataclass(slots=True)
class Units:
    """The units met so far; the first name under which one was met is its name."""

    by_code: dict[str, Unit] = field(default_factory=dict)
    spelled: dict[str, list[str]] = field(default_factory=dict)

    def codes_of(self, cell: str) -> list[str]:
        """The codes of the units `cell` names, in order, each once; new ones are taken in."""
        return list(dict.fromkeys(self._taken_in(name) for name in names_in(cell)))

    def listed(self) -> list[dict[str, str]]:
        """The units as «don-vi» of a plan file."""
        return [{"ma": unit.code, "ten": unit.name, "quan-he": unit.relation} for unit in self.by_code.values()]

    def doubtful(self) -> list[str]:
        """Names that no list of the field knows, with the relation assumed of them."""
        return [unit.name for unit in self.by_code.values() if not unit.known]

    def _taken_in(self, name: str) -> str:
        unit = unit_named(name)
        self.by_code.setdefault(unit.code, unit)
        spelled = self.spelled.setdefault(unit.code, [])
        if name not in spelled:
            spelled.append(name)
        return unit.code


def names_in(cell: str) -> list[str]:
    """The units a cell names: «Văn phòng UBND; Trưởng các thôn, phố» names two."""
    listed = _NEW_LINE.sub(";\n", cell)
    pieces: Iterable[str] = (piece for point in points_of(listed) for piece in _SPLIT.split(bare(point)))
    names = (_TOGETHER.sub("", bare(line_of(piece))) for piece in pieces)
    return [name for name in names if name]


def unit_named(name: str) -> Unit:
    """The unit a name means; a name nobody knows is a unit of its own, within the office until a person says not."""
    plain = fold(line_of(name))
    for pattern, code, relation in _KNOWN:
        if re.search(pattern, plain):
            return Unit(code, capital(name), relation, known=True)
    return Unit(code_from(plain), capital(name), "noi-bo", known=False)


def code_from(words: str) -> str:
    """A code made of a name's letters: «to-cong-nghe-so»."""
    letters = "-".join(re.findall(r"[a-z0-9]+", fold(words)))
    if len(letters) > _LONGEST:
        letters = letters[: letters.rfind("-", 0, _LONGEST)]  # whole syllables
    return letters or "don-vi"


def same_names(units: Units) -> Sequence[tuple[str, Sequence[str]]]:
    """Units that the document names in more than one way, for a person to look at."""
    return [(units.by_code[code].name, names) for code, names in units.spelled.items() if len(names) > 1]
