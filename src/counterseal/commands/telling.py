"""How a case is told: where it stands, what may come next, and who must act."""

from collections.abc import Sequence
from typing import Any

from counterseal.clock import plain_time
from counterseal.commands.desk import Desk, shown
from counterseal.custody import procedure
from counterseal.custody.state import CaseState
from counterseal.policy.profile import Profile
from counterseal.workflow.record import Record


def tell_case(desk: Desk, record: Record, state: CaseState, first: str) -> None:
    """Print where a case stands: stage, gates, people, what may come next."""
    nexts = [(rule.title, str(rule.who)) for _step, rule in procedure.options(state)]
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
        lines.append(f"   Waiting for:    {gates_in_words(sorted(state.gates))}")
    lines += ["   What may come next:", *(f"     - {title} ({who})" for title, who in nexts)]
    data = {**as_dict(state), "next": [{"step": title, "who": who} for title, who in nexts]}
    desk.tell(data, [shown(line) for line in lines])


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


def gates_in_words(gates: Sequence[str]) -> str:
    """Say what a case waits for."""
    words = {
        "advice": "advice has to be taken",
        "approval": "the Chair has to approve",
        "police": "the police have to be told",
        "permission": "the police have to say that the school may go on",
    }
    return ", ".join(words[gate] for gate in gates) or "nothing has to be waited for"


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
