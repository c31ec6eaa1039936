"""What all tests share: samples, standards, and a cache of compiled standards that is never the user's."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from mingzhang import api
from mingzhang.samples import EDITION
from mingzhang.taxonomy import Standards, load

_FOLDER = pytest.StashKey[tempfile.TemporaryDirectory[str]]()


def pytest_configure(config: pytest.Config) -> None:
    folder = tempfile.TemporaryDirectory(prefix="mingzhang-tests-")
    config.stash[_FOLDER] = folder
    os.environ["MINGZHANG_CACHE"] = folder.name


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[_FOLDER].cleanup()


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the samples, written once: a test that alters a file copies it first."""
    directory = tmp_path_factory.mktemp("samples")
    api.write_samples(directory)
    return directory


@pytest.fixture(scope="session")
def clean(samples: Path) -> Path:
    """The sample that is right, as text."""
    return samples / "clean" / "决算公开.txt"


@pytest.fixture(scope="session")
def flawed(samples: Path) -> Path:
    """The sample with planted errors, as text."""
    return samples / "flawed" / "决算公开.txt"


@pytest.fixture(scope="module")
def standards(request: pytest.FixtureRequest) -> Standards:
    """The standards of the edition that the module names in EDITION, else of the samples' edition."""
    return load().standards(getattr(request.module, "EDITION", EDITION))
