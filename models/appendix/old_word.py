"""Files older than Office 2007 (.doc, .xls) and .rtf, made new by LibreOffice where it is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from models.appendix.apart import run_alone
from models.appendix.bounds import NotRead

MOST_SECONDS = 90
MOST_KILOBYTES = 4_000_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS = (  # of an OLE file, by the name its directory holds in UTF-16
    ("WordDocument", "docx"),
    ("Workbook", "xlsx"),
    ("Book", "xlsx"),
)
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop>
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
</item>
</oor:items>
"""  # nothing in the file is run, nothing it points to is fetched


def newer_ending(raw: bytes) -> str:
    """«docx» or «xlsx» for a file of an old kind; «» for any other. Raises NotRead."""
    if re.match(rb"\s*\{\\rtf", raw):
        return "docx"
    if not raw.startswith(_OLE):
        return ""
    if _names("EncryptedPackage") in raw:
        raise NotRead("tệp có mật khẩu; hãy mở bằng mật khẩu rồi lưu lại một bản không mật khẩu.")
    ending = next((ending for name, ending in _STREAMS if _names(name) in raw), "")
    if not ending:
        raise NotRead(
            "tệp này là tài liệu Office đời cũ không phải Word hay Excel; hãy lưu lại thành .docx hoặc .xlsx."
        )
    return ending


@contextmanager
def made_new(raw: bytes, ending: str) -> Iterator[Path]:
    """A file of the newer kind made from `raw`, while the context lasts. Raises NotRead."""
    program = shutil.which("soffice")
    if program is None:
        raise NotRead(
            f"tệp đời cũ, máy này không có LibreOffice để đọc; hãy mở bằng Office rồi lưu lại thành .{ending}."
        )
    with TemporaryDirectory(prefix="dunghan-") as folder:
        old, new = Path(folder, "goc"), Path(folder, "moi", f"goc.{ending}")
        old.write_bytes(raw)
        profile = Path(folder, "profile")
        settings = profile / "user" / "registrymodifications.xcu"
        settings.parent.mkdir(parents=True)
        settings.write_text(_PROFILE, encoding="utf-8")
        said = _run([program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore",
                     "--convert-to", ending, "--outdir", str(new.parent), str(old)])  # fmt: skip
        if not new.is_file():
            raise NotRead(f"LibreOffice không đọc được tệp này (có thể hỏng hoặc có mật khẩu): {said}")
        yield new


def _run(command: list[str]) -> str:
    """What LibreOffice said; it and all it started end within MOST_SECONDS, in no more than MOST_KILOBYTES."""
    limited = f'ulimit -v {MOST_KILOBYTES}; exec "$0" "$@"'
    try:
        ended = run_alone(["sh", "-c", limited, *command], MOST_SECONDS)
    except subprocess.TimeoutExpired:
        raise NotRead(f"LibreOffice đọc tệp quá {MOST_SECONDS} giây; hãy lưu lại thành .docx hoặc .xlsx.") from None
    return " ".join((ended.stdout + ended.stderr).decode("utf-8", "replace").split())[:200]


def _names(name: str) -> bytes:
    return name.encode("utf-16-le")
