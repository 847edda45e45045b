"""`dunghan due "…"`: the phrases an office really asks, read, dated and explained; what cannot be read is said."""

from __future__ import annotations

import json
from typing import Any

import pytest
from office import Run


def ask(dunghan: Run, *arguments: str) -> tuple[int, dict[str, Any]]:
    code, out, err = dunghan("due", *arguments, "--json")
    assert err == ""
    return code, json.loads(out)


@pytest.mark.parametrize(
    ("arguments", "dates"),
    [
        (("6 tháng đầu năm trước ngày 03/7/2024",), ["2024-07-02"]),  # Tuesday
        (("Quý II, III năm 2024",), ["2024-09-30"]),  # Monday
        (("6 tháng, năm", "--year", "2024"), ["2024-06-28", "2024-12-31", "2024-12-31"]),
        (
            ("chậm nhất 15 ngày làm việc sau khi UBND huyện ban hành kế hoạch", "--event", "2023-12-29"),
            ["2024-01-22"],  # Monday
        ),
        (("Thường xuyên", "--year", "2024"), ["2024-03-29", "2024-06-28", "2024-09-30", "2024-12-31"]),
        (("ít nhất 2 lần/năm", "--year", "2024"), ["2024-06-28", "2024-12-31"]),
        (("trước ngày 25 hằng tháng", "--year", "2024"), None),
    ],
)
def test_a_phrase_gives_its_dates_with_their_receipts(dunghan: Run, arguments: Any, dates: list[str] | None) -> None:
    code, answer = ask(dunghan, *arguments)
    assert code == 0
    assert answer["unread"] is None
    assert answer["when"]
    found = [deadline["target"] for deadline in answer["deadlines"]]
    assert found == dates or (dates is None and len(found) == 12)
    assert all(deadline["because"] and deadline["ends_at"] for deadline in answer["deadlines"])


def test_standing_and_quota_dates_are_marked_internal(dunghan: Run) -> None:
    for phrase in ("Thường xuyên", "ít nhất 2 lần/năm"):
        _, answer = ask(dunghan, phrase, "--year", "2024")
        assert all(deadline["internal"] and not deadline["basis"] for deadline in answer["deadlines"])


def test_what_cannot_be_read_is_said_with_its_place_and_what_was_expected(dunghan: Run) -> None:
    code, answer = ask(dunghan, "sớm nhất có thể")
    assert code == 1
    assert (answer["when"], answer["deadlines"]) == ([], [])
    assert answer["unread"]["found"] == "sớm nhất có thể"
    assert answer["unread"]["expected"]
    code, out, _ = dunghan("due", "sớm nhất có thể")
    assert code == 1
    assert "CHƯA ĐỌC ĐƯỢC" in out


def test_a_batch_of_phrases_and_rules_together(dunghan: Run) -> None:
    lines = [
        {"id": 1, "phrase": "6 tháng, năm", "year": 2024},
        {"id": 2, "phrase": "sớm nhất có thể"},
        {"id": 3, "phrase": "trong 30 ngày kể từ ngày thụ lý", "event": "2025-12-03"},
        {"id": 4, "rule": {"kind": "before_date", "day": "2024-07-03"}},
    ]
    code, out, _ = dunghan("due", "--batch", "-", given="\n".join(json.dumps(line) for line in lines))
    answers = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [sorted(answer) for answer in answers[:3]] == [["deadlines", "id", "unread", "when"]] * 3
    assert answers[1]["unread"]
    assert answers[2]["deadlines"][0]["legal"] == "2026-01-05"  # Monday
    assert answers[3]["target"] == "2024-07-02"
