"""A network of its own for the programs of a test: loopback, a way out that leads nowhere, and all who try it seen."""

from __future__ import annotations

import ctypes
import os
import shutil
import socket
import struct
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, TypeVar

NEEDED = ("ip", "unshare", "nsenter", "mount")
# Numbers of Linux that Python has no names for: if_packet.h, if_ether.h, sched.h, socket.h
OUTGOING, EVERY_PROTOCOL, NEW_NET, SO_RCVBUFFORCE, SOL_PACKET, PACKET_STATISTICS = 4, 3, 0x40000000, 33, 263, 6
IPV4, ARP, IPV6 = 0x0800, 0x0806, 0x86DD
ICMPV6, HOP_BY_HOP, DNS = 58, 0, 53

# Whatever is asked goes to `out`, names too: documentation addresses (RFC 5737, 3849), behind which nobody is.
LAY_OUT = """
set -e
ip link set lo up
ip link add name out type veth peer name nowhere
ip link set out arp off
ip addr add 192.0.2.1/24 dev out
ip -6 addr add 2001:db8::1/64 dev out nodad
ip link set nowhere up
ip link set out up
ip route add default via 192.0.2.254
ip -6 route add default dev out
mount --bind "$1/resolv.conf" /etc/resolv.conf
mount --bind "$1/nsswitch.conf" /etc/nsswitch.conf
echo ready
exec cat
"""
RESOLV = "nameserver 192.0.2.53\n"
NSSWITCH = "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n"  # no name asked through somebody's socket
Made = TypeVar("Made")


class Sent(NamedTuple):
    """To whom something was sent: «udp», «tcp», «arp» or the protocol's number, the address, the port; a name asked."""

    how: str
    host: str
    port: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Room:
    """The network of one process that lives as long as the room."""

    pid: int

    def enter(self, *command: str | Path) -> list[str]:
        """The command line that runs `command` inside, in the folder one is in."""
        return ["nsenter", f"--target={self.pid}", "--net", "--mount", f"--wd={Path.cwd()}", *map(str, command)]

    def made_inside(self, make: Callable[[], Made]) -> Made:
        """What `make` makes on a thread that is inside: its sockets and threads stay in the network they began in."""
        with ThreadPoolExecutor(1, initializer=self._go_in) as inside:
            return inside.submit(make).result()

    def _go_in(self) -> None:
        with Path(f"/proc/{self.pid}/ns/net").open() as network:
            if ctypes.CDLL(None, use_errno=True).setns(network.fileno(), NEW_NET):
                raise OSError(ctypes.get_errno(), "setns")


class Watch:
    """A raw socket before one interface of a room: it sees every packet, answered or not."""

    def __init__(self, room: Room, interface: str = "out") -> None:
        self._socket = room.made_inside(lambda: socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0))
        self._socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 27)
        self._socket.bind((interface, EVERY_PROTOCOL))
        self._socket.setblocking(False)

    def __enter__(self) -> Watch:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def sent(self) -> set[Sent]:
        """Who was sent something since the last time one asked; what the kernel says of itself left out."""
        found = set()
        while True:
            try:
                packet, (_, protocol, direction, *_rest) = self._socket.recvfrom(256)
            except BlockingIOError:
                return found if self._missed() == 0 else found | {Sent("missed", "", 0)}
            if direction == OUTGOING and (sent := _read(packet, protocol)):
                found.add(sent)

    def _missed(self) -> int:
        """How many packets came while the queue was full."""
        told = self._socket.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8)
        return int(struct.unpack("II", told)[1])


def _read(packet: bytes, protocol: int) -> Sent | None:
    if protocol == IPV4:
        start = (packet[0] & 15) * 4
        return _said(packet[9], packet[16:20], packet[start:])
    if protocol == IPV6:
        # A new interface introduces itself to its neighbours; no program of ours speaks so.
        return None if packet[6] in (ICMPV6, HOP_BY_HOP) else _said(packet[6], packet[24:40], packet[40:])
    if protocol == ARP:
        return Sent("arp", str(ip_address(packet[24:28])), 0)
    return Sent(f"0x{protocol:04x}", "", 0)


def _said(protocol: int, address: bytes, content: bytes) -> Sent:
    how = {6: "tcp", 17: "udp"}.get(protocol)
    port = struct.unpack("!H", content[2:4])[0] if how else 0
    return Sent(how or str(protocol), str(ip_address(address)), port, _name(content[20:]) if port == DNS else "")


def _name(question: bytes) -> str:
    """The name a DNS question over UDP is about."""
    labels = []
    while question and 0 < (length := question[0]) < len(question):
        labels.append(question[1 : length + 1].decode("ascii", "replace"))
        question = question[length + 1 :]
    return ".".join(labels)


def why_not() -> str:
    """Why no room can be made here; empty when it can."""
    if os.name != "posix" or os.uname().sysname != "Linux" or os.geteuid() != 0:
        return "a network of its own needs root on Linux"
    if missing := [program for program in NEEDED if shutil.which(program) is None]:
        return f"missing: {', '.join(missing)} (Debian: iproute2, util-linux)"
    cable = "ip", "link", "add", "name", "out", "type", "veth", "peer", "name", "nowhere"
    tried = subprocess.run(["unshare", "--net", "--mount", *cable], capture_output=True, text=True, check=False)
    return tried.stderr.strip()


@contextmanager
def sealed_room() -> Iterator[Room]:
    """A room, gone with everything in its network when its holder's standard input closes."""
    with TemporaryDirectory(prefix="dunghan-room-") as folder, ExitStack() as stack:
        (Path(folder) / "resolv.conf").write_text(RESOLV)
        (Path(folder) / "nsswitch.conf").write_text(NSSWITCH)
        command = ["unshare", "--net", "--mount", "sh", "-c", LAY_OUT, "room", folder]
        holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        stack.callback(holder.communicate, timeout=10)
        if not holder.stdout or holder.stdout.readline() != "ready\n":
            raise RuntimeError("the room could not be laid out")
        yield Room(holder.pid)


def join(here: Room, there: Room, addresses: list[str]) -> None:
    """A cable from `here` to `there`, which has the addresses; all in 198.51.100.0/24, `here` being .1."""
    script = f"""
    set -e
    ip link add cable type veth peer name cable netns {there.pid}
    ip addr add 198.51.100.1/24 dev cable
    ip link set cable up
    """
    subprocess.run(here.enter("sh", "-c", script), check=True)
    wanted = "\n".join(f"ip addr add {address}/24 dev cable" for address in addresses)
    subprocess.run(there.enter("sh", "-c", f"set -e\n{wanted}\nip link set cable up"), check=True)
