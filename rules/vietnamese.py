"""Dates, weekdays and instants the way an office in Viet Nam writes and counts them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta

import pendulum

ZONE = "Asia/Ho_Chi_Minh"
_HERE = pendulum.timezone(ZONE)  # named by its word, it would be read from its file each time
WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
MORNING = (7, 30)


def dmy(day: date) -> str:
    """«02/07/2024», the form on every page, letter and file."""
    return f"{day:%d/%m/%Y}"


def weekday_dmy(day: date) -> str:
    """«thứ Ba, 02/07/2024»."""
    return f"{WEEKDAYS[day.weekday()]}, {dmy(day)}"


def start_of(day: date) -> datetime:
    """Midnight at which `day` begins in Viet Nam, aware."""
    return pendulum.datetime(day.year, day.month, day.day, tz=ZONE)


def end_of(day: date) -> datetime:
    """The exclusive bound of `day`: «24 giờ» is 00:00 of the day after (BLDS 2015 Đ148.6)."""
    return start_of(day + timedelta(days=1))


def morning_of(day: date) -> datetime:
    """07:30 of `day`, when the morning sweep starts."""
    hour, minute = MORNING
    return pendulum.datetime(day.year, day.month, day.day, hour, minute, tz=ZONE)


def local_day(instant: datetime) -> date:
    """The calendar day in Viet Nam at an aware instant; a naive one is refused."""
    if instant.tzinfo is None:
        raise ValueError(f"thời điểm {instant.isoformat()} không có múi giờ")
    return pendulum.instance(instant).in_timezone(_HERE).date()


def local_time(instant: datetime) -> str:
    """«07:30 18/06/2024» in Viet Nam, for people."""
    return pendulum.instance(instant).in_timezone(_HERE).format("HH:mm DD/MM/YYYY")


def exact_time(instant: datetime) -> str:
    """«07:30:05 18/06/2024» in Viet Nam, where seconds matter."""
    return pendulum.instance(instant).in_timezone(_HERE).format("HH:mm:ss DD/MM/YYYY")


def clock_time(instant: datetime) -> str:
    """«07:30» in Viet Nam."""
    return pendulum.instance(instant).in_timezone(_HERE).format("HH:mm")


def duration_words(span: timedelta) -> str:
    """«2 giờ 5 phút»: how long something took, its two greatest measures."""
    seconds = int(span.total_seconds())
    if seconds < 1:
        return "dưới 1 giây"
    minutes, hours = seconds // 60, seconds // 3600
    measures = ((hours // 24, "ngày"), (hours % 24, "giờ"), (minutes % 60, "phút"), (seconds % 60, "giây"))
    first = next(place for place, (count, _) in enumerate(measures) if count)
    return " ".join(f"{count} {name}" for count, name in measures[first : first + 2] if count)


_LETTERS = {letter: place for place, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
_TONES = {mark: place for place, mark in enumerate("\u0300\u0309\u0303\u0301\u0323", start=1)}  # huyền hỏi ngã sắc nặng


def alphabetical(text: str) -> tuple[list[int], list[int]]:
    """The key that puts words as a Vietnamese dictionary does: letters first (a ă â b … d đ e ê), then tones."""
    letters, tones = [], []
    for char in unicodedata.normalize("NFC", text.casefold()):
        parts = unicodedata.normalize("NFD", char)
        bare = unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES))
        letters.append(_LETTERS.get(bare, ord(bare[0]) - 0x110000))  # what is no letter comes first
        tones.append(next((_TONES[part] for part in parts if part in _TONES), 0))
    return letters, tones


def capital(text: str) -> str:
    """`text` as it starts a sentence; the rest of it stays as it is."""
    return text[:1].upper() + text[1:]


_MARKS = re.compile("[\u0300-\u036f]+")  # every mark that stands over or under a Latin letter


def fold(text: str) -> str:
    """`text` without accents or capitals, đ as d: «Đối thoại» and «doi thoai» are the same."""
    return _MARKS.sub("", unicodedata.normalize("NFD", text.casefold().replace("đ", "d")))
