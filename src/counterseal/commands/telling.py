"""How a case is told: where it stands, what may come next, and who must act."""

from collections.abc import Sequence
from typing import Any

from counterseal.clock import plain_time
from counterseal.commands.desk import Desk, shown
from counterseal.custody import contacts, offers, vault_rules
from counterseal.custody.facts import Step
from counterseal.custody.rule import Rule
from counterseal.custody.state import CaseState, Stage
from counterseal.policy.naming import worded
from counterseal.policy.profile import Profile
from counterseal.workflow.record import Record


def tell_case(desk: Desk, record: Record, state: CaseState, first: str) -> None:
    """Print where a case stands: stage, gates, people, what may come next."""
    saves = bool(record.terms.policy.browser.save)
    found = [o for o in offers.options(state) if saves or o[0] is not Step.PAGE_SAVED]
    nexts = [(rule.title, _who(step, rule), _command(step, state)) for step, rule in found]
    names = {p.id: p.name for p in record.terms.keyset.people}
    lines = [first] if first else []
    lines += [
        f"{_practice(record)}Case {state.case}: {state.stage}"
        + (", paused" if state.paused else ""),
        f"   Kind:           {_kind(record.terms.policy, state)}",
        f"   Investigators:  {_names(state.investigators, names)}",
        f"   Concerns:       {state.concerns}",
        f"   Exhibits:       {', '.join(e.ref for e in state.exhibits) or 'none'}",
    ]
    if state.gates:
        lines.append(
            f"   Waiting for:    {gates_in_words(record.terms.policy, sorted(state.gates))}"
        )
    untold = still_to_tell(record, state)
    lines += [f"   Still to tell:  {line}" for line in untold]
    lines += [f"   Told:           {line}" for line in already_told(record, state)]
    lines += keep_first(state)
    lines += ["", "   What may come next, and who signs it:"]
    lines += [f"     {how:<20} {title}" + f" ({who})" for title, who, how in nexts if how in _MAIN]
    lines += _first(record, [step for step, _rule in found])
    others = [how for _title, _who, how in nexts if how not in {*_MAIN, "stop"}]
    also = [f"   Also possible: {', '.join(others)}"] if others else []
    lines += ["", *also, f"   At any moment:  {STOP}"]
    listed = [{"step": title, "who": who, "command": how} for title, who, how in nexts]
    data = {**as_dict(state), "next": listed, "still_to_tell": untold}
    desk.tell(data, [shown(line) for line in lines])


def keep_first(state: CaseState) -> list[str]:
    """Say what is easily lost in a case of this kind, while there is time to keep it."""
    lines = []
    if state.category in _KEPT_FIRST and state.stage not in {Stage.CLOSED, Stage.STOPPED}:
        lines.append(
            "   Keep first:     nobody deletes or answers anything; a site is asked to take"
        )
        lines.append("                   it down only after it was kept.")
    if state.category == _THREATS and state.stage is not Stage.STOPPED:
        lines.append("   Threats:        they go to the police, whatever the person hurt wishes.")
    return lines


_KEPT_FIRST = frozenset({10, 17, 18})
_THREATS = 10


def still_to_tell(record: Record, state: CaseState) -> list[str]:
    """Say whom the school's rules still want told of a case, and how soon."""
    terms = record.terms
    missing = contacts.untold(terms.policy, state, terms.keyset).values()
    lines = [f"{contacts.in_words(terms.policy, r)}, {SOON[r.when]}" for r in missing]
    if state.to_explain:
        lines.append(f"{terms.policy.label('headteacher')}, of the departure from the procedure")
    return list(dict.fromkeys(lines))


def already_told(record: Record, state: CaseState) -> list[str]:
    """Say of whom it is known that they were told, as far as the school's rules want it."""
    terms = record.terms
    missing = contacts.untold(terms.policy, state, terms.keyset)
    rules = contacts.to_be_told(terms.policy, state, terms.keyset)
    told = (contacts.in_words(terms.policy, r) for i, r in rules.items() if i not in missing)
    return list(dict.fromkeys(told))


def as_dict(state: CaseState) -> dict[str, Any]:
    """Return a case for `--json`."""
    return {
        "case": state.case,
        "stage": str(state.stage),
        "paused": state.paused,
        "category": state.category,
        "class": state.category_class,
        "gates": sorted(state.gates),
        "investigators": list(state.investigators),
        "authoriser": state.authoriser,
        "reserve": state.reserve,
        "concerns": state.concerns,
        "exhibits": [e.ref for e in state.exhibits],
        "entries": state.entries,
        "reported": state.reported.utc if state.reported else "",
        "last": state.last.utc if state.last else "",
    }


def gates_in_words(policy: Profile, gates: Sequence[str]) -> str:
    """Say what a case waits for."""
    words = {
        "advice": "advice has to be taken",
        "approval": worded(policy, "the {chair} has to approve"),
        "police": "the police have to be told",
        "permission": "the police have to say that the school may go on",
    }
    return ", ".join(words[gate] for gate in gates) or "nothing has to be waited for"


