"""The stop sheet: paper that lies beside the computer, because nothing opens on it after a stop."""

from collections.abc import Sequence
from textwrap import wrap

from counterseal.policy.naming import one
from counterseal.policy.profile import Profile
from counterseal.workflow.stop.words import PAGES, SENTENCE

FILE = "stop-sheet.txt"
"""Where set-up leaves it, in the data folder."""

_RULE = "_" * 72
_IMAGES_OF_CHILDREN = 1
_OWNERS = frozenset({"risk-owner", "information-owner"})

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


def sheet(school: str, policy: Profile | None = None) -> str:
    """Return the stop sheet as text, to be printed when the computer is set up.

    Args:
        school: Its name, or the record's; "" where there is none.
        policy: The school's rules: whom they name, and whom to turn to; None where there are none.
    """
    lines = ["STOP SHEET", school, "", *wrap(SENTENCE, 76), ""]
    for place, page in enumerate(PAGES, 1):
        lines += [f"{place}. {page.title}", *(f"   {line}" for line in page.lines), ""]
    if policy:
        lines += [*_told(policy), "", "WHOM TO CALL. Fill in by hand what is missing, now.", ""]
        lines += [f"   {line}" for line in _contacts(policy)]
        lines.append("")
    lines += ["WRITE HERE. Paper is used from the moment of the stop.", ""]
    for words, room in SHEET_FIELDS:
        lines += [words, *[_RULE] * room, ""]
    return "\n".join(lines)


def school_of(origin: str) -> str:
    """Return the school's name as far as the record's own name tells it."""
    return origin.split("/", maxsplit=1)[0].replace("-", " ").title()


def known_contacts(policy: Profile) -> list[str]:
    """Return whom the school can turn to, where its rules say who that is and how, a line each."""
    return [
        f"{rule.label}: {rule.name or 'no name'} {rule.reach}".rstrip()
        + f" (checked on {rule.checked_on or 'no day'})"
        for rule in policy.support.values()
        if rule.name or rule.reach
    ]


def _contacts(policy: Profile) -> list[str]:
    blank = [
        f"{rule.label}: {'_' * max(12, 66 - len(rule.label))}"
        for kind, rule in policy.support.items()
        if not (rule.name or rule.reach or kind in _OWNERS)
    ]
    return known_contacts(policy) + blank


def _told(policy: Profile) -> list[str]:
    """Say whom the rules want told at once where it is about an image of a child."""
    at_once = {
        who
        for rule in policy.told.values()
        if _IMAGES_OF_CHILDREN in rule.categories and rule.when == "at-once"
        for who in rule.who
    }
    named = ", ".join(sorted(one(policy, who) for who in at_once))
    return ["By the school's rules, told at once:", *wrap(named, 76)] if named else []
