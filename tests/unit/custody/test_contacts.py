"""Who has still to be told of a case, and when a case may be closed."""

from dataclasses import replace
from typing import Any

import pytest

from asking import JUDGED, TRIAGED, ask
from cast import KEYSET, signatories
from counterseal.custody.contacts import in_words, to_be_told, untold
from counterseal.custody.facts import Step
from counterseal.custody.procedure import allow
from counterseal.custody.state import CaseState
from counterseal.errors import NotAllowedError, OutOfOrderError
from counterseal.policy import profile

CRIME = replace(JUDGED, category=9, subject="pupil", authoriser="", investigators=("cd", "kl"))
"""A case of which the lead, the Headteacher and the police are told at once."""
TWO = signatories("cd", "kl")


def missing(state: CaseState, name: str = "base") -> set[str]:
    found = untold(profile.builtin(name), state, KEYSET).values()
    return {word for rule in found for word in rule.who}


def test_before_anybody_has_said_what_it_is_nobody_is_missing() -> None:
    assert missing(replace(TRIAGED, category=0)) == set()


@pytest.mark.parametrize(
    ("changes", "left"),
    [
        ({}, {"dsl", "headteacher", "police"}),
        ({"investigators": ("ab", "cd")}, {"headteacher", "police"}),
        ({"authoriser": "ef"}, {"dsl", "police"}),
        ({"reporter": "ef"}, {"dsl", "police"}),
        ({"replacements": ("ab",)}, {"headteacher", "police"}),
        ({"told": frozenset({"police", "headteacher"})}, {"dsl"}),
        ({"reporter": "gh"}, {"dsl", "headteacher", "police"}),
        ({"departures": ("parents-told",)}, {"dsl", "headteacher", "police"}),
        ({"departures": ("people-told",)}, set()),
    ],
)
def test_who_took_part_or_was_told_is_not_missing(changes: dict[str, Any], left: set[str]) -> None:
    assert missing(replace(CRIME, **changes)) == left


def test_somebody_may_stand_in_where_the_rules_say_so() -> None:
    """The coordinator, or else the Headteacher."""
    state = replace(CRIME, category=20, told=frozenset({"dsl", "esafety"}), investigators=("kl",))
    assert missing(state, "secondary") == {"headteacher"}
    instead = replace(state, told=frozenset({"dsl", "headteacher"}))
    assert missing(instead, "secondary") == set()


def test_nobody_is_told_of_a_case_about_themselves() -> None:
    """Said at triage, or seen from who is barred."""
    said = replace(CRIME, modifiers=frozenset({"head"}))
    seen = replace(CRIME, barred=frozenset({"ef"}))
    assert missing(said) == missing(seen) == {"chair", "dsl", "police"}
    lead = replace(CRIME, barred=frozenset({"ab"}))
    assert missing(lead) == {"headteacher", "police"}


def test_whom_a_rule_names_is_said_in_the_words_of_the_school() -> None:
    rule = to_be_told(profile.builtin("secondary"), CRIME, KEYSET)["incident"]
    said = in_words(profile.builtin("secondary"), rule)
    assert said == "e-Safety Coordinator (or else Headteacher)"


def test_parents_are_left_out_by_a_departure_of_their_own() -> None:
    text = b'[profile]\nname = "ours"\ntitle = "Ours"\nversion = 1\nextends = "base"\n'
    ours = profile.resolve(text + b'[told.home]\nwho = ["parents"]\n')
    assert set(untold(ours, JUDGED, KEYSET)) == {"home"}
    left = replace(JUDGED, departures=("parents-told",))
    assert untold(ours, left, KEYSET) == {}


def test_a_case_is_closed_once_everybody_was_told() -> None:
    with pytest.raises(OutOfOrderError) as refused:
        allow(ask(Step.CASE_CLOSED, state=replace(CRIME, told=frozenset({"police"})), people=TWO))
    assert "Designated Safeguarding Lead, Headteacher" in refused.value.what
    assert "told record" in refused.value.advice
    told = frozenset({"police", "dsl", "headteacher"})
    allow(ask(Step.CASE_CLOSED, state=replace(CRIME, told=told), people=TWO))


def test_a_departure_is_told_before_the_case_is_closed() -> None:
    departed = replace(JUDGED, departures=("users-told",), to_explain=True)
    with pytest.raises(OutOfOrderError, match="The Headteacher has still to be told"):
        allow(ask(Step.CASE_CLOSED, state=departed))
    about_head = replace(departed, modifiers=frozenset({"head"}))
    with pytest.raises(OutOfOrderError, match="The Chair of Governors has still to be told"):
        allow(ask(Step.CASE_CLOSED, state=about_head))
    allow(ask(Step.CASE_CLOSED, state=replace(departed, to_explain=False)))


@pytest.mark.parametrize(
    ("who", "modifiers", "departures", "says"),
    [
        ("headteacher", (), (), "Nobody has departed"),
        ("dsl", (), ("users-told",), "told to the Headteacher or the Chair of Governors"),
        ("headteacher", ("head",), ("users-told",), "told to the Chair of Governors"),
        ("headteacher", (), ("users-told",), ""),
        ("chair", (), ("users-told",), ""),
        ("chair", ("head",), ("users-told",), ""),
    ],
)
def test_a_departure_is_told_to_the_head_or_the_chair(
    who: str, modifiers: tuple[str, ...], departures: tuple[str, ...], says: str
) -> None:
    state = replace(TRIAGED, modifiers=frozenset(modifiers), departures=departures)
    asking = ask(Step.PERSON_TOLD, state=state, changes={"who": who, "about": "departure"})
    if not says:
        allow(asking)
        return
    with pytest.raises(OutOfOrderError, match=says):
        allow(asking)


def test_a_change_of_the_filter_does_not_end_before_it_begins() -> None:
    allow(ask(Step.FILTER_CHANGED, changes={"until": "2026-11-30"}))
    with pytest.raises(NotAllowedError, match="ends before it begins"):
        allow(ask(Step.FILTER_CHANGED, changes={"until": "2026-11-29"}))
