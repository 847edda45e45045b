"""What is wrong with a value, in one Vietnamese sentence: what was found, what was expected, what to do."""

from __future__ import annotations

import errno
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

LONGEST_SHOWN = 60
CODE = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
EMAIL = r"^[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$"
SHA256 = r"^[0-9a-f]{64}$"

_SHAPES = {
    CODE: "cần một mã chỉ gồm chữ không dấu, số, dấu chấm và gạch nối, bắt đầu bằng chữ hoặc số",
    EMAIL: "cần một địa chỉ thư điện tử không dấu, ví dụ ten@xa.gov.vn",
    SHA256: "cần 64 chữ số thập lục phân (0-9, a-f), chữ thường",
}
_EXPECTED = {
    "day": "cần một ngày có thật viết dạng YYYY-MM-DD, ví dụ 2024-07-03",
    "string_type": "cần chữ",
    "string_unicode": "cần chữ đọc được",
    "string_too_short": "không được để trống",
    "string_too_long": "dài quá {max_length} ký tự",
    "int_type": "cần số nguyên",
    "int_parsing": "cần số nguyên",
    "float_parsing": "cần một số",
    "path_type": "cần đường dẫn tới một tệp hoặc thư mục",
    "bool_type": "cần true hoặc false",
    "bool_parsing": "cần true hoặc false",
    "tuple_type": "cần một danh sách",
    "model_type": "cần một nhóm khóa",
    "model_attributes_type": "cần một nhóm khóa",
    "greater_than_equal": "cần số từ {ge} trở lên",
    "less_than_equal": "cần số không quá {le}",
}


def explain(detail: Mapping[str, Any]) -> str:
    """The sentence for one of pydantic's errors."""
    found, context = detail["input"], detail.get("ctx", {})
    match detail["type"]:
        case "missing" | "union_tag_not_found":
            return "thiếu khóa này; hãy ghi thêm."
        case "invalid_key":
            return f"có khóa không phải là chữ; đọc được {shown(found)}."
        case "hidden_character":
            return f"chứa ký tự điều khiển hoặc ký tự ẩn {context['code']} ở vị trí {context['at']}; hãy xóa đi."
        case "value_error":
            return str(context["error"])
        case "union_tag_invalid":
            return _one_of(context["expected_tags"], found["kieu"])
        case "literal_error":
            return _one_of(context["expected"], found)
        case "string_pattern_mismatch":
            return f"{_SHAPES[context['pattern']]}; đọc được {shown(found)}."
        case kind if found is None:
            return f"không được để trống; {_expected(kind, context)}."
        case kind:
            return f"{_expected(kind, context)}; đọc được {shown(found)}{_quote(kind, found)}."


def stray_key(meant: str | None) -> str:
    """The sentence for a key nobody knows, with the one it was probably meant to be."""
    hint = f"có phải «{meant}»?" if meant else "hãy sửa chính tả hoặc bỏ đi."
    return f"khóa lạ, chương trình không biết; {hint}"


def _expected(kind: str, context: Mapping[str, Any]) -> str:
    return _EXPECTED.get(kind, "giá trị không dùng được").format(**context)


def _one_of(expected: str, found: object) -> str:
    options = expected.replace("'", "").replace(" or ", ", ").split(", ")
    hint = ", hãy đặt trong ngoặc kép" if not isinstance(found, str) and str(found) in options else ""
    return f"cần một trong {', '.join(options)}; đọc được {shown(found)}{hint}."


def _quote(kind: str, found: object) -> str:
    return ", hãy đặt trong ngoặc kép" if kind == "string_type" and isinstance(found, int | float) else ""


def shown(value: object) -> str:
    """`value` as an error shows it: short, on one line, whatever it is."""
    match value:
        case None:
            return "chỗ trống"
        case bool():
            return str(value).lower()
        case str():
            short = value if len(value) <= LONGEST_SHOWN else f"{value[:LONGEST_SHOWN]}… ({len(value)} ký tự)"
            return one_line(f"«{short}»")
        case int() if value.bit_length() > 64:
            return "một số quá lớn"
        case int() | float():
            return f"{value}"
        case Mapping():
            return "một nhóm khóa"
        case Sequence():
            return "một danh sách"
        case _:
            return "một giá trị có thẻ"


def one_line(text: str) -> str:
    """`text` without line breaks and characters a terminal would obey: they are written out."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def first_hidden(text: str) -> tuple[int, str] | None:
    """The place and code of the first control or invisible character; mail headers must never get one."""
    for place, character in enumerate(text, start=1):
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
            return place, f"U+{ord(character):04X}"
    return None


def perhaps(word: str, known: Iterable[str]) -> str:
    """«; có phải «chu-tri»?» when one of `known` is near `word`, else nothing."""
    near = nearest(word, known)
    return f"; có phải «{near}»?" if near else "."


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The one of `known` that `word` was probably meant to be."""
    names = {_bare(name): name for name in known}
    found = get_close_matches(_bare(word), names, n=1, cutoff=0.75)
    return names[found[0]] if found else None


def _bare(word: str) -> str:
    apart = unicodedata.normalize("NFD", word.casefold().replace("đ", "d"))
    kept = "".join(c for c in apart if not unicodedata.combining(c))
    return kept.replace("_", "-").replace(" ", "-")


_OPENING = {
    errno.ENOENT: "không có tệp này",
    errno.EISDIR: "đây là thư mục, không phải tệp",
    errno.ENOTDIR: "đường dẫn đi qua một tệp không phải thư mục",
    errno.EACCES: "không có quyền đọc tệp này",
    errno.EPERM: "không có quyền đọc tệp này",
    errno.ELOOP: "liên kết trỏ vòng về chính nó",
    errno.ENAMETOOLONG: "tên tệp quá dài",
}


def explain_opening(error: OSError) -> str:
    """The sentence for a file that could not be opened or read."""
    why = _OPENING.get(error.errno or 0) or f"lỗi {errno.errorcode.get(error.errno or 0, 'không rõ')} khi đọc đĩa"
    return f"không đọc được tệp: {why}."
