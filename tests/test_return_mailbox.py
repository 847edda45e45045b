"""What comes back is handed out unread and marked read only when its meaning was kept: a Maildir, and scripted IMAP."""

from __future__ import annotations

import base64
import re
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from portals import own_certificate

from deployments.ports import free_port
from flows.raw_mail import MOST_BYTES
from flows.return_mailbox import MOST_MAILS, Item, MailboxUnreachable, open_mailbox
from models.settings import Settings

PASSWORD = "mật khẩu «xã»"
MAILS = {7: b"Subject: mot\r\n\r\n1", 8: b"Subject: hai\r\n\r\n2", 12: b"Subject: ba\r\n\r\n3"}


class Handler(socketserver.StreamRequestHandler):
    """One connection: says what a real server says to the few commands a reading needs."""

    server: ImapServer
    timeout = 5
    disable_nagle_algorithm = True

    def handle(self) -> None:
        self.say("* OK san sang")
        while line := self.rfile.readline().decode().strip():
            tag, _, command = line.partition(" ")
            self.server.asked.append(command)
            name = command.upper().removeprefix("UID ").split()[0]
            if answer := self.server.answers.get(name):
                answer(self, tag)
            else:
                getattr(self, f"do_{name.lower()}")(tag, command)
            if name == "LOGOUT":
                return

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def do_capability(self, tag: str, _: str) -> None:
        self.say(f"* CAPABILITY IMAP4rev1 {self.server.capabilities}")
        self.say(f"{tag} OK xong")

    def do_starttls(self, tag: str, _: str) -> None:
        self.say(f"{tag} OK xong")
        assert self.server.context
        self.connection = self.server.context.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)

    def do_authenticate(self, tag: str, _: str) -> None:
        self.say("+ ")
        given = base64.b64decode(self.rfile.readline()).decode()
        self.say(
            f"{tag} OK xong" if given == f"\0nhacviec\0{PASSWORD}" else f"{tag} NO [AUTHENTICATIONFAILED] Sai mat khau"
        )

    def do_login(self, tag: str, command: str) -> None:
        self.say(f"{tag} OK xong" if command == 'LOGIN nhacviec "mat khau"' else f"{tag} NO Sai mat khau")

    def do_select(self, tag: str, _: str) -> None:
        self.say(f"* {len(self.server.mails)} EXISTS")
        self.say(f"{tag} OK [READ-WRITE]")

    def do_search(self, tag: str, _: str) -> None:
        unseen = sorted(self.server.mails.keys() - self.server.seen, reverse=True)  # in no useful order
        self.say(" ".join(["* SEARCH", *map(str, unseen)]))
        self.say(f"{tag} OK xong")

    def do_fetch(self, tag: str, command: str) -> None:
        found = re.fullmatch(r"UID FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", command)
        assert found, command
        self.say("* 9 FETCH (FLAGS (\\Recent))")  # servers say such things whenever they like
        if (raw := self.server.mails.get(int(found[1]))) == b"":
            self.say(f'* 1 FETCH (UID {found[1]} BODY[]<0> "")')
        elif raw is not None:
            piece = raw[: int(found[2])]
            self.wfile.write(b"* 1 FETCH (UID %s BODY[]<0> {%d}\r\n%s)\r\n" % (found[1].encode(), len(piece), piece))
        self.say(f"{tag} OK xong")

    def do_store(self, tag: str, command: str) -> None:
        found = re.fullmatch(r"UID STORE (\d+) \+FLAGS \(\\Seen\)", command)
        assert found, command
        self.server.seen.add(int(found[1]))
        self.say(f"{tag} OK xong")

    def do_logout(self, tag: str, _: str) -> None:
        self.say("* BYE")
        self.say(f"{tag} OK xong")


Answer = Callable[[Handler, str], None]


class ImapServer(socketserver.ThreadingTCPServer):
    """An INBOX on loopback; `answers` says something else to a command."""

    daemon_threads = True
    block_on_close = False

    def __init__(
        self,
        mails: dict[int, bytes],
        capabilities: str = "AUTH=PLAIN",
        tls: Path | None = None,
        address: str = "127.0.0.1",
    ) -> None:
        super().__init__((address, 0), Handler)
        self.mails, self.capabilities = dict(mails), capabilities
        self.seen = set[int]()
        self.asked: list[str] = []
        self.answers: dict[str, Answer] = {}
        self.context: ssl.SSLContext | None = None
        if tls:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(tls)

    def handle_error(self, *_: object) -> None:
        return None  # a client that does not trust us hangs up

    @property
    def port(self) -> int:
        return int(self.server_address[1])


@contextmanager
def running(server: ImapServer) -> Iterator[ImapServer]:
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def inbox() -> Iterator[ImapServer]:
    with running(ImapServer(MAILS)) as server:
        yield server


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    file = tmp_path / "chung-thu.pem"
    file.write_bytes(own_certificate())
    return file


@pytest.fixture
def password(tmp_path: Path) -> Path:
    file = tmp_path / "mat-khau"
    file.write_text(f"{PASSWORD}\n")
    file.chmod(0o600)
    return file


