"""The installation by docs/cai-dat.md alone, on a Debian made a moment ago: up to a scheduled letter, and its upkeep.

`make install-test` runs it; it is no part of the suite. Needs root on Linux, util-linux and a Debian package archive.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

from clean_machine import Machine, bare_root, booted
from office import HOUSE, PLANS
from smtp_faults import Relay, Taken, only, running
from town_certificates import Town

from models.calendar_file import calendar_of, read_notices
from rules.vietnamese import ZONE

PAGE = HOUSE / "docs" / "cai-dat.md"
PASSWORD = "m4t-kh4u cua xa"
BEFORE_THE_SWEEP = dt.time(7, 26)  # of a working day: what time it is in Việt Nam when the plan is loaded
PEOPLE = """\
nguoi:
  - {ma: van-thu, ten: Lê Thị Mẫu, chuc-vu: Công chức Văn phòng, email: van-thu@xa.example}
  - {ma: chu-tich, ten: Hoàng Văn Mô Phỏng, chuc-vu: Chủ tịch, email: chu-tich@xa.example}
vai-tro:
  - {nguoi: van-thu, don-vi: van-phong, vai: can-bo, tu: 2023-01-01}
  - {nguoi: chu-tich, don-vi: van-phong, vai: phu-trach, tu: 2023-01-01}
  - {nguoi: chu-tich, don-vi: ubnd, vai: chu-tich, tu: 2023-01-01}
hop-thu-chung: van-thu
"""
PLAN = """\
ke-hoach:
  ma: xa-{day.year}
  so: 01/KH-UBND
  ngay: {day.year}-01-05
  nam: {day.year}
  ten: Kế hoạch công tác năm {day.year}
  co-quan: {{ma: xa, ten: UBND xã Mẫu, dia-danh: Mẫu, cap-tren: UBND tỉnh}}
don-vi:
  - {{ma: ubnd, ten: UBND xã, quan-he: noi-bo}}
  - {{ma: van-phong, ten: Văn phòng, quan-he: noi-bo}}
nhiem-vu:
  - ma: B01
    ten: Rà soát danh mục thủ tục hành chính
    loai: mot-lan
    nguon: mục 1
    trich: chậm nhất ngày {day:%d/%m/%Y}
    chu-tri: van-phong
    thuc-hien: [van-phong]
    ket-qua: Danh mục đã rà soát
    thoi-han:
      - {{kieu: cham-nhat-ngay, ngay: {day}}}
    can-cu:
      - {{van-ban: 01/KH-UBND, dieu: mục 1, muc-chac: S}}
"""
# What an administrator does and looks at later; the timers' services begun by hand, as their hours are far.
UPKEEP = """\
dunghan doctor
dunghan deploy
dunghan backup
systemctl start dunghan-watchdog.service
systemctl start dunghan-backup.service
ls /var/lib/dunghan/sao-luu
systemctl list-timers --no-pager 'dunghan*'
systemctl restart dunghan.service
curl --silent --fail http://127.0.0.1:8800/health
dunghan doctor
test -z "$(systemctl list-units --failed --plain --no-legend)"
"""
# The clock is this machine's own: whether somebody keeps it right is not the installation's doing.
DOCTOR = """\
dunghan doctor | tee /tmp/doctor
if ! test -s /tmp/doctor || grep '^HỎNG' /tmp/doctor | grep -qv 'đồng hồ máy chủ'; then exit 1; fi
"""


@dataclass(frozen=True, slots=True)
class Block:
    """One block of commands of the page: the heading it stands under, and its lines as they are printed."""

    heading: str
    commands: str


def main() -> None:
    """Install by the page, wait for the morning's letter, open its button, and look after the machine once."""
    with ExitStack() as stack:
        began = time.monotonic()
        root = Path(mkdtemp(prefix="dunghan-clean-"))
        stack.callback(shutil.rmtree, root, ignore_errors=True)
        bare_root(root, os.environ.get("DUNGHAN_BARE_ROOT", ""))
        town = Town(root, Path(stack.enter_context(TemporaryDirectory())), "xa.example")
        town.introduce_itself()
        copy_house(root / "opt" / "dunghan")
        relay = Relay()
        stack.enter_context(running(
            relay, 587, tls_context=town.context, require_starttls=True, auth_required=True,
            authenticator=only("nhacviec@xa.example", PASSWORD),
        ))  # fmt: skip
        machine = stack.enter_context(booted(root))
        say(began, "a Debian is up")
        for block in chosen(blocks(PAGE), "--postgresql" in sys.argv):
            if "plan check" in block.commands:
                write_what_an_office_writes(root, turn_the_zone(machine))
            do(machine, block.commands)
            say(began, f"{block.heading}: {block.commands.splitlines()[0][:70]}")
        letter = first_letter(relay, began)
        say(began, f"a letter of the scheduled sweep for {letter.recipient}, {relay.lines} lines to the relay")
        read(letter, machine)
        say(began, "its button opens the page it promises")
        for command in UPKEEP.splitlines():
            print("".join(f"    {line}\n" for line in do(machine, command).splitlines()), end="")
            say(began, command)


