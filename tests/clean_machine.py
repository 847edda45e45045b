"""A Debian made a moment ago and booted beside this one: its own systemd, its own files, the network shared."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PRESENT = "systemd systemd-sysv dbus passwd ca-certificates"  # what any installed Debian has beyond the minimum
BOOT = """
set -e
root=$1
mount --make-rprivate /
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t cgroup2 cgroup "$root/sys/fs/cgroup"
mount -t tmpfs -o mode=755 run "$root/run"
mount -t tmpfs -o mode=1777 tmp "$root/tmp"
mount -t tmpfs -o mode=755 dev "$root/dev"
for node in null zero full random urandom tty; do
    touch "$root/dev/$node"
    mount --bind "/dev/$node" "$root/dev/$node"
done
mkdir -p "$root/dev/pts" "$root/dev/shm" "$root/old"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
mount -t tmpfs -o mode=1777 shm "$root/dev/shm"
shift
for shared in "$@"; do
    mkdir -p "$root$shared"
    mount --bind -o ro "$shared" "$root$shared"
done
cd "$root"
pivot_root . old
umount -l /old
exec env -i container=dunghan PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd
"""


@dataclass(frozen=True, slots=True)
class Machine:
    """A booted machine: commands run inside as root, as an administrator at its console."""

    pid: int

    def run(self, commands: str) -> str:
        """What `commands` print, run by a shell that stops at the first failure, files made for their owner alone."""
        said = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root",
                "LANG": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}  # fmt: skip
        inside = ["nsenter", f"--target={self.pid}", "--mount", "--pid", "--ipc", "--uts", "--cgroup"]
        shell = [
            "env",
            "-i",
            *(f"{name}={value}" for name, value in said.items()),
            "sh",
            "-euc",
            f"cd\numask 077\n{commands}",
        ]
        done = subprocess.run([*inside, *shell], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)  # fmt: skip
        if done.returncode:
            print(f"exit {done.returncode} of:\n{commands}\n{done.stdout}\n{self.journal()}", flush=True)
            raise SystemExit(1)
        return done.stdout

    def journal(self) -> str:
        """The end of what the units said."""
        inside = ["nsenter", f"--target={self.pid}", "--mount", "--pid"]
        asked = [*inside, "journalctl", "--no-pager", "-n", "60", "-u", "dunghan*"]
        return subprocess.run(asked, capture_output=True, text=True, check=False).stdout


def bare_root(root: Path, made_before: str = "") -> None:
    """In `root` a minimal Debian of this machine's own release, from its own archive; or a copy of one made before."""
    if made_before:
        subprocess.run(["cp", "-aT", made_before, root], check=True)
    else:
        release = dict(line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line)
        command = [*_debootstrap(), "--variant=minbase", release["VERSION_CODENAME"], str(root), _archive()]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    _use_this_machines_archives(root)
    quiet = "DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends"
    install = f"apt-get update -qq && {quiet} {PRESENT} && apt-get clean"
    subprocess.run(["chroot", root, "sh", "-euc", install], check=True, stdout=subprocess.DEVNULL)


def _debootstrap() -> list[str]:
    """The command, fetched beside the system when it is not installed."""
    if found := shutil.which("debootstrap"):
        return [found]
    folder = Path(tempfile.mkdtemp(prefix="debootstrap-"))
    subprocess.run(["apt-get", "download", "-qq", "debootstrap"], cwd=folder, check=True, stderr=subprocess.DEVNULL)
    subprocess.run(["dpkg", "-x", *folder.glob("debootstrap*.deb"), folder], check=True)
    return ["env", f"DEBOOTSTRAP_DIR={folder}/usr/share/debootstrap", f"{folder}/usr/sbin/debootstrap"]


def _archive() -> str:
    """The first archive this machine takes its packages from."""
    asked = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split()[0]


def _use_this_machines_archives(root: Path) -> None:
    """apt and pip inside ask whom they ask outside."""
    apt = root / "etc" / "apt"
    (apt / "sources.list").unlink(missing_ok=True)
    for source in [Path("/etc/apt/sources.list"), *Path("/etc/apt/sources.list.d").glob("*")]:
        if source.suffix in (".list", ".sources") and source.is_file():
            shutil.copy(source, apt / source.relative_to("/etc/apt"))
    dumped = subprocess.run(["apt-config", "dump", "Acquire"], capture_output=True, text=True, check=True).stdout
    (apt / "apt.conf.d" / "90machine").write_text(dumped)
    pip = _pip()
    if "cert" in pip:  # whom pip trusts here
        shutil.copy(pip["cert"], root / "etc" / "pip-cert.pem")
        pip["cert"] = "/etc/pip-cert.pem"
    (root / "etc" / "pip.conf").write_text("[global]\n" + "".join(f"{key} = {said}\n" for key, said in pip.items()))
    shutil.copy("/etc/resolv.conf", root / "etc" / "resolv.conf")


def _pip() -> dict[str, str]:
    """pip's configuration here, whichever file or variable it stands in."""
    listed = subprocess.run(["pip", "config", "list"], capture_output=True, text=True, check=True).stdout
    pairs = (line.split("=", 1) for line in listed.splitlines() if "=" in line)
    return {name.rpartition(".")[2]: said.strip("'\"") for name, said in pairs}


def _shared() -> list[str]:
    """Folders of this machine that pip's configuration names: shown inside, to be read."""
    words = " ".join(_pip().values()).replace("file://", "").split()
    tops = {f"/{'/'.join(Path(word).parts[1:3])}" for word in words if word.startswith("/") and Path(word).is_dir()}
    return sorted(tops)


@contextmanager
def booted(root: Path, seconds: float = 60) -> Iterator[Machine]:
    """`root` booted by its own systemd, in a control group of its own; ended with everything in it."""
    group = _control_groups() / f"dunghan-clean-{os.getpid()}"
    group.mkdir()
    join = f'echo $$ > "{group}/cgroup.procs"; exec unshare --pid --mount --cgroup --ipc --uts --fork --kill-child "$@"'
    command = ["sh", "-c", join, "sh", "sh", "-c", BOOT, "boot", str(root), *_shared()]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
    try:
        machine = Machine(_child(process.pid))
        end = time.monotonic() + seconds
        while "running" not in (state := _state(machine)) and "degraded" not in state:
            if time.monotonic() > end:
                raise SystemExit(f"systemd did not boot: «{state}»")
            time.sleep(0.5)
        yield machine
    finally:
        process.kill()
        process.wait()
        _remove(group)


def _control_groups() -> Path:
    """Where control groups of the second version are."""
    mounts = (line.split() for line in Path("/proc/mounts").read_text().splitlines())
    return Path(next(parts[1] for parts in mounts if parts[2] == "cgroup2"))


def _child(pid: int) -> int:
    end = time.monotonic() + 10
    while not (children := Path(f"/proc/{pid}/task/{pid}/children").read_text().split()):
        if time.monotonic() > end:
            raise SystemExit("the machine did not start")
        time.sleep(0.1)
    return int(children[0])


def _state(machine: Machine) -> str:
    inside = ["nsenter", f"--target={machine.pid}", "--mount", "--pid", "systemctl", "is-system-running"]
    done = subprocess.run(inside, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def _remove(group: Path) -> None:
    """The control group and those below it, once their processes have ended."""
    for _ in range(50):
        if not any(found.read_text() for found in group.rglob("cgroup.procs")):
            break
        time.sleep(0.1)
    for folder in [*sorted((path for path in group.rglob("*") if path.is_dir()), reverse=True), group]:
        folder.rmdir()
