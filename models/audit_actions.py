"""Everything the trail can say: a closed list of actions, each with the sentence that tells it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class Action(StrEnum):
    """Everything the trail can say."""

    PLAN_LOADED = "nap-ke-hoach"
    PEOPLE_LOADED = "nap-nhan-su"
    NOTICE_RECORDED = "ghi-thong-bao-lich"
    OBLIGATION_OPENED = "mo-nghia-vu"
    OBLIGATION_MOVED = "chuyen-han"
    OBLIGATION_CONFIRMED = "xac-nhan-han"
    OBLIGATION_WITHDRAWN = "thoi-ap-dung"
    PERIOD_SKIPPED = "bo-qua-ky"
    EVENT_RECORDED = "ghi-su-kien"
    RUNG_REACHED = "den-moc-nhac"
    DIGEST_SENT = "da-gui-thu"
    DIGEST_FAILED = "gui-thu-loi"
    DIGEST_REFUSED = "thu-bi-tu-choi"
    DIGEST_UNKNOWN = "thu-khong-ro"
    DIGEST_MERGED = "gop-vao-thu-sau"
    REPORTED_DONE = "bao-hoan-thanh"
    REPORTED_PART = "ghi-phan-viec"
    RETURNED = "tra-lai"
    EXTENDED = "gia-han"
    EVIDENCE_ADDED = "them-minh-chung"
    EVENT_CORRECTED = "sua-su-kien"
    EVENT_WITHDRAWN = "rut-su-kien"
    FIGURES_FROZEN = "chot-so-lieu"
    REPORT_SUBMITTED = "nop-bao-cao"
    REPORT_ACCEPTED = "bao-cao-duoc-nhan"
    POSTED = "cong-khai"
    TAKEN_DOWN = "go-niem-yet"
    POSTING_WITHDRAWN = "rut-lan-cong-khai"
    LINK_CHECKED = "kiem-tra-duong-dan"
    MEMBERS_LISTED = "nap-danh-sach"
    ATTENDANCE_RECORDED = "ghi-nguoi-du"
    SEEN = "da-nhan-viec"
    LATENESS_EXPLAINED = "bao-ly-do-cham"
    TIME_ASKED = "xin-them-thoi-gian"
    TIME_AGREED = "dong-y-lui-ngay"
    TIME_REFUSED = "khong-dong-y-them"
    HANDED_OVER = "chuyen-viec"
    SAID_NOT_MINE = "bao-khong-phai-viec"
    REASSIGNED = "giao-lai-viec"
    NOT_REASSIGNED = "giu-nguoi-lam"
    LEAVE_RECORDED = "ghi-nghi"
    LEAVE_WITHDRAWN = "rut-nghi"
    WISHES_SET = "dat-cach-nhan-thu"
    LINKS_REVOKED = "thu-hoi-lien-ket"
    MAIL_RETURNED = "thu-bi-tra-lai"
    MAIL_READ = "da-doc-thu-den"
    DIGEST_SETTLED = "xu-ly-thu"
    LETTERS_PASSED_ON = "chuyen-thu-van-phong"
    SWEEP_HELD = "tam-giu-quet"
    SWEEP_RESUMED = "quet-tiep"
    SWEEP_FINISHED = "quet-xong"
    SWEEP_TAKEN_OVER = "quet-thay"
    ADMINS_TOLD = "bao-quan-tri"
    PRACTICE_MOVED = "chuyen-ngay-dien-tap"
    HEAD_SIGNED = "ky-dau-chuoi"
    HEAD_WITHHELD = "khong-ky-dau-chuoi"
    HEAD_MAILED = "gui-dau-chuoi"
    HEAD_STAMPED = "dong-dau-thoi-gian"
    HEAD_NOT_STAMPED = "khong-dong-dau-thoi-gian"
    EXPORTED = "xuat-nhat-ky"
    ACCESS_GIVEN = "cap-quyen"
    ACCESS_WITHDRAWN = "thu-hoi-quyen"
    SIGNED_IN = "dang-nhap"
    SIGNED_OUT = "dang-xuat"
    SESSION_ENDED = "ket-thuc-phien"
    PAGE_READ = "xem-trang"
    SETTINGS_CHANGED = "doi-cau-hinh"
    DRAFT_IMPORTED = "nhap-van-ban"
    DRAFT_CORRECTED = "sua-ban-nhap"
    DRAFT_LOADED = "nap-ban-nhap"
    DRAFT_WITHDRAWN = "rut-ban-nhap"
    TASK_ACCEPTED = "nhan-nhiem-vu"
    TASK_CORRECTED = "sua-nhiem-vu"
    TASK_ASKED = "hoi-nhiem-vu"
    TASK_LEFT_OUT = "bo-nhiem-vu"
    TASK_REOPENED = "xem-lai-nhiem-vu"
    BACKED_UP = "sao-luu"
    RESTORED = "phuc-hoi"
    SWEEP_HELD_FOR = "giu-quet"


_SENTENCES: dict[Action, str] = {
    Action.PLAN_LOADED: "Nạp kế hoạch {number}: {tasks} nhiệm vụ, tệp SHA-256 {file_sha256}.",
    Action.PEOPLE_LOADED: "Nạp danh sách nhân sự: {people} người, {roles} vai trò. Thay đổi: {changes}.",
    Action.NOTICE_RECORDED: "Ghi thông báo lịch {number} ngày {issued}.",
    Action.OBLIGATION_OPENED: "Mở theo dõi «{title}», {period}: hạn {legal}, nên xong {target}; trạng thái {status}.",
    Action.OBLIGATION_MOVED: "Chuyển «{title}» từ {from} sang {to} theo {cause}. {reason}",
    Action.OBLIGATION_CONFIRMED: "Giữ nguyên ngày {to} của «{title}», tính lại theo {cause}. {reason}",
    Action.OBLIGATION_WITHDRAWN: "Thôi áp dụng «{title}» (hạn cũ {from}) theo {cause}. {reason}",
    Action.PERIOD_SKIPPED: "Không phát sinh nhiệm vụ: {reason}",
    Action.EVENT_RECORDED: "Ghi sự kiện «{name}» ngày {day}, văn bản {document}. {words}",
    Action.RUNG_REACHED: "Đến mốc {rungs}: lập {letters} thư cho {people}.",
    Action.DIGEST_SENT: "Đã gửi thư cho {person}: {letters} mục; máy chủ trả lời «{response}».",
    Action.DIGEST_FAILED: "Chưa gửi được thư cho {person}: {response}; sẽ gửi lại.",
    Action.DIGEST_REFUSED: "Máy chủ từ chối thư cho {person}: {response}; cần người xử lý.",
    Action.DIGEST_UNKNOWN: "Không rõ thư cho {person} đã đến chưa (đứt khi đang truyền); không tự gửi lại.",
    Action.DIGEST_MERGED: "Thư chưa gửi cho {person} được gộp vào thư sáng sau.",
    Action.REPORTED_DONE: "{by} báo hoàn thành ngày {done_on}: {document}.",
    Action.REPORTED_PART: "{by} ghi kết quả từng phần ngày {done_on}: {document}; còn thiếu {missing}.",
    Action.RETURNED: "{by} trả lại kết quả: {reason}",
    Action.EXTENDED: "Gia hạn {days} ngày theo {document}: hạn từ {legal_from} sang {legal_to}. Lý do: {reason}",
    Action.EVIDENCE_ADDED: "{by} thêm minh chứng {name}, SHA-256 {sha256}.",
    Action.EVENT_CORRECTED: "Sửa sự kiện «{name}» từ ngày {from} sang ngày {to}, văn bản {document}. Lý do: {reason}",
    Action.EVENT_WITHDRAWN: "Rút sự kiện «{name}» ngày {day}. Lý do: {reason}",
    Action.FIGURES_FROZEN: "Chốt số liệu đến hết ngày {cut_off}: {lines} dòng, SHA-256 {facts_sha256}.",
    Action.REPORT_SUBMITTED: "{by} nộp báo cáo số {number} ngày {day} đến {receiver}; tệp SHA-256 {sha256}.",
    Action.REPORT_ACCEPTED: "Nơi nhận chấp nhận báo cáo ngày {day}: {document}.",
    Action.POSTED: "Công khai «{item}» qua {channel} từ ngày {posted_on}{where}; giữ {keep}.",
    Action.TAKEN_DOWN: "Gỡ «{item}» ngày {day}. {finding}",
    Action.POSTING_WITHDRAWN: "Rút lần công khai «{item}» ngày {posted_on}, ghi nhầm. Lý do: {reason}",
    Action.LINK_CHECKED: "Kiểm tra đường dẫn {link}: {said}",
    Action.MEMBERS_LISTED: "Nạp danh sách {list}: {members} người.",
    Action.ATTENDANCE_RECORDED: "Ghi {people} người dự ngày {day}, {document}; đạt {covered}/{total}.",
    Action.SEEN: "{by} xác nhận đã nhận việc.",
    Action.LATENESS_EXPLAINED: "{by} báo lý do chậm: {reason}",
    Action.TIME_ASKED: "{by} xin thêm thời gian đến {day}. Lý do: {reason}",
    Action.TIME_AGREED: "{by} đồng ý hoàn thành chậm nhất {day}; hạn {legal} giữ nguyên. {reason}",
    Action.TIME_REFUSED: "{by} không đồng ý thêm thời gian đến {day}: {reason}",
    Action.HANDED_OVER: "{by} chuyển việc cho {to}. {reason}",
    Action.SAID_NOT_MINE: "{by} báo không phải việc của mình: {reason}",
    Action.REASSIGNED: "{by} đồng ý việc không thuộc {person}, giao cho {to}. {reason}",
    Action.NOT_REASSIGNED: "{by} xác định việc vẫn thuộc {person}: {reason}",
    Action.LEAVE_RECORDED: "{by} ghi {person} nghỉ từ {first} đến hết {last}; người thay: {substitute}. {reason}",
    Action.LEAVE_WITHDRAWN: "{by} rút lần nghỉ của {person} từ {first} đến {last}. Lý do: {reason}",
    Action.WISHES_SET: "{person} chọn nhận thư từ {at}; thư nhắc sớm: {early}.",
    Action.LINKS_REVOKED: "{by} thu hồi {links} liên kết đã gửi cho {person}. Lý do: {reason}",
    Action.MAIL_RETURNED: "Thư gửi {person} quay lại ({kind} {status}): {words}",
    Action.MAIL_READ: "{by} đã đọc thư đến số {number} ({kind}): {reason}",
    Action.DIGEST_SETTLED: "{by} xử lý thư của {person}: {decision}. {reason}",
    Action.LETTERS_PASSED_ON: "{letters} mục của {person} được báo cho văn phòng vì thư không đến: {reason}",
    Action.SWEEP_HELD: "Tạm giữ, chưa nhắc gì: lần quét trước {last}, nay là {now}, cách {days} ngày làm việc.",
    Action.SWEEP_RESUMED: "{by} cho quét tiếp sau khi kiểm tra đồng hồ. {reason}",
    Action.SWEEP_FINISHED: "Quét ngày {day}: {obligations} nghĩa vụ đến mốc, {sent} thư gửi, {unsent} thư chưa gửi.",
    Action.SWEEP_TAKEN_OVER: "Ngày {day} đến {at} chưa có lượt quét nào xong: chương trình canh quét thay.",
    Action.ADMINS_TOLD: "Báo quản trị, ngày {day}, việc {matter}: {outcome}.",
    Action.PRACTICE_MOVED: "Diễn tập chuyển đến {now}.",
    Action.HEAD_SIGNED: "Ký đầu chuỗi ngày {day}: bản ghi số {seq}, mã băm {hash}, gốc Merkle {root}, khóa {key}.",
    Action.HEAD_WITHHELD: "Không ký đầu chuỗi ngày {day}: {fault}.",
    Action.HEAD_MAILED: "Gửi đầu chuỗi ngày {day} cho người kiểm tra thứ {auditor}: {outcome}; {response}.",
    Action.HEAD_STAMPED: "Đóng dấu thời gian đầu chuỗi ngày {day}: {stamped_at} theo {asked}, SHA-256 {sha256}{note}.",
    Action.HEAD_NOT_STAMPED: "Chưa đóng được dấu thời gian đầu chuỗi ngày {day}: {reason}; lượt quét sau sẽ hỏi lại.",
    Action.EXPORTED: "{by} xuất nhật ký đến bản ghi số {seq}, mã băm {hash}.",
    Action.ACCESS_GIVEN: "{by} cấp quyền «{right}» cho {person} từ {first} đến {until}.",
    Action.ACCESS_WITHDRAWN: "{by} thu hồi quyền «{right}» của {person}. Lý do: {reason}",
    Action.SIGNED_IN: "{by} đăng nhập với quyền «{right}».",
    Action.SIGNED_OUT: "{by} đăng xuất.",
    Action.SESSION_ENDED: "{by} kết thúc phiên đăng nhập của {person}. Lý do: {reason}",
    Action.PAGE_READ: "{by} xem trang {path}.",
    Action.SETTINGS_CHANGED: "Cấu hình thay đổi: {changes}.",
    Action.DRAFT_IMPORTED: "{by} nhập văn bản «{source}» để rà soát: {rows} dòng, {tasks} nhiệm vụ; SHA-256 {sha256}.",
    Action.DRAFT_CORRECTED: "{by} sửa thông tin chung của bản nhập: {changes}.",
    Action.DRAFT_LOADED: "{by} nạp bản nhập thành kế hoạch {number}: {accepted} nhiệm vụ nhận như đã đọc, "
    "{corrected} đã sửa, {left_out} không đưa vào; theo dõi từ {tracked_from}; tệp SHA-256 {file_sha256}.",
    Action.DRAFT_WITHDRAWN: "{by} rút bản nhập từ văn bản «{source}». Lý do: {reason}",
    Action.TASK_ACCEPTED: "{by} nhận nhiệm vụ {task} «{title}» như đã đọc.",
    Action.TASK_CORRECTED: "{by} sửa và nhận nhiệm vụ {task} «{title}». {changes}",
    Action.TASK_ASKED: "{by} hỏi lại về nhiệm vụ {task} «{title}»: {reason}",
    Action.TASK_LEFT_OUT: "{by} không đưa nhiệm vụ {task} «{title}» vào kế hoạch. Lý do: {reason}",
    Action.TASK_REOPENED: "{by} xem lại nhiệm vụ {task} «{title}».",
    Action.BACKED_UP: "{by} đã lập bản sao lưu {file}; nhật ký trước bản ghi này đến số {seq}.",
    Action.RESTORED: "{by} phục hồi từ bản sao lưu lúc {at}: nhật ký đến số {seq}, mã băm {hash}.",
    Action.SWEEP_HELD_FOR: "Tạm giữ, chưa quét: {reason}.",
}


def sentence(action: str, detail: dict[str, Any]) -> str:
    """An entry as one Vietnamese sentence."""
    if "notice" in detail:  # how the cause of a move was written before events could move a date too
        detail = {"cause": f"thông báo {detail['notice']}", **detail}
    shown = {name: ", ".join(map(str, item)) if isinstance(item, list) else item for name, item in detail.items()}
    return _SENTENCES[Action(action)].format_map(_Blank(shown)).strip()


def told(action: str, detail: dict[str, Any]) -> str:
    """The sentence of an entry; an action this version does not know, or cannot tell, is shown as it is."""
    try:
        return sentence(action, detail)
    except (ValueError, AttributeError, TypeError, LookupError):
        return action


_MEANS = {"thu": "từ thư", "trang": "trên trang", "lenh": "bằng lệnh", "dien-tap": "trong diễn tập"}


def means(detail: dict[str, Any]) -> str:
    """By what means it was done, when the entry says so; a means this version does not know is shown as it is."""
    via = str(detail.get("via", ""))
    return _MEANS.get(via, via)


class _Blank(dict[str, Any]):
    """A detail written before a field existed still reads."""

    def __missing__(self, key: str) -> str:
        return "…"
