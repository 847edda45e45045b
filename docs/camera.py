"""Pictures for docs/images: of the top of a page, of some of its sections, of a sheet of paper."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page

IMAGES = Path(__file__).parent / "images"
MOST_BYTES = 300_000  # of a picture in docs/


def shoot(page: Page, address: str, name: str, width: int = 1180, height: int = 900, pause: float = 0.3) -> None:
    """A picture of the top of a page, no taller than the page itself."""
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(address)
    page.wait_for_load_state("load")
    time.sleep(pause)
    page.set_viewport_size({"width": width, "height": min(height, page.evaluate("document.body.scrollHeight"))})
    page.screenshot(path=IMAGES / f"{name}.png")
    _tell(name)


def part(page: Page, address: str, selector: str, name: str, width: int = 760) -> None:
    """A picture of one part of a page."""
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(address)
    page.locator(selector).screenshot(path=IMAGES / f"{name}.png")
    _tell(name)


def clip(page: Page, first: str, last: str, name: str) -> None:
    """A picture of the open page from the section of heading `first` to that of heading `last`."""
    page.set_viewport_size({"width": 1180, "height": page.evaluate("document.body.scrollHeight")})
    top = page.locator(f"section[aria-labelledby={first}]").bounding_box()
    end = page.locator(f"section[aria-labelledby={last}]").bounding_box()
    if not (top and end):
        raise SystemExit(f"{page.url}: no section {first} or {last}")
    height = end["y"] + end["height"] - top["y"]
    page.screenshot(path=IMAGES / f"{name}.png", clip={"x": 0, "y": top["y"], "width": 1180, "height": height})
    _tell(name)


def on_paper(page: Page, address: str, name: str) -> None:
    """The first sheet of a document, when this machine can lay it out."""
    if not (shutil.which("soffice") and shutil.which("pdftoppm")):
        print(f"{name}.png left as it is: soffice and pdftoppm are needed")
        return
    with tempfile.TemporaryDirectory() as folder:
        paper = Path(folder) / "report.docx"
        paper.write_bytes(page.request.get(address).body())
        profile = f"-env:UserInstallation=file://{folder}/profile"
        office = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder, str(paper)]
        subprocess.run(office, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120)
        sheet = ["pdftoppm", "-png", "-r", "80", "-f", "1", "-singlefile", str(paper.with_suffix(".pdf"))]
        subprocess.run([*sheet, str(IMAGES / name)], check=True, timeout=60)
    _tell(name)


def _tell(name: str) -> None:
    size = (IMAGES / f"{name}.png").stat().st_size
    print(f"{name}.png  {size // 1000} kB{'  TOO BIG' if size > MOST_BYTES else ''}", flush=True)
