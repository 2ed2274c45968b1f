"""What a writer asks before it writes: whether any reader would take it."""

import pytest

from counterseal.handover.checks.names import MOST_WHOLE, unreadable

SMALL = [("bagit.txt", 55), ("data/log/000001.json", 65_535), ("data/exhibits/AB-1.png", 1 << 31)]


def test_what_fits_is_taken() -> None:
    assert unreadable(SMALL) is None
    full = [(f"data/openings/{n:06}.json", MOST_WHOLE // 8) for n in range(8)]
    assert unreadable(full) is None


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("data/log/000002.json", 65_536),
        ("data/log/000002.tlog-proof", 16_385),
        ("data/openings/000002.json", (16 << 20) + 1),
        ("data/keysets/2.json", (1 << 20) + 1),
        ("data/extra.txt", 1),
        ("data/log/2.json", 1),
    ],
)
def test_what_does_not_is_named(name: str, size: int) -> None:
    assert unreadable([*SMALL, (name, size)]) == name


def test_what_is_held_at_once_has_a_limit_of_its_own() -> None:
    most = 16 << 20
    held = [(f"data/openings/{n:06}.json", most) for n in range(4)]
    assert unreadable(held) is None
    assert unreadable([*held, ("data/log/000002.json", 1)]) == "data/log/000002.json"
    assert unreadable([*held, ("data/exhibits/AB-1.png", most)]) is None
