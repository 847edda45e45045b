"""A real mail system on loopback for tests: Debian's Postfix and Dovecot, run as root from a folder of their own."""

from __future__ import annotations

import imaplib
import os
import secrets
import shutil
import smtplib
import ssl
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory

from deployments.ports import free_port

DOMAIN = "nhuquynh.example"
SENDER = f"nhacviec@{DOMAIN}"
MASTER = "/usr/lib/postfix/sbin/master"
DOVECOT = "/usr/sbin/dovecot"
MAIL_ID = 5000  # who owns the mail: a number is enough, no account is made
QUEUES = "active bounce corrupt defer deferred flush hold incoming maildrop pid private public saved trace"

# No service here speaks SMTP outwards: no mail can leave, whatever is asked.
MASTER_CF = """\
127.0.0.1:$smtp_port  inet  n - n - - smtpd
127.0.0.1:$smtps_port inet  n - n - - smtpd -o smtpd_tls_wrappermode=yes
cleanup          unix       n - n - 0 cleanup
qmgr             unix       n - n 1 1 qmgr
tlsmgr           unix       - - n 1000? 1 tlsmgr
rewrite          unix       - - n - - trivial-rewrite
bounce           unix       - - n - 0 bounce
defer            unix       - - n - 0 bounce
trace            unix       - - n - 0 bounce
error            unix       - - n - - error
retry            unix       - - n - - error
virtual          unix       - n n - - virtual
anvil            unix       - - n - 1 anvil
postlog          unix-dgram n - n - 1 postlogd
"""
MAIN_CF = """\
compatibility_level = 3.6
meta_directory = $folder
queue_directory = $folder/queue
data_directory = $folder/data
maillog_file = $folder/mail.log
maillog_file_prefixes = $folder
myhostname = mail.$domain
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtpd_peername_lookup = no
default_transport = error:5.4.4 no mail leaves this machine
recipient_delimiter = +
local_recipient_maps =
virtual_mailbox_domains = $domain
virtual_mailbox_base = $folder/mail
virtual_mailbox_maps = texthash:$folder/mailboxes
virtual_uid_maps = static:$owner
virtual_gid_maps = static:$owner
smtpd_reject_unlisted_recipient = no
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_tls_security_level = encrypt
smtpd_tls_chain_files = $folder/key.pem, $ca_file
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_error_sleep_time = 0
in_flow_delay = 0
queue_run_delay = 1
minimal_backoff_time = 1
"""
DOVECOT_CONF = """\
base_dir = $folder/dovecot
state_dir = $folder/dovecot
log_path = $folder/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <$ca_file
ssl_key = <$folder/key.pem
auth_failure_delay = 0
mail_location = maildir:$folder/mail/%u
mail_access_groups = dovecot
passdb {
  driver = passwd-file
  args = $folder/users-%s-%{secured}
}
userdb {
  driver = static
  args = uid=$owner gid=$owner home=$folder/mail/%u
}
"""
LISTENERS = (
    ("imap-login", "inet_listener imap", "port = $imap_port"),
    ("imap-login", "inet_listener imaps", "port = $imaps_port"),
    ("auth", "unix_listener $folder/queue/private/auth", "user = postfix"),
    ("anvil", "unix_listener anvil-auth-penalty", "mode = 0"),  # no waiting after a wrong password
)

# Both servers, each with a process group of its own, live until standard input closes: however the test process ends.
GUARD = """
setsid "$1" -c "$2" & post=$!
setsid "$3" -F -c "$4" & box=$!
cat
kill -s KILL -- -$post -$box $post $box; wait
"""


@dataclass(frozen=True, slots=True)
class RealMail:
    """Where it answers, on 127.0.0.1 and localhost; one password opens every mailbox."""

    folder: Path
    smtp_port: int  # submission: STARTTLS and AUTH required
    smtps_port: int  # submission inside TLS: AUTH required
    imap_port: int  # STARTTLS required
    imaps_port: int  # inside TLS
    ca_file: Path
    password_file: Path
    password: str
    user: str = SENDER
    domain: str = DOMAIN

    def maildir(self, address: str) -> Path:
        """Where the mail of `address` lies on disk; absent until its first mail or login."""
        return self.folder / "mail" / address.lower()

    def tls(self) -> ssl.SSLContext:
        """What trusts this system and no other."""
        return ssl.create_default_context(cafile=self.ca_file)

    def inbox(self, address: str) -> list[bytes]:
        """Every message in the mailbox, oldest first, read over IMAP and left unseen."""
        with imaplib.IMAP4_SSL("127.0.0.1", self.imaps_port, ssl_context=self.tls(), timeout=10) as box:
            box.login(address, self.password)
            box.select(readonly=True)
            _, parts = box.uid("FETCH", "1:*", "(BODY.PEEK[])")  # by UID: an empty mailbox has no number 1
            return [part[1] for part in parts if isinstance(part, tuple)]

    def wait_for(self, address: str, count: int = 1, seconds: float = 20) -> list[bytes]:
        """The mailbox once it holds `count` messages; TimeoutError with the logs' ends when it never does."""
        end = time.monotonic() + seconds
        while len(found := self.inbox(address)) < count:
            if time.monotonic() > end:
                raise TimeoutError(f"{address}: {len(found)} of {count} in {seconds} s\n{self.log_tail()}")
            time.sleep(0.05)
        return found

    def log_tail(self, lines: int = 30) -> str:
        """The last lines of every log."""
        logs = [log.read_text("utf-8", "replace").splitlines() for log in sorted(self.folder.glob("*.log"))]
        return "\n".join(line for log in logs for line in log[-lines:])