def at(server: ImapServer, password: Path | None, **more: object) -> Settings:
    facts = {"returns_security": "none", "returns_user": "nhacviec", "returns_password_file": password, **more}
    return Settings.model_validate({"returns_host": "127.0.0.1", "returns_port": server.port, **facts})


def read_all(settings: Settings) -> list[bytes]:
    with open_mailbox(settings) as box:
        read = []
        for item in box.unread():
            read.append(item.raw)
            box.done(item)
    return read


def stop_at(settings: Settings, raw: bytes) -> None:
    """Read until the power goes before that mail's meaning was kept."""
    with open_mailbox(settings) as box:
        for item in box.unread():
            if item.raw == raw:
                raise OSError("mất điện")  # the caller's own trouble stays the caller's
            box.done(item)


def refused(settings: Settings) -> str:
    with pytest.raises(MailboxUnreachable) as caught:
        read_all(settings)
    return str(caught.value)


# No mailbox


def test_no_mailbox_is_an_empty_one() -> None:
    assert read_all(Settings()) == []


# Maildir


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for place in ("new", "cur", "tmp"):
        (tmp_path / "thu" / place).mkdir(parents=True)
    return tmp_path / "thu"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_maildir_hands_out_what_is_new_in_the_order_it_came(maildir: Path) -> None:
    (maildir / "new" / "1718.b.host").write_bytes(b"hai")
    (maildir / "new" / "1717.a.host").write_bytes(b"mot")
    (maildir / "cur" / "1716.z.host:2,S").write_bytes(b"da doc")
    settings = Settings(returns_maildir=maildir)
    assert read_all(settings) == [b"mot", b"hai"]
    assert names(maildir / "cur") == ["1716.z.host:2,S", "1717.a.host:2,S", "1718.b.host:2,S"]
    assert read_all(settings) == []


def test_a_mail_whose_meaning_was_not_kept_is_found_again(maildir: Path) -> None:
    (maildir / "new" / "1.a").write_bytes(b"mot")
    settings = Settings(returns_maildir=maildir)
    with pytest.raises(OSError, match="mất điện"):
        stop_at(settings, b"mot")
    assert read_all(settings) == [b"mot"]


def test_links_folders_and_hidden_files_are_left_alone(maildir: Path, tmp_path: Path) -> None:
    (tmp_path / "bi-mat").write_bytes(b"khong duoc doc")
    (maildir / "new" / "1.lien-ket").symlink_to(tmp_path / "bi-mat")
    (maildir / "new" / "2.thu-muc").mkdir()
    (maildir / "new" / ".an").write_bytes(b"khong phai thu")
    before = names(maildir / "new")
    assert read_all(Settings(returns_maildir=maildir)) == []
    assert names(maildir / "new") == before


def test_of_a_huge_file_only_the_beginning_is_read(maildir: Path) -> None:
    (maildir / "new" / "1.lon").write_bytes(b"a" * (MOST_BYTES + 1))
    assert [len(raw) for raw in read_all(Settings(returns_maildir=maildir))] == [MOST_BYTES]


def test_a_reading_stops_at_its_limit_and_the_next_one_goes_on(maildir: Path) -> None:
    for number in range(MOST_MAILS + 3):
        (maildir / "new" / f"{number:04}").write_bytes(b"%d" % number)
    settings = Settings(returns_maildir=maildir)
    assert len(read_all(settings)) == MOST_MAILS
    assert read_all(settings) == [b"500", b"501", b"502"]


def test_a_mail_that_a_mail_program_took_meanwhile_is_no_trouble(maildir: Path) -> None:
    for name in ("1.a", "2.b"):
        (maildir / "new" / name).write_bytes(name.encode())
    with open_mailbox(Settings(returns_maildir=maildir)) as box:
        mails = box.unread()
        first = next(mails)
        (maildir / "new" / "1.a").rename(maildir / "cur" / "1.a:2,RS")
        (maildir / "new" / "2.b").rename(maildir / "cur" / "2.b:2,S")
        box.done(first)
        assert list(mails) == []
    assert names(maildir / "cur") == ["1.a:2,RS", "2.b:2,S"]


def test_a_folder_that_is_no_maildir_is_said(tmp_path: Path) -> None:
    said = refused(Settings(returns_maildir=tmp_path / "khong-co"))
    assert said == f"Không đọc được hộp thư gửi về {tmp_path}/khong-co: không có {tmp_path}/khong-co/new."


# IMAP


def test_unread_mails_come_oldest_first_and_are_marked_one_by_one(inbox: ImapServer, password: Path) -> None:
    with open_mailbox(at(inbox, password)) as box:
        for number, item in enumerate(box.unread()):
            assert len(inbox.seen) == number
            assert item == Item(str(sorted(MAILS)[number]), MAILS[int(item.place)])
            box.done(item)
    assert inbox.seen == set(MAILS)
    assert inbox.asked[-1] == "LOGOUT"
    assert read_all(at(inbox, password)) == []


def test_a_mail_not_kept_is_unread_still(inbox: ImapServer, password: Path) -> None:
    with pytest.raises(OSError, match="mất điện"):
        stop_at(at(inbox, password), MAILS[8])
    assert inbox.seen == {7}
    assert read_all(at(inbox, password)) == [MAILS[8], MAILS[12]]


