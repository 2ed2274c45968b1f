"""Which computer this is, and how a record says so without naming it."""

import hashlib
import sys
from pathlib import Path

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
