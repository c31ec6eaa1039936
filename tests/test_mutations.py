"""Damaged documents end in a document or a clear message, never in a crash."""

from __future__ import annotations

import importlib.util
import random
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARK = Path(__file__).parents[1] / "benchmarks" / "mutations.py"
SECONDS = 60


@pytest.fixture(scope="module")
def mutations() -> ModuleType:
    spec = importlib.util.spec_from_file_location("mutations", BENCHMARK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def sources(mutations: ModuleType) -> dict[str, bytes]:
    found: dict[str, bytes] = mutations.originals()
    return found


@pytest.mark.parametrize("suffix", [".txt", ".pdf", ".docx", ".xlsx", ".html"])
def test_damaged_files(suffix: str, mutations: ModuleType, sources: dict[str, bytes], tmp_path: Path) -> None:
    own = {name: data for name, data in sources.items() if name.endswith(suffix)}
    results = []
    for seed in range(60):
        chance = random.Random(seed)
        name = chance.choice(sorted(own))
        results.append(mutations.outcome(name, mutations.damage(own[name], chance), tmp_path, SECONDS))
    assert set(results) <= {"read", "refused"}


def test_damage_damages(mutations: ModuleType, sources: dict[str, bytes]) -> None:
    for name, data in sources.items():
        damaged = [mutations.damage(data, random.Random(seed)) for seed in range(20)]
        assert sum(copy != data for copy in damaged) > 15, name
