"""Which steps may come next: what `case show` offers, and what may follow a stop. Pure."""

from collections.abc import Callable, Mapping

from counterseal.custody.facts import Step
from counterseal.custody.procedure import AFTER_STOP, RULES
from counterseal.custody.rule import Rule
from counterseal.custody.state import CaseState, Stage


def options(state: CaseState) -> list[tuple[Step, Rule]]:
    """Return the steps that may come next, in the table's order.

    `case.stopped` is always one, until the case is stopped.
    """
    table = AFTER_STOP if state.stage is Stage.STOPPED else RULES
    return [
        (step, rule)
        for step, rule in table.items()
        if state.stage in rule.stages
        and (rule.paused or not state.paused)
        and not (step in _MOOT and _MOOT[step](state))
    ]


def may_follow_stop(step: Step, state: CaseState) -> bool:
    """Whether a step may be written although a latch stands: a stop, and what follows one."""
    if step in {Step.CASE_STOPPED, Step.LOCK_LIFTED}:
        return True
    return state.stage is Stage.STOPPED and step in AFTER_STOP


_MOOT: Mapping[Step, Callable[[CaseState], object]] = {
    Step.SESSION_OPENED: lambda state: state.gates or not state.authorised,
    Step.SESSION_RESUMED: lambda state: not state.paused or state.gates,
    Step.CONCERN_RECORDED: lambda state: state.gates,
    Step.EXHIBIT_CAPTURED: lambda state: state.gates or not state.concerns,
    Step.EXHIBIT_SUPPLIED: lambda state: state.gates or not state.concerns,
    Step.PAGE_SAVED: lambda state: state.gates or not state.concerns,
    Step.EXHIBIT_DECLINED: lambda state: not state.concerns,
    Step.EXHIBIT_VIEWED: lambda state: state.gates or not state.exhibits,
    Step.VISIT_RECORDED: lambda _state: True,  # the computer takes these two by itself
    Step.BROWSER_CLEARED: lambda _state: True,
    Step.POLICE_PERMITTED: lambda state: not state.gates & {"police", "permission"},
    Step.ADVICE_RECORDED: lambda state: "advice" not in state.gates,
    Step.APPROVAL_RECORDED: lambda state: "approval" not in state.gates,
    Step.ASSENT_GIVEN: lambda state: state.stage is not Stage.TRIAGED,
    Step.JUDGEMENT_MADE: lambda state: state.gates,
    Step.CASE_CLOSED: lambda state: state.gates,
    Step.LOCK_LIFTED: lambda _state: True,  # `stop` asks for it, where something is locked
    Step.RECORD_OPENED: lambda _state: True,  # the computer takes it by itself
    Step.STOP_COUNTERSIGNED: lambda state: not state.may_use,
    Step.DEVICE_ISOLATED: lambda state: state.stage is Stage.STOPPED and not state.may_use,
    Step.COMPUTER_RELEASED: lambda state: (
        not state.may_use or state.released or state.exposed == "no"
    ),
    Step.BUNDLE_MADE: lambda state: not (state.exporting or state.may_use),
    Step.HANDOVER_RECORDED: lambda state: state.stage is Stage.STOPPED and not state.may_use,
    Step.HOLD_PLACED: lambda state: state.hold,
    Step.HOLD_LIFTED: lambda state: not state.hold,
    Step.DISPOSAL_RECORDED: lambda state: (
        state.hold
        or state.disposed
        or (state.stage is Stage.STOPPED and not (state.released or state.exposed == "no"))
    ),
}
"""Steps that their stage allows, but that make no sense as the case stands: not offered."""
