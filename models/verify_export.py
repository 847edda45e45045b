#!/usr/bin/env python3
"""Kiểm tra một bản xuất nhật ký của dunghan, ngoài hệ thống: chỉ cần Python 3.8 trở lên, không cần mạng.

    python3 -I verify.py [THU-MUC] [--older BAN-XUAT-CU] [--head SO:MA-BAM] [--key KHOA-CONG-KHAI]
    python3 -I verify.py --proof BANG-CHUNG.json [--head SO:MA-BAM] [--key KHOA-CONG-KHAI]

Mã thoát 0: khớp; 1: có chỗ không khớp, nêu tệp và bản ghi đầu tiên; 2: không kiểm tra được.
Nên dùng tệp verify.py lấy từ nơi khác với bản xuất: ai sửa được bản xuất thì cũng sửa được tệp này.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

LINES, HEADS, KEYS, PROOFS = "nhat-ky.jsonl", "dau-chuoi.jsonl", "khoa-cong-khai.txt", "minh-chung/danh-sach.jsonl"
STAMPS = "dau-thoi-gian"
MANIFEST, SEAL = "MANIFEST.sha256", "MANIFEST.sig"
MOST_TOLD = 20
_UNREADABLE = (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError)


# --- Ed25519 (RFC 8032, 5.1 and 6): verification only; nothing here is secret, so plain and slow is fine.

Point = Any  # four numbers: Python 3.8 cannot say so here
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def _x_of(y: int, sign: int) -> int:
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if y >= P or (x * x - square) % P or (not x and sign):
        raise ValueError("not a point")
    return P - x if x & 1 != sign else x


def _point(coded: bytes) -> Point:
    """A point in extended coordinates (X, Y, Z, T), x = X/Z, y = Y/Z, x*y = T/Z."""
    number = int.from_bytes(coded, "little")
    y = number & (1 << 255) - 1
    x = _x_of(y, number >> 255)
    return x, y, 1, x * y % P


def _add(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(number: int, point: Point) -> Point:
    total = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = _add(total, point)
        point, number = _add(point, point), number >> 1
    return total


_BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = (_x_of(_BASE_Y, 0), _BASE_Y, 1, _x_of(_BASE_Y, 0) * _BASE_Y % P)


def signature_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether s*B = R + H(R, A, M)*A."""
    if len(public) != 32 or len(signature) != 64:
        return False
    try:
        holder, nonce = _point(public), _point(signature[:32])
    except ValueError:
        return False
    s = int.from_bytes(signature[32:], "little")
    if s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = _times(s, BASE), _add(nonce, _times(h, holder))
    return all((left[i] * right[2] - right[i] * left[2]) % P == 0 for i in (0, 1))


# --- Merkle tree (RFC 6962, 2.1): only the right edge is kept.


class Tree:
    """A tree that grows a leaf at a time."""

    def __init__(self) -> None:
        self.size, self._peaks = 0, []  # type: ignore[var-annotated]

    def add(self, leaf: bytes) -> None:
        """Append one leaf."""
        top, size = hashlib.sha256(b"\0" + leaf).digest(), self.size
        while size & 1:
            top, size = hashlib.sha256(b"\1" + self._peaks.pop() + top).digest(), size >> 1
        self._peaks.append(top)
        self.size += 1

    def root(self) -> str:
        """The root of what was added so far, in hex."""
        top = self._peaks[-1] if self._peaks else hashlib.sha256(b"").digest()
        for peak in reversed(self._peaks[:-1]):
            top = hashlib.sha256(b"\1" + peak + top).digest()
        return top.hex()


# --- What is told


class Verdict:
    """What was found, in the order in which it was found."""

    def __init__(self) -> None:
        self.count = 0

    def wrong(self, where: str, why: str) -> None:
        """Say one thing that does not hold."""
        self.count += 1
        if self.count <= MOST_TOLD:
            print(f"KHÔNG KHỚP: {where}: {why}.")

    def holds(self, what: str) -> None:
        """Say one thing that holds."""
        print(f"Khớp: {what}.")

    def note(self, what: str) -> None:
        """Say what a reader should know, though nothing is wrong."""
        print(f"Lưu ý: {what}.")


