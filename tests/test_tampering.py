"""The tamper list: what is done to the record, and how it is found, or not. docs/kiem-tra.md says the same."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from office import HOUSE, MON_17_JUNE, KeptMail, copy_database
from records import (
    WED_19_JUNE,
    add_evidence,
    checked,
    copied,
    entry_hash,
    export,
    heads_of,
    rewrite,
    run,
    sweep_on,
    tamper,
    two_mornings,
)
from sqlalchemy import URL, Engine
from sqlmodel import Session

from models.audit import Act, head, record, verify
from models.audit_actions import Action
from models.settings import Settings
from models.store import APP_ROLE, drop_database, open_engine, transaction
from rules.vietnamese import morning_of

CHAIN, OUTSIDE, NOT = "chuỗi", "đầu chuỗi giữ ở ngoài", "không thấy"
# What is done -> how it is found, as the tests below show and docs/kiem-tra.md says.
SAID = {
    "1. Sửa một trường": CHAIN,
    "2. Sửa rồi tính lại mã băm của bản ghi đó": CHAIN,
    "3. Sửa rồi tính lại mã băm của mọi bản ghi sau đó": OUTSIDE,
    "4. Xóa một bản ghi ở giữa": CHAIN,
    "5. Xóa các bản ghi mới nhất, sửa cả dòng đầu chuỗi": OUTSIDE,
    "6. Xóa toàn bộ, cả dòng đầu chuỗi": OUTSIDE,
    "7. Đổi chỗ hai bản ghi": CHAIN,
    "8. Chèn một bản ghi mang giờ cũ": CHAIN,
    "9. Nhân đôi một bản ghi": CHAIN,
    "10. Cắt cụt tệp xuất": CHAIN,
    "11. Chỉ sửa giờ ghi": CHAIN,
    "12. Đổi thứ tự khóa JSON hoặc dạng Unicode (NFC, NFD)": CHAIN,
    "13. Khôi phục bản sao lưu cũ": OUTSIDE,
    "14. Hai nơi cùng ghi một lúc": CHAIN,
    "15. Vặn lùi đồng hồ máy chủ": NOT,
    "16. Thay nội dung tệp minh chứng": CHAIN,
    "17. Giữ nội dung tệp minh chứng, đổi tên": CHAIN,
}
CHANGE = 'UPDATE audit_entry SET detail = detail || \'{"legal": "01/01/2030"}\' WHERE seq = 40'


class Record:
    """A record of two mornings, what an honest auditor keeps outside of it, and somebody with the owner's password."""

    def __init__(self, engine: Engine, database: URL, settings: Settings, folder: Path) -> None:
        self.engine, self.database, self.settings, self.folder = engine, database, settings, folder
        two_mornings(engine, settings)
        export(engine, settings, folder / "honest")
        self.mailed = heads_of(folder / "honest")[1]

    def tamper(self, *statements: str) -> None:
        tamper(self.database, *statements)

    def found_by_the_chain(self, seq: int) -> None:
        """By «audit verify», and by verify.py alone, each naming the entry."""
        assert checked(self.engine) == seq
        code, said = self.exported()
        assert code == 1
        assert f"nhat-ky.jsonl bản ghi số {seq} " in said, said

    def found_only_with_an_outside_head(self, cut: bool) -> None:
        """Neither by the chain nor by verify.py alone, but with yesterday's mailed head and with an older export."""
        with Session(self.engine) as session:
            assert verify(session, 1)[1] is None
        code, said = self.exported()
        assert code == 0, said
        assert "chưa đối chiếu với gì giữ ở ngoài" in said
        code, said = run(self.folder / "new", "--head", f"{self.mailed['seq']}:{self.mailed['hash']}")
        assert code == 1
        assert ("bản sao lưu cũ" if cut else "đã bị viết lại") in said
        code, said = run(self.folder / "new", "--older", self.folder / "honest")
        assert code == 1
        assert ("đã bị cắt" in said) or ("khác bản xuất cũ" in said)

    def exported(self) -> tuple[int, str]:
        export(self.engine, self.settings, copied_away(self.folder / "new"))
        return run(self.folder / "new")

    def file(self) -> Path:
        """A copy of the honest export to tamper with."""
        return copied(self.folder / "honest", self.folder / "file")


