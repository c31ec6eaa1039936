"""The real command, run in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

TERMINAL = {"FORCE_COLOR", "TTY_COMPATIBLE", "NO_COLOR"}
"""What a terminal may say of itself; the tests run without."""


def run_bytes(*arguments: str | Path, **environment: str) -> tuple[int, bytes, bytes]:
    """Exit code, standard output and standard error; the command never shows a traceback."""
    result = subprocess.run(
        [sys.executable, "-m", "mingzhang", *map(str, arguments)],
        capture_output=True,
        env={k: v for k, v in os.environ.items() if k not in TERMINAL} | environment,
        check=False,
    )
    assert b"Traceback" not in result.stderr
    return result.returncode, result.stdout, result.stderr


def run(*arguments: str | Path, **environment: str) -> tuple[int, str, str]:
    code, out, err = run_bytes(*arguments, **environment)
    return code, out.decode(), err.decode()
