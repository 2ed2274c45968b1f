"""Why a stop came, and what is decided of it: the lines that the latch holds.

A stop must survive a power cut at any point without the log, so its reason stands in the latch
itself. A later line with the same number takes the place of the one before.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from counterseal.canonical import MAX_INT
from counterseal.clock import Instant
from counterseal.custody import kinds, stops, words
from counterseal.custody.entry import Entry
from counterseal.custody.facts import Step
from counterseal.latch import Latch, lines_of

LATCH_FOUND = "latch-found"
"""The trigger where a latch stands that does not say why."""

DAY_MS = 24 * 60 * 60 * 1000
"""How long a stop can go without an answer before it is sealed, in milliseconds."""

_LONGEST_PATH = 1000
"""A longer name of a data folder is left out: the latch has room for a few lines only."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a stop came.

    Args:
        trigger: One of `words.TRIGGERS`.
        person: Who is said to have stopped it; "" where nobody said.
        kind: What they said it was: "hs", "nc" or "not-sure"; "" while nobody has said.
        answer: The safety answer that stopped it: "yes" or "unknown".
        unsaved: Whether a picture in memory was dropped.
        case: The case that it concerns; "" while that is not known.
        open_case: The case whose session was open; "" where none was.
        decided: Whether the case was settled, so that it is never asked again.
        covered: How many displays were covered.
        uncovered: How many could not be.
        vault: The data folder in which it came.
        number: Tells one stop from another.
        utc_ms: When, by the wall clock; 0 while nobody has looked at the clock.
        mono_ms: When, since boot.
        boot: Which boot that was.
    """

    trigger: str
    person: str = ""
    kind: str = ""
    answer: str = "unknown"
    unsaved: bool = False
    case: str = ""
    open_case: str = ""
    decided: bool = False
    covered: int = 0
    uncovered: int = 0
    vault: str = ""
    number: str = ""
    utc_ms: int = 0
    mono_ms: int = 0
    boot: str = ""

    def to_line(self) -> bytes:
        """Return the line of the latch: what differs from the ordinary, as JSON."""
        ordinary = {each.name: each.default for each in fields(self)}
        said = {name: v for name, v in asdict(self).items() if v != ordinary[name]}
        return json.dumps(said, separators=(",", ":"), sort_keys=True).encode()

    @classmethod
    def from_line(cls, line: bytes) -> "Cause | None":
        """Read a line; None where it is none of ours. The latch stops all the same.

        A line without a number, as a session leaves it in the ready-made file, has one of its own
        all the same, so that it stays one stop however often it is read.
        """
        try:
            said = json.loads(line)
            cause = cls(**{"number": hashlib.sha256(line).hexdigest()[:16], **said})
        except (ValueError, TypeError, RecursionError):
            return None
        types = {each.name: type(each.default) for each in fields(cls)} | {"trigger": str}
        typed = all(type(v) is types[name] for name, v in said.items())
        return cause.fitting() if typed else None

    @property
    def bare(self) -> bool:
        """Whether it is what a session left in the ready-made file, perhaps timed, and no more."""
        left = Cause("stop-button", open_case=self.open_case, vault=self.vault)
        untimed = replace(self, number="", utc_ms=0, mono_ms=0, boot="")
        return bool(self.open_case) and untimed == left

    def fitting(self) -> "Cause":
        """Return it as the log can hold it, whatever was typed in haste or stands in a latch.

        What does not fit is left out, never refused: a name in place of an id must not keep a stop
        out of the log.
        """
        person = self.person.strip().lower()
        case, open_case = (c if kinds.CASE.match(c) else "" for c in (self.case, self.open_case))
        kind = self.kind if self.kind in {"", *words.STOP_KINDS} else "not-sure"
        return replace(
            self,
            trigger=self.trigger if self.trigger in words.TRIGGERS else LATCH_FOUND,
            person=person if kinds.PERSON.match(person) else "",
            kind=kind,
            answer="yes" if self.answer == "yes" else "unknown",
            case=case,
            open_case=open_case,
            decided=self.decided and bool(case and kind),
            vault=self.vault if len(json.dumps(self.vault)) <= _LONGEST_PATH else "",
            covered=_counted(self.covered),
            uncovered=_counted(self.uncovered),
            utc_ms=_timed(self.utc_ms),
            mono_ms=_timed(self.mono_ms),
            number=self.number[:64],
            boot=self.boot[:64],
        )

    def at(self, now: Instant, number: str) -> "Cause":
        """Return it with time and number, where it has none."""
        if self.utc_ms:
            return self
        timed = replace(self, utc_ms=now.utc_ms, mono_ms=now.mono_ms, boot=now.boot)
        return replace(timed, number=self.number or number)

    def overdue(self, now: Instant) -> bool:
        """Whether a whole day went by without an answer."""
        if self.boot == now.boot and self.boot != "unknown":
            return now.mono_ms - self.mono_ms >= DAY_MS
        return now.utc_ms - self.utc_ms >= DAY_MS


def read_causes(lines: Iterable[bytes]) -> list[Cause]:
    """Return the reasons that latches hold, in order; of one stop, what was said last.

    What a session left beforehand says less than whoever stopped it. Another process may add it,
    timed, after their line, and it does not count then.
    """
    found: dict[str, Cause] = {}
    for line in lines:
        cause = Cause.from_line(line)
        if cause is None:
            continue
        known = found.get(cause.number)
        if known is None or known.bare or not cause.bare:
            found[cause.number] = cause
    return list(found.values())


def standing_causes(entries: Sequence[Entry], machine: str, root: Path) -> list[Cause]:
    """Return the stops in a log that stand on one computer, as its latch should say them.

    Args:
        entries: At least every entry whose step is in `stops.COUNTED`, in the log's order.
        machine: Digest of that computer's identity.
        root: The data folder.
    """
    here = stops.standing(entries).at(machine)
    return [
        Cause(
            trigger=entry.facts["trigger"],
            kind=entry.facts["kind"],
            case=entry.case,
            decided=True,
            vault=str(root),
            number=f"entry {entry.index}",
            utc_ms=entry.time.utc_ms,
        )
        for entry in entries
        if entry.step is Step.CASE_STOPPED and entry.case in here
    ]


def own_lines(root: Path, latch: Latch) -> list[bytes]:
    """Return the reasons that concern one record: its folder may have been moved meanwhile.

    Args:
        root: The data folder, absolute.
        latch: Its latches; the user's own may hold another record's stop.
    """
    here = lines_of(root)
    return [*here, *(line for line in latch.lines() if line not in here and _is_of(line, root))]


def foreign_lines(root: Path, latch: Latch) -> list[bytes]:
    """Return the reasons that concern another record of the same user."""
    own = own_lines(root, latch)
    return [line for line in latch.lines() if line not in own and Cause.from_line(line)]


def _counted(number: int) -> int:
    return number if 0 <= number <= MAX_INT else 0


def _timed(milliseconds: int) -> int:
    return milliseconds if abs(milliseconds) <= MAX_INT else 0


def _is_of(line: bytes, root: Path) -> bool:
    cause = Cause.from_line(line)
    return cause is not None and cause.vault in {"", str(root)}
