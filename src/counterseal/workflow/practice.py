"""A whole case with made-up people, through the same code as a real one.

Nothing here is a short cut: every step is prepared, signed, logged and checked as always. Only the
answers are written down beforehand, and the record says that it is for practice.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from counterseal import durable
from counterseal.custody.log import Cosigner
from counterseal.errors import NoScreenError, VaultError
from counterseal.evidence import screen
from counterseal.evidence.exhibit import Digest
from counterseal.evidence.triage import Act, Answer, Clearance, HardStop, SafetyAnswer, assess
from counterseal.keys.recipients import new_identity, recipient_of
from counterseal.policy import profile
from counterseal.policy.profile import Profile
from counterseal.policy.questions import MARKED_PRIVATE, due
from counterseal.workflow import cases, collect, practice_leaving, sessions
from counterseal.workflow.practice_people import IDS, MAIL, PEOPLE, SCHOOL
from counterseal.workflow.record import Record
from counterseal.workflow.setup import Founding, found
from counterseal.workflow.steps import Prepared, commit
from counterseal.workflow.surroundings import Surroundings

Tell = Callable[[str], None]
AskSafety = Callable[[str], Answer]
"""Asks whoever sits there the safety question about their real screen; told the backend."""


@dataclass(slots=True)
class Rehearsal:
    """A practice case under way.

    Args:
        folder: Where everything is left.
        record: The practice record.
        tell: Says what happens, in plain words.
        exhibits: What `practice.json` says of each exhibit.
    """

    folder: Path
    record: Record
    tell: Tell
    exhibits: list[dict[str, str]] = field(default_factory=list)

    @contextmanager
    def signing(self, *ids: str) -> Iterator[list[Cosigner]]:
        """Unlock the keys of practice people, as they would themselves."""
        passphrases = {person: p.passphrase for person, p in zip(IDS, PEOPLE, strict=True)}
        with ExitStack() as stack:
            yield [
                Cosigner(
                    person,
                    present=True,
                    key=stack.enter_context(self.record.unlock(person, passphrases[person])),
                )
                for person in ids
            ]

    def keep(self, prepared: Prepared, *ids: str) -> None:
        """Have a step signed and kept."""
        with self.signing(*ids) as cosigners:
            commit(self.record, prepared, cosigners)

    def case(self) -> str:
        """Return the practice case's reference."""
        return self.record.log.cases()[0]


