"""Text in TCVN3, the encoding of the fonts .VnTime and their family before Unicode, turned into Vietnamese."""

from __future__ import annotations

import re
import unicodedata

# TCVN 5712:1993 from 0xA0 on, as the fonts draw it. 0xB0-0xB4 are the five tones, each after its vowel.
_HIGH = (
    "\u00a0ĂÂÊÔƠƯĐăâêôơưđẰ\u0300\u0309\u0303\u0301\u0323àảãáạẲằẳẵắẴ"
    "ẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịò"
    "ỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ"
)
_LETTERS = {0xA0 + at: letter for at, letter in enumerate(_HIGH) if not unicodedata.combining(letter)}
_TONES = {chr(0xA0 + at): tone for at, tone in enumerate(_HIGH) if unicodedata.combining(tone)}
_VOWEL = "[AEIOUYaeiouy\xa1-\xa6\xa8-\xad]"
_TONED = re.compile(f"({_VOWEL})([{''.join(_TONES)}])|[\xa0-\xff]")  # the sign of «30°» stands after no vowel and stays
_VIETNAMESE = re.compile("[\u0300-\u1eff]")  # tones and letters no Windows-1252 has
_COMMON = frozenset(  # words with marks that every plan has many of
    ("của", "và", "các", "được", "thực", "kế", "hoạch", "định", "đơn", "vị", "ủy", "dân", "thường", "xuyên", "tổ",
     "chức", "nhiệm", "vụ", "hiện")
)  # fmt: skip
_FEWEST, _SHARE = 4, 0.05  # different common words, and how many of all words they are


def is_tcvn3_font(font: str) -> bool:
    """Whether text in `font` is TCVN3; a font kept in part in a PDF is called «ABCDEF+.VnTime»."""
    return font.rpartition("+")[2].lower().startswith(".vn")


def from_tcvn3(text: str, font: str = "") -> str:
    """TCVN3, read as Latin-1 or Windows-1252, as Unicode; fonts ending in H draw capitals only."""
    words = unicodedata.normalize("NFC", _TONED.sub(_letter, text))
    return words.upper() if font.endswith("H") else words


def looks_like_tcvn3(text: str) -> bool:
    """Whether `text`, read as Windows-1252, makes Vietnamese words only when taken as TCVN3; in doubt, no."""
    if _VIETNAMESE.search(text):
        return False
    words = re.findall(r"\w+", from_tcvn3(text).lower())
    common = [word for word in words if word in _COMMON]
    return len(set(common)) >= _FEWEST and len(common) >= _SHARE * len(words)


def _letter(found: re.Match[str]) -> str:
    vowel, tone = found.groups()
    return vowel.translate(_LETTERS) + _TONES[tone] if vowel else found[0].translate(_LETTERS)
