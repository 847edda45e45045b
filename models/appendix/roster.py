"""A people file to be filled in: a line for each role the units of a proposed plan need held."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from models.appendix.proposal import Proposal

_ABOVE = "cap-tren"
_HEADS = ("ubnd", "lanh-dao-ubnd")
_OPENING = """\
# Danh sách người nhận thư, soạn từ kế hoạch đề xuất; điền vào chỗ trống rồi nạp cùng kế hoạch.
# nguoi: mỗi người một dòng; ma là mã tự đặt, không dấu (nguyen-van-a).
# vai-tro: ai giữ việc nào, từ ngày nào (YYYY-MM-DD).
# vai: can-bo trực tiếp làm, phu-trach nhận thư khi trễ, chu-tich nhận thư khi trễ lâu. Bỏ dòng nào không dùng.
nguoi:
  - {ma: "", ten: "", chuc-vu: "", email: ""}
"""


def write_roster(proposal: Proposal) -> str:
    """The YAML of a people file for the units of `proposal`; blanks are refused by name until they are filled."""
    units: Sequence[Mapping[str, str]] = proposal.head["don-vi"]
    led = Counter(task.keys.get("chu-tri") for task in proposal.tasks)
    done = Counter(unit for task in proposal.tasks for unit in task.keys["thuc-hien"])
    lines = [line for unit in units for line in _roles(unit, led[unit["ma"]], done[unit["ma"]])]
    return "\n".join([_OPENING, "vai-tro:", *lines, "", '# Ai nhận thư không có người nhận.\nhop-thu-chung: ""', ""])


def _roles(unit: Mapping[str, str], led: int, done: int) -> Iterator[str]:
    if unit["quan-he"] == _ABOVE:
        return
    yield f"  # {unit['ten']}: chủ trì {led} nhiệm vụ, thực hiện {done}"
    kinds = ["can-bo", "phu-trach"] if unit["quan-he"] == "noi-bo" else ["can-bo"]
    kinds += ["chu-tich"] if unit["ma"] in _HEADS else []
    for kind in kinds:
        yield f'  - {{nguoi: "", don-vi: {unit["ma"]}, vai: {kind}, tu: ""}}'