def rehearse(  # noqa: PLR0913, PLR0917  (all that a rehearsal is given)
    folder: Path,
    around: Surroundings,
    tell: Tell,
    ask: AskSafety,
    rules: Profile | None = None,
    then: Callable[[Rehearsal], None] | None = None,
) -> Rehearsal | HardStop:
    """Run a whole practice case.

    Args:
        folder: Where to leave `vault/`, the receipt, the bundle, `handover.key` and
            `practice.json`; new or empty.
        around: The surroundings.
        tell: Says what happens.
        ask: Asks the safety question about a real screen.
        rules: The school's rules; the base profile where omitted.
        then: What follows the first picture; the rest of an ordinary case where omitted.

    Returns:
        The rehearsal, or the hard stop where somebody could not say "No".

    Raises:
        VaultError: The folder is not empty, or the disk refuses.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        what = f"{folder} is not an empty folder."
        raise VaultError(what, advice="Name another one with --out.")
    rehearsal = _set_up(folder, around, tell, rules or profile.base())
    _report_to_authorised(rehearsal)
    _open_and_describe(rehearsal)
    stopped = _picture(rehearsal, ask)
    if stopped is not None:
        return stopped
    (then or _to_the_end)(rehearsal)
    return rehearsal


def _to_the_end(rehearsal: Rehearsal) -> None:
    _supplied_and_note(rehearsal)
    _close(rehearsal)
    _leave(rehearsal)


def _set_up(folder: Path, around: Surroundings, tell: Tell, rules: Profile) -> Rehearsal:
    tell(f"Setting up a practice record with four made-up people. Rules: {rules.title}.")
    folder.mkdir(parents=True, exist_ok=True)
    identity = new_identity()
    durable.write_new(folder / "handover.key", identity.encode() + b"\n")
    founding = Founding(SCHOOL, PEOPLE, recipient_of(identity), practice=True, rules=rules)
    record = found(folder / "vault", founding, around)
    for person, newcomer in zip(record.terms.keyset.people, PEOPLE, strict=True):
        tell(f'   {newcomer.name} ({person.id}), {newcomer.position}: "{newcomer.passphrase}"')
    return Rehearsal(folder, record, tell)


def _report_to_authorised(rehearsal: Rehearsal) -> None:
    record, tell = rehearsal.record, rehearsal.tell
    report = cases.Report(
        source="pupil",
        subject="pupil",
        category=17,
        barred=(),
        what="A pupil says that classmates post unkind messages about him in a group chat.",
        found="Told to the form tutor after assembly.",
        reported_by="The form tutor",
        whom="P. Q.",
        answers=_answers(record, "report"),
    )
    rehearsal.keep(cases.prepare_report(record, report), "ab")
    state = record.log.case(rehearsal.case())
    tell(f"Ada Brook reports a concern: case {state.case}. One person signs that.")
    category = record.terms.policy.category(17)
    answers = _answers(record, "triage")
    triage = cases.Triage(
        category, category.graver, (), "Messages between pupils, no threat.", answers
    )
    rehearsal.keep(cases.prepare_triage(record, state, triage, ("ab", "cd")), "ab", "cd")
    tell(f"Ada Brook and Carl Dunn decide together what it is: {category.label}.")
    given = cases.Authorisation(
        authoriser="ef",
        reserve="",
        purpose="safeguarding",
        users_told=True,
        proportionate=True,
        why="To protect the pupil.",
        answers=_answers(record, "authorise"),
    )
    prepared = cases.prepare_authorisation(record, record.log.case(state.case), given)
    with rehearsal.signing("ab", "cd", "ef") as cosigners:
        cases.authorise(record, prepared, cosigners)
    tell("Edith Fell, the Headteacher, authorises it. All three sign.")


def _open_and_describe(rehearsal: Rehearsal) -> None:
    record, tell = rehearsal.record, rehearsal.tell
    state = record.log.case(rehearsal.case())
    prepared = sessions.prepare_opening(
        record, state, place="The practice room", conflict=False, warned=True
    )
    rehearsal.keep(prepared, "ab", "cd")
    tell("They open a session at this computer. It is the designated one from now on.")
    concern = collect.Concern(
        address="https://chat.elmbridge.example/year9/trip/214",
        device="",
        nature="Somebody tells the others to leave a classmate out and to hide his lunch bag.",
        seen="This morning, before lessons",
        place="Group chat of year 9",
        answers=_answers(record, "concern"),
    )
    state = record.log.case(state.case)
    rehearsal.keep(collect.prepare_concern(record, state, concern), "ab", "cd")
    tell("They record the address and what is of concern there. Both sign.")


def _picture(rehearsal: Rehearsal, ask: AskSafety) -> HardStop | None:
    record, tell = rehearsal.record, rehearsal.tell
    state = record.log.case(rehearsal.case())
    answer = ask(record.around.screen(True).name)  # noqa: FBT003  (it is for practice)
    outcome = _assess(record, Act.CAPTURE, answer)
    if isinstance(outcome, HardStop):
        return outcome
    tell('Both are asked, each alone: could anything in view be illegal to copy? Both say "No".')
    taken = collect.take_picture(record, outcome)
    previewed = _preview(rehearsal, taken.png)
    prepared = collect.prepare_capture(
        record,
        state,
        taken,
        outcome.answers,
        concern=1,
        what="The page of the group chat with the messages (practice).",
        producer="ab",
        previewed=previewed,
    )
    rehearsal.keep(prepared, "ab", "cd")
    looked = "looked at, " if previewed else ""
    tell(f"A picture is taken ({taken.width} x {taken.height}, {taken.backend}), {looked}and kept.")
    _note_exhibit(rehearsal, prepared, taken.digest)
    return None


def _preview(rehearsal: Rehearsal, png: bytes) -> bool:
    around = rehearsal.record.around
    try:
        caption = "PRACTICE. This is the picture that would be kept. Both look at it."
        with screen.show(png, caption=caption, latch=rehearsal.record.vault.latch):
            around.clock.sleep(1.5)
    except NoScreenError:
        rehearsal.tell("(There is no window to show the picture in; a real one would be refused.)")
        return False
    return True


def _supplied_and_note(rehearsal: Rehearsal) -> None:
    record, tell = rehearsal.record, rehearsal.tell
    state = record.log.case(rehearsal.case())
    outcome = _assess(record, Act.IMPORT, Answer.NO)
    if not isinstance(outcome, Clearance):
        message = 'two "No" answers clear'
        raise TypeError(message)
    item = collect.Supplied(
        MAIL, "message.eml.txt", "An e-mail handed over by a parent.", "A parent", "Today"
    )
    prepared = collect.prepare_supplied(record, state, item, outcome, concern=1, producer="cd")
    rehearsal.keep(prepared, "cd", "ab")
    tell("A parent's e-mail is taken in, marked as not captured by us.")
    _note_exhibit(rehearsal, prepared, Digest.of(MAIL))
    state = record.log.case(state.case)
    note = collect.prepare_note(record, state, "AB/1", "The page was open in the school's browser.")
    rehearsal.keep(note, "ab", "cd")
    declined = collect.prepare_declined(
        record, state, concern=1, reason="described-instead", why="The rest is described in words."
    )
    rehearsal.keep(declined, "ab", "cd")
    tell("They add a note, and record that nothing more is kept. Words are an equal choice.")


def _close(rehearsal: Rehearsal) -> None:
    record, tell = rehearsal.record, rehearsal.tell
    state = record.log.case(rehearsal.case())
    prepared = sessions.prepare_closing(record, state, "One picture, one e-mail, one note.")
    with rehearsal.signing("ab", "cd") as cosigners:
        sessions.close(record, prepared, cosigners)
    tell("They close the session: everything is read back, and a receipt is issued.")


def _leave(rehearsal: Rehearsal) -> None:
    folder, record, case = rehearsal.folder.absolute(), rehearsal.record, rehearsal.case()
    with rehearsal.signing("ab", "cd") as cosigners:
        receipt = practice_leaving.make_bundle(record, case, cosigners, folder)
    rehearsal.tell("They make the bundle that the police would receive, sealed under six words.")
    practice_leaving.leave(folder, record, case, rehearsal.exhibits, receipt)


def _answers(record: Record, moment: str) -> dict[str, str]:
    """Answer what the school's rules ask of a case of this kind; it is practice."""
    asked = due(record.terms.policy, moment, 17, "pupil")
    return {i: "no" if i == MARKED_PRIVATE else "Not known (practice)." for i in asked}


def _assess(record: Record, act: Act, answer: Answer) -> Clearance | HardStop:
    now = record.now()
    first, second = (SafetyAnswer(person, answer, answer, now) for person in ("ab", "cd"))
    return assess(act, first, second)


def _note_exhibit(rehearsal: Rehearsal, prepared: Prepared, plain: Digest) -> None:
    (kept,) = prepared.proposal.exhibits
    rehearsal.exhibits.append(
        {
            "ref": kept.ref,
            "path": str(rehearsal.record.vault.path(kept.name)),
            "sha256_plain": plain.sha256,
            "sha256_cipher": kept.sha256,
        }
    )
