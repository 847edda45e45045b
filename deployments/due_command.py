"""`dunghan due`: the deadlines of a phrase, a rule, or every line of a batch."""

import json
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from deployments.date_commands import Json, office_calendar
from deployments.overview import SAID

if TYPE_CHECKING:
    from datetime import date

    from rules.deadlines import Deadline
    from rules.phrases import Reading
    from rules.working_days import WorkingCalendar


def add_to(app: typer.Typer) -> None:
    """Add the `due` command."""
    app.command("due", help=SAID["due"])(due)


def due(
    phrase: Annotated[str | None, typer.Argument(help="Cụm từ, ví dụ «trước ngày 03/7/2024».")] = None,
    rule: Annotated[
        str | None, typer.Option("--rule", help='Quy tắc JSON, ví dụ {"kind":"days_after","n":30}.')
    ] = None,
    event: Annotated[str | None, typer.Option("--event", help="Ngày xảy ra sự kiện, YYYY-MM-DD.")] = None,
    year: Annotated[int | None, typer.Option("--year", help="Năm của kế hoạch.")] = None,
    batch: Annotated[str | None, typer.Option("--batch", help="Tệp JSON lines, hoặc - để đọc từ đầu vào.")] = None,
    dates_only: Annotated[bool, typer.Option("--dates-only", help="Với --batch: chỉ in ba ngày.")] = False,
    as_json: Json = False,
) -> None:
    """Print the deadlines of a phrase, a rule, or every line of a batch."""
    from rules.rule_json import RuleError, parse_day

    if sum(given is not None for given in (phrase, rule, batch)) != 1:
        raise RuleError("cần đúng một trong: cụm từ, --rule hoặc --batch.")
    if batch is not None:
        raise typer.Exit(_batch_of_dates(batch) if dates_only else _batch(batch))
    day = parse_day(event) if event else None
    if rule is not None:
        return _due_rule(rule, day, as_json)
    raise typer.Exit(_due_phrase(str(phrase), year, day, as_json))


def _due_rule(rule: str, event: "date | None", as_json: bool) -> None:
    from deployments.due_answers import evaluate
    from deployments.printing import print_json
    from rules.rule_json import RuleError, print_deadline

    try:
        value = json.loads(rule)
    except ValueError as error:
        raise RuleError(f"--rule không phải JSON: {error}") from None
    deadline = evaluate(value, event, office_calendar())
    if as_json:
        return print_json(print_deadline(deadline))
    return print_receipt(deadline)


def print_receipt(deadline: "Deadline") -> None:
    """A deadline as people read it."""
    from rules.vietnamese import weekday_dmy

    print(f"Hạn theo quy định:  {weekday_dmy(deadline.legal)} (hết 24 giờ)")
    print(f"Nên hoàn thành:     {weekday_dmy(deadline.target)}")
    if deadline.nominal != deadline.legal:
        print(f"Theo câu chữ:       {weekday_dmy(deadline.nominal)}")
    for sentence in deadline.receipt.because:
        print(f"  - {sentence}")
    if deadline.receipt.basis:
        print(f"Căn cứ: {'; '.join(str(ground) for ground in deadline.receipt.basis)}.")
    for finding in deadline.findings:
        print(f"{'MÂU THUẪN' if finding.level == 'error' else 'LƯU Ý'}: {finding.text}")


def _batch(source: str) -> int:
    """Every line of `source` answered in order; 1 when some line could not be."""
    calendar, failed = office_calendar(), False
    with sys.stdin if source == "-" else _opened(source) as lines:
        for line in lines:
            if line.strip():
                answer = _answer(line, calendar)
                failed = failed or "error" in answer
                print(json.dumps(answer, ensure_ascii=False))
    return 1 if failed else 0


def _batch_of_dates(source: str) -> int:
    """Every line answered with its three days only; lines of one kind are computed together."""
    from deployments.due_batch import answer_dates

    with sys.stdin if source == "-" else _opened(source) as lines:
        answers = answer_dates(lines, office_calendar())
    for answer in answers:
        print(json.dumps(answer, ensure_ascii=False))
    return 1 if any("error" in answer for answer in answers) else 0


def _opened(source: str) -> IO[str]:
    from rules.rule_json import RuleError

    try:
        return Path(source).open(encoding="utf-8")
    except OSError as error:
        raise RuleError(f"--batch {source}: không mở được tệp ({error.strerror}).") from None


def _answer(line: str, calendar: "WorkingCalendar") -> dict[str, Any]:
    from deployments.due_answers import answer_phrase, evaluate
    from rules.phrases import read_phrase
    from rules.rule_json import parse_day, print_deadline

    identity: Any = None
    try:
        asked = json.loads(line)
        identity = asked.get("id")
        event = parse_day(asked["event"]) if asked.get("event") else None
        if "phrase" in asked:
            answer = answer_phrase(
                read_phrase(str(asked["phrase"]), asked.get("year")), asked.get("year"), event, calendar
            )
            return {"id": identity, **{key: answer[key] for key in ("when", "deadlines", "unread")}}
        return {"id": identity, **print_deadline(evaluate(asked.get("rule"), event, calendar))}
    except (ValueError, AttributeError) as error:
        return {"id": identity, "error": str(error)}


def _due_phrase(phrase: str, year: int | None, event: "date | None", as_json: bool) -> int:
    """Print the answer; 1 when the phrase could not be read."""
    from deployments.due_answers import answer_phrase
    from deployments.printing import print_json
    from rules.phrases import read_phrase

    reading = read_phrase(phrase, year)
    answer = answer_phrase(reading, year, event, office_calendar())
    if as_json:
        print_json(answer)
    else:
        _print_answer(reading, answer, bool(year or event))
    return 1 if answer["unread"] else 0


def _print_answer(reading: "Reading", answer: dict[str, Any], dated: bool) -> None:
    from rules.phrase_print import print_when
    from rules.rule_json import parse_day
    from rules.vietnamese import weekday_dmy

    if reading.unread:
        print(f"CHƯA ĐỌC ĐƯỢC: {reading.unread}")
        return
    print(f"Hiểu là: {print_when(reading.when)}")
    if not answer["deadlines"]:
        print("Chưa tính được ngày: " + ("không phát sinh trong năm." if dated else "cần --year hoặc --event."))
    for deadline in answer["deadlines"]:
        kind = "mốc nội bộ" if deadline["internal"] else "hạn"
        legal, target = (weekday_dmy(parse_day(deadline[name])) for name in ("legal", "target"))
        print(f"{deadline['name']}: {kind} {legal}; nên xong {target}")
        for sentence in deadline["because"]:
            print(f"  - {sentence}")
