"""`dunghan audit`: whether the record holds, its newest entry, the key that signs it, and all of it as a folder."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from deployments.access_commands import Office, authority_chosen
from deployments.date_commands import Json
from deployments.office_commands import open_office
from deployments.options import OFFICE, By, text_given
from deployments.overview import SAID

_OFTEN = 10_000


def add_to(app: typer.Typer) -> None:
    """Add the `audit` commands."""
    audit = typer.Typer(help=SAID["audit"], no_args_is_help=True, rich_markup_mode=None)
    audit.command("verify", help="Kiểm tra chuỗi nhật ký và các đầu chuỗi đã ký; mã thoát 1 khi không khớp.")(verify)
    audit.command("head", help="Số và mã băm của bản ghi mới nhất.")(head)
    audit.command("key", help="Khóa công khai ký đầu chuỗi; xin giữ ngoài hệ thống.")(key)
    audit.command("export", help="Xuất toàn bộ nhật ký và minh chứng, kèm verify.py để kiểm tra ngoài hệ thống.")(
        export
    )
    app.add_typer(audit, name="audit")


def verify() -> None:
    """Check every authority's chain, and every head signed of it."""
    from sqlmodel import Session

    from models.people import authorities
    from models.signed_heads import check_chain

    engine, _, _ = open_office(None)
    broken = False
    with Session(engine) as session:
        for authority in authorities(session):
            witness, fault = check_chain(session, authority.id or 0)
            broken = broken or fault is not None
            verdict = f"HỎNG ở bản ghi số {fault.seq}: {fault.reason}" if fault else "nguyên vẹn"
            print(f"{authority.name}: {witness.seq} bản ghi khớp; nhật ký {verdict}.")
    if broken:
        raise typer.Exit(1)


def head(as_json: Json = False) -> None:
    """Print the newest entry's number and hash of every authority."""
    from sqlmodel import Session

    from deployments.printing import print_json
    from models.audit import head as newest
    from models.people import authorities

    engine, _, _ = open_office(None)
    with Session(engine) as session:
        heads = [(a.code, *newest(session, a.id or 0)) for a in authorities(session)]
    if as_json:
        return print_json([{"authority": code, "seq": seq, "hash": digest} for code, seq, digest in heads])
    for code, seq, digest in heads:
        print(f"{code} {seq} {digest}")
    return None


def key(as_json: Json = False) -> None:
    """Print the public key that heads are signed with; the pair is made when there is none."""
    from deployments.printing import print_json
    from models.head_key import head_key
    from models.settings import read_settings

    pair = head_key(read_settings())
    if as_json:
        return print_json({"key_id": pair.key_id, "public_key": pair.public})
    return print(f"{pair.key_id} {pair.public}")


def export(
    folder: Annotated[Path, typer.Argument(help="Thư mục mới, chưa có.", metavar="DIR")],
    authority: Office = "",
    by: By = OFFICE,
) -> None:
    """Write the whole record of one authority into a new folder; exit 1 when something in it does not hold."""
    from sqlmodel import Session

    from models.export import export_record, record_export
    from models.head_key import head_key
    from models.store import transaction

    who = text_given("--by", by)
    _check_folder(folder)
    engine, settings, now = open_office(None)
    pair = head_key(settings)
    with transaction(engine) as session:
        office = authority_chosen(session, authority)
        record_export(session, office, who, now)
    with Session(engine) as session:
        done = export_record(session, office, folder, settings.files_dir, pair, now, _progress)
    print(f"{folder}: {done.entries} bản ghi, {done.proofs} tệp minh chứng.")
    print(f"Đầu chuỗi: {done.entries}:{done.hash}\nGốc Merkle: {done.root}")
    for fault in done.faults:
        print(f"dunghan: KHÔNG KHỚP: {fault}", file=sys.stderr)
    if done.faults:
        raise typer.Exit(1)


def _check_folder(folder: Path) -> None:
    from rules.rule_json import RuleError

    if folder.exists():
        raise RuleError(f"{folder} đã có; hãy chỉ một thư mục mới.")
    if not folder.absolute().parent.is_dir():
        raise RuleError(f"không có thư mục {folder.absolute().parent}.")


def _progress(done: int, total: int) -> None:
    if done % _OFTEN == 0 and total:
        print(f"đã ghi {done}/{total} bản ghi", file=sys.stderr, flush=True)
