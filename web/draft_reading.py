"""What a person typed of a task as the plan file's keys: words of time by the phrase reader, units by choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from models.acts import ActRefused
from models.draft_tables import DraftTask, PlanDraft
from models.draft_views import Tried
from models.plan_times import TimesNotRead, TimesRead, TimesSaid, read_times, said_times
from models.views import KINDS
from web.attempts import words_needed, words_typed
from web.forms import Submission

UNIT = "th-"  # opens the name of an implementing unit's box
LONGEST_WORDS = 1000
Keys = dict[str, Any]
# What stands beside the meaning of an entry, and stays when only its words change.
_BESIDE = ("ten", "noi-bo", "tinh-theo", "gia-han", "noi-dung", "can-cu-luat")


def task_typed(sent: Submission, draft: PlanDraft, task: DraftTask, units: Mapping[str, str]) -> Tried:
    """The task as the form has it. Raises ActRefused."""
    times = _times_typed(sent, draft, task.keys)
    typed = {
        "ma": words_needed(sent, "ma", "Mã", 64),
        "ten": words_needed(sent, "ten", "Tên nhiệm vụ", LONGEST_WORDS),
        "loai": _kind(sent),
        "chu-tri": _lead(sent, units),
        "thuc-hien": _implementing(sent, task.keys, units),
        "ket-qua": words_typed(sent, "ket-qua", "Kết quả", LONGEST_WORDS),
        "thoi-han": _marked(sent, times.entries),
        "phat-hien": _remarks(sent, task.keys),
        "cho-xac-nhan": sent.fields.get("chay", "") == "cho",
    }
    kept = {name: value for name, value in {**task.keys, **typed}.items() if name not in typed or value}
    return Tried(kept, times.new_events)


def _remarks(sent: Submission, keys: Mapping[str, Any]) -> list[str]:
    """What is noted of the task, with what the office adds. Raises ActRefused."""
    known, added = list(keys.get("phat-hien", ())), words_typed(sent, "ghi-chu", "Ghi chú", LONGEST_WORDS)
    return [*known, added] if added and added not in known else known


def checkpoint_of(keys: Mapping[str, Any]) -> str:
    """Who set the dates of a task: the plan, the office itself, or one here and one there."""
    marks = {bool(entry.get("noi-bo")) for entry in keys.get("thoi-han", ())}
    return "tung-moc" if len(marks) > 1 else "noi-bo" if True in marks else "ke-hoach"


def said_of(draft: PlanDraft, keys: Mapping[str, Any]) -> TimesSaid:
    """The times of a task as its form offers them; keys that are no times are kept as they are."""
    known = tuple(keys.get("thoi-han", ()))
    try:
        return said_times(known, draft.head.get("su-kien", ()))
    except ValidationError:
        return TimesSaid("", (), known)


def _times_typed(sent: Submission, draft: PlanDraft, keys: Mapping[str, Any]) -> TimesRead:
    """The entries the words mean, and those no words say; words left as they were keep theirs. Raises ActRefused."""
    said, words = said_of(draft, keys), words_typed(sent, "thoi-han", "Thời hạn", LONGEST_WORDS)
    if words == said.words:
        return TimesRead(list(keys.get("thoi-han", ())), [])
    read = _read(words, draft) if words else TimesRead([], [])
    entries = read.entries
    if len(entries) == len(said.spoken):
        entries = [{**new, **_beside(old)} for new, old in zip(entries, said.spoken, strict=True)]
    return TimesRead([*entries, *said.kept], read.new_events)


def _read(words: str, draft: PlanDraft) -> TimesRead:
    year = draft.head.get("ke-hoach", {}).get("nam")
    try:
        return read_times(words, year if isinstance(year, int) else None, draft.head.get("su-kien", ()))
    except TimesNotRead as error:
        raise ActRefused(f"Thời hạn «{words[:80]}» chưa đọc được. {error}") from None


def _beside(entry: Keys) -> Keys:
    return {name: entry[name] for name in _BESIDE if name in entry}


def _marked(sent: Submission, entries: Sequence[Keys]) -> list[Keys]:
    """`entries` with who set their dates."""
    match sent.fields.get("moc", ""):
        case "noi-bo":
            return [{**entry, "noi-bo": True} for entry in entries]
        case "ke-hoach":
            return [{name: value for name, value in entry.items() if name != "noi-bo"} for entry in entries]
        case _:
            return list(entries)


def _kind(sent: Submission) -> str:
    if (kind := sent.fields.get("loai", "")) in KINDS:
        return kind
    raise ActRefused(f"Loại nhiệm vụ cần một trong {', '.join(KINDS.values())}.")


def _lead(sent: Submission, units: Mapping[str, str]) -> str:
    lead = sent.fields.get("chu-tri", "")
    if lead and lead not in units:
        raise ActRefused(f"Không có đơn vị «{lead[:64]}» trong danh sách; xin chọn lại đơn vị chủ trì.")
    return lead


def _implementing(sent: Submission, keys: Mapping[str, Any], units: Mapping[str, str]) -> list[str]:
    """The units ticked: those there already in their order, then the others in the list's."""
    ticked = {code for code in units if sent.fields.get(f"{UNIT}{code}")}
    before = [code for code in keys.get("thuc-hien", ()) if code in ticked]
    return [*before, *(code for code in units if code in ticked - set(before))]
