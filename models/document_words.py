"""What a document says: frozen facts as the words an office uses in its templates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from models.official_style import head_lines, in_full, month, signing_power, subject, within
from rules.figures import INTERNAL_OUTCOMES, OUTCOMES, Line, Outcome, Row, by_index, by_unit, line_of, matching, total
from rules.vietnamese import dmy, local_day, local_time

Facts = Mapping[str, Any]
Words = dict[str, Any]
# What a checkpoint of the office's own is called in a template: never a term, so never late.
_CHECKPOINTS: dict[Outcome, str] = {
    "dung-han": "co_minh_chung",
    "tre-han": "co_minh_chung_sau_moc",
    "qua-han": "chua_co_minh_chung",
    "trong-han": "chua_den_moc",
}


def report_words(facts: Facts) -> Words:
    """Every word of a report's template."""
    lines = [line_of(stored) for stored in facts["lines"]]
    cases = [(event, item) for event in facts["events"] for item in event["items"]]
    return {
        **_office(facts),
        **_report(facts),
        "tong": _row_words(0, total(lines)),
        "theo_chi_so": _numbered(_row_words, by_index(lines)),
        "theo_don_vi": _numbered(_row_words, by_unit(lines)),
        "nhiem_vu_cham": _numbered(_line_words, _late(lines)),
        "nhiem_vu_co_han": _numbered(_line_words, matching(lines, internal=False)),
        "moc_noi_bo": _numbered(_line_words, matching(lines, internal=True)),
        "viec_can_luu_y": _numbered(_line_words, _noted(lines)),
        "chi_tieu": _numbered(_quota_words, facts["quotas"]),
        "do_phu": _numbered(_coverage_words, facts["coverage"]),
        "don_vi_nop": _numbered(_part_words, facts["parts"]),
        "su_kien": _numbered(_event_words, facts["events"]),
        "viec": _numbered(_case_words, cases),
        "so_viec": len(cases),
    }


def urging_words(facts: Facts) -> Words:
    """Every word of the template of a công văn đôn đốc."""
    return {
        **_office(facts),
        "so_lieu": f"số liệu lúc {local_time(_as_of(facts))}",
        "tinh_den_ngay": dmy(local_day(_as_of(facts))),
        "han_tra_loi": _dmy(facts["reply_by"]),
        "nhiem_vu": _numbered(_item_words, facts["items"]),
        "so_nhiem_vu": len(facts["items"]),
    }


def _office(facts: Facts) -> Words:
    day, plan, authority = local_day(_as_of(facts)), facts["plan"], facts["authority"]
    signed = date.fromisoformat(plan["signed_on"])
    return {
        "co_quan_cap_tren": head_lines(facts["parent"]),
        "co_quan_ban_hanh": head_lines(authority),
        "ten_co_quan": in_full(authority),
        "dia_danh": facts["place"] or "……………",
        "thang": month(day),
        "nam": day.year,
        "kinh_gui": in_full(facts["receiver"]),
        "quyen_ky": signing_power(authority, facts["signer"]["title"]),
        "nguoi_ky": facts["signer"]["name"],
        "so_ke_hoach": plan["number"],
        "ngay_ke_hoach": f"{signed:%d} tháng {month(signed)} năm {signed.year}",
        "ten_ke_hoach": within(plan["title"]),
    }


def _report(facts: Facts) -> Words:
    report, frozen = facts["report"], facts["frozen"]
    about = subject(report["title"], report["period"])
    taken = local_time(_as_of(facts))
    return {
        "ma_bao_cao": report["code"],
        "trich_yeu": about,
        "noi_dung": within(about),
        "tu_ngay": _dmy(report["start"]),
        "den_ngay": _dmy(report["cut_off"]),
        "han_nop": _dmy(report["legal"]),
        "so_lieu": f"số liệu chốt đến hết ngày {_dmy(report['cut_off'])}" if frozen else f"số liệu lúc {taken}",
        "tam_tinh": not frozen,
    }


