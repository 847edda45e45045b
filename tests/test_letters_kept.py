"""Each letter's text is kept as it was sent, with nothing in it to act with; the trail notices when it is changed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from datetime import date, datetime
from email.message import Message
from pathlib import Path

import pytest
from acting import Office as Pages
from deliveries_seen import clock
from office import MON_17_JUNE, KeptMail
from sqlalchemy import URL, Engine, create_engine, select, text
from sqlalchemy.exc import ProgrammingError
from sqlmodel import Session, col

from flows.mail import Result
from flows.sending import Office
from flows.sweep import sweep
from models.audit import verify
from models.audit_actions import Action
from models.digests import give_up_on_lost, start_sending
from models.letter_texts import text_hash, without_secrets
from models.record_tables import AuditEntry, Digest
from models.run_tables import DigestText
from models.settings import Settings
from models.store import AUDITOR_ROLE, transaction
from models.tables import Authority
from rules.vietnamese import morning_of

TUE_18_JUNE = date(2024, 6, 18)
P8A = "nhu-quynh-2024.P8a.2024-Q2"  # told on Monday 17/6/2024
LATER = clock(MON_17_JUNE, "10:30")
LINK = re.compile(r"/(?:tra-loi|duyet|tuy-chon)/([^\s…]+)")
RUN = "0190b0a0-0000-7000-8000-000000000001"


def round_at(engine: Engine, settings: Settings, mail: KeptMail, now: datetime, flow_run: str = "") -> None:
    asyncio.run(sweep(Office(engine, settings, mail, flow_run=flow_run), now))


@pytest.fixture
def swept(office_engine: Engine, settings: Settings, mail: KeptMail) -> Engine:
    """The office after its sweep of Monday 17/6/2024."""
    round_at(office_engine, settings, mail, morning_of(MON_17_JUNE))
    return office_engine


def kept_texts(engine: Engine) -> dict[str, DigestText]:
    """What is kept, by Message-ID."""
    query = select(col(Digest.message_id), DigestText).join(DigestText, col(DigestText.digest_id) == col(Digest.id))
    with Session(engine) as session:
        return dict(session.execute(query).tuples().all())


def said_of(engine: Engine, *actions: Action) -> list[AuditEntry]:
    query = select(AuditEntry).where(col(AuditEntry.action).in_(actions)).order_by(col(AuditEntry.seq))
    with Session(engine) as session:
        return list(session.execute(query).scalars())


def plain_part(message: Message) -> str:
    part = next(part for part in message.walk() if part.get_content_type() == "text/plain")
    return bytes(part.get_payload(decode=True)).decode()  # type: ignore[arg-type]


def letters_on(page: str) -> Iterator[str]:
    """What the page of a whole life says of each letter's text."""
    return (verdict for verdict in re.findall(r'<span class="hash-([a-z-]+)">', page))


def test_each_text_is_the_plain_part_as_sent_with_every_token_blotted_out(swept: Engine, mail: KeptMail) -> None:
    kept = kept_texts(swept)
    assert len(mail.kept) == len(kept) > 10
    for _, message in mail.kept:
        sent = plain_part(message)
        tokens = LINK.findall(sent)
        held = kept[str(message["Message-ID"])].text
        assert tokens
        assert not any(token in held for token in tokens)
        blotted = sent
        for token in tokens:
            blotted = blotted.replace(token, "…")
        assert held == blotted


def test_no_token_stands_anywhere_in_the_database(swept: Engine, mail: KeptMail) -> None:
    tokens = [token for _, message in mail.kept for token in LINK.findall(plain_part(message))]
    with swept.connect() as connection:
        whole = "\n".join(connection.execute(text("SELECT t::text FROM digest_text t")).scalars())
        whole += "\n".join(connection.execute(text("SELECT t::text FROM audit_entry t")).scalars())
    assert len(tokens) > 100
    assert not [token for token in tokens if token in whole]


def test_only_the_secret_of_an_address_is_blotted_out() -> None:
    assert without_secrets("Xem: http://x/tra-loi/aB-_9.cd~e rồi http://x/duyet/z9, http://x/tuy-chon/k.") == (
        "Xem: http://x/tra-loi/… rồi http://x/duyet/…, http://x/tuy-chon/…"
    )
    assert without_secrets("Xem http://x/nghia-vu/nhu-quynh-2024.B02") == "Xem http://x/nghia-vu/nhu-quynh-2024.B02"


def test_the_trail_holds_the_hash_of_what_is_kept(swept: Engine) -> None:
    kept = kept_texts(swept)
    told = said_of(swept, Action.DIGEST_SENT)
    assert {entry.subject: entry.detail["text_sha256"] for entry in told} == {
        message: text_hash(one.text) for message, one in kept.items()
    }
    with Session(swept) as session:
        assert verify(session, 1)[1] is None


