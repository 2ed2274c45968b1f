"""Other surroundings for one command: a small disk, a read-only folder, another computer or time.

Each is a name space of the kernel's that ends with its process, so nothing has to be tidied up and
nothing outside can see it. It takes root on Linux.
"""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from driving import School
from xvfb import need

# The command itself has a PATH without anything in it; what is done before it needs tools.
_TOOLS = 'kept=$PATH; PATH=/usr/sbin:/usr/bin:/sbin:/bin; export PATH; {}; PATH=$kept; exec "$@"'


def need_root_on_linux() -> None:
    """Skip the test, with a reason, where no name space can be made."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("it takes root on Linux to make a name space")
    need("unshare", "nsenter", "mount")


def _unshared(what: list[str], script: str, *names: str) -> tuple[str, ...]:
    need_root_on_linux()
    return ("unshare", *what, "/bin/sh", "-ec", _TOOLS.format(script), *names)


def read_only(school: School) -> School:
    """Return the school with its data folder mounted so that nobody may write to it."""
    script = 'mount --bind "$0" "$0"; mount -o remount,bind,ro "$0"'
    return school.within(*_unshared(["--mount"], script, str(school.vault)))


def on_another_computer(school: School) -> School:
    """Return the school with its commands run on what looks like another computer."""
    identity = school.folder / "another-machine-id"
    identity.write_text("0123456789abcdef0123456789abcdef\n")
    script = (
        "hostname another-computer; for file in /etc/machine-id /var/lib/dbus/machine-id; do "
        'if [ -f "$file" ]; then mount --bind "$0" "$file"; fi; done'
    )
    return school.within(*_unshared(["--mount", "--uts"], script, str(identity)))


def with_time_passed(school: School, seconds: int) -> School:
    """Return the school with the computer running that much longer, its wall clock untouched."""
    what = ["--time", "--monotonic", str(seconds), "--boottime", str(seconds), "--fork"]
    return school.within(*_unshared(what, ":", "later"))


@contextlib.contextmanager
def small_disk(school: School, size: int) -> Iterator[School]:
    """Move a school to a disk of so many bytes, for the length of a block.

    The disk exists for the commands of the school yielded alone; its folder, as this process sees
    it, leads there through the kernel.
    """
    need_root_on_linux()
    script = 'mount -t tmpfs -o "size=$1,mode=700" tmpfs "$0"; echo mounted; read line || true'
    holder = subprocess.Popen(
        ["unshare", "--mount", "/bin/sh", "-ec", script, str(school.vault), str(size)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with holder:
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "mounted\n"
            inside = Path(f"/proc/{holder.pid}/root{school.vault}")
            shutil.copytree(school.vault, inside, dirs_exist_ok=True)
            entered = ("nsenter", f"--mount=/proc/{holder.pid}/ns/mnt")
            yield replace(school, before=entered, seen=inside)
        finally:
            holder.kill()
