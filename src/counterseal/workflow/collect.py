"""Record what is of concern, and what is kept of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from counterseal.clock import plain_time
from counterseal.custody.details import encode_page_text
from counterseal.custody.facts import Step
from counterseal.custody.state import CaseState
from counterseal.evidence import screen
from counterseal.evidence.browser.stood import Stood
from counterseal.evidence.browser.trouble import BY_HAND, BrowserGoneError, PageChangedError
from counterseal.evidence.exhibit import Acquisition
from counterseal.evidence.triage import Act, Clearance, SafetyAnswer, check_age
from counterseal.policy.questions import MARKED_PRIVATE, as_text
from counterseal.workflow.browsing.port import TakenPage
from counterseal.workflow.record import Record
from counterseal.workflow.sessions import about_computer, about_visits
from counterseal.workflow.steps import Draft, Prepared, Produced, prepare

MOST_SUPPLIED = 200_000_000
"""The largest item that is taken in, in bytes: it is encrypted in memory."""

PNG = "image/png"
_CLOSED = "The browser was closed, or nobody watches it any more, since you answered."


@dataclass(frozen=True, slots=True)
class Concern:
    """One address or device, and what is of concern there.

    Args:
        address: As typed or read aloud; "" where it is a device.
        device: What device; "" where it is an address.
        nature: What is of concern, in words.
        seen: When it was seen, in words.
        place: Where: the site, app or account, or the room.
        answers: To the questions of the school's rules, by id.
        source: Where the address comes from: the browser, or who typed and who read it back.
    """

    address: str
    device: str
    nature: str
    seen: str
    place: str
    answers: Mapping[str, str] = field(default_factory=dict)
    source: str = ""


@dataclass(frozen=True, slots=True)
class Supplied:
    """Something that was handed over.

    Args:
        content: The exact bytes.
        name: Of the file, as it came.
        what: What it is, in words.
        supplied_by: By whom.
        received: When, in words.
    """

    content: bytes
    name: str
    what: str
    supplied_by: str
    received: str


def prepare_concern(record: Record, state: CaseState, concern: Concern) -> Prepared:
    """Put an address or device, and what is of concern, before the two."""
    where: dict[str, str | list[str]] = (
        {"address_b64": encode_page_text(concern.address)}
        if concern.address
        else {"device": concern.device}
    )
    kind = "address" if concern.address else "device"
    said = {"nature": concern.nature, "seen": concern.seen, "place": concern.place}
    source = {"from": concern.source} if concern.source else {}
    visits = about_visits(record, state)
    text = {**where, **source, **said, **visits, **as_text(concern.answers)}
    private = concern.answers.get(MARKED_PRIVATE) == "yes"
    facts = {"concern": state.concerns + 1, "kind": kind, "private": private}
    return prepare(record, Draft(Step.CONCERN_RECORDED, state.case, facts, text), state.recipient)


def take_picture(record: Record, clearance: Clearance) -> Acquisition:
    """Take one picture of the screen, in memory.

    Raises:
        AcquisitionError: No screen, or the picture was refused.
        ClearanceError: The safety answers do not cover it.
        StoppedError: A latch stands.
    """
    source = record.around.screen(record.practice)
    return screen.grab(clearance, source, clock=record.around.clock, latch=record.vault.latch)


def take_page(record: Record, taken: Acquisition, stood: Stood) -> TakenPage:
    """Take the page of the watched browser, in the same act as a picture of the screen.

    Args:
        record: The opened record.
        taken: The picture of the screen, which the safety answers let through just now.
        stood: What stood in the browser when they were given.

    Returns:
        The page, in memory.

    Raises:
        PageChangedError: Something else stands there by now, so that the picture of the screen is
            not what they answered for either.
        AcquisitionError: No picture of the page could be had.
        ClearanceError: Meanwhile the safety answers are too old for it.
        StoppedError: A latch stands.
    """
    record.vault.latch.check()
    try:
        page = record.around.browser.page(record.vault.root, stood)
    except BrowserGoneError as error:
        if error.code == BrowserGoneError.code:  # not one that is silent, or fails at its picture
            raise PageChangedError(_CLOSED, advice=error.advice) from error
        raise
    record.vault.latch.check()
    if page is None:
        raise PageChangedError(_CLOSED, advice=BY_HAND)
    since = record.now().mono_ms - taken.taken.mono_ms
    late = "The safety answers were more than 20 seconds old when the page had been taken."
    check_age(taken.answers_age_ms + since, late)
    return page


def prepare_capture(  # noqa: PLR0913  (one argument for each thing that is recorded)
    record: Record,
    state: CaseState,
    taken: Acquisition,
    answers: Sequence[SafetyAnswer],
    *,
    concern: int,
    what: str,
    producer: str,
    previewed: bool,
    page: TakenPage | None = None,
    more: Mapping[str, str | list[str]] | None = None,
) -> Prepared:
    """Put a picture that both have looked at before the two.

    Args:
        record: The opened record.
        state: Where the case stands.
        taken: The picture, in memory.
        answers: Both people's safety answers.
        concern: Which concern it shows.
        what: What it shows, in words.
        producer: Whose exhibit it is.
        previewed: Whether both could look at it.
        page: The page of the watched browser, taken in the same act.
        more: What the school's rules ask besides, as it stands in the text.
    """
    facts = {
        "concern": concern,
        "answers": answers_as_facts(answers),
        "age_ms": taken.answers_age_ms,
        "backend": taken.backend,
        "width": taken.width,
        "height": taken.height,
        "monitors": len(taken.monitors),
        "tries": taken.tries,
        "previewed": previewed,
    }
    monitors = [json.dumps(asdict(m), separators=(",", ":")) for m in taken.monitors]
    text = {
        **about_computer(record),
        "what": what,
        "taken": f"{taken.taken.utc} ({plain_time(taken.taken.utc)} on this computer)",
        "monitors": monitors,
        "backend": f"{taken.backend} {taken.version}",
        **about_visits(record, state),
        **({"page": page_lines(page.about)} if page else {}),
        **(more or {}),
    }
    pictures = [taken.png, *([page.content] if page else [])]
    produced = tuple(
        Produced(state.next_ref(producer.upper(), place), png, PNG)
        for place, png in enumerate(pictures)
    )
    draft = Draft(Step.EXHIBIT_CAPTURED, state.case, facts, text, produced)
    return prepare(record, draft, state.recipient)


def page_lines(about: Mapping[str, str | list[str]]) -> list[str]:
    """Return what is known of a page as lines: `<name>: <value>`."""
    return [
        f"{name}: {each}"
        for name, value in about.items()
        for each in (value if isinstance(value, list) else [value])
    ]


def prepare_supplied(  # noqa: PLR0913  (one argument for each thing that is recorded)
    record: Record,
    state: CaseState,
    item: Supplied,
    clearance: Clearance,
    *,
    concern: int,
    producer: str,
) -> Prepared:
    """Put something that was handed over before the two; it is marked "not captured by us".

    Raises:
        ClearanceError: The safety answers do not cover it.
    """
    age = clearance.spend(Act.IMPORT, record.now())
    media = media_of(item.content)
    facts = {
        "concern": concern,
        "answers": answers_as_facts(clearance.answers),
        "age_ms": age,
        "media": media,
    }
    text: dict[str, str | list[str]] = {
        "what": item.what,
        "supplied_by": item.supplied_by,
        "received": item.received,
        "name_b64": encode_page_text(item.name),
        "program": about_computer(record)["program"],
    }
    produced = Produced(state.next_ref(producer.upper()), item.content, media)
    draft = Draft(Step.EXHIBIT_SUPPLIED, state.case, facts, text, (produced,))
    return prepare(record, draft, state.recipient)


def prepare_declined(  # noqa: PLR0913  (one argument for each thing that is recorded)
    record: Record,
    state: CaseState,
    *,
    concern: int,
    reason: str,
    why: str,
    answers: Sequence[SafetyAnswer] = (),
) -> Prepared:
    """Put "no picture is kept" before the two."""
    facts = {
        "concern": concern,
        "reason": reason,
        "seen": bool(answers),
        "answers": answers_as_facts(answers),
    }
    draft = Draft(Step.EXHIBIT_DECLINED, state.case, facts, {"why": why})
    return prepare(record, draft, state.recipient)


def prepare_note(record: Record, state: CaseState, about: str, note: str) -> Prepared:
    """Put a note before the two."""
    draft = Draft(Step.NOTE_ADDED, state.case, {"about": about}, {"note": note})
    return prepare(record, draft, state.recipient)


def answers_as_facts(answers: Sequence[SafetyAnswer]) -> list[dict[str, str]]:
    """Return safety answers as they stand in an entry."""
    return [{"person": a.person, "image": str(a.image), "other": str(a.other)} for a in answers]


def media_of(content: bytes) -> str:
    """Say what kind of file it is, from its first bytes alone; nothing is opened or converted."""
    for start, media in (
        (b"\x89PNG\r\n\x1a\n", PNG),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"GIF8", "image/gif"),
        (b"%PDF-", "application/pdf"),
    ):
        if content.startswith(start):
            return media
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "other"
    return "other" if b"\x00" in content else "text/plain"
