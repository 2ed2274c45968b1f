"""Whether a school's people could take every case that its rules foresee."""

from collections.abc import Sequence

import pytest

import cast
from counterseal.keys.people import Keyset
from counterseal.policy import profile
from counterseal.policy.profile import BASE, NAMES
from counterseal.policy.staffing import Member, missing
from counterseal.workflow import policies
from unit.policy.editing import load, whole


def member(id_: str, *roles: str) -> Member:
    return Member(id_, f"Person {id_}", frozenset(roles))


HEAD = member("hd", "headteacher")
CHAIR = member("ch", "chair", "governor")
DEPUTY = member("dp", "investigator", "dsl", "slt")
SAFETY = member("es", "investigator", "esafety")
YEAR = member("yr", "investigator")
HEAD_AND_DSL = member("hd", "headteacher", "dsl", "investigator")
SECONDARY = (HEAD, CHAIR, DEPUTY, SAFETY, YEAR)
SMALL_PRIMARY = (HEAD_AND_DSL, CHAIR, member("dp", "investigator", "esafety"), YEAR)
TRUST = (
    *(HEAD, CHAIR, DEPUTY, SAFETY, YEAR, member("ex", "headteacher", "slt")),
    *(member("d2", "dsl", "investigator"), member("gv", "governor")),
)


def gaps(people: Sequence[Member], name: str = BASE) -> str:
    return " ".join(missing(people, profile.builtin(name)))


@pytest.mark.parametrize("name", [BASE, *NAMES])
@pytest.mark.parametrize("people", [SECONDARY, SMALL_PRIMARY, TRUST])
def test_a_school_with_its_people_can_adopt_any_profile(
    name: str, people: Sequence[Member]
) -> None:
    """A small primary whose DSL is the Head needs four: Head, Chair and two more investigators."""
    assert gaps(people, name) == ""


@pytest.mark.parametrize("name", [BASE, *NAMES])
def test_nobody_authorises_a_case_about_the_head_without_a_chair(name: str) -> None:
    said = gaps((HEAD, DEPUTY, SAFETY, YEAR), name)
    assert "Person hd" in said
    assert f"enrol the {profile.builtin(name).label('chair')}" in said


def test_another_head_does_not_authorise_a_case_about_a_head() -> None:
    """Who may authorise is the procedure's: the Chair."""
    said = gaps((HEAD, member("ex", "headteacher"), DEPUTY, SAFETY, YEAR))
    assert said.count("enrol the Chair of Governors") == 2


def test_where_no_head_is_enrolled_a_case_about_the_head_still_needs_the_chair() -> None:
    assert gaps((CHAIR, DEPUTY, SAFETY, YEAR)) == ""
    assert "A case about the Headteacher" in gaps((DEPUTY, SAFETY, YEAR))


def test_a_case_about_an_investigator_needs_two_others() -> None:
    said = missing((HEAD, CHAIR, SAFETY, YEAR), profile.base())
    assert len(said) == 2
    for sentence, who in zip(said, ("es", "yr"), strict=True):
        assert f"Person {who} (Investigator)" in sentence
        assert "one person would be left: enrol another investigator." in sentence


def test_a_case_about_the_dsl_needs_two_others() -> None:
    (sentence, other) = missing((HEAD, CHAIR, DEPUTY, YEAR), profile.base())
    assert "Person dp (Designated Safeguarding Lead and Investigator)" in sentence
    assert "Person yr" in other


def test_a_dsl_who_is_no_investigator_does_not_make_a_third_one_needful() -> None:
    people = (HEAD, CHAIR, member("ds", "dsl"), SAFETY, YEAR, member("th", "investigator"))
    assert gaps(people) == ""


def test_nobody_at_all() -> None:
    said = gaps(())
    assert "nobody would be left" in said


def test_whoever_authorises_does_not_investigate() -> None:
    """Head and Chair who are the only other investigators cannot be both in one case."""
    people = (
        member("hd", "headteacher", "investigator"),
        member("ch", "chair", "investigator"),
        member("a", "investigator"),
    )
    assert "who does not investigate it" in gaps(people)


def test_advice_from_outside_needs_nobody_enrolled() -> None:
    """S2: the Headteacher or the local authority; the authority is always there."""
    assert gaps(SMALL_PRIMARY, "primary") == ""


def test_advice_from_within_needs_somebody_who_is_left() -> None:
    """A school that asks its DSL alone has nobody to ask about its DSL."""
    table = whole()
    table["advice"]["advisers"] = ["dsl"]
    said = " ".join(missing(SECONDARY, load(table)))
    assert "Person dp" in said
    assert "waits for advice, and nobody could give it: enrol the Designated" in said
    assert missing((*SECONDARY, member("d2", "dsl")), load(table)) == ()


def test_whoever_gives_advice_is_not_one_of_the_two() -> None:
    """A DSL who has to investigate cannot advise the two."""
    table = whole()
    table["advice"]["advisers"] = ["dsl"]
    people = (HEAD, CHAIR, DEPUTY, member("d2", "dsl", "investigator"), YEAR)
    said = missing(people, load(table))
    assert [sentence.split(" (")[0] for sentence in said] == [
        "A case about Person dp",
        "A case about Person d2",
        "A case about Person yr",
    ]


def test_the_head_may_both_advise_and_authorise() -> None:
    table = whole()
    table["advice"]["advisers"] = ["headteacher"]
    said = missing(SECONDARY, load(table))
    assert len(said) == 1
    assert "Person hd (Headteacher) waits for advice" in said[0]


def test_whoever_was_retired_does_not_count() -> None:
    """Of the invented people, one investigator is retired already."""
    assert policies.unstaffed(cast.KEYSET, profile.base()) == ()
    fewer = tuple(person for person in cast.PEOPLE if person.id != "kl")
    assert any(not person.active for person in fewer)
    assert len(policies.unstaffed(Keyset(cast.ORIGIN, 2, fewer), profile.base())) == 2


def test_the_labels_of_the_school_are_used() -> None:
    said = gaps((HEAD, CHAIR, DEPUTY, YEAR), "welsh-secondary")
    assert "Safeguarding Designated Person" in said


def test_every_sentence_says_what_to_do() -> None:
    for people in ((), (HEAD,), (HEAD, DEPUTY, SAFETY), (CHAIR, DEPUTY, SAFETY)):
        for sentence in missing(people, profile.base()):
            assert sentence.startswith("A case about ")
            assert ": enrol " in sentence
            assert sentence.endswith(".")
