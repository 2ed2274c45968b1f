"""From a safety question to a clearance, or to the hard stop. Pure: no IO, no clock of its own.

- Two people answer, each alone. The stricter answer counts.
- "Yes" and "Not sure" are the same: everything stops.
- Only two "No" make a `Clearance`, and only `assess` can make one.
- A clearance is for one act, once, for 20 seconds.
- The hard stop is a value that is returned, never an exception, so no `except` can swallow it.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from counterseal.clock import Instant
from counterseal.errors import ProcedureError, SamePersonError

LIFETIME_MS = 20_000
"""How long two "No" answers hold, counted from the older one."""

QUESTION_IMAGE = "Could anything in view be a sexual or nude image of someone under 18?"
QUESTION_OTHER = "Could anything in view be something else on the list that must not be copied?"


class ClearanceError(ProcedureError):
    """The safety answers do not cover this act: too old, used, or given for something else."""

    code = "clearance"
    default_what = "The safety question has to be answered again."
    default_advice = "Run the command again; both people answer just before the picture."


class Answer(StrEnum):
    """What a person can answer. Any other word is asked again."""

    NO = "no"
    NOT_SURE = "not-sure"
    YES = "yes"


class Act(StrEnum):
    """What a clearance can be for."""

    CAPTURE = "capture"
    IMPORT = "import"
    VIEW = "view"
    SAVE = "save"


@dataclass(frozen=True, slots=True)
class SafetyAnswer:
    """One person's answers to the two safety questions.

    Args:
        person: Who answered.
        image: To `QUESTION_IMAGE`.
        other: To `QUESTION_OTHER`.
        at: When.
    """

    person: str
    image: Answer
    other: Answer
    at: Instant

    @property
    def strictest(self) -> Answer:
        """The answer that counts."""
        order = (Answer.NO, Answer.NOT_SURE, Answer.YES)
        return max(self.image, self.other, key=order.index)


@dataclass(frozen=True, slots=True)
class HardStop:
    """Somebody could not say "No": everything ends here.

    Args:
        trigger: "safety-answer".
        person: Who gave the answer.
        answer: The answer itself.
        act: What was about to be done.
        image: What they said to the first question, about an image of a child.
    """

    trigger: str
    person: str
    answer: Answer
    act: Act
    image: Answer = field(default=Answer.NOT_SURE, compare=False)


_BY_ASSESS: Final = object()


@dataclass(slots=True)
class Clearance:
    """Two fresh "No" answers, good for one act, once.

    `screen.grab`, importing and viewing take one; there is no other way to the camera.
    """

    act: Act
    answers: tuple[SafetyAnswer, SafetyAnswer]
    _made_by: object
    _spent: bool = field(default=False)

    def __post_init__(self) -> None:
        """Refuse a clearance that `assess` did not make."""
        if self._made_by is not _BY_ASSESS:
            message = "only triage.assess makes a Clearance"
            raise TypeError(message)

    def spend(self, act: Act, now: Instant) -> int:
        """Use the clearance up.

        Args:
            act: What is about to be done.
            now: This moment.

        Returns:
            The age of the older answer in milliseconds, for the record.

        Raises:
            ClearanceError: Used before, given for another act, too old, or from another boot.
        """
        age = max(now.mono_ms - answer.at.mono_ms for answer in self.answers)
        same_boot = all(answer.at.boot == now.boot for answer in self.answers)
        if self._spent or act is not self.act:
            raise ClearanceError
        self._spent = True
        late = "The safety answers are more than 20 seconds old."
        if not same_boot:
            raise ClearanceError(late)
        check_age(age, late)
        return age


def check_age(age_ms: int, late: str) -> None:
    """Refuse answers that do not hold any more, also where an act itself took its time.

    Args:
        age_ms: Of the older answer, in milliseconds.
        late: What to say then.

    Raises:
        ClearanceError: They are too old.
    """
    if not 0 <= age_ms <= LIFETIME_MS:
        raise ClearanceError(late)


def assess(
    act: Act, first: SafetyAnswer, second: SafetyAnswer | None = None
) -> Clearance | HardStop:
    """Turn the answers into a clearance or the hard stop. One alone can stop; clearing takes two.

    Args:
        act: What is about to be done.
        first: One person's answers.
        second: The other person's; None where the first one's already stop everything.

    Returns:
        A `Clearance` for that act, or a `HardStop` naming the strictest answer.

    Raises:
        SamePersonError: One person answered twice.
        ClearanceError: One "No" alone clears nothing.
    """
    given = [first] if second is None else [first, second]
    if second is not None and first.person == second.person:
        raise SamePersonError
    for wanted in (Answer.YES, Answer.NOT_SURE):
        for answer in given:
            if answer.strictest is wanted:
                return HardStop("safety-answer", answer.person, wanted, act, answer.image)
    if second is None:
        what = "Both people answer the safety question, each alone."
        raise ClearanceError(what)
    return Clearance(act, (first, second), _BY_ASSESS)