def test_a_mail_tried_again_keeps_the_text_of_its_last_try(office_engine: Engine, settings: Settings) -> None:
    down, up = KeptMail(Result("failed", "451 sau")), KeptMail()
    round_at(office_engine, settings, down, morning_of(MON_17_JUNE))
    first = kept_texts(office_engine)
    with transaction(office_engine) as session:
        session.execute(text("UPDATE person SET name = 'Lê Thị Mẫu Mới' WHERE code = 'le-thi-mau'"))
    round_at(office_engine, settings, up, LATER)
    mine = next(message for message in first if ".le-thi-mau." in message)
    last = kept_texts(office_engine)
    assert first.keys() == last.keys()
    assert "Kính gửi đồng chí Lê Thị Mẫu," in first[mine].text
    assert "Kính gửi đồng chí Lê Thị Mẫu Mới," in last[mine].text
    failed, sent = (entry for entry in said_of(office_engine, Action.DIGEST_FAILED, Action.DIGEST_SENT)
                    if entry.subject == mine)  # fmt: skip
    assert failed.detail["text_sha256"] == first[mine].sha256
    assert sent.detail["text_sha256"] == last[mine].sha256


def test_a_mail_lost_while_it_was_sent_has_its_text_and_hash(office_engine: Engine, settings: Settings) -> None:
    round_at(office_engine, settings, KeptMail(Result("failed", "451 sau")), morning_of(MON_17_JUNE))
    with transaction(office_engine) as session:
        start_sending(session, session.execute(select(col(Digest.id))).scalars().first() or 0)
    with transaction(office_engine) as session:
        give_up_on_lost(session, session.get_one(Authority, 1), LATER)
    (lost,) = said_of(office_engine, Action.DIGEST_UNKNOWN)
    assert lost.detail["text_sha256"] == kept_texts(office_engine)[lost.subject].sha256


def test_a_kept_text_that_is_changed_shows_on_the_page_of_every_matter_it_told(
    swept: Engine, loaded_database: URL, tmp_path: Path
) -> None:
    pages = Pages(swept, tmp_path)
    address = f"/nghia-vu/{P8A}/qua-trinh"
    assert set(letters_on(pages.page(address))) == {"khop"}
    owner = create_engine(loaded_database)
    with owner.begin() as connection:
        connection.execute(text("UPDATE digest_text SET text = replace(text, 'Hệ thống', 'He thong')"))
    assert set(letters_on(pages.page(address))) == {"khong-khop"}
    with owner.begin() as connection:  # its own hash made to fit: the trail's does not
        connection.execute(text("UPDATE digest_text SET sha256 = encode(sha256(text::bytea), 'hex')"))
    assert set(letters_on(pages.page(address))) == {"khong-khop"}
    assert "KHÔNG khớp với nhật ký" in pages.says(address)
    with owner.begin() as connection:
        connection.execute(text("DELETE FROM digest_text"))
    assert set(letters_on(pages.page(address))) == {"mat"}
    owner.dispose()


@pytest.mark.parametrize("table", ["digest_text", "flow_run"])
def test_the_application_cannot_delete_what_is_kept_and_an_auditor_only_reads(
    swept: Engine, loaded_database: URL, table: str
) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), swept.begin() as connection:
        connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608  constants only
    auditor = create_engine(loaded_database)
    with auditor.begin() as connection:
        connection.execute(text(f"SET ROLE {AUDITOR_ROLE}"))
        connection.execute(text(f"SELECT count(*) FROM {table}"))  # noqa: S608  constants only
        with pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608  constants only
    auditor.dispose()


def test_everything_a_round_writes_down_names_its_flow_run(office_engine: Engine, settings: Settings) -> None:
    def newest() -> int:
        with Session(office_engine) as session:
            return int(session.execute(text("SELECT seq FROM audit_head WHERE authority_id = 1")).scalar_one())

    before = newest()
    watched = settings.model_copy(update={"auditors": ("kiem-tra@tinh.example",)})
    round_at(office_engine, watched, KeptMail(), morning_of(MON_17_JUNE), RUN)
    with Session(office_engine) as session:
        made = session.execute(select(AuditEntry).where(col(AuditEntry.seq) > before)).scalars().all()
    assert {entry.flow_run for entry in made} == {RUN}
    assert {entry.action for entry in made} >= {
        Action.HEAD_SIGNED, Action.RUNG_REACHED, Action.DIGEST_SENT, Action.HEAD_MAILED, Action.SWEEP_FINISHED,
        Action.FIGURES_FROZEN,
    }  # fmt: skip
    after = newest()
    round_at(office_engine, settings, KeptMail(), morning_of(TUE_18_JUNE))
    with Session(office_engine) as session:
        made = session.execute(select(AuditEntry).where(col(AuditEntry.seq) > after)).scalars().all()
    assert {entry.flow_run for entry in made} == {""}  # without Prefect there is none to name
