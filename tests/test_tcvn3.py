"""Text older than Unicode: TCVN3 becomes the same Vietnamese, and Vietnamese is never taken for TCVN3."""

from __future__ import annotations

import shutil
import subprocess
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packages import to_tcvn3

from models.appendix.opening import read_here
from models.appendix.tcvn3 import from_tcvn3, is_tcvn3_font, looks_like_tcvn3
from models.office_file import OfficeFileError

SENTENCE = "Ủy ban nhân dân xã tổ chức thực hiện kế hoạch; các đơn vị báo cáo được định kỳ, thường xuyên."
LOWER = "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ 0123456789.,;-/()"


def test_every_byte_is_what_iconv_says() -> None:
    if shutil.which("iconv") is None:
        pytest.skip("không có iconv để so sánh")
    for byte in range(0xA0, 0x100):
        said = subprocess.run(["iconv", "-f", "TCVN", "-t", "UTF-8"], input=bytes([byte]), capture_output=True)
        theirs = said.stdout.decode()
        ours = from_tcvn3(chr(byte))
        # A tone alone has no vowel to stand on: there the byte is a sign of Windows («30°»), and stays one.
        assert ours == (chr(byte) if unicodedata.combining(theirs) else theirs), hex(byte)


def test_a_tone_after_its_vowel_is_one_letter() -> None:
    assert from_tcvn3("A\xb3, \xa2\xb3, o\xb2, m\xb2, 30\xb0C") == "Á, Ấ, õ, m², 30°C"


def test_fonts_ending_in_h_draw_capitals() -> None:
    assert from_tcvn3(to_tcvn3("ủy ban nhân dân"), ".VnTimeH") == "ỦY BAN NHÂN DÂN"


@pytest.mark.parametrize(
    ("font", "is_old"),
    [(".VnTime", True), (".VnArial Narrow", True), ("ABCDEF+.VnTimeH", True), (".vntime", True),
     ("Times New Roman", False), ("VNI-Times", False), ("", False)],
)  # fmt: skip
def test_the_font_tells(font: str, is_old: bool) -> None:
    assert is_tcvn3_font(font) is is_old


@given(st.text(LOWER))
def test_what_was_written_in_tcvn3_comes_back(text: str) -> None:
    assert from_tcvn3(to_tcvn3(text)) == text


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8"])
def test_a_text_in_tcvn3_is_recognised_by_its_words(tmp_path: Path, encoding: str) -> None:
    old = tmp_path / "cu.txt"
    old.write_bytes(to_tcvn3(f"{SENTENCE}\ntt\tnhiệm vụ\n1\tcông khai").encode(encoding))
    document = read_here(old)
    assert [paragraph.text for paragraph in document.paragraphs] == [SENTENCE]
    assert [cell.text for table in document.tables for row in table.rows for cell in row.cells][1] == "nhiệm vụ"
    assert document.remarks == ("chữ đã đổi từ mã TCVN3 (phông .Vn…) sang Unicode; hãy soát lại bằng mắt.",)


@pytest.mark.parametrize(
    "text",
    [SENTENCE, unicodedata.normalize("NFD", SENTENCE), "Plan d'action générale de la préfecture, été 2026", ""],
)
def test_other_text_is_left_as_it_is(text: str) -> None:
    assert not looks_like_tcvn3(text)


def test_bytes_of_no_known_encoding_are_refused(tmp_path: Path) -> None:
    """Windows-1258 has the letters of TCVN3's bytes too, and other words: better no words than wrong ones."""
    (tmp_path / "la.txt").write_bytes(unicodedata.normalize("NFD", "Kế hoạch").encode("cp1258", "ignore") + b"\xf0\xfe")
    with pytest.raises(OfficeFileError, match="tệp này là loại tệp không nhận ra; đọc được: Word"):
        read_here(tmp_path / "la.txt")
