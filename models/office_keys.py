"""What keys of an office's files may hold: real days, codes, clean text; and groups that refuse unknown keys."""

from __future__ import annotations

import unicodedata
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    StringConstraints,
)
from pydantic_core import PydanticCustomError
from ruamel.yaml.comments import CommentedMap

from models.office_file import Fault, Place, Source
from models.office_words import CODE, first_hidden
from rules.rule_json import RuleError, parse_day

LONGEST = 1000
_LONGEST_PASSAGE = 20_000


def _day(value: object) -> date:
    try:
        return parse_day(value)
    except RuleError:
        raise PydanticCustomError("day", "not a day") from None


def _plain(text: str) -> str:
    """`text` in one Unicode form; what nobody sees is refused, since names end up in mail headers."""
    if hidden := first_hidden(text):
        raise PydanticCustomError("hidden_character", "hidden", {"at": hidden[0], "code": hidden[1]})
    return unicodedata.normalize("NFC", text)


def _plain_lines(text: str) -> str:
    return "\n".join(_plain(line) for line in text.split("\n"))


def _filled(longest: int = LONGEST) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=longest)


Day = Annotated[date, BeforeValidator(_day)]
Code = Annotated[str, StringConstraints(pattern=CODE, max_length=64)]
Number = Annotated[str, _filled(200), AfterValidator(_plain)]  # số, ký hiệu
Text = Annotated[str, _filled(), AfterValidator(_plain)]  # one line
Lines = Annotated[str, _filled(), AfterValidator(_plain_lines)]  # a quote or a remark, which may have line breaks
Passage = Annotated[str, _filled(_LONGEST_PASSAGE), AfterValidator(_plain_lines)]  # the whole words of a source row
Remark = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST), AfterValidator(_plain)]
Count = Annotated[int, Field(strict=True, ge=1, le=1000)]
Year = Annotated[int, Field(strict=True, ge=2018, le=2050)]
Certainty = Literal["S", "2", "M", "?"]


class Keys(BaseModel):
    """A group of keys: unknown ones are refused, names are written with hyphens."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, alias_generator=lambda name: name.rstrip("_").replace("_", "-")
    )


class Located(Keys):
    """Keys that remember where they were read, so that a fault found later still names file, line and field."""

    _source: Source = PrivateAttr(default_factory=lambda: Source(Path("(không rõ tệp)"), CommentedMap()))

    def read_from(self, source: Source) -> Self:
        """These keys, knowing their place."""
        self._source = source
        return self

    def fault(self, place: Place, text: str) -> Fault:
        """The fault at `place` below these keys."""
        return self._source.fault(place, text)
