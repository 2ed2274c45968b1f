"""What a profile's file may hold, how files build on each other, and what is refused."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterseal.errors import PolicyError
from counterseal.policy import document, fields, profile
from counterseal.policy.profile import BASE, NAMES
from unit.policy.editing import load, to_toml, whole

OURS = """
[profile]
name = "our-school"
title = "Our school"
version = 1
extends = "primary"

[labels]
headteacher = { text = "Principal" }

[told.parents]
who = ["parents"]
subjects = ["pupil"]

[told.bullying]
who = ["esafety", "line-manager"]
"""


def test_a_file_says_only_what_it_changes() -> None:
    """The rest is that of the profile it extends, and of the base profile."""
    made, primary = profile.resolve(OURS.encode()), profile.builtin("primary")
    assert (made.name, made.title) == ("our-school", "Our school")
    assert made.label("headteacher") == "Principal"
    assert made.label("dsl") == primary.label("dsl")
    assert made.told["parents"].who == {"parents"}
    assert made.told["bullying"].who == {"esafety", "line-manager"}
    assert made.told["bullying"].or_else == primary.told["bullying"].or_else
    assert made.advice == primary.advice
    assert made.categories == primary.categories


def test_what_is_kept_needs_no_other_file() -> None:
    made = profile.resolve(OURS.encode())
    assert b"extends" not in made.content
    assert profile.load(made.content) == made


def test_a_file_that_extends_another_is_never_kept_as_it_is() -> None:
    with pytest.raises(PolicyError, match="is not whole"):
        profile.load(OURS.encode())


def test_a_file_that_stands_alone_may_not_leave_a_table_out() -> None:
    table = whole()
    del table["media"]
    with pytest.raises(PolicyError, match="media has missing keys"):
        load(table)
    table = whole()
    del table["category"]["3"]
    with pytest.raises(PolicyError, match="category: missing or unknown: 3"):
        load(table)


@pytest.mark.parametrize("name", [BASE, *NAMES])
def test_the_name_of_a_profile_that_ships_cannot_be_taken(name: str) -> None:
    table = whole()
    table["profile"]["name"] = name
    with pytest.raises(PolicyError, match="belongs to a profile"):
        load(table)


def test_a_profile_that_ships_can_be_brought_as_a_file() -> None:
    made = profile.builtin("trust")
    assert profile.resolve(made.content) == made


def test_how_a_file_is_written_does_not_matter() -> None:
    """Comments, order and spelling of the TOML leave the kept file as it is."""
    table = whole("secondary")
    turned = {name: table[name] for name in reversed(table)}
    turned["advice"]["advisers"] = list(reversed(turned["advice"]["advisers"]))
    assert load(turned).content == load(table).content
    assert profile.resolve(b"# a comment\n" + to_toml(table)).sha256 == load(table).sha256


FAULTS: dict[str, tuple[tuple[str, ...], Any, str]] = {
    "an unknown table": (("rules",), {}, "unknown tables: rules"),
    "an unknown rule": (("advice", "waived"), ["staff"], "advice has unknown keys: waived"),
    "an unknown category": (("category", "25"), {}, "category: missing or unknown: 25"),
    "an unknown class": (("category", "3", "class"), "X", "category 3, class"),
    "an unknown gate": (("category", "3", "gates"), ["prayer"], "category 3, gates"),
    "an unknown role": (("told", "child", "who"), ["caretaker"], "told child, who"),
    "nobody told": (("told", "child", "who"), [], "told child, who"),
    "a category twice": (("told", "child", "categories"), [1, 1], "stands twice"),
    "no category": (("told", "child", "categories"), [], "told child, categories"),
    "a category beyond": (("told", "child", "categories"), [25], "told child, categories"),
    "true for a number": (("retention", "police", "months"), True, "retention police, months"),
    "no month": (("retention", "police", "months"), 0, "retention police, months"),
    "a number for true": (("media", "encrypted"), 1, "media, encrypted"),
    "a word for a list": (("advice", "before_review"), "staff", "advice, before_review"),
    "a text for a rule": (("told", "child"), "dsl", "told child is not a table"),
    "a text for a table": (("told",), "dsl", "told"),
    "an empty text": (("labels", "dsl", "text"), "", "labels dsl, text"),
    "blanks around": (("labels", "dsl", "text"), " DSL", "labels dsl, text"),
    "two lines": (("labels", "dsl", "text"), "D\nSL", "labels dsl, text"),
    "turned letters": (("labels", "dsl", "text"), "D\u202eSL", "labels dsl, text"),
    "too long": (("labels", "dsl", "text"), "D" * 241, "labels dsl, text"),
    "an unlisted label": (("labels", "cook"), {"text": "Cook"}, "labels: missing or unknown: cook"),
    "an id in capitals": (("told", "a b"), {"who": ["dsl"]}, "told: missing or unknown: a b"),
    "a source without a policy": (
        *(("advice", "source"), {"policy": "S9", "section": "1"}, "source S9 does not stand"),
    ),
    "half a source": (("advice", "source"), {"policy": "S2"}, "advice, source"),
    "an odd source": (("advice", "source"), {"policy": "S 2", "section": "1"}, "advice, source"),
    "an unknown action": (
        *(("staff_incident", "damage", "actions"), ["detention"], "staff_incident damage, actions"),
    ),
    "a way without a day": (
        *(("support", "union"), {"label": "Union", "reach": "By post"}, "needs the day"),
    ),
    "a day that never was": (("support", "union", "checked_on"), "2026-02-30", "support union"),
    "another version": (("profile", "version"), 2, "version 1 only"),
    "a version that is true": (("profile", "version"), True, "version 1 only"),
    "a name with blanks": (("profile", "name"), "our school", "profile, name"),
    "a title of two lines": (("profile", "title"), "Our\nschool", "cannot be shown"),
    "an unknown key of the head": (("profile", "author"), "us", "profile has unknown keys"),
    "an unknown parent": (("profile", "extends"), "grammar", 'called "grammar"'),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_no_profile_is_refused_with_the_place(fault: str) -> None:
    """A typing mistake never goes unnoticed: an unknown rule would be a rule that is not kept."""
    path, value, said = FAULTS[fault]
    table = whole()
    held: Any = table
    for key in path[:-1]:
        held = held[key]
    held[path[-1]] = value
    content = to_toml(table).replace(b"a b =", b'"a b" =') if "told" in table else b""
    content = (
        content
        if isinstance(table["told"], dict)
        else b'told = "dsl"\n' + to_toml({k: v for k, v in table.items() if k != "told"})
    )
    with pytest.raises(PolicyError) as refused:
        profile.resolve(content)
    assert said in refused.value.what, refused.value.what
    assert refused.value.advice


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"[profile", b"profile = 3", b"[profile]\nname = 'x'\n", b"{}"]
)
def test_what_is_not_even_toml_is_refused(content: bytes) -> None:
    for read in (profile.load, profile.resolve):
        with pytest.raises(PolicyError, match="not a profile"):
            read(content)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_end_in_anything_but_a_refusal(content: bytes) -> None:
    with pytest.raises(PolicyError):
        profile.resolve(content)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_value_of_another_kind_is_refused(data: st.DataObject) -> None:
    """Whatever value stands wherever: it is read, or refused in a sentence."""
    table = whole()
    section = data.draw(st.sampled_from(sorted(name for name in table if table[name])))
    held = table[section]
    key = data.draw(st.sampled_from(sorted(held)))
    odd = st.one_of(st.booleans(), st.integers(-5, 5), st.text("ab", max_size=3))
    value = data.draw(st.one_of(odd, st.lists(odd, max_size=2)))
    if isinstance(held[key], dict) and data.draw(st.booleans()):
        held, key = held[key], data.draw(st.sampled_from(sorted(held[key])))
    held[key] = value
    try:
        load(table)
    except PolicyError as error:
        assert error.what.endswith(".")  # noqa: PT017


@settings(max_examples=200)
@given(st.text(min_size=1, max_size=60))
def test_every_text_that_can_be_shown_is_written_so_that_it_reads_back(text: str) -> None:
    table = whole()
    try:
        fields.text(text)
    except ValueError:
        return
    table["labels"]["dsl"]["text"] = text
    content = document.written(document.head_of(table), document.read(table))
    assert profile.load(content).label("dsl") == text
