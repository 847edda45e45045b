"""Forms that may carry files or lines: a posted body read whole into memory within bounds, never to disk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from python_multipart import FormParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, File, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from web.refusal import Refusal
from web.security import (
    MOST_FIELDS,
    MOST_FORM_BYTES,
    plain,
    read_body,
    read_pairs,
    refuse_foreign,
    refuse_unsigned,
)

MOST_UPLOAD_BYTES = 21 * 1024 * 1024
MOST_FILES = 3
_TOO_MANY = f"Mỗi lần gửi không quá {MOST_FIELDS} trường và {MOST_FILES} tệp."
_BROKEN = "Biểu mẫu gửi lên bị hỏng hoặc đứt giữa chừng. Xin tải lại trang rồi gửi lại."


@dataclass(frozen=True, slots=True)
class Upload:
    """A file somebody chose, under the name their machine gave it: nothing about it is checked yet."""

    name: str
    content: bytes
    field: str = ""


@dataclass(frozen=True, slots=True)
class Submission:
    """A form sent: each field on one line, each as its filled lines, and the files."""

    fields: dict[str, str]
    lines: dict[str, tuple[str, ...]]
    files: tuple[Upload, ...] = ()


async def checked_upload(request: Request) -> Submission:
    """A posted form with or without files, once it is known to come from our own page. Raises Refusal."""
    refuse_foreign(request)
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind == b"multipart/form-data":
        body = await read_body(request, MOST_UPLOAD_BYTES)
        sent = await run_in_threadpool(_read_parts, body, options.get(b"boundary", b""))
    elif kind == b"application/x-www-form-urlencoded":
        sent = _submission(read_pairs(await read_body(request, MOST_FORM_BYTES)))
    else:
        raise Refusal(422, "Biểu mẫu gửi lên không đúng dạng. Xin dùng biểu mẫu trên trang.")
    refuse_unsigned(request, sent.fields)
    return sent


def _read_parts(body: bytes, boundary: bytes) -> Submission:
    """The parts of a multipart body. Raises Refusal."""
    if not boundary:
        raise Refusal(422, _BROKEN)
    # Counted first: the parser goes byte by byte through what only looks like a boundary, 8 seconds for 21 MB.
    if body.count(b"\r\n--" + boundary) > MOST_FIELDS + MOST_FILES:
        raise Refusal(422, _TOO_MANY)
    parts = _Parts()
    in_memory = {"MAX_MEMORY_FILE_SIZE": MOST_UPLOAD_BYTES}
    try:
        parser = FormParser(
            "multipart/form-data", parts.add_field, parts.add_file, parts.finish, boundary=boundary, config=in_memory
        )
        parser.write(body)
        parser.finalize()
    except FormParserError:
        raise Refusal(422, _BROKEN) from None
    if not parts.finished:  # the parser itself does not mind a body cut short
        raise Refusal(422, _BROKEN)
    return _submission(parts.pairs, parts.files)


class _Parts:
    """The parts of one body, as the parser hands them over; one too many or too long raises Refusal."""

    def __init__(self) -> None:
        self.pairs: list[tuple[str, str]] = []
        self.files: list[Upload] = []
        self.finished = False

    def add_field(self, field: Field) -> None:
        """Take a text field."""
        if len(self.pairs) == MOST_FIELDS:
            raise Refusal(422, _TOO_MANY)
        value = field.value or b""
        if len(value) > MOST_FORM_BYTES:
            raise Refusal(413, f"Một ô chữ quá dài: mỗi ô không quá {MOST_FORM_BYTES // 1024} KB.")
        self.pairs.append((_text(field.field_name), _text(value)))

    def add_file(self, file: File) -> None:
        """Take a file; an input left empty is none."""
        if not file.file_name and not file.size:
            return
        if len(self.files) == MOST_FILES:
            raise Refusal(422, _TOO_MANY)
        file.file_object.seek(0)
        self.files.append(Upload(_text(file.file_name), file.file_object.read(), _text(file.field_name)))

    def finish(self) -> None:
        """The closing boundary was met."""
        self.finished = True


def _text(sent: bytes | None) -> str:
    return (sent or b"").decode("utf-8", "replace")


def _submission(pairs: Iterable[tuple[str, str]], files: Iterable[Upload] = ()) -> Submission:
    typed = dict(pairs)
    return Submission(
        fields={name: plain(text) for name, text in typed.items()},
        lines={name: _lines(text) for name, text in typed.items()},
        files=tuple(files),
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line for line in map(plain, text.splitlines()) if line)
