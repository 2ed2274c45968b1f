"""Which questions of the school's rules are due, and when."""

import pytest

from counterseal.commands.forms import ISOLATION
from counterseal.custody.facts import FACTS, Step
from counterseal.policy import profile
from counterseal.policy.questions import (
    ASKED_ANYWAY,
    MARKED_PRIVATE,
    as_text,
    due,
    newly_due,
)

ALL = [profile.builtin(name) for name in ("base", *profile.NAMES)]


def test_while_nobody_has_said_the_category_only_what_holds_for_all_is_asked() -> None:
    base = profile.base()
    assert set(due(base, "report", 0, "pupil")) == {"own-words", "in-school"}
    assert set(due(base, "triage", 0, "pupil")) == set()
    assert set(due(base, "report", 23, "pupil")) == {"own-words", "in-school", "reported-when"}


def test_what_the_category_brings_is_asked_once_it_is_known() -> None:
    base = profile.base()
    assert set(newly_due(base, ["report"], (0, 23), "pupil")) == {"reported-when"}
    assert newly_due(base, ["report"], (23, 23), "pupil") == {}
    graver = newly_due(base, ["report", "triage"], (22, 10), "pupil")
    assert set(graver) == {"wishes", "support"}
    assert newly_due(base, ["report", "triage"], (17, 10), "pupil") == {}


def test_a_question_about_pupils_is_not_asked_of_staff() -> None:
    made = profile.builtin("welsh-secondary")
    assert set(due(made, "device", 17, "pupil")) == {"nominated-person"}
    assert due(made, "device", 17, "staff") == {}


def test_what_a_step_asks_by_itself_is_not_asked_twice() -> None:
    """Each of them really is among the step's own questions."""
    facts = FACTS[Step.CASE_AUTHORISED]
    assert {"users_told", "proportionate"} <= facts.keys()
    assert any("IMEI" in field.question for field in ISOLATION.fields)
    assert ASKED_ANYWAY.keys() == {"users-told", "proportionate", "when-and-where", "device-number"}
    assert due(profile.base(), "authorise", 17, "pupil") == {}
    assert due(profile.base(), "concern", 17, "pupil") == {}
    assert due(profile.builtin("primary"), "device", 20, "pupil") == {}


@pytest.mark.parametrize("made", ALL, ids=lambda made: made.name)
def test_every_question_comes_up_somewhere(made: profile.Profile) -> None:
    """At its moment, for a category and a subject that it is about; or its step asks it."""
    for rule_id, rule in made.ask.items():
        number, subject = min(rule.categories), min(rule.subjects)
        asked = due(made, rule.at, number, subject)
        assert (rule_id in asked) is (ASKED_ANYWAY.get(rule_id) != rule.at), rule_id


def test_the_answer_that_the_procedure_goes_by_belongs_to_a_concern() -> None:
    assert profile.builtin("secondary").ask[MARKED_PRIVATE].at == "concern"


def test_an_answer_stands_under_the_id_of_its_question() -> None:
    assert as_text({"own-words": "They = all"}) == {"answers": ["own-words=They = all"]}
    assert as_text({}) == {}
