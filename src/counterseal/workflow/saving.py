"""Save the page that stands in the watched browser, where the school's rules allow it.

It is a file that takes in what nobody may have seen, so it costs a clearance of its own, once both
have scrolled to its end. How it looked is taken with it, to be shown to both before it is kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from counterseal.clock import plain_time
from counterseal.custody.facts import Step
from counterseal.custody.state import CaseState
from counterseal.errors import AcquisitionError, OutOfOrderError
from counterseal.evidence.browser.stood import Stood
from counterseal.evidence.browser.trouble import BY_HAND
from counterseal.evidence.triage import Act, Clearance, SafetyAnswer, check_age
from counterseal.workflow.browsing.port import TakenPage
from counterseal.workflow.collect import answers_as_facts, page_lines
from counterseal.workflow.record import Record
from counterseal.workflow.sessions import about_computer, about_visits
from counterseal.workflow.steps import Draft, Prepared, Produced, preflight, prepare

MEDIA: Final = {"mhtml": "multipart/related", "text": "text/plain"}
"""What kind of file a page becomes, by its form."""
NONE_WATCHED: Final = "No browser is watched, so there is no page to save."
NONE_OPEN: Final = "No browser is watched any more, or it has no window open."


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A page as it was saved just now, in memory.

    Args:
        form: "mhtml" or "text".
        file: The exact bytes, and what is known of the page.
        picture: How it looked in its window; it is shown, and not kept.
        answers: The safety answers that let it through.
        age_ms: How old the older one was when both had come.
    """

    form: str
    file: TakenPage
    picture: TakenPage
    answers: Sequence[SafetyAnswer]
    age_ms: int


def check_allowed(
    record: Record, state: CaseState, form: str, *, concern: int, people: Sequence[str]
) -> None:
    """Refuse what would be refused in the end, before anybody is asked anything.

    Args:
        record: The opened record.
        state: Where the case stands.
        form: "mhtml" or "text".
        concern: Which concern it shows.
        people: The two, the exhibit's producer first.

    Raises:
        ProcedureError: The procedure, or the school's rules, would not allow it.
    """
    answers = [{"person": person, "image": "no", "other": "no"} for person in people]
    facts = {"concern": concern, "answers": answers, "age_ms": 0, "form": form}
    stand_in = Produced(state.next_ref(people[0].upper()), b"", MEDIA[form])
    draft = Draft(Step.PAGE_SAVED, state.case, facts, {"what": "nothing yet"}, (stand_in,))
    preflight(record, prepare(record, draft, state.recipient).proposal, people)


def take_page(record: Record, clearance: Clearance, form: str, stood: Stood) -> SavedPage:
    """Save the page that people answered for, and how it looked, in memory.

    Args:
        record: The opened record.
        clearance: For `Act.SAVE`; spent here, even when it then fails.
        form: "mhtml" or "text".
        stood: What stood in the window before they were asked.

    Raises:
        PageChangedError: Something else stands there by now.
        AcquisitionError: It could not be saved, or there is nothing in it.
        ClearanceError: The safety answers do not cover it, or are too old now.
        OutOfOrderError: No browser is watched.
        StoppedError: A latch stands.
    """
    begun = record.now()
    age = clearance.spend(Act.SAVE, begun)
    record.vault.latch.check()
    file = record.around.browser.save(record.vault.root, form, stood)
    record.vault.latch.check()
    picture = record.around.browser.page(record.vault.root, stood) if file else None
    record.vault.latch.check()
    if file is None or picture is None:
        raise OutOfOrderError(NONE_OPEN, advice=BY_HAND)
    if not file.content:
        what = "The page shows no words, so there is nothing to save."
        raise AcquisitionError(what, advice="Take a picture of it instead.")
    age += record.now().mono_ms - begun.mono_ms
    late = "The safety answers were more than 20 seconds old when the page had been saved."
    check_age(age, late)
    return SavedPage(form, file, picture, clearance.answers, age)


def prepare_saved(  # noqa: PLR0913  (one argument for each thing that is recorded)
    record: Record,
    state: CaseState,
    saved: SavedPage,
    *,
    concern: int,
    what: str,
    people: Sequence[str],
    previewed: bool,
    more: Mapping[str, str | list[str]] | None = None,
) -> Prepared:
    """Put a page that was saved before the two.

    Args:
        record: The opened record.
        state: Where the case stands.
        saved: The page, in memory.
        concern: Which concern it shows.
        what: What it shows, in words.
        people: The two, who both scrolled to its end; the exhibit's producer first.
        previewed: Whether both could look at how it looked.
        more: What the school's rules ask besides, as it stands in the text.
    """
    facts = {
        "concern": concern,
        "answers": answers_as_facts(saved.answers),
        "age_ms": saved.age_ms,
        "form": saved.form,
    }
    taken = str(saved.file.about["taken"])
    text = {
        **about_computer(record),
        "what": what,
        "taken": f"{taken} ({plain_time(taken)} on this computer)",
        "scrolled": sorted(people),
        "previewed": "yes" if previewed else "no",
        **about_visits(record, state),
        "page": page_lines(saved.file.about),
        **(more or {}),
    }
    produced = Produced(state.next_ref(people[0].upper()), saved.file.content, MEDIA[saved.form])
    draft = Draft(Step.PAGE_SAVED, state.case, facts, text, (produced,))
    return prepare(record, draft, state.recipient)
