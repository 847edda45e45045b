"""Mails rendered, built and sent on one connection, beside bytes that lie ready, into a sink written in C."""

from __future__ import annotations

import asyncio
import os
import shutil
import smtplib
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from bench.mail import AT, DIGEST, MAIL, PERSON, SETTINGS
from bench.rows import Row, best_of, faster
from deployments.ports import free_port
from flows.mail import SmtpMailer
from flows.messages import build_message

SINK, MAILS, ROUNDS, LEAST = "smtp-sink", 300, 5, 0.4


def sending_rows() -> Iterator[Row]:
    """Nothing where there is no smtp-sink (of Postfix): a sink in Python would be what is measured."""
    program = shutil.which(SINK) or shutil.which(f"/usr/sbin/{SINK}")
    if program is None:
        return
    with sink(program) as port:
        ready = build_message(MAIL, DIGEST, SETTINGS, AT, []).as_bytes()
        ours, peer = best_of(ROUNDS, lambda: asyncio.run(by_us(port)), lambda: by_smtplib(port, ready))
    what = "a mail rendered and sent on one connection, against ready bytes"
    yield faster(what, ours / MAILS * 1000, peer / MAILS * 1000, "ms", LEAST)


@contextmanager
def sink(program: str) -> Iterator[int]:
    """A relay that takes everything and keeps nothing."""
    port = free_port()
    as_nobody = ["-u", "nobody"] if os.geteuid() == 0 else []  # it refuses to run as root
    running = subprocess.Popen([program, *as_nobody, f"127.0.0.1:{port}", "100"])
    try:
        for _ in range(100):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        yield port
    finally:
        running.terminate()
        running.wait()


async def by_us(port: int) -> None:
    settings = SETTINGS.model_copy(update={"smtp_host": "127.0.0.1", "smtp_port": port})
    async with SmtpMailer(settings) as mailer:
        for _ in range(MAILS):
            message = build_message(MAIL, DIGEST, settings, AT, [])
            result = await mailer.send(message, PERSON.email, settings.mail_from)
            assert result.outcome == "sent", result


def by_smtplib(port: int, ready: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", port) as relay:
        for _ in range(MAILS):
            relay.sendmail(SETTINGS.mail_from, [PERSON.email], ready)
