"""One row of the procedure: where a step may be taken, who signs it, where it leads. Pure."""

from dataclasses import dataclass

from counterseal.custody.rules import Check
from counterseal.custody.signers import Presence, Who
from counterseal.custody.state import Stage


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the procedure.

    Args:
        title: The step in plain words, as a person reads it in a list of what may come next.
        stages: Where the step may be taken.
        who: Who signs.
        presence: Who must have been present.
        leads_to: The stage afterwards; None where it stays.
        paused: Whether it may be taken while the session is paused.
        checks: Further checks, in order.
    """

    title: str
    stages: frozenset[Stage]
    who: Who
    presence: Presence = Presence.ONE
    leads_to: Stage | None = None
    paused: bool = False
    checks: tuple[Check, ...] = ()