def _row_words(number: int, row: Row) -> Words:
    counts = {slug(kind): count for kind, count in row.counts.items()}
    checkpoints = {_CHECKPOINTS.get(kind, slug(kind)): count for kind, count in row.internal.items()}
    moc = {"tong": sum(row.internal.values()), "gom": _kinds(row.internal, INTERNAL_OUTCOMES), **checkpoints}
    return {"tt": number, "ten": row.name, "tong": row.total, "gom": _kinds(row.counts, OUTCOMES), **counts, "moc": moc}


def slug(kind: Outcome) -> str:
    """An outcome as a template names its count: «dung_han»."""
    return kind.replace("-", "_")


def _kinds(counts: Mapping[Outcome, int], names: Mapping[Outcome, str]) -> list[Words]:
    """Each outcome that occurred; a template that prints these lists needs no change when an outcome is added."""
    return [{"ten": names[kind], "so": count} for kind, count in counts.items() if count]


def _late(lines: Sequence[Line]) -> list[Line]:
    """Terms missed, the unfinished first: those need somebody."""
    return [*matching(lines, "qua-han", internal=False), *matching(lines, "tre-han", internal=False)]


def _noted(lines: Sequence[Line]) -> list[Line]:
    """What the figures do not show, and postings taken down too soon: done, but not as the law wants it."""
    return [line for line in lines if line.findings or line.outcome == "khong-du"]


def _line_words(number: int, line: Line) -> Words:
    return {
        "tt": number,
        "ma": line.code,
        "ma_nhiem_vu": line.task,
        "ten": line.title,
        "ky": line.period,
        "don_vi": line.unit,
        "ngay": dmy(line.legal),
        "ngay_xong": dmy(line.done_on) if line.done_on else "",
        "ket_qua": line.result,
        "so_ngay_cham": line.days_late,
        "nguyen_nhan": line.reason,
        "minh_chung": "\n".join(line.evidence),
        "luu_y": "; ".join(finding.rstrip(". ") for finding in line.findings) or line.result,
    }


def _quota_words(number: int, quota: Facts) -> Words:
    words = {"tt": number, "ma": quota["task"], "ten": quota["title"], "tien_do": quota["pace"]}
    return {**words, "ket_qua": quota_result(quota)}


def quota_result(quota: Facts) -> str:
    """Whether a number of times is being reached; half-way through its year it may be, and not yet done."""
    return "Kịp tiến độ" if quota["met"] else "Chậm tiến độ"


def _coverage_words(number: int, item: Facts) -> Words:
    return {"tt": number, "ma": item["task"], "ten": item["title"], "da_co": item["covered"], "tong": item["total"]}


def _part_words(number: int, part: Facts) -> Words:
    done = part["done_on"]
    words = {"tt": number, "don_vi": part["unit"], "moc": _dmy(part["due"]), "ngay_nop": _dmy(done) if done else ""}
    return {**words, "ket_qua": part_result(part), "minh_chung": "\n".join(part["evidence"])}


def part_result(part: Facts) -> str:
    """Whether a unit handed in its figures, and whether by the office's own checkpoint."""
    if not part["done_on"]:
        return "Chưa nộp"
    return "Đã nộp" if part["done_on"] <= part["due"] else "Nộp sau mốc"


def _event_words(number: int, event: Facts) -> Words:
    return {"tt": number, "ma": event["code"], "ten": event["name"], "so_luong": len(event["items"])}


def _case_words(number: int, case: tuple[Facts, Facts]) -> Words:
    event, item = case
    words = {"tt": number, "su_kien": event["name"], "ngay": _dmy(item["day"])}
    return {**words, "van_ban": item["document"], "vu_viec": item["case"]}


def _item_words(number: int, item: Facts) -> Words:
    return {
        "tt": number,
        "ma": item["code"],
        "ten": item["title"],
        "ky": item["period"],
        "han": _dmy(item["legal"]),
        "so_ngay_cham": item["days_late"],
        "don_vi_neu": item["said"],
    }


def _numbered(words: Any, items: Iterable[Any]) -> list[Words]:
    return [words(number, item) for number, item in enumerate(items, 1)]


def _as_of(facts: Facts) -> datetime:
    return datetime.fromisoformat(facts["as_of"])


def _dmy(day: str) -> str:
    return dmy(date.fromisoformat(day))
