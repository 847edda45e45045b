"""Settings reach child processes as they are: also what was taken away, and lists."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.settings import Settings


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"smtp_retries": (), "portal_hosts": ("cong.example", "xa.example:8080")},
        {"smtp_retries": (5, 10), "smtp_user": "nhacviec", "smtp_password_file": Path("/run/mat-khau")},
        {"returns_host": "", "returns_maildir": None, "key_file": Path("/etc/dunghan/office.key")},
    ],
)
def test_a_child_reads_back_the_same_settings(changed: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    given = Settings(state_dir=Path("/srv/dunghan")).model_copy(update=changed)
    monkeypatch.setenv("DUNGHAN_RETURNS_MAILDIR", "/var/mail/that")  # what the parent was started with
    monkeypatch.setenv("DUNGHAN_SMTP_USER", "that")
    for name, value in given.as_environment().items():
        monkeypatch.setenv(name, value)
    assert Settings() == given
