"""What the pages name is there: each file, picture and heading, each command with its options, each settings key."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from office import HOUSE

from deployments.commands import app
from models.settings import Settings

PAGES = sorted([HOUSE / "README.md", HOUSE / "CONTRIBUTING.md", *(HOUSE / "docs").rglob("*.md")])
READ_BY_PEOPLE = [page for page in PAGES if page.parent.name != "decisions"]  # a decision tells what was true that day
LINK = re.compile(r"\]\(([^)\s]+)\)")
SPAN = re.compile(r"`([^`\n]+)`")
BLOCK = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.M | re.S)
FILE = re.compile(r"(rules|models|flows|web|deployments|docs|tests|plans|bench)/[\w./*-]*$")
CALLED = re.compile(r"(?:^|\.venv/bin/|@)dunghan (?=[a-z-])(.*)")
KEY = re.compile(r"\bDUNGHAN_[A-Z_]+\b")
# Said to the tests, to the SQL of roles and to the settings file, not to the program's settings.
OTHER_NAMES = re.compile(r"DUNGHAN_(TEST_\w+|\w+_PASSWORD|SETTINGS|BARE_ROOT|)$")
everywhere = pytest.mark.parametrize("page", READ_BY_PEOPLE, ids=lambda page: page.stem)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        name, _, heading = target.partition("#")
        if "://" in name:
            continue
        file = (page.parent / name).resolve() if name else page
        assert file.exists(), target
        assert not heading or heading in headings(file), target


@everywhere
def test_every_file_a_page_names_is_there(page: Path) -> None:
    named = [span for span in SPAN.findall(page.read_text(encoding="utf-8")) if FILE.match(span)]
    assert [name for name in named if not any(HOUSE.glob(name.rstrip("/")))] == []


@everywhere
def test_every_file_a_page_installs_is_there(page: Path) -> None:
    named = set(re.findall(r"/opt/dunghan/([\w./*-]+)", page.read_text(encoding="utf-8")))
    assert [name for name in named if not name.startswith(".venv") and not any(HOUSE.glob(name.rstrip("./")))] == []


def headings(page: Path) -> set[str]:
    """The names by which the headings of a page are linked."""
    found = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


def test_every_picture_is_shown_by_a_page() -> None:
    shown = {Path(target).name for page in PAGES for target in LINK.findall(page.read_text(encoding="utf-8"))}
    assert {file.name for file in (HOUSE / "docs" / "images").iterdir()} - shown == set()


@everywhere
def test_every_command_a_page_names_exists_with_its_options(page: Path) -> None:
    for line in commands_named(page.read_text(encoding="utf-8")):
        why = unknown_in(line.split())
        assert not why, f"dunghan {line}: {why}"


def commands_named(text: str) -> Iterator[str]:
    """Each call of `dunghan`, in a block or between words; comments and what follows a pipe left out."""
    lines = [line for _, block in BLOCK.findall(text) for line in block.replace("\\\n", " ").splitlines()]
    for said in [*lines, *SPAN.findall(BLOCK.sub("", text))]:
        if called := CALLED.search(said.strip()):
            yield re.split(r" #| \||;|&&", called[1])[0]


def unknown_in(words: list[str]) -> str:
    """What is wrong with a call; empty when every word that names something names what there is."""
    command: Any = typer.main.get_command(app)  # a group of Typer's own click, or a command
    rest = words
    while rest and rest != ["--help"] and (commands := getattr(command, "commands", {})):
        name = rest[0] if rest[0] in commands else "run"  # `replay PLAN` is `replay run PLAN`
        if name not in commands:
            return f"no command «{' '.join(words[:2])}»"
        command, rest = commands[name], rest[rest[0] == name :]
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    asked = {word.split("=")[0].strip("[],…") for word in rest if word.lstrip("[").startswith("-") and word != "-"}
    return f"no option {', '.join(sorted(asked - known))}" if asked - known - {"--help"} else ""


def test_the_administrator_s_page_names_every_setting_and_no_other() -> None:
    page = (HOUSE / "docs" / "quan-tri.md").read_text(encoding="utf-8")
    table = page[page.index("| khóa |") :].split("\n\n", 1)[0]
    named = [key for row in table.splitlines()[2:] for key in SPAN.findall(row.split("|")[1])]
    assert sorted(named) == sorted(Settings.model_fields)


@everywhere
def test_every_setting_a_page_sets_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for language, block in BLOCK.findall(text):
        if language == "toml":
            assert tomllib.loads(block).keys() <= Settings.model_fields.keys()
        for file in re.findall(r"settings\.toml <<'?END'?\n(.*?)\nEND$", block, re.M | re.S):
            assert tomllib.loads(file).keys() <= Settings.model_fields.keys()
    said = {name.removeprefix("DUNGHAN_").lower() for name in KEY.findall(text) if not OTHER_NAMES.match(name)}
    assert said <= Settings.model_fields.keys()


@everywhere
def test_the_words_of_a_page_are_written_in_one_form_of_unicode(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", text)


def test_a_name_that_is_not_there_is_found_out() -> None:
    assert list(commands_named("`dunghan plan chek a.yaml`")) == ["plan chek a.yaml"]
    assert unknown_in(["plan", "chek", "a.yaml"]) == "no command «plan chek»"
    assert unknown_in(["plan", "check", "a.yaml", "--sources"]) == "no option --sources"
    assert unknown_in(["plam"]) == "no command «plam»"
    assert unknown_in(["sweep", "--resume", "--reason", '"…"']) == ""
