"""The town around a clean machine: its names, and an authority whose certificates the machine trusts."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path


class Town:
    """Servers of `domain` on loopback, known to the machine in `root` by name and by certificate; `folder` has both."""

    def __init__(self, root: Path, folder: Path, domain: str) -> None:
        self.root, self.domain = root, domain
        self.key, self.certificate = folder / "key.pem", folder / "certificate.pem"
        names = ["-subj", f"/CN=smtp.{domain}", "-addext", f"subjectAltName=DNS:smtp.{domain}"]
        new = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "60", *names]
        subprocess.run([*new, "-keyout", self.key, "-out", self.certificate], check=True, capture_output=True)

    @property
    def context(self) -> ssl.SSLContext:
        """The server's side of the certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context

    def introduce_itself(self) -> None:
        """Put names and certificate where the machine looks for them."""
        names = f"127.0.0.1 localhost smtp.{self.domain} dunghan.{self.domain}\n"
        (self.root / "etc" / "hosts").write_text(names)
        trusted = self.root / "usr" / "local" / "share" / "ca-certificates"
        trusted.mkdir(parents=True, exist_ok=True)
        (trusted / "town.crt").write_bytes(self.certificate.read_bytes())
        subprocess.run(["chroot", self.root, "update-ca-certificates"], check=True, capture_output=True)
