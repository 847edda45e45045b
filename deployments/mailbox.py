"""The local mailbox of practice: a real SMTP server on loopback that keeps every letter in a Maildir."""

from __future__ import annotations

from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox


def start_mailbox(folder: Path, port: int) -> Controller:
    """A running SMTP server on 127.0.0.1; stop it with `.stop()`."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    controller = Controller(Mailbox(folder), hostname="127.0.0.1", port=port, enable_SMTPUTF8=True)
    controller.start()
    return controller
