"""`make bench`: every figure the house promises beside its peer, in one run, as one table and one JSON file."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

from bench.rows import Row, seconds

OUT = Path(__file__).parent / "out"
# Subject -> who measures it; loaded only when its turn comes, so that none weighs on another.
SUBJECTS = {
    "Working days": "days:day_rows",
    "Start": "start:start_rows",
    "Mails": "mail:mail_rows",
    "Sending": "sending:sending_rows",
    "Documents": "documents:document_rows",
    "The tick of 896,670 obligations": "tick:tick_rows",
    "The trail": "record:record_rows",
    "Pages": "pages:page_rows",
    "Flow runs": "flow_runs:flow_rows",  # last: Prefect brings a server
}


def main() -> int:
    """Measure the subjects asked for (a part of a name is enough), or all; print each row, keep the JSON."""
    OUT.mkdir(exist_ok=True)
    found: list[Row] = []
    for subject, measure in SUBJECTS.items():
        if not sys.argv[1:] or any(asked.lower() in subject.lower() for asked in sys.argv[1:]):
            print(f"\n{subject}", flush=True)
            print(f"({seconds(lambda measure=measure: found.extend(shown(measure))):.0f} s)", flush=True)
            kept = json.dumps([row.facts() for row in found], ensure_ascii=False, indent=1)
            (OUT / "bench.json").write_text(kept + "\n", encoding="utf-8")
    missed = [row for row in found if not row.holds]
    print(f"\n{len(found)} figures, {len(missed)} missed", *(f"  {row.what}" for row in missed), sep="\n")
    return 0


def shown(measure: str) -> Iterator[Row]:
    """The rows of one subject, each printed as soon as it is known."""
    module, _, name = measure.partition(":")
    rows: Callable[[], Iterator[Row]] = getattr(import_module(f"bench.{module}"), name)
    for row in rows():
        print(row, flush=True)
        yield row


if __name__ == "__main__":
    sys.exit(main())
