"""The single rules that the step table of `procedure.py` puts together. Pure.

Each is a guard: it returns when its rule is met and raises a sentence for a person when not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from counterseal.custody.entry import Proposal, Signatory
from counterseal.custody.facts import Step
from counterseal.custody.state import CaseState, VaultState
from counterseal.errors import (
    ConflictOfInterestError,
    NotAllowedError,
    OutOfOrderError,
    WrongComputerError,
)
from counterseal.evidence.triage import LIFETIME_MS
from counterseal.keys.people import Keyset
from counterseal.policy.naming import one
from counterseal.policy.profile import Profile

UNSEEN_BACKENDS = frozenset({"headless-browser", "practice-card"})


@dataclass(frozen=True, slots=True)
class Asking:
    """A step that somebody wants to take.

    Args:
        proposal: The step, its facts and files.
        people: Who would sign, in order; the producer of an exhibit first.
        state: Where the case stands.
        vault: Where the vault stands.
        keyset: The keyset in force.
        policy: The profile in force.
        next_keyset: The keyset that `keyset.changed` brings in; None for every other step.
        today: The day, `2026-11-20`, as this computer's clock has it.
    """

    proposal: Proposal
    people: tuple[Signatory, ...]
    state: CaseState
    vault: VaultState
    keyset: Keyset
    policy: Profile
    next_keyset: Keyset | None = None
    today: str = ""


Check = Callable[[Asking], None]


def right_files(asking: Asking) -> None:
    """Only exhibit steps bring exhibits; what nobody wrote brings no text."""
    proposal = asking.proposal
    texts = {0, 1} if proposal.step is Step.CASE_STOPPED else {int(proposal.step in WRITTEN)}
    exhibits = _EXHIBITS.get(proposal.step, {0})
    if len(proposal.exhibits) not in exhibits or len(proposal.details) not in texts:
        refuse("The step does not have the files that belong to it.")
    of_the_vault = not proposal.case
    # A lock may come when no case is open; then it is lifted among the vault's own entries.
    if of_the_vault != (proposal.step in OF_THE_VAULT) and proposal.step is not Step.LOCK_LIFTED:
        refuse("The step does not belong there.")


_EXHIBITS = {Step.EXHIBIT_CAPTURED: {1, 2}, Step.EXHIBIT_SUPPLIED: {1}, Step.PAGE_SAVED: {1}}
"""How many exhibits a step brings: of the screen, and with a browser of its page as well."""
OF_THE_VAULT = frozenset(
    {
        Step.VAULT_CREATED,
        Step.KEYSET_CHANGED,
        Step.PROFILE_ADOPTED,
        Step.COMPUTER_CHECKED,
        Step.COMPUTER_CHANGED,
        Step.HANDOVER_KEY_CHECKED,
        Step.HANDOVER_KEY_CHANGED,
        Step.RECEIPT_ISSUED,
        Step.CLOCK_ANOMALY,
    }
)
UNWRITTEN = frozenset(
    {
        Step.SESSION_PAUSED,
        Step.EXHIBIT_VIEWED,
        Step.CASE_STOPPED,
        Step.LOCK_LIFTED,
        Step.RECORD_OPENED,
        Step.STOP_COUNTERSIGNED,
        Step.ASSENT_GIVEN,
        Step.DISPOSAL_RECORDED,
        Step.BUNDLE_MADE,
        Step.BROWSER_CLEARED,
    }
)
WRITTEN = frozenset(Step) - OF_THE_VAULT - UNWRITTEN
"""Steps with details: the text that people wrote."""


def no_open_gate(asking: Asking) -> None:
    """While a gate is open nothing is collected."""
    if asking.state.gates:
        words = {
            "advice": "advice has been taken",
            "approval": f"the {one(asking.policy, 'chair')} has approved it",
            "police": "the police have been told",
            "permission": "the police say that the school may go on",
        }
        waiting = " and ".join(words[gate] for gate in sorted(asking.state.gates))
        what = f"Nothing is collected until {waiting}."
        raise OutOfOrderError(what)


def is_authorised(asking: Asking) -> None:
    """A case that was only logged and judged was never authorised, so nothing is collected."""
    if not asking.state.authorised:
        what = "Nobody has authorised collecting anything in this case."
        raise OutOfOrderError(what, advice="Report what is new as a case of its own.")


def same_machine(asking: Asking) -> None:
    """One designated computer throughout."""
    if asking.proposal.facts["machine"] != asking.vault.machine:
        raise WrongComputerError


def no_conflict(asking: Asking) -> None:
    """Nobody at the computer has a conflict of interest."""
    if asking.proposal.facts["conflict"]:
        what = "Somebody with a conflict of interest may not take part."
        raise ConflictOfInterestError(what, advice="Ask the reserve investigator to take over.")


def is_paused(asking: Asking) -> None:
    """Only what is paused is resumed."""
    if not asking.state.paused:
        what = "The session is not paused."
        raise OutOfOrderError(what)


def every_exhibit_read_back(asking: Asking) -> None:
    """Closing verifies the fingerprint of every exhibit."""
    if asking.proposal.facts["exhibits"] != len(asking.state.exhibits):
        refuse("Not every exhibit was read back.")


def concern_is_next(asking: Asking) -> None:
    """Concerns are counted from one, without a gap."""
    if asking.proposal.facts["concern"] != asking.state.concerns + 1:
        what = "Another concern was recorded meanwhile."
        raise OutOfOrderError(what, advice="Run the command again.")


def concern_known(asking: Asking) -> None:
    """First the address and what is of concern, then anything about it."""
    if not 1 <= asking.proposal.facts["concern"] <= asking.state.concerns:
        what = "Record the address and what is of concern first."
        raise OutOfOrderError(what, advice="Run `counterseal concern add`.")


def exhibit_known(asking: Asking) -> None:
    """Only an exhibit of this case is looked at."""
    ref = asking.proposal.facts["exhibit"]
    if asking.state.exhibit(ref) is None:
        refuse(f"There is no exhibit {ref} in this case.")


def about_known(asking: Asking) -> None:
    """A note is about the case, or about an exhibit that exists."""
    ref = asking.proposal.facts["about"]
    if ref and asking.state.exhibit(ref) is None:
        refuse(f"There is no exhibit {ref} in this case.")


def viewed_by_both(asking: Asking) -> None:
    """Both investigators look, and nobody else."""
    if asking.proposal.facts["viewers"] != sorted(asking.state.investigators):
        refuse("Both investigators look at an exhibit together.")


def answers_harmless(asking: Asking) -> None:
    """Where a picture was taken and not kept, both had answered "No" before."""
    given = asking.proposal.facts["answers"]
    people = sorted(answer["person"] for answer in given)
    if bool(given) != asking.proposal.facts["seen"] or (
        given and people != sorted(asking.state.investigators)
    ):
        refuse("Both investigators answer the safety question, each alone.")
    if any(answer[question] != "no" for answer in given for question in ("image", "other")):
        refuse('Any other answer than "No" stops everything.', "Run `counterseal stop` now.")


def answers_clear(asking: Asking) -> None:
    """Two "No" answers to both questions, by the two investigators, at most 20 seconds old."""
    facts = asking.proposal.facts
    given = facts["answers"]
    if sorted(answer["person"] for answer in given) != sorted(asking.state.investigators):
        refuse("Both investigators answer the safety question, each alone.")
    if any(answer[question] != "no" for answer in given for question in ("image", "other")):
        refuse('Only two "No" answers allow this.', "Run `counterseal stop` now.")
    if facts["age_ms"] > LIFETIME_MS:
        refuse("The safety answers were more than 20 seconds old.")


def pictures_allowed(asking: Asking) -> None:
    """Some categories are recorded in words."""
    if not asking.policy.category(asking.state.category).pictures:
        refuse("This category is recorded in words, without pictures.")


def form_allowed(asking: Asking) -> None:
    """A page is saved only in a form that the school chose to allow; without a choice in none."""
    check_form(asking.policy, asking.proposal.facts["form"])


def check_form(policy: Profile, form: str) -> None:
    """Refuse a form of saving a page that the school's rules do not allow.

    Args:
        policy: The profile in force.
        form: "mhtml" or "text".

    Raises:
        NotAllowedError: They do not.
    """
    if form not in policy.browser.save:
        refuse(
            f"The school's rules do not allow saving a page as {form}.",
            "Take a picture of it. Whether pages are saved is for the school to choose in its "
            "rules: `counterseal policy show`.",
        )


def real_screen(asking: Asking) -> None:
    """Only practice may draw a card, or keep what nobody could look at."""
    facts = asking.proposal.facts
    unseen = facts["backend"] in UNSEEN_BACKENDS or not facts["previewed"]
    if unseen and not asking.vault.practice:
        refuse("Both look at a picture of the real screen before it is kept.")


def reference_is_next(asking: Asking) -> None:
    """The references are the producer's next; the producer signs first."""
    files, initials = asking.proposal.exhibits, asking.people[0].id.upper()
    expected = [asking.state.next_ref(initials, place) for place in range(len(files))]
    if [file.ref for file in files] != expected:
        what = f"The next reference is {expected[0]}."
        raise OutOfOrderError(what, advice="Run the command again.")


def refuse(what: str, advice: str | None = None) -> NoReturn:
    """Refuse a step.

    Args:
        what: The reason, for a person.
        advice: Who could act, or what to do; the general advice where omitted.

    Raises:
        NotAllowedError: Always.
    """
    raise NotAllowedError(what, advice=advice)
