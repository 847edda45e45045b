"""What `dunghan --help` says, printed without loading anything: one line for each command."""

from __future__ import annotations

ABOUT = "Đúng hạn: kế hoạch của cơ quan thành nghĩa vụ có hạn, thư nhắc và nhật ký kiểm tra được."
SAID = {
    "calendar": "Lịch làm việc của một năm; hoặc «add» một thông báo và xem hạn nào chuyển.",
    "due": "Tính hạn từ cụm từ chỉ thời gian, hoặc từ một quy tắc JSON.",
    "plan": "Kiểm tra, xem và nạp kế hoạch.",
    "event": "Sự kiện làm phát sinh nghĩa vụ: ghi, xem, sửa ngày, rút.",
    "obligations": "Danh sách nghĩa vụ đang theo dõi.",
    "explain": "Một nghĩa vụ: vì sao có hạn ấy, đã nhắc ai, đã xảy ra gì.",
    "done": "Báo một nghĩa vụ hoàn thành, kèm minh chứng.",
    "return": "Trả lại kết quả chưa đạt; theo dõi tiếp.",
    "extend": "Gia hạn trong mức pháp luật cho phép.",
    "coverage": "Ai trong danh sách đã được tập huấn, phổ biến; hoặc ghi thêm người.",
    "disclosure": "Công khai: phải công khai gì, ghi đã công khai, gỡ, kiểm tra đường dẫn.",
    "report": "Báo cáo định kỳ: số liệu, dự thảo, nộp; công văn đôn đốc.",
    "quotas": "Chỉ tiêu số lần: đã làm mấy lần, còn kịp không.",
    "people": "Ai giữ vai trò gì, ai nghỉ và ai nhận thư thay, ai không nhận được thư.",
    "leave": "Nghỉ và người thay: ghi, xem, rút.",
    "reply": "Đề nghị từ thư nhắc chờ người thứ hai: xem, quyết định.",
    "mail": "Thư cần xem: không rõ đã đến chưa, bị trả lại, có người trả lời.",
    "links": "Liên kết trong thư: thu hồi.",
    "access": "Ai được vào các trang: cấp quyền, thu hồi, các phiên đăng nhập.",
    "sweep": "Quét một lượt: nhắc những gì đến mốc; cho quét tiếp sau khi tạm giữ.",
    "replay": "Chạy thử một khoảng thời gian, thư ghi vào thư mục; «diff» so sánh hai lần.",
    "audit": "Nhật ký chỉ ghi thêm: kiểm tra, đầu chuỗi, khóa, xuất ra ngoài.",
    "backup": "Sao lưu dữ liệu, minh chứng và tệp của cơ quan vào một tệp.",
    "restore": "Phục hồi một bản sao lưu vào nơi trống; quét chờ người xem.",
    "move": "Chuyển sang cơ sở dữ liệu khác theo một tệp cấu hình mới.",
    "deploy": "Đăng ký nhiệm vụ với Prefect; chỉ gửi phần thay đổi.",
    "up": "Chạy mọi thứ trên một máy: cơ sở dữ liệu, Prefect, thư, trang web.",
    "serve": "Chạy riêng một phần, cho systemd hoặc nhiều máy: database, prefect, worker, web.",
    "watchdog": "Canh buổi sáng: chưa quét thì quét thay và báo quản trị; bộ hẹn giờ gọi.",
    "doctor": "Kiểm tra phiên bản, lịch, cơ sở dữ liệu, nhật ký, thư và việc chờ người.",
}


def overview() -> str:
    """The whole help, commands in the order of an office's work."""
    lines = [f"  {name:12} {said}" for name, said in SAID.items()]
    usage = "Cách dùng: dunghan LỆNH [THAM SỐ]...   (dunghan LỆNH --help để xem từng lệnh)"
    return "\n".join([usage, "", f"  {ABOUT}", "", "Các lệnh:", *lines])
