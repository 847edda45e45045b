"""Files cut off, damaged or endless: each is refused or read, within bounds, never with a traceback."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
import zlib
from pathlib import Path
from time import monotonic

import pytest
from appendices import as_docx, as_xlsx, words_of
from hypothesis import given, settings
from hypothesis import strategies as st
from packages import changed
from printed_pages import page_objects, page_of, said, written
from small_plan import SMALL, refusal

from models.appendix import apart
from models.appendix.opening import open_document, read_here
from models.office_file import OfficeFileError


@pytest.fixture
def docx(tmp_path: Path) -> Path:
    return as_docx(SMALL, tmp_path / "nho.docx")


# ---------------------------------------------------------------- files cut off or damaged


@pytest.fixture(scope="module")
def goods(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    folder = tmp_path_factory.mktemp("goods")
    drawing = said(50, 700, "Bao cao quy", "Cong khai")
    paths = [as_docx(SMALL, folder / "a"), as_xlsx(SMALL, folder / "b"), page_of(folder / "c", drawing)]
    texts = ["KẾ HOẠCH\n\nTT\tHạn\n1\tQuý\n".encode(encoding) for encoding in ("utf-8", "utf-16")]
    return [*(path.read_bytes() for path in paths), *texts]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damaged") / "tep"


def read_or_refuse(path: Path, raw: bytes) -> None:
    """Read, or refuse in one sentence; anything else fails the test."""
    path.write_bytes(raw)
    try:
        said = [f"{path}: {len(read_here(path).blocks)}"]
    except OfficeFileError as error:
        said = [str(fault) for fault in error.faults]
    assert len(said) == 1
    assert said[0].startswith(f"{path}: ")


@settings(deadline=None, max_examples=40)
@given(which=st.integers(0, 4), share=st.floats(0, 1))
def test_a_file_cut_off_anywhere_is_refused_or_read(which: int, share: float, goods: list[bytes], place: Path) -> None:
    raw = goods[which]
    read_or_refuse(place, raw[: int(share * len(raw))])


@settings(deadline=None, max_examples=60)
@given(which=st.integers(0, 4), at=st.floats(0, 1, exclude_max=True), byte=st.integers(0, 255))
def test_a_file_with_a_wrong_byte_is_refused_or_read(
    which: int, at: float, byte: int, goods: list[bytes], place: Path
) -> None:
    raw = bytearray(goods[which])
    raw[int(at * len(raw))] = byte
    read_or_refuse(place, bytes(raw))


@settings(deadline=None, max_examples=15)
@given(
    part=st.sampled_from(
        ["word/document.xml", "word/styles.xml", "word/_rels/document.xml.rels", "[Content_Types].xml"]
    ),
    share=st.floats(0, 1, exclude_max=True),
    length=st.integers(1, 60),
    put=st.sampled_from([b"", b"-1", b'"', b"99999999999", b"<w:p/>", b"<w:tr/>"]),
)
def test_a_part_with_words_changed_is_refused_or_read(
    part: str, share: float, length: int, put: bytes, goods: list[bytes], place: Path
) -> None:
    """Damage inside a package, where its sums are right again."""

    def damaged(xml: bytes) -> bytes:
        at = int(share * len(xml))
        return xml[:at] + put + xml[at + length :]

    place.write_bytes(goods[0])
    read_or_refuse(place, changed(place, {part: damaged}).read_bytes())


# ---------------------------------------------------------------- a process of its own


def test_a_page_that_unpacks_to_gigabytes_ends_with_its_process(tmp_path: Path) -> None:
    packer = zlib.compressobj(9)
    start = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    packed = start + (packer.compress(b" " * 10_000_000) + packer.flush(zlib.Z_FULL_FLUSH)) * 200
    objects = page_objects(b"")
    objects[3] = b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed)
    before = monotonic()
    assert refusal(written(tmp_path / "bom.pdf", objects), open_document) == (
        "đọc tệp cần quá 1000 MB bộ nhớ nên đã dừng. "
        "Hãy giữ lại riêng kế hoạch và phụ lục của nó, hoặc lưu lại tệp bằng Word hay Excel."
    )
    assert monotonic() - before < apart.MOST_SECONDS
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 < apart.MOST_MEMORY * 1.1


@pytest.mark.parametrize("kids", [b"2 0 R 3 0 R", b"3 0 R " * 50_000], ids=["a ring of pages", "one page many times"])
def test_a_tree_of_pages_that_has_no_end_is_read_to_its_end(kids: bytes, tmp_path: Path) -> None:
    objects = page_objects(said(50, 700, "Bao cao quy").encode())
    objects[1] = b"<</Type/Pages/Count 99999/Kids[%s]>>" % kids
    assert words_of(read_here(written(tmp_path / "vong.pdf", objects))) == ["Bao cao quy"]


def test_objects_without_number_are_read_past(tmp_path: Path) -> None:
    """Two hundred thousand of them are 8 MB; a million would be twice the 20 MB a file may have."""
    objects = page_objects(said(50, 700, "Bao cao quy").encode()) + [b"0"] * 200_000
    assert words_of(open_document(written(tmp_path / "nhieu.pdf", objects))) == ["Bao cao quy"]


def test_a_reader_that_takes_too_long_is_stopped(docx: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MOST_SECONDS", 0.05)
    assert refusal(docx, open_document).startswith("đọc tệp quá 0.05 giây nên đã dừng.")


def test_what_a_stopped_reader_started_is_stopped_too() -> None:
    """The grandchild would print after a second; its pipe is closed before."""
    program = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"
    before = monotonic()
    with pytest.raises(subprocess.TimeoutExpired):
        apart.run_alone([sys.executable, "-c", program], 0.5)
    assert monotonic() - before < 10


def test_a_reader_knows_no_secret_of_the_house(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUNGHAN_DATABASE_URL", "postgresql://mat-khau@may")
    ended = apart.run_alone([sys.executable, "-c", "import os; print(sorted(os.environ))"], 30)
    assert b"PATH" in ended.stdout
    assert b"DUNGHAN" not in ended.stdout


@pytest.mark.parametrize(
    ("code", "errors", "sentence"),
    [
        (-signal.SIGXCPU, b"", "đọc tệp cần quá 60 giây tính toán nên đã dừng."),
        (-signal.SIGKILL, b"", "đọc tệp cần quá 60 giây tính toán nên đã dừng."),
        (-signal.SIGSEGV, b"", "phần đọc tệp dừng giữa chừng (mã -11)."),
        (1, b"Traceback\n  ...\nKeyError: 'x'\n", "phần đọc tệp dừng giữa chừng (KeyError: 'x')."),
    ],
)
def test_however_a_reader_ends_a_person_is_told(
    code: int, errors: bytes, sentence: str, docx: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = subprocess.CompletedProcess([], code, b"", errors)
    monkeypatch.setattr(apart, "run_alone", lambda *_: ended)
    assert refusal(docx, open_document).startswith(sentence)


def test_a_module_lying_beside_the_reader_is_not_imported(
    docx: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "openpyxl.py").write_text("raise SystemExit(9)")
    (tmp_path / "docx.py").write_text("raise SystemExit(9)")
    monkeypatch.chdir(tmp_path)
    assert words_of(open_document(docx)) == words_of(SMALL)
