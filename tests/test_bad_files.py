"""Files an office could write wrongly: one clear Vietnamese line for each fault, and nothing loaded."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bad_files import BYTES, GOOD, PLAN, READERS, TABLE, bad_files, changed, kind_of, lines_of
from office import HOUSE
from sqlalchemy import Engine, select
from sqlmodel import SQLModel

from deployments.cli import main
from models.office_file import OfficeFileError
from models.plan_file import read_plan
from models.tables import PlanTask, table_of


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, Path, list[str]]]:
    return {name: rest for name, *rest in bad_files(tmp_path_factory.mktemp("bad"))}  # type: ignore[misc]


@pytest.fixture
def good(tmp_path: Path) -> dict[str, Path]:
    """The good files, written."""
    for kind, text in GOOD.items():
        (tmp_path / f"{kind}.yaml").write_text(text, encoding="utf-8")
    return {kind: tmp_path / f"{kind}.yaml" for kind in GOOD}


Run = Callable[..., tuple[int, str, list[str]]]


@pytest.fixture
def dunghan(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command here: its exit code, stdout and the lines of stderr; no store may be opened."""

    def opened(_: object) -> Engine:
        raise AssertionError("the store was opened for a file that cannot be read")

    monkeypatch.setattr("models.store.open_store", opened)

    def run(*arguments: str | Path) -> tuple[int, str, list[str]]:
        monkeypatch.setattr(sys, "argv", ["dunghan", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        out = capsys.readouterr()
        return int(ended.value.code or 0), out.out, out.err.splitlines()

    return run


def load(files: dict[str, Path]) -> tuple[str | Path, ...]:
    return "plan", "load", files["plan"], "--people", files["people"], "--calendar", files["calendar"]


def test_the_good_files_are_good(good: dict[str, Path]) -> None:
    for kind, read in READERS.items():
        read(good[kind])


@pytest.mark.parametrize("name", [*TABLE["bad"], *BYTES])
def test_each_fault_is_one_line(
    name: str, written: dict[str, tuple[str, Path, list[str]]], good: dict[str, Path], dunghan: Run
) -> None:
    kind, file, lines = written[name]
    with pytest.raises(OfficeFileError) as raised:
        READERS[kind](file)
    assert [str(fault) for fault in raised.value.faults] == lines
    command = ("plan", "check", file) if kind == "plan" else load({**good, kind: file})
    assert dunghan(*command) == (2, "", [f"dunghan: {line}" for line in lines])


def test_a_file_that_cannot_be_opened(tmp_path: Path, dunghan: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    loop = tmp_path / "loop.yaml"
    loop.symlink_to(loop)
    for path, why in {
        tmp_path / "none.yaml": "không có tệp này",
        tmp_path: "đây là thư mục, không phải tệp",
        loop: "liên kết trỏ vòng về chính nó",
        tmp_path / ("x" * 300): "tên tệp quá dài",
    }.items():
        line = f"dunghan: {path}: không đọc được tệp: {why}."
        assert dunghan("plan", "check", path) == (2, "", [line])
        assert dunghan("plan", "load", path) == (2, "", [line])

    def forbidden(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", forbidden)
    with pytest.raises(OfficeFileError, match=r"không có quyền đọc tệp này\.$"):
        read_plan(loop)


def test_a_file_without_an_end_is_not_read_to_it(dunghan: Run) -> None:
    assert dunghan("plan", "check", "/dev/zero")[2] == [f"dunghan: /dev/zero: {BYTES['huge'][1]}"]


def test_faults_of_several_files_are_told_at_once(good: dict[str, Path], dunghan: Run) -> None:
    good["plan"].write_text(changed("plan", {"so: 5": "so: 0"}), encoding="utf-8")
    good["people"].write_text("", encoding="utf-8")
    good["calendar"].unlink()
    code, out, lines = dunghan(*load(good))
    assert (code, out) == (2, "")
    assert [line.split("/")[-1] for line in lines] == [
        "calendar.yaml: không đọc được tệp: không có tệp này.",
        "people.yaml: tệp rỗng hoặc chỉ có ghi chú; cần các khóa ở cấp ngoài cùng.",
        "plan.yaml, dòng 22, «nhiem-vu» B01 «thoi-han» mục 1 «han» «so»: cần số từ 1 trở lên; đọc được 0.",
    ]


@pytest.mark.parametrize("name", ["a day that does not exist", "a billion laughs", "TCVN3"])
def test_another_process_sees_no_traceback(name: str, written: dict[str, tuple[str, Path, list[str]]]) -> None:
    _, file, lines = written[name]
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "deployments.cli", "plan", "check", str(file)]
    ended = subprocess.run(command, cwd=HOUSE, env=environment, capture_output=True, encoding="utf-8")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.splitlines() == [f"dunghan: {line}" for line in lines]


# ---------------------------------------------------------------- nothing is loaded


def rows(engine: Engine) -> dict[str, list[Any]]:
    """Every row of every table."""
    with engine.connect() as connection:
        tables = SQLModel.metadata.sorted_tables
        return {table.name: [tuple(row) for row in connection.execute(select(table))] for table in tables}


def titles_in(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        return set(connection.execute(select(table_of(PlanTask).c.title)).scalars())


@pytest.fixture
def loaded(engine: Engine, good: dict[str, Path], dunghan: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command on a database that holds the good files."""
    monkeypatch.setattr("models.store.open_store", lambda _: engine)
    assert dunghan(*load(good), "--from", "2024-01-11")[::2] == (0, [])
    assert {"Báo cáo quý", "Niêm yết"} <= titles_in(engine)
    return dunghan


def test_no_bad_file_changes_a_row(
    engine: Engine, good: dict[str, Path], loaded: Run, written: dict[str, tuple[str, Path, list[str]]]
) -> None:
    before = rows(engine)
    for name, (kind, file, lines) in written.items():
        code, out, err = loaded(*load({**good, kind: file}))
        assert (code, out, err) == (2, "", [f"dunghan: {line}" for line in lines]), name
    assert rows(engine) == before


@pytest.mark.parametrize("name", TABLE["too_late"])
def test_a_load_refused_in_the_middle_leaves_nothing(
    name: str, engine: Engine, good: dict[str, Path], loaded: Run
) -> None:
    before, case = rows(engine), TABLE["too_late"][name]
    kind = kind_of(case)
    good[kind].write_text(changed(kind, case[kind]), encoding="utf-8")
    lines = [f"dunghan: {line}" for line in lines_of(case, good[kind])]
    assert loaded(*load(good)) == (2, "", lines)
    assert rows(engine) == before


def test_the_same_files_again_change_nothing(engine: Engine, good: dict[str, Path], loaded: Run) -> None:
    before = rows(engine)
    assert loaded(*load(good))[0] == 0
    assert rows(engine) == before


def test_a_mended_plan_loads_over_the_old_one(engine: Engine, good: dict[str, Path], loaded: Run) -> None:
    good["plan"].write_text(changed("plan", {"ten: Niêm yết": "ten: Niêm yết công khai"}), encoding="utf-8")
    assert loaded(*load(good))[::2] == (0, [])
    assert {"Báo cáo quý", "Niêm yết công khai"} <= titles_in(engine)


def test_a_document_with_a_line_break_records_no_event(engine: Engine, loaded: Run) -> None:
    before = rows(engine)
    code, out, lines = loaded("event", "record", "hop-dan", "2024-06-19", "--document", "03/GM\nBcc: x@evil.example")
    assert (code, out) == (2, "")
    assert lines == ["dunghan: --document: chứa ký tự điều khiển hoặc ký tự ẩn U+000A ở vị trí 6; hãy xóa đi."]
    assert rows(engine) == before


# ---------------------------------------------------------------- what looks bad and is not


def titles(path: Path, text: str | bytes) -> list[str]:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return [task.ten for task in read_plan(path).document.nhiem_vu]


PARTS = '"Nie\\u0302m ye\\u0302\\u0301t"'  # Niêm yết, each mark a letter of its own
SAME = {
    "a byte order mark": b"\xef\xbb\xbf" + PLAN,
    "line ends of Windows": PLAN.replace(b"\n", b"\r\n"),
    "letters in parts": unicodedata.normalize("NFD", GOOD["plan"]),
    "letters in parts, written out": changed("plan", {"ten: Niêm yết": f"ten: {PARTS}"}),
    "spaces around": changed("plan", {"ten: Niêm yết": 'ten: "  Niêm yết\\n"'}),
    "a quote of two lines": changed("plan", {"trich: niêm": "trich: |\n      «Điều 1.»\n      niêm"}),
    "a value repeated": changed("plan", {"[dia-chinh]": "&x [dia-chinh]", "    trich": "    thuc-hien: *x\n    trich"}),
    "an anchor named twice": changed("plan", {"ma: B01": "ma: &x B01", "ma: B02": "ma: &x B02"}),
}


@pytest.mark.parametrize("what", SAME)
def test_it_reads_the_same(what: str, tmp_path: Path) -> None:
    assert titles(tmp_path / "plan.yaml", SAME[what]) == ["Báo cáo quý", "Niêm yết"]


def test_markup_in_a_title_stays_text(tmp_path: Path) -> None:
    title = '<script>alert("x")</script> {{ 7*7 }} %s'
    text = changed("plan", {"ten: Niêm yết": f"ten: '{title}'"})
    assert titles(tmp_path / "plan.yaml", text) == ["Báo cáo quý", title]


SPLINTERS = ("\t", "\n", ": ", "- ", "[", "}", '"', "'", "*", "&", "!", "!!int ", "|", "%", "@", "\0", "\\", "<<: ")
SPLINTERS += ("? ", "---\n", "null", ".nan", "0x", "\ufeff", "\u0301", "😀", "kieu: ", "9" * 5000, "\x85", "{a: b}: ")


def told(kind: str, file: Path) -> list[str]:
    """What the reader says of a file: nothing, or its faults."""
    try:
        READERS[kind](file)
    except OfficeFileError as error:
        return [str(fault) for fault in error.faults]
    return []


@pytest.mark.parametrize("seed", range(8))
def test_a_file_torn_anywhere_is_read_or_refused_with_its_name(seed: int, tmp_path: Path) -> None:
    chance, file = random.Random(seed), tmp_path / "torn.yaml"
    for _ in range(12):
        kind = chance.choice(list(READERS))
        text, at = GOOD[kind], chance.randrange(len(GOOD[kind]))
        file.write_text(text[:at] + chance.choice(SPLINTERS) + text[at + chance.randrange(4) :], encoding="utf-8")
        assert all(line.startswith(str(file)) and line.isprintable() for line in told(kind, file))
