"""Which computer this is, and how a record says so without naming it."""

import errno
import hashlib
import socket
import sys
from pathlib import Path
from typing import Any

import pytest

from cast import ORIGIN
from counterseal.errors import WrongComputerError
from counterseal.machine import Machine, this_machine

HERE = Machine("machine-id", "0123", "library-3", "Linux 6.1")


def test_the_digest_is_over_origin_source_and_identity() -> None:
    """As the format says: one line each, behind a line that says what it is."""
    text = f"counterseal/machine/v1\n{ORIGIN}\nmachine-id\n0123\n"
    assert HERE.digest(ORIGIN) == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    "other",
    [
        Machine("machine-guid", "0123", "library-3", "Linux 6.1"),
        Machine("machine-id", "0124", "library-3", "Linux 6.1"),
    ],
)
def test_another_computer_is_refused(other: Machine) -> None:
    """Another identity, or the same from another source, is another computer."""
    with pytest.raises(WrongComputerError) as refused:
        other.check(ORIGIN, HERE.digest(ORIGIN))
    assert refused.value.exit_status == 20
    assert "designated computer" in refused.value.advice


def test_a_new_name_or_system_is_the_same_computer() -> None:
    """A rename or an update of the system changes nothing."""
    expected = HERE.digest(ORIGIN)
    Machine("machine-id", "0123", "renamed", "Linux 7.0").check(ORIGIN, expected)
    assert Machine("machine-id", "0123", "renamed", "Linux 7.0").digest(ORIGIN) == expected


def test_two_records_name_the_same_computer_differently() -> None:
    """Nobody can tell from two logs that they come from one computer."""
    assert HERE.digest(ORIGIN) != HERE.digest(ORIGIN[:-1] + "0")


def test_this_computer_says_the_same_twice() -> None:
    """Every part has a value, and a second look finds the same."""
    machine = this_machine()
    assert machine == this_machine()
    assert all((machine.source, machine.identity, machine.name, machine.system))


@pytest.mark.skipif(not Path("/etc/machine-id").exists(), reason="there is no /etc/machine-id here")
def test_on_linux_the_identity_is_the_machine_id() -> None:
    """It survives a change of network card and name."""
    kept = Path("/etc/machine-id").read_text(encoding="ascii").strip()
    expected = ("machine-id", kept) if kept and sys.platform == "linux" else None
    machine = this_machine()
    assert expected is None or (machine.source, machine.identity) == expected


def test_its_own_addresses_are_asked_for_and_nothing_is_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of the system, which is asked its way to a place without going there."""
    asked: list[object] = []

    class Asked(socket.socket):
        def __init__(self, family: int, kind: int) -> None:
            assert kind == socket.SOCK_DGRAM, "this one would open a connection"
            super().__init__(family, kind)

        def connect(self, place: Any) -> None:  # noqa: ANN401
            asked.append(place[0])
            family = {"192.0.2.1": "127.0.0.1", "2001:db8::1": "::1"}
            super().connect((family[place[0]], place[1]))

        def _never(self, *_: object) -> Any:  # noqa: ANN401
            pytest.fail("something was sent")

        send = sendto = sendall = sendmsg = _never

    monkeypatch.setattr(socket, "socket", Asked)
    found = this_machine().addresses
    assert asked == ["192.0.2.1", "2001:db8::1"]
    assert found[0] == "127.0.0.1"
    assert set(found) <= {"127.0.0.1", "::1"}


def test_a_computer_in_no_network_has_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*_: object) -> None:
        raise OSError(errno.ENETUNREACH, "Network is unreachable")

    monkeypatch.setattr(socket.socket, "connect", nowhere)
    assert this_machine().addresses == ()
