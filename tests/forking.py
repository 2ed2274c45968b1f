"""Runs a command in a process forked from this one: all modules are read, so it starts at once."""

import os
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, NoReturn

from counterseal import cli


def forked(
    typed: Sequence[str], asked: str, environment: Mapping[str, str], folder: Path, limit_s: float
) -> tuple[int, str, str]:
    """Run a command in a process forked from this one, to its end.

    Args:
        typed: What is typed after `counterseal`.
        asked: Its standard input.
        environment: Its environment, and nothing besides.
        folder: Its working folder.
        limit_s: After so many seconds it is killed.

    Returns:
        Exit status, standard output, standard error.
    """
    with (
        tempfile.TemporaryFile() as answers,
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
    ):
        answers.write(asked.encode("utf-8", "surrogateescape"))
        answers.seek(0)
        child = os.fork()
        if child == 0:
            _be_the_command(typed, (answers, out, err), environment, folder)
        status = _wait(child, limit_s)
        said = []
        for file in (out, err):
            file.seek(0)
            said.append(file.read().decode(errors="replace"))
    return status, said[0], said[1]


def _be_the_command(
    typed: Sequence[str],
    files: tuple[IO[bytes], IO[bytes], IO[bytes]],
    environment: Mapping[str, str],
    folder: Path,
) -> NoReturn:
    status = 1
    try:
        for number, file in enumerate(files):
            os.dup2(file.fileno(), number)
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stdout, sys.stderr = (
            open(n, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
            for n in (1, 2)
        )
        warnings.simplefilter("ignore")  # as outside the tests
        os.environ.clear()
        os.environ.update(environment)
        time.tzset()
        os.chdir(folder)
        status = cli.run(typed)
    except BaseException:  # noqa: BLE001  (whatever it is, it is this command's end)
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _wait(child: int, limit_s: float) -> int:
    end = time.monotonic() + limit_s
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > end:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            message = f"a command did not end within {limit_s:.0f} seconds"
            raise TimeoutError(message)
        time.sleep(0.005)