def _first(record: Record, steps: Sequence[Step]) -> list[str]:
    """Say what has to be done before a session that the case itself allows."""
    vault, today = record.state, record.now().utc[:10]
    if Step.SESSION_OPENED not in steps or vault_rules.tried_within_a_year(vault, today):
        return []
    return ["", f"   Before a session: {vault_rules.TRY_THE_HANDOVER_KEY}"]


def _kind(policy: Profile, state: CaseState) -> str:
    if not state.category:
        return "not said yet"
    return f"{state.category}. {policy.category(state.category).label}"


def _names(ids: tuple[str, ...], names: dict[str, str]) -> str:
    return " and ".join(f"{names.get(i, i)} ({i})" for i in ids) or "not chosen yet"


def _practice(record: Record) -> str:
    return "PRACTICE · " if record.practice else ""


def line(state: CaseState) -> str:
    """Return a case as one line of a list."""
    when = plain_time(state.reported.utc) if state.reported else ""
    return f"{state.case}   {state.stage:<11} {len(state.exhibits)} exhibits   reported {when}"


def _command(step: Step, state: CaseState) -> str:
    if step is Step.BUNDLE_MADE and state.stage is Stage.STOPPED:
        return "bundle stopped"
    return COMMANDS[step]


def _who(step: Step, rule: Rule) -> str:
    if step is Step.CASE_STOPPED:
        return "nobody: anyone, alone, at once, without a passphrase"
    if step is Step.SESSION_PAUSED:
        return "anyone at the computer"
    return str(rule.who)


SOON = {"at-once": "at once", "same-day": "on the same day", "soon": "soon"}
STOP = "counterseal stop  (anyone, alone, without a passphrase)"

COMMANDS = {
    Step.CASE_REPORTED: "case report",
    Step.CASE_TRIAGED: "case triage",
    Step.CASE_AUTHORISED: "case authorise",
    Step.ASSENT_GIVEN: "assent give",
    Step.CATEGORY_CHANGED: "case recategorise",
    Step.ADVICE_RECORDED: "advice record",
    Step.APPROVAL_RECORDED: "approval record",
    Step.POLICE_INFORMED: "police inform",
    Step.POLICE_PERMITTED: "police permit",
    Step.SESSION_OPENED: "session open",
    Step.SESSION_PAUSED: "session pause",
    Step.SESSION_RESUMED: "session resume",
    Step.SESSION_CLOSED: "session close",
    Step.CONCERN_RECORDED: "concern add",
    Step.EXHIBIT_CAPTURED: "exhibit capture",
    Step.EXHIBIT_SUPPLIED: "exhibit supply",
    Step.PAGE_SAVED: "exhibit save-page",
    Step.EXHIBIT_DECLINED: "exhibit decline",
    Step.EXHIBIT_VIEWED: "exhibit view",
    Step.JUDGEMENT_MADE: "case judge",
    Step.ACTION_RECORDED: "case act",
    Step.CASE_CLOSED: "case close",
    Step.EXPORT_OPENED: "bundle make",
    Step.BUNDLE_MADE: "bundle make",
    Step.HANDOVER_RECORDED: "handover record",
    Step.DISPOSAL_RECORDED: "disposal record",
    Step.ADDITION_RECORDED: "addition record",
    Step.NOTE_ADDED: "note add",
    Step.REFERRAL_RECORDED: "referral record",
    Step.DEVICE_ISOLATED: "device isolate",
    Step.DEPARTURE_RECORDED: "departure record",
    Step.PERSON_TOLD: "told record",
    Step.FILTER_CHANGED: "filter record",
    Step.ENTRY_CORRECTED: "entry correct",
    Step.HOLD_PLACED: "hold place",
    Step.HOLD_LIFTED: "hold lift",
    Step.INVESTIGATOR_REPLACED: "investigator replace",
    Step.REVIEW_SIGNED: "review sign",
    Step.CASE_STOPPED: "stop",
    Step.CALL_RECORDED: "call record",
    Step.STOP_COUNTERSIGNED: "stop countersign",
    Step.COMPUTER_RELEASED: "computer release",
}
"""The command of each step of a case."""

_MAIN = frozenset(
    {
        "case triage",
        "case authorise",
        "session open",
        "session pause",
        "session resume",
        "session close",
        "concern add",
        "exhibit capture",
        "exhibit supply",
        "exhibit decline",
        "exhibit view",
        "advice record",
        "approval record",
        "police inform",
        "police permit",
        "case judge",
        "case act",
        "case close",
        "bundle make",
        "bundle stopped",
        "handover record",
        "disposal record",
        "addition record",
        "call record",
        "stop countersign",
        "computer release",
    }
)
"""The way through the procedure; everything else is possible besides."""
