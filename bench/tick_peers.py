"""The same tick done otherwise: by set-based SQL alone, and row by row through SQLModel objects."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import cache

from sqlalchemy import Connection, Engine, select, text
from sqlmodel import Session, col

from models.canonical import canonical
from models.mornings import Morning, mornings_on
from models.obligations import ladder_of, next_wakeup, reminded_for
from models.record_tables import AuditEntry, AuditHead, Letter
from models.store import transaction
from models.tables import Obligation, PlanTask
from rules.reminders import rungs_between
from rules.vietnamese import local_day


def raw_finding(connection: Connection, now: datetime) -> None:
    """The numbers of what is due, by the driver alone."""
    with connection.connection.cursor() as cursor:
        cursor.execute(
            "SELECT authority_id, id FROM obligation WHERE next_wakeup_at <= %s"
            " ORDER BY authority_id, next_wakeup_at, id",
            (now,),
        )
        cursor.fetchall()
    connection.rollback()


def told_by_sql(engine: Engine, now: datetime) -> None:
    """Find, lock, tell, record and move in three statements of one transaction.

    It leaves out what SQL alone cannot do or what no row here needs: chained hashes, leave, work handed over, who wants
    no early letters, repeated rungs on working days.
    """
    with engine.begin() as connection:
        connection.execute(text(_STEPS), {"now": now, "today": local_day(now)})
        connection.execute(text(_LETTERS), {"today": local_day(now)})
        connection.execute(text(_ENTRIES), {"now": now})
        connection.execute(text(_HEADS))
        connection.execute(text(_MOVE))


_STEPS = """
    CREATE TEMP TABLE step ON COMMIT DROP AS
    WITH due AS (
        SELECT id, authority_id, plan_task_id, code, unit, ladder, last_offset FROM obligation
        WHERE next_wakeup_at <= :now FOR NO KEY UPDATE SKIP LOCKED
    )
    SELECT due.*, rung.name, rung.day, rung.audience, rung.step, later.day AS next_day
    FROM due CROSS JOIN LATERAL (
        SELECT rung ->> 'offset' AS name, (rung ->> 'on')::date AS day, rung -> 'to' AS audience,
            (rung ->> 'offset')::int AS step
        FROM jsonb_array_elements(ladder -> 'rungs') AS rung
        WHERE (rung ->> 'offset')::int > coalesce(last_offset, -1000) AND (rung ->> 'on')::date <= :today
        UNION ALL
        SELECT '+10', CAST(:today AS date), ladder -> 'then_to', 10 WHERE last_offset >= 5
    ) AS rung LEFT JOIN LATERAL (
        SELECT min((rung ->> 'on')::date) AS day FROM jsonb_array_elements(ladder -> 'rungs') AS rung
        WHERE (rung ->> 'on')::date > :today
    ) AS later ON true
"""
_LETTERS = """
    CREATE TEMP TABLE told ON COMMIT DROP AS
    WITH audience AS (
        SELECT step.id, step.authority_id, step.name, step.day, step.unit, plan_task.lead, plan_task.implementing,
            jsonb_array_elements_text(step.audience) AS audience
        FROM step JOIN plan_task ON plan_task.id = step.plan_task_id
    ), asked AS (
        SELECT id, authority_id, name, day, audience, CASE WHEN unit IS NULL THEN unnested ELSE unit END AS unit,
            'can-bo' AS kind
        FROM audience, jsonb_array_elements_text(implementing) AS unnested WHERE audience = 'implementing'
        UNION ALL
        SELECT id, authority_id, name, day, audience, lead, CASE audience WHEN 'lead' THEN 'can-bo' ELSE 'phu-trach' END
        FROM audience WHERE audience IN ('lead', 'lead_head') AND lead IS NOT NULL
        UNION ALL
        SELECT id, authority_id, name, day, audience, NULL, 'chu-tich' FROM audience WHERE audience = 'chair'
    ), claimed AS (
        INSERT INTO letter (obligation_id, person_id, rung, rung_day, claimed_on, audience)
        SELECT DISTINCT ON (asked.id, asked.name, role.person_id)
            asked.id, role.person_id, asked.name, asked.day, CAST(:today AS date), asked.audience
        FROM asked JOIN unit ON unit.authority_id = asked.authority_id
            AND (asked.unit IS NULL OR unit.code = asked.unit)
        JOIN role ON role.unit_id = unit.id AND role.kind = asked.kind AND role.held_from <= :today
            AND (role.held_to IS NULL OR role.held_to >= :today)
        ON CONFLICT DO NOTHING RETURNING obligation_id, person_id
    )
    SELECT obligation_id, count(*) AS letters, jsonb_agg(DISTINCT person.code ORDER BY person.code) AS people
    FROM claimed JOIN person ON person.id = claimed.person_id GROUP BY obligation_id
