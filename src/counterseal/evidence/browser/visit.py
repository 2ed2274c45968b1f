"""What the watch writes down: one visit for each thing that a window did. Pure.

Never here, because never read: cookies, Authorization, any other header, forms, bodies.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MOST_ADDRESS = 256 * 1024
"""How many bytes of an address are kept; of the rest its length and fingerprint."""
MOST_TITLE = 4 * 1024
NOT_KEPT: Final = "[not kept]"
"""Stands in an address that is itself what it leads to, a picture for example, for all of that."""
_MOST_TYPE: Final = 200
"""How many bytes are kept of what such an address says of its content."""
_HEAD: Final = 4 * 1024
_BEFORE: Final = "".join(map(chr, range(0x21)))
"""What browsers pass over before an address."""
_PASSED_OVER: Final = {ord(one): None for one in "\t\r\n"}
"""And anywhere in it."""
_CONTENT: Final = re.compile(r"(?:[a-z][a-z0-9+.-]*:)*?(data|javascript|vbscript):", re.IGNORECASE)
_NOT_SHOWN = ("C", "M", "Zl", "Zp", "Zs")


class Kind(StrEnum):
    """What happened."""

    WINDOW = "window"
    """A window or tab came up; `opener` where a page opened it."""
    ASKED = "asked"
    """The browser asked for an address."""
    AHEAD = "asked-ahead"
    """The browser asked for an address that nobody had gone to, because a page told it to."""
    REDIRECTED = "redirected"
    """A server answered by naming another address, which the browser asked for."""
    OPENED = "opened"
    """A page stood in the window."""
    HISTORY = "history"
    """The page changed the address that is shown, without asking for anything."""
    FAILED = "failed"
    """An address was not opened: it failed, or somebody went elsewhere first."""
    CERTIFICATE = "certificate-error"
    """A site could not show that it is itself; the browser's warning stood in the window."""
    DOWNLOAD = "download-denied"
    """A page wanted to put a file on this computer; it was denied."""
    SAVED = "download-saved"
    """The browser put a file on this computer although it was told not to."""
    CRASHED = "crashed"
    """The page of a window fell over."""
    CLOSED = "closed"
    """A window or tab was closed."""
    MORE = "more"
    """What became known of an earlier visit only after it had been handed on."""
    GAP = "gap"
    """From here on nobody watched, or something was not understood; `failure` says which."""
    AGAIN = "watched-again"
    """A gap ended."""


@dataclass(frozen=True, slots=True)
class Text:
    """Something that a stranger wrote: an address, a title, a file's name.

    Args:
        raw: Its exact bytes in UTF-8, up to a limit; of an address that is its own content, only
            what it says of that, and a mark.
        size: How many bytes there were.
        sha256: Of all of them.
    """

    raw: bytes
    size: int
    sha256: str

    @classmethod
    def of(cls, text: str, most: int = MOST_ADDRESS) -> "Text":
        """Keep a text that is no address, up to so many bytes; no character is cut in two."""
        whole = text.encode("utf-8", "surrogatepass")
        return cls(_cut(whole, most), len(whole), hashlib.sha256(whole).hexdigest())

    @classmethod
    def of_address(cls, address: str) -> "Text":
        """Keep an address, but never a picture or a page that it holds in itself.

        What a `data:` address leads to stands in it, after the first comma. A picture must not
        come into the record without a clearance, so only what stands before that is kept. Of a
        script in an address nothing is.
        """
        whole = cls.of(address)
        said = _said_of_content(address)
        if said is None:
            return whole
        raw = _cut(said.encode("utf-8", "surrogatepass"), _MOST_TYPE)
        mark = NOT_KEPT if raw.endswith((b":", b",")) else f",{NOT_KEPT}"
        return cls(raw + mark.encode(), whole.size, whole.sha256)

    @property
    def is_whole(self) -> bool:
        """Whether nothing was cut off or left out."""
        # The mark may be as long as what it stands for.
        return hashlib.sha256(self.raw).hexdigest() == self.sha256

    @property
    def shown(self) -> str:
        r"""The text as one line that can do nothing, and from which the bytes can be had again.

        Whatever acts on its surroundings or cannot be seen is written as its number, `\u{202e}`,
        and a byte that is not UTF-8 as `\x80`; a backslash is doubled.
        """
        parts = [_shown(character) for character in self.raw.decode("utf-8", "surrogateescape")]
        line = "".join(parts)
        if unicodedata.is_normalized("NFC", line):
            return line
        return "".join(part if part.isascii() else _number(part) for part in parts)

    def as_dict(self) -> dict[str, object]:
        """Return what is kept in a file."""
        return {"text": self.shown, "size": self.size, "sha256": self.sha256}


