"""A case as a person would tell it: what may come next, and what it leads to.

Written from the procedure's text and not from the program, so that `test_procedure_model.py` can
hold one against the other. Only the class, gates and pictures of a category come from the program.
"""

from dataclasses import dataclass, field
from typing import Any

from cast import FACTS, KEYSET, TERMS
from counterseal.custody.facts import Step
from counterseal.policy.profile import CaseClass

BOTH = ("ab", "cd")
OPEN = ("triaged", "authorised", "collecting", "collected", "judged", "acting")
EVER = ("reported", *OPEN, "closed")
KNOWN = ("collected", "judged", "acting")
BEFORE_SESSION = ("authorised", "collected", "judged", "acting")
STAGES: dict[Step, tuple[str, ...]] = {
    Step.CASE_REPORTED: ("new",),
    Step.CASE_TRIAGED: ("reported",),
    Step.CASE_AUTHORISED: ("triaged",),
    Step.CATEGORY_CHANGED: OPEN,
    Step.ADVICE_RECORDED: OPEN,
    Step.APPROVAL_RECORDED: OPEN,
    Step.POLICE_INFORMED: EVER,
    Step.POLICE_PERMITTED: OPEN,
    Step.SESSION_OPENED: BEFORE_SESSION,
    Step.SESSION_PAUSED: ("collecting",),
    Step.VISIT_RECORDED: ("collecting",),
    Step.BROWSER_CLEARED: ("closed",),
    Step.SESSION_RESUMED: ("collecting",),
    Step.SESSION_CLOSED: ("collecting",),
    Step.CONCERN_RECORDED: ("collecting",),
    Step.EXHIBIT_CAPTURED: ("collecting",),
    Step.EXHIBIT_SUPPLIED: ("collecting",),
    Step.PAGE_SAVED: ("collecting",),
    Step.EXHIBIT_DECLINED: ("collecting",),
    Step.EXHIBIT_VIEWED: ("collecting",),
    Step.JUDGEMENT_MADE: ("triaged", "collected", "judged"),
    Step.ACTION_RECORDED: ("judged", "acting"),
    Step.CASE_CLOSED: ("judged", "acting"),
    Step.DISPOSAL_RECORDED: ("closed",),
    Step.ADDITION_RECORDED: ("closed",),
    Step.NOTE_ADDED: OPEN,
    Step.REFERRAL_RECORDED: OPEN,
    Step.DEPARTURE_RECORDED: OPEN,
    Step.PERSON_TOLD: EVER,
    Step.FILTER_CHANGED: OPEN,
    Step.HOLD_PLACED: EVER[1:],
    Step.HOLD_LIFTED: EVER[1:],
    Step.REVIEW_SIGNED: (*EVER, "stopped"),
    Step.EXPORT_OPENED: KNOWN,
    Step.BUNDLE_MADE: KNOWN,
    Step.HANDOVER_RECORDED: KNOWN,
    Step.CASE_STOPPED: ("new", *EVER),
    Step.LOCK_LIFTED: ("new", *EVER),
}
"""Where each step of a case may be taken. Assent, departures and the like stand by themselves."""

NOT_WHILE_PAUSED = {
    Step.SESSION_PAUSED, Step.CONCERN_RECORDED, Step.EXHIBIT_CAPTURED, Step.EXHIBIT_SUPPLIED,
    Step.EXHIBIT_DECLINED, Step.EXHIBIT_VIEWED, Step.NOTE_ADDED, Step.PAGE_SAVED,
}  # fmt: skip
GATED = {
    Step.SESSION_OPENED, Step.SESSION_RESUMED, Step.CONCERN_RECORDED, Step.EXHIBIT_CAPTURED,
    Step.EXHIBIT_SUPPLIED, Step.EXHIBIT_VIEWED, Step.JUDGEMENT_MADE, Step.CASE_CLOSED,
    Step.PAGE_SAVED,
}  # fmt: skip
LEADS_TO = {
    Step.CASE_REPORTED: "reported",
    Step.CASE_TRIAGED: "triaged",
    Step.CASE_AUTHORISED: "authorised",
    Step.SESSION_OPENED: "collecting",
    Step.SESSION_CLOSED: "collected",
    Step.ACTION_RECORDED: "acting",
    Step.CASE_CLOSED: "closed",
    Step.CASE_STOPPED: "stopped",
}
SIGNERS: dict[Step, tuple[str, ...]] = {
    Step.CASE_REPORTED: ("gh",),
    Step.CASE_AUTHORISED: (*BOTH, "ef"),
    Step.APPROVAL_RECORDED: (*BOTH, "gh"),
    Step.POLICE_INFORMED: ("kl",),
    Step.PERSON_TOLD: ("kl",),
    Step.SESSION_PAUSED: (),
    Step.VISIT_RECORDED: (),
    Step.BROWSER_CLEARED: (),
    Step.EXHIBIT_VIEWED: (),
    Step.CASE_STOPPED: (),
    Step.DISPOSAL_RECORDED: ("ab", "ef"),
    Step.REVIEW_SIGNED: ("ef",),
}


