"""The old plan's file become the new year's: what goes is cut, days cleared or shifted, old words marked as old."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from models.office_file import Fault, OfficeFileError
from models.plan_file import UNNUMBERED, PlanFile
from models.plan_schema import PlanKeys
from models.rollover.carried import Carried
from models.rollover.entries import Dropped, Kept
from models.rollover.yaml_text import Path, cut, fitted, parse, put, words, written_out
from rules.vietnamese import capital

SUPERIOR = "ke-hoach-cap-tren"  # the event of the body above issuing its plan, from which this plan's own day counts
_MARKED = " (theo Kế hoạch "
_OLD_PLAN = " (kế hoạch cũ)"
_OF_YEAR = re.compile(r"^\(\d{4}\) ")
_HEAD = "# Dự thảo"
_OF_THE_OLD = ("ngay", "nguon", "cho-quyet-dinh", "ke-hoach-truoc", "du-thao")
_DATED = ("ngay", "van-ban")


@dataclass(frozen=True, slots=True)
class Superior:
    """The plan of the body above for the new year."""

    day: date
    document: str


Rename = tuple[str, str]


def rewritten(
    plan_file: PlanFile,
    text: str,
    year: int,
    carried: Sequence[Carried],
    superior: Superior | None,
    renames: Iterable[Rename],
) -> CommentedMap:
    """The tree of the new plan's file, questions not yet in it. Raises OfficeFileError for a name that is nowhere."""
    plan = plan_file.document.ke_hoach
    tree = parse(_cut(text, plan_file.source.document, carried))
    _clear(tree, carried)
    _plan_keys(tree["ke-hoach"], plan_file, year)
    for task, one in zip(tree["nhiem-vu"], carried, strict=True):
        _task(task, one, plan, {other.task.ma for other in carried})
    _new_year(tree, plan.nam, year)
    if superior and not _dated_superior(tree, superior):
        text = f"kế hoạch không có sự kiện «{SUPERIOR}» để ghi ngày; hãy khai ở «su-kien» rồi chuyển lại."
        raise OfficeFileError([Fault(str(plan_file.path), None, "--superior-plan", text)])
    for old, new in renames:
        if not sum(_renamed(holder, key, old, new) for holder, key in list(_names(tree))):
            raise OfficeFileError([Fault(str(plan_file.path), None, "--rename", f"không thấy «{old}» ở tên gọi nào.")])
    return tree


def as_read(text: str) -> str:
    """`text` in the letters and line ends it was read in."""
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").removeprefix("\ufeff")


def with_head(text: str, lines: Sequence[str]) -> str:
    """`text` under a head that says what it is; the head of an earlier draft goes."""
    kept = text.splitlines(keepends=True)
    while kept and kept[0].startswith(_HEAD):
        kept.pop(0)
    return "".join([f"{_HEAD} {line}\n" for line in lines] + kept)


def _cut(text: str, whole: CommentedMap, carried: Sequence[Carried]) -> str:
    """`text`, which was read as `whole`, without what goes; an anchor may stand there that is needed later."""
    if "*" in text:
        text = written_out(text)
        whole = parse(text)
    return cut(text, whole, _gone(whole, carried))


def _gone(tree: CommentedMap, carried: Sequence[Carried]) -> Iterator[Path]:
    """The paths of what does not go on."""
    yield from (("ke-hoach", key) for key in _OF_THE_OLD if key in tree["ke-hoach"])
    for place, event in enumerate(tree.get("su-kien", ())):
        yield from (("su-kien", place, key) for key in _DATED if key in event)
    on = {one.task.ma: one for one in carried}
    for place, task in enumerate(tree["nhiem-vu"]):
        if (one := on.get(task["ma"])) is None:
            yield "nhiem-vu", place
            continue
        if "da-xong" in task:
            yield "nhiem-vu", place, "da-xong"
        lost = (index for index, fate in enumerate(one.fates) if isinstance(fate, Dropped))
        yield from (("nhiem-vu", place, "thoi-han", index) for index in lost)


def _clear(tree: CommentedMap, carried: Sequence[Carried]) -> None:
    """What goes and stands inside {…} or […], where no comment hangs on it."""
    on = {one.task.ma for one in carried}
    tree["nhiem-vu"] = tree["nhiem-vu"] or _flow([])  # nothing goes on
    _keep(tree["nhiem-vu"], lambda place, task: task["ma"] in on)
    for keys, names in ((tree["ke-hoach"], _OF_THE_OLD), *((event, _DATED) for event in tree.get("su-kien", ()))):
        for name in names:
            keys.pop(name, None)
    for task in tree["nhiem-vu"]:
        task.pop("da-xong", None)


