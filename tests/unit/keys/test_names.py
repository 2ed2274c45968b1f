"""Names that could be taken for another person's."""

import pytest

from counterseal.errors import UsageError
from counterseal.keys.names import check_name, plain


@pytest.mark.parametrize(
    "name",
    [
        "Anna Bell",
        "Siân O'Neill-Bell",
        "Dr. Zoë D\u2019Arcy",
        "Łucja Żak",
        "\u0410\u043d\u043d\u0430 \u0411\u0435\u043b\u043e\u0432\u0430",
        "\u0395\u03bb\u03ad\u03bd\u03b7 \u039d\u03af\u03ba\u03bf\u03c5",
        "山田 はな",
    ],
)
def test_names_as_people_have_them(name: str) -> None:
    assert check_name(name) == name


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("Anna Bell 2", "“2” is none"),
        ("Anna <Bell>", "“<” is none"),
        ("Anna_Bell", "“_” is none"),
        ("Anna\u00a0Bell", "is none of them"),
        ("Anna Bell\u200b", "is none of them"),
        ("Ann\u0430 Bell", "look alike"),
        ("\uff21nna Bell", "look alike"),
        ("Car\u0399 Dent", "look alike"),
        ("- '.", "at least one letter"),
    ],
)
def test_names_that_could_mislead(name: str, says: str) -> None:
    """Digits, signs, and a letter of another script that looks the same."""
    with pytest.raises(UsageError) as refused:
        check_name(name)
    assert says in refused.value.what


@pytest.mark.parametrize(
    "other", ["anna  BELL", "Anna Bell.", "Anna-Bell", "Ánna Bell", "Ann\uff41 Bell"]
)
def test_two_names_that_look_the_same_are_one(other: str) -> None:
    assert plain(other) == plain("Anna Bell")


def test_two_names_that_differ_stay_two() -> None:
    assert plain("Anna Bell") != plain("Anna Ball")
