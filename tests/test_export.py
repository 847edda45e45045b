"""An export: complete, readable by anyone, checked without us; one changed byte anywhere is found and named."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as sampled
from hypothesis import strategies as st
from office import HOUSE, MON_17_JUNE, Run
from openpyxl import load_workbook
from records import PROOF, VERIFIER, WED_19_JUNE, add_evidence, copied, export, heads_of, run, sweep_on, two_mornings
from sqlalchemy import URL, Engine

from models.audit import Act, record
from models.audit_actions import Action
from models.canonical import canonical
from models.export_sheets import harmless_cell
from models.head_key import HeadKey, signature_holds
from models.settings import Settings
from models.store import APP_ROLE, drop_database, open_engine, transaction
from rules.vietnamese import morning_of


@pytest.fixture(scope="module")
def made(loaded_template: URL, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One export that tests read and copy, never change."""
    from office import copy_database

    url = loaded_template.set(database=f"{loaded_template.database}_export")
    copy_database(loaded_template, url)
    engine = open_engine(url.set(username=APP_ROLE), durable=False)
    folder = tmp_path_factory.mktemp("export")
    settings = Settings(base_url="http://pages.example", state_dir=folder / "state", smtp_retries=())
    two_mornings(engine, settings)
    assert export(engine, settings, folder / "first").faults == ()
    sweep_on(engine, settings, WED_19_JUNE)
    assert export(engine, settings, folder / "second", WED_19_JUNE).faults == ()
    engine.dispose()
    drop_database(url)
    return folder


@pytest.fixture
def first(made: Path) -> Path:
    return made / "first"


def test_a_bare_python_in_an_empty_folder_says_that_it_holds(first: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    program = Path(shutil.copy(first / "verify.py", tmp_path / "empty" / "verify.py"))
    code, said = run(first, program=program)
    assert code == 0, said
    assert "KẾT LUẬN: bản xuất nguyên vẹn." in said
    assert "Lưu ý: chưa đối chiếu với gì giữ ở ngoài" in said


@pytest.mark.parametrize("version", ["3.8", "3.9", "3.13"])
def test_older_and_newer_pythons_say_the_same(first: Path, version: str) -> None:
    found = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python3"))
    if not found:
        pytest.skip(f"no Python {version} here")
    code, said = run(first, python=str(found[0]))
    assert code == 0, said


def test_the_program_needs_nothing_but_the_standard_library() -> None:
    import ast

    tree = ast.parse(VERIFIER.read_text(encoding="utf-8"), feature_version=(3, 8))
    names = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    names |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert {str(name).split(".")[0] for name in names} <= set(sys.stdlib_module_names)


def test_its_ed25519_takes_the_published_vectors_and_refuses_altered_ones() -> None:
    from models import verify_export

    # RFC 8032, 7.1: tests 1, 2 and 3.
    for public, message, signature in (
        ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
         "d25bf5f0595bbe24655141438e7a100b"),
        ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
         "387b2eaeb4302aeeb00d291612bb0c00"),
        ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
         "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
         "4a7c15e9716ed28dc027beceea1ec40a"),
    ):  # fmt: skip
        parts = bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)
        assert verify_export.signature_holds(*parts)
        assert signature_holds(public, parts[1], signature)
        for at in (0, 31, 32, 63):
            altered = bytearray(parts[2])
            altered[at] ^= 1
            assert not verify_export.signature_holds(parts[0], parts[1], bytes(altered))
        assert not verify_export.signature_holds(parts[0], parts[1] + b"x", parts[2])
        # s + L is the same number to a careless verifier (RFC 8032, 5.1.7).
        s = int.from_bytes(parts[2][32:], "little") + verify_export.L
        assert not verify_export.signature_holds(parts[0], parts[1], parts[2][:32] + s.to_bytes(32, "little"))


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80))
def test_its_ed25519_agrees_with_the_library(secret: bytes, message: bytes) -> None:
    from models import verify_export

    key = HeadKey(secret)
    signature = bytes.fromhex(key.sign(message))
    assert verify_export.signature_holds(bytes.fromhex(key.public), message, signature)
    assert not verify_export.signature_holds(bytes.fromhex(key.public), message + b"!", signature)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(codec="utf-8")),
        lambda inner: st.lists(inner) | st.dictionaries(st.text("abcđ_", max_size=5), inner),
    )
)
def test_both_write_the_same_canonical_json(value: object) -> None:
    from models import verify_export

    assert verify_export.canonical(value) == canonical(value)