def _keep(items: CommentedSeq, stays: Callable[[int, Any], bool]) -> None:
    for place in reversed(range(len(items))):
        if not stays(place, items[place]):
            del items[place]


def _plan_keys(keys: CommentedMap, plan_file: PlanFile, year: int) -> None:
    plan = plan_file.document.ke_hoach
    suffix = plan.so.partition("/")[2]
    keys["ma"] = plan.ma.replace(str(plan.nam), str(year)) if str(plan.nam) in plan.ma else f"{plan.ma}-{year}"
    keys.insert(1, "du-thao", True)
    keys["so"] = f"{UNNUMBERED}/{suffix}" if suffix else f"{UNNUMBERED}/KH-UBND"
    keys["nam"] = year
    earlier = CommentedMap(ma=plan.ma, so=plan.so, nam=plan.nam, sha256=plan_file.sha256)
    earlier.fa.set_flow_style()
    keys.insert(list(keys).index("co-quan") + 1, "ke-hoach-truoc", earlier)
    _old_remarks(keys, plan.nam)


def _dated_superior(tree: CommentedMap, superior: Superior) -> bool:
    for event in tree.get("su-kien", ()):
        if event["ma"] == SUPERIOR:
            event["ngay"], event["van-ban"] = superior.day, words(superior.document, in_flow=True)
            return True
    return False


def _task(task: CommentedMap, one: Carried, plan: PlanKeys, codes: set[str]) -> None:
    if _MARKED not in task["nguon"]:
        put(task, "nguon", fitted(task["nguon"], f"{_MARKED}{plan.so} năm {plan.nam})"))
    for ground in task.get("can-cu", ()):
        if _names_plan(ground["van-ban"], plan) and _OLD_PLAN not in ground["van-ban"]:
            put(ground, "van-ban", fitted(ground["van-ban"], f" năm {plan.nam}{_OLD_PLAN}"))
            ground["muc-chac"] = words("?")
    _entries(task, one)
    if "pham-vi" in task:
        _keep(task["pham-vi"], lambda _, code: code in codes)
    _old_remarks(task, plan.nam)


def _names_plan(ground: str, plan: PlanKeys) -> bool:
    return re.search(rf"(?<!\d){re.escape(plan.so)}", ground) is not None


def _entries(task: CommentedMap, one: Carried) -> None:
    kept = [(place, fate) for place, fate in enumerate(one.fates) if isinstance(fate, Kept)]
    entries = task.get("thoi-han", [])
    if len(entries) > len(kept):  # not cut by their lines: they stand inside […]
        _keep(entries, lambda place, _: any(place == stays for stays, _ in kept))
    for entry, (_, fate) in zip(entries, kept, strict=True):
        if fate.window:
            entry["tu"], entry["den"] = fate.window
        if fate.only:
            entry["chi-ky"] = _flow(fate.only)


def _flow(values: Iterable[Any]) -> CommentedSeq:
    found = CommentedSeq(values)
    found.fa.set_flow_style()
    return found


def _old_remarks(keys: CommentedMap, year: int) -> None:
    """What was noted for an earlier plan is kept under its year."""
    remarks = keys.get("phat-hien", [])
    for place, remark in enumerate(remarks):
        if not _OF_YEAR.match(remark):
            put(remarks, place, fitted(f"({year}) {remark}"))


def without_year(remark: str) -> str:
    """A remark as it was first noted."""
    return _OF_YEAR.sub("", remark, count=1)


_TITLES = ("ten", "ket-qua", "noi-nhan")


def _names(tree: CommentedMap) -> Iterator[tuple[CommentedMap, str]]:
    """Where names stand: of the office, the plan, units, events, tasks, results and receivers; never in a quote."""
    plan = tree["ke-hoach"]
    yield from ((plan["co-quan"], key) for key in ("ten", "dia-danh", "cap-tren") if plan["co-quan"].get(key))
    yield plan, "ten"
    yield from ((one, "ten") for group in ("don-vi", "su-kien") for one in tree.get(group, ()))
    for task in tree["nhiem-vu"]:
        yield from ((task, key) for key in _TITLES if task.get(key))
        yield from ((entry, "ten") for entry in task.get("thoi-han", ()) if entry.get("ten"))


def _new_year(tree: CommentedMap, old: int, new: int) -> None:
    for holder, key in _names(tree):
        put(holder, key, re.sub(rf"\bnăm {old}\b", f"năm {new}", holder[key]))


def _renamed(holder: CommentedMap, key: str, old: str, new: str) -> bool:
    changed = re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", lambda _: new, holder[key])
    changed = re.sub(rf"^{re.escape(capital(old))}(?!\w)", lambda _: capital(new), changed)
    if changed == holder[key]:
        return False
    put(holder, key, changed)
    return True
