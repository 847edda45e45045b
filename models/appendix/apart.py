"""Reading in a process of its own with little memory and time, so that a hostile file exhausts nothing but itself."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from pydantic import TypeAdapter

from models.appendix.bounds import NotRead
from models.appendix.document import SignedDocument
from models.office_words import one_line

MOST_MEMORY = 1_000_000_000
MOST_CPU_SECONDS = 60
MOST_SECONDS = 90
_NEEDED = ("PATH", "PYTHONPATH", "HOME", "LANG", "LC_ALL", "TMPDIR")
_OWN = {"PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1"}  # a thread for each core would take the memory
_READ, _REFUSED, _NO_MEMORY = 0, 2, 3
_TOO_MUCH = "Hãy giữ lại riêng kế hoạch và phụ lục của nó, hoặc lưu lại tệp bằng Word hay Excel."
_DOCUMENT = TypeAdapter(SignedDocument)


def read_apart(path: Path) -> SignedDocument:
    """The document in `path`, read by a process of its own. Raises NotRead."""
    command = [sys.executable, "-P", "-m", "models.appendix.apart", str(path)]  # -P: no module from where one stands
    try:
        ended = run_alone(command, MOST_SECONDS)
    except subprocess.TimeoutExpired:
        raise NotRead(f"đọc tệp quá {MOST_SECONDS} giây nên đã dừng. {_TOO_MUCH}") from None
    if ended.returncode == _READ:
        return _DOCUMENT.validate_json(ended.stdout)
    raise NotRead(_why(ended))


def run_alone(command: Sequence[str], seconds: float) -> subprocess.CompletedProcess[bytes]:
    """What `command` did in a session of its own, knowing no secret of this process's environment.

    After `seconds` all it started ends too. Raises TimeoutExpired.
    """
    pipe = subprocess.PIPE
    environment = {name: os.environ[name] for name in _NEEDED if name in os.environ} | _OWN
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, env=environment, start_new_session=True) as process:
        try:
            out, errors = process.communicate(timeout=seconds)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
    return subprocess.CompletedProcess(command, process.returncode, out, errors)


def _why(ended: subprocess.CompletedProcess[bytes]) -> str:
    code = ended.returncode
    if code == _REFUSED:
        return ended.stdout.decode()
    if code == _NO_MEMORY:
        return f"đọc tệp cần quá {MOST_MEMORY // 1_000_000} MB bộ nhớ nên đã dừng. {_TOO_MUCH}"
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return f"đọc tệp cần quá {MOST_CPU_SECONDS} giây tính toán nên đã dừng. {_TOO_MUCH}"
    last = ended.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
    return one_line(f"phần đọc tệp dừng giữa chừng ({last[:200] or f'mã {code}'}). {_TOO_MUCH}")


def _limit() -> None:
    """Take from this process what reading a plan never needs."""
    for kind, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (least, least))


def _main(path: Path) -> int:
    """Read `path` and write it, or why it is not read, to stdout."""
    _limit()
    from models.appendix.reading import read_document  # under the limits, like all that follows

    try:
        sys.stdout.buffer.write(_DOCUMENT.dump_json(read_document(path)))
    except NotRead as refusal:
        sys.stdout.buffer.write(str(refusal).encode())
        return _REFUSED
    except MemoryError:
        return _NO_MEMORY
    return _READ


if __name__ == "__main__":
    raise SystemExit(_main(Path(sys.argv[1])))
