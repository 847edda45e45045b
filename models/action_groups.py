"""The trail's actions in groups, each by a short name: what a reader chooses from."""

from __future__ import annotations

from functools import cache

from models.audit_actions import Action

OTHERS = "khac"  # where an action nobody has named yet is found
ActionNames = dict[str, str]

# A group's slug, its name, and what its actions are called. No group is named like an action.
_GROUPS: tuple[tuple[str, str, dict[Action, str]], ...] = (
    ("nhom-viec", "Nghĩa vụ và kết quả", {
        Action.OBLIGATION_OPENED: "Mở theo dõi",
        Action.OBLIGATION_MOVED: "Chuyển ngày",
        Action.OBLIGATION_CONFIRMED: "Giữ nguyên ngày",
        Action.OBLIGATION_WITHDRAWN: "Thôi áp dụng",
        Action.PERIOD_SKIPPED: "Không phát sinh",
        Action.REPORTED_DONE: "Báo hoàn thành",
        Action.REPORTED_PART: "Ghi kết quả từng phần",
        Action.EVIDENCE_ADDED: "Thêm minh chứng",
        Action.RETURNED: "Trả lại kết quả",
        Action.EXTENDED: "Gia hạn",
    }),
    ("nhom-tra-loi", "Trả lời và quyết định", {
        Action.SEEN: "Xác nhận đã nhận việc",
        Action.LATENESS_EXPLAINED: "Báo lý do chậm",
        Action.TIME_ASKED: "Xin thêm thời gian",
        Action.TIME_AGREED: "Đồng ý lùi ngày",
        Action.TIME_REFUSED: "Không đồng ý thêm thời gian",
        Action.HANDED_OVER: "Chuyển việc",
        Action.SAID_NOT_MINE: "Báo không phải việc của mình",
        Action.REASSIGNED: "Giao lại việc",
        Action.NOT_REASSIGNED: "Giữ người làm",
    }),
    ("nhom-thu", "Nhắc hạn và thư", {
        Action.RUNG_REACHED: "Đến mốc nhắc",
        Action.DIGEST_SENT: "Đã gửi thư",
        Action.DIGEST_FAILED: "Chưa gửi được thư",
        Action.DIGEST_REFUSED: "Máy chủ từ chối thư",
        Action.DIGEST_UNKNOWN: "Không rõ thư đã đến chưa",
        Action.DIGEST_MERGED: "Gộp vào thư sau",
        Action.DIGEST_SETTLED: "Xử lý thư",
        Action.MAIL_RETURNED: "Thư quay lại",
        Action.MAIL_READ: "Đã đọc thư đến",
        Action.LETTERS_PASSED_ON: "Báo thay cho văn phòng",
        Action.LINKS_REVOKED: "Thu hồi liên kết",
        Action.WISHES_SET: "Chọn cách nhận thư",
    }),
    ("nhom-su-kien", "Sự kiện, công khai, đối thoại", {
        Action.EVENT_RECORDED: "Ghi sự kiện",
        Action.EVENT_CORRECTED: "Sửa sự kiện",
        Action.EVENT_WITHDRAWN: "Rút sự kiện",
        Action.POSTED: "Công khai",
        Action.TAKEN_DOWN: "Gỡ niêm yết",
        Action.POSTING_WITHDRAWN: "Rút lần công khai",
        Action.LINK_CHECKED: "Kiểm tra đường dẫn",
        Action.MEMBERS_LISTED: "Nạp danh sách người",
        Action.ATTENDANCE_RECORDED: "Ghi người dự",
    }),
    ("nhom-bao-cao", "Báo cáo định kỳ", {
        Action.FIGURES_FROZEN: "Chốt số liệu",
        Action.REPORT_SUBMITTED: "Nộp báo cáo",
        Action.REPORT_ACCEPTED: "Báo cáo được nhận",
    }),
    ("nhom-van-phong", "Kế hoạch, nhân sự, lịch", {
        Action.PLAN_LOADED: "Nạp kế hoạch",
        Action.PEOPLE_LOADED: "Nạp nhân sự",
        Action.NOTICE_RECORDED: "Ghi thông báo lịch",
        Action.LEAVE_RECORDED: "Ghi nghỉ",
        Action.LEAVE_WITHDRAWN: "Rút lần nghỉ",
        Action.SETTINGS_CHANGED: "Cấu hình thay đổi",
    }),
    ("nhom-nhap", "Rà soát kế hoạch nhập từ văn bản", {
        Action.DRAFT_IMPORTED: "Nhập văn bản",
        Action.DRAFT_CORRECTED: "Sửa thông tin chung",
        Action.DRAFT_LOADED: "Nạp bản nhập",
        Action.DRAFT_WITHDRAWN: "Rút bản nhập",
        Action.TASK_ACCEPTED: "Nhận nhiệm vụ",
        Action.TASK_CORRECTED: "Sửa và nhận nhiệm vụ",
        Action.TASK_ASKED: "Hỏi lại về nhiệm vụ",
        Action.TASK_LEFT_OUT: "Không đưa nhiệm vụ vào",
        Action.TASK_REOPENED: "Xem lại nhiệm vụ",
    }),
    ("nhom-quyen", "Quyền, đăng nhập, xem", {
        Action.ACCESS_GIVEN: "Cấp quyền",
        Action.ACCESS_WITHDRAWN: "Thu hồi quyền",
        Action.SIGNED_IN: "Đăng nhập",
        Action.SIGNED_OUT: "Đăng xuất",
        Action.SESSION_ENDED: "Kết thúc phiên",
        Action.PAGE_READ: "Xem trang",
    }),
    ("nhom-quet", "Lượt quét", {
        Action.SWEEP_FINISHED: "Quét xong",
        Action.SWEEP_HELD: "Tạm giữ, chưa nhắc",
        Action.SWEEP_HELD_FOR: "Giữ lại, chờ người xem",
        Action.SWEEP_RESUMED: "Cho quét tiếp",
        Action.SWEEP_TAKEN_OVER: "Quét thay",
        Action.ADMINS_TOLD: "Báo quản trị",
        Action.PRACTICE_MOVED: "Diễn tập chuyển ngày",
    }),
    ("nhom-nhat-ky", "Chính nhật ký", {
        Action.HEAD_SIGNED: "Ký đầu chuỗi",
        Action.HEAD_WITHHELD: "Không ký đầu chuỗi",
        Action.HEAD_MAILED: "Gửi đầu chuỗi",
        Action.HEAD_STAMPED: "Đóng dấu thời gian",
        Action.HEAD_NOT_STAMPED: "Chưa đóng được dấu thời gian",
        Action.EXPORTED: "Xuất nhật ký",
        Action.BACKED_UP: "Sao lưu",
        Action.RESTORED: "Phục hồi",
    }),
)  # fmt: skip


@cache
def grouped_actions() -> list[tuple[str, str, ActionNames]]:
    """Every action there is, in its group; those that have no name yet come last, under their slugs."""
    groups: list[tuple[str, str, ActionNames]] = [
        (slug, name, {action.value: said for action, said in actions.items()}) for slug, name, actions in _GROUPS
    ]
    named = {action for _, _, actions in groups for action in actions}
    rest = {action.value: action.value for action in Action if action.value not in named}
    return [*groups, (OTHERS, "Hành vi khác", rest)] if rest else groups


def action_name(action: str) -> str:
    """What `action` is called; its slug when nobody has named it."""
    return _names().get(action, action)


@cache
def _names() -> ActionNames:
    return {action: name for _, _, names in grouped_actions() for action, name in names.items()}


def actions_of(kind: str) -> list[str] | None:
    """The actions `kind` stands for: a group's, or itself; None when there is nothing of that name."""
    for slug, _, names in grouped_actions():
        if kind == slug:
            return list(names)
        if kind in names:
            return [kind]
    return None