def test_a_server_that_knows_only_login_is_spoken_to_so(inbox: ImapServer, password: Path) -> None:
    inbox.capabilities = ""
    password.write_text("mat khau")
    assert len(read_all(at(inbox, password))) == 3


def test_of_a_huge_mail_only_the_beginning_is_asked_for(inbox: ImapServer, password: Path) -> None:
    inbox.mails = {1: b"a" * (MOST_BYTES + 1), 2: b""}
    assert read_all(at(inbox, password)) == [b"a" * MOST_BYTES, b""]


def test_a_mail_deleted_meanwhile_is_passed_over(inbox: ImapServer, password: Path) -> None:
    with open_mailbox(at(inbox, password)) as box:
        mails = box.unread()
        next(mails)
        del inbox.mails[8]
        assert [item.place for item in mails] == ["12"]


def test_one_reading_takes_five_hundred(inbox: ImapServer, password: Path) -> None:
    inbox.mails = dict.fromkeys(range(1, MOST_MAILS + 3), b"x")
    assert len(read_all(at(inbox, password))) == MOST_MAILS
    assert inbox.mails.keys() - inbox.seen == {501, 502}


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_secured_mailbox_is_read_when_the_offices_authority_vouches(
    certificate: Path, password: Path, security: str
) -> None:
    with running(ImapServer(MAILS, "STARTTLS AUTH=PLAIN", certificate)) as server:
        if security == "tls" and server.context:
            server.socket = server.context.wrap_socket(server.socket, server_side=True)
        settings = at(server, password, returns_security=security, smtp_ca_file=certificate)
        assert len(read_all(settings)) == 3
        stranger = refused(settings.model_copy(update={"smtp_ca_file": None}))
    assert stranger.endswith(": chứng thư số của máy chủ không tin được.")
    assert not any(command.startswith("LOGIN") for command in server.asked)
    assert sum(command.startswith("AUTHENTICATE") for command in server.asked) == 1


def test_a_server_without_starttls_gets_no_password(inbox: ImapServer, password: Path) -> None:
    said = refused(at(inbox, password, returns_security="starttls"))
    assert said.endswith("máy chủ trả lời «TLS not supported by server».")
    assert {command.split()[0] for command in inbox.asked} == {"CAPABILITY", "LOGOUT"}


# Trouble


def no(handler: Handler, tag: str) -> None:
    handler.say(f"{tag} NO Hop thu dang khoa")


def hang_up(handler: Handler, _: str) -> None:
    handler.connection.shutdown(2)


def nonsense(handler: Handler, _: str) -> None:
    handler.say("SSH-2.0-OpenSSH_9.6")


@pytest.mark.parametrize("command", ["AUTHENTICATE", "SELECT", "SEARCH", "FETCH", "STORE"])
@pytest.mark.parametrize("answer", [no, hang_up, nonsense])
def test_whatever_the_server_refuses_names_the_server(
    inbox: ImapServer, password: Path, command: str, answer: Answer
) -> None:
    inbox.answers[command] = answer
    said = refused(at(inbox, password))
    assert said.startswith(f"Không đọc được hộp thư gửi về 127.0.0.1:{inbox.port}: máy chủ ")
    assert ("«Hop thu dang khoa»" in said) == (answer is no)
    assert PASSWORD not in said


def test_a_wrong_password_is_said_in_the_servers_words_and_not_shown(inbox: ImapServer, password: Path) -> None:
    password.write_text("sai-bét")
    said = refused(at(inbox, password))
    assert said.endswith(": máy chủ trả lời «[AUTHENTICATIONFAILED] Sai mat khau».")
    assert "sai-bét" not in said


def test_what_is_missing_is_named(inbox: ImapServer, password: Path, tmp_path: Path) -> None:
    gone = tmp_path / "khong-co"
    assert refused(at(inbox, gone)).endswith(f": không có {gone}.")
    assert refused(at(inbox, None)).endswith(": không có returns_password_file trong cấu hình.")
    assert refused(at(inbox, password, returns_security="tls", smtp_ca_file=gone)).endswith(f": không có {gone}.")
    assert inbox.asked == []


def test_a_password_that_cannot_be_sent_is_said(inbox: ImapServer, password: Path) -> None:
    inbox.capabilities = ""
    assert "ký tự không dùng được" in refused(at(inbox, password))


def test_nobody_at_the_door_is_said(inbox: ImapServer, password: Path) -> None:
    port = free_port()
    said = refused(at(inbox, password, returns_port=port))
    assert said == f"Không đọc được hộp thư gửi về 127.0.0.1:{port}: máy chủ từ chối kết nối."
    assert "127.0.0.1" in refused(at(inbox, password, returns_security="tls"))  # a server that speaks no TLS


def test_a_silent_server_is_left_after_a_while(
    inbox: ImapServer, password: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.return_mailbox._SECONDS", 0.2)
    inbox.answers["SEARCH"] = lambda *_: None
    assert "không trả lời trong" in refused(at(inbox, password))
