"""The rules of the record, of gates and of a session: each met, and each not met."""

from dataclasses import replace

import pytest

from asking import COLLECTED, COLLECTING, JUDGED, TRIAGED, VAULT, ask
from bending import CONFLICT, EARLY, ELSEWHERE, Bend, answers, at, by, gated
from cast import ALL_PAIRS, CASE, KEYSET, ORIGIN, TERMS, key_of, recipient_of, said_no, wraps_of
from counterseal.custody.facts import Step
from counterseal.custody.procedure import allow
from counterseal.custody.state import CaseState, Exhibit, VaultState
from counterseal.keys.people import Keyset, Person


def keyset(*people: Person, version: int = 2, origin: str = ORIGIN) -> Keyset:
    """Return another list of people."""
    return Keyset(origin, version, people or KEYSET.people)


def naming(coming: Keyset) -> dict[str, str]:
    """Return the facts that name a keyset."""
    return {"sha256": coming.digest}


OLD = keyset(version=3)
FOREIGN = keyset(origin=ORIGIN[:-1] + "0")
WITHOUT = keyset(*(replace(p, active=False) if p.id == "cd" else p for p in KEYSET.people))
TWO_AT_ONCE = keyset(
    *(replace(p, position="Another post") if p.id in {"kl", "gh"} else p for p in KEYSET.people)
)
ANOTHER_KEY = keyset(
    *(replace(p, key=key_of("another").public) if p.id == "kl" else p for p in KEYSET.people)
)
HEADS_KEY = keyset(
    *(replace(p, key=key_of("another").public) if p.id == "ef" else p for p in KEYSET.people)
)
RENAMED = keyset(*(replace(p, name="Kim Lone") if p.id == "kl" else p for p in KEYSET.people))
FEWER = keyset(*(p for p in KEYSET.people if p.id != "mn"))
SAFE = [Step.EXHIBIT_CAPTURED, Step.EXHIBIT_SUPPLIED, Step.EXHIBIT_VIEWED, Step.PAGE_SAVED]

