"""Pictures of how a plan comes in: a signed document imported and reviewed, a year run in advance."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from docx import Document
from playwright.sync_api import Page

from docs.camera import shoot

HOUSE = Path(__file__).resolve().parents[1]
SAID = (
    "Số: 21/KH-UBND",
    "Như Quỳnh, ngày 10 tháng 6 năm 2024",
    "KẾ HOẠCH",
    "Cải cách hành chính 6 tháng cuối năm 2024",
    "UBND thị trấn Như Quỳnh ban hành Kế hoạch cải cách hành chính 6 tháng cuối năm 2024 như sau:",
    "PHỤ LỤC NHIỆM VỤ",
)
ROWS = (
    ("TT", "Nhiệm vụ", "Kết quả", "Đơn vị chủ trì", "Đơn vị phối hợp", "Thời gian"),
    ("1", "Báo cáo cải cách hành chính quý III", "Báo cáo", "Văn phòng UBND", "Các công chức", "Trước ngày 20/9/2024"),
    ("2", "Tập huấn công chức Bộ phận Một cửa", "Ít nhất 1 lần/năm", "Bộ phận Một cửa", "", "Thường xuyên"),
    ("3", "Rà soát thủ tục hành chính đã niêm yết", "Bản rà soát", "Công chức Tư pháp", "Các thôn", "Trong năm 2023"),
)  # fmt: skip


def planning(page: Page, environment: Mapping[str, str], dunghan: str) -> None:
    """The review of an imported plan, and the picture of a quarter run in advance."""
    with tempfile.TemporaryDirectory() as folder:
        page.goto("/ke-hoach/nhap")
        page.set_input_files("input[type=file]", _signed(Path(folder, "ke-hoach-21.docx")))
        page.locator("form:has(input[type=file]) button[type=submit]").click()
        page.wait_for_url("**/ke-hoach/nhap/*")
    shoot(page, f"{page.url}/2", "reviewing", height=1500)
    command = [dunghan, "replay", str(HOUSE / "plans" / "2024-papi-nhu-quynh.yaml"), "--keep", "quy-iii"]
    command += ["--from", "2024-07-01", "--to", "2024-09-30"]
    subprocess.run(command, env=dict(environment), check=True, stdout=subprocess.DEVNULL, timeout=600)
    shoot(page, "/dien-tap/quy-iii", "rehearsal", height=1300)


def _signed(path: Path) -> str:
    """A small plan as an office would send it."""
    word = Document()
    for line in SAID:
        word.add_paragraph(line)
    table = word.add_table(rows=0, cols=len(ROWS[0]), style="Table Grid")
    for row in ROWS:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = words
    word.save(str(path))
    return str(path)
