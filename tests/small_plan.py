"""A plan of four rows with merged headings, and the one sentence with which a reader refuses a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from appendices import document_of, table_of

from models.appendix.document import Paragraph, SignedDocument
from models.appendix.opening import read_here
from models.office_file import OfficeFileError

SMALL = document_of(
    Paragraph("KẾ HOẠCH", ""),
    Paragraph("PHỤ LỤC NHIỆM VỤ", ""),
    table_of(
        ("TT", "Nhiệm vụ", "Đơn vị", "<", "Thời gian"),
        ("^", "^", "chủ trì", "phối hợp", "^"),
        ("1", "- Báo cáo quý;\n- Công khai", "Văn phòng UBND", "Các thôn", "Trước ngày 03/7/2026"),
        ("", "Niêm yết", "", "", "Thường xuyên"),
    ),
)


def refusal(path: Path, read: Callable[[Path], SignedDocument] = read_here) -> str:
    """The one sentence after the file's name."""
    with pytest.raises(OfficeFileError) as raised:
        read(path)
    (fault,) = raised.value.faults
    assert str(fault).startswith(f"{path}: ")
    assert "\n" not in fault.text
    return fault.text
