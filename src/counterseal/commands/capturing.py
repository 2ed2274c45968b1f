"""One picture, from the passphrases to "kept": the order in which two people are asked.

Passphrases first; then both are told which page stands in the watched browser; then each answers
the safety question alone; then the picture, in memory, of that page and no other; then both look at
it in a window; then each says keep or do not keep; only then does ciphertext touch the disk. STOP
works at every point.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from counterseal.commands.addressing import tell_page
from counterseal.commands.desk import Desk
from counterseal.commands.keeping import decline, look_and_decide, refuse_beforehand
from counterseal.commands.questions import ask_rules
from counterseal.commands.signing import people, safety, unlocked
from counterseal.custody.entry import StoredFile
from counterseal.custody.log import Cosigner
from counterseal.custody.state import CaseState
from counterseal.errors import AcquisitionError, NotAllowedError
from counterseal.evidence import screen
from counterseal.evidence.browser.trouble import PageChangedError
from counterseal.evidence.exhibit import Acquisition, Digest
from counterseal.evidence.triage import Act
from counterseal.keys.people import Person
from counterseal.keys.unlocked import UnlockedKey
from counterseal.policy.questions import as_text, due
from counterseal.workflow import collect
from counterseal.workflow.browsing.port import InView, TakenPage
from counterseal.workflow.record import Record
from counterseal.workflow.steps import commit
from counterseal.workflow.stop.cause import Cause


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
    refuse_beforehand(record, given["keep"])
    what = desk.asker.text("What does it show, in plain words", "the description", given["what"])
    rules = due(record.terms.policy, "picture", state.category, state.subject)
    answers = ask_rules(desk, rules, given["answered"])
    both = people(record, producer_first(state, given["producer"]))
    guard_the_screens(desk, record)
    with two_unlocked(desk, record, both) as keys:
        cosigners = [Cosigner(p.id, present=True, key=k) for p, k in zip(both, keys, strict=True)]
        view = _in_view(desk, record)
        clearance = safety(desk, record, both, Act.CAPTURE, given=given["safety"], case=state.case)
        with desk.waiting("Taking the picture"):
            taken = collect.take_picture(record, clearance)
            page = _page(desk, record, taken, view)
        pictures = [taken.png, *([page.content] if page else [])]
        keep, previewed = look_and_decide(desk, record, state, pictures, both, given=given["keep"])
        if not keep:
            decline(desk, record, state, concern, clearance, cosigners=cosigners, given=given)
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


def _in_view(desk: Desk, record: Record) -> InView | None:
    try:
        return tell_page(desk, record, whole=False)
    except AcquisitionError as error:
        desk.say(f"   {error.what} The picture of the screen can be taken all the same.")
        return None


def _page(desk: Desk, record: Record, taken: Acquisition, view: InView | None) -> TakenPage | None:
    """Take the page as well; where it cannot be had, the picture of the screen still can.

    Raises:
        PageChangedError: Something else stands there than what both answered for; so it may on the
            screen, whose picture is then not kept either.
    """
    if view is None:
        return None
    try:
        return collect.take_page(record, taken, view.stood)
    except PageChangedError:
        raise
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
