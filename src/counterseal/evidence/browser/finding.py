"""Which browser this computer has, and whether its settings let it be watched."""

import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from counterseal.evidence.browser.trouble import BrowserBlockedError, NoBrowserError

_ON_PATH = {
    "edge": ("microsoft-edge", "microsoft-edge-stable"),
    "chrome": ("google-chrome", "google-chrome-stable"),
    "chromium": ("chromium", "chromium-browser"),
}
_MACOS = {
    "edge": "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "chrome": "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "chromium": "/Applications/Chromium.app/Contents/MacOS/Chromium",
}
_WINDOWS = {
    "edge": ("Microsoft", "Edge", "Application", "msedge.exe"),
    "chrome": ("Google", "Chrome", "Application", "chrome.exe"),
    "chromium": ("Chromium", "Application", "chrome.exe"),
}
_PROGRAMS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
_SETTINGS_LINUX = {
    "edge": "/etc/opt/edge/policies",
    "chrome": "/etc/opt/chrome/policies",
    "chromium": "/etc/chromium/policies",
}
_SETTINGS_WINDOWS = {
    "edge": r"SOFTWARE\Policies\Microsoft\Edge",
    "chrome": r"SOFTWARE\Policies\Google\Chrome",
    "chromium": r"SOFTWARE\Policies\Chromium",
}
_FORBIDS = {"RemoteDebuggingAllowed": 0, "DeveloperToolsAvailability": 2}
"""Either of these, set so, and the browser never answers."""


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser of this computer.

    Args:
        brand: "edge", "chrome" or "chromium".
        path: The program.
    """

    brand: str
    path: Path


def find_browser() -> Browser:
    """Return this computer's own browser: Edge, else Chrome, else Chromium.

    Raises:
        NoBrowserError: It has none of them.
    """
    found = next(_candidates(), None)
    if found is None:
        raise NoBrowserError
    return found


def refuse_blocked(browser: Browser, settings: Iterable[Path] | None = None) -> None:
    """Find out beforehand what would otherwise be a browser that comes up and never answers.

    Args:
        browser: What is to be started.
        settings: Folders of settings files, where they are not this computer's own.

    Raises:
        BrowserBlockedError: Its settings forbid that it is watched.
    """
    if settings is not None:
        read: Iterator[Mapping[str, Any]] = _files(settings)
    elif sys.platform == "win32":
        read = _registry(_SETTINGS_WINDOWS[browser.brand])
    else:
        read = _files([Path(_SETTINGS_LINUX[browser.brand])])
    for found in read:
        for name, forbidding in _FORBIDS.items():
            if name in found and found[name] == forbidding:
                what = (
                    f"A setting of this computer ({name}) does not allow its browser to be watched."
                )
                raise BrowserBlockedError(what)


def _candidates() -> Iterator[Browser]:
    for brand, names in _ON_PATH.items():
        if sys.platform == "win32":
            paths = _program_files(brand)
        elif sys.platform == "darwin":
            paths = [_MACOS[brand]]
        else:
            paths = [path for name in names if (path := shutil.which(name))]
        yield from (Browser(brand, Path(path)) for path in paths if Path(path).is_file())


def _program_files(brand: str) -> list[str]:
    folders = [os.environ[name] for name in _PROGRAMS if os.environ.get(name)]
    return [str(Path(folder).joinpath(*_WINDOWS[brand])) for folder in folders]


def _files(folders: Iterable[Path]) -> Iterator[Mapping[str, Any]]:
    for folder in folders:
        for path in sorted(folder.rglob("*.json")):
            try:
                found = json.loads(path.read_text(encoding="utf-8"))
            except (OSError, ValueError):
                continue  # the browser cannot read it either
            if isinstance(found, dict):
                yield found


def _registry(key: str) -> Iterator[Mapping[str, Any]]:
    if sys.platform == "win32":  # the type checker follows the platform
        import winreg  # noqa: PLC0415  (exists on Windows only)

        for root in (winreg.HKEY_LOCAL_MACHINE, winreg.HKEY_CURRENT_USER):
            for name in _FORBIDS:
                try:
                    with winreg.OpenKey(root, key) as opened:
                        yield {name: winreg.QueryValueEx(opened, name)[0]}
                except OSError:
                    continue  # it is not set
    yield from ()
