"""The rules of a case from triage to disposal: each met, and each not met."""

from dataclasses import replace

import pytest

from asking import AUTHORISED, CLOSED, COLLECTED, IN_USE, JUDGED, STOPPED, TRIAGED, ask
from bending import EARLY, Bend, at, by, gated, judged, of
from cast import KEYSET, ORIGIN, signatories
from counterseal.custody import outcomes
from counterseal.custody.facts import Step
from counterseal.custody.procedure import allow
from counterseal.errors import ConflictOfInterestError, NotAllowedError, PolicyError
from counterseal.keys.people import Keyset, Role

HEAD_CASE = replace(TRIAGED, modifiers=frozenset({"head"}))
ALONE = {"kind": "record-only"}
LETTER = {"letter": True, "authoriser": ""}

BENT = [
    # --- triage and authorisation ---
    Bend(Step.CASE_TRIAGED, "not of class SA", {"class": "SA"}),
    Bend(Step.CASE_TRIAGED, "stops everything", {"category": 1, "class": "HS"}),
    Bend(Step.CASE_TRIAGED, "stops everything", {"category": 6, "class": "NC"}),
    Bend(Step.CASE_TRIAGED, "not the ones of that category", {"gates": ["advice"]}),
    Bend(Step.CASE_TRIAGED, "not the ones of that category", {"modifiers": ["private"]}),
    Bend(Step.CASE_TRIAGED, "not the ones", {"category": 9, "class": "PR", "gates": []}),
    Bend(Step.CASE_TRIAGED, "are the investigators", {"investigators": ["ab", "kl"]}),
    Bend(Step.CASE_TRIAGED, "not enrolled as an invest", parts=by("ab", "ef")),
    Bend(Step.CASE_AUTHORISED, "without collecting", parts=at(TRIAGED, category=22)),
    Bend(Step.CASE_AUTHORISED, "not proportionate", {"proportionate": False}),
    Bend(Step.CASE_AUTHORISED, "not enrolled as an investigator", {"reserve": "zz"}),
    Bend(Step.CASE_AUTHORISED, "not enrolled as an investigator", {"reserve": "mn"}),
    Bend(Step.CASE_AUTHORISED, "not enrolled as an investigator", {"reserve": "gh"}),
    Bend(Step.CASE_AUTHORISED, "another part", {"reserve": "ab"}),
    Bend(Step.CASE_AUTHORISED, "another part", parts=at(TRIAGED, barred=frozenset({"kl"}))),
    Bend(Step.CASE_AUTHORISED, "has not signed this", {"authoriser": "gh"}),
    Bend(Step.CASE_AUTHORISED, "gh signs here", {"authoriser": "gh"}, by("ab", "cd")),
    Bend(Step.CASE_AUTHORISED, "cannot authorise", {"authoriser": "kl"}, by("ab", "cd", "kl")),
    Bend(Step.CASE_AUTHORISED, "Nobody cannot authorise", {"authoriser": ""}),
    Bend(Step.CASE_AUTHORISED, "the Chair of Governors", parts=at(HEAD_CASE)),
    Bend(Step.CASE_AUTHORISED, "A letter stands", {"letter": True}),
    Bend(Step.CASE_AUTHORISED, "A letter stands", LETTER),
    Bend(Step.CATEGORY_CHANGED, "as grave, or graver", parts=at(TRIAGED, category_class="SA")),
    Bend(Step.CATEGORY_CHANGED, "stays so", parts=at(TRIAGED, modifiers=frozenset({"repeat"}))),
    Bend(Step.CATEGORY_CHANGED, "not of class", {"class": "PR"}),
    # --- judged, acted on, closed ---
    Bend(Step.JUDGEMENT_MADE, "Nothing has been coll", parts=at(TRIAGED), kind=EARLY),
    Bend(Step.JUDGEMENT_MADE, "each alone", {"answers": judged(("ab", "yes"), ("ab", "yes"))}),
    Bend(Step.JUDGEMENT_MADE, "each alone", {"answers": judged(("ab", "yes"), ("kl", "yes"))}),
    Bend(Step.JUDGEMENT_MADE, "not what the two", {"answers": judged(("ab", "yes"), ("cd", "no"))}),
    Bend(Step.JUDGEMENT_MADE, "not what the two", {"decision": "no", "outcomes": []}),
    Bend(Step.JUDGEMENT_MADE, "An outcome is named", {"outcomes": []}),
    Bend(
        Step.JUDGEMENT_MADE,
        "An outcome is named",
        {"answers": judged(("ab", "no"), ("cd", "no")), "decision": "no"},
    ),
    Bend(
        Step.CASE_CLOSED, "waits for somebody", parts=gated(Step.CASE_CLOSED, "police"), kind=EARLY
    ),
    Bend(Step.CASE_CLOSED, "in the future", {"retention": "2026-11-30"}),
    Bend(Step.CASE_CLOSED, "in the future", {"retention": "2020-01-01"}),
    Bend(Step.CASE_CLOSED, "kept until 2027-11-30 at least", {"retention": "2027-11-29"}),
    Bend(
        Step.CASE_CLOSED,
        "kept until 2028-11-30 at least",
        {"retention": "2027-11-30"},
        at(JUDGED, outcomes=frozenset({"internal"}), departures=("closing-in-time",)),
    ),
    Bend(
        Step.ACTION_RECORDED,
        "Nothing was recorded yet",
        {"action": "removal-asked"},
        at(JUDGED, concerns=0, departures=("closing-in-time",)),
    ),
    Bend(Step.ADVICE_RECORDED, "Headteacher or Local authority", parts=of("primary")),
    Bend(Step.ADVICE_RECORDED, "takes the advice of", {"adviser": "other"}, of("primary")),
    Bend(Step.DISPOSAL_RECORDED, "gone already", parts=at(CLOSED, disposed=True), kind=EARLY),
    Bend(Step.DISPOSAL_RECORDED, "a hold", parts=at(CLOSED, hold=True)),
    Bend(Step.DISPOSAL_RECORDED, "kept until", parts=at(CLOSED, retention="2026-11-30")),
    Bend(Step.DISPOSAL_RECORDED, "safeguarding lead", parts=by("ab", "gh")),
    Bend(Step.DISPOSAL_RECORDED, "safeguarding lead", parts=by("ef", "kl")),
    Bend(Step.ENTRY_CORRECTED, "not one of this case", {"entry": 99}),
    Bend(Step.HOLD_PLACED, "already", parts=at(TRIAGED, hold=True), kind=EARLY),
    Bend(Step.HOLD_LIFTED, "no hold", parts=at(TRIAGED), kind=EARLY),
    Bend(Step.REVIEW_SIGNED, "went on meanwhile", {"upto": 2}, kind=EARLY),
    Bend(Step.REVIEW_SIGNED, "not enrolled as an SLT", parts=by("gh")),
    Bend(
        Step.REVIEW_SIGNED,
        "that they investigated",
        parts=at(AUTHORISED, investigators=("ab", "ef")),
    ),
    Bend(Step.REVIEW_SIGNED, "that they investigated", parts=at(AUTHORISED, replacements=("ef",))),
    # --- what leaves for the police ---
    Bend(Step.EXPORT_OPENED, "every exhibit", {"exhibits": 0}),
    Bend(Step.EXPORT_OPENED, "every exhibit", {"exhibits": 2}),
    Bend(Step.BUNDLE_MADE, "Nothing was opened", parts=at(COLLECTED), kind=EARLY),
    Bend(Step.BUNDLE_MADE, "a case that was stopped", {"kind": "record-only"}),
    Bend(Step.BUNDLE_MADE, "Nobody could open", {"words": False}),
    Bend(Step.HANDOVER_RECORDED, "No such bundle", {"bundle": "ab" * 32}),
    Bend(Step.HANDOVER_RECORDED, "No such bundle", parts=at(COLLECTED)),
    Bend(Step.BUNDLE_MADE, "Nothing of a case", parts=at(IN_USE) | by("ef")),
    Bend(Step.BUNDLE_MADE, "Nobody could", {**ALONE, "words": False}, at(IN_USE) | by("ef")),
    Bend(Step.BUNDLE_MADE, "police let you", ALONE, at(STOPPED) | by("ef"), EARLY),
    Bend(Step.BUNDLE_MADE, "signed by one enrolled person", ALONE, at(IN_USE)),
    # --- replacing an investigator ---
    Bend(Step.INVESTIGATOR_REPLACED, "signed by the one who stays", {"leaving": "kl"}),
    Bend(Step.INVESTIGATOR_REPLACED, "signed by the one who stays", parts=by("kl", "ab", "ef")),
    Bend(Step.INVESTIGATOR_REPLACED, "only the one who leaves", parts=by("ab", "kl", "ef", "gh")),
    Bend(
        Step.INVESTIGATOR_REPLACED,
        "not enrolled as an invest",
        {"joining": "gh"},
        by("ab", "gh", "ef"),
    ),
    Bend(Step.INVESTIGATOR_REPLACED, "cannot join", parts=at(AUTHORISED, replacements=("kl",))),
    Bend(Step.INVESTIGATOR_REPLACED, "stays the same", {"reserve": "kl"}),
    Bend(
        Step.INVESTIGATOR_REPLACED,
        "authorises a case does not investigate",
        parts=at(AUTHORISED, authoriser="kl"),
    ),
    Bend(
        Step.INVESTIGATOR_REPLACED,
        "investigates a case does not authorise",
        parts=at(AUTHORISED, authoriser="gh", replacements=("ef",)),
    ),
    Bend(
        Step.CASE_AUTHORISED,
        "investigates a case does not authorise",
        parts=at(TRIAGED, replacements=("ef",)),
    ),
]


