"""YAML text read within bounds: plain days, a line and a Vietnamese sentence for what is not YAML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.composer import Composer, ComposerError
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode
from ruamel.yaml.reader import ReaderError

MOST_DEEP = 30
MOST_REPEATED = 10_000

# The reader leaves these to its caller: a number or an escape it cannot make, a merge of a mapping with itself.
_NOT_CAUGHT = (ValueError, LookupError, ArithmeticError, AttributeError, TypeError, RecursionError)


class BadYaml(ValueError):
    """Text that is not YAML an office file may be; says the line where it is known."""

    def __init__(self, text: str, line: int | None = None) -> None:
        super().__init__(text)
        self.line = line


class _PlainDates(RoundTripConstructor):
    """Dates stay text, so that an impossible one is reported with its field instead of stopping the reader."""

    line: int | None = None  # of the value being made

    def construct_object(self, node: Node, deep: bool = False) -> Any:
        self.line = node.start_mark.line + 1
        return super().construct_object(node, deep)


_PlainDates.add_constructor("tag:yaml.org,2002:timestamp", RoundTripConstructor.construct_yaml_str)


class _Bounded(Composer):
    """An anchor may be repeated, but not until a small file stands for a huge one."""

    def __init__(self, loader: Any = None) -> None:
        super().__init__(loader)
        self.warn_double_anchors = False
        self.repeated = 0

    def return_alias(self, a: Node) -> Node:
        self.repeated += _size(a)
        if self.repeated > MOST_REPEATED:
            raise ComposerError(None, None, "too many repeated values", a.start_mark)
        return a


def _size(node: Node) -> int:
    """How many nodes `node` stands for, those it repeats counted again."""
    if isinstance(node, MappingNode):
        return 1 + sum(_size(key) + _size(value) for key, value in node.value)
    return 1 + sum(map(_size, node.value)) if isinstance(node, SequenceNode) else 1


def parse_yaml(text: str) -> Any:
    """The document in `text` with line numbers. Raises BadYaml."""
    yaml = YAML(typ="rt")
    yaml.Constructor, yaml.Composer, yaml.max_depth = _PlainDates, _Bounded, MOST_DEEP
    try:
        return yaml.load(text)
    except MarkedYAMLError as error:
        raise _marked(error) from None
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise BadYaml(f"có ký tự điều khiển U+{error.character:04X}; hãy xóa đi.", line) from None
    except _NOT_CAUGHT:
        line = yaml.constructor.line or yaml.reader.line + 1
        text = "có số, thẻ (!!…), ký tự \\… hoặc mẫu lặp mà chương trình không đọc được; hãy viết thành chữ thường."
        raise BadYaml(text, line) from None


def as_read(value: Any) -> Any:
    """`value`, made of mappings and lists, as reading a file would have given it; it knows no lines."""
    if isinstance(value, Mapping):
        return CommentedMap((name, as_read(item)) for name, item in value.items())
    return CommentedSeq(map(as_read, value)) if isinstance(value, list | tuple) else value


_OPENED = ("quoted scalar", "a flow ", "a simple key")  # told at the line where it began

# The first that matches the reader's own words («context: problem») is said instead of them.
_SENTENCES = (
    (r"duplicate key \"(.*?)\" with value", "khóa «{0}» viết hai lần trong cùng một nhóm; chỉ giữ một."),
    (r"character '\\t'", "thụt lề bằng dấu tab; hãy thay bằng dấu cách."),
    (r"character ['\"](.)['\"] that cannot start", "chữ bắt đầu bằng «{0}» phải đặt trong ngoặc kép."),
    (
        r"undefined alias '(.*)'",
        "chữ bắt đầu bằng * phải đặt trong ngoặc kép (YAML hiểu «*{0}» là nhắc lại «&{0}», chưa có ở trên).",
    ),
    (r"an (?:anchor|alias):", "sau dấu & hoặc * phải là một tên; nếu là chữ thì đặt trong ngoặc kép."),
    (r"escape", "trong ngoặc kép, dấu \\ phải viết thành \\\\."),
    (r"quoted scalar:", "dấu ngoặc kép mở ở đây không được đóng."),
    (r"node content, but found '(.)'", "thừa dấu «{0}», hoặc thiếu giá trị trước dấu ấy."),
    (r"a flow ", "ngoặc [ hoặc { mở ở đây chưa đóng, hoặc giữa hai mục thiếu dấu phẩy."),
    (r"mapping values are not allowed", "thừa dấu hai chấm, hoặc thụt lề lệch; chữ có «: » phải đặt trong ngoặc kép."),
    (r"expected ':'", "thiếu dấu hai chấm sau khóa, hoặc thụt lề lệch."),
    (r"sequence entries are not allowed", "dấu «- » không đứng được ở đây; nếu là chữ thì đặt trong ngoặc kép."),
    (r"a block (?:mapping|collection)|document start", "thụt lề lệch so với các dòng trên."),
    (r"single document", "tệp có hai phần ngăn bằng «---»; chỉ để một."),
    (r"block scalar", "sau dấu | hoặc > phải xuống dòng rồi mới viết chữ; nếu là chữ thì đặt trong ngoặc kép."),
    (r"too many repeated", "neo ở đây được nhắc lại quá nhiều lần; hãy viết thẳng nội dung."),
    (r"maximum depth", f"lồng sâu quá {MOST_DEEP} tầng, không phải tệp của chương trình này."),
    (r"tag|(?:scalar|mapping|sequence) node|ordered map|pairs", "thẻ (!…) không dùng được ở đây; hãy bỏ đi."),
    (r"", "không đúng cú pháp YAML; xem lại thụt lề, dấu hai chấm và dấu ngoặc quanh đây."),
)


def _marked(error: MarkedYAMLError) -> BadYaml:
    words = f"{error.context or ''}: {error.problem or ''}"
    opened = any(part in words for part in _OPENED)
    mark = (error.context_mark if opened else None) or error.problem_mark or error.context_mark
    found = ((re.search(pattern, words), sentence) for pattern, sentence in _SENTENCES)
    text = next(_fill(sentence, match.groups()) for match, sentence in found if match)
    return BadYaml(text, mark.line + 1 if mark else None)


def _fill(sentence: str, groups: tuple[str, ...]) -> str:
    return sentence.replace("{0}", groups[0]) if groups else sentence
