"""What a person reads after a stop: short, calm, in order. Nobody is asked to look again."""

from collections.abc import Sequence
from dataclasses import dataclass

SENTENCE = (
    "Stopped. Do not look again. Turn the monitor off, leave the computer on, keep everyone away "
    "from it, and call the police now."
)
"""The first thing that anybody reads."""

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
            '"We are a school. We may have met a sexual image of a child on a school computer.',
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
            "Do not look again. Do not photograph the screen. Do not search for it elsewhere.",
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
            "What you saw may stay with you. Talk to the people your school names for support.",
        ),
    ),
)
"""The instructions, a page each."""

SHEET_FIELDS: Sequence[tuple[str, int]] = (
    ("Stopped at (time, date)", 1),
    ("By whom; who else was in the room", 2),
    ("Groups shown on the screen (copy them)", 2),
    ("Police: called at, name or number, reference, what they said", 4),
    ("Safeguarding lead told at; by whom", 1),
    ("Headteacher or Chair told at; by whom", 1),
    ("Local authority told at; name; reference", 2),
    ("Monitor off at; computer left on / off; room locked; who has the key", 2),
    ("Who took the computer; number or seal; time; signature", 3),
    ("First person: name, present / not present, signature", 1),
    ("Second person: name, present / not present / will not sign, signature", 1),
)
"""What the stop sheet has room for: the words, and how many lines."""


def sheet(school: str) -> str:
    """Return the stop sheet as text, to be printed when the computer is set up.

    Args:
        school: Its name, or the record's; "" where there is none.
    """
    rule = "_" * 72
    lines = ["STOP SHEET", school, "", SENTENCE, ""]
    for place, page in enumerate(PAGES, 1):
        lines += [f"{place}. {page.title}", *(f"   {line}" for line in page.lines), ""]
    lines += ["WRITE HERE. Paper is used from the moment of the stop.", ""]
    for words, room in SHEET_FIELDS:
        lines += [words, *[rule] * room, ""]
    return "\n".join(lines)