@dataclass(frozen=True, slots=True)
class Tls:
    """The secured connection that an answer came over.

    Args:
        protocol: Such as "TLS 1.3".
        cipher: Such as "AES_128_GCM".
        subject: Whom the certificate names.
        issuer: Who issued it.
        valid_from: Seconds since 1970.
        valid_to: Seconds since 1970.
    """

    protocol: str
    cipher: str
    subject: str
    issuer: str
    valid_from: int
    valid_to: int

    def as_dict(self) -> dict[str, object]:
        """Return what is kept in a file; names as text that can do nothing."""
        return {
            "protocol": self.protocol,
            "cipher": self.cipher,
            "subject": Text.of(self.subject, MOST_TITLE).shown,
            "issuer": Text.of(self.issuer, MOST_TITLE).shown,
            "valid_from": self.valid_from,
            "valid_to": self.valid_to,
        }


@dataclass(frozen=True, slots=True)
class Visit:
    """One thing that a window did.

    Args:
        number: Counted from 1 by one watch.
        kind: What happened.
        utc_ms: When, in milliseconds since 1970.
        by_browser: Whether the browser gave that time; else it is when we heard of it.
        window: The window's number, counted from 1; 0 where it concerns no window.
        address: What was asked for, opened or shown.
        before: The address that redirected here.
        method: Such as "GET".
        status: The server's answer, such as 200.
        peer: IP address and port at the other end.
        tls: The secured connection.
        certificate: SHA-256 of the certificate's bytes; "not recorded" reads as None.
        title: Of the page.
        name: That a file to be put on this computer would have had.
        failure: Why something failed, in the browser's words.
        opener: The number of the window that opened this one.
        of: The number of the visit that this one adds to.
    """

    number: int
    kind: Kind
    utc_ms: int
    by_browser: bool
    window: int = 0
    address: Text | None = None
    before: Text | None = None
    method: str | None = None
    status: int | None = None
    peer: str | None = None
    tls: Tls | None = None
    certificate: str | None = None
    title: Text | None = None
    name: Text | None = None
    failure: str | None = None
    opener: int | None = None
    of: int | None = None

    def as_dict(self) -> dict[str, object]:
        """Return what is kept in a file, without what is not known."""
        found: dict[str, object] = {}
        for key in self.__slots__:
            value = getattr(self, key)
            if value is not None:
                found[key] = value.as_dict() if isinstance(value, Text | Tls) else value
        return {**found, "kind": str(self.kind)}


def is_content(address: str) -> bool:
    """Whether an address is itself what it leads to: a picture, a page or a script."""
    return _said_of_content(address) is not None


def _said_of_content(address: str) -> str | None:
    """Return what such an address says of its content before that begins; None for any other."""
    head = address.lstrip(_BEFORE)[:_HEAD].translate(_PASSED_OVER)
    found = _CONTENT.match(head)
    if found is None:
        return None
    said, comma, _ = head.partition(",")
    return said + comma if comma and found[1].lower() == "data" else found[0]


def _cut(whole: bytes, most: int) -> bytes:
    at = min(most, len(whole))
    while 0 < at < len(whole) and whole[at] & 0xC0 == 0x80:  # noqa: PLR2004  (within a character)
        at -= 1
    return whole[:at]


def _shown(character: str) -> str:
    if character == " ":
        return character
    if character == "\\":
        return "\\\\"
    if "\udc80" <= character <= "\udcff":
        return f"\\x{ord(character) - 0xDC00:02x}"
    acts = unicodedata.category(character).startswith(_NOT_SHOWN)
    return _number(character) if acts or not _stays(character) else character


def _stays(character: str) -> bool:
    return unicodedata.is_normalized("NFC", character)


def _number(character: str) -> str:
    return f"\\u{{{ord(character):x}}}"
