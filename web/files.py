"""A stored evidence file, offered only as a download: no browser ever shows it inside our pages."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from models.evidence import find_file, proofs_of
from models.files import FileDamaged, FileMissing, read_file
from models.tables import Obligation
from rules.vietnamese import fold
from web.refusal import Refusal
from web.site import READ, Site, TheSite

pages = APIRouter()
# Should a browser show it all the same: no script, no form, no address of its own.
FILE_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NOT_PLAIN = re.compile(r"[^a-z0-9._ -]")


def file_path(sha256: str, name: str) -> str:
    """Where a stored file is offered; the name is for the reader, the SHA-256 alone says which."""
    return f"/minh-chung/{sha256}/{quote(name, safe='')}"


@pages.api_route("/minh-chung/{sha256}/{name}", methods=[*READ])
def download(sha256: str, name: str, site: TheSite) -> Response:
    """One recorded file, byte for byte as it was received, under its recorded name."""
    if site.files is None or not _SHA256.fullmatch(sha256):
        raise _unknown()
    with site.reading() as session:
        found = find_file(session, sha256)
    if found is None:
        raise _unknown()
    return stored_file(site, sha256, found[0])


def stored_file(site: Site, sha256: str, name: str) -> Response:
    """The file kept as `sha256`, to be saved as `name`: no browser is let show it. Raises Refusal."""
    if site.files is None:
        raise _unknown()
    headers = {"Content-Disposition": as_attachment(name), "Content-Security-Policy": FILE_POLICY}
    return Response(_content(site.files, sha256), headers=headers, media_type="application/octet-stream")


def proof_of(session: Session, site: Site, row: Obligation, sha256: str) -> Response:
    """A file shown as proof of `row`, and of nothing else. Raises Refusal."""
    for proof in proofs_of(session, row):
        if sha256 and proof.sha256 == sha256:
            return stored_file(site, sha256, proof.file_name)
    raise _unknown()


def as_attachment(name: str) -> str:
    """The header that makes a browser save a file as `name` (RFC 6266, RFC 5987)."""
    return f"attachment; filename=\"{_NOT_PLAIN.sub('_', fold(name))}\"; filename*=UTF-8''{quote(name, safe='')}"


def _content(folder: Path, sha256: str) -> bytes:
    try:
        return read_file(folder, sha256)
    except (FileMissing, FileDamaged) as error:
        raise Refusal(500, str(error)) from error


def _unknown() -> Refusal:
    return Refusal(404, "Không có tệp minh chứng này.")