def why_not() -> str:
    """Why the mail system cannot run here; empty when it can."""
    if os.geteuid() != 0:
        return "Postfix and Dovecot must be started by root"
    missing = [name for name in (MASTER, DOVECOT, "openssl", "setsid") if shutil.which(name) is None]
    if missing:
        return f"missing: {', '.join(missing)} (Debian: postfix, dovecot-imapd, openssl)"
    version = subprocess.run([DOVECOT, "--version"], capture_output=True, text=True, check=True).stdout
    return "" if version.startswith("2.3.") else f"Dovecot 2.3 is wanted, 2.4 is configured otherwise: {version}"


@contextmanager
def real_mail(addresses: Iterable[str] = ()) -> Iterator[RealMail]:
    """A mail system with a mailbox for each address of the domain and for the sender; gone without trace at the end.

    Its folder is its own, in the temporary folder: the servers' accounts must reach it and socket names must be short.
    """
    with TemporaryDirectory(prefix="dunghan-mail-") as name:
        folder, ports = Path(name), list({free_port() for _ in range(8)})[:4]  # a port may be free twice
        mail = RealMail(folder, *ports, folder / "ca.pem", folder / "password", secrets.token_urlsafe(16))
        _lay_out(mail, sorted({SENDER, *map(str.lower, addresses)}))
        with _running(folder):
            _wait_until_it_answers(mail)
            yield mail


def _lay_out(mail: RealMail, addresses: list[str]) -> None:
    _make_folders(mail.folder)
    _make_certificate(mail.folder)
    _write(mail.password_file, mail.password + "\n", "root", 0o600)
    users = "".join(f"{who}:{{PLAIN}}{mail.password}\n" for who in addresses)
    for way in ("smtp-secured", "imap-TLS"):  # no «imap-secured»: to Dovecot, loopback is secured without TLS
        _write(mail.folder / f"users-{way}", users, "dovecot", 0o600)
    _write(mail.folder / "mailboxes", "".join(f"{who} {who}/\n" for who in addresses))
    services = "".join(f"service {name} {{\n{what} {{\n{setting}\n}}\n}}\n" for name, what, setting in LISTENERS)
    for name, template in (("main.cf", MAIN_CF), ("master.cf", MASTER_CF), ("dovecot.conf", DOVECOT_CONF + services)):
        _write(mail.folder / name, Template(template).substitute(asdict(mail), owner=MAIL_ID))


def _make_folders(folder: Path) -> None:
    """What Postfix's own start-up script would make, under folders every account may pass through."""
    for passage in (folder, folder / "dovecot", folder / "queue"):
        passage.mkdir(exist_ok=True)
        passage.chmod(0o755)
    for name in ("mail", "data", *(f"queue/{queue}" for queue in QUEUES.split())):
        (folder / name).mkdir(mode=0o700)
        shutil.chown(folder / name, MAIL_ID if name == "mail" else "postfix")


def _make_certificate(folder: Path) -> None:
    """A key, and a certificate for both loopback names that vouches for itself."""
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"]
    command = ["openssl", "req", "-x509", *kind, *names, "-keyout", "key.pem", "-out", "ca.pem"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def _write(file: Path, text: str, owner: str = "root", mode: int = 0o644) -> None:
    """A file dated a minute ago: Postfix waits until its configuration is older than a second."""
    file.touch(0o600)
    file.write_text(text)
    file.chmod(mode)
    shutil.chown(file, owner)
    os.utime(file, (time.time() - 60,) * 2)


@contextmanager
def _running(folder: Path) -> Iterator[None]:
    with (folder / "start.log").open("wb") as log:
        command = ["sh", "-c", GUARD, "mail", MASTER, folder, DOVECOT, folder / "dovecot.conf"]
        guard = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True)
    try:
        yield
    finally:
        guard.communicate(timeout=30)


def _wait_until_it_answers(mail: RealMail, seconds: float = 20) -> None:
    """Submission greets and the sender can log in to its mailbox."""
    end = time.monotonic() + seconds
    while True:
        try:
            smtplib.SMTP("127.0.0.1", mail.smtp_port, timeout=5).quit()
            mail.inbox(SENDER)
            return
        except (OSError, imaplib.IMAP4.error) as error:
            if time.monotonic() > end:
                raise RuntimeError(f"no mail system after {seconds} s: {error}\n{mail.log_tail()}") from error
            time.sleep(0.02)