@pytest.mark.parametrize("bend", BENT, ids=lambda b: f"{b.step}: {b.says}")
def test_a_rule_that_is_not_met_refuses_and_says_why(bend: Bend) -> None:
    """One thing is not as it should be; everything else is."""
    allow(ask(bend.step))
    with pytest.raises(bend.kind) as refused:
        allow(ask(bend.step, changes=bend.changes, **(bend.parts or {})))
    assert bend.says in refused.value.what + refused.value.advice
    assert refused.value.kept == "Nothing was kept."


FINE = [
    Bend(Step.CASE_TRIAGED, "private", {"modifiers": ["private"], "gates": ["approval"]}),
    Bend(Step.CASE_TRIAGED, "police first", {"category": 9, "class": "PR", "gates": ["police"]}),
    Bend(Step.CASE_TRIAGED, "milder", {"category": 10, "class": "C"}),
    Bend(Step.CASE_AUTHORISED, "no reserve", {"reserve": ""}),
    Bend(Step.CASE_AUTHORISED, "Chair", {"authoriser": "gh"}, by("ab", "cd", "gh")),
    Bend(
        Step.CASE_AUTHORISED,
        "about the Head",
        {"authoriser": "gh"},
        {"people": signatories("ab", "cd", "gh"), "state": HEAD_CASE},
    ),
    Bend(Step.CASE_AUTHORISED, "letter", LETTER, by("ab", "cd")),
    Bend(Step.JUDGEMENT_MADE, "only logged", parts=at(TRIAGED, category=22)),
    Bend(Step.JUDGEMENT_MADE, "again", parts=at(JUDGED)),
    Bend(
        Step.JUDGEMENT_MADE,
        "not agreed",
        {"answers": judged(("ab", "yes"), ("cd", "no")), "decision": "not-agreed", "outcomes": []},
    ),
    Bend(
        Step.JUDGEMENT_MADE,
        "advice",
        {
            "answers": judged(("ab", "yes"), ("cd", "needs-advice")),
            "decision": "needs-advice",
            "outcomes": [],
        },
    ),
    Bend(Step.CASE_CLOSED, "as long as the rules say", {"retention": "2027-11-30"}),
    Bend(
        Step.CASE_CLOSED,
        "shorter, and why is on record",
        {"retention": "2026-12-01"},
        at(JUDGED, departures=("kept-long-enough",)),
    ),
    Bend(Step.ACTION_RECORDED, "taken down, once kept", {"action": "removal-asked"}),
    Bend(Step.ACTION_RECORDED, "anything else", parts=at(JUDGED, concerns=0)),
    Bend(
        Step.ACTION_RECORDED,
        "taken down first, and why",
        {"action": "removal-asked"},
        at(JUDGED, concerns=0, departures=("removal-after-capture",)),
    ),
    Bend(Step.ADVICE_RECORDED, "wait, whoever says so", {"decision": "wait"}, parts=of("primary")),
    Bend(Step.ADVICE_RECORDED, "named", {"adviser": "headteacher"}, parts=of("primary")),
    Bend(Step.DISPOSAL_RECORDED, "Head and Chair", parts=by("gh", "ef")),
    Bend(Step.BUNDLE_MADE, "to keys alone", {"words": False, "recipients": 2}),
    Bend(Step.BUNDLE_MADE, "to a certificate alone", {"words": False, "certificate": True}),
    Bend(Step.BUNDLE_MADE, "of a stopped case", ALONE, at(IN_USE) | by("ef")),
    Bend(Step.HANDOVER_RECORDED, "something else", {"bundle": "", "carrier": "computer"}),
    Bend(Step.INVESTIGATOR_REPLACED, "leaver signs", parts=by("ab", "kl", "ef", "cd")),
]


