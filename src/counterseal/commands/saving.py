"""One page, saved: the order in which two people are asked.

What the rules do not allow is refused first. Then passphrases; then both are told which page it is;
then each says that they scrolled to its end, and answers the safety question alone; then that page
and no other, in memory; then both look at how it looked, and each says keep or do not keep; only
then does ciphertext touch the disk.
"""

from collections.abc import Sequence
from typing import Any

from counterseal.commands import capturing
from counterseal.commands.addressing import tell_page
from counterseal.commands.desk import Desk
from counterseal.commands.keeping import decline, look_and_decide, refuse_beforehand
from counterseal.commands.questions import ask_rules
from counterseal.commands.signing import people, safety
from counterseal.custody import rules
from counterseal.custody.log import Cosigner
from counterseal.custody.state import CaseState
from counterseal.errors import NotAllowedError, OutOfOrderError, UsageError
from counterseal.evidence.browser.trouble import BY_HAND
from counterseal.evidence.exhibit import Digest
from counterseal.evidence.triage import Act
from counterseal.keys.people import Person
from counterseal.policy.choices import FORMS
from counterseal.policy.questions import as_text, due
from counterseal.workflow import saving
from counterseal.workflow.record import Record
from counterseal.workflow.steps import commit

SCROLLED = "did you scroll to the end of the page, so that you saw all that will be saved"
CAPTION = (
    "This is how the page looked; it is saved whole, also what is further down. Both of you look "
    "at it, then answer in the terminal."
)
NOT_SHOWN = "The saved page is not shown here again: only pictures are shown."


def save(desk: Desk, record: Record, state: CaseState, concern: int, given: dict[str, Any]) -> None:
    """Save the page in the watched browser and keep it.

    Args:
        desk: How to ask.
        record: The opened record.
        state: Where the case stands.
        concern: Which concern it shows.
        given: What the options said.

    Raises:
        NotAllowedError: The rules do not allow it, or somebody did not see all of the page.
        OutOfOrderError: No browser is watched, or something has to come first.
    """
    refuse_beforehand(record, given["keep"])
    ids = capturing.producer_first(state, given["producer"])
    form = _form(desk, record, given["form"])
    saving.check_allowed(record, state, form, concern=concern, people=ids)
    if desk.seen is None:
        raise OutOfOrderError(saving.NONE_WATCHED, advice=BY_HAND)
    what = desk.asker.text("What does it show, in plain words", "the description", given["what"])
    asked = due(record.terms.policy, "picture", state.category, state.subject)
    answers = ask_rules(desk, asked, given["answered"])
    both = people(record, ids)
    capturing.guard_the_screens(desk, record)
    with capturing.two_unlocked(desk, record, both) as keys:
        cosigners = [Cosigner(p.id, present=True, key=k) for p, k in zip(both, keys, strict=True)]
        view = tell_page(desk, record, whole=True)
        if view is None:
            raise OutOfOrderError(saving.NONE_OPEN, advice=BY_HAND)
        _both_scrolled(desk, both, given["scrolled"])
        clearance = safety(desk, record, both, Act.SAVE, given=given["safety"], case=state.case)
        with desk.waiting("Saving the page"):
            saved = saving.take_page(record, clearance, form, view.stood)
        keep, previewed = look_and_decide(
            desk, record, state, [saved.picture.content], both, given=given["keep"], caption=CAPTION
        )
        if not keep:
            decline(desk, record, state, concern, clearance, cosigners=cosigners, given=given)
            return
        prepared = saving.prepare_saved(
            record,
            state,
            saved,
            concern=concern,
            what=what,
            people=ids,
            previewed=previewed,
            more=as_text(answers),
        )
        with desk.waiting("Keeping the page"):
            commit(record, prepared, cosigners)
    plain = [Digest.of(saved.file.content)]
    capturing.tell_kept(desk, state, prepared.proposal.exhibits, plain, both, more=[NOT_SHOWN])


def _form(desk: Desk, record: Record, given: str | None) -> str:
    """Ask for one of the forms that the school's rules allow."""
    allowed = record.terms.policy.browser.save
    if not allowed:
        rules.check_form(record.terms.policy, given or "a file")
    if given is None:
        named = {form: FORMS[form] for form in sorted(allowed)}
        given = desk.asker.choice("In which form is the page saved", None, named)
    rules.check_form(record.terms.policy, given)
    return given


def _both_scrolled(desk: Desk, both: Sequence[Person], given: Sequence[str]) -> None:
    named = {one.strip().lower() for one in given}
    strangers = sorted(named - {person.id for person in both})
    if strangers:
        what = f"{' and '.join(strangers)} is named by --scrolled but does not sign."
        raise UsageError(what, advice=f"Both sign: {' and '.join(p.id for p in both)}.")
    for person in both:
        scrolled = True if person.id in named else None
        if not desk.asker.yes(f"{person.name}, {SCROLLED}?", scrolled):
            what = f"{person.name} has not seen all of the page, so it is not saved."
            advice = "Scroll to its end together, then run the command again; or take a picture."
            raise NotAllowedError(what, advice=advice)
