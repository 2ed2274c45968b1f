"""The sentences of `START-HERE.html`, and what facts are called there. Pure data.

Trusted text: it stands in the page as it is here. What comes from a record never passes through it
without being escaped by `report.py`.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from counterseal.custody.entry import Entry
from counterseal.custody.facts import Step

PRACTICE: Final = (
    '<div class="practice">PRACTICE. Everything here is made up; nothing here is evidence.</div>'
)
WHAT_FULL: Final = (
    "Two members of a school's staff collected this together at one computer. Both signed "
    "everything that is evidence here, each with a key of their own. Each step was entered in a "
    "record in which a later change shows. You need no special program to look at it or check it."
)
WHAT_RECORD_ONLY: Final = (
    "This case was stopped at the school because of what it may involve. There is no picture here "
    "and no encrypted copy of one, whenever it was taken: this is the record of who did what, and "
    "when. What staff wrote is here in encrypted form only. The handover key opens it: the school "
    "keeps it on paper in two halves, or somebody else holds it."
)
CARE: Final = (
    "Please treat the contents as confidential: they may name pupils. Addresses of web pages stand "
    "here as text and lead nowhere on purpose."
)
OPENED: Final = (
    ("<code>exhibits</code>", "the pictures and files, under their exhibit references"),
    ("<code>openings</code>", "what staff wrote at each step, in the form in which it was signed"),
)
SEALED: Final = (("<code>withheld</code>", "what staff wrote, still encrypted"),)
FOLDERS: Final = (
    ("<code>log</code>", "each step as it was signed, and each signature"),
    ("<code>checkpoint</code>, <code>receipts</code>", "the fingerprint of the whole record"),
    ("<code>keys</code>, <code>keysets</code>, <code>profiles</code>",
     "who could sign, and the school's rules at the time"),
    ("<code>bundle.json</code>", "the signed list of all these files"),
    ("<code>case.jsonld</code>", "the same for case management systems (CASE/UCO)"),
    ("<code>VERIFY.txt</code>, one folder up", "the exact commands that check everything"),
)  # fmt: skip
BROWSER: Final = (
    "The school's own browser was watched while the two looked. The times are the browser's own "
    "where it gives them. Addresses and titles are what strangers wrote: text here, and no links."
)
TIMELINE: Final = (
    "In the order in which it was recorded. Times are UTC, by the school's computer. "
    "“Present” means that the person said: I was present and saw this."
)
CHECKING: Final = (
    "<p>Everything can be checked with tools that have nothing to do with the school or its "
    "program. In the folder above this one:</p>"
    "<pre>sha256sum -c manifest-sha256.txt</pre>"
    "<p>shows that no file was changed since it was put together. <code>VERIFY.txt</code> there "
    "has the commands for every signature and every exhibit. Where the program itself is at hand, "
    "<code>counterseal verify bundle.zip</code> makes all checks and explains each.</p>"
)
NOT_SHOWN: Final = (
    "<p>Who knew which passphrase. That what was never recorded did not happen. That the "
    "computer's clock was right. Whether anything seen is unlawful: the school's staff recorded, "
    "and did not judge that.</p>"
)
WITHHELD: Final = "not opened: encrypted to the handover key"

HOW: Final[Mapping[Step, str]] = {
    Step.EXHIBIT_CAPTURED: "picture of the screen, taken by both",
    Step.PAGE_SAVED: "the page as the watched browser saved it, by both",
    Step.EXHIBIT_SUPPLIED: "handed over to the school; not captured by it",
}
_OF_THE_PAGE: Final = "picture of the page in the watched browser, taken by both in the same act"
_FIELDS: Final = {
    "found": "how it was found",
    "reported_by": "reported by",
    "subject": "about",
    "address": "address (text only)",
    "seen": "when it was seen",
    "supplied_by": "handed over by",
    "key_holder": "who holds the key",
    "retention": "kept until",
    "answers": "answers",
}
_TOLD: Final = frozenset(
    {
        "category", "modifiers", "gates", "decision", "outcomes", "outcome", "action",
        "due", "made", "to", "kind", "carrier", "identity", "adviser", "way", "scope", "reason",
        "trigger", "exposed", "retention", "rule", "about", "concern", "exhibits", "media",
        "power", "source", "person", "stance", "form",
    }
)  # fmt: skip
"""Facts that mean something to a reader; digests, wraps and answers are in the log."""


_MEANT: Final = {
    "hs": "may be a sexual image of somebody under 18",
    "nc": "something else that must not be copied",
    "not-sure": "somebody was not sure",
    "unanswered": "nobody said what it was",
}


def moment(utc: str) -> str:
    """Return "2026-11-20 20:17:00" of "2026-11-20T20:17:00Z"."""
    return f"{utc[:10]} {utc[11:19]}"


def how(entry: Entry, ref: str) -> str:
    """Return how an exhibit came about; where a capture brings two, the second is the page."""
    refs = [file.ref for file in entry.proposal.exhibits]
    return _OF_THE_PAGE if ref in refs[1:] else HOW[entry.step]


def field(name: str) -> str:
    """Return what a field is called for a reader."""
    return _FIELDS.get(name, name.replace("_", " "))


def facts(entry: Entry) -> Iterator[tuple[str, str]]:
    """Return the facts of an entry that mean something to a reader."""
    for name, value in entry.facts.items():
        not_said = name == "category" and not value
        if name in _TOLD and not not_said and (text := _said(value)):
            yield name, text


def _said(value: Any) -> str:  # noqa: ANN401  (each fact is of its own kind)
    match value:
        case bool():
            return "yes" if value else "no"
        case int() | str():
            return _MEANT.get(str(value), str(value))
        case list() if all(isinstance(item, str) for item in value):
            return ", ".join(value)
        case _:
            return ""