@dataclass
class Told:
    """The case so far."""

    stage: str = "new"
    paused: bool = False
    gates: set[str] = field(default_factory=set)
    category: int = 0
    approved: bool = False
    private: bool = False
    authorised: bool = False
    concerns: int = 0
    exhibits: list[str] = field(default_factory=list)
    hold: bool = False
    disposed: bool = False
    retention: str = ""
    outcomes: list[str] = field(default_factory=list)
    told: set[str] = field(default_factory=set)
    departed: bool = False
    explained: bool = True
    exporting: bool = False
    bundles: int = 0
    entries: int = 0
    tried: str = "2026-11-30"

    def in_time(self, step: Step) -> bool:
        """Whether stage, pause and gates let it through."""
        late = self.paused and step in NOT_WHILE_PAUSED
        shut = bool(self.gates) and step in GATED
        return self.stage in STAGES[step] and not late and not shut

    def may(self, step: Step, today: str) -> bool:
        """Whether the right people could take this step now, with the right facts."""
        rules = TERMS.policy.category(self.category or 17)
        gone = self.disposed or self.hold or not self.retention < today
        refused = (
            not self.in_time(step),
            step is Step.SESSION_RESUMED and not self.paused,
            step is Step.SESSION_OPENED and not (self.authorised and self.tried == today),
            step is Step.CASE_AUTHORISED and rules.log_only,
            step in {Step.EXHIBIT_CAPTURED, Step.PAGE_SAVED} and not rules.pictures,
            step.startswith(("exhibit.", "page.")) and not self.concerns,
            step is Step.EXHIBIT_VIEWED and not self.exhibits,
            step is Step.JUDGEMENT_MADE and self.stage == "triaged" and not rules.log_only,
            step is Step.POLICE_PERMITTED and not self.gates & {"police", "permission"},
            step in {Step.HOLD_PLACED, Step.BROWSER_CLEARED} and self.hold,
            step is Step.HOLD_LIFTED and not self.hold,
            step is Step.DISPOSAL_RECORDED and gone,
            step is Step.BUNDLE_MADE and not self.exporting,
            step is Step.HANDOVER_RECORDED and not self.bundles,
            step is Step.CASE_CLOSED and not (self._all_told() and self.explained),
        )
        return not any(refused)

    def _all_told(self) -> bool:
        """By the base profile. The lead is one of the two; the Head knows who authorised it."""
        crime = self.category in {4, 9, 24}
        head = self.authorised or "headteacher" in self.told
        return not crime or (head and (self.category == 24 or "police" in self.told))

    def ref(self, person: str) -> str:
        """Return a person's next exhibit reference."""
        return f"{person.upper()}/{sum(r.startswith(person.upper()) for r in self.exhibits) + 1}"

    def facts(self, step: Step, choice: int, today: str) -> dict[str, Any]:
        """Return facts that fit, of the kind that a choice picks."""
        changed: dict[str, Any] = {}
        match step:
            case Step.CASE_TRIAGED | Step.CATEGORY_CHANGED:
                changed = self._category(choice, upwards=step is Step.CATEGORY_CHANGED)
            case Step.CONCERN_RECORDED:
                changed = {"concern": self.concerns + 1, "private": choice == 7}
            case Step.EXHIBIT_VIEWED:
                changed = {"exhibit": self.exhibits[0]} if self.exhibits else {}
            case Step.SESSION_CLOSED | Step.EXPORT_OPENED:
                changed = {"exhibits": len(self.exhibits)}
            case Step.ADVICE_RECORDED:
                changed = {"decision": ("go-on", "wait", "leave-it")[choice % 3]}
            case Step.POLICE_INFORMED:
                changed = {"wait": bool(choice % 2)}
            case Step.JUDGEMENT_MADE:
                changed = _judgement(choice)
            case Step.REVIEW_SIGNED:
                changed = {"upto": max(self.entries, 1)}
            case _:
                changed = self._at_the_end(step, choice, today)
        return {**FACTS[step], **changed}

    def _at_the_end(self, step: Step, choice: int, today: str) -> dict[str, Any]:
        match step:
            case Step.PERSON_TOLD if self.departed and choice % 2:
                return {"who": "headteacher", "about": "departure"}
            case Step.PERSON_TOLD:
                return {"who": ("dsl", "headteacher", "parents")[choice % 3]}
            case Step.CASE_CLOSED:
                years = 2 if self.outcomes else 1  # by the base profile: 24 months, or 12
                return {"retention": f"{int(today[:4]) + years}{today[4:]}"}
            case _:
                return {}

    def _category(self, choice: int, *, upwards: bool) -> dict[str, Any]:
        number = (9, 24, 9)[choice % 3] if upwards else (17, 22, 9, 13, 15, 4)[choice % 6]
        chosen = CaseClass.POLICE_FIRST if upwards else TERMS.policy.category(number).graver
        modifiers = ["private"] if self.private and upwards else []
        subject = FACTS[Step.CASE_REPORTED]["subject"]
        gates = sorted(map(str, TERMS.policy.gates(number, chosen, subject, modifiers)))
        told = {"category": number, "class": str(chosen), "gates": gates}
        return {**told, "modifiers": modifiers}

    def go(self, step: Step, facts: dict[str, Any], people: tuple[str, ...]) -> None:
        """Tell on."""
        self.entries += 1
        self.stage = LEADS_TO.get(step, self.stage)
        self._gates(step, facts)
        self._tell(step, facts)
        match step:
            case Step.CASE_REPORTED | Step.CASE_TRIAGED | Step.CATEGORY_CHANGED:
                self.category = facts["category"]
            case Step.CASE_AUTHORISED:
                self.authorised = True
            case Step.SESSION_PAUSED | Step.SESSION_RESUMED | Step.SESSION_CLOSED:
                self.paused = step is Step.SESSION_PAUSED
            case Step.CASE_STOPPED | Step.LOCK_LIFTED:
                self.paused = self.stage == "collecting"
            case Step.CONCERN_RECORDED:
                self.concerns += 1
                self.private = self.private or facts["private"]
            case Step.EXHIBIT_CAPTURED | Step.EXHIBIT_SUPPLIED | Step.PAGE_SAVED:
                self.exhibits.append(self.ref(people[0]))
            case Step.JUDGEMENT_MADE if facts["decision"] in {"yes", "no"}:
                self.stage = "judged"
            case Step.REFERRAL_RECORDED if self.stage == "judged":
                self.stage = "acting"
            case Step.HOLD_PLACED | Step.HOLD_LIFTED:
                self.hold = step is Step.HOLD_PLACED
            case _:
                self.disposed = self.disposed or step is Step.DISPOSAL_RECORDED

    def _tell(self, step: Step, facts: dict[str, Any]) -> None:
        self.outcomes = facts.get("outcomes", self.outcomes)
        self.retention = facts.get("retention", self.retention)
        match step:
            case Step.DEPARTURE_RECORDED:
                self.departed, self.explained = True, False
            case Step.PERSON_TOLD if facts["about"] == "departure":
                self.explained = True
            case Step.PERSON_TOLD:
                self.told.add(facts["who"])
            case Step.POLICE_INFORMED | Step.POLICE_PERMITTED:
                self.told.add("police")
            case Step.REFERRAL_RECORDED:
                self.told.add(facts["to"])
            case Step.EXPORT_OPENED | Step.BUNDLE_MADE:
                self.exporting = step is Step.EXPORT_OPENED
                self.bundles += step is Step.BUNDLE_MADE
            case _:
                pass

    def _gates(self, step: Step, facts: dict[str, Any]) -> None:
        match step:
            case Step.CASE_TRIAGED | Step.CATEGORY_CHANGED:
                self.gates |= set(facts["gates"])
            case Step.ADVICE_RECORDED if facts["decision"] == "go-on":
                self.gates -= {"advice"}
            case Step.APPROVAL_RECORDED:
                self.gates, self.approved = self.gates - {"approval"}, True
            case Step.CONCERN_RECORDED if facts["private"] and not self.approved:
                self.gates |= {"approval"}
            case Step.POLICE_INFORMED:
                self.gates = self.gates - {"police"} | ({"permission"} if facts["wait"] else set())
            case Step.POLICE_PERMITTED:
                self.gates -= {"police", "permission"}
            case Step.JUDGEMENT_MADE if facts["decision"] not in {"yes", "no"}:
                self.gates |= {"advice"}
            case _:
                pass


def _judgement(choice: int) -> dict[str, Any]:
    first, second = (("yes", "yes"), ("no", "no"), ("yes", "no"), ("no", "needs-advice"))[
        choice % 4
    ]
    decision = {("yes", "yes"): "yes", ("no", "no"): "no", ("yes", "no"): "not-agreed"}
    agreed = decision.get((first, second), "needs-advice")
    answers = [{"person": "ab", "decision": first}, {"person": "cd", "decision": second}]
    outcomes = ["internal"] if agreed == "yes" else []
    return {"answers": answers, "decision": agreed, "outcomes": outcomes}


EVERYBODY = tuple(person.id for person in KEYSET.people)
