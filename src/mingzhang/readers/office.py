"""Formats that only an installed LibreOffice opens (doc, wps, rtf, …): converted, then read as docx or xlsx.

The conversion runs in a profile of its own that is thrown away, with macros and everything that
documents load from elsewhere switched off, and is killed with its children when it takes too long.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from mingzhang.documents import UnreadableError

_LIMIT = 120
"""Seconds that a conversion may take."""

_ELSEWHERE = (
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.exe",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)
_SECURITY = "/org.openoffice.Office.Common/Security/Scripting"
_SETTINGS = {
    "DisableMacrosExecution": "true",
    "MacroSecurityLevel": "3",
    "DisableActiveContent": "true",
    "BlockUntrustedRefererLinks": "true",
}
_ABSENT = "读取此文件需要本机安装LibreOffice；也可以用WPS或Word另存为{target}格式后再检查。"
_FAILED = "LibreOffice未能打开此文件，可能已损坏或有密码；请用WPS或Word另存为{target}格式后再检查。"
_SLOW = "转换此文件超过120秒，已停止；请用WPS或Word另存为{target}格式后再检查。"


def program() -> str | None:
    """The installed LibreOffice, None where there is none."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((path for path in _ELSEWHERE if os.path.exists(path)), None)


def convert(data: bytes, suffix: str, target: str) -> bytes:
    """The file ``data``, named with ``suffix``, as ``target`` (docx or xlsx); raises UnreadableError."""
    office = program()
    if office is None:
        raise UnreadableError(_ABSENT.format(target=target))
    with tempfile.TemporaryDirectory(prefix="mingzhang-", ignore_cleanup_errors=True) as folder:
        work = Path(folder)
        source = work / f"document{suffix}"
        source.write_bytes(data)
        _profile(work / "profile")
        command = [
            office,
            f"-env:UserInstallation={(work / 'profile').as_uri()}",
            *("--headless", "--norestore", "--nolockcheck", "--nologo", "--nodefault"),
            *("--convert-to", target, "--outdir", str(work / "out"), str(source)),
        ]
        if not _run(command, work):
            raise UnreadableError(_SLOW.format(target=target))
        result = work / "out" / f"document.{target}"
        if not result.is_file():
            raise UnreadableError(_FAILED.format(target=target))
        return result.read_bytes()


def _profile(folder: Path) -> None:
    (folder / "user").mkdir(parents=True)
    properties = "".join(
        f'<prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop>'
        for name, value in _SETTINGS.items()
    )
    (folder / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items '
        f'xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="{_SECURITY}">'
        f"{properties}</item></oor:items>",
        encoding="utf-8",
    )


def _run(command: list[str], folder: Path) -> bool:
    """Run to the end; False, with every process of it killed, when that takes too long."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(_LIMIT)
    except subprocess.TimeoutExpired:
        return False
    finally:
        _end(process)
    return True


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of the process and its children."""
    if sys.platform == "win32":
        if process.poll() is None:
            subprocess.run(
                ["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False
            )
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
