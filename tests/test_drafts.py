"""A plan imported for review: each task decided by a person, every act in the trail, loaded whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from office import MON_17_JUNE, PLANS
from proposals import imported, small, source, whole
from sqlalchemy import Engine, select, text
from sqlmodel import Session, col

from models.acts import ActRefused
from models.appendix.proposal import ProposedTask
from models.audit import verify
from models.audit_actions import sentence
from models.calendar_file import read_notices
from models.draft_acts import Seen, StaleForm, accept, ask, correct, leave_out, reopen
from models.draft_loading import load_draft
from models.draft_outlook import Outlook, outlook
from models.draft_states import ACCEPTED, ASKED, CORRECTED, LEFT_OUT, WAITING, next_waiting, standing
from models.draft_tables import DraftTask, PlanDraft
from models.drafts import Decider, correct_head, declare_unit, draft_tasks, open_drafts, withdraw_draft
from models.loading import load_plan
from models.people_file import read_people
from models.plan_file import read_plan
from models.record_tables import AuditEntry
from models.store import transaction
from models.tables import Obligation, Plan, PlanTask, Unit
from rules.vietnamese import morning_of

pytestmark = pytest.mark.real
HER = Decider("le-thi-mau", morning_of(MON_17_JUNE))
HIM = Decider("tran-van-hai", morning_of(MON_17_JUNE))
AUGUST = [{"kieu": "cham-nhat-ngay", "ngay": "2024-08-15"}]  # a Thursday
REPORT = dict(small().tasks[0].keys)
Decide = Callable[[Session, Seen], object]


@pytest.fixture
def draft(loaded: Engine) -> PlanDraft:
    """The small plan, imported on Monday 17/06/2024."""
    return imported(loaded, small(), MON_17_JUNE)


def tasks_now(engine: Engine, draft: PlanDraft) -> list[DraftTask]:
    with Session(engine) as session:
        return list(draft_tasks(session, draft))


def seen(task: DraftTask) -> Seen:
    return Seen(task.draft_id, task.place, task.version)


def decide(engine: Engine, task: DraftTask, act: Decide) -> None:
    with transaction(engine) as session:
        act(session, seen(task))


def clear(task: DraftTask, **changed: Any) -> dict[str, Any]:
    """The task's keys as a person would have them, no longer waiting for anybody's word."""
    keys = {name: value for name, value in task.keys.items() if name != "cho-xac-nhan"}
    return {**keys, **{name.replace("_", "-"): value for name, value in changed.items()}}


def settle(engine: Engine, draft: PlanDraft) -> None:
    """One taken as read, one corrected, one left out."""
    report, meeting, blank = tasks_now(engine, draft)
    decide(engine, report, lambda session, form: accept(session, form, HER))
    decide(engine, meeting, lambda session, form: correct(session, form, clear(meeting, thoi_han=AUGUST), [], HER))
    decide(engine, blank, lambda session, form: leave_out(session, form, "Đã có trong kế hoạch PAPI.", HER))


def ahead(engine: Engine, draft: PlanDraft, day: date = MON_17_JUNE) -> Outlook:
    with Session(engine) as session:
        return outlook(session, session.get_one(PlanDraft, draft.id), day)


def told(engine: Engine, draft: PlanDraft) -> list[str]:
    """What the trail says of the draft and its tasks, in order."""
    mine = col(AuditEntry.subject).like(f"ban-nhap-{draft.id}%")
    with Session(engine) as session:
        entries = session.execute(select(AuditEntry).where(mine).order_by(col(AuditEntry.seq))).scalars()
        return [sentence(entry.action, entry.detail) for entry in entries]


# Kept


def test_what_was_proposed_is_kept_row_by_row(loaded: Engine, draft: PlanDraft) -> None:
    tasks = tasks_now(loaded, draft)
    assert [(task.place, task.keys["ma"], task.state) for task in tasks] == [
        (1, "P1a", WAITING), (2, "P1b", WAITING), (3, "P2", WAITING)
    ]  # fmt: skip
    assert [row["place"] for row in tasks[1].rows] == ["bảng 1, dòng 3", "bảng 1, dòng 4"]
    assert tasks[1].rows[0]["words"][4] == ["Thời gian", "Sau rằm"]
    assert tasks[1].doubts == ["Không đọc được thời gian «Sau rằm»."]
    assert [fate["fate"] for fate in draft.fates] == ["tieu-de", "nhiem-vu", "nhiem-vu", "noi-tiep", "nhiem-vu", "nhan"]
    assert told(loaded, draft) == [
        "le-thi-mau nhập văn bản «ke-hoach-12.txt» để rà soát: 6 dòng, 3 nhiệm vụ; "
        f"SHA-256 {draft.source_sha256}."
    ]  # fmt: skip


def test_one_document_is_under_review_once(loaded: Engine, draft: PlanDraft) -> None:
    assert imported(loaded, small(), MON_17_JUNE).id == draft.id
    assert imported(loaded, small(), MON_17_JUNE, source("khac.txt", b"12/KH-UBND, ban khac")).id != draft.id
    with transaction(loaded) as session:
        withdraw_draft(session, draft.id or 0, "Nhập nhầm bản dự thảo.", HER)
    assert imported(loaded, small(), MON_17_JUNE).id != draft.id
    assert len(told(loaded, draft)) == 2


def test_the_second_plan_of_a_year_gets_a_code_of_its_own(loaded: Engine) -> None:
    """An import names a plan by office and year; the PAPI plan has that name already."""
    assert imported(loaded, small("nhu-quynh-2024"), MON_17_JUNE).code == "nhu-quynh-2024-2"


def test_what_no_database_takes_is_left_out_of_a_document(loaded: Engine) -> None:
    words = replace(small(), remarks=("một\0 hai \ud800",))
    assert imported(loaded, words, MON_17_JUNE).remarks == ["một hai ?"]


# Decided


def test_every_decision_is_in_the_trail_with_who_and_why(loaded: Engine, draft: PlanDraft) -> None:
    report, meeting, blank = tasks_now(loaded, draft)
    decide(loaded, report, lambda session, form: accept(session, form, HER))
    decide(loaded, meeting, lambda session, form: ask(session, form, "Sau rằm tháng nào?", HER))
    meeting = tasks_now(loaded, draft)[1]
    decide(loaded, meeting, lambda session, form: correct(session, form, clear(meeting, thoi_han=AUGUST), [], HIM))
    decide(loaded, blank, lambda session, form: leave_out(session, form, "Đã có trong kế hoạch PAPI.", HER))
    blank = tasks_now(loaded, draft)[2]
    decide(loaded, blank, lambda session, form: reopen(session, form, HER))
    assert told(loaded, draft)[1:] == [
        "le-thi-mau nhận nhiệm vụ P1a «Báo cáo kết quả 6 tháng» như đã đọc.",
        "le-thi-mau hỏi lại về nhiệm vụ P1b «Họp đánh giá dân chủ ở cơ sở»: Sau rằm tháng nào?",
        "tran-van-hai sửa và nhận nhiệm vụ P1b «Họp đánh giá dân chủ ở cơ sở». "
        "Thời hạn: – → «chậm nhất ngày 15/08/2024», Chưa chạy, chờ xác nhận: có → –",
        "le-thi-mau không đưa nhiệm vụ P2 «Công khai quy chế» vào kế hoạch. Lý do: Đã có trong kế hoạch PAPI.",
        "le-thi-mau xem lại nhiệm vụ P2 «Công khai quy chế».",
    ]
    with Session(loaded) as session:
        assert verify(session, 1)[1] is None


@pytest.mark.parametrize(
    ("act", "state"),
    [
        (lambda session, form: accept(session, form, HER), ACCEPTED),
        (lambda session, form: correct(session, form, {**REPORT, "ket-qua": "Tờ trình"}, [], HER), CORRECTED),
        (lambda session, form: ask(session, form, "Ai ký?", HER), ASKED),
        (lambda session, form: leave_out(session, form, "Trùng.", HER), LEFT_OUT),
    ],
)
def test_a_button_pressed_twice_decides_once(loaded: Engine, draft: PlanDraft, act: Decide, state: str) -> None:
    report = tasks_now(loaded, draft)[0]
    decide(loaded, report, act)
    decide(loaded, report, act)
    assert len(told(loaded, draft)) == 2
    after = tasks_now(loaded, draft)[0]
    assert (after.state, after.version) == (state, 1)


def test_a_form_shown_before_somebody_else_decided_is_refused(loaded: Engine, draft: PlanDraft) -> None:
    report = tasks_now(loaded, draft)[0]
    decide(loaded, report, lambda session, form: leave_out(session, form, "Trùng.", HIM))
    for act in (
        lambda session, form: accept(session, form, HER),
        lambda session, form: leave_out(session, form, "Lý do khác.", HIM),
        lambda session, form: leave_out(session, form, "Trùng.", HER),
        lambda session, form: correct(session, form, REPORT, [], HER),
    ):
        with pytest.raises(StaleForm, match="đã được tran-van-hai ghi «Không đưa vào» lúc 07:30 17/06/2024"):
            decide(loaded, report, act)
    after = tasks_now(loaded, draft)[0]
    assert (after.state, after.reason, after.decided_by) == (LEFT_OUT, "Trùng.", "tran-van-hai")
    assert len(told(loaded, draft)) == 2


@pytest.mark.parametrize(
    ("place", "act", "why"),
    [
        (2, lambda session, form: accept(session, form, HER), "Chưa có «Thời hạn»"),
        (3, lambda session, form: accept(session, form, HER), "Chưa có «Đơn vị chủ trì»"),
        (
            1,
            lambda session, form: correct(session, form, {**REPORT, "chu-tri": "x"}, [], HER),
            "Đơn vị chủ trì: đơn vị",
        ),
        (1, lambda session, form: correct(session, form, {**REPORT, "ma": "Mã 1"}, [], HER), "Mã: cần một mã"),
        (1, lambda session, form: ask(session, form, "  ", HER), "Cần ghi câu hỏi."),
        (1, lambda session, form: leave_out(session, form, "", HER), "Cần ghi lý do"),
        (9, lambda session, form: accept(session, form, HER), "không có nhiệm vụ thứ 9"),
    ],
)
def test_what_could_not_be_loaded_is_not_taken(
    loaded: Engine, draft: PlanDraft, place: int, act: Decide, why: str
) -> None:
    before = [task.model_dump() for task in tasks_now(loaded, draft)]
    with pytest.raises(ActRefused, match=why):
        decide(loaded, DraftTask(draft_id=draft.id or 0, place=place, keys={}), act)
    assert [task.model_dump() for task in tasks_now(loaded, draft)] == before
    assert len(told(loaded, draft)) == 1


def test_what_contradicts_the_plan_is_taken_only_when_it_is_owned_up_to(loaded: Engine, draft: PlanDraft) -> None:
    """Due on Wednesday 10/01/2024, before the plan was signed on Monday 05/02/2024."""
    meeting = tasks_now(loaded, draft)[1]
    early = clear(meeting, thoi_han=[{"kieu": "cham-nhat-ngay", "ngay": "2024-01-10"}])
    with pytest.raises(ActRefused, match="Hạn 10/01/2024 đã qua trước ngày ký"):
        decide(loaded, meeting, lambda session, form: correct(session, form, early, [], HER))
    owned = {**early, "phat-hien": ["Hạn 10/01/2024 là của năm trước, việc đã làm xong."]}
    decide(loaded, meeting, lambda session, form: correct(session, form, owned, [], HER))
    assert tasks_now(loaded, draft)[1].state == CORRECTED


def test_what_the_import_doubts_explains_nothing_only_a_person_does(loaded: Engine) -> None:
    """«Trong năm 2023» in a plan of 2024: the import asks, and its asking is no answer."""
    doubt = "Thời gian ghi năm 2023, trước năm 2024 của kế hoạch; có thể chép từ kế hoạch cũ, phải hỏi lại."
    roads = ProposedTask(
        {"ma": "P7c", "ten": "Cứng hóa đường", "loai": "khoang", "nguon": "Phụ lục, TT 7",
         "chu-tri": "van-phong", "trich": "Trong năm 2023",
         "thoi-han": [{"kieu": "khoang", "tu": "2023-01-01", "den": "2023-12-31"}],
         "cho-xac-nhan": True, "phat-hien": [doubt, "Dòng này chép từ văn bản khác."]},
        (),
        (doubt,),
    )  # fmt: skip
    draft = imported(loaded, replace(small(), tasks=(roads,)), MON_17_JUNE)
    (task,) = tasks_now(loaded, draft)
    assert task.keys["phat-hien"] == ["Dòng này chép từ văn bản khác."]
    with pytest.raises(ActRefused, match="Hạn 31/12/2023 đã qua trước ngày ký"):
        decide(loaded, task, lambda session, form: accept(session, form, HER))


def test_a_new_event_joins_the_plan_with_the_task_that_waits_for_it(loaded: Engine, draft: PlanDraft) -> None:
    meeting = tasks_now(loaded, draft)[1]
    event = {"ma": "het-vu-mua", "ten": "hết vụ mùa"}
    keys = clear(meeting, thoi_han=[{"kieu": "su-kien", "su-kien": "het-vu-mua"}])
    decide(loaded, meeting, lambda session, form: correct(session, form, keys, [event], HER))
    with Session(loaded) as session:
        assert event in session.get_one(PlanDraft, draft.id).head["su-kien"]
    assert "sau khi hết vụ mùa" in told(loaded, draft)[1]


def test_the_next_task_shown_is_one_nobody_decided_on(loaded: Engine, draft: PlanDraft) -> None:
    tasks = tasks_now(loaded, draft)
    assert [getattr(next_waiting(tasks, place), "place", None) for place in (1, 2, 3)] == [2, 3, 1]
    tasks[0].state = tasks[1].state = ASKED
    assert next_waiting(tasks, 3) is None
    assert standing(tasks).words == ("Đã xong 0/3 nhiệm vụ: 0 nhận, 0 sửa, 0 không đưa vào; 2 đang hỏi lại, 1 chờ xem.")


# The plan itself


def test_the_plan_s_own_facts_are_corrected_once_and_told(loaded: Engine, draft: PlanDraft) -> None:
    facts = {"so": "12/KH-UBND", "ngay": "2024-02-06", "nam": 2024, "ma": "nq-dc", "ten": "Thực hiện dân chủ ở cơ sở"}
    for _ in range(2):
        with transaction(loaded) as session:
            correct_head(session, draft.id or 0, 0, facts, HER)
    assert told(loaded, draft)[1:] == [
        "le-thi-mau sửa thông tin chung của bản nhập: ngay: 2024-02-05 → 2024-02-06, ma: nhu-quynh-2024-dc → nq-dc."
    ]
    with pytest.raises(ActRefused, match="đã được người khác sửa"), transaction(loaded) as session:
        correct_head(session, draft.id or 0, 0, {**facts, "so": "13/KH-UBND"}, HIM)


def test_a_unit_the_document_names_is_declared_with_how_it_stands(loaded: Engine, draft: PlanDraft) -> None:
    with transaction(loaded) as session:
        declare_unit(session, draft.id or 0, "Hội Nông dân", "phoi-hop", HER)
        declare_unit(session, draft.id or 0, "hội nông dân", "phoi-hop", HER)
        declare_unit(session, draft.id or 0, "Tổ công nghệ số", "phoi-hop", HER)
    with Session(loaded) as session:
        units = {unit["ma"]: unit["quan-he"] for unit in session.get_one(PlanDraft, draft.id).head["don-vi"]}
    assert (units["hoi-nong-dan"], units["to-so"]) == ("phoi-hop", "phoi-hop")
    assert len(told(loaded, draft)) == 3
    with pytest.raises(ActRefused, match="Cơ quan đã có đơn vị «Trạm Y tế thị trấn»"), transaction(loaded) as session:
        declare_unit(session, draft.id or 0, "Trạm Y tế thị trấn", "noi-bo", HER)


@pytest.mark.parametrize("ended", ["loaded", "withdrawn"])
def test_nothing_changes_in_a_draft_that_has_ended(loaded: Engine, draft: PlanDraft, ended: str) -> None:
    settle(loaded, draft)
    number, task = draft.id or 0, tasks_now(loaded, draft)[0]
    with transaction(loaded) as session:
        if ended == "loaded":
            load_draft(session, number, MON_17_JUNE, HER)
        else:
            withdraw_draft(session, number, "Có bản thay thế.", HER)
    known = len(told(loaded, draft))
    acts: list[Callable[[Session], object]] = [
        lambda session: reopen(session, seen(task), HER),
        lambda session: load_draft(session, number, MON_17_JUNE, HER),
        lambda session: withdraw_draft(session, number, "Lại rút.", HER),
        lambda session: correct_head(session, number, 0, {"so": "1"}, HER),
    ]
    for act in acts:
        with (
            pytest.raises(ActRefused, match="đã nạp" if ended == "loaded" else "đã rút"),
            transaction(loaded) as session,
        ):
            act(session)
    assert len(told(loaded, draft)) == known
    with Session(loaded) as session:
        assert open_drafts(session) == []


# Loaded


def test_nothing_is_loaded_before_every_task_is_settled(loaded: Engine, draft: PlanDraft) -> None:
    report, meeting, blank = tasks_now(loaded, draft)
    decide(loaded, report, lambda session, form: accept(session, form, HER))
    decide(loaded, blank, lambda session, form: leave_out(session, form, "Trùng.", HER))
    refused = pytest.raises(ActRefused, match="còn 1 nhiệm vụ chờ xem")
    with refused, transaction(loaded) as session:
        load_draft(session, draft.id or 0, MON_17_JUNE, HER)
    decide(loaded, meeting, lambda session, form: ask(session, form, "Rằm tháng nào?", HER))
    with pytest.raises(ActRefused, match="Đang hỏi lại: Rằm tháng nào"), transaction(loaded) as session:
        load_draft(session, draft.id or 0, MON_17_JUNE, HER)
    decide(loaded, tasks_now(loaded, draft)[1], lambda session, form: leave_out(session, form, "Chưa rõ.", HER))
    assert ahead(loaded, draft).may_load


def test_an_error_that_comes_later_blocks_loading(loaded: Engine, draft: PlanDraft) -> None:
    """The report covers a task that is then left out."""
    report, meeting, blank = tasks_now(loaded, draft)
    keys = clear(report, pham_vi=["P1b"])
    decide(loaded, report, lambda session, form: correct(session, form, keys, [], HER))
    decide(loaded, meeting, lambda session, form: leave_out(session, form, "Chưa rõ.", HER))
    decide(loaded, blank, lambda session, form: leave_out(session, form, "Trùng.", HER))
    found = ahead(loaded, draft)
    assert not found.may_load
    assert found.blocks == [(1, "Phạm vi: nhiệm vụ «P1b» chưa khai ở «Nhiệm vụ».")]
    with pytest.raises(ActRefused, match="Phạm vi"), transaction(loaded) as session:
        load_draft(session, draft.id or 0, MON_17_JUNE, HER)
    with Session(loaded) as session:
        assert len(session.execute(select(Plan)).all()) == 1


def test_a_plan_of_the_same_code_that_lost_tasks_is_told_before(loaded: Engine) -> None:
    draft = imported(loaded, small(), MON_17_JUNE)
    with transaction(loaded) as session:
        correct_head(session, draft.id or 0, 0, {"ma": "nhu-quynh-2024"}, HER)
    settle(loaded, draft)
    found = ahead(loaded, draft)
    assert found.again is not None
    assert (None, "Nhiệm vụ «B01» đã nạp trước đây nhưng không còn; ghi lại, thêm «Chưa chạy, chờ xác nhận».") in [
        (place, words) for place, words in found.blocks
    ]


def test_units_nobody_holds_are_told_before_loading(loaded: Engine, draft: PlanDraft) -> None:
    report = tasks_now(loaded, draft)[0]
    keys = clear(report, thuc_hien=["to-so"])
    decide(loaded, report, lambda session, form: correct(session, form, keys, [], HER))
    assert ahead(loaded, draft).unmanned == ["Tổ công nghệ số"]


def test_an_import_never_renames_the_office_or_its_units(loaded: Engine) -> None:
    proposal = small()
    head = {
        **proposal.head,
        "don-vi": [{"ma": "van-phong", "ten": "VP", "quan-he": "cap-tren"}, *proposal.head["don-vi"][1:]],
    }
    head["ke-hoach"] = {**head["ke-hoach"], "co-quan": {"ma": "khac", "ten": "UBND xã khác"}}
    draft = imported(loaded, replace(proposal, head=head), MON_17_JUNE)
    settle(loaded, draft)
    with transaction(loaded) as session:
        load_draft(session, draft.id or 0, MON_17_JUNE, HER)
    with Session(loaded) as session:
        unit = session.execute(select(Unit).filter_by(code="van-phong")).scalar_one()
        assert (unit.name, unit.relation) == ("Văn phòng UBND", "noi-bo")
        assert session.execute(text("SELECT name FROM authority")).scalars().all() == ["UBND thị trấn Như Quỳnh"]


def test_what_is_shown_before_loading_is_what_loading_opens(loaded: Engine, draft: PlanDraft) -> None:
    settle(loaded, draft)
    found = ahead(loaded, draft)
    with transaction(loaded) as session:
        result, _ = load_draft(session, draft.id or 0, MON_17_JUNE, HER)
        assert len(result.opened) == found.opens == 2
        assert sorted(row.legal for row in result.opened) == [date(2024, 7, 2), date(2024, 8, 15)]
    assert told(loaded, draft)[-1] == (
        "le-thi-mau nạp bản nhập thành kế hoạch 12/KH-UBND: 1 nhiệm vụ nhận như đã đọc, 1 đã sửa, 1 không đưa vào; "
        f"theo dõi từ 17/06/2024; tệp SHA-256 {result.plan.file_sha256}."
    )


def accept_all(engine: Engine, draft: PlanDraft) -> None:
    """Every task as if each had been decided on; those that wait for a person's word go on waiting."""
    with engine.begin() as connection:
        connection.execute(text("UPDATE draft_task SET state = 'sua' WHERE draft_id = :draft"), {"draft": draft.id})


