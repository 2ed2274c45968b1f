"""The profiles that ship: what each fixes, that it is whole, and what it must not hold."""

import re
import tomllib
from importlib import resources
from typing import Any

import pytest

from counterseal.custody import words as facts
from counterseal.errors import PolicyError
from counterseal.policy import profile, words
from counterseal.policy.classes import CATEGORIES
from counterseal.policy.profile import BASE, NAMES, CaseClass, Gate

EVERY = (BASE, *NAMES)
STOPS = {1: "HS", 2: "HS", 3: "HS", 5: "NC", 6: "NC", 7: "NC", 11: "NC"}


def shipped(name: str) -> dict[str, Any]:
    """Return a file as it ships, before anything is merged into it."""
    file = resources.files("counterseal.policy").joinpath(f"profiles/{name}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def rows_of(table: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return every rule of a file by its name."""
    singles = {"advice", "approval", "police", "passphrases", "media", "purposes", "monitoring"}
    found = {}
    for section, held in table.items():
        if section in singles:
            found[section] = held
        elif section not in {"profile", "sources"}:
            found |= {f"{section} {rule_id}": rule for rule_id, rule in held.items()}
    return found


def texts_of(value: object) -> list[str]:
    """Return every text within a value, sources apart: their sections are the policies' own."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [text for item in value for text in texts_of(item)]
    if isinstance(value, dict):
        return [t for k, v in value.items() if k != "file" for t in (k, *texts_of(v))]
    return []


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize(("number", "chosen"), STOPS.items())
def test_what_stops_everything_is_fixed(name: str, number: int, chosen: str) -> None:
    """1 to 3 are hard stops; 5 to 7 and 11 are never captured; none has a milder form."""
    category = profile.builtin(name).category(number)
    assert (category.graver, category.lesser) == (chosen, None)


@pytest.mark.parametrize("name", EVERY)
def test_every_class_of_the_base_profile_holds(name: str) -> None:
    found = [str(profile.builtin(name).category(number).graver) for number in CATEGORIES]
    assert " ".join(found) == "HS HS HS PR NC NC NC NC PR PR NC PR SA SA SA C C C C C C C C PR"


@pytest.mark.parametrize("name", EVERY)
def test_not_sure_waits_for_advice_and_police(name: str) -> None:
    category = profile.builtin(name).category(24)
    assert category.gates_for(category.graver) == {Gate.ADVICE, Gate.POLICE}


@pytest.mark.parametrize("name", NAMES)
def test_a_profile_is_whole_without_any_other_file(name: str) -> None:
    """A verifier that has these bytes alone reads the same rules."""
    made = profile.builtin(name)
    assert b"extends" not in made.content
    assert profile.load(made.content) == made
    filled = {section for section, held in made.sections.items() if held}
    unsaid = {"browser"}  # nothing was chosen there
    assert tomllib.loads(made.content.decode()).keys() == {"profile", *filled} - unsaid


@pytest.mark.parametrize("name", NAMES)
def test_there_is_one_way_to_write_a_profile(name: str) -> None:
    made = profile.builtin(name)
    assert profile.resolve(made.content).content == made.content


def test_the_base_profile_is_kept_as_it_ships() -> None:
    file = resources.files("counterseal.policy").joinpath("profiles/base.toml")
    assert profile.base().content == file.read_bytes()
    assert profile.load(profile.base().content) == profile.base()


def test_six_profiles_are_six_different_files() -> None:
    assert len({profile.builtin(name).sha256 for name in EVERY}) == len(EVERY)


@pytest.mark.parametrize("name", NAMES)
def test_every_rule_that_a_profile_adds_says_where_it_comes_from(name: str) -> None:
    without = [rule for rule, held in rows_of(shipped(name)).items() if "source" not in held]
    assert not without


@pytest.mark.parametrize("name", NAMES)
def test_a_profile_holds_only_what_its_own_policy_says(name: str) -> None:
    short = {"catholic-secondary": "S0", "welsh-secondary": "S1", "primary": "S2", "trust": "S3"}
    expected = short.get(name, "S4")
    named = {held["source"]["policy"] for held in rows_of(shipped(name)).values()}
    assert named == {expected}


@pytest.mark.parametrize("name", NAMES)
def test_a_profile_repeats_no_rule_of_the_base_profile(name: str) -> None:
    base = rows_of(shipped(BASE))
    repeated = [rule for rule, held in rows_of(shipped(name)).items() if base.get(rule) == held]
    assert not repeated


@pytest.mark.parametrize("name", EVERY)
def test_no_number_address_or_name_of_a_person_stands_in_a_profile(name: str) -> None:
    for text in texts_of(shipped(name)):
        assert "@" not in text, text
        assert not re.search(r"https?:|www\.|\.(?:com|org|net|uk|sch|gov)\b", text), text
        assert not re.search(r"(?:\d[\s()-]*){5,}", text), text
        assert not re.search(r"\b(?:Mr|Mrs|Ms|Miss|Dr|Sir|Rev)\b\.?", text), text


@pytest.mark.parametrize("name", EVERY)
def test_support_is_a_list_of_kinds_until_the_school_fills_it_in(name: str) -> None:
    found = profile.builtin(name).support.values()
    assert found
    assert {(rule.name, rule.reach, rule.checked_on) for rule in found} == {("", "", "")}


@pytest.mark.parametrize("name", EVERY)
def test_no_policy_gives_a_period_so_none_is_confirmed(name: str) -> None:
    found = profile.builtin(name).retention
    assert set(found) == {"police", "internal", "local-authority", "no-substance"}
    assert not any(period.confirmed or period.source for period in found.values())


@pytest.mark.parametrize("name", EVERY)
def test_incidents_and_actions_are_listed_and_nothing_is_ticked(name: str) -> None:
    made = profile.builtin(name)
    assert (len(made.pupil_incident), len(made.staff_incident)) == (16, 16)
    assert (len(made.pupil_action), len(made.staff_action)) == (9, 8)
    assert not any(rule.actions for rule in made.pupil_incident.values())
    assert not any(rule.actions for rule in made.staff_incident.values())


def test_the_words_of_profiles_are_the_words_of_facts() -> None:
    """`policy` may not import `custody`, so both hold them."""
    for name in (
        *("SUBJECTS", "ADVISERS", "CONSULTED", "GROUNDS", "PURPOSES", "OUTCOMES"),
        *("PUPIL_ACTIONS", "STAFF_ACTIONS"),
    ):
        assert getattr(words, name) == getattr(facts, name), name
    assert tuple(map(str, CaseClass)) == facts.CLASSES
    assert tuple(map(str, Gate)) == facts.GATES


def test_a_profile_that_does_not_ship_is_named_with_those_that_do() -> None:
    with pytest.raises(PolicyError) as refused:
        profile.builtin("grammar")
    assert all(name in refused.value.advice for name in EVERY)


# --- what each policy adds, by the rows of docs/profiles.md -------------------------------------


def told(name: str, number: int, subject: str, *modifiers: str) -> set[str]:
    """Return who is told of a case, with those who would do instead."""
    found = profile.builtin(name).told_of(number, subject, modifiers).values()
    return {word for rule in found for word in (*rule.who, *rule.or_else)}


@pytest.mark.parametrize("name", EVERY)
def test_police_and_authority_are_told_of_images_of_children_at_once(name: str) -> None:
    """B11."""
    for number in (1, 2, 3):
        found = profile.builtin(name).told_of(number, "unknown").values()
        now = {word for rule in found if rule.when == "at-once" for word in rule.who}
        assert {"police", "local-authority", "dsl", "headteacher"} <= now


@pytest.mark.parametrize("name", EVERY)
def test_the_dsl_is_told_of_every_case_about_a_pupil(name: str) -> None:
    assert all("dsl" in told(name, number, "pupil") for number in CATEGORIES)


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("number", CATEGORIES)
def test_nobody_is_told_of_a_case_about_themselves(name: str, number: int) -> None:
    """B19: the Chair stands in for the Headteacher, the Headteacher for the DSL."""
    for subject in words.SUBJECTS:
        plain = told(name, number, subject)
        about_head = told(name, number, subject, "head")
        about_dsl = told(name, number, subject, "dsl")
        about_both = told(name, number, subject, "head", "dsl")
        assert "headteacher" not in about_head
        assert ("chair" in about_head) == ("headteacher" in plain)
        assert "dsl" not in about_dsl
        assert not {"dsl", "headteacher"} & about_both


@pytest.mark.parametrize("name", EVERY)
def test_advice_comes_before_anything_about_staff(name: str) -> None:
    """X1, on in every profile; what stops opens no gate, what is only logged needs none."""
    made = profile.builtin(name)
    for number, category in made.categories.items():
        gates = made.gates(number, category.graver, "staff")
        wanted = not category.graver.stops and not category.log_only
        assert (Gate.ADVICE in gates) == wanted, number


def test_gates_of_a_case() -> None:
    """By class, by modifier, by subject, and all of them together."""
    base = profile.base()
    assert base.gates(17, CaseClass.GO_ON, "pupil") == set()
    assert base.gates(17, CaseClass.GO_ON, "pupil", ["private"]) == {Gate.APPROVAL}
    assert base.gates(9, CaseClass.POLICE_FIRST, "staff") == {Gate.POLICE, Gate.ADVICE}
    assert base.gates(15, CaseClass.ADVICE, "pupil") == {Gate.APPROVAL}
    assert base.gates(22, CaseClass.GO_ON, "staff", ["private"]) == {Gate.APPROVAL}
    assert base.gates(1, CaseClass.HARD_STOP, "staff", ["private"]) == set()
    assert base.gates(8, CaseClass.NO_CAPTURE, "staff") == set()


def test_s0_first_contact_and_contact_with_students() -> None:
    """B16, B18, X2, X3, D8."""
    made = profile.builtin("catholic-secondary")
    first = made.told["first-contact"]
    assert first.who == {"line-manager"}
    assert first.or_else == {"senior-leader"}
    assert made.told["contact-with-students"].when == "at-once"
    assert made.police.bullying_decided_by == "designated-person"
    assert len(made.category(13).examples) + len(made.category(14).examples) == 7


def test_s1_names_outside_bodies_and_its_own_roles() -> None:
    """B1, B9, E12, X5, X11, 1.2."""
    made = profile.builtin("welsh-secondary")
    assert made.label("dsl") == "Safeguarding Designated Person"
    assert {"child-care-assessment", "school-police-officer", "police-liaison"} <= set(made.support)
    assert {"police", "local-authority"} <= made.told["serious"].who
    assert "esafety" in told("welsh-secondary", 20, "pupil")
    assert made.passphrases.change_every_days == 45
    assert len(made.use) == 22
    assert {rule.standing for rule in made.use.values()} == {""}


def test_s2_lets_the_person_bullied_decide_and_asks_two_for_advice() -> None:
    """B13, B15, X3, C7, D6, D10."""
    made = profile.builtin("primary")
    assert made.police.bullying_decided_by == "victim"
    assert made.advice.advisers == {"headteacher", "local-authority"}
    assert {"device-number", "departure"} <= set(made.ask)
    assert len(made.law) == 17
    assert made.outcome["fairness-at-work"].group == "internal"


def test_s3_names_the_trust_and_its_procedures() -> None:
    """B16, B17, D10, X6, X11."""
    made = profile.builtin("trust")
    assert made.label("trust") == "Chief Executive of the trust"
    assert made.outcome["grievance"].group == "internal"
    assert (made.media.encrypted, made.media.plain_email) == (True, False)


def test_s4_coordinator_stands_in_approval_and_media() -> None:
    """B19, B20, B23, B31, X4, X6, C4, D9."""
    made = profile.builtin("secondary")
    assert made.label("esafety") == "e-Safety Coordinator"
    assert made.told["incident"].or_else == {"headteacher"}
    assert (made.approval.private, made.approval.assessed) == (True, True)
    assert made.approval.consulted == {"audit", "human-resources", "it"}
    assert made.media.removable == "avoid"
    assert "police" in told("secondary", 10, "pupil")
    assert made.purposes.allowed == {
        *("crime", "safeguarding", "system-security", "unauthorised-use")
    }  # fmt: skip
    assert {"agreement", "marked-private", "other-forms", "removal"} <= set(made.ask)
    assert sum(len(made.category(n).examples) for n in (12, 13, 14, 17, 18, 19, 22)) == 12


def test_questions_come_at_their_moment() -> None:
    base = profile.base()
    assert set(base.asks("report", 23, "pupil")) == {"own-words", "in-school", "reported-when"}
    assert set(base.asks("report", 17, "pupil")) == {"own-words", "in-school"}
    assert set(base.asks("concern", 17, "staff")) == {"when-and-where"}
    assert set(profile.builtin("welsh-secondary").asks("device", 16, "staff")) == set()
    assert set(profile.builtin("welsh-secondary").asks("device", 16, "pupil")) == {
        "nominated-person"
    }


def test_the_longest_period_of_all_outcomes_counts() -> None:
    base = profile.base()
    assert base.kept_for(["internal", "police"]) == base.retention["police"]
    assert base.kept_for(["internal"]) == base.retention["internal"]
    assert base.kept_for([]) == base.retention["no-substance"]


def test_a_category_that_does_not_exist_is_refused() -> None:
    made = profile.base()
    for number in (0, 25, -1):
        with pytest.raises(PolicyError):
            made.category(number)