def _files(folder: Path) -> list[str]:
    return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())


def test_what_an_export_holds(first: Path) -> None:
    names = _files(first)
    assert [name for name in names if not name.startswith("minh-chung/")] == [
        "MANIFEST.sha256", "MANIFEST.sig", "dau-chuoi.jsonl", "ho-so.xml", "khoa-cong-khai.txt", "nhat-ky.csv",
        "nhat-ky.jsonl", "nhat-ky.xlsx", "verify.py",
    ]  # fmt: skip
    assert (first / "verify.py").read_bytes() == VERIFIER.read_bytes()
    (proof,) = [json.loads(line) for line in (first / "minh-chung/danh-sach.jsonl").read_bytes().splitlines()]
    assert (first / "minh-chung" / proof["sha256"]).read_bytes() == PROOF
    entries = (first / "nhat-ky.jsonl").read_bytes().splitlines()
    rows = list(csv.reader(io.StringIO((first / "nhat-ky.csv").read_text(encoding="utf-8-sig"))))
    sheet = load_workbook(first / "nhat-ky.xlsx", read_only=True).worksheets[0]
    cells = [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert len(entries) == len(rows) - 1 == len(cells) - 1 > 250
    assert rows[-1][-1] == cells[-1][-1] == json.loads(entries[-1])["hash"]
    assert json.loads(entries[-1])["action"] == "xuat-nhat-ky"
    assert [head["kind"] for head in heads_of(first)] == ["dau-ngay", "dau-ngay", "xuat"]


def test_the_case_file_has_the_record_fields(first: Path) -> None:
    from models.export_xml import CASE_FIELDS, DOCUMENT_FIELDS

    tree = ElementTree.parse(first / "ho-so.xml").getroot()  # noqa: S314  our own file
    case, plan, proof = tree
    assert tuple(field.tag for field in case) == CASE_FIELDS
    assert tuple(field.tag for field in plan) == tuple(field.tag for field in proof) == DOCUMENT_FIELDS
    assert case.findtext("DocTotal") == "2"
    assert [plan.findtext(name) for name in ("DocOrdinal", "TypeName", "CodeNumber", "CodeNotation")] == [
        "001", "Kế hoạch", "08", "KH-UBND",
    ]  # fmt: skip
    assert proof.findtext("Subject", "").endswith("Biên bản.txt")


@pytest.mark.parametrize("text", ["=1+1", "+84", "-2", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_free_text_is_never_a_formula(text: str) -> None:
    assert harmless_cell(text) == f"'{text}"


def test_ordinary_text_stays_as_it_is() -> None:
    assert harmless_cell("Báo cáo = đủ") == "Báo cáo = đủ"


def flipped(folder: Path, name: str, at: int, bit: int = 0) -> None:
    content = bytearray((folder / name).read_bytes())
    content[at % len(content)] ^= 1 << bit
    (folder / name).write_bytes(content)


def named(said: str, name: str) -> bool:
    """Whether the file is named; the manifest and its seal answer for each other."""
    return any(one in said for one in ((name, "MANIFEST") if name.startswith("MANIFEST") else (name,)))


def test_one_flipped_byte_in_any_file_is_found_and_named(first: Path, tmp_path: Path) -> None:
    for name in _files(first):
        for at in (0, (first / name).stat().st_size // 2, -1):
            folder = copied(first, tmp_path / "x")
            flipped(folder, name, at)
            code, said = run(folder)
            assert code == 1, (name, at, said)
            assert named(said, name), (name, at, said)


@sampled(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_byte_flipped_anywhere_is_found_and_named(first: Path, tmp_path: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(_files(first)))
    folder = copied(first, tmp_path / "x")
    at = data.draw(st.integers(0, (first / name).stat().st_size - 1))
    flipped(folder, name, at, data.draw(st.integers(0, 7)))
    code, said = run(folder)
    assert code == 1, said
    assert named(said, name), said


def test_a_digit_of_the_seal_written_large_is_a_changed_byte(first: Path, tmp_path: Path) -> None:
    folder = copied(first, tmp_path / "x")
    name, signature = (folder / "MANIFEST.sig").read_text().split()
    (folder / "MANIFEST.sig").write_text(f"{name} {signature.upper()}\n")
    code, said = run(folder)
    assert (code, "MANIFEST.sig" in said) == (1, True), said


def test_a_missing_file_and_a_foreign_one_are_found(first: Path, tmp_path: Path) -> None:
    for name in _files(first):
        folder = copied(first, tmp_path / "x")
        (folder / name).unlink()
        code, said = run(folder)
        assert (code, name in said) == (1, True), said
    folder = copied(first, tmp_path / "x")
    (folder / "minh-chung" / "thêm.txt").write_text("x")
    assert run(folder)[0] == 1


def test_a_newer_export_goes_on_from_an_older_one_and_not_the_other_way(made: Path) -> None:
    code, said = run(made / "second", "--older", made / "first")
    assert code == 0, said
    assert "tiếp nối bản xuất cũ" in said
    code, said = run(made / "first", "--older", made / "second")
    assert code == 1
    assert "bản xuất cũ có, bản này không" in said


def test_a_head_and_a_key_kept_outside_are_checked(made: Path) -> None:
    head = heads_of(made / "first")[1]
    public = (made / "first" / "khoa-cong-khai.txt").read_text().split()[1]
    for digest in (head["hash"], head["root"]):
        assert run(made / "second", "--head", f"{head['seq']}:{digest}", "--key", public)[0] == 0
    code, said = run(made / "second", "--head", f"{head['seq']}:{'0' * 64}")
    assert (code, "đầu chuỗi số" in said) == (1, True)
    code, said = run(made / "second", "--key", "0" * 64)
    assert (code, "không phải khóa công khai đã biết" in said) == (1, True)


def test_what_cannot_be_checked_is_said_and_ends_with_two(made: Path, tmp_path: Path) -> None:
    assert run(tmp_path / "no-such")[0] == 2
    assert run(made / "first", "--older", tmp_path / "no-such")[0] == 2
    assert run(made / "first", "--head", "abc")[0] == 2


def test_evidence_the_store_lost_is_said_by_the_export_and_found_outside(
    loaded: Engine, settings: Settings, tmp_path: Path
) -> None:
    sweep_on(loaded, settings, MON_17_JUNE)
    add_evidence(loaded, settings)
    shutil.rmtree(settings.files_dir)
    done = export(loaded, settings, tmp_path / "out")
    assert "Kho minh chứng không có tệp" in done.faults[0]
    code, said = run(tmp_path / "out")
    assert (code, "không có tệp này" in said) == (1, True)


def test_hostile_words_stay_words(loaded: Engine, settings: Settings, tmp_path: Path) -> None:
    words = '=HYPERLINK("http://x")\x0b\u202e<b>&]]>'
    with transaction(loaded) as session:
        record(session, 1, morning_of(MON_17_JUNE), [Act(Action.SWEEP_FINISHED, words, {"day": words}, actor=words)])
    add_evidence(loaded, settings, "=1+1 & <b>.txt")
    export(loaded, settings, tmp_path / "out")
    assert run(tmp_path / "out")[0] == 0
    rows = list(csv.reader(io.StringIO((tmp_path / "out/nhat-ky.csv").read_text(encoding="utf-8-sig"), newline="")))
    assert f"'{words}" in [row[3] for row in rows]
    sheet = load_workbook(tmp_path / "out/nhat-ky.xlsx").worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}  # «n»: empty
    ElementTree.parse(tmp_path / "out/ho-so.xml")  # noqa: S314  our own file


def test_the_commands(dunghan: Run, tmp_path: Path) -> None:
    assert dunghan("plan", "load", HOUSE / "plans/2024-papi-nhu-quynh.yaml", "--from", "2024-06-17")[0] == 0
    code, out, _ = dunghan("audit", "export", tmp_path / "out")
    assert code == 0
    head = out.split("Đầu chuỗi: ")[1].splitlines()[0]
    public = dunghan("audit", "key")[1].split()[1]
    assert run(tmp_path / "out", "--head", head, "--key", public)[0] == 0
    assert (tmp_path / "state" / "head.key").stat().st_mode & 0o777 == 0o600
    for wrong in (("audit", "export", tmp_path / "out"), ("audit", "export", tmp_path / "y", "--authority", "khác")):
        assert dunghan(*wrong)[0] == 2
    assert dunghan("audit", "verify")[0] == 0
