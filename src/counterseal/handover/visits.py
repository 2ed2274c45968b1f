"""What the watched browser opened, told for a reader: one line for each thing a window did. Pure.

A line of the record is JSON that the school's own computer wrote (`docs/format.md`, section 5). One
that does not have that form is told as it stands, so that nothing is left out.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from counterseal.custody.facts import Step
from counterseal.handover.telling import Telling

TEXT: Final = "visits"
"""The name of the lines in the text of a step."""
_DID: Final = {
    "window": "a window came up",
    "asked": "asked for",
    "asked-ahead": "asked ahead, where nobody had gone, for",
    "redirected": "was sent on to",
    "opened": "showed",
    "history": "changed its address to",
    "failed": "did not open",
    "certificate-error": "refused for its certificate",
    "download-denied": "was denied the download of",
    "download-saved": "put a file on the computer from",
    "crashed": "fell over at",
    "closed": "was closed at",
    "more": "more became known",
    "gap": "nobody watched from here on",
    "watched-again": "watched again",
}


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that the browser did.

    Args:
        when: "2026-11-20 20:17:00.125", in UTC.
        window: Its number, or "" where it concerns none.
        did: What it did, in words.
        address: Of the page, as text that does nothing.
        more: What is known of it besides, a line each.
        entry: The index of the entry that it stands in.
    """

    when: str
    window: str
    did: str
    address: str
    more: tuple[str, ...]
    entry: int


def visits(telling: Telling) -> Iterator[Told]:
    """Return everything that was written down of the browser, in the record's order."""
    for logged in telling.own:
        details = telling.openings.get(logged.entry.index)
        lines = details.text.get(TEXT) if details else None
        if logged.entry.step is Step.VISIT_RECORDED and isinstance(lines, list):
            yield from (_told(line, logged.entry.index) for line in lines)


def _told(line: str, entry: int) -> Told:
    try:
        visit = json.loads(line)
        return Told(
            when=_moment(visit["utc_ms"]),
            window=str(visit["window"] or ""),
            did=_DID.get(visit["kind"], str(visit["kind"])),
            address=visit["address"]["text"] if "address" in visit else "",
            more=tuple(_more(visit)),
            entry=entry,
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError):
        return Told("", "", "", line, (), entry)


def _more(visit: Mapping[str, Any]) -> Iterator[str]:
    if "title" in visit:
        yield f"title: {visit['title']['text']}"
    if "before" in visit:
        yield f"from: {visit['before']['text']}"
    if "name" in visit:
        yield f"file: {visit['name']['text']}"
    if "status" in visit:
        yield f"answer {visit['status']} from {visit.get('peer', 'an address that is not known')}"
    if "tls" in visit:
        tls = visit["tls"]
        yield f"{tls['protocol']}, certificate of {tls['subject']} by {tls['issuer']}"
    if "certificate" in visit:
        yield f"certificate {visit['certificate']}"
    if "failure" in visit:
        yield str(visit["failure"])


def _moment(utc_ms: int) -> str:
    at = datetime.fromtimestamp(utc_ms / 1000, UTC)
    return at.strftime("%Y-%m-%d %H:%M:%S.") + f"{utc_ms % 1000:03d}"
