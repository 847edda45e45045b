"""What a commune must publish (disclosures.yaml): each item, where, within how long and for how long it stays."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Literal, cast, get_args

from rules.deadlines import Posting
from rules.law.reading import (
    LawFileError,
    all_duties,
    check_keys,
    day_under,
    doubt_about,
    doubt_of,
    one_of,
    packaged,
)
from rules.law.records import MEANINGS, Certainty, Doubt
from rules.law.terms import NoDeadlineInLaw, basis_of, deadline_rule, term_in_force
from rules.receipts import Basis
from rules.vietnamese import dmy

Forever = Literal["ca-ky", "thuong-xuyen"]

CHANNELS: Mapping[str, str] = MappingProxyType(
    {
        "cong": "Cổng, trang thông tin điện tử",
        "bang-tin": "Niêm yết",
        "truyen-thanh": "Hệ thống truyền thanh",
        "hop": "Công bố tại cuộc họp",
        "van-ban": "Thông báo bằng văn bản",
    }
)
WITHOUT_DAYS: Mapping[Forever, str] = MappingProxyType(
    {"ca-ky": "suốt kỳ quy hoạch, kế hoạch", "thuong-xuyen": "thường xuyên, cập nhật khi có thay đổi"}
)

_SLUGS = {slug: slug for slug in CHANNELS}
_LEVELS = {"bat-buoc": True, "duoc-dung": False}
_CERTAINTIES = {mark: cast(Certainty, mark) for mark in get_args(Certainty)}
_SPAN = {"tu-ngay", "den-ngay"}
_BASIS = {"van-ban", "dieu", "muc-chac"}


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to publish an item and the days between which the law asks for it or allows it.

    `place` is where it is posted or sent; `when` the condition under which a required channel binds («nơi có hệ thống
    truyền thanh»); `unless` the channels of which any one already used makes this one unnecessary.
    """

    channel: str
    required: bool
    valid_from: date
    valid_to: date | None
    basis: Basis
    place: str = ""
    when: str = ""
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Keep:
    """How long what is published in one channel stays: `length` is a posting duty's slug, or one of WITHOUT_DAYS.

    `basis` is the ground of a length without days; a duty has its own, by the day.
    """

    length: str
    channel: str
    valid_from: date
    valid_to: date | None
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A matter that must be published; `within` is the duty that says how soon (None: no term is known)."""

    slug: str
    name: str
    basis: tuple[Basis, ...]
    within: str | None
    keep: tuple[Keep, ...]
    channels: tuple[Channel, ...]
    note: str


class UnknownItem(LookupError):
    """A name that is no item of the list."""

    def __init__(self, name: str) -> None:
        near = get_close_matches(name, all_items(), n=3)
        hint = f" Gần giống: {', '.join(near)}." if near else ""
        super().__init__(f"Không có nội dung công khai nào tên «{name}».{hint}")


@lru_cache(maxsize=1)
def all_items() -> Mapping[str, Item]:
    """Every item by its slug, read from the package once."""
    doubts = {name: doubt_about(name, row) for name, row in packaged("instruments_to_check.yaml").items()}
    return MappingProxyType(read_items(packaged("disclosures.yaml"), "disclosures.yaml", doubts))


def item_named(slug: str) -> Item:
    """The item with this slug. Raises UnknownItem."""
    try:
        return all_items()[slug]
    except KeyError:
        raise UnknownItem(slug) from None


def channels_on(item: Item, day: date) -> tuple[Channel, ...]:
    """The channels required or allowed for what is published on `day`."""
    return tuple(channel for channel in item.channels if _holds(channel, day))


def required_on(item: Item, day: date) -> tuple[str, ...]:
    """The channels required on `day`, those that another one can replace among them."""
    return tuple(channel.channel for channel in channels_on(item, day) if channel.required)


def missing_channels(item: Item, day: date, used: Collection[str]) -> tuple[str, ...]:
    """The required channels neither used nor replaced by one that was; a condition (`when`) is for people to judge."""
    done = set(used)
    required = (channel for channel in channels_on(item, day) if channel.required)
    return tuple(channel.channel for channel in required if not done & {channel.channel, *channel.unless})


def keeping(item: Item, channel: str, day: date) -> Posting | Forever | None:
    """How long what is put in `channel` on `day` must stay; None where no rule is known.

    Raises NoTermInForce when the posting duty has no term on that day, NoDeadlineInLaw when its term has no number.
    """
    keep = _keep_on(item, channel, day)
    if keep is None:
        return None
    for forever in WITHOUT_DAYS:
        if keep.length == forever:
            return forever
    term = term_in_force(keep.length, day)
    rule = deadline_rule(term)
    if not isinstance(rule, Posting):
        raise NoDeadlineInLaw(term)
    return rule


def keeping_basis(item: Item, channel: str, day: date) -> Basis | None:
    """The ground of `keeping`; None where it is None. Raises NoTermInForce."""
    keep = _keep_on(item, channel, day)
    if keep is None or keep.basis:
        return keep.basis if keep else None
    return basis_of(term_in_force(keep.length, day), day)


def _keep_on(item: Item, channel: str, day: date) -> Keep | None:
    return next((keep for keep in item.keep if keep.channel == channel and _holds(keep, day)), None)


def _holds(row: Channel | Keep, day: date) -> bool:
    return row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)


def read_items(content: Mapping[str, Any], file: str, doubts: Mapping[str, Doubt]) -> dict[str, Item]:
    """The items of a file's content. Raises LawFileError."""
    _check(content, set(), set(), {"che-do", "noi-dung"}, file)
    regimes, items = content.get("che-do", {}), content.get("noi-dung", {})
    for name, row in regimes.items():
        _check(row, set(), set(), {"kenh", "giu"}, f"{file}, «{name}»")
    return {slug: _item(slug, row, regimes, f"{file}, «{slug}»", doubts) for slug, row in items.items()}