BENT = [
    Bend(Step.VAULT_CREATED, "started already", parts={"vault": VAULT}, kind=EARLY),
    Bend(Step.KEYSET_CHANGED, "does not match", {"sha256": "00" * 32}),
    Bend(Step.KEYSET_CHANGED, "does not match", parts={"next_keyset": None}),
    Bend(Step.KEYSET_CHANGED, "does not follow", naming(OLD), {"next_keyset": OLD}),
    Bend(Step.KEYSET_CHANGED, "does not follow", naming(FOREIGN), {"next_keyset": FOREIGN}),
    Bend(
        Step.KEYSET_CHANGED,
        "takes the Headteacher or Chair",
        naming(ANOTHER_KEY),
        {"next_keyset": ANOTHER_KEY, **by("ab", "cd")},
    ),
    Bend(Step.KEYSET_CHANGED, "at a time", naming(TWO_AT_ONCE), {"next_keyset": TWO_AT_ONCE}),
    Bend(Step.KEYSET_CHANGED, "another name", naming(RENAMED), {"next_keyset": RENAMED}),
    Bend(Step.KEYSET_CHANGED, "taken off", naming(FEWER), {"next_keyset": FEWER}),
    Bend(Step.KEYSET_CHANGED, "stay on the list", naming(WITHOUT), {"next_keyset": WITHOUT}),
    *(
        Bend(Step.CASE_REPORTED, "exactly those who may open it", {"wraps": given, **more})
        for given, more in (
            ([], {}),
            (wraps_of(CASE, *ALL_PAIRS[:2]), {}),
            (wraps_of(CASE, *ALL_PAIRS, ("ab", "ef")), {}),
            (wraps_of(CASE, *ALL_PAIRS), {"barred": ["kl"]}),
            (wraps_of(CASE, *ALL_PAIRS[:1], *ALL_PAIRS[:1]), {"barred": ["kl"]}),
        )
    ),
    Bend(Step.COMPUTER_CHECKED, "not the computer", {"machine": "00" * 32}, kind=ELSEWHERE),
    Bend(Step.HANDOVER_KEY_CHECKED, "not the one in force", {"handover": recipient_of("other")}),
    Bend(Step.HANDOVER_KEY_CHANGED, "in force already", {"handover": VAULT.handover}),
    # --- gates ---
    *(
        Bend(step, f"until {words}", parts=gated(step, gate), kind=EARLY)
        for step in (
            Step.SESSION_OPENED,
            Step.SESSION_RESUMED,
            Step.CONCERN_RECORDED,
            Step.JUDGEMENT_MADE,
            *SAFE,
        )
        for gate, words in (
            ("advice", "advice has been taken"),
            ("approval", "the Chair of Governors has approved it"),
            ("police", "the police have been told"),
            ("permission", "the police say that the school may go on"),
        )
    ),
    Bend(Step.POLICE_PERMITTED, "does not wait", parts=at(TRIAGED), kind=EARLY),
    Bend(
        Step.POLICE_PERMITTED, "does not wait", parts=gated(Step.NOTE_ADDED, "advice"), kind=EARLY
    ),
    Bend(Step.APPROVAL_RECORDED, "complete once", {"assessed": False}),
    Bend(Step.APPROVAL_RECORDED, "complete once", {"consulted": ["audit", "it"]}),
    Bend(Step.APPROVAL_RECORDED, "takes the Chair", {"approver": "ef"}, by("ab", "cd", "ef")),
    Bend(Step.APPROVAL_RECORDED, "takes the Chair", {"approver": "zz"}),
    Bend(Step.APPROVAL_RECORDED, "takes the Chair", parts=by("ab", "cd")),
    Bend(Step.APPROVAL_RECORDED, "A letter stands", {"letter": True}),
    Bend(Step.APPROVAL_RECORDED, "A letter stands", {"letter": True, "approver": ""}),
    # --- a session ---
    Bend(Step.SESSION_OPENED, "not the computer", {"machine": "00" * 32}, kind=ELSEWHERE),
    Bend(Step.SESSION_RESUMED, "not the computer", {"machine": "00" * 32}, kind=ELSEWHERE),
    Bend(Step.SESSION_OPENED, "Nobody has auth", parts=at(JUDGED, authorised=False), kind=EARLY),
    Bend(
        Step.SESSION_OPENED,
        "was never tried",
        parts={"vault": replace(VAULT, handover_checked=None)},
        kind=EARLY,
    ),
    Bend(Step.SESSION_OPENED, "more than a year ago", parts={"today": "2027-12-01"}, kind=EARLY),
    Bend(Step.SESSION_OPENED, "conflict", {"conflict": True}, kind=CONFLICT),
    Bend(Step.SESSION_RESUMED, "conflict", {"conflict": True}, kind=CONFLICT),
    Bend(Step.SESSION_RESUMED, "not paused", parts=at(COLLECTING), kind=EARLY),
    Bend(Step.SESSION_CLOSED, "read back", {"exhibits": 0}),
    Bend(Step.SESSION_CLOSED, "read back", {"exhibits": 2}),
    Bend(Step.CONCERN_RECORDED, "recorded meanwhile", {"concern": 1}, kind=EARLY),
    Bend(Step.CONCERN_RECORDED, "recorded meanwhile", {"concern": 3}, kind=EARLY),
    *(
        Bend(step, "Record the address", {"concern": 2}, kind=EARLY)
        for step in (
            Step.EXHIBIT_CAPTURED,
            Step.EXHIBIT_SUPPLIED,
            Step.EXHIBIT_DECLINED,
            Step.PAGE_SAVED,
        )
    ),
    *(
        Bend(step, says, {"answers": given})
        for step in SAFE
        for says, given in (
            ("each alone", said_no("ab", "ab")),
            ("each alone", said_no("ab", "kl")),
            ('Only two "No"', answers(("ab", "no", "no"), ("cd", "not-sure", "no"))),
            ('Only two "No"', answers(("ab", "no", "yes"), ("cd", "no", "no"))),
            ('Only two "No"', answers(("ab", "yes", "no"), ("cd", "yes", "no"))),
        )
    ),
    *(Bend(step, "20 seconds old", {"age_ms": 20_001}) for step in SAFE),
    Bend(Step.EXHIBIT_CAPTURED, "in words", parts=at(COLLECTING, category=4)),
    Bend(Step.PAGE_SAVED, "in words", parts=at(COLLECTING, category=4)),
    Bend(Step.PAGE_SAVED, "do not allow saving a page as text", {"form": "text"}),
    Bend(Step.PAGE_SAVED, "saving a page as mhtml", parts={"policy": TERMS.policy}),
    Bend(Step.PAGE_SAVED, "is CD/2", parts=by("cd", "ab"), kind=EARLY),
    Bend(Step.EXHIBIT_CAPTURED, "the real screen", {"backend": "practice-card"}),
    Bend(Step.EXHIBIT_CAPTURED, "the real screen", {"backend": "headless-browser"}),
    Bend(Step.EXHIBIT_CAPTURED, "the real screen", {"previewed": False}),
    Bend(Step.EXHIBIT_SUPPLIED, "is CD/2", parts=by("cd", "ab"), kind=EARLY),
    Bend(
        Step.EXHIBIT_CAPTURED,
        "is AB/2",
        kind=EARLY,
        parts=at(COLLECTING, exhibits=(Exhibit("AB/1", 6, 1, supplied=False),)),
    ),
    Bend(Step.EXHIBIT_VIEWED, "look at an exhibit together", {"viewers": ["ab", "kl"]}),
    Bend(Step.EXHIBIT_VIEWED, "look at an exhibit together", {"viewers": ["ab"]}),
    Bend(Step.EXHIBIT_DECLINED, "each alone", {"seen": True}),
    Bend(Step.EXHIBIT_DECLINED, "each alone", {"answers": said_no()}),
    Bend(Step.EXHIBIT_DECLINED, "each alone", {"seen": True, "answers": said_no("ab", "kl")}),
    *(
        Bend(Step.EXHIBIT_DECLINED, "stops everything", {"seen": True, "answers": given})
        for given in (
            answers(("ab", "no", "no"), ("cd", "yes", "no")),
            answers(("ab", "no", "not-sure"), ("cd", "no", "no")),
        )
    ),
    Bend(Step.EXHIBIT_VIEWED, "no exhibit AB/9", {"exhibit": "AB/9"}),
    Bend(Step.NOTE_ADDED, "no exhibit AB/9", {"about": "AB/9"}),
    Bend(Step.ADDITION_RECORDED, "no exhibit AB/9", {"about": "AB/9"}),
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
    Bend(Step.APPROVAL_RECORDED, "letter", {"letter": True, "approver": ""}, by("ab", "cd")),
    Bend(
        Step.APPROVAL_RECORDED, "refused", {"approved": False, "assessed": False, "consulted": []}
    ),
    Bend(Step.POLICE_PERMITTED, "permission", parts=gated(Step.NOTE_ADDED, "permission")),
    Bend(
        Step.EXHIBIT_CAPTURED,
        "practice",
        {"backend": "practice-card", "previewed": False},
        {"vault": replace(VAULT, practice=True)},
    ),
    Bend(
        Step.SESSION_OPENED,
        "practice",
        parts={"vault": replace(VAULT, practice=True, handover_checked=None)},
    ),
    Bend(Step.SESSION_OPENED, "a year ago to the day", parts={"today": "2027-11-30"}),
    Bend(
        Step.SESSION_RESUMED,
        "tried too long ago meanwhile",
        parts={"vault": replace(VAULT, handover_checked=None)},
    ),
    Bend(Step.EXHIBIT_CAPTURED, "last moment", {"age_ms": 20_000}),
    Bend(Step.EXHIBIT_DECLINED, "no answers", {"answers": []}),
    Bend(
        Step.KEYSET_CHANGED,
        "a new key, with the Head",
        naming(ANOTHER_KEY),
        {"next_keyset": ANOTHER_KEY, **by("ab", "ef")},
    ),
    Bend(
        Step.KEYSET_CHANGED,
        "a new key of the Head, with the Chair",
        naming(HEADS_KEY),
        {"next_keyset": HEADS_KEY, **by("ab", "gh")},
    ),
    Bend(Step.EXHIBIT_DECLINED, "seen", {"seen": True, "answers": said_no()}),
    Bend(Step.CASE_STOPPED, "no case", parts={"state": CaseState("")}),
    Bend(Step.NOTE_ADDED, "about an exhibit", {"about": "CD/1"}, {"state": COLLECTED}),
    Bend(Step.VAULT_CREATED, "first", parts={"vault": VaultState()}),
]


@pytest.mark.parametrize("bend", FINE, ids=lambda b: f"{b.step}: {b.says}")
def test_what_the_rules_leave_free_is_allowed(bend: Bend) -> None:
    """The other side of each rule: it refuses no more than it says."""
    allow(ask(bend.step, changes=bend.changes, **(bend.parts or {})))
