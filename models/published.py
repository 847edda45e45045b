"""One disclosure as somebody says it was made, and whether what is said of it holds together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlsplit

from models.acts import ActRefused, check_past, clean
from models.files import Kept
from models.tables import Obligation
from rules.law.disclosures import CHANNELS, Item, channels_on, item_named
from rules.vietnamese import dmy

BOARD, PORTAL, LOUDSPEAKER, MEETING, WRITING = "bang-tin", "cong", "truyen-thanh", "hop", "van-ban"


@dataclass(frozen=True, slots=True)
class Published:
    """One disclosure as somebody says it was made, with its proof."""

    item: str
    channel: str
    day: date
    place: str = ""
    link: str = ""
    times: str = ""  # broadcast times
    until: date | None = None  # last day of the broadcasts
    document: str = ""  # biên bản niêm yết, giấy mời họp, văn bản thông báo
    file: Kept | None = None


def _cleaned(made: Published) -> Published:
    """`made` with every text a person typed as it is kept. Raises ActRefused."""
    return replace(
        made, place=clean("Nơi", made.place), link=clean("Đường dẫn", made.link),
        times=clean("Giờ phát", made.times), document=clean("Văn bản", made.document),
    )  # fmt: skip


def checked(row: Obligation, made: Published, now: datetime) -> tuple[Published, Item]:
    """`made` as it is kept and the item it is, once everything said of it holds together. Raises ActRefused."""
    made = _cleaned(made)
    if made.item not in row.items:
        known = "; ".join(f"{slug} ({item_named(slug).name})" for slug in row.items) or "không có"
        raise ActRefused(f"Việc này không công khai nội dung «{made.item}»; các nội dung: {known}.")
    item = item_named(made.item)
    allowed = [channel.channel for channel in channels_on(item, made.day)]
    if made.channel not in allowed:
        names = "; ".join(f"{channel} ({CHANNELS[channel]})" for channel in allowed)
        raise ActRefused(f"«{item.name}» công khai theo các hình thức: {names}; đọc được «{made.channel}».")
    check_past("Ngày công khai", made.day, row, now)
    _check_told(made)
    return made, item


def _check_told(made: Published) -> None:
    """Each channel has something without which nobody can look it up later."""
    link = urlsplit(made.link)
    if made.channel == PORTAL and not (link.scheme in ("http", "https") and link.hostname):
        raise ActRefused(f"Đăng trên Cổng cần đường dẫn http(s) đầy đủ; đọc được «{made.link[:80]}».")
    if made.channel in (BOARD, MEETING) and not made.place:
        raise ActRefused("Cần ghi nơi niêm yết hoặc nơi họp, ví dụ «trụ sở UBND, nhà văn hóa thôn 1».")
    if made.channel == LOUDSPEAKER and not (made.times and made.until):
        raise ActRefused("Truyền thanh cần giờ phát và ngày phát cuối, ví dụ 06:00 và 17:00, đến 03/07/2024.")
    if made.until and made.until < made.day:
        raise ActRefused(f"Ngày phát cuối {dmy(made.until)} đứng trước ngày phát đầu {dmy(made.day)}.")
    if made.channel == WRITING and not made.document:
        raise ActRefused("Thông báo bằng văn bản cần số, ký hiệu văn bản.")
