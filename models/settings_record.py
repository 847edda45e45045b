"""The settings an office runs with, in its trail: what changed since they were last written down."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from sqlalchemy import make_url
from sqlmodel import Session

from models.audit import Act, record
from models.audit_actions import Action
from models.people import authorities
from models.settings import Settings
from models.stored_entries import newest_detail
from models.tables import key_of

# What may hold a password, and whose address is no matter for an export: only whether it changed is told.
_SECRET = ("database_url", "owner_database_url", "prefect_database_url", "auditors", "admins")


def record_settings(session: Session, settings: Settings, now: datetime) -> None:
    """Write into each authority's trail which settings are others than when they were last written down."""
    facts = {name: _told(name, value) for name, value in settings.model_dump().items()}
    for authority in authorities(session):
        known = newest_detail(session, key_of(authority), Action.SETTINGS_CHANGED).get("settings", {})
        changed = {name: value for name, value in facts.items() if known.get(name) != value}
        if changed:
            changes = "; ".join(f"{name} = {value or '(trống)'}" for name, value in changed.items())
            detail = {"changes": changes, "settings": facts}
            record(session, key_of(authority), now, [Act(Action.SETTINGS_CHANGED, authority.code, detail)])


def _told(name: str, value: object) -> str:
    if value is None:
        return ""
    if name in _SECRET and value:
        return f"SHA-256 {sha256(_without_password(str(value)).encode()).hexdigest()[:12]}"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _without_password(address: str) -> str:
    """What is hashed has no secret in it: who holds an export could try words against the hash."""
    if "://" not in address:
        return address
    url = make_url(address)._replace(password=None).difference_update_query(["password"])
    return url.render_as_string(hide_password=False)