def canonical(value: Any) -> bytes:
    """Canonical JSON as in RFC 8785 (there are no floats)."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def file_hash(file: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    digest = hashlib.sha256()
    with file.open("rb") as content:
        for piece in iter(lambda: content.read(1 << 20), b""):
            digest.update(piece)
    return digest.hexdigest()


# --- Files: the manifest, its seal, the public keys


def read_keys(folder: Path, verdict: Verdict) -> dict[str, bytes]:
    """The public keys of the export by their short names, each of which is made of its key."""
    keys = {}
    for number, line in enumerate((folder / KEYS).read_bytes().splitlines(), start=1):
        try:
            name, public = line.decode().split(" ")
            if hashlib.sha256(bytes.fromhex(public)).hexdigest()[:16] != name:
                raise ValueError
            keys[name] = bytes.fromhex(public)
        except ValueError:
            verdict.wrong(f"{KEYS} dòng {number}", "tên khóa không khớp khóa: tệp đã bị sửa")
    return keys


def check_seal(folder: Path, keys: dict[str, bytes], verdict: Verdict) -> None:
    """The signature over the manifest, which names every other file."""
    try:
        name, signature = (folder / SEAL).read_bytes().decode().split()
        signed = bytes.fromhex(signature)
        good = signature_holds(keys[name], (folder / MANIFEST).read_bytes(), signed)
    except _UNREADABLE:
        good = False
    if (
        good and (folder / SEAL).read_bytes() == f"{name} {signed.hex()}\n".encode()
    ):  # «A» is not «a», though both are 10
        return verdict.holds(f"chữ ký của {MANIFEST}, khóa {name}")
    return verdict.wrong(f"{MANIFEST} hoặc {SEAL}", "chữ ký không đúng: một trong hai tệp đã bị sửa")


def check_manifest(folder: Path, verdict: Verdict) -> None:
    """Every file is there with its hash, and no other."""
    listed, before = {}, verdict.count
    for number, line in enumerate((folder / MANIFEST).read_bytes().decode("utf-8", "replace").splitlines(), start=1):
        digest, gap, name = line.partition("  ")
        listed[name] = digest
        if not gap or ".." in name.split("/") or not (folder / name).is_file():
            verdict.wrong(f"{MANIFEST} dòng {number}", f"không có tệp {name!r}")
        elif file_hash(folder / name) != digest:
            verdict.wrong(name, "nội dung không đúng mã SHA-256 trong danh mục: tệp đã bị sửa, bị cắt hoặc bị thay")
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder).as_posix()
        if file.is_file() and name not in listed and name not in (MANIFEST, SEAL):
            verdict.wrong(name, f"tệp lạ, không có trong {MANIFEST}")
    if verdict.count == before:
        verdict.holds(f"{len(listed)} tệp đúng mã SHA-256 trong danh mục")


# --- The chain


class Chain:
    """The trail read once, line by line: order, chain, hashes, and what else must agree with it."""

    def __init__(self, heads: list[dict[str, Any]], verdict: Verdict) -> None:
        self.tree, self.last, self.at, self.verdict = Tree(), "0" * 64, "", verdict
        self.heads = heads
        self.witnessed: dict[int, tuple[str, str]] = {}
        self.wanted = {head["seq"] for head in heads}
        self.proofs: set[tuple[str, str, str]] = set()
        self.told_signed: list[tuple[int, dict[str, Any]]] = []
        self.told_stamped: dict[str, int] = {}
        self.broken = self.backwards = 0

    def read(self, file: Path) -> None:
        """Take in every line. Only the first entry that does not hold is told: all later ones hang on it."""
        for raw in lines_of(file):
            why = self._take(raw)
            if why and not self.broken:
                self.broken = self.tree.size + 1
                self.verdict.wrong(f"{LINES} bản ghi số {self.broken} (dòng {self.broken})", why)
            self.tree.add(raw)
            if self.tree.size in self.wanted:
                self.witnessed[self.tree.size] = (self.last, self.tree.root())
        if not self.broken:
            self.verdict.holds(f"{self.tree.size} bản ghi đủ thứ tự, mã băm nối liền; mã cuối {self.last}")

    def _take(self, raw: bytes) -> str:
        expected, last = self.tree.size + 1, self.last
        try:
            entry = json.loads(raw)
            digest, fields = entry["hash"], {name: value for name, value in entry.items() if name != "hash"}
            self.last = digest
            self._remember(entry)
            if entry["seq"] != expected:
                return f"thiếu, thừa hoặc đảo bản ghi: chỗ của số {expected} lại là số {entry['seq']}"
            if entry["previous_hash"] != last:
                return "mã băm của bản ghi trước không khớp: bản ghi trước đã bị thay"
            if hashlib.sha256(canonical(fields)).hexdigest() != digest:
                return "nội dung không khớp mã băm: bản ghi đã bị sửa"
            return "" if canonical(entry) == raw else "không viết theo dạng JSON chuẩn: dòng đã bị viết lại"
        except _UNREADABLE:
            return "dòng không đọc được: đã bị sửa hoặc bị cắt"

    def _remember(self, entry: dict[str, Any]) -> None:
        detail = entry["detail"]
        if entry["action"] == "them-minh-chung":
            self.proofs.add((entry["subject"], detail["sha256"], detail["name"]))
        if entry["action"] == "ky-dau-chuoi":
            self.told_signed.append((entry["seq"], detail))
        if entry["action"] == "dong-dau-thoi-gian":
            self.told_stamped[detail["sha256"]] = entry["seq"]
        if entry["at"] < self.at and not self.backwards:
            self.backwards = entry["seq"]
        self.at = entry["at"]


def lines_of(file: Path) -> Iterator[bytes]:
    """The lines of a file without their ends; the last one must have an end too."""
    with file.open("rb") as content:
        for line in content:
            yield line[:-1] if line.endswith(b"\n") else line + b" (cut)"


# --- Signed heads, evidence, and what was kept outside


def read_heads(folder: Path, verdict: Verdict) -> list[dict[str, Any]]:
    """The signed heads that can be read."""
    heads = []
    for number, raw in enumerate(lines_of(folder / HEADS), start=1):
        try:
            head = json.loads(raw)
            if canonical(head) != raw or not isinstance(head["seq"], int):
                raise ValueError
            heads.append({**head, "line": number})
        except _UNREADABLE:
            verdict.wrong(f"{HEADS} dòng {number}", "dòng không đọc được hoặc đã bị viết lại")
    return heads


def signed_bytes(head: dict[str, Any]) -> bytes:
    """What was signed of a head that was read."""
    return canonical({name: value for name, value in head.items() if name not in ("line", "signature")})


def check_heads(chain: Chain, keys: dict[str, bytes], verdict: Verdict) -> None:
    """Each signature, and that the chain of that moment is still the chain."""
    before = verdict.count
    for head in chain.heads:
        where = f"{HEADS} dòng {head['line']} (đầu chuỗi số {head['seq']}, ngày {head.get('day')})"
        try:
            good = signature_holds(keys[head["key_id"]], signed_bytes(head), bytes.fromhex(head["signature"]))
        except _UNREADABLE:
            good = False
        if not good:
            verdict.wrong(where, "chữ ký không đúng")
        elif chain.witnessed.get(head["seq"]) != (head["hash"], head["root"]):
            verdict.wrong(where, "nhật ký đến số này không còn như lúc ký: đã bị viết lại hoặc bị cắt")
    kept = {(head["seq"], head["hash"], head["root"]) for head in chain.heads}
    for seq, told in chain.told_signed:
        if (told.get("seq"), told.get("hash"), told.get("root")) not in kept:
            verdict.wrong(HEADS, f"thiếu đầu chuỗi mà bản ghi số {seq} nói là đã ký")
    if not any(head.get("kind") == "xuat" and head["seq"] == chain.tree.size for head in chain.heads):
        verdict.wrong(HEADS, f"không có chữ ký lúc xuất cho bản ghi cuối (số {chain.tree.size})")
    if verdict.count == before:
        verdict.holds(f"{len(chain.heads)} đầu chuỗi: chữ ký và gốc Merkle")


def check_stamps(folder: Path, chain: Chain, verdict: Verdict) -> None:
    """Every time stamp the trail tells of is there with its bytes, beside the very head that was stamped."""
    before, kept = verdict.count, set()
    signed = {head.get("day"): signed_bytes(head) for head in chain.heads if head.get("kind") == "dau-ngay"}
    for token in sorted((folder / STAMPS).glob("*.tsr")):
        kept.add(file_hash(token))
        message = token.with_suffix(".json")
        if not message.is_file() or message.read_bytes() != signed.get(token.stem):
            verdict.wrong(f"{STAMPS}/{message.name}", "không phải đúng những byte đã ký của đầu chuỗi ngày ấy")
        if file_hash(token) not in chain.told_stamped:
            verdict.wrong(f"{STAMPS}/{token.name}", "dấu thời gian không có trong nhật ký: đã bị sửa hoặc bị thay")
    for digest in sorted(set(chain.told_stamped) - kept):
        verdict.wrong(STAMPS, f"thiếu dấu thời gian mà bản ghi số {chain.told_stamped[digest]} nói là đã đóng")
    if kept and verdict.count == before:
        verdict.holds(f"{len(kept)} dấu thời gian: tệp như nhật ký ghi, nội dung được đóng dấu là đầu chuỗi đã ký")
    if kept:
        verdict.note("chữ ký và giờ của dấu thời gian thì kiểm tra bằng OpenSSL (openssl ts -verify -token_in)")


def check_proofs(folder: Path, chain: Chain, verdict: Verdict) -> None:
    """Every evidence file the trail tells of is there, under its name, with its bytes."""
    before, listed = verdict.count, set()
    for number, raw in enumerate(lines_of(folder / PROOFS), start=1):
        try:
            row = json.loads(raw)
            listed.add((row["obligation"], row["sha256"], row["name"]))
        except _UNREADABLE:
            verdict.wrong(f"{PROOFS} dòng {number}", "dòng không đọc được")
    for code, digest, name in sorted(chain.proofs - listed):
        verdict.wrong(PROOFS, f"thiếu minh chứng «{name}» của {code}, SHA-256 {digest}: bị xóa hoặc bị đổi tên")
    for code, _, name in sorted(listed - chain.proofs):
        verdict.wrong(PROOFS, f"minh chứng «{name}» của {code} không có trong nhật ký: thêm vào hoặc bị đổi tên")
    for digest in sorted({digest for _, digest, _ in chain.proofs | listed}):
        file = folder / "minh-chung" / digest
        if not file.is_file():
            verdict.wrong(f"minh-chung/{digest}", "không có tệp này")
        elif file_hash(file) != digest:
            verdict.wrong(f"minh-chung/{digest}", "nội dung không đúng mã SHA-256: tệp minh chứng đã bị thay")
    if verdict.count == before:
        verdict.holds(f"{len(listed)} minh chứng: tên trong nhật ký và nội dung tệp")


def check_older(folder: Path, older: Path, verdict: Verdict) -> None:
    """The older export is how this one begins: the same lines, and so the same Merkle root."""
    then, now, seq = Tree(), Tree(), 0
    newer = lines_of(folder / LINES)
    for seq, raw in enumerate(lines_of(older / LINES), start=1):
        mine = next(newer, None)
        if mine is None:
            return verdict.wrong(f"{LINES} bản ghi số {seq}", "bản xuất cũ có, bản này không: nhật ký đã bị cắt")
        if mine != raw:
            return verdict.wrong(f"{LINES} bản ghi số {seq}", "khác bản xuất cũ: nhật ký đã bị viết lại từ đây")
        then.add(raw)
        now.add(mine)
    return verdict.holds(f"tiếp nối bản xuất cũ: {seq} bản ghi đầu như cũ, gốc Merkle {now.root()}")


def check_outside_head(chain: Chain, seq: int, digest: str, verdict: Verdict) -> None:
    """A head somebody kept outside, as a mail printed it: its hash, or its Merkle root."""
    if digest in chain.witnessed.get(seq, ()):
        return verdict.holds(f"đầu chuỗi số {seq} giữ ở ngoài")
    if seq > chain.tree.size:
        why = f"nhật ký chỉ có {chain.tree.size} bản ghi: đã bị cắt, hoặc là bản sao lưu cũ"
        return verdict.wrong(f"đầu chuỗi số {seq} giữ ở ngoài", why)
    return verdict.wrong(f"đầu chuỗi số {seq} giữ ở ngoài", "mã băm khác: nhật ký đến số này đã bị viết lại")


def check(folder: Path, older: Path | None, head: tuple[int, str] | None, key: str) -> int:
    """Everything; how many things do not hold."""
    verdict = Verdict()
    keys = read_keys(folder, verdict)
    if key and [public.hex() for public in keys.values()] != [key.lower()]:
        verdict.wrong(KEYS, "không phải khóa công khai đã biết")
    check_seal(folder, keys, verdict)
    check_manifest(folder, verdict)
    chain = Chain(read_heads(folder, verdict), verdict)
    if head:
        chain.wanted.add(head[0])
    chain.read(folder / LINES)
    check_heads(chain, keys, verdict)
    check_stamps(folder, chain, verdict)
    check_proofs(folder, chain, verdict)
    if head:
        check_outside_head(chain, *head, verdict)
    if older:
        check_older(folder, older, verdict)
    if chain.backwards:
        verdict.note(f"giờ ghi lùi lại ở bản ghi số {chain.backwards}; thứ tự theo số, không theo giờ")
    if not (head or older or key):
        verdict.note("chưa đối chiếu với gì giữ ở ngoài (--head, --older, --key): viết lại toàn bộ thì không thấy được")
    return verdict.count


# --- One entry alone: a proof that it stands under a signed head


def climb(leaf: bytes, index: int, size: int, path: list[bytes]) -> str:
    """The root that leaf `index` of `size` leads to along `path` (RFC 9162, 2.1.3.2); empty: to none."""
    at, last, top = index, size - 1, hashlib.sha256(b"\0" + leaf).digest()
    for step in path:
        if last == 0:
            return ""
        if at & 1 or at == last:
            top = hashlib.sha256(b"\1" + step + top).digest()
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            top = hashlib.sha256(b"\1" + top + step).digest()
        at, last = at >> 1, last >> 1
    return "" if last else top.hex()


def check_proof(file: Path, outside: tuple[int, str] | None, key: str) -> int:
    """One entry, its way up to a signed root, the signature; how many things do not hold."""
    verdict = Verdict()
    try:
        findings = proof_findings(json.loads(file.read_bytes()), outside, key.lower())
    except _UNREADABLE:
        verdict.wrong(file.name, "không đọc được, hoặc không phải bằng chứng của một bản ghi")
        return verdict.count
    for held, what in findings:
        if held:
            verdict.holds(what)
        else:
            verdict.wrong(what, "không đúng; bằng chứng đã bị sửa, hoặc là của nhật ký khác")
    if not (outside or key):
        verdict.note("chưa đối chiếu với gì giữ ở ngoài (--head, --key): ai có khóa ký thì lập được bằng chứng giả")
    return verdict.count


def proof_findings(proof: dict[str, Any], outside: tuple[int, str] | None, key: str) -> list[tuple[bool, str]]:
    """What must hold of a proof, in words, and whether it does."""
    entry, head, public = proof["entry"], proof["head"], bytes.fromhex(proof["public_key"])
    fields = {name: value for name, value in entry.items() if name != "hash"}
    signed = {name: value for name, value in head.items() if name != "signature"}
    root = climb(canonical(entry), entry["seq"] - 1, head["seq"], [bytes.fromhex(step) for step in proof["path"]])
    inside = 0 < entry["seq"] <= head["seq"] and entry["authority_id"] == head["authority_id"]
    named = hashlib.sha256(public).hexdigest()[:16] == head["key_id"]
    signature = signature_holds(public, canonical(signed), bytes.fromhex(head["signature"]))
    found = [
        (hashlib.sha256(canonical(fields)).hexdigest() == entry["hash"], f"mã băm của bản ghi số {entry['seq']}"),
        (inside and root == head["root"], f"bản ghi nằm dưới gốc Merkle của đầu chuỗi số {head['seq']}"),
        (named and signature, f"chữ ký đầu chuỗi ngày {head['day']}, khóa {head['key_id']}"),
    ]
    if key:
        found.append((public.hex() == key, "khóa công khai giữ ở ngoài"))
    if outside:
        same = outside[0] == head["seq"] and outside[1] in (head["hash"], head["root"])
        found.append((same, "đầu chuỗi giữ ở ngoài"))
    return found


def _outside_head(text: str) -> tuple[int, str]:
    seq, _, digest = text.partition(":")
    if not seq.isdigit() or len(digest) != 64:
        raise argparse.ArgumentTypeError("viết như 264:mã-băm-64-chữ-số, đúng như trong thư")
    return int(seq), digest.lower()


def main() -> int:
    """Read what was asked and say the verdict."""
    parser = argparse.ArgumentParser(description="Kiểm tra một bản xuất nhật ký của dunghan.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).resolve().parent, metavar="THU-MUC")
    parser.add_argument("--older", type=Path, help="bản xuất cũ hơn: bản này phải tiếp nối nó")
    parser.add_argument("--head", type=_outside_head, help="SO:MA-BAM trong thư đầu chuỗi")
    parser.add_argument("--key", default="", help="khóa công khai (64 chữ số) đã giữ ở ngoài")
    parser.add_argument("--proof", type=Path, help="tệp bang-chung.json của một bản ghi, thay cho cả bản xuất")
    asked = parser.parse_args()
    try:
        if asked.proof:
            found = check_proof(asked.proof, asked.head, asked.key)
        else:
            found = check(asked.folder, asked.older, asked.head, asked.key)
    except FileNotFoundError as error:
        if asked.proof or not asked.folder.is_dir() or (asked.older and not asked.older.is_dir()):
            print(f"KHÔNG KIỂM TRA ĐƯỢC: không có {error.filename}, hoặc thư mục của nó.")
            return 2
        print(f"KHÔNG KHỚP: {error.filename}: thiếu tệp này, không kiểm tra tiếp được.")
        return 1
    except OSError as error:
        print(f"KHÔNG KIỂM TRA ĐƯỢC: {error.filename}: {error.strerror}.")
        return 2
    whole = "bằng chứng đúng" if asked.proof else "bản xuất nguyên vẹn"
    print(f"KẾT LUẬN: có {found} chỗ không khớp." if found else f"KẾT LUẬN: {whole}.")
    return 1 if found else 0


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    sys.exit(main())
