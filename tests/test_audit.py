"""The trail: complete, chained, guarded by the database, and honest about what was done to it."""

from __future__ import annotations

import asyncio
import hashlib
import json
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st
from office import MON_17_JUNE, KeptMail
from sqlalchemy import URL, Engine, create_engine, select, text
from sqlalchemy.exc import DatabaseError, ProgrammingError
from sqlmodel import Session, col

from flows.sending import Office
from flows.sweep import sweep
from models.audit import Act, head, record, verify
from models.audit_actions import Action, sentence
from models.canonical import canonical, canonical_composed, composed
from models.record_tables import AuditEntry
from models.settings import Settings
from models.store import AUDITOR_ROLE, transaction
from models.tables import Authority
from rules.vietnamese import morning_of

# Words as two keyboards write them: composed, and letter by letter with the marks after.
VIETNAMESE = st.text('aăâđêôơưẾộử \u0300\u0301\u0302\u0306\u0309\u0323\u031b"\\\n=', max_size=12)


@pytest.fixture
def trail(loaded: Engine, settings: Settings) -> Engine:
    """The trail of a load and of one morning."""
    asyncio.run(sweep(Office(loaded, settings, KeptMail()), morning_of(MON_17_JUNE)))
    return loaded


def found(engine: Engine) -> tuple[int, int | None]:
    """How many entries hold, and the number of the broken one."""
    with Session(engine) as session:
        good, broken = verify(session, 1)
        return good, broken.seq if broken else None


def tamper(database: URL, statement: str) -> None:
    """Change the trail as somebody with the owner's password would: triggers off."""
    owner = create_engine(database)
    with owner.begin() as connection:
        connection.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
        connection.execute(text(statement))
        connection.execute(text("ALTER TABLE audit_entry ENABLE TRIGGER USER"))
    owner.dispose()


def test_an_untouched_trail_holds_from_the_first_entry_to_the_last(trail: Engine) -> None:
    good, broken = found(trail)
    with Session(trail) as session:
        assert head(session, 1)[0] == good > 250
    assert broken is None


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ('UPDATE audit_entry SET detail = detail || \'{"legal": "01/01/2030"}\' WHERE seq = 40', 40),
        ("UPDATE audit_entry SET actor = 'ai-do' WHERE seq = 40", 40),
        ("UPDATE audit_entry SET at = at + interval '1 second' WHERE seq = 40", 40),
        ("UPDATE audit_entry SET subject = 'x' WHERE seq = 1", 1),
        ("DELETE FROM audit_entry WHERE seq = 40", 40),
        ("DELETE FROM audit_entry WHERE seq = 1", 1),
        ("UPDATE audit_entry SET hash = repeat('a', 64) WHERE seq = 40", 40),
        ("UPDATE audit_entry SET previous_hash = repeat('a', 64) WHERE seq = 40", 40),
        ("UPDATE audit_entry SET seq = seq + 1000000 WHERE seq = 40", 40),
    ],
)
def test_a_changed_or_deleted_entry_is_found_and_named(
    trail: Engine, loaded_database: URL, statement: str, broken: int
) -> None:
    tamper(loaded_database, statement)
    assert found(trail) == (broken - 1, broken)


def test_cutting_off_the_newest_entries_is_found_by_the_head_row(trail: Engine, loaded_database: URL) -> None:
    good, _ = found(trail)
    tamper(loaded_database, "DELETE FROM audit_entry WHERE seq > (SELECT max(seq) - 3 FROM audit_entry)")
    assert found(trail) == (good - 3, good - 2)


def test_emptying_the_trail_is_found(trail: Engine, loaded_database: URL) -> None:
    tamper(loaded_database, "DELETE FROM audit_entry")
    assert found(trail) == (0, 1)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET actor = 'x'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
        "DELETE FROM letter",
        "DELETE FROM obligation",
    ],
)
def test_the_application_itself_may_only_add(trail: Engine, statement: str) -> None:
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), trail.begin() as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET actor = 'x'", "DELETE FROM audit_entry"])
def test_even_the_owner_is_stopped_by_the_trigger(trail: Engine, loaded_database: URL, statement: str) -> None:
    owner = create_engine(loaded_database)
    with pytest.raises(DatabaseError, match="sổ chỉ ghi thêm"), owner.begin() as connection:
        connection.execute(text(statement))
    with pytest.raises(DatabaseError, match="sổ chỉ ghi thêm"), owner.begin() as connection:
        connection.execute(text("TRUNCATE audit_entry"))
    owner.dispose()
    assert found(trail)[1] is None


def test_an_auditor_reads_and_changes_nothing(trail: Engine, loaded_database: URL) -> None:
    auditor = create_engine(loaded_database.set(username=AUDITOR_ROLE))
    with auditor.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM audit_entry")).scalar_one() > 250
    for statement in ("INSERT INTO audit_head VALUES (9, 9, 'x')", "UPDATE obligation SET status = 'x'"):
        with pytest.raises(ProgrammingError, match="permission denied"), auditor.begin() as connection:
            connection.execute(text(statement))
    auditor.dispose()


def test_the_hash_is_what_anyone_can_compute_with_the_standard_library(trail: Engine) -> None:
    with Session(trail) as session:
        entries = session.execute(select(AuditEntry).order_by(col(AuditEntry.seq)).limit(50)).scalars().all()
    previous = "0" * 64
    for entry in entries:
        fields = entry.model_dump(exclude={"hash"})
        fields["at"] = entry.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        canonical = json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        assert hashlib.sha256(canonical.encode()).hexdigest() == entry.hash
        assert entry.previous_hash == previous
        previous = entry.hash


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(codec="utf-8")) | VIETNAMESE,
        lambda inner: st.lists(inner) | st.dictionaries(st.text("abcđ_é\u0301", max_size=5), inner),
    )
)
def test_an_entry_is_written_as_if_every_text_in_it_had_been_composed_first(detail: object) -> None:
    assert canonical_composed({"detail": detail}) == canonical(composed({"detail": detail}))


def test_entries_are_stored_as_they_were_hashed_whatever_the_words(engine: Engine) -> None:
    words = normalize("NFD", 'Đã gửi «thư» \\ " \n\t, giờ nhận 07:30')
    with transaction(engine) as session:
        session.add(Authority(id=1, code="xa", name="UBND xã"))
        session.flush()
        record(
            session, 1, morning_of(MON_17_JUNE), [Act(Action.SWEEP_HELD, words, {"reason": [words, 7, None]}, words)]
        )
    with Session(engine) as session:
        assert verify(session, 1) == (1, None)
        entry = session.execute(select(AuditEntry)).scalar_one()
    assert entry.subject == entry.actor == entry.detail["reason"][0] == normalize("NFC", words)


def test_every_entry_reads_as_a_sentence_without_a_hole(trail: Engine) -> None:
    with Session(trail) as session:
        for entry in session.execute(select(AuditEntry)).scalars():
            said = sentence(entry.action, entry.detail)
            assert said.endswith(".")
            assert "…" not in said, entry.action


def test_the_actions_are_a_closed_list_each_with_its_sentence() -> None:
    for action in Action:
        assert sentence(action.value, {})


def test_two_writers_at_once_never_fork_the_chain(trail: Engine, settings: Settings) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from models.audit import Act, record
    from models.store import transaction

    def write(number: int) -> None:
        with transaction(trail) as session:
            act = Act(Action.SWEEP_FINISHED, "nhu-quynh", {"day": str(number), "obligations": 0})
            record(session, 1, morning_of(MON_17_JUNE), [act])

    before, _ = found(trail)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(80)))
    assert found(trail) == (before + 80, None)
