"""The settings file an office starts from: every key, explained, with the default the program has."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from office import HOUSE

from models.settings import Settings, read_settings

EXAMPLE = HOUSE / "deployments" / "settings.toml.example"
_KEY = re.compile(r"^# ([a-z_]+) = (.*)$", re.MULTILINE)


def written() -> dict[str, object]:
    """The keys of the example as they are once the «#» before each is taken away."""
    return tomllib.loads("\n".join(f"{key} = {value}" for key, value in _KEY.findall(EXAMPLE.read_text("utf-8"))))


def test_the_example_names_every_key_once_and_no_other() -> None:
    assert sorted(key for key, _ in _KEY.findall(EXAMPLE.read_text("utf-8"))) == sorted(Settings.model_fields)


def test_what_the_example_gives_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DUNGHAN_SETTINGS", raising=False)
    expected, found = Settings(), Settings.model_validate(written())
    differ = {key for key in Settings.model_fields if getattr(found, key) != getattr(expected, key)}
    assert differ <= {"plans_dir"}  # the program's own folder, wherever it is installed
    assert found.plans_dir.name == expected.plans_dir.name


@pytest.mark.parametrize("bare", [False, True], ids=["as it is", "every key uncommented"])
def test_the_example_is_a_settings_file(bare: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = EXAMPLE.read_text("utf-8")
    file = tmp_path / "settings.toml"
    file.write_text(_KEY.sub(r"\1 = \2", words) if bare else words, encoding="utf-8")
    monkeypatch.setenv("DUNGHAN_SETTINGS", str(file))
    assert read_settings().smtp_retries == (60, 300, 900)


def test_every_key_has_words_of_its_own_above_it() -> None:
    """A key, or two that belong together, stands under at least one line that says what it is for."""
    for group in re.split(r"\n\s*\n", EXAMPLE.read_text("utf-8")):
        lines = group.splitlines()
        if any(_KEY.match(line) for line in lines):
            assert not _KEY.match(lines[0]), lines[0]