def copied_away(folder: Path) -> Path:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)
    return folder


@pytest.fixture
def kept(loaded: Engine, loaded_database: URL, settings: Settings, tmp_path: Path) -> Record:
    return Record(loaded, loaded_database, settings, tmp_path)


def test_01_a_changed_field_is_found_by_the_chain(kept: Record) -> None:
    kept.tamper(CHANGE)
    kept.found_by_the_chain(40)


def test_02_a_changed_and_rehashed_entry_is_found_by_the_chain(kept: Record) -> None:
    from sqlalchemy import create_engine, select

    from models.record_tables import AuditEntry

    owner = create_engine(kept.database)
    with Session(owner) as session:
        row = session.execute(select(AuditEntry).where(AuditEntry.seq == 40)).scalar_one().model_dump()
    owner.dispose()
    row["actor"] = "ai-do"
    kept.tamper(f"UPDATE audit_entry SET actor = 'ai-do', hash = '{entry_hash(row)}' WHERE seq = 40")  # noqa: S608
    kept.found_by_the_chain(41)


def test_03_a_rehashed_tail_is_found_only_with_an_outside_head(kept: Record) -> None:
    rewrite(
        kept.database, lambda rows: [{**row, "actor": "ai-do"} if row["seq"] == 40 else row for row in unsigned(rows)]
    )
    kept.tamper("DELETE FROM signed_head")
    kept.found_only_with_an_outside_head(cut=False)


def test_03b_a_rehashed_tail_is_found_by_the_heads_signed_inside_while_nobody_deletes_them(kept: Record) -> None:
    rewrite(kept.database, lambda rows: [{**row, "actor": "ai-do"} if row["seq"] == 40 else row for row in rows])
    assert checked(kept.engine) is not None
    code, said = kept.exported()
    assert (code, "đã bị viết lại" in said) == (1, True)


def test_04_a_deleted_middle_entry_is_found_by_the_chain(kept: Record) -> None:
    kept.tamper("DELETE FROM audit_entry WHERE seq = 40")
    kept.found_by_the_chain(40)


def test_05_newest_entries_cut_off_with_the_head_row_are_found_only_with_an_outside_head(kept: Record) -> None:
    kept.tamper("DELETE FROM audit_entry WHERE seq > 200", *HEAD_ROW, "DELETE FROM signed_head", NO_EVIDENCE)
    kept.found_only_with_an_outside_head(cut=True)


def test_05b_newest_entries_cut_off_without_the_head_row_are_found_by_the_chain(kept: Record) -> None:
    kept.tamper("DELETE FROM audit_entry WHERE seq > 200", "DELETE FROM signed_head")
    assert checked(kept.engine) == 201


def test_06_everything_deleted_is_found_only_with_an_outside_head(kept: Record) -> None:
    kept.tamper(
        "DELETE FROM audit_entry",
        "DELETE FROM audit_head",
        "DELETE FROM signed_head",
        NO_EVIDENCE,
    )
    kept.found_only_with_an_outside_head(cut=True)


def test_07_two_swapped_entries_are_found_by_the_chain(kept: Record) -> None:
    kept.tamper(
        *(
            f"UPDATE audit_entry SET seq = {to} WHERE seq = {at}"  # noqa: S608
            for at, to in ((40, 9000), (41, 40), (9000, 41))
        )
    )
    kept.found_by_the_chain(40)


def test_08_an_inserted_entry_with_an_old_time_is_found_by_the_chain(kept: Record) -> None:
    kept.tamper(
        "UPDATE audit_entry SET seq = seq + 10000 WHERE seq >= 40",
        "UPDATE audit_entry SET seq = seq - 9999 WHERE seq >= 10040",
        COPY.format(seq=40, of=39, columns="'them-vao'"),
        *HEAD_ROW,
    )
    kept.found_by_the_chain(40)