"""
_ENTRIES = """
    INSERT INTO audit_entry (authority_id, seq, at, actor, action, subject, detail, flow_run, previous_hash, hash)
    SELECT authority_id, seq + row_number() OVER (PARTITION BY authority_id ORDER BY id), :now, 'dunghan',
        'den-moc-nhac', code, detail, '', head, encode(sha256(convert_to(detail::text, 'UTF8')), 'hex')
    FROM (
        SELECT step.authority_id, step.id, step.code, head.seq, head.hash AS head, jsonb_build_object(
            'rungs', jsonb_agg(step.name), 'letters', max(coalesce(letters, 0)),
            'people', coalesce((array_agg(people))[1], '[]')) AS detail
        FROM step LEFT JOIN told ON told.obligation_id = step.id
        JOIN audit_head AS head ON head.authority_id = step.authority_id
        GROUP BY step.authority_id, step.id, step.code, head.seq, head.hash
    ) AS entry
"""
_HEADS = """
    UPDATE audit_head SET seq = audit_head.seq + done.entries
    FROM (SELECT authority_id, count(DISTINCT id) AS entries FROM step GROUP BY authority_id) AS done
    WHERE done.authority_id = audit_head.authority_id
"""
_MOVE = """
    UPDATE obligation SET last_offset = moved.step,
        next_wakeup_at = coalesce(moved.day, moved.today + 7) + time '07:30' AT TIME ZONE 'Asia/Ho_Chi_Minh'
    FROM (SELECT id, max(step) AS step, max(next_day) AS day, max(day) AS today FROM step GROUP BY id) AS moved
    WHERE obligation.id = moved.id
"""


def told_by_objects(engine: Engine, now: datetime, every: int) -> None:
    """Row by row through objects, the office's people read once, one transaction; only every so many communes."""
    with transaction(engine) as session:
        query = (
            select(Obligation, PlanTask)
            .join(PlanTask, col(PlanTask.id) == col(Obligation.plan_task_id))
            .where(col(Obligation.next_wakeup_at) <= now, col(Obligation.authority_id) % every == 0)
            .with_for_update(of=Obligation, skip_locked=True)
        )

        @cache
        def morning(authority: int) -> Morning:
            return mornings_on(session, [authority], now)[authority]

        for row, task in session.execute(query):
            _tell(session, row, task, morning(row.authority_id), now)


def _tell(session: Session, row: Obligation, task: PlanTask, morning: Morning, now: datetime) -> None:
    roster, today = morning.roster, morning.roster.day
    rungs = rungs_between(ladder_of(row), reminded_for(row), morning.calendar, row.last_offset, today)
    people = []
    for rung in rungs:
        for person, told in roster.recipients(row, task, rung).items():
            session.add(Letter(obligation_id=row.id, person_id=person, rung=rung.name, rung_day=rung.on,
                               claimed_on=today, audience=told.audience, stands_for_id=told.stands_for))  # fmt: skip
            people.append(roster.codes[person])
    row.last_offset = rungs[-1].offset if rungs else row.last_offset
    row.next_wakeup_at = next_wakeup(ladder_of(row), reminded_for(row), morning.calendar, row.last_offset)
    head = session.get_one(AuditHead, row.authority_id)
    entry = AuditEntry(
        authority_id=row.authority_id, seq=head.seq + 1, at=now, actor="dunghan", action="den-moc-nhac",
        subject=row.code, previous_hash=head.hash, hash="",
        detail={"rungs": [rung.name for rung in rungs], "letters": len(people), "people": sorted(set(people))},
    )  # fmt: skip
    entry.hash = hashlib.sha256(canonical(entry.model_dump(mode="json"))).hexdigest()
    head.seq, head.hash = entry.seq, entry.hash
    session.add(entry)
