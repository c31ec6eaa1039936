"""Chromium without a window, where the machine has one."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


def chromium() -> str:
    """Its command; skips the test where there is none, unless MINGZHANG_REQUIRE_BROWSER forbids that."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None and os.environ.get("MINGZHANG_REQUIRE_BROWSER") == "1":
        pytest.fail("no Chromium, and MINGZHANG_REQUIRE_BROWSER=1")
    if found is None:
        pytest.skip("no Chromium on this machine")
    return found


def run(page: Path, profile: Path, fragment: str = "") -> str:
    """The page as the browser has it once its scripts have run, as HTML."""
    command = [
        chromium(),
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--window-size=1400,900",
        f"--user-data-dir={profile}",
        "--virtual-time-budget=5000",
        "--dump-dom",
        page.as_uri() + (f"#{fragment}" if fragment else ""),
    ]
    result = subprocess.run(command, capture_output=True, timeout=120, check=True)
    return result.stdout.decode()
