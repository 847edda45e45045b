"""`dunghan backup`, `dunghan restore`, `dunghan move`: all an office has, in one file, and brought back from it."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deployments.options import OFFICE, By, text_given
from deployments.overview import SAID

if TYPE_CHECKING:
    from models.restore import Restored

Source = Annotated[Path, typer.Argument(help="Bản sao lưu.", metavar="FILE")]
_SHOWN = 20


def add_to(app: typer.Typer) -> None:
    """Add the commands of backups."""
    app.command("backup", help=SAID["backup"])(backup)
    app.command("restore", help=SAID["restore"])(restore)
    app.command("move", help=SAID["move"])(move)


def backup(
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Tệp mới, hoặc thư mục đã có.")] = None,
    keep: Annotated[int, typer.Option("--keep", help="Giữ N bản mới nhất do lệnh này đặt tên; 0: giữ hết.")] = 0,
    rehearsals: Annotated[bool, typer.Option("--rehearsals", help="Kèm cả các lần chạy thử.")] = False,
    by: By = OFFICE,
) -> None:
    """Write a backup from the running system; exit 1 when something in it does not hold."""
    from deployments.moving import make_backup
    from deployments.office_commands import open_office
    from models.backup import backup_name, remove_older
    from rules.rule_json import RuleError

    who = text_given("--by", by)
    named = output is not None and not output.is_dir()
    if keep < 0 or (keep and named):
        raise RuleError("--keep cần số từ 1 trở lên, và chỉ dùng khi -o không chỉ tên tệp.")
    engine, settings, now = open_office(None)
    file = output if output and named else (output or settings.backups_dir) / backup_name(now)
    faults = make_backup(engine, settings, file, who, now, rehearsals)
    print(f"Đã sao lưu vào {file} ({file.stat().st_size // 1024} KiB).")
    # A backup in which something does not hold pushes out none that may be whole.
    for removed in remove_older(file.parent, keep) if keep and not faults else ():
        print(f"Đã bỏ bản cũ {removed.name}.")
    _tell(faults)


def restore(
    source: Source,
    head: Annotated[str, typer.Option("--head", help="Đầu chuỗi người kiểm tra giữ: «số:mã băm», hoặc tệp.")] = "",
    by: By = OFFICE,
) -> None:
    """Bring a backup into an empty database and state folder; exit 1 when something does not hold."""
    from deployments.moving import bring_back
    from models.restored_checks import read_head
    from models.settings import read_settings

    who = text_given("--by", by)
    kept = read_head(head) if head else None
    brought = bring_back(read_settings(), source, who, kept)
    _say_restored(source, brought.done)
    print(f"Kế hoạch, lịch, nhân sự, mẫu và cấu hình lúc sao lưu: {brought.beside}")
    for said in brought.told:
        print(said)
    _say_maybe_sent([str(one) for one in brought.maybe_sent], brought.beside)
    print("Các lượt quét đang bị giữ: xem xong, chạy dunghan sweep --resume --reason «…».")
    _tell(brought.done.findings)


def move(
    to: Annotated[Path, typer.Option("--to", help="Tệp cấu hình TOML của nơi mới.", metavar="SETTINGS.toml")],
    by: By = OFFICE,
) -> None:
    """Bring all the office has into the empty database of other settings; the old one is held, and kept."""
    from deployments.moving import move_office

    who = text_given("--by", by)
    brought = move_office(to, who)
    _say_restored(brought.source, brought.done)
    for said in brought.told:
        print(said)
    print("Cơ sở dữ liệu cũ còn nguyên và không quét nữa. Từ nay chạy bằng cấu hình mới:")
    print(f"  DUNGHAN_SETTINGS={to.resolve()} dunghan up")
    _tell(brought.done.findings)


def _say_restored(source: Path, done: "Restored") -> None:
    from rules.vietnamese import local_time

    print(f"Đã phục hồi {source}, lập lúc {local_time(done.made_at)}: {done.rows} dòng, {done.files} tệp minh chứng.")
    for name, seq, digest in done.heads:
        print(f"{name}: nhật ký khớp đến số {seq}, đầu chuỗi {seq}:{digest}")


def _say_maybe_sent(lines: list[str], beside: Path) -> None:
    """Who may have heard of what since; the whole list is kept beside."""
    if not lines:
        return print("Từ lúc sao lưu đến nay không có mốc nhắc nào.")
    file = beside / "thu-co-the-da-gui.txt"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"Từ lúc sao lưu đến nay có thể đã gửi {len(lines)} lời nhắc sau (đủ trong {file}):")
    for line in lines[:_SHOWN]:
        print(f"  {line}")
    return None


def _tell(faults: Iterable[str]) -> None:
    found = list(faults)
    for fault in found:
        print(f"dunghan: KHÔNG KHỚP: {fault}", file=sys.stderr)
    if found:
        raise typer.Exit(1)
