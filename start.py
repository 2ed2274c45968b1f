"""Set Counterseal up on this computer and run it.

    python3 start.py                    make .venv, install, and play a whole practice case
    python3 start.py practice --out X   the same into folder X; `practice --help` shows more
    python3 start.py test [...]         install what the tests need, run pytest with [...]
    python3 start.py lint               ruff, mypy and the import contracts
    python3 start.py bench [...]        measure the speed of this computer

Everything lands in the folder .venv beside this file; delete that folder to undo it. A second run
starts at once. Missing system packages are installed on Debian when you are root; elsewhere the
command to type is named. Packages come from wherever your own pip configuration points.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        "Counterseal needs Python 3.11 or newer and this is Python {}.{}: install a newer Python "
        "and start this file with it.".format(*sys.version_info)
    )

import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
SYSTEM = platform.system()
BIN = VENV / ("Scripts" if SYSTEM == "Windows" else "bin")
PYTHON = BIN / ("python.exe" if SYSTEM == "Windows" else "python")
Command = Sequence[str | Path]
STAMP = VENV / "counterseal-ready.txt"  # written last: a .venv without it is half made


class CannotStartError(Exception):
    """Setting up cannot go on; the message says why and what to do."""


class Need(NamedTuple):
    """Something that only the operating system can bring.

    Attributes:
        probe: A command on the PATH, or `import NAME` for a part of Python itself.
        purpose: What it is for, in words that follow "needed for".
        debian: The Debian package that brings it.
        macos: The Homebrew formula, or nothing where a Mac does without.
        windows: The winget package, or nothing where Windows does without.
    """

    probe: str
    purpose: str
    debian: str
    macos: str = ""
    windows: str = ""

    def is_met(self) -> bool:
        """Look for the command or the module."""
        name = self.probe.removeprefix("import ")
        if name == self.probe:
            return shutil.which(name) is not None
        importlib.invalidate_caches()
        return importlib.util.find_spec(name) is not None

    def package(self) -> str:
        """Name the package that brings it on this system; empty where it is not wanted."""
        return {"Darwin": self.macos, "Windows": self.windows}.get(SYSTEM, self.debian)


PIP = Need("import ensurepip", "making .venv", "python3-venv")
PREVIEW = Need("import _tkinter", "showing a picture on screen", "python3-tk", "python-tk")
FOR_PRACTICE = (PIP, PREVIEW)
FOR_TESTS = (
    *FOR_PRACTICE,
    Need("Xvfb", "tests that take pictures", "xvfb"),
    Need("xauth", "tests that take pictures", "xauth"),
    Need("xwininfo", "tests that take pictures", "x11-utils"),
    Need("xrandr", "tests with two monitors", "x11-xserver-utils"),
    Need("xdotool", "tests that press keys", "xdotool"),
    Need("chromium", "tests with a browser", "chromium"),
    Need("strace", "tests that watch every file call", "strace"),
    Need("age", "tests that open exhibits", "age", "age", "FiloSottile.age"),
    Need("unzip", "tests that unpack bundles", "unzip"),
    Need("openssl", "tests that check signatures", "openssl", "", "ShiningLight.OpenSSL.Light"),
)


def main(arguments: list[str]) -> int:
    """Do what the command line asks: a command's name, then what is handed on to it.

    Returns:
        The exit status: that of the program started, 1 where setting up failed, 2 for a wrong word.
    """
    name, *rest = arguments or ["practice"]
    if name in {"-h", "--help", "help"}:
        print(__doc__)
        return 0
    command = COMMANDS.get(name)
    if command is None:
        say(f"There is no {name!r} here: say one of {', '.join(COMMANDS)}, or --help.")
        return 2
    try:
        return command(rest)
    except CannotStartError as error:
        say(str(error))
        return 1


def practice(arguments: list[str]) -> int:
    """Install the product and play the practice case."""
    prepare(FOR_PRACTICE, "school")
    if not any(word.split("=")[0] in {"--out", "--help"} for word in arguments):
        arguments = ["--out", unused_folder("practice-case"), *arguments]
    return run([PYTHON, "-m", "counterseal", "practice", *arguments])


def test(arguments: list[str]) -> int:
    """Install all that the tests need and run them."""
    prepare(FOR_TESTS, "test")
    return run([PYTHON, "-m", "pytest", *arguments], folder=ROOT)


def lint(_: list[str]) -> int:
    """Run every check that needs no test; all of them, even where one fails."""
    prepare((PIP,), "test")
    checks = (["ruff", "check"], ["ruff", "format", "--check"], ["mypy"], ["lint-imports"])
    results = []
    for check in checks:
        say(f"-- {' '.join(check)}")
        results.append(run([BIN / check[0], *check[1:]], folder=ROOT))
    return max(results)


def bench(arguments: list[str]) -> int:
    """Measure the speed of this computer."""
    prepare(FOR_TESTS, "test")
    return run([PYTHON, ROOT / "bench" / "run.py", *arguments], folder=ROOT)


COMMANDS = {"practice": practice, "test": test, "lint": lint, "bench": bench}


def prepare(needs: tuple[Need, ...], lock: str) -> None:
    """Bring the system and .venv to the state that a command needs.

    Args:
        needs: What the operating system must bring.
        lock: The lock in requirements/ to install.
    """
    prepare_system(needs)
    stamp = STAMP.read_text("utf-8").split() if PYTHON.exists() and STAMP.exists() else []
    fingerprint = environment_fingerprint()
    installed = stamp[1:] if stamp[:1] == [fingerprint] else []
    if lock in installed or "test" in installed:  # the test lock holds all that the others hold
        return
    if not installed:
        make_venv()
    STAMP.unlink(missing_ok=True)
    install(lock)
    STAMP.write_text(" ".join([fingerprint, *installed, lock]), "utf-8")


def prepare_system(needs: tuple[Need, ...]) -> None:
    """Install missing system packages where that is allowed, else say what is missing.

    Raises:
        CannotStartError: what is missing is essential.
    """
    missing = [need for need in needs if need.package() and not need.is_met()]
    if is_debian() and getattr(os, "geteuid", lambda: None)() == 0:
        apt_install(packages_for(missing))
        missing = [need for need in missing if not need.is_met()]
    for need in missing:
        note = f"; {sys.executable} lacks it, /usr/bin/python3 can have it" * is_foreign(need)
        say(f"Missing, for {need.purpose}: {need.package()}{note}")
    if packages_for(missing):
        say(f"To install what is missing: {installer()} {' '.join(packages_for(missing))}")
    if PIP in missing:
        message = "Nothing can be done without python3-venv: install it, then start this again."
        raise CannotStartError(message)


def packages_for(needs: list[Need]) -> list[str]:
    """Name the packages that bring these needs, each once, without those that would not help."""
    return list(dict.fromkeys(need.package() for need in needs if not is_foreign(need)))


def is_debian() -> bool:
    """Tell whether this is Debian or a system made from it."""
    return Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


def is_foreign(need: Need) -> bool:
    """Tell whether Debian's package would not serve this Python, which is not Debian's own."""
    return need.probe.startswith("import ") and is_debian() and sys.base_prefix != "/usr"


def installer() -> str:
    """Give the command that installs a package on this system."""
    linux = "sudo apt-get install" if is_debian() else "with this system's own tool, install"
    return {"Darwin": "brew install", "Windows": "winget install"}.get(SYSTEM, linux)


def apt_install(packages: list[str]) -> None:
    """Install Debian packages without asking anything; the caller tells what is missing after."""
    if packages:
        say(f"Installing system packages, this once: {' '.join(packages)}")
        os.environ["DEBIAN_FRONTEND"] = "noninteractive"
        run(["apt-get", "update", "-qq"], silent=True)
        install = ["apt-get", "install", "-qq", "--yes", "--no-install-recommends"]
        run([*install, *packages], silent=True)


def environment_fingerprint() -> str:
    """Digest all that .venv was made from, so that a change of any of it is seen."""
    python = f"{sys.implementation.cache_tag}\n{sys.base_prefix}\n{ROOT}\n"
    digest = hashlib.sha256(python.encode())
    for path in (ROOT / "pyproject.toml", *sorted((ROOT / "requirements").glob("*.txt"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def make_venv() -> None:
    """Make .venv anew with the Python that runs this file."""
    if Path(sys.prefix).resolve() == VENV:
        message = "This Python lives in .venv, which must be made again: use the system's Python."
        raise CannotStartError(message)
    say(f"Making {VENV}")
    if run([sys.executable, "-m", "venv", "--clear", VENV]) != 0:
        message = f"{VENV} could not be made, see above. Mend that, then start this again."
        raise CannotStartError(message)


def install(lock: str) -> None:
    """Install a lock and the product itself, every file checked against its hash.

    The base lock goes first: it carries the tools that build what others publish as sources only.
    """
    say("Installing Python packages: a minute or two, this once")
    hashed = ["--require-hashes", "--use-pep517", "--no-build-isolation"]
    for name in dict.fromkeys(("base", lock)):
        pip_install([*hashed, "--requirement", ROOT / "requirements" / f"{name}.txt"])
    pip_install(["--no-deps", "--no-build-isolation", "--editable", ROOT])


def pip_install(arguments: Command) -> None:
    """Run pip in .venv under the user's own pip configuration; raise where it fails."""
    quietly = ["-qq", "--no-input", "--no-user", "--disable-pip-version-check"]
    if run([PYTHON, "-I", "-m", "pip", "install", *quietly, *arguments]) != 0:
        message = (
            "The Python packages could not be installed: pip says why above. Check the network "
            "and pip's configuration (`pip config list`), then start this again."
        )
        raise CannotStartError(message)


def unused_folder(name: str) -> str:
    """Give the name of a folder that is not there yet, so that an earlier case stays whole."""
    candidate, number = name, 1
    while Path(candidate).exists():
        number += 1
        candidate = f"{name}-{number}"
    return candidate


def run(command: Command, folder: Path | None = None, *, silent: bool = False) -> int:
    """Run a program that finds .venv's commands first, and wait for it.

    Args:
        command: The program and its arguments.
        folder: Where it runs; by default where the user is.
        silent: Whether to drop what it says about its progress; errors are always shown.

    Returns:
        Its exit status; 128 and the signal's number where a signal ended it.
    """
    path = os.pathsep.join([str(BIN), os.environ.get("PATH", os.defpath)])
    environment = {**os.environ, "PATH": path}
    output = subprocess.DEVNULL if silent else None
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=output) as child:
        while True:
            try:
                status = child.wait()
            except KeyboardInterrupt:
                continue  # the program hears Ctrl-C too, and closes in its own way
            return status if status >= 0 else 128 - status


def say(text: str) -> None:
    """Tell the person; standard output is left to the program that is started."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
