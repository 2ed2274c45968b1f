"""What is read of a server's answer, and of a window's title. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

from counterseal.evidence.browser.visit import Tls, is_content

REMOVED: Final = "[removed]@"
"""Stands for a name and password in an address, which are never kept."""
_LOGIN: Final = re.compile(r"^((?:[a-zA-Z][a-zA-Z0-9+.-]*:)+//)[^/?#\\]*@")
_SITE: Final = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]*:(//[^/?#\\]*)?")
_CUT_TITLE: Final = 500
"""From this length on a title that begins an address may be that address, cut off."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A server's answer to the request for a page.

    Args:
        status: Such as 200.
        peer: IP address and port at the other end.
        tls: The secured connection that it came over.
        stamp: When, in seconds of the browser's own count.
    """

    status: int
    peer: str | None
    tls: Tls | None
    stamp: float

    @classmethod
    def of(cls, response: Mapping[str, Any], stamp: float) -> "Answer":
        """Read what the browser says; headers are left where they are."""
        address, port = response.get("remoteIPAddress"), response.get("remotePort")
        details = response.get("securityDetails")
        return cls(
            status=int(response["status"]),
            peer=f"{address}:{port}" if address else None,
            tls=_tls(details) if details else None,
            stamp=stamp,
        )


def known(answer: Answer | None) -> dict[str, Any]:
    """Return what a visit takes of an answer; nothing where there was none."""
    return {"status": answer.status, "peer": answer.peer, "tls": answer.tls} if answer else {}


def without_login(address: str) -> str:
    """Return an address without the name and password that it may carry; all else stays."""
    return _LOGIN.sub(lambda found: found[1] + REMOVED, address)


def is_same(one: str, other: str) -> bool:
    """Whether two addresses are the same but for a name and password."""
    return _LOGIN.sub(r"\1", one) == _LOGIN.sub(r"\1", other)


def is_same_site(one: str, other: str) -> bool:
    """Whether two addresses are of the same site, so that a page could change one to the other."""
    return _site(one) == _site(other)


def own_title(title: str, address: str) -> str | None:
    """Return a page's title; None where the browser shows its address for want of one.

    A page whose address is its own content has none: what the browser shows then is of that.
    """
    if is_content(address) or (is_content(title) and " " not in title.partition(",")[0]):
        return None
    said, bare = _bare(title), _bare(address)
    cut = len(said) > _CUT_TITLE and bare.startswith(said)
    return title if said and said != bare and not cut else None


def _site(address: str) -> str:
    found = _SITE.match(_LOGIN.sub(r"\1", address))
    return found[0] if found else address


def _bare(address: str) -> str:
    plain = unquote(_LOGIN.sub(r"\1", address), errors="surrogateescape")
    return plain.removeprefix("https://").removeprefix("http://").rstrip("/")


def _tls(details: Mapping[str, Any]) -> Tls:
    return Tls(
        protocol=str(details["protocol"]),
        cipher=str(details["cipher"]),
        subject=str(details["subjectName"]),
        issuer=str(details["issuer"]),
        valid_from=int(details["validFrom"]),
        valid_to=int(details["validTo"]),
    )
