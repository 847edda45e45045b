"""The morning mail as people meet it: its words in text and in HTML, its size, its safety, its look in a browser."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from email import message_from_bytes, policy
from email.generator import BytesGenerator
from email.header import decode_header, make_header
from email.message import Message
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from office import MON_17_JUNE, KeptMail, copy_database
from sqlalchemy import URL
from test_sweep import body, subject

from flows.invitations import Entry, calendar_part
from flows.letters import DigestMail, Line, Section
from flows.messages import Draft, build_message, rendered
from flows.sending import Office
from flows.sweep import sweep
from models.actions import report_done
from models.overview import DoneLine, Overview, UnitRow
from models.record_tables import Digest
from models.settings import Settings
from models.store import APP_ROLE, drop_database, open_engine, transaction
from models.tables import Person
from rules.vietnamese import morning_of

THU_18_JULY, MON_22_JULY, FRI_26_JULY = date(2024, 7, 18), date(2024, 7, 22), date(2024, 7, 26)
POOR = "nhu-quynh-2024.P3b.2024-M06"
PAGES = "http://pages.example"
HOSTILE = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>"
FORGED = "xong.\n   Xem và báo kết quả: http://evil.example/\r\nBcc: a@evil.example\u2028QUÁ HẠN\u202e"
GMAIL_CLIPS = 102 * 1024  # bytes of HTML
LEAST_FONT, LEAST_TOUCH = 15, 44  # pixels


# Real mornings, and a mail in which everything happens at once


@pytest.fixture(scope="module")
def mornings(
    loaded_template: URL, copies: Callable[[], int], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Message]]:
    """Every mail of the loaded plan from Monday 17/06 to Monday 22/07/2024; one thing is reported done on the way."""
    url = loaded_template.set(database=f"{loaded_template.database}_look_{copies()}")
    copy_database(loaded_template, url)
    engine = open_engine(url.set(username=APP_ROLE), durable=False)
    settings = Settings(base_url=PAGES, state_dir=tmp_path_factory.mktemp("look"), smtp_retries=())
    mail = KeptMail()
    for number in range((MON_22_JULY - MON_17_JUNE).days + 1):
        day = MON_17_JUNE + timedelta(days=number)
        if day == THU_18_JULY:
            with transaction(engine) as session:
                report_done(session, POOR, "ngo-thi-tuong-trung", day, "21/BC-UBND", morning_of(day))
        asyncio.run(sweep(Office(engine, settings, mail), morning_of(day)))
    yield [message for _, message in mail.kept]
    engine.dispose()
    drop_database(url)


PLAIN = Line(
    code="a", title="Rà soát hộ nghèo phát sinh trong tháng", period="tháng 07/2024", state="còn 3 ngày làm việc",
    days_left=3, overdue=False, target=date(2024, 7, 31), legal=date(2024, 7, 31), agreed=None, internal=False,
    keeps=False, standing=False, provisional=False, closed=False,
    because=("Kế hoạch ghi: «Định kỳ».", "Ngày cuối: thứ Tư, 31/07/2024."), basis=("Điều 3 Quyết định 24/2021/QĐ-TTg",),
    late_rungs=(), news=(), stands_for="", asked=False, leads=False, draft="", draft_for="", url=f"{PAGES}/tra-loi/a",
)  # fmt: skip
ASKED = replace(
    PLAIN, code="b", title="Báo cáo tiếp công dân", asked=True, leads=True, url=f"{PAGES}/duyet/b",
    news=("Cần đồng chí quyết định: Lê Thị Mẫu xin thêm đến 09/08/2024. Lý do: đợi số liệu của các thôn.",),
)  # fmt: skip
AGREED = replace(
    PLAIN, code="c", title="Công khai ngân sách", overdue=True, legal=date(2024, 7, 15), target=date(2024, 7, 15),
    agreed=date(2024, 8, 2), state="còn 5 ngày làm việc", stands_for="Ngô Thị Tượng Trưng",
    late_rungs=("sau 5 ngày làm việc (22/07/2024)",), draft="Kính gửi: Công chức Tài chính - Kế toán.",
    url=f"{PAGES}/tra-loi/c",
)  # fmt: skip
CLOSED = replace(
    PLAIN, code="d", title="Họp thôn quý III", closed=True, state="đã khép lại", url=f"{PAGES}/tra-loi/d",
    news=("Đã ghi nhận đồng chí báo xong ngày 25/07/2024.",),
)  # fmt: skip
KEPT = replace(PLAIN, code="e", title="Danh sách hộ nghèo", keeps=True, state="chưa được gỡ", url=f"{PAGES}/tra-loi/e")
INTERNAL = replace(
    PLAIN, code="f", title="Kiểm tra kỷ cương", internal=True, standing=True, provisional=True,
    legal=date(2024, 8, 4), target=date(2024, 8, 2), url=f"{PAGES}/tra-loi/f",
)  # fmt: skip
OVERVIEW = Overview(
    units=(UnitRow("Văn phòng UBND", 5, 2, 1, 2), UnitRow("Công chức Tư pháp", 4, 0, 0, 1)),
    overdue=(
        SimpleNamespace(
            title="Công khai ngân sách", period="6 tháng", lead="Tài chính", legal=date(2024, 7, 15), internal=False
        ),
    ),
    this_week=(
        SimpleNamespace(
            title="Tiếp công dân",
            period="tuần 30/2024",
            lead="Lãnh đạo UBND",
            target=FRI_26_JULY,
            legal=date(2024, 7, 28),
        ),
    ),
    done=(DoneLine("z", "Báo cáo quý II", "quý II", THU_18_JULY, "15/BC-UBND"),),
    waiting=2,
    unknown=1,
    unreached=("Đặng Văn Sơ Đồ", "Lê Thị Mẫu"),
)  # type: ignore[arg-type]
READER = Person(authority_id=1, code="mau", name="Lê Thị Mẫu", title="Công chức", email="mau@nhuquynh.example")
EVERYTHING = DigestMail(
    authority="UBND thị trấn Như Quỳnh", person=READER, day=FRI_26_JULY,
    sections=(
        Section("Chờ đồng chí quyết định", (ASKED,)), Section("Quá hạn", (AGREED,)), Section("Để biết", (CLOSED,)),
        Section("Niêm yết", (KEPT,)), Section("Sắp đến hạn", (PLAIN, INTERNAL)),
    ),
    overview=OVERVIEW, review_urls={"z": f"{PAGES}/duyet/z"}, wishes_url=f"{PAGES}/tuy-chon/w",
)  # fmt: skip
DIGEST = Digest(
    authority_id=1, person_id=1, day=FRI_26_JULY, status="dang-gui", message_id="<20240726.mau.x@dunghan.example>"
)


def of_lines(*lines: Line) -> DigestMail:
    """A mail with these lines and nothing else."""
    return replace(EVERYTHING, sections=(Section("Sắp đến hạn", lines),), overview=None, review_urls={})


def built(mail: DigestMail, **more: Any) -> Message:
    return build_message(mail, DIGEST, Settings(base_url=PAGES), morning_of(FRI_26_JULY), **more)


def block(mail: DigestMail, line: Line) -> str:
    """What the text says of one line, from its number to its button."""
    text = rendered(mail)[0]
    return text[text.index(f". {line.title} – ") :].split(line.url)[0]


def numbers(text: str) -> list[int]:
    """The numbers lines bear, those of the receipts left out."""
    return [int(number) for number in re.findall(r"^(\d+)\. ", text.split("\nDIỄN GIẢI TỪNG HẠN\n")[0], re.M)]


class Seen(HTMLParser):
    """What a reader sees of an HTML mail, and everything it is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words, self.hidden = "", ""
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.links: dict[str, str] = {}  # address -> what is written on it
        self._inside: list[tuple[str, bool]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        if tag in ("br", "meta"):
            self.words += " "
            return
        unseen = tag in ("head", "title", "style") or "display:none" in (given.get("style") or "")
        self._inside.append((tag, unseen))
        if tag == "a":
            self.links[given["href"] or ""] = ""

    def handle_endtag(self, tag: str) -> None:
        assert self._inside.pop()[0] == tag, tag  # well-formed
        if tag not in ("strong", "em", "a"):
            self.words += "\n"

    def handle_data(self, data: str) -> None:
        if any(tag in ("head", "style") for tag, _ in self._inside):
            return
        if any(unseen for _, unseen in self._inside):
            self.hidden += data
            return
        self.words += data
        if any(tag == "a" for tag, _ in self._inside):
            self.links[next(reversed(self.links))] += data


def words_of(text: str) -> list[str]:
    """The words in order; addresses and punctuation are none."""
    return re.findall(r"\w+", re.sub(r"https?://\S+", " ", text.casefold()))


# Text and HTML


def test_text_and_html_say_the_same_words_in_the_same_order(mornings: list[Message]) -> None:
    assert len(mornings) > 100
    for message in [*mornings, built(EVERYTHING)]:
        assert words_of(Seen(body(message, "html")).words) == words_of(body(message, "plain"))


def test_text_and_html_lead_to_the_same_pages(mornings: list[Message]) -> None:
    for message in [*mornings, built(EVERYTHING)]:
        links = Seen(body(message, "html")).links
        text = body(message, "plain")
        assert sorted(re.findall(rf"{PAGES}\S+", text)) == sorted(links)
        for address, written in links.items():
            assert f"{written}: {address}" in text


def test_what_shows_beside_the_subject_in_a_list_of_mails_stands_in_the_mail_too(mornings: list[Message]) -> None:
    for message in mornings:
        seen = Seen(body(message, "html"))
        assert set(words_of(seen.hidden)) <= set(words_of(seen.words))


def test_the_mail_is_marked_as_vietnamese_and_its_title_is_its_subject(mornings: list[Message]) -> None:
    for message in mornings:
        html = body(message, "html")
        assert '<html lang="vi">' in html
        assert f"<title>{subject(message)}</title>" in html
        assert message["Content-Language"] == "vi"


# Subject and headers


def test_the_subject_says_kind_count_and_nearest_date(mornings: list[Message]) -> None:
    for message in mornings:
        said, text = subject(message), body(message, "plain")
        found = re.fullmatch(r"(Nhắc hạn|Đôn đốc|Tình hình đầu tuần|Thông báo): (\d+) việc.* (\d\d/\d\d/\d{4})", said)
        assert found, said
        assert found[3] in text
        if found[1] in ("Nhắc hạn", "Đôn đốc"):
            assert sum(map(int, re.findall(r"(\d+) việc", said))) == len(numbers(text))


def test_the_subjects_of_the_four_kinds() -> None:
    assert of_lines(PLAIN, AGREED).subject == "Đôn đốc: 1 việc quá hạn, 1 việc khác, sớm nhất 15/07/2024"
    assert of_lines(PLAIN, INTERNAL).subject == "Nhắc hạn: 2 việc, gần nhất 31/07/2024"
    assert of_lines(CLOSED).subject == "Thông báo: 1 việc đã ghi nhận, ngày 26/07/2024"
    assert replace(EVERYTHING, sections=()).subject.startswith("Tình hình đầu tuần: ")


def test_the_same_digest_gives_the_same_bytes_under_the_same_message_id() -> None:
    first, again = built(EVERYTHING), built(EVERYTHING)
    assert first["Message-ID"] == again["Message-ID"] == DIGEST.message_id
    assert first.as_bytes() == again.as_bytes()


def test_nobody_unsubscribes_from_official_duties_and_machines_do_not_answer(mornings: list[Message]) -> None:
    for message in mornings:
        assert not [name for name in message.keys() if name.lower().startswith("list-")]  # noqa: SIM118
        assert message["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    "name", ["Lê Thị Mẫu", "Trần Thị Tên Rất Dài Ở Một Xã Có Tên Cũng Rất Dài Nguyễn Đặng", "😀" * 40]
)
def test_a_header_of_any_length_is_read_back_and_no_line_of_it_is_too_long(name: str) -> None:
    mail = replace(EVERYTHING, person=Person(authority_id=1, code="x", name=name, title="x", email="x@y.example"))
    raw = built(mail).as_bytes(policy=policy.SMTP)
    read = message_from_bytes(raw)
    assert str(make_header(decode_header(read["To"]))) == f"{name} <x@y.example>"
    assert subject(read) == mail.subject
    assert max(map(len, raw.split(b"\r\n"))) <= 100
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_what_is_written_out_is_what_the_library_would_write() -> None:
    """Parts of every kind, read back from our bytes and from the library's own."""
    who = ("Lê Thị Mẫu", "mau@x.example")
    entry = Entry("a.b.c@x.example", 0, False, "Họp", "quý III", FRI_26_JULY, FRI_26_JULY, "Vì sao", "", who, who)
    message = built(
        EVERYTHING,
        entries=[calendar_part(entry, morning_of(FRI_26_JULY))],
        drafts=[Draft("du-thao.docx", bytes(range(256)) * 9)],
    )
    theirs = BytesIO()
    BytesGenerator(theirs, mangle_from_=False, maxheaderlen=0).flatten(message)
    ours, library = (message_from_bytes(raw, policy=policy.default) for raw in (message.as_bytes(), theirs.getvalue()))
    assert ours.items() == library.items()
    kinds = []
    for mine, other in zip(ours.walk(), library.walk(), strict=True):
        assert mine.items() == other.items()
        assert mine.get_payload(decode=True) == other.get_payload(decode=True)
        assert not mine.defects
        kinds.append(mine.get_content_type().split("/")[1][:12])
    assert kinds == ["mixed", "alternative", "plain", "html", "calendar", "vnd.openxmlf"]


# What each line says


def test_each_line_has_one_button_and_lines_are_numbered_through_the_mail(mornings: list[Message]) -> None:
    for message in [*mornings, built(EVERYTHING)]:
        text, seen = body(message, "plain"), Seen(body(message, "html"))
        assert numbers(text) == list(range(1, len(numbers(text)) + 1))
        buttons = [given for tag, given in seen.tags if tag == "td" and given.get("class") == "k"]
        assert len(buttons) == len(numbers(text)) == len(re.findall(r"^   Xem [^:]*: http", text, re.M))


def test_receipts_stand_at_the_end_under_the_numbers_of_their_lines() -> None:
    told, receipts = rendered(EVERYTHING)[0].split("\nDIỄN GIẢI TỪNG HẠN\n")
    assert "Căn cứ:" not in told
    for number, line in enumerate(EVERYTHING.lines, start=1):
        assert f"\n{number}. {line.title} – {line.period}\n" in told
        assert (f"\n{number}. {line.title} – {line.period}\n" in receipts) == (not line.closed)
    assert receipts.count("Căn cứ: Điều 3 Quyết định 24/2021/QĐ-TTg.") == 5
    assert PLAIN.because[0] in block(EVERYTHING, PLAIN)
    assert PLAIN.because[1] in receipts


def test_the_plans_own_words_and_every_step_of_the_count_are_in_the_mail() -> None:
    text = rendered(EVERYTHING)[0]
    for line in EVERYTHING.lines:
        assert line.closed or all(sentence in text for sentence in (*line.because, *line.basis))


def test_an_ordinary_line_says_its_safe_day_and_its_legal_day_only_when_it_is_another() -> None:
    assert "Nên hoàn thành: thứ Tư, 31/07/2024 (còn 3 ngày làm việc)." in block(EVERYTHING, PLAIN)
    assert "Hạn theo quy định" not in block(EVERYTHING, PLAIN)
    rolled = replace(PLAIN, legal=date(2024, 8, 4))
    assert "Hạn theo quy định: hết ngày Chủ nhật, 04/08/2024." in block(of_lines(rolled), rolled)


def test_how_late_it_is_stands_by_the_legal_day() -> None:
    late = replace(
        PLAIN, overdue=True, target=date(2024, 7, 19), legal=date(2024, 7, 21), state="đã quá hạn 5 ngày làm việc"
    )
    said = block(of_lines(late), late)
    assert "Nên hoàn thành: thứ Sáu, 19/07/2024.\n" in said
    assert "Hạn theo quy định: hết ngày Chủ nhật, 21/07/2024 (đã quá hạn 5 ngày làm việc)." in said


def test_an_internal_checkpoint_is_never_shown_as_law() -> None:
    said = block(EVERYTHING, INTERNAL)
    assert "Mốc theo dõi nội bộ: thứ Sáu, 02/08/2024" in said
    assert "Việc thường xuyên: xin ghi một dòng đã làm được gì trong kỳ, kèm minh chứng." in said
    assert "Ngày tạm tính: lịch nghỉ chính thức của thời gian này chưa công bố." in said
    assert "Hạn" not in said
    later = replace(INTERNAL, agreed=date(2024, 8, 9))
    assert "mốc theo dõi nội bộ giữ nguyên" in block(of_lines(later), later)
    assert "theo quy định" not in block(of_lines(later), later)


def test_what_must_stay_posted_says_until_when() -> None:
    said = block(EVERYTHING, KEPT)
    assert "Giữ niêm yết đến hết: thứ Tư, 31/07/2024 (chưa được gỡ)." in said
    assert "Xem và ghi ngày gỡ" in said


def test_a_day_a_leader_agreed_to_leaves_the_legal_day_where_it_is() -> None:
    said = block(EVERYTHING, AGREED)
    assert "Hạn theo quy định: hết ngày thứ Hai, 15/07/2024." in said
    assert (
        "Lãnh đạo đồng ý hoàn thành chậm nhất thứ Sáu, 02/08/2024 (còn 5 ngày làm việc); hạn theo quy định giữ nguyên."
        in said
    )
    assert "Nên hoàn thành: thứ Hai, 15/07/2024.\n" in said


def test_whom_the_reader_hears_for_is_named_whether_away_or_unreached() -> None:
    said = block(EVERYTHING, AGREED)
    assert "thay cho đồng chí Ngô Thị Tượng Trưng (đang vắng hoặc thư không đến được)" in said
    assert "Mốc nhắc gửi muộn: sau 5 ngày làm việc (22/07/2024)." in said
    assert "Dự thảo nội dung công văn đôn đốc (trình ký): Kính gửi: Công chức Tài chính - Kế toán." in said


def test_a_closed_line_tells_its_news_and_asks_nothing() -> None:
    said = block(EVERYTHING, CLOSED)
    assert "Đã ghi nhận đồng chí báo xong ngày 25/07/2024." in said
    assert "Xem lại" in said
    for word in ("Nên hoàn thành", "Hạn", "Mốc", "Kế hoạch ghi", "còn "):
        assert word not in said
    silent = replace(CLOSED, news=())
    assert "đã khép lại, đồng chí không cần làm gì thêm" in block(of_lines(silent), silent)


def test_a_leader_is_asked_to_decide_and_not_to_write_what_was_done() -> None:
    assert "Xem và quyết định" in block(EVERYTHING, ASKED)
    led = replace(INTERNAL, leads=True)
    assert "xin ghi một dòng" not in block(of_lines(led), led)


# Around the lines


def test_the_greeting_comes_first_then_the_week_then_the_lines_then_the_receipts(mornings: list[Message]) -> None:
    for message in mornings:
        text = body(message, "plain")
        assert text.startswith("Kính gửi đồng chí ")
        assert text.endswith("Trân trọng.")
        heads = re.findall(r"^[^a-z\d\n]{6,}$", text, re.M)
        assert heads.index("TÌNH HÌNH ĐẦU TUẦN") == 0 if "TÌNH HÌNH ĐẦU TUẦN" in heads else True
        assert "DIỄN GIẢI TỪNG HẠN" not in heads[:-1]


def test_a_leader_reads_how_the_week_begins_with_a_link_to_what_was_done(mornings: list[Message]) -> None:
    chair = next(m for m in mornings if m["Message-ID"].startswith("<20240722.hoang-van-mo-phong."))
    text = body(chair, "plain")
    week = text.split("TÌNH HÌNH ĐẦU TUẦN")[1]
    assert "Đơn vị: Trong hạn / Sắp đến hạn / Quá hạn\n- " in week
    assert re.search(
        rf"Hoàn thành thứ Năm, 18/07/2024\. Minh chứng: .*21/BC-UBND.*\n  Xem lại kết quả: {PAGES}/duyet/", week
    )
    assert "- Chủ tịch trực tiếp tiếp công dân – tuần 30/2024" in week.split("Đến hạn trong tuần này")[1]
    assert "Báo cáo kết quả PAPI 6 tháng đầu năm" in week.split("\nQuá hạn\n")[1].split("Đến hạn trong tuần")[0]


def test_the_overview_counts_and_keeps_internal_checkpoints_apart() -> None:
    text = rendered(EVERYTHING)[0]
    overdue = text.split("\nQuá hạn\n")[1].split("Đến hạn trong tuần này")[0]
    assert "Công khai ngân sách – 6 tháng\n  Tài chính. Hạn: hết ngày thứ Hai, 15/07/2024." in overdue
    assert "Ngoài ra có 3 mốc theo dõi nội bộ đã qua ngày; đó không phải là hạn theo quy định" in text
    assert "- Văn phòng UBND: 5 / 2 / 1\n" in text
    assert "Đề nghị đang chờ quyết định: 2.\nThư chưa rõ đã đến hay chưa: 1.\n" in text
    assert "Người không nhận được thư: Đặng Văn Sơ Đồ; Lê Thị Mẫu." in text


def test_an_overview_with_nothing_in_it_says_so() -> None:
    nothing = replace(EVERYTHING, sections=(), overview=Overview((), (), (), (), 0, 0, ()), review_urls={})
    text, html = rendered(nothing)
    assert text.count("Không có việc nào") == 3
    assert "Chưa có việc nào." in text
    assert "Người không nhận được thư: không có." in text
    assert words_of(Seen(html).words) == words_of(text)


def test_the_end_says_what_the_mail_is_not_and_whose_its_links_are(mornings: list[Message]) -> None:
    for message in [*mornings, built(EVERYTHING)]:
        end = body(message, "plain")[-900:]
        assert "Đây là thư nhắc tự động, không thay thế văn bản chỉ đạo." in end
        assert "Thư trả lời vào địa chỉ này không được ghi nhận là kết quả" in end
        assert "xin không chuyển tiếp thư này cho người khác" in end
        assert f"Đặt giờ nhận thư: {PAGES}/tuy-chon/" in end


def test_nothing_looks_like_an_official_document(mornings: list[Message]) -> None:
    for message in [*mornings, built(EVERYTHING)]:
        text = body(message, "plain").casefold()
        assert "cộng hòa xã hội chủ nghĩa" not in text
        assert "độc lập - tự do" not in text
        assert not re.search(r"^\s*số:", text, re.M)


# Size and safety


def test_a_mail_of_fifteen_lines_is_far_from_where_gmail_clips(mornings: list[Message]) -> None:
    fifteen = [m for m in mornings if len(Seen(body(m, "html")).links) > 15]
    assert fifteen
    for message in fifteen:
        assert len(body(message, "html").encode()) < GMAIL_CLIPS
    long = of_lines(
        *(
            replace(AGREED, code=str(n), because=("Kế hoạch ghi.", "Dài. " * 60), news=("Tin. " * 40,))
            for n in range(15)
        )
    )
    assert len(rendered(long)[1].encode()) < GMAIL_CLIPS


def test_no_picture_no_script_no_font_from_elsewhere_and_every_link_is_ours(mornings: list[Message]) -> None:
    known = {"html", "head", "meta", "title", "style", "body", "div", "table", "tr", "td", "th", "h2", "h3", "p", "a"}
    for message in [*mornings, built(EVERYTHING)]:
        html, seen = body(message, "html"), Seen(body(message, "html"))
        assert {tag for tag, _ in seen.tags} <= known | {"strong", "em", "br"}
        assert not re.search(r"url\(|@import|@font-face|src=|\bon\w+=", html)
        assert all(address.startswith(f"{PAGES}/") for address in seen.links)


def test_layout_tables_say_that_they_are_none_and_figures_have_their_headings() -> None:
    tables = [given for tag, given in Seen(rendered(EVERYTHING)[1]).tags if tag == "table"]
    assert len([given for given in tables if given.get("role") != "presentation"]) == 1
    scopes = Counter(given.get("scope") for tag, given in Seen(rendered(EVERYTHING)[1]).tags if tag == "th")
    assert scopes == {"col": 4, "row": 2}


def test_no_letter_is_smaller_than_can_be_read(mornings: list[Message]) -> None:
    for message in [mornings[0], built(EVERYTHING)]:
        sizes = [int(size) for size in re.findall(r"(?:font-size:|font:(?:bold )?)(\d+)px", body(message, "html"))]
        assert min(sizes) >= LEAST_FONT


@pytest.mark.parametrize("typed", [HOSTILE, FORGED, HOSTILE + FORGED, "{{ 7*7 }}{% raw %}", "x" * 3000])
def test_hostile_text_is_only_ever_text(typed: str) -> None:
    line = replace(
        PLAIN, title=typed, period=typed, state=typed, because=(typed, typed), basis=(typed,), news=(typed,),
        late_rungs=(typed,), stands_for=typed, draft=typed,
    )  # fmt: skip
    overview = replace(
        OVERVIEW,
        units=(UnitRow(typed, 1, 2, 3, 4),),
        unreached=(typed,),
        done=(DoneLine("z", typed, typed, THU_18_JULY, typed),),
    )
    person = Person(authority_id=1, code="x", name=typed, title=typed, email="x@y.example")
    mail = replace(
        EVERYTHING, authority=typed, person=person, overview=overview,
        sections=(Section(typed, (line, replace(line, code="b", closed=True))),),
    )  # fmt: skip
    text, html = rendered(mail)
    seen = Seen(html)
    assert words_of(seen.words) == words_of(text)
    assert not {"script", "img"} & {tag for tag, _ in seen.tags}
    assert not [name for _, given in seen.tags for name in given if name.startswith("on")]
    assert set(seen.links) == {PLAIN.url, f"{PAGES}/duyet/z", f"{PAGES}/tuy-chon/w"}
    assert not [
        said for said in text.splitlines() if "evil" in said and said.lstrip().startswith(("Xem", "Bcc", "http"))
    ]
    assert "\nQUÁ HẠN" not in text
    assert "\u202e" not in text + html
    message = message_from_bytes(built(mail).as_bytes(), policy=policy.default)
    assert message["Bcc"] is None
    assert message["To"].addresses[0].addr_spec == "x@y.example"
    assert not message.defects


# In a browser


def contrast_and_all(page: Any) -> str:
    """What axe finds. A mail stands inside a mail program's page, which has the landmarks and the first heading."""
    from axe_playwright_python.sync_playwright import Axe

    of_the_page = {rule: {"enabled": False} for rule in ("region", "landmark-one-main", "page-has-heading-one")}
    return str(Axe().run(page, options={"rules": of_the_page, "resultTypes": ["violations"]}).generate_snapshot())


@pytest.mark.real
@pytest.mark.skipif(not shutil.which("chromium"), reason="Chromium is not installed")
def test_the_mail_reads_well_on_a_phone_and_a_desk_by_day_and_by_night(mornings: list[Message]) -> None:
    from playwright.sync_api import sync_playwright

    shots = Path("/tmp/shots-mail")
    shots.mkdir(exist_ok=True)
    quiet = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update"]
    busy = max(mornings, key=lambda message: len(body(message, "html")))
    chair = next(m for m in mornings if m["Message-ID"].startswith("<20240722.hoang-van-mo-phong."))
    urged = next(m for m in mornings if subject(m).startswith("Đôn đốc"))
    long = of_lines(replace(AGREED, title="x" * 300, news=("SHA-256 " + "9f86d081" * 8,), stands_for="y" * 90))
    letters = {"everything": rendered(EVERYTHING)[1], "long-words": rendered(long)[1]}
    letters |= {name: body(message, "html") for name, message in (("busy", busy), ("chair", chair), ("urged", urged))}
    asked: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=quiet)
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        for name, html in letters.items():
            page.set_content(html)
            for width in (320, 390, 1280):
                page.set_viewport_size({"width": width, "height": 844})
                for scheme in ("light", "dark"):
                    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                    assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
                    assert contrast_and_all(page) == "", (name, width, scheme)
                    if width != 320:
                        page.screenshot(path=shots / f"{name}-{width}-{scheme}.png", full_page=True)
                for link in page.get_by_role("link").all():
                    box = link.bounding_box()
                    assert box
                    assert box["height"] >= LEAST_TOUCH, (name, width, link.inner_text())
        browser.close()
    assert asked == []
