"""What the states of a run are called: Prefect's own words in Vietnamese, ours as they are."""

from __future__ import annotations

STATE_NAMES = {
    "Scheduled": "Chờ chạy",
    "Late": "Trễ",
    "Pending": "Chờ chạy",
    "Submitting": "Đang chuyển cho máy chạy",
    "InfrastructurePending": "Chờ máy chạy",
    "Running": "Đang chạy",
    "AwaitingRetry": "Chờ chạy lại",
    "AwaitingConcurrencySlot": "Chờ đến lượt",
    "Retrying": "Đang chạy lại",
    "Completed": "Đã xong",
    "Cached": "Đã xong từ trước",
    "Failed": "Lỗi",
    "TimedOut": "Lỗi, quá thời gian",
    "Crashed": "Đứt",
    "Cancelling": "Đang hủy",
    "Cancelled": "Đã hủy",
    "Paused": "Tạm dừng",
    "Suspended": "Tạm dừng",
    "Resuming": "Chạy tiếp",
}


def state_name(name: str) -> str:
    """A state in Vietnamese; the states our flows end in are named so already."""
    return STATE_NAMES.get(name, name)


def prefect_name(kind: str, name: str) -> str:
    """The word Prefect shows beside it: its own name of the state, or the kind of one that we named."""
    return name if name in STATE_NAMES else kind.capitalize()