def do(machine: Machine, commands: str) -> str:
    """What `commands` print; the doctor may find fault with nothing but the clock."""
    return machine.run(re.sub(r"^dunghan doctor$", DOCTOR, commands, flags=re.M))


def say(began: float, what: str) -> None:
    """A line of progress with the seconds since the beginning."""
    print(f"{time.monotonic() - began:6.0f} s  {what}", flush=True)


def blocks(page: Path) -> Iterator[Block]:
    """Every block marked `sh`: those are what is run."""
    heading = ""
    for part in re.finditer(r"^## ([^\n]+)$|^```sh\n(.*?)^```$", page.read_text(encoding="utf-8"), re.M | re.S):
        heading = part[1] or heading
        if part[2]:
            yield Block(heading, part[2])


def chosen(found: Iterator[Block], postgresql: bool) -> list[Block]:
    """The blocks in the order the page asks for: its second half, when wanted, before step 5."""
    every = list(found)
    second = [block for block in every if block.heading.startswith("Phần hai")]
    first = [block for block in every if block not in second]
    fifth = next(at for at, block in enumerate(first) if block.heading.startswith("5."))
    return [*first[:fifth], *(second if postgresql else ()), *first[fifth:]]


def copy_house(folder: Path) -> None:
    """The files of the repository, as a person would unpack them."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=HOUSE, capture_output=True,
        text=True, check=True,
    ).stdout  # fmt: skip
    for name in filter(None, listed.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(HOUSE / name, folder / name)


def write_what_an_office_writes(root: Path, day: dt.date) -> None:
    """What the page asks a person to write: the mail's password, the people, a plan with something due on `day`."""
    office = root / "etc" / "dunghan"
    (office / "mat-khau-thu").write_text(PASSWORD + "\n")
    (office / "plans" / "people.yaml").write_text(PEOPLE, encoding="utf-8")
    plan = office / "plans" / "ke-hoach.yaml"
    plan.write_text(PLAN.format(day=day), encoding="utf-8")
    plan.chmod(0o644)


def turn_the_zone(machine: Machine) -> dt.date:
    """Let it be shortly before 07:30 in Việt Nam for this machine alone; which day it is there.

    Its clock is right and goes on: only its zone Asia/Ho_Chi_Minh lies elsewhere, and Prefect's schedule is in that
    zone.
    """
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    calendar = calendar_of(read_notices(PLANS / "calendar.yaml"))
    days = [now.date() + dt.timedelta(days=step) for step in (0, 1, -1)]
    ways = {day: dt.datetime.combine(day, BEFORE_THE_SWEEP) - now for day in days if calendar.is_working(day)}
    near = [day for day, way in ways.items() if abs(way) < dt.timedelta(hours=23)]
    if not near:
        raise SystemExit("no working day is near enough: run it on a working day")
    minutes = round(ways[near[0]].total_seconds() / 60)
    offset = f"{'-' if minutes < 0 else ''}{abs(minutes) // 60}:{abs(minutes) % 60:02}"
    machine.run(f"echo 'Zone {ZONE} {offset} - HERE' > zone\numask 022\n/usr/sbin/zic -d /usr/share/zoneinfo zone")
    return near[0]


def first_letter(relay: Relay, began: float, seconds: float = 900) -> Taken:
    """The first mail that is a reminder, once the relay has taken it."""
    end = time.monotonic() + seconds
    while not (letters := [mail for mail in relay.mails if b"/tra-loi/" in body(mail)]):
        if time.monotonic() > end:
            raise SystemExit(f"no letter in {seconds:g} s; the relay was asked {relay.asked}")
        time.sleep(1)
    return letters[0]


def body(mail: Taken) -> bytes:
    """The plain text of a mail."""
    part = message_from_bytes(mail.content, policy=policy.default).get_body(("plain",))
    return part.get_content().encode() if part else b""


def read(letter: Taken, machine: Machine) -> None:
    """Print the letter, and open its first button as its reader would, through the proxy."""
    message = message_from_bytes(letter.content, policy=policy.default)
    print(f"    {message['Date']}  {message['Subject']}")
    link = re.search(rb"https://\S+/tra-loi/\S+", body(letter))
    if not link:
        raise SystemExit("the letter has no button")
    page = machine.run(f"curl --silent --fail --insecure '{link[0].decode()}'")
    if "Rà soát danh mục thủ tục hành chính" not in page:
        raise SystemExit(f"the button does not open its page:\n{page}")


if __name__ == "__main__":
    main()
