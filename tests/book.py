"""A log in memory for what is told from facts alone: no file, no signature, no procedure."""

import dataclasses
from dataclasses import dataclass, field

from cast import CASE, KEYSET, ORIGIN, TERMS, key_of, proposal, signatories
from counterseal.custody.entry import FIRST, Entry, Proposal
from counterseal.custody.facts import Step
from counterseal.custody.timeline import Timeline, timeline
from fakes import FakeClock

BOTH = ("ab", "cd")


@dataclass(slots=True)
class Book:
    """A log in memory; half a minute lies between two steps where nothing else is said.

    Args:
        clock: Where time comes from.
        entries: What was taken so far.
    """

    clock: FakeClock = field(default_factory=FakeClock)
    entries: list[Entry] = field(default_factory=list)

    def take(
        self,
        step: Step,
        *people: str,
        after: float = 30,
        absent: str = "",
        case: str | None = None,
        made: Proposal | None = None,
        **changes: object,
    ) -> Entry:
        """Take a step.

        Args:
            step: The step.
            people: Who signs.
            after: Seconds since the step before.
            absent: Who of them was not present.
            case: Where it belongs; where its step belongs, if omitted.
            made: The proposal, where it stood before.
            changes: Facts that differ from the example's.
        """
        self.clock.sleep(after)
        signed = signatories(*people)
        entry = Entry(
            proposal=made or proposal(step, case, **changes),  # type: ignore[arg-type]
            vault=ORIGIN,
            index=len(self.entries),
            prev_root=bytes(32),
            case_seq=0,
            case_prev=FIRST,
            policy=TERMS.policy.sha256,
            time=self.clock.now(),
            people=tuple(dataclasses.replace(p, present=p.id != absent) for p in signed),
            computer=key_of("computer").public.hex(),
            keyset_version=KEYSET.version,
            keyset_sha256=KEYSET.digest,
        )
        self.entries.append(entry)
        return entry

    def told(self) -> Timeline:
        """Tell the continuity of the case."""
        own = [entry for entry in self.entries if entry.case == CASE]
        besides = [entry for entry in self.entries if not entry.case]
        return timeline(own, besides, self.clock.now())