def fingerprint(engine: Engine, code: str) -> list[tuple[Any, ...]]:
    """Everything a load stored of a plan's tasks and obligations, but for keys the database counted."""
    tasks = (
        col(PlanTask.code),
        col(PlanTask.title),
        col(PlanTask.schedule),
        col(PlanTask.family),
        col(PlanTask.ladder),
    )
    rows = [col(getattr(Obligation, name)) for name in
            ("code", "legal", "target", "status", "receipt", "ladder", "unit", "next_wakeup_at")]  # fmt: skip
    query = (
        select(*tasks, *rows)
        .join(Obligation, col(Obligation.plan_task_id) == col(PlanTask.id), isouter=True)
        .join(Plan, col(Plan.id) == col(PlanTask.plan_id))
        .where(col(Plan.code) == code)
        .order_by(col(PlanTask.code), col(Obligation.code))
    )
    with Session(engine) as session:
        return [tuple(row) for row in session.execute(query)]


def test_the_whole_real_plan_reviewed_is_loaded_as_the_command_loads_it(
    loaded: Engine, engine: Engine, tmp_path: Path
) -> None:
    """85 tasks; the plan file it becomes, loaded with its people on an empty database, opens the same obligations."""
    draft = imported(loaded, whole(), MON_17_JUNE, source("ke-hoach-08.txt", b"08/KH-UBND"))
    accept_all(loaded, draft)
    found = ahead(loaded, draft)
    assert found.blocks == []
    with transaction(loaded) as session:
        result, raw = load_draft(session, draft.id or 0, MON_17_JUNE, HER)
    assert len(result.opened) == found.opens > 200
    path = tmp_path / "reviewed.yaml"
    path.write_bytes(raw)
    plan = read_plan(path)
    with transaction(engine) as session:
        load_plan(
            session,
            plan,
            read_people(PLANS / "people.yaml"),
            read_notices(PLANS / "calendar.yaml"),
            HER.now,
            MON_17_JUNE,
        )
    assert fingerprint(loaded, draft.code) == fingerprint(engine, draft.code)
