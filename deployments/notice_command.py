"""`dunghan calendar add`: which open obligations a notice would move, and moving them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlmodel import Session

from deployments.printing import print_json
from flows import clock
from models.acts import ActRefused
from models.calendar_file import read_notices
from models.moves import Move
from models.notices import record_notices
from models.people import authorities
from models.settings import read_settings
from models.store import acting_by, open_store
from rules.vietnamese import dmy


def add_notice(file: Path, apply: bool, authority: str | None, as_json: bool) -> None:
    """Show what the notices in `file` move; with `apply`, record them and move it, all or nothing."""
    notices = read_notices(file)
    engine = acting_by(open_store(read_settings()), "lenh")
    now = clock.now(engine)
    with Session(engine, expire_on_commit=False) as session:
        offices = [office for office in authorities(session) if authority in (None, office.code)]
        if not offices:
            raise ActRefused(f"không có cơ quan «{authority or ''}» trong cơ sở dữ liệu; nạp kế hoạch trước.")
        moves = [(office.code, move) for office in offices for move in record_notices(session, office, notices, now)]
        if apply:
            session.commit()
        else:
            session.rollback()
    _print(moves, apply, as_json)


def _print(moves: list[tuple[str, Move]], applied: bool, as_json: bool) -> None:
    if as_json:
        return print_json({"applied": applied, "moves": [_json(office, move) for office, move in moves]})
    for _, move in moves:
        old, new = dmy(move.before[0]), dmy(move.after[0]) if move.after else "không còn áp dụng"
        print(f"{move.code}: {move.title}: {old} -> {new}" if move.dates_change else f"{move.code}: giữ ngày {old}")
        print(f"    {move.reason}")
    count = sum(move.dates_change for _, move in moves)
    done = "Đã chuyển" if applied else "Sẽ chuyển (chạy lại với --apply để ghi)"
    print(f"{done}: {count} nghĩa vụ đổi ngày, {len(moves) - count} nghĩa vụ giữ ngày nhưng tính lại.")
    return None


def _json(office: str, move: Move) -> dict[str, Any]:
    after = move.after
    return {
        "authority": office,
        "obligation": move.code,
        "title": move.title,
        "moves": move.dates_change,
        "from": {"target": move.before[0].isoformat(), "legal": move.before[1].isoformat()},
        "to": {"target": after[0].isoformat(), "legal": after[1].isoformat()} if after else None,
        "provisional": after[2] if after else None,
        "because": move.reason,
    }
