"""Processes that outlive the command that starts them, asked through small files.

Each command is a process that ends; what guards the screens or watches the browser must not end
with it. So `session open` starts a keeper, which holds a file for as long as it lives, does its
work while another file says that it is wanted, and writes into a third how its start went.
"""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from counterseal import durable, locks, places

KEEPER: Final = "keeper"
"""Held by the keeper as long as it lives."""
WANTED: Final = "wanted"
"""There as long as the keeper is wanted; says for what."""
READY: Final = "ready"
"""What the keeper said when it started."""
LOOK_S: Final = 0.002
_LEFT_RUNNING: list["subprocess.Popen[bytes]"] = []
"""Keepers outlive the command that started them; kept here so that nothing waits for them."""


def lives(folder: Path) -> bool:
    """Whether the keeper of a folder lives."""
    return locks.is_held(folder / KEEPER)


def start(
    folder: Path, command: str, wanted: Mapping[str, Any], limit_s: float
) -> dict[str, Any] | None:
    """Start a keeper, and wait until it is ready.

    Args:
        folder: Its folder, fresh, below the data folder.
        command: The hidden command that it is.
        wanted: For what it is wanted.
        limit_s: How long it may take to be ready, in seconds.

    Returns:
        What it said; None where it ended, or was not ready in time: it is not wanted then.

    Raises:
        VaultError: The folder cannot be written to.
    """
    durable.replace(folder / WANTED, json.dumps(wanted).encode())
    keeper = spawn(folder.parent, command, "--folder", str(folder.parent))
    _LEFT_RUNNING.append(keeper)
    end = time.monotonic() + limit_s
    while (said := read(folder / READY)) is None:
        if time.monotonic() > end or keeper.poll() is not None:
            let_go(folder)
            return None
        time.sleep(LOOK_S)
    return said


def let_go(folder: Path) -> None:
    """Say that the keeper is not wanted any more."""
    with contextlib.suppress(OSError):
        (folder / WANTED).unlink()


def await_end(folder: Path, limit_s: float) -> bool:
    """Wait until the keeper of a folder has ended; return whether it has."""
    end = time.monotonic() + limit_s
    while lives(folder):
        if time.monotonic() > end:
            return False
        time.sleep(LOOK_S)
    return True


def fresh(folder: Path, names: Iterable[str]) -> Path:
    """Make the folder of a keeper, without what an earlier one left there.

    Raises:
        VaultError: It cannot be written to.
    """
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        for name in names:
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise durable.trouble(error, folder) from error
    return folder


def write(path: Path, said: Mapping[str, Any]) -> bool:
    """Write what the other side waits for, whole or not at all; return whether that worked."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.touch(mode=0o600)
        part.write_text(json.dumps(said), encoding="utf-8")
        part.replace(path)
    except OSError:
        return False
    return True


def read(path: Path) -> dict[str, Any] | None:
    """Return what the other side wrote; None where nothing of that kind can be read."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def spawn(root: Path, *words: str) -> "subprocess.Popen[bytes]":
    """Start a command that goes on by itself, whoever started it.

    Args:
        root: The data folder that it works in.
        words: The command.
    """
    hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    alone = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
    return subprocess.Popen(
        [sys.executable, "-m", "counterseal", *words],
        env=os.environ | {places.HOME: str(root)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        creationflags=hidden | alone,
    )
