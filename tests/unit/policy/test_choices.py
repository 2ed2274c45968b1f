"""What a school chooses about the browser: read, kept, shown, and nowhere looser or stricter."""

import hashlib
from typing import get_args

import pytest

from counterseal.errors import PolicyError
from counterseal.evidence.browser.saving import Form
from counterseal.policy import choices, document, explain, profile, tighten, words
from counterseal.policy.profile import BASE, NAMES, Profile

EVERY = (BASE, *NAMES)
SHIPPED = {
    "base": "532ccf91e1cf4a04edcc635d12161eb457188fc67b4591e839ef4b6eaf9f4ac7",
    "catholic-secondary": "a2382607d897ad44ae6d6fcc67050790ff15fe989720bf87051c9114b4c5cdbf",
    "primary": "206f8bf5e900a08ebfab0777c4dc0c61f08888935056b417eb134046e98394ad",
    "secondary": "7c057e42db1f192a0f07f160e2992a2b4b7379d2753f1bba9a3b0c64fa9762cd",
    "trust": "00ce9771b33ef354221a1144cda4c9b1d5a1ad6192d9e55c10dcdcb2d6ce9861",
    "welsh-secondary": "ae11d7cbf35e82a6e5c512f71dacdab408eea49d3272aeac03c5fdbd67cb3862",
}
"""Digests of the profiles as they were kept before a school could choose."""


def _ours(browser: str, extends: str = "primary") -> Profile:
    head = f'name = "ours"\ntitle = "Ours"\nversion = 1\nextends = "{extends}"'
    return profile.resolve(f"[profile]\n{head}\n\n[browser]\n{browser}\n".encode())


@pytest.mark.parametrize("name", EVERY)
def test_what_ships_keeps_its_digest_and_chooses_nothing(name: str) -> None:
    made = profile.builtin(name)
    assert made.sha256 == SHIPPED[name]
    assert b"browser" not in made.content
    assert made.browser.watched
    assert not made.browser.save


def test_a_profile_that_was_kept_before_loads_as_it_was() -> None:
    content = profile.builtin("trust").content
    made = profile.load(content)
    assert made.sha256 == hashlib.sha256(content).hexdigest()
    assert made.browser.watched
    assert not made.browser.save


def test_a_choice_is_kept_with_the_whole_profile() -> None:
    made = _ours('watched = false\nsave = ["text", "mhtml"]')
    assert not made.browser.watched
    assert made.browser.save == {"mhtml", "text"}
    kept = made.content.decode()
    line = "# A choice of the school's own, which makes no rule stricter or looser.\n"
    assert f'\n\n{line}[browser]\nwatched = false\nsave = ["mhtml", "text"]\n\n' in kept
    assert kept.index("[monitoring]") < kept.index("[browser]") < kept.index("[told.")
    assert profile.load(made.content) == made


def test_to_choose_what_goes_without_saying_is_to_say_nothing() -> None:
    made = _ours("watched = true\nsave = []")
    assert b"browser" not in made.content


def test_half_a_choice_leaves_the_other_half() -> None:
    assert not _ours("watched = false").browser.save
    assert _ours('save = ["text"]').browser.watched


@pytest.mark.parametrize(
    ("browser", "what"),
    [
        ('save = ["pdf"]', "browser, save: 'pdf' is not one of 'mhtml', 'text'"),
        ('save = "text"', "browser, save: not a list"),
        ('save = ["text", "text"]', "browser, save: something stands twice"),
        ("watched = 1", "browser, watched: neither true nor false"),
        ("clean = true", "browser has unknown keys: clean"),
    ],
)
def test_what_cannot_be_chosen_is_refused(browser: str, what: str) -> None:
    with pytest.raises(PolicyError, match=what):
        _ours(browser)


@pytest.mark.parametrize("browser", ["watched = false", 'save = ["mhtml"]'])
def test_no_choice_is_looser_or_stricter_and_each_is_named(browser: str) -> None:
    made, before = _ours(browser), profile.builtin("primary")
    for one, other in ((before, made), (made, before)):
        (change,) = tighten.changes(one.sections, other.sections)
        assert change.rule.startswith("browser, ")
        assert change.direction is tighten.Direction.OTHER
        tighten.check(one.sections, other.sections)


def test_a_choice_is_explained() -> None:
    said = explain.explained(_ours('watched = false\nsave = ["mhtml"]'))
    assert f"   {choices.BY_HAND}" in said
    (saved,) = [line for line in said if "may be saved" in line]
    assert "MHTML" in saved
    assert "(text)" not in saved
    said = explain.explained(profile.base())
    assert f"   {choices.WATCHED}" in said
    assert f"   {choices.NOTHING_SAVED}" in said
    told = explain.as_dict(_ours('save = ["text"]'))["browser"]
    assert told == {"watched": True, "save": ["text"]}


def test_everybody_means_the_same_forms() -> None:
    assert words.SAVED_AS == get_args(Form) == tuple(choices.FORMS)


def test_one_table_alone_is_a_choice() -> None:
    assert [section.name for section in document.SECTIONS if section.choice] == ["browser"]
