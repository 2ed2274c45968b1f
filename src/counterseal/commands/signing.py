"""Two people read, say whether they were present, and give their passphrases."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from counterseal.commands.desk import Desk, shown
from counterseal.custody.log import Cosigner
from counterseal.errors import CancelledError, SamePersonError, UsageError, WrongPassphraseError
from counterseal.evidence.triage import (
    QUESTION_IMAGE,
    QUESTION_OTHER,
    Act,
    Answer,
    Clearance,
    HardStop,
    SafetyAnswer,
    assess,
)
from counterseal.keys.people import Person
from counterseal.keys.unlocked import UnlockedKey
from counterseal.workflow.record import Record
from counterseal.workflow.stop.cause import Cause

TRIES = 3
"""How often a passphrase can be typed at the terminal before the command ends."""

STANCES = {
    "present": "I was present and saw this.",
    "read": "I was not present; I have read this.",
    "no": "I do not sign.",
}


@dataclass(frozen=True, slots=True)
class Stances:
    """What the options said about who was present.

    Args:
        present: Ids of `--present`.
        read: Ids of `--read`.
    """

    present: Sequence[str] = ()
    read: Sequence[str] = ()

    def of(self, person: str) -> str | None:
        """Return what the options say of a person.

        Raises:
            UsageError: Both were given for one person.
        """
        both = [
            name
            for name, ids in (("present", self.present), ("read", self.read))
            if person in _ids(ids)
        ]
        if len(both) > 1:
            what = f"{person} is named by both --present and --read."
            raise UsageError(what)
        return both[0] if both else None

    def check(self, signers: Sequence[Person]) -> None:
        """Refuse an option about somebody who does not sign this: it was meant for another step.

        Raises:
            UsageError: One is.
        """
        signing = {person.id for person in signers}
        strangers = sorted({*_ids(self.present), *_ids(self.read)} - signing)
        if strangers:
            what = f"{' and '.join(strangers)} is named by --present or --read but does not sign."
            raise UsageError(what, advice=f"This is signed by {' and '.join(sorted(signing))}.")


def _ids(typed: Sequence[str]) -> set[str]:
    return {one.strip().lower() for one in typed}


def two_ids(desk: Desk, given: Sequence[str], who: str) -> list[str]:
    """Ask for two ids, as far as options did not give them.

    Args:
        desk: How to ask.
        given: What options gave.
        who: What the two are: "investigator".

    Raises:
        UsageError: Options gave more than two.
    """
    if len(given) > 2:  # noqa: PLR2004  (a pair)
        what = f"{len(given)} people were named, but two are needed."
        raise UsageError(what, advice=f"Name the first and the second {who}, nobody else.")
    questions = (f"Id of the {place} {who}" for place in ("first", "second")[len(given) :])
    return [*given, *(desk.asker.text(question, "the id", None) for question in questions)]


def people(record: Record, ids: Sequence[str]) -> list[Person]:
    """Return the people of these ids.

    Raises:
        UsageError: Nobody has one of them.
        SamePersonError: One stands twice.
    """
    found = [record.person(person_id) for person_id in ids]
    if len({person.id for person in found}) != len(found):
        raise SamePersonError
    return found


@contextmanager
def signed_by(
    desk: Desk, record: Record, signers: Sequence[Person], text: Sequence[str], stances: Stances
) -> Iterator[list[Cosigner]]:
    """Let each person read the same text, say where they were, and unlock their key.

    Args:
        desk: How to ask.
        record: The opened record.
        signers: Who signs, in order.
        text: What they read.
        stances: What options said already.

    Yields:
        The cosigners, their keys unlocked until the block ends.

    Raises:
        CancelledError: Somebody does not sign.
        WrongPassphraseError: A passphrase is wrong.
    """
    stances.check(signers)
    lines = [shown(line) for given in text for line in given.split("\n")]
    desk.say("", "This is what you sign:", "", *(f"   {line}" for line in lines), "")
    with ExitStack() as stack:
        cosigners = []
        for person in signers:
            question = f"{person.name} ({person.id})"
            stance = desk.asker.choice(question, stances.of(person.id), STANCES)
            if stance == "no":
                what = f"{person.name} did not sign."
                raise CancelledError(what)
            key = stack.enter_context(unlocked(desk, record, person))
            cosigners.append(Cosigner(person.id, present=stance == "present", key=key))
        yield cosigners


@contextmanager
def unlocked(desk: Desk, record: Record, person: Person) -> Iterator[UnlockedKey]:
    """Ask for a person's passphrase and unlock their key.

    Raises:
        WrongPassphraseError: It was wrong; at the terminal, three times.
    """
    with ExitStack() as stack:
        yield _unlock(desk, record, person, stack)


def _unlock(desk: Desk, record: Record, person: Person, stack: ExitStack) -> UnlockedKey:
    tries = TRIES if desk.asker.at_terminal else 1
    while True:
        passphrase = desk.asker.secret(f"Passphrase of {person.name}")
        try:
            with desk.waiting(f"Unlocking the key of {person.name}"):
                return stack.enter_context(record.unlock(person.id, passphrase))
        except WrongPassphraseError as error:
            tries -= 1
            if not tries:
                raise
            desk.say(f"   {error.what} {error.advice}")


def safety(
    desk: Desk,
    record: Record,
    both: Sequence[Person],
    act: Act,
    *,
    given: Sequence[str],
    case: str,
) -> Clearance:
    """Ask each person alone; the stricter answer counts.

    Args:
        desk: How to ask.
        record: The opened record.
        both: The two.
        act: What is about to be done.
        given: What `--safety` said.
        case: The case, for the stop.

    Returns:
        The clearance, good for 20 seconds.

    Raises:
        StoppedError: Somebody could not say "No"; everything is stopped by then.
    """
    options = _safety_options(given, both)
    if not record.practice and Answer.NO in options.values():
        what = 'In a real record nobody answers "No" beforehand.'
        raise UsageError(what, advice="Leave --safety out: each of you is asked alone.")
    first, second = both
    one = _answer(desk, record, first, options.get(first.id))
    if one.strictest is Answer.NO:
        outcome = assess(act, one, _answer(desk, record, second, options.get(second.id)))
    else:  # nobody waits for the other's answer to stop
        outcome = assess(act, one)
    if isinstance(outcome, HardStop):
        desk.lock(Cause(outcome.trigger, outcome.person, *_said(outcome), case=case))
    return outcome


def _said(outcome: HardStop) -> tuple[str, str]:
    """Return what kind of stop it is, and whether somebody saw it."""
    if outcome.answer is Answer.YES:
        return ("hs" if outcome.image is Answer.YES else "nc"), "yes"
    return "not-sure", "unknown"


def _answer(desk: Desk, record: Record, person: Person, given: Answer | None) -> SafetyAnswer:
    if given is not None:
        return SafetyAnswer(person.id, given, given, record.now())
    words = list(Answer)
    desk.say("", f"{person.name}, alone (what you type does not show):")
    image = Answer(desk.asker.alone(QUESTION_IMAGE, words))
    if image is not Answer.NO:
        return SafetyAnswer(person.id, image, Answer.NO, record.now())
    other = Answer(desk.asker.alone(QUESTION_OTHER, words))
    return SafetyAnswer(person.id, image, other, record.now())


def _safety_options(given: Sequence[str], both: Sequence[Person]) -> dict[str, Answer]:
    found: dict[str, Answer] = {}
    for text in given:
        person, _, answer = text.partition("=")
        person = person.strip().lower()
        if answer not in set(Answer) or person not in {p.id for p in both} or person in found:
            what = f'"--safety {text}" cannot be used.'
            ids = " and ".join(p.id for p in both)
            advice = f"Write ID=no, ID=not-sure or ID=yes, once for each of {ids}."
            raise UsageError(what, advice=advice)
        found[person] = Answer(answer)
    return found
