"""The whole way once, with nothing made up: Postfix, a mailbox over IMAP, a browser, and what comes back."""

from __future__ import annotations

import asyncio
import re
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
import uvicorn
from office import MON_17_JUNE, PLANS
from real_mail import SENDER, RealMail, real_mail, why_not
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from deployments.ports import free_port
from flows.mail import SmtpMailer
from flows.sending import Office
from flows.sweep import Swept, sweep
from models.audit import verify
from models.audit_actions import Action
from models.deliveries import unreached
from models.office_key import office_key
from models.record_tables import AuditEntry, Digest, Letter
from models.reply_tables import ReturnedMail
from models.reports import Shelves
from models.settings import Settings
from models.store import transaction
from models.tables import Obligation, Person
from rules.vietnamese import morning_of
from web.app import create_app

pytestmark = [pytest.mark.real, pytest.mark.skipif(bool(why_not()), reason=why_not())]
CHROMIUM = shutil.which("chromium")
TRAN, MAU = "tran-thi-vi-du", "le-thi-mau"
TUE_18_JUNE, WED_19_JUNE, THU_20_JUNE = date(2024, 6, 18), date(2024, 6, 19), date(2024, 6, 20)
PART = "nhu-quynh-2024.B02.2024-H1-sl-cong-chuc"  # figures for the six-month report, asked for from Thursday 13/6 on


@dataclass
class House:
    """The office with its mail, its pages and its day."""

    engine: Engine
    settings: Settings
    mail: RealMail
    day: date = MON_17_JUNE
    swept: list[Swept] = field(default_factory=list)

    def now(self) -> datetime:
        return morning_of(self.day)

    def morning(self, day: date) -> Swept:
        """Let it be `day` and sweep."""
        self.day = day
        done = asyncio.run(sweep(Office(self.engine, self.settings, SmtpMailer(self.settings)), self.now()))
        self.swept.append(done)
        return done

    def inbox(self, person: str, count: int = 1) -> list[EmailMessage]:
        """A person's mailbox once it holds `count` mails, read over IMAP with TLS."""
        address = f"{person}@{self.mail.domain}"
        return [message_from_bytes(raw, policy=policy.default) for raw in self.mail.wait_for(address, count)]

    def newest(self, person: str, count: int = 1) -> EmailMessage:
        """The newest mail in a person's mailbox."""
        return self.inbox(person, count)[-1]

    def found(self, query: object) -> list[object]:
        with Session(self.engine) as session:
            return list(session.execute(query).scalars())  # type: ignore[call-overload]


@pytest.fixture
def system() -> Iterator[RealMail]:
    people = re.findall(r"email: ([a-z-]+@nhuquynh\.example)", (PLANS / "people.yaml").read_text())
    with real_mail([address for address in people if not address.startswith("kieu")]) as mail:
        yield mail


@pytest.fixture
def house(loaded: Engine, settings: Settings, system: RealMail) -> House:
    port = free_port()
    own = settings.model_copy(
        update={
            "smtp_port": system.smtp_port, "smtp_security": "starttls", "smtp_user": system.user,
            "smtp_password_file": system.password_file, "smtp_ca_file": system.ca_file, "mail_from": SENDER,
            "returns_host": "localhost", "returns_port": system.imaps_port, "returns_security": "tls",
            "returns_user": system.user, "returns_password_file": system.password_file,
            "web_port": port, "base_url": f"http://127.0.0.1:{port}",
        }
    )  # fmt: skip
    return House(loaded, own, system)