def _item(
    slug: str, row: Mapping[str, Any], regimes: Mapping[str, Any], place: str, doubts: Mapping[str, Doubt]
) -> Item:
    _check(row, {"ten"}, {"trong-han", "theo", "ghi-chu"}, {"can-cu", "kenh", "giu"}, place)
    sources = (one_of({"": {}, **regimes}, row, "theo", place), row)
    grounds = [_basis(one, None, f"{place}, can-cu", doubts) for one in row.get("can-cu", [])]
    channels = [_channel(one, f"{place}, kenh", doubts) for source in sources for one in source.get("kenh", [])]
    keeps = [_keep(one, f"{place}, giu", doubts) for source in sources for one in source.get("giu", [])]
    if not grounds or not channels:
        raise LawFileError(place, "cần ít nhất một căn cứ (can-cu) và một kênh (kenh, hoặc theo một chế độ).")
    _check_spans(channels, place)
    _check_spans(keeps, place)
    if loose := {keep.channel for keep in keeps} - {channel.channel for channel in channels}:
        raise LawFileError(place, f"có thời gian giữ cho kênh «{min(loose)}» nhưng không có kênh ấy.")
    within = _duty(row["trong-han"], place) if "trong-han" in row else None
    return Item(slug, row["ten"], tuple(grounds), within, tuple(keeps), tuple(channels), row.get("ghi-chu", ""))


def _channel(row: Mapping[str, Any], place: str, doubts: Mapping[str, Doubt]) -> Channel:
    _check(row, {"kenh", "muc", "tu-ngay"}, {"noi", "khi", *_SPAN, *_BASIS}, {"tru-khi-da"}, place)
    start, end = _span(row, place)
    return Channel(
        channel=one_of(_SLUGS, row, "kenh", place),
        required=one_of(_LEVELS, row, "muc", place),
        valid_from=start,
        valid_to=end,
        basis=_basis(row, end, place, doubts),
        place=row.get("noi", ""),
        when=row.get("khi", ""),
        unless=tuple(one_of(_SLUGS, {"tru-khi-da": slug}, "tru-khi-da", place) for slug in row.get("tru-khi-da", [])),
    )


def _keep(row: Mapping[str, Any], place: str, doubts: Mapping[str, Doubt]) -> Keep:
    forever = isinstance(row, Mapping) and row.get("giu") in WITHOUT_DAYS  # a duty's own term is its ground
    _check(row, {"kenh", "giu", "tu-ngay"}, _SPAN | (_BASIS if forever else set()), set(), place)
    channel, length, (start, end) = one_of(_SLUGS, row, "kenh", place), row["giu"], _span(row, place)
    if forever:
        return Keep(length, channel, start, end, _basis(row, end, place, doubts))
    if not any(MEANINGS[term.fact] == "posted" for term in all_duties()[_duty(length, place)].terms):
        raise LawFileError(place, f"«{length}» không phải nghĩa vụ niêm yết hay đăng tải trong một số ngày.")
    return Keep(length, channel, start, end)


def _basis(row: Mapping[str, Any], end: date | None, place: str, doubts: Mapping[str, Doubt]) -> Basis:
    """The ground a row names; a text seen but perhaps amended while it is cited carries «?», as in basis_of."""
    own = {key: row[key] for key in row if key in _BASIS} if isinstance(row, Mapping) else row
    _check(own, {"van-ban", "muc-chac"}, _BASIS, set(), place)
    certainty = one_of(_CERTAINTIES, row, "muc-chac", place)
    doubt = doubt_of("", doubts.get(row["van-ban"], Doubt()), end)
    return Basis(row["van-ban"], row.get("dieu", ""), "?" if doubt.why and certainty == "S" else certainty)


def _span(row: Mapping[str, Any], place: str) -> tuple[date, date | None]:
    start, end = day_under(row, "tu-ngay", place), day_under(row, "den-ngay", place) if "den-ngay" in row else None
    if end and end < start:
        raise LawFileError(place, f"hết hiệu lực {dmy(end)}, trước ngày có hiệu lực {dmy(start)}.")
    return start, end


def _duty(slug: str, place: str) -> str:
    if slug not in all_duties():
        raise LawFileError(place, f"không có nghĩa vụ «{slug}» trong rules/law/duties.")
    return slug


def _check(row: object, needed: set[str], known: set[str], lists: set[str], place: str) -> None:
    texts = {key: row[key] for key in row if key not in lists} if isinstance(row, Mapping) else row
    check_keys(texts, needed, needed | known | lists, place)


def _check_spans(rows: Iterable[Channel | Keep], place: str) -> None:
    """On each day a channel has one row at most, so that a question has one answer."""
    for earlier, later in pairwise(sorted(rows, key=lambda row: (row.channel, row.valid_from))):
        if earlier.channel == later.channel and (earlier.valid_to is None or later.valid_from <= earlier.valid_to):
            since = dmy(later.valid_from)
            raise LawFileError(place, f"kênh «{later.channel}» có hai dòng cùng hiệu lực từ {since}; chỉ được có một.")
