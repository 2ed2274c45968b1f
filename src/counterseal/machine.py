"""Which computer this is: the facts that tie a record to the one designated computer.

The identity is a digest, so that a log says "the same computer" without naming it.
"""

import hashlib
import platform
import socket
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from counterseal.errors import WrongComputerError


@dataclass(frozen=True, slots=True)
class Machine:
    """What this computer says of itself.

    Args:
        source: Where the identity comes from, best first: "machine-id", "platform-uuid",
            "machine-guid", or "network" where the system gives nothing better.
        identity: The identity itself; never written down, only its digest.
        name: The computer's name on the network.
        system: Operating system and version, for people.
        addresses: From which it would speak to others: its own on the network it is in.
    """

    source: str
    identity: str
    name: str
    system: str
    addresses: tuple[str, ...] = ()

    def digest(self, origin: str) -> str:
        """Return the hex SHA-256 that stands in the log, different for each vault.

        Args:
            origin: The vault's origin.
        """
        text = f"counterseal/machine/v1\n{origin}\n{self.source}\n{self.identity}\n"
        return hashlib.sha256(text.encode()).hexdigest()

    def check(self, origin: str, expected: str) -> None:
        """Make sure this is the designated computer.

        Raises:
            WrongComputerError: It is another one.
        """
        if self.digest(origin) != expected:
            raise WrongComputerError


def this_machine() -> Machine:
    """Read the facts of the computer that this program runs on."""
    source, identity = _identity()
    system = f"{platform.system()} {platform.release()}"
    name = platform.node() or "unnamed"
    return Machine(source, identity, name, system, tuple(_addresses()))


def _addresses() -> Iterator[str]:
    # Connecting a socket of datagrams sends nothing: the system only looks up its way to a place,
    # here to ones that RFC 5737 and RFC 3849 keep for examples.
    for family, place in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((place, 9))
            yield str(probe.getsockname()[0])


def _identity() -> tuple[str, str]:
    if sys.platform == "win32":
        return "machine-guid", _windows_guid()
    if sys.platform == "darwin":
        return "platform-uuid", _macos_uuid()
    for path in (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id")):
        if path.exists() and (text := path.read_text(encoding="ascii").strip()):
            return "machine-id", text
    return "network", _network_identity()


def _network_identity() -> str:
    address = uuid.getnode()
    made_up = bool(address >> 40 & 1)  # Python makes a random one where the system has none
    return platform.node() if made_up else f"{address:012x} {platform.node()}"


def _windows_guid() -> str:
    if sys.platform == "win32":  # the type checker follows the platform
        import winreg  # noqa: PLC0415  (exists on Windows only)

        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography") as key:
            return str(winreg.QueryValueEx(key, "MachineGuid")[0])
    return ""


def _macos_uuid() -> str:
    command = ["/usr/sbin/ioreg", "-rd1", "-c", "IOPlatformExpertDevice"]
    answer = subprocess.run(command, capture_output=True, text=True, check=True, timeout=10)
    line = next(line for line in answer.stdout.splitlines() if "IOPlatformUUID" in line)
    return line.split('"')[-2]
