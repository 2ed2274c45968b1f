"""What a person reads after a stop: short, calm, in order. Nobody is asked to look again."""

from collections.abc import Sequence
from dataclasses import dataclass

SENTENCE = (
    "Stopped. Do not look again. Turn the monitor off, leave the computer on, keep everyone away "
    "from it, and call the police now."
)
"""The first thing that anybody reads."""

TOLD_SENTENCE = (
    "Stopped. Nobody looks for it, and nothing is collected. Call the police now, and tell the "
    "safeguarding lead."
)
"""The same, where somebody was only told of it, and nobody looked at anything at this computer."""

WHAT = {
    "may-be": "It may be a sexual or nude image of someone under 18.",
    "other": "It is something else that must not be copied.",
    "not-sure": "We are not sure.",
    "break": "We only need a break.",
}
"""What somebody can say it was."""

BEFORE_ANSWERING = (
    "The first three answers seal the case: the school can no longer open it.",
    "For a break, two of you sign that neither saw such an image.",
)
"""What an answer does, said before it is given."""

KINDS = {"may-be": "hs", "other": "nc", "not-sure": "not-sure"}
"""What is recorded for each choice that seals."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the instructions.

    Args:
        title: What to do.
        lines: How, a sentence each.
    """

    title: str
    lines: tuple[str, ...]


PAGES: Sequence[Page] = (
    Page(
        "Is a child in danger now?",
        ("If a child may be in danger now, call 999 first.", "Then come back to this page."),
    ),
    Page(
        "Call the police now",
        (
            "Call 101, or 999 where a child is in danger. Say:",
            '"We are a school. On a school computer we may have met something illegal to have.',
            ' We have stopped. Nobody is looking at it. What do you want us to do?"',
            "Ask for a reference number, and write it on the stop sheet with the time.",
            "Nothing has to be signed, written or agreed before you call.",
        ),
    ),
    Page(
        "Tell the safeguarding lead and the Headteacher",
        (
            "Tell the safeguarding lead and the Headteacher.",
            "If it is about the Headteacher, tell the Chair of Governors instead.",
            "Tell the local authority at once too, as your rules say.",
            "Do not tell the person it is about, and do not ask anybody questions about it.",
        ),
    ),
    Page(
        "Leave the computer as it is",
        (
            "Turn the monitor off. Leave the computer on, or off, as it is now.",
            "Leave every cable where it is. Keep everyone away, and lock the room.",
        ),
    ),
    Page(
        "Do not",
        (
            "Do not look again: in law, opening such an image on a screen makes a new copy of it.",
            "Do not photograph the screen, with a phone or otherwise. Do not search elsewhere.",
            "Do not e-mail, print, copy or delete anything. Do not restart the computer.",
            "Do not show it to anybody, not even to the Headteacher.",
        ),
    ),
    Page(
        "From here on, paper",
        (
            "Use the stop sheet: calls, names, times, and the groups shown below.",
            "The police take the computer and both sheets of the handover key.",
            "When an officer says that this computer may be used, record that first:",
            "   counterseal call record --to police --may-use",
        ),
    ),
    Page(
        "You did the right thing",
        (
            "Stopping is all that was asked of you.",
            "What you saw may stay with you. Ask for support: the stop sheet says of whom.",
            "Supporting whoever saw it is the school's task, today and in the weeks after.",
        ),
    ),
)
"""The instructions, a page each."""
