"""How the facts of a step change a case. Pure.

Nothing is judged here: an entry that got this far was allowed by `procedure.py`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from counterseal.custody import leaving
from counterseal.custody.entry import Entry
from counterseal.custody.facts import Step
from counterseal.custody.state import CaseState, Exhibit, Stage

Changes = Mapping[str, Any]


def _reported(_state: CaseState, entry: Entry) -> Changes:
    facts = entry.facts
    return {
        "category": facts["category"],
        "subject": facts["subject"],
        "barred": frozenset(facts["barred"]),
        "recipient": facts["recipient"],
        "reporter": entry.people[0].id if entry.people else "",
    }


def _triaged(state: CaseState, entry: Entry) -> Changes:
    facts = entry.facts
    return {
        "category": facts["category"],
        "category_class": facts["class"],
        "modifiers": frozenset(facts["modifiers"]),
        "gates": state.gates | set(facts["gates"]),  # the police may have been told already
        "investigators": tuple(facts["investigators"]),
    }


def _authorised(_state: CaseState, entry: Entry) -> Changes:
    facts = entry.facts
    return {"authorised": True, "authoriser": facts["authoriser"], "reserve": facts["reserve"]}


def _assented(state: CaseState, entry: Entry) -> Changes:
    given = {(entry.facts["proposal"], person.id) for person in entry.people}
    return {"assents": state.assents | given}


def _recategorised(state: CaseState, entry: Entry) -> Changes:
    facts = entry.facts
    return {
        "category": facts["category"],
        "category_class": facts["class"],
        "modifiers": state.modifiers | set(facts["modifiers"]),
        "gates": state.gates | set(facts["gates"]),
    }


def _advised(state: CaseState, entry: Entry) -> Changes:
    return {"gates": state.gates - {"advice"}} if entry.facts["decision"] == "go-on" else {}


def _approved(state: CaseState, entry: Entry) -> Changes:
    cleared = {"gates": state.gates - {"approval"}, "approved": True}
    return cleared if entry.facts["approved"] else {}


def _police_told(state: CaseState, entry: Entry) -> Changes:
    waiting = {"permission"} if entry.facts["wait"] else set()
    return {"gates": (state.gates - {"police"}) | waiting, "told": state.told | {"police"}}


def _police_agreed(state: CaseState, _entry: Entry) -> Changes:
    gates = state.gates - {"police", "permission"}
    return {"gates": gates, "told": state.told | {"police"}}


def _judged(state: CaseState, entry: Entry) -> Changes:
    decision = entry.facts["decision"]
    judged = {"decision": decision, "outcomes": frozenset(entry.facts["outcomes"])}
    if decision in {"yes", "no"}:
        return {**judged, "stage": Stage.JUDGED}
    return {**judged, "gates": state.gates | {"advice"}}


def _acted(state: CaseState, _entry: Entry) -> Changes:
    return {"actions": state.actions + 1}


def _referred(state: CaseState, entry: Entry) -> Changes:
    moved = {"stage": Stage.ACTING} if state.stage is Stage.JUDGED else {}
    to = entry.facts["to"]
    return {**moved, "referrals": (*state.referrals, to), "told": state.told | {to}}


def _departed(state: CaseState, entry: Entry) -> Changes:
    return {"departures": (*state.departures, entry.facts["rule"]), "to_explain": True}


def _told(state: CaseState, entry: Entry) -> Changes:
    if entry.facts["about"] == "departure":
        return {"to_explain": False}
    return {"told": state.told | {entry.facts["who"]}}


def _closed(_state: CaseState, entry: Entry) -> Changes:
    return {"retention": entry.facts["retention"]}


def _held(_state: CaseState, _entry: Entry) -> Changes:
    return {"hold": True}


def _released(_state: CaseState, _entry: Entry) -> Changes:
    return {"hold": False}


def _disposed(_state: CaseState, _entry: Entry) -> Changes:
    return {"disposed": True}


def _replaced(state: CaseState, entry: Entry) -> Changes:
    facts = entry.facts
    staying = set(state.investigators) - {facts["leaving"]}
    left = () if facts["joining"] == facts["leaving"] else (facts["leaving"],)
    return {
        "investigators": tuple(sorted({*staying, facts["joining"]})),
        "reserve": facts["reserve"],
        "replacements": (*state.replacements, *left),
    }


def _reviewed(state: CaseState, _entry: Entry) -> Changes:
    return {"reviewed": state.entries + 1}


def _unpaused(_state: CaseState, _entry: Entry) -> Changes:
    return {"paused": False}


def _paused(_state: CaseState, _entry: Entry) -> Changes:
    return {"paused": True}


def _concern(state: CaseState, entry: Entry) -> Changes:
    counted = {"concerns": entry.facts["concern"]}
    if not entry.facts["private"]:
        return counted
    # What the Chair approved once covers the case; until then nothing more is collected.
    waits = set() if state.approved else {"approval"}
    modifiers = state.modifiers | {"private"}
    return {**counted, "modifiers": modifiers, "gates": state.gates | waits}


def _exhibit(state: CaseState, entry: Entry) -> Changes:
    supplied = entry.step is Step.EXHIBIT_SUPPLIED
    made = tuple(
        Exhibit(file.ref, entry.index, entry.facts["concern"], supplied)
        for file in entry.proposal.exhibits
    )
    return {"exhibits": state.exhibits + made, "looked": True}


def _visited(state: CaseState, entry: Entry) -> Changes:
    return {"visits": state.visits + entry.facts["visits"]}


def _session(_state: CaseState, _entry: Entry) -> Changes:
    return {"looked": True}


def _viewed(_state: CaseState, _entry: Entry) -> Changes:
    return {"looked": True}


def _stopped(_state: CaseState, entry: Entry) -> Changes:
    exposed = entry.facts["exposed"]
    # Where nobody can have seen anything the computer stays in use, so it can be written on.
    return {"exposed": exposed, "may_use": exposed == "no", "paused": False}


def _unlocked(state: CaseState, _entry: Entry) -> Changes:
    return {"paused": state.stage is Stage.COLLECTING}


def _record_opened(_state: CaseState, entry: Entry) -> Changes:
    return {"record": entry.facts["recipient"]}


def _called(state: CaseState, entry: Entry) -> Changes:
    return {"may_use": state.may_use or entry.facts["may_use"]}


def _released_computer(_state: CaseState, _entry: Entry) -> Changes:
    return {"released": True}


EFFECTS: Mapping[Step, Callable[[CaseState, Entry], Changes]] = {
    Step.CASE_REPORTED: _reported,
    Step.CASE_TRIAGED: _triaged,
    Step.CASE_AUTHORISED: _authorised,
    Step.SESSION_OPENED: _session,
    Step.SESSION_PAUSED: _paused,
    Step.SESSION_RESUMED: _unpaused,
    Step.SESSION_CLOSED: _unpaused,
    Step.CONCERN_RECORDED: _concern,
    Step.EXHIBIT_CAPTURED: _exhibit,
    Step.EXHIBIT_SUPPLIED: _exhibit,
    Step.PAGE_SAVED: _exhibit,
    Step.EXHIBIT_VIEWED: _viewed,
    Step.VISIT_RECORDED: _visited,
    Step.ASSENT_GIVEN: _assented,
    Step.CATEGORY_CHANGED: _recategorised,
    Step.ADVICE_RECORDED: _advised,
    Step.APPROVAL_RECORDED: _approved,
    Step.POLICE_INFORMED: _police_told,
    Step.POLICE_PERMITTED: _police_agreed,
    Step.JUDGEMENT_MADE: _judged,
    Step.ACTION_RECORDED: _acted,
    Step.REFERRAL_RECORDED: _referred,
    Step.DEPARTURE_RECORDED: _departed,
    Step.PERSON_TOLD: _told,
    Step.CASE_CLOSED: _closed,
    Step.HOLD_PLACED: _held,
    Step.HOLD_LIFTED: _released,
    Step.DISPOSAL_RECORDED: _disposed,
    Step.INVESTIGATOR_REPLACED: _replaced,
    Step.REVIEW_SIGNED: _reviewed,
    Step.EXPORT_OPENED: leaving.opened,
    Step.BUNDLE_MADE: leaving.bundled,
    Step.CASE_STOPPED: _stopped,
    Step.LOCK_LIFTED: _unlocked,
    Step.RECORD_OPENED: _record_opened,
    Step.CALL_RECORDED: _called,
    Step.COMPUTER_RELEASED: _released_computer,
}
"""How the facts of a step change the case, besides its stage."""
