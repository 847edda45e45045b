"""Each package's docstring is its map: every module is on it, once, and nothing that is not there."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[1]
_NAME = re.compile(r"(?:^|  )([a-z][a-z_0-9]*)(?= )")


@pytest.mark.parametrize("package", ["models", "models.appendix", "models.plan_checks", "flows", "web", "deployments"])
def test_every_module_is_on_the_map_of_its_package_once(package: str) -> None:
    modules = {file.stem for file in (HOUSE / package.replace(".", "/")).glob("*.py")} - {"__init__"}
    lines = (importlib.import_module(package).__doc__ or "").splitlines()
    named = [name for line in lines for name in _NAME.findall(line) if name in modules]
    assert sorted(named) == sorted(modules)
