"""The documents printed by LibreOffice: no heading wraps, one font, heads on every page."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from read_back import COMPLAINTS, PAPI, URGING, all_documents

PRINTED = ("soffice", "pdftotext", "pdffonts")
missing = [program for program in PRINTED if shutil.which(program) is None]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the documents as PDF."""
    folder = tmp_path_factory.mktemp("printed")
    names = [PAPI, COMPLAINTS, URGING]
    for name in names:
        (folder / name).write_bytes(all_documents()[name])
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        folder,
        *(folder / n for n in names),
    ]
    subprocess.run(command, capture_output=True, check=True, timeout=180)
    return folder


@pytest.mark.real
@pytest.mark.skipif(bool(missing), reason=f"cần {', '.join(missing)} để in thử")
@pytest.mark.parametrize("name", [PAPI, COMPLAINTS, URGING])
def test_on_paper_no_heading_wraps_and_the_font_is_one(printed: Path, name: str) -> None:
    pdf = printed / name.replace(".docx", ".pdf")
    lines = [line.strip() for line in output("pdftotext", "-layout", "-l", "1", pdf, "-").splitlines()]
    for words in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "HUYỆN VĂN LÂM",
        "THỊ TRẤN NHƯ QUỲNH",
    ):
        assert any(words in line for line in lines), words
    fonts = {line.split()[0].split("+")[-1] for line in output("pdffonts", pdf).splitlines()[2:]}
    assert fonts
    assert all(font.startswith(("LiberationSerif", "TimesNewRoman")) for font in fonts), fonts


@pytest.mark.real
@pytest.mark.skipif(bool(missing), reason=f"cần {', '.join(missing)} để in thử")
def test_on_paper_a_table_shows_its_head_on_every_page_and_pages_are_numbered(printed: Path) -> None:
    pages = output("pdftotext", "-layout", printed / PAPI.replace(".docx", ".pdf"), "-").split("\f")
    first = next(number for number, page in enumerate(pages) if "A. NHIỆM VỤ CÓ HẠN" in page)
    for page in pages[first : first + 3]:
        assert "Nhiệm vụ" in page
        assert "Minh chứng" in page
    assert [pages[number].split()[0] for number in (1, 2, first + 1)] == ["2", "3", "2"]
    assert pages[0].split()[0] == "(Dự"


def output(*command: str | Path) -> str:
    """What a program prints."""
    return subprocess.run([*map(str, command)], capture_output=True, text=True, check=True).stdout
