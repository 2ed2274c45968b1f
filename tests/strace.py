"""Every file call of a program and its children, as the kernel saw it."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from xvfb import need

_CALLS = (
    "open,openat,openat2,creat,mknod,mknodat,memfd_create,rename,renameat,renameat2,link,linkat,"
    "symlink,symlinkat,truncate,ftruncate,write,writev,pwrite64,pwritev,pwritev2,sendfile,"
    "copy_file_range,splice"
)
_LINE = re.compile(
    r"(?:\d+ +)?(?P<call>\w+)\((?P<rest>.*)\) += (?P<result>-?\d+|0x[0-9a-f]+)(?P<of>.*)"
)
_WRITES = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TMPFILE|O_TRUNC|O_APPEND")
_PATH = re.compile(r'"((?:[^"\\]|\\.)*)"')
_TARGET = re.compile(r"\d+<(?P<path>[^>]*)>")
_OPENERS = {"open", "openat", "openat2", "creat", "mknod", "mknodat"}
_MOVERS = {
    *("rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat"),
    *("truncate", "ftruncate", "memfd_create"),
}


@dataclass(frozen=True, slots=True)
class Touch:
    """One call that succeeded and made, opened for writing, wrote or moved something.

    Args:
        call: Of the kernel.
        path: What it concerned, as the kernel names it.
        line: As strace wrote it.
    """

    call: str
    path: str
    line: str

    @property
    def on_disk(self) -> bool:
        """Whether it concerned a file, not a pipe, a socket or a device that keeps nothing."""
        return self.path.startswith("/") and not self.path.startswith(("/dev/", "/proc/"))


@dataclass(frozen=True, slots=True)
class Traced:
    """How a traced program ended.

    Args:
        status: Its exit status.
        touches: What it touched, in order.
        lines: How many calls were seen at all, so that an empty trace cannot pass.
        output: Its standard output.
    """

    status: int
    touches: tuple[Touch, ...]
    lines: int
    output: bytes

    @property
    def on_disk(self) -> list[str]:
        """Every call that concerned a file on a disk, as strace wrote it."""
        return [touch.line for touch in self.touches if touch.on_disk]


def trace(
    command: list[str], environment: dict[str, str], folder: Path, *, log: Path, typed: bytes = b""
) -> Traced:
    """Run a program under strace.

    Args:
        command: The program.
        environment: Its environment.
        folder: Its working folder.
        log: Where strace writes to.
        typed: Its standard input.
    """
    need("strace")
    probe = subprocess.run(
        ["strace", "-o", os.devnull, "true"], capture_output=True, text=True, check=False
    )
    if probe.returncode:
        pytest.skip(f"strace may not watch programs here: {probe.stderr.strip()}")
    done = subprocess.run(
        [
            "strace",
            "-f",
            "-qq",
            "-y",
            "-s",
            "16",
            "-e",
            f"trace={_CALLS}",
            "-o",
            str(log),
            *command,
        ],
        env=environment,
        cwd=folder,
        input=typed,
        capture_output=True,
        check=False,
        timeout=120,
    )
    whole = _joined(log.read_text(errors="replace").splitlines())
    touches = tuple(touch for line in whole if (touch := _touch(line)) is not None)
    return Traced(done.returncode, touches, len(whole), done.stdout)


def _joined(lines: list[str]) -> list[str]:
    """Put calls together that strace cut in two because another process came between."""
    waiting: dict[str, str] = {}
    whole = []
    for line in lines:
        pid = line.split(maxsplit=1)[0]
        if line.endswith(" <unfinished ...>"):
            waiting[pid] = line.removesuffix(" <unfinished ...>")
        elif resumed := re.match(r"\d+ +<\.\.\. \w+ resumed>(.*)", line):
            whole.append(waiting.pop(pid, "") + resumed[1])
        else:
            whole.append(line)
    return [*whole, *waiting.values()]


def _touch(line: str) -> Touch | None:
    found = _LINE.match(line)
    if found is None or found["result"].startswith("-"):
        return None
    call, rest = found["call"], found["rest"]
    if call in _OPENERS:
        if call.startswith("open") and not _WRITES.search(rest):
            return None
        opened = _TARGET.match(found["result"] + found["of"])
        return Touch(call, opened["path"] if opened else _named(rest), line)
    if call in _MOVERS:
        target = _TARGET.match(rest)
        return Touch(call, target["path"] if target else _named(rest), line)
    target = _TARGET.search(rest)
    return Touch(call, target["path"] if target else "/unknown", line)


def _named(rest: str) -> str:
    names = _PATH.findall(rest)
    # A relative name is as much a file as an absolute one.
    return os.path.join("/", names[-1]) if names else "/unknown"  # noqa: PTH118
