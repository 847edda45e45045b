"""The table of bad files (cases/bad_files.yaml) as files: what is changed in a good one, and what must be said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from models.calendar_file import read_notices
from models.office_file import MOST_BYTES
from models.people_file import read_people
from models.plan_file import read_plan

HERE = Path(__file__).parent
TABLE = YAML(typ="safe").load((HERE / "cases" / "bad_files.yaml").read_text(encoding="utf-8"))
GOOD: dict[str, str] = TABLE["good"]
READERS: dict[str, Callable[[Path], Any]] = {"plan": read_plan, "people": read_people, "calendar": read_notices}


def changed(kind: str, how: dict[str, str] | str) -> str:
    """The good file of `kind` with each text replaced where it stands, or a whole file."""
    if isinstance(how, str):
        return how
    text = GOOD[kind]
    for old, new in how.items():
        assert text.count(old) == 1, f"«{old}» must stand once in the good {kind}"
        text = text.replace(old, new)
    return text


def kind_of(case: dict[str, Any]) -> str:
    return next(kind for kind in READERS if kind in case)


def lines_of(case: dict[str, Any], file: Path) -> list[str]:
    """The lines a person is told, in full."""
    says = [case["says"]] if isinstance(case["says"], str) else case["says"]
    return [f"{file}{',' if line.startswith(('dòng', '«')) else ':'} {line}" for line in says]


NOT_UTF8 = "không phải UTF-8 ({}); hãy lưu lại tệp với bảng mã Unicode UTF-8."
TOO_DEEP = "dòng {}: lồng sâu quá 30 tầng, không phải tệp của chương trình này."
LONG = "đọc được «rất dài rất dài rất dài rất dài rất dài rất dài rất dài rất … ({} ký tự)»."
PLAN = GOOD["plan"].encode()

# Files that cannot be written into a table of texts: what stands in the plan (or where it is) -> what is said.
BYTES: dict[str, tuple[bytes, str]] = {
    "UTF-16": (GOOD["plan"].encode("utf-16"), "dòng 1: " + NOT_UTF8.format("UTF-16")),
    "UTF-16 that does not say so": (GOOD["plan"].encode("utf-16-le"), "dòng 6: " + NOT_UTF8.format("UTF-16")),
    "TCVN3": (PLAN.replace("Kế hoạch".encode(), b"K\xd5 ho\xb9ch"), "dòng 6: " + NOT_UTF8.format("byte 0xD5")),
    "Windows-1258": (PLAN.replace("ế".encode(), b"\xea\xec"), "dòng 6: " + NOT_UTF8.format("byte 0xEA")),
    "cut inside a letter": (PLAN[: PLAN.index(b"\xe1") + 1], "dòng 6: " + NOT_UTF8.format("byte 0xE1")),
    "zero bytes": (PLAN.replace(b"kh-thu", b"kh\0thu"), "dòng 2: có ký tự điều khiển U+0000; hãy xóa đi."),
    "huge": (b"#" * (MOST_BYTES + 1), "tệp lớn hơn 4 MB, không phải tệp của chương trình này."),
    "thousands of brackets": (b"nhiem-vu: " + b"[" * 5000, TOO_DEEP.format(1)),
    "lists in lists in lists": (b"nhiem-vu:\n  " + b"- " * 40 + b"x", TOO_DEEP.format(2)),
    "a text of hundreds of words": (
        PLAN.replace(b"trich: ", b"trich: " + "rất dài ".encode() * 130),
        "dòng 27, «nhiem-vu» B02 «trich»: dài quá 1000 ký tự; " + LONG.format(1064),
    ),
}


def bad_files(folder: Path) -> Iterator[tuple[str, str, Path, list[str]]]:
    """Every bad file, written: its name, its kind, where it is and the lines it gives."""
    for number, (name, case) in enumerate(TABLE["bad"].items()):
        file = folder / f"{kind_of(case)}-{number}.yaml"
        file.write_text(changed(kind_of(case), case[kind_of(case)]), encoding="utf-8")
        yield name, kind_of(case), file, lines_of(case, file)
    for number, (name, (raw, says)) in enumerate(BYTES.items()):
        file = folder / f"bytes-{number}.yaml"
        file.write_bytes(raw)
        yield name, "plan", file, lines_of({"says": says}, file)
