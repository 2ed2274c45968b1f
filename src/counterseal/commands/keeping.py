"""Two people look at what was taken, and each says: keep it, or do not keep it."""

from collections.abc import Sequence
from typing import Any

from counterseal.commands.desk import Desk
from counterseal.custody.log import Cosigner
from counterseal.custody.state import CaseState
from counterseal.errors import NoScreenError, UsageError
from counterseal.evidence import screen
from counterseal.evidence.triage import Clearance
from counterseal.keys.people import Person
from counterseal.workflow import collect
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


def refuse_beforehand(record: Record, given: bool | None) -> None:
    """Refuse an option that keeps what nobody has looked at yet.

    Raises:
        UsageError: The record is a real one.
    """
    if given and not record.practice:
        beforehand = "In a real record nobody keeps a picture before looking at it."
        raise UsageError(beforehand, advice="Leave --keep out: each of you is asked.")


def stop_if_of_that_kind(desk: Desk, state: CaseState, reason: str, *, unsaved: bool) -> None:
    """Stop where the reason for not keeping it is what it showed."""
    if reason == STOPS:
        desk.lock(Cause("declined", kind="not-sure", unsaved=unsaved, case=state.case))


def look_and_decide(
    desk: Desk,
    record: Record,
    state: CaseState,
    pictures: Sequence[bytes],
    both: Sequence[Person],
    *,
    given: bool | None,
    caption: str = CAPTION,
) -> tuple[bool, bool]:
    """Show what was taken, and ask each of the two whether it is kept.

    Args:
        desk: How to ask.
        record: The opened record.
        state: Where the case stands.
        pictures: The one that is decided upon, and what is shown before it.
        both: The two.
        given: What `--keep` said.
        caption: What stands above the one that is decided upon.

    Returns:
        Whether both keep it, and whether both could look at it.

    Raises:
        NoScreenError: It cannot be shown, and the record is a real one.
        StoppedError: Somebody pressed STOP, or chose it.
    """
    latch = record.vault.latch
    taken, *pages = pictures
    try:
        for page in pages:  # one window at a time, so that neither hides the other
            with screen.show(page, caption=PAGE_CAPTION, latch=latch) as preview:
                if given is None:
                    desk.asker.text(SEEN, "the answer", None, empty=True)
            _stop_if_pressed(desk, state, preview)
        with screen.show(taken, caption=caption, latch=latch) as preview:
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


def decline(
    desk: Desk,
    record: Record,
    state: CaseState,
    concern: int,
    clearance: Clearance,
    *,
    cosigners: Sequence[Cosigner],
    given: dict[str, Any],
) -> None:
    """Record that both looked and kept nothing, and why.

    Args:
        desk: How to ask.
        record: The opened record.
        state: Where the case stands.
        concern: Which concern it showed.
        clearance: What let it through.
        cosigners: The two.
        given: What `--reason` and `--why` said.

    Raises:
        StoppedError: It was not kept because of what it showed.
    """
    reason = desk.asker.choice("Why is it not kept", given["reason"], WORDS)
    stop_if_of_that_kind(desk, state, reason, unsaved=True)
    why = desk.asker.text("Why, in your words", "the reason", given["why"])
    prepared = collect.prepare_declined(
        record, state, concern=concern, reason=reason, why=why, answers=clearance.answers
    )
    commit(record, prepared, cosigners)
    line = "Kept: that you looked and kept no picture, and why. The picture is gone."
    desk.tell({"case": state.case, "concern": concern, "kept": False}, [line])
