"""The wait after a wrong passphrase grows, has an end, and no rubbish can make it endless."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterseal.errors import WrongPassphraseError
from counterseal.keys import tries
from counterseal.keys.keystore import Keystore
from counterseal.keys.people import Person
from unit.keys.standins import PASSPHRASE, CountingClock

WAITS = [0, 1, 2, 4, 8, 16, 32, 60, 60, 60]


def wrong(keystore: Keystore, path: Path, person: Person) -> None:
    with pytest.raises(WrongPassphraseError), keystore.unlock(path, "not the one", person):
        pytest.fail("it opened")


def test_the_wait_grows_and_a_right_passphrase_ends_it(
    keystore: Keystore, enrol: Callable[[str], Person], tmp_path: Path, clock: CountingClock
) -> None:
    person, path = enrol("ab"), tmp_path / "ab.key"
    for expected in WAITS:
        assert tries.wait_seconds(path) == expected
        wrong(keystore, path, person)
    assert clock.slept == [wait for wait in WAITS if wait]
    clock.slept.clear()
    with keystore.unlock(path, PASSPHRASE, person):
        assert clock.slept == [60], "the right one waits as well: else waiting would tell"
    assert not (tmp_path / "ab.tries").exists()
    assert tries.wait_seconds(path) == 0


def test_the_count_outlives_the_program(
    keystore: Keystore, enrol: Callable[[str], Person], tmp_path: Path
) -> None:
    person, path = enrol("ab"), tmp_path / "ab.key"
    for _ in range(3):
        wrong(keystore, path, person)
    assert (tmp_path / "ab.tries").read_bytes() == b"3"


def test_people_do_not_wait_for_each_other(
    keystore: Keystore,
    enrol: Callable[[str], Person],
    tmp_path: Path,
    clock: CountingClock,
) -> None:
    one, two = enrol("ab"), enrol("cd")
    for _ in range(4):
        wrong(keystore, tmp_path / "ab.key", one)
    clock.slept.clear()
    with keystore.unlock(tmp_path / "cd.key", PASSPHRASE, two):
        assert clock.slept == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=6))
def test_rubbish_in_the_count_is_the_longest_wait_at_most(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ab.key"
    (tmp_path / "ab.tries").write_bytes(content)
    wait = tries.wait_seconds(path)
    if len(content) in {1, 2} and content.isdigit():
        assert wait in WAITS
    else:
        assert wait == tries.LONGEST_WAIT
    tries.add(path)
    assert (tmp_path / "ab.tries").read_bytes().isdigit()
    tries.reset(path)
    assert tries.wait_seconds(path) == 0


def test_the_count_stops_at_two_digits(tmp_path: Path) -> None:
    path = tmp_path / "ab.key"
    (tmp_path / "ab.tries").write_bytes(b"99")
    tries.add(path)
    assert (tmp_path / "ab.tries").read_bytes() == b"99"


def test_a_count_that_cannot_be_read_or_written_does_not_hide_the_wrong_passphrase(
    keystore: Keystore, enrol: Callable[[str], Person], tmp_path: Path, clock: CountingClock
) -> None:
    person, path = enrol("ab"), tmp_path / "ab.key"
    (tmp_path / "ab.tries").mkdir()
    wrong(keystore, path, person)
    with keystore.unlock(path, PASSPHRASE, person):
        assert clock.slept == [60, 60]
