"""One picture, from the passphrases to "kept": the order in which two people are asked.

Passphrases first; then each answers the safety question alone; then the picture, in memory; then
both look at it in a window; then each says keep or do not keep; only then does ciphertext touch the
disk. STOP works at every point.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from counterseal.commands.desk import Desk
from counterseal.commands.questions import ask_rules
from counterseal.commands.signing import people, safety, unlocked
from counterseal.custody.entry import StoredFile
from counterseal.custody.log import Cosigner
from counterseal.custody.state import CaseState
from counterseal.errors import AcquisitionError, NoScreenError, NotAllowedError, UsageError
from counterseal.evidence import screen
from counterseal.evidence.exhibit import Acquisition, Digest
from counterseal.evidence.triage import Act, Clearance
from counterseal.keys.people import Person
from counterseal.keys.unlocked import UnlockedKey
from counterseal.policy.questions import as_text, due
from counterseal.workflow import collect
from counterseal.workflow.browsing.port import PagePicture
from counterseal.workflow.record import Record
from counterseal.workflow.steps import commit
from counterseal.workflow.stop.cause import Cause

KEEP = {
    "keep": "I was present and saw this; keep it, and I sign.",
    "do-not-keep": "It is not kept.",
    "stop": "Stop everything now.",
}
WORDS = {
    "not-needed": "A picture adds nothing to what was written down.",
    "described-instead": "It is described in words instead.",
    "unclear": "The picture does not show it clearly.",
    "because-of-what-it-showed": "Because of what it showed. This stops everything.",
}
STOPS = "because-of-what-it-showed"
CAPTION = (
    "This is the picture that would be kept. Both of you look at it, then answer in the terminal."
)
PAGE_CAPTION = (
    "First the page in the watched browser. Both of you look, then press Enter in the terminal."
)
SEEN = "Press Enter when both of you have looked at the page"


def capture(
    desk: Desk, record: Record, state: CaseState, concern: int, given: dict[str, Any]
) -> None:
    """Take one picture and keep it, or record that it is not kept.

    Args:
        desk: How to ask.
        record: The opened record.
        state: Where the case stands.
        concern: Which concern it shows.
        given: What the options said.
    """
    if given["keep"] and not record.practice:
        beforehand = "In a real record nobody keeps a picture before looking at it."
        raise UsageError(beforehand, advice="Leave --keep out: each of you is asked.")
    what = desk.asker.text("What does it show, in plain words", "the description", given["what"])
    rules = due(record.terms.policy, "picture", state.category, state.subject)
    answers = ask_rules(desk, rules, given["answered"])
    both = people(record, producer_first(state, given["producer"]))
    guard_the_screens(desk, record)
    with two_unlocked(desk, record, both) as keys:
        cosigners = [Cosigner(p.id, present=True, key=k) for p, k in zip(both, keys, strict=True)]
        clearance = safety(desk, record, both, Act.CAPTURE, given=given["safety"], case=state.case)
        with desk.waiting("Taking the picture"):
            taken = collect.take_picture(record, clearance)
            page = _page(desk, record, taken)
        pictures = [taken.png, *([page.png] if page else [])]
        keep, previewed = _look_and_decide(desk, record, state, pictures, both, given["keep"])
        if not keep:
            _decline(desk, record, state, concern, clearance, cosigners, given)
            return
        prepared = collect.prepare_capture(
            record,
            state,
            taken,
            clearance.answers,
            concern=concern,
            what=what,
            producer=both[0].id,
            previewed=previewed,
            page=page,
            more=as_text(answers),
        )
        with desk.waiting("Keeping the picture"):
            commit(record, prepared, cosigners)
    plain = [Digest.of(png) for png in pictures]
    tell_kept(desk, state, prepared.proposal.exhibits, plain, both)


def _page(desk: Desk, record: Record, taken: Acquisition) -> PagePicture | None:
    """Take the page as well; where it cannot be had, the picture of the screen still can."""
    try:
        return collect.take_page(record, taken)
    except AcquisitionError as error:
        desk.say(f"   {error.what} The picture of the screen was taken all the same.")
        return None


def look(desk: Desk, record: Record, state: CaseState, ref: str, opened: tuple[bytes, str]) -> None:
    """Show an exhibit in a window until somebody has finished looking.

    Args:
        desk: How to ask.
        record: The opened record.
        state: Where the case stands.
        ref: "AB/1".
        opened: The exact bytes, and their media type.
    """
    picture, media = opened
    data = {"case": state.case, "exhibit": ref, "media": media, "size": len(picture)}
    if media != collect.PNG:
        line = f"Exhibit {ref} opens as it was kept ({media}), but only pictures are shown here."
        desk.tell({**data, "shown": False}, [line])
        return
    guard_the_screens(desk, record)
    caption = f"Exhibit {ref} of case {state.case}, as it was kept."
    with screen.show(picture, caption=caption, latch=record.vault.latch) as preview:
        desk.asker.text(
            "Press Enter when you have finished looking", "the answer", None, empty=True
        )
    if preview.stop_pressed:
        desk.lock(Cause("stop-button", case=state.case))
    desk.tell({**data, "shown": True}, [f"Kept: that exhibit {ref} was looked at."])


def guard_the_screens(desk: Desk, record: Record) -> None:
    """Make sure that a guard can cover every display before anything is taken or shown.

    Raises:
        NoGuardError: There is a display, and it cannot be covered.
    """
    with desk.waiting("Making ready to cover the screens"):
        desk.around.guard.start(record.vault.root, practice=record.practice)


def producer_first(state: CaseState, producer: str | None) -> list[str]:
    """Return the two investigators, the exhibit's producer first.

    Raises:
        NotAllowedError: The producer is not one of the two.
    """
    first = (producer or state.investigators[0]).strip().lower()
    if first not in state.investigators:
        names = " or ".join(state.investigators)
        what = f"An exhibit is produced by one of the two investigators, {names}."
        raise NotAllowedError(what)
    return [first, *(person for person in state.investigators if person != first)]


@contextmanager
def two_unlocked(desk: Desk, record: Record, both: Sequence[Person]) -> Iterator[list[UnlockedKey]]:
    """Ask both passphrases, in order, and unlock both keys."""
    with ExitStack() as stack:
        yield [stack.enter_context(unlocked(desk, record, person)) for person in both]


def stop_if_of_that_kind(desk: Desk, state: CaseState, reason: str, *, unsaved: bool) -> None:
    """Stop where the reason for not keeping it is what it showed."""
    if reason == STOPS:
        desk.lock(Cause("declined", kind="not-sure", unsaved=unsaved, case=state.case))


def tell_kept(
    desk: Desk,
    state: CaseState,
    kept: Sequence[StoredFile],
    plain: Sequence[Digest],
    both: Sequence[Person],
    *,
    more: Sequence[str] = (),
) -> None:
    """Say what was kept, under which references and fingerprints.

    Args:
        desk: How to tell.
        state: Where the case stands.
        kept: The encrypted files; where there are two, the second is the page.
        plain: Fingerprints of what was acquired, in the same order.
        both: Who signed.
        more: What else to say.
    """
    names = " and ".join(person.name for person in both)
    first, *pages = [
        {
            "exhibit": file.ref,
            "sha256_plain": digest.sha256,
            "size_plain": digest.size,
            "sha256_cipher": file.sha256,
            "path": file.name,
        }
        for file, digest in zip(kept, plain, strict=True)
    ]
    signed = [person.id for person in both]
    data = {"case": state.case, **first, "kept": True, "signed_by": signed, "page": None}
    lines = []
    for file, digest in zip(kept, plain, strict=True):
        what = "" if file is kept[0] else ", the page in the browser"
        lines += [
            f"Kept: exhibit {file.ref} of case {state.case}{what}, signed by {names}.",
            f"Fingerprint of what was acquired: {digest.sha256}",
            f"Encrypted file: {file.name}",
        ]
    desk.tell({**data, "page": pages[0]} if pages else data, [*lines, *more])


def _look_and_decide(  # noqa: PLR0917  (two people, one picture, and what options said)
    desk: Desk,
    record: Record,
    state: CaseState,
    pictures: Sequence[bytes],
    both: Sequence[Person],
    given: bool | None,
) -> tuple[bool, bool]:
    latch = record.vault.latch
    taken, *pages = pictures
    try:
        for page in pages:  # one window at a time, so that neither hides the other
            with screen.show(page, caption=PAGE_CAPTION, latch=latch) as preview:
                if given is None:
                    desk.asker.text(SEEN, "the answer", None, empty=True)
            _stop_if_pressed(desk, state, preview)
        with screen.show(taken, caption=CAPTION, latch=latch) as preview:
            keep = _all_keep(desk, state, both, given)
    except NoScreenError:
        if not record.practice:
            raise  # nothing is kept unseen
        desk.say("   Practice on a machine without a window: the picture cannot be shown.")
        return _all_keep(desk, state, both, given), False
    _stop_if_pressed(desk, state, preview)
    return keep, True


def _stop_if_pressed(desk: Desk, state: CaseState, preview: screen.Preview) -> None:
    if preview.stop_pressed:
        desk.lock(Cause("stop-button", unsaved=True, case=state.case))


def _all_keep(
    desk: Desk,
    state: CaseState,
    both: Sequence[Person],
    given: bool | None,
) -> bool:
    if given is not None:
        return given
    for person in both:
        word = desk.asker.choice(f"{person.name} ({person.id})", None, KEEP)
        if word == "stop":
            desk.lock(Cause("stop-command", person.id, unsaved=True, case=state.case))
        if word != "keep":
            return False
    return True


def _decline(  # noqa: PLR0917  (what the entry says)
    desk: Desk,
    record: Record,
    state: CaseState,
    concern: int,
    clearance: Clearance,
    cosigners: Sequence[Cosigner],
    given: dict[str, Any],
) -> None:
    reason = desk.asker.choice("Why is it not kept", given["reason"], WORDS)
    stop_if_of_that_kind(desk, state, reason, unsaved=True)
    why = desk.asker.text("Why, in your words", "the reason", given["why"])
    prepared = collect.prepare_declined(
        record, state, concern=concern, reason=reason, why=why, answers=clearance.answers
    )
    commit(record, prepared, cosigners)
    line = "Kept: that you looked and kept no picture, and why. The picture is gone."
    desk.tell({"case": state.case, "concern": concern, "kept": False}, [line])