@pytest.mark.parametrize("bend", FINE, ids=lambda b: f"{b.step}: {b.says}")
def test_what_the_rules_leave_free_is_allowed(bend: Bend) -> None:
    """The other side of each rule: it refuses no more than it says."""
    allow(ask(bend.step, changes=bend.changes, **(bend.parts or {})))


def test_assent_given_beforehand_stands_for_the_authorisers_signature() -> None:
    """For exactly this proposal, by exactly this person."""
    usual = ask(Step.CASE_AUTHORISED, people=signatories("ab", "cd"))
    given = replace(TRIAGED, assents=frozenset({(usual.proposal.digest, "ef")}))
    allow(replace(usual, state=given))
    for other in ({(usual.proposal.digest, "gh")}, {("00" * 32, "ef")}):
        with pytest.raises(NotAllowedError, match="has not given assent"):
            allow(replace(usual, state=replace(TRIAGED, assents=frozenset(other))))


@pytest.mark.parametrize("part", ["investigators", "barred", "joining"])
def test_whoever_authorises_has_no_other_part(part: str) -> None:
    """Not an investigator of the case, not somebody it concerns, not the one who joins."""
    roles = frozenset({Role.INVESTIGATOR, Role.HEADTEACHER})
    people = tuple(replace(p, roles=roles) if p.id in {"ab", "kl"} else p for p in KEYSET.people)
    both = Keyset(ORIGIN, 1, people)
    match part:
        case "investigators":
            usual = ask(
                Step.CASE_AUTHORISED, changes={"authoriser": "ab", "reserve": ""}, keyset=both
            )
            usual = replace(usual, people=signatories("ab", "cd"))
            assented = frozenset({(usual.proposal.digest, "ab")})
            usual = replace(usual, state=replace(TRIAGED, assents=assented))
        case "barred":
            usual = ask(
                Step.CASE_AUTHORISED, changes={"authoriser": "kl", "reserve": ""}, keyset=both
            )
            assented = frozenset({(usual.proposal.digest, "kl")})
            barred = replace(TRIAGED, assents=assented, barred=frozenset({"kl"}))
            usual = replace(usual, people=signatories("ab", "cd"), state=barred)
        case _:
            usual = ask(Step.INVESTIGATOR_REPLACED, changes={"authoriser": "kl"})
            usual = replace(usual, people=signatories("ab", "kl", "ef"))
    with pytest.raises((NotAllowedError, ConflictOfInterestError)):
        allow(replace(usual, keyset=both))


def test_a_category_that_does_not_exist_is_refused() -> None:
    """The school's rules have twenty-four."""
    with pytest.raises(PolicyError, match="no category 25"):
        allow(ask(Step.CASE_TRIAGED, changes={"category": 25}))


@pytest.mark.parametrize(
    ("changes", "says"),
    [({"leaving": "kl"}, "not an investigator"), ({"joining": "ef"}, "does not investigate it")],
)
def test_a_replacement_is_checked_even_behind_its_signers(
    changes: dict[str, str], says: str
) -> None:
    """The signers of such a step could not stand so; the rule does not lean on that."""
    asking = ask(Step.INVESTIGATOR_REPLACED, changes=changes)
    with pytest.raises(NotAllowedError, match=says):
        outcomes.replacement_fits(asking)