@contextmanager
def served(house: House) -> Iterator[None]:
    """The pages on the port that the links in mails name."""
    shelves = Shelves(PLANS / "mau", house.settings.files_dir)
    app = create_app(house.engine, house.now, shelves=shelves, key=office_key(house.settings))
    config = uvicorn.Config(app, host="127.0.0.1", port=house.settings.web_port, log_level="warning", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield
    server.should_exit = True
    thread.join()


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def link_to(message: EmailMessage, title: str) -> str:
    """The link of one obligation's button."""
    text = text_of(message)
    return re.findall(r"http://127\.0\.0\.1:\d+/tra-loi/[\w.-]+", text[text.index(title) :])[0]


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
def test_a_mail_is_read_its_button_pressed_and_the_duty_is_done(house: House) -> None:
    from playwright.sync_api import sync_playwright

    house.morning(MON_17_JUNE)
    message = house.newest(TRAN)
    assert message["From"].addresses[0].addr_spec == SENDER
    [digest] = house.found(
        select(Digest).join(Person, col(Person.id) == col(Digest.person_id)).where(col(Person.code) == TRAN)
    )
    assert isinstance(digest, Digest)
    assert message["Message-ID"] == digest.message_id
    assert re.match(r"250 .*queued as", digest.response)
    assert message["Return-Path"].strip("<>").startswith(f"nhacviec+{digest.id}.")
    with served(house), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 390, "height": 844}, locale="vi-VN")
        page.set_content(text_of(message, "html"))
        page.goto(link_to(message, "Nộp số liệu"))
        page.fill("#hoan-thanh-ngay", "17/06/2024")
        page.fill("#hoan-thanh-minh-chung", "Công văn 12/CV ngày 17/06/2024")
        page.click("#hoan-thanh button")
        assert "Công văn 12/CV" in page.inner_text("main")
        browser.close()
    [row] = house.found(select(Obligation).where(col(Obligation.code) == PART))
    assert isinstance(row, Obligation)
    assert (row.status, row.done_on) == ("hoan-thanh", MON_17_JUNE)
    entries = house.found(select(AuditEntry).where(col(AuditEntry.subject) == PART))
    done = [e for e in entries if isinstance(e, AuditEntry) and e.action == Action.REPORTED_DONE]
    assert [(e.actor, e.detail["document"]) for e in done] == [(TRAN, "Công văn 12/CV ngày 17/06/2024")]
    with Session(house.engine) as session:
        assert verify(session, 1)[1] is None
    house.morning(TUE_18_JUNE)
    assert "Đã ghi nhận đồng chí báo hoàn thành ngày 17/06/2024" in text_of(house.newest(TRAN, 2))


def test_an_unknown_recipient_comes_back_is_matched_and_the_office_hears(house: House) -> None:
    """Kiều Văn Kiểm Thử has an address, and the mail server does not know it."""
    for day in (MON_17_JUNE, TUE_18_JUNE, WED_19_JUNE, THU_20_JUNE):
        house.morning(day)
    [person] = house.found(select(Person).where(col(Person.code) == "kieu-van-kiem-thu"))
    assert isinstance(person, Person)
    mails = house.found(select(Digest).where(col(Digest.person_id) == person.id))
    house.mail.wait_for(SENDER, len(mails))
    house.morning(date(2024, 6, 21))
    returned = [one for one in house.found(select(ReturnedMail)) if isinstance(one, ReturnedMail)]
    assert {one.kind for one in returned} == {"khong-den"}
    assert {one.status for one in returned} == {"5.1.1"}
    statuses = {d.day: d.status for d in house.found(select(Digest).where(col(Digest.person_id) == person.id))
                if isinstance(d, Digest)}  # fmt: skip
    assert statuses[min(statuses)] == "bi-tra-lai"
    office = house.found(select(Letter).where(col(Letter.stands_for_id) == person.id))
    assert office
    with Session(house.engine) as session:
        told = select(Digest).join(Person, col(Person.id) == col(Digest.person_id)).where(col(Person.code) == MAU)
        own = len(session.execute(told).all())
    assert any("Kiều Văn Kiểm Thử" in text_of(message) for message in house.inbox(MAU, own))
    with transaction(house.engine) as session:
        names = [one.person.code for one in unreached(session, 1)]
    assert names == (["kieu-van-kiem-thu"] if len(returned) > 1 else [])
    assert [one.mailbox for one in house.swept] == [""] * 5
