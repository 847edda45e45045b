"""Why the database does not answer, in one Vietnamese sentence that says what to do; any other error in one line."""

from __future__ import annotations

from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

_LONGEST = 300  # characters

# What a person reads -> SQLSTATE, or words of a connection refused before there is one.
_SAID: dict[str, tuple[str, ...]] = {
    "máy chủ cơ sở dữ liệu đã hết chỗ kết nối; xin thử lại sau ít phút, hoặc tăng max_connections": (
        "53300", "too many clients", "remaining connection slots",
    ),
    "đĩa của máy chủ cơ sở dữ liệu đã đầy; xin dọn đĩa": ("53100", "No space left"),
    "câu hỏi cơ sở dữ liệu chạy quá lâu nên đã dừng; xin thử lại, hoặc thu hẹp điều cần xem": ("57014",),
    "có việc khác đang giữ dòng dữ liệu này; xin thử lại sau ít phút": ("55P03",),
    "việc làm dở để quá lâu nên đã dừng, chưa ghi gì; xin làm lại": ("25P03", "25P04"),
    "máy chủ cơ sở dữ liệu đang dừng hoặc đang khởi động; xin thử lại sau ít phút": (
        "57P01", "57P02", "57P03", "starting up", "shutting down",
    ),
    "cơ sở dữ liệu không nhận tài khoản hoặc mật khẩu; xin xem database_url và owner_database_url": (
        "28P01", "28000", "password authentication failed", "no password supplied",
    ),
    "máy chủ cơ sở dữ liệu không cho máy này vào; xin xem pg_hba.conf của máy chủ": ("no pg_hba.conf entry",),
    "chứng thư TLS của máy chủ cơ sở dữ liệu không được chấp nhận; xin xem sslmode, sslrootcert và tên máy trong "
    "database_url": ("certificate", "SSL", "root.crt"),
    "không có cơ sở dữ liệu hoặc vai ghi trong cấu hình; xin xem deployments/postgresql/roles.sql": (
        "3D000", "does not exist",
    ),
    "không nối được máy chủ cơ sở dữ liệu; xin kiểm tra máy chủ và đường mạng": (
        "Connection refused", "could not translate", "Name or service", "timeout", "closed the connection",
        "No route", "Is the server running", "consuming input failed", "connection is lost", "No such file",
    ),
}  # fmt: skip
BUSY = "mọi kết nối tới cơ sở dữ liệu đang bận; xin thử lại sau ít phút"


def in_one_line(error: BaseException) -> str:
    """What any error says, short enough for a mail or a row of checks; what a database says, as a person reads it."""
    said = store_fault(error) if isinstance(error, OperationalError) else f"{type(error).__name__}: {error}"
    return " ".join(said.split())[:_LONGEST]


def store_fault(error: BaseException) -> str:
    """What keeps the database from answering, as a person reads it, with what the server itself said."""
    if isinstance(error, PoolExhausted):
        return BUSY
    found = getattr(error, "orig", None) or error
    state, words = getattr(found, "sqlstate", None) or "", str(found)
    known = next((said for said, marks in _SAID.items() if state in marks or (not state and _any(marks, words))), None)
    first = words.strip().splitlines()[0] if words.strip() else type(found).__name__
    return f"{known} (máy chủ báo: {first})" if known else f"cơ sở dữ liệu không làm được việc này: {first}"


def _any(marks: tuple[str, ...], words: str) -> bool:
    return any(mark in words for mark in marks)