def test_09_a_doubled_entry_is_found_by_the_chain(kept: Record) -> None:
    kept.tamper(
        "UPDATE audit_entry SET seq = seq + 10000 WHERE seq > 40",
        "UPDATE audit_entry SET seq = seq - 9999 WHERE seq > 10040",
        COPY.format(seq=41, of=40, columns="actor"),
        *HEAD_ROW,
    )
    kept.found_by_the_chain(41)


COPY = (
    "INSERT INTO audit_entry (authority_id, seq, at, actor, action, subject, detail, flow_run, previous_hash, hash)"
    " SELECT authority_id, {seq}, at - interval '1 day', {columns}, action, subject, detail, flow_run, previous_hash,"
    " hash FROM audit_entry WHERE seq = {of}"
)
NO_EVIDENCE = "UPDATE evidence SET sha256 = ''"  # a forger leaves nothing that the trail does not tell of
HEAD_ROW = ("UPDATE audit_head SET (seq, hash) = (SELECT seq, hash FROM audit_entry ORDER BY seq DESC LIMIT 1)",)


@pytest.mark.parametrize("kept_bytes", [-1, -2, -700])
def test_10_a_truncated_file_is_found_by_the_chain(kept: Record, kept_bytes: int) -> None:
    file = kept.file() / "nhat-ky.jsonl"
    file.write_bytes(file.read_bytes()[:kept_bytes])
    lines = file.read_bytes().count(b"\n")
    code, said = run(file.parent)
    assert code == 1
    assert f"nhat-ky.jsonl bản ghi số {lines + 1} " in said or f"bản ghi cuối (số {lines})" in said


def test_11_a_changed_time_is_found_by_the_chain(kept: Record) -> None:
    kept.tamper("UPDATE audit_entry SET at = at + interval '1 microsecond' WHERE seq = 40")
    kept.found_by_the_chain(40)


def test_12_another_key_order_or_unicode_form_is_found_by_the_chain(kept: Record) -> None:
    file = kept.file() / "nhat-ky.jsonl"
    lines = file.read_bytes().splitlines(keepends=True)
    entry = json.loads(lines[39])
    for other in (
        json.dumps(dict(reversed(entry.items())), ensure_ascii=False, separators=(",", ":")),
        json.dumps(entry, sort_keys=True, ensure_ascii=False),
        unicodedata.normalize("NFD", lines[39].decode().rstrip()),
    ):
        file.write_bytes(b"".join([*lines[:39], other.encode() + b"\n", *lines[40:]]))
        code, said = run(file.parent)
        assert (code, "nhat-ky.jsonl bản ghi số 40 " in said) == (1, True), other


def test_12b_in_the_database_the_unicode_form_is_found_by_the_chain_and_keys_have_no_order(kept: Record) -> None:
    kept.tamper("UPDATE audit_entry SET detail = normalize(detail::text, NFD)::jsonb WHERE seq = 40")
    kept.found_by_the_chain(40)


def test_12c_what_is_written_is_nfc_whatever_was_typed(kept: Record) -> None:
    typed = unicodedata.normalize("NFD", "Như Quỳnh")
    with transaction(kept.engine) as session:
        record(session, 1, morning_of(WED_19_JUNE), [Act(Action.SWEEP_FINISHED, typed, {"day": [typed]}, actor=typed)])
    assert checked(kept.engine) is None
    assert kept.exported()[0] == 0
    assert typed not in (kept.folder / "new" / "nhat-ky.jsonl").read_text(encoding="utf-8")


