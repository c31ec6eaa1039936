"""A fictional unit's project, whole and with something missing."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from contents import contents
from mingzhang.binding.disclosure import Contents
from mingzhang.projects.folder import write_project
from mingzhang.samples import EDITION
from mingzhang.taxonomy import load


@pytest.fixture(scope="session")
def unit() -> Contents:
    """What the project's disclosure is composed from; nothing is missing."""
    return contents(random.Random(3), load().standards(EDITION))


@pytest.fixture(scope="session")
def project(unit: Contents, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("units") / "whole"
    write_project(folder, unit, "", load().standards(EDITION))
    return folder


@pytest.fixture(scope="session")
def unfinished(unit: Contents, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project without the text on duties."""
    folder = tmp_path_factory.mktemp("units") / "unfinished"
    texts = {name: text for name, text in unit.texts.items() if name != "duties"}
    write_project(folder, replace(unit, texts=texts), "", load().standards(EDITION))
    return folder
