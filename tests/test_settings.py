"""Settings reach child processes as they are: also what was taken away, and lists."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.setting_values import is_guarded
from models.settings import Settings, SettingsError, read_settings


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"smtp_retries": (), "portal_hosts": ("cong.example", "xa.example:8080")},
        {"smtp_retries": (5, 10), "smtp_user": "nhacviec", "smtp_password_file": Path("/run/mat-khau")},
        {"oidc_issuer": "https://dang-nhap.tinh.example", "oidc_client_id": "dunghan", "oidc_name": "tài khoản tỉnh"},
        {"returns_host": "", "returns_maildir": None, "key_file": Path("/etc/dunghan/office.key")},
    ],
)
def test_a_child_reads_back_the_same_settings(changed: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    given = Settings(state_dir=Path("/srv/dunghan")).model_copy(update=changed)
    monkeypatch.setenv("DUNGHAN_RETURNS_MAILDIR", "/var/mail/that")  # what the parent was started with
    monkeypatch.setenv("DUNGHAN_SMTP_USER", "that")
    for name, value in given.as_environment().items():
        monkeypatch.setenv(name, value)
    assert Settings() == given


SECRET = "postgresql://dunghan_app:b@i/mat@db.example/dunghan"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f'databse_url = "{SECRET}"', "«databse_url»: khóa lạ, chương trình không biết; có phải «database_url»?"),
        (f'tsa_url = "{SECRET}"', "«postgresql://dunghan_app:…@db.example/dunghan»"),
        ('web_port = "tám"', "«web_port»: cần số nguyên; đọc được «tám»."),
        ("sweepers = 99", "«sweepers»: cần số không quá 32; đọc được 99."),
        ('smtp_security = "ssl"', "«smtp_security»: cần một trong none, starttls, tls; đọc được «ssl»."),
        ("key_file = 5", "«key_file»: cần đường dẫn tới một tệp hoặc thư mục; đọc được 5."),
    ],
)
def test_a_wrong_line_is_told_in_vietnamese_and_without_the_password_it_holds(
    line: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error goes to the journal."""
    file = tmp_path / "settings.toml"
    file.write_text(line, encoding="utf-8")
    monkeypatch.setenv("DUNGHAN_SETTINGS", str(file))
    with pytest.raises(SettingsError) as refused:
        read_settings()
    assert said in str(refused.value)
    assert "mat" not in str(refused.value).replace("cấu hình", "")


ISSUER = "https://dang-nhap.tinh.example/realms/can-bo"


@pytest.mark.parametrize(
    ("given", "key", "words"),
    [
        ({"oidc_issuer": ISSUER}, "oidc_client_id", "xin khai oidc_client_id"),
        ({"oidc_client_id": "dunghan"}, "oidc_client_id", "chỉ dùng cùng oidc_issuer"),
        ({"oidc_client_secret_file": "/etc/x"}, "oidc_client_secret_file", "chỉ dùng cùng oidc_issuer"),
        (
            {"oidc_issuer": "http://dang-nhap.tinh.example", "oidc_client_id": "d"},
            "oidc_issuer",
            "cần là địa chỉ https",
        ),
        ({"oidc_issuer": f"{ISSUER}?x=1", "oidc_client_id": "d"}, "oidc_issuer", "cần là địa chỉ https"),
        ({"oidc_issuer": "dang-nhap.tinh.example", "oidc_client_id": "d"}, "oidc_issuer", "cần là địa chỉ https"),
        ({"oidc_issuer": ISSUER, "oidc_client_id": "d", "oidc_name": " "}, "oidc_name", "cần ghi tên"),
    ],
)
def test_half_a_provider_is_refused_in_words(
    given: dict[str, str], key: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(f"DUNGHAN_{name.upper()}", value)
    with pytest.raises(SettingsError, match=words) as refused:
        read_settings()
    assert str(refused.value).startswith(f"cấu hình «{key}»: ")


@pytest.mark.parametrize(
    ("address", "guarded"),
    [
        (ISSUER, True),
        ("http://127.0.0.1:8080", True),
        ("http://[::1]:8080/x", True),
        ("http://localhost", True),
        ("http://localhost.evil.example", False),
        ("http://127.0.0.1.evil.example", False),
        ("http://10.0.0.1", False),
        ("https://", False),
        ("https://ai:do@tinh.example", False),
        (f"{ISSUER}#x", False),
        ("http://[::1", False),
        ("ftp://localhost", False),
    ],
)
def test_what_goes_to_an_address_is_read_by_nobody_on_the_way(address: str, guarded: bool) -> None:
    assert is_guarded(address) is guarded
