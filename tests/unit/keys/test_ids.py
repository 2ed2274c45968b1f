"""Ids are initials, as people would expect them, and never given twice."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterseal.errors import UsageError
from counterseal.keys.ids import make_id


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Anna Bell", "ab"),
        ("anna bell", "ab"),
        ("Anna  Clare\tBell", "acb"),
        ("Anna Clare Dora Bell", "acb"),
        ("Anna Bell-Carter", "ab"),
        ("Dr Anna Bell", "ab"),
        ("Mrs. Anna Bell", "ab"),
        ("Rev Dr Anna Bell", "ab"),
        ("Élodie Öberg", "eo"),
        ("Siân O'Neill", "so"),
        ("Madonna", "ma"),
        ("Mr Li", "li"),
        ("Dr", "dr"),
        ("X", "xx"),
        ("李 小龙", "xx"),
        ("", "xx"),
    ],
)
def test_a_name_gives_its_initials(name: str, expected: str) -> None:
    assert make_id(name, ()) == expected


def test_a_number_follows_where_the_initials_are_taken() -> None:
    assert make_id("Anna Bell", {"ab"}) == "ab2"
    assert make_id("Anna Bell", {"ab", "ab2", "ab4"}) == "ab3"
    assert make_id("Anna Bell", {"ab2"}) == "ab"


def test_there_is_an_end_to_the_numbers() -> None:
    taken = {"ab", *(f"ab{number}" for number in range(2, 1000))}
    assert make_id("Anna Bell", taken - {"ab999"}) == "ab999"
    with pytest.raises(UsageError, match="Every id that begins with “ab” is taken"):
        make_id("Anna Bell", taken)


@given(names=st.lists(st.text(max_size=20), max_size=12))
def test_every_name_gets_an_id_of_its_own(names: list[str]) -> None:
    taken: list[str] = []
    for name in names:
        made = make_id(name, taken)
        assert re.fullmatch(r"[a-z]{2,3}[0-9]{0,3}", made)
        assert made not in taken
        taken.append(made)
