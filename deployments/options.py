"""What several commands ask for in one way: who acts, on which day, with which file, and where a document goes."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from datetime import date

    from models.files import Kept
    from models.settings import Settings


def clean(param: typer.CallbackParam, value: Any) -> Any:
    """What was typed, in one Unicode form and on one line; what nobody can see in it is refused. Raises RuleError."""
    if not value:
        return value
    if isinstance(value, list):
        return [clean(param, each) for each in value]
    from pydantic import TypeAdapter, ValidationError

    from models.office_keys import Remark
    from models.office_words import explain
    from rules.rule_json import RuleError

    try:
        return TypeAdapter(Remark).validate_python(value)
    except ValidationError as error:
        name = param.opts[0] if param.opts[0].startswith("-") else param.metavar
        raise RuleError(f"{name}: {explain(error.errors()[0])}") from None


def option(name: str, said: str, metavar: str = "TEXT") -> Any:
    """An option that takes words of a person."""
    return typer.Option(name, help=said, metavar=metavar, callback=clean)


def argument(said: str, metavar: str) -> Any:
    """An argument that names something stored."""
    return typer.Argument(help=said, metavar=metavar, callback=clean)


OFFICE = "văn phòng"
By = Annotated[str, option("--by", "Ai ghi, như nhật ký sẽ in.")]
Day = Annotated[str, typer.Option("--day", help="Ngày, YYYY-MM-DD.", metavar="DATE")]
Document = Annotated[str, option("--document", "Số, ký hiệu văn bản chứng minh.")]
Reason = Annotated[str, option("--reason", "Lý do.")]
ProofFile = Annotated[Path | None, typer.Option("--file", help="Tệp minh chứng, giữ trong kho.", metavar="PATH")]
Code = Annotated[str, argument("Mã nghĩa vụ.", "OBLIGATION")]
Named = Annotated[str, argument("Mã người, xem bằng people.", "PERSON")]
Output = Annotated[Path, typer.Option("-o", "--output", help="Tệp Word sẽ ghi, đuôi .docx.", metavar="FILE.docx")]
Force = Annotated[bool, typer.Option("--force", help="Ghi đè tệp đã có.")]


def day_given(option: str, text: str) -> "date":
    """The day typed for `option`. Raises RuleError."""
    from rules.rule_json import RuleError, parse_day

    if not text:
        raise RuleError(f"cần {option}: ngày viết dạng YYYY-MM-DD.")
    try:
        return parse_day(text)
    except RuleError as error:
        raise RuleError(f"{option}: {error}") from None


def text_given(option: str, text: str) -> str:
    """What was typed for `option`, which must say something. Raises RuleError."""
    from rules.rule_json import RuleError

    if not text.strip():
        raise RuleError(f"cần {option}.")
    return text.strip()


def keep_given(settings: "Settings", file: Path | None) -> "Kept | None":
    """Keep `file` in the store of evidence, when one was given. Raises RuleError or FileRefused."""
    from models.files import keep_file
    from rules.rule_json import RuleError

    if file is None:
        return None
    try:
        content = file.read_bytes()
    except OSError as error:
        raise RuleError(f"không đọc được tệp {file}: {error.strerror}.") from None
    return keep_file(settings.files_dir, file.name, content)


def check_target(file: Path, ending: str, force: bool) -> None:
    """Refuse, before any work, a file that cannot be written. Raises RuleError."""
    from rules.rule_json import RuleError

    if file.suffix.lower() != ending:
        raise RuleError(f"cần tên tệp có đuôi {ending}; đọc được {file}.")
    if not file.parent.is_dir():
        raise RuleError(f"không có thư mục {file.parent}.")
    if file.is_dir() or (file.exists() and not force):
        raise RuleError(f"{file} đã có; chọn tên khác, hoặc thêm --force để ghi đè.")


def check_new(option: str, file: Path) -> None:
    """Refuse, before any work, a YAML file that is there: what an office wrote by hand is never written over.

    Raises RuleError.
    """
    from rules.rule_json import RuleError

    if file.suffix.lower() not in (".yaml", ".yml"):
        raise RuleError(f"{option}: cần tên tệp có đuôi .yaml; đọc được {file}.")
    if not file.parent.is_dir():
        raise RuleError(f"{option}: không có thư mục {file.parent}.")
    if file.exists():
        raise RuleError(f"{option}: {file} đã có; lệnh này không ghi đè, hãy chọn tên khác hoặc tự xóa tệp ấy.")


def write_document(file: Path, content: bytes) -> None:
    """Write whole or not at all. Raises RuleError."""
    from rules.rule_json import RuleError

    beside = file.with_name(f".{file.name}.dang-ghi")
    try:
        beside.write_bytes(content)
        beside.replace(file)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise RuleError(f"không ghi được {file}: {error.strerror}.") from None