def test_13_a_restored_backup_is_found_only_with_an_outside_head(
    loaded_database: URL, settings: Settings, tmp_path: Path
) -> None:
    engine = open_engine(loaded_database.set(username=APP_ROLE), durable=False)
    sweep_on(engine, settings, MON_17_JUNE)
    engine.dispose()
    backup = loaded_database.set(database=f"{loaded_database.database}_backup")
    copy_database(loaded_database, backup)
    engine = open_engine(loaded_database.set(username=APP_ROLE), durable=False)
    mail = KeptMail()
    add_evidence(engine, settings)
    sweep_on(
        engine, settings.model_copy(update={"auditors": ("kiem-tra@tinh.example",)}), date_after(MON_17_JUNE), mail
    )
    (words,) = [str(m.get_payload(decode=True), "utf-8") for to, m in mail.kept if to == "kiem-tra@tinh.example"]
    engine.dispose()
    restored = open_engine(backup.set(username=APP_ROLE), durable=False)
    assert checked(restored) is None
    export(restored, settings, tmp_path / "new")
    restored.dispose()
    drop_database(backup)
    assert run(tmp_path / "new")[0] == 0
    mailed = re.search(r"Đầu chuỗi: (\d+:[0-9a-f]{64})", words)
    assert mailed
    code, said = run(tmp_path / "new", "--head", mailed[1])
    assert (code, f"KHÔNG KHỚP: đầu chuỗi số {mailed[1].split(':')[0]} giữ ở ngoài" in said) == (1, True)


def date_after(day: Any) -> Any:
    from datetime import timedelta

    return day + timedelta(days=1)


def test_14_two_writers_at_once_cannot_fork_and_a_forked_chain_is_found_by_the_chain(kept: Record) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def write(number: int) -> None:
        with transaction(kept.engine) as session:
            record(session, 1, morning_of(WED_19_JUNE), [Act(Action.SWEEP_FINISHED, "x", {"day": str(number)})])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(40)))
    assert checked(kept.engine) is None
    with Session(kept.engine) as session:
        seq = head(session, 1)[0]
    kept.tamper(
        f"UPDATE audit_entry SET previous_hash = (SELECT previous_hash FROM audit_entry WHERE seq = {seq - 1})"  # noqa: S608
        f" WHERE seq = {seq}"
    )
    kept.found_by_the_chain(seq)


def test_15_a_clock_set_back_is_not_found_only_noted(kept: Record) -> None:
    with transaction(kept.engine) as session:
        record(session, 1, morning_of(MON_17_JUNE), [Act(Action.SWEEP_FINISHED, "x", {"day": "x"})])
    assert checked(kept.engine) is None
    code, said = kept.exported()
    assert code == 0
    assert "Lưu ý: giờ ghi lùi lại ở bản ghi số" in said


def test_16_replaced_evidence_bytes_are_found_by_the_chain(kept: Record) -> None:
    folder = kept.file()
    (row,) = [json.loads(line) for line in (folder / "minh-chung/danh-sach.jsonl").read_bytes().splitlines()]
    (folder / "minh-chung" / row["sha256"]).write_bytes(b"khac")
    code, said = run(folder)
    assert (code, "tệp minh chứng đã bị thay" in said) == (1, True)
    stored = kept.settings.files_dir / row["sha256"][:2] / row["sha256"]
    stored.write_bytes(b"khac")
    code, said = kept.exported()
    assert (code, f"minh-chung/{row['sha256']}" in said) == (1, True)


def test_17_the_same_evidence_under_a_new_name_is_found_by_the_chain(kept: Record) -> None:
    kept.tamper("UPDATE evidence SET file_name = 'khac.txt' WHERE sha256 <> ''")
    code, said = kept.exported()
    assert (code, "minh-chung/danh-sach.jsonl" in said, "bị đổi tên" in said) == (1, True, True)


def unsigned(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A careful forger takes out what tells of signed heads."""
    return [row for row in rows if row["action"] != Action.HEAD_SIGNED]


def test_docs_say_of_each_item_what_the_tests_show() -> None:
    """The table of docs/kiem-tra.md, the list above and the names of the tests are one list."""
    page = (HOUSE / "docs" / "kiem-tra.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| (\d+\. [^|]+?) \| ([^|]+?) \|$", page, re.MULTILINE))
    assert told == SAID
    names = {CHAIN: "found_by_the_chain", OUTSIDE: "found_only_with_an_outside_head", NOT: "not_found"}
    for item, how in SAID.items():
        number = f"test_{int(item.split('.')[0]):02}_"
        (test,) = [name for name in globals() if name.startswith(number)]
        assert names[how] in test, test
