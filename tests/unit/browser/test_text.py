"""What strangers wrote is shown as text that can do nothing, and from which the bytes come back."""

import hashlib
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterseal.evidence.browser.answer import is_same_site, own_title, without_login
from counterseal.evidence.browser.visit import MOST_ADDRESS, Kind, Text, Tls, Visit


def read_back(shown: str) -> bytes:
    parts = re.split(r"(\\\\|\\u\{[0-9a-f]+\}|\\x[0-9a-f]{2})", shown)
    return b"".join(one_back(part) for part in parts)


def one_back(part: str) -> bytes:
    if part == "\\\\":
        return b"\\"
    if part.startswith("\\u{"):
        return chr(int(part[3:-1], 16)).encode("utf-8", "surrogatepass")
    if part.startswith("\\x"):
        return bytes.fromhex(part[2:])
    return part.encode()


@given(st.text(st.characters(exclude_categories=[])))
def test_the_bytes_come_back_from_what_is_shown(text: str) -> None:
    kept = Text.of(text)
    assert read_back(kept.shown) == kept.raw == text.encode("utf-8", "surrogatepass")


@given(st.text(st.characters(exclude_categories=[])))
def test_nothing_that_is_shown_acts(text: str) -> None:
    shown = Text.of(text).shown
    assert unicodedata.is_normalized("NFC", shown)
    assert not [c for c in shown if unicodedata.category(c)[0] in "CM" or c in "\u2028\u2029\u00a0"]


def test_a_long_address_is_cut_and_its_length_and_fingerprint_kept() -> None:
    whole = "a" * (MOST_ADDRESS + 7)
    kept = Text.of(whole)
    assert (len(kept.raw), kept.size, kept.is_whole) == (MOST_ADDRESS, MOST_ADDRESS + 7, False)
    assert kept.sha256 == hashlib.sha256(whole.encode()).hexdigest()


@pytest.mark.parametrize(("text", "most"), [("aä", 2), ("ä", 1), ("a€", 3), ("a\U0001f600", 4)])
def test_no_character_is_cut_in_two(text: str, most: int) -> None:
    kept = Text.of(text, most)
    assert kept.raw == text[:-1].encode()
    assert (kept.size, kept.is_whole) == (len(text.encode()), False)
    assert read_back(kept.shown) == kept.raw


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://ann:secret@one.example/a@b", "https://[removed]@one.example/a@b"),
        ("https://ann@one.example", "https://[removed]@one.example"),
        ("view-source:https://ann:b@one.example", "view-source:https://[removed]@one.example"),
        ("https://one.example/a@b?c@d#e@f", "https://one.example/a@b?c@d#e@f"),
        ("data:text/plain,a@b", "data:text/plain,a@b"),
    ],
)
def test_a_name_and_password_in_an_address_are_not_kept(address: str, kept: str) -> None:
    assert without_login(address) == kept


@pytest.mark.parametrize(
    ("title", "address", "own"),
    [
        ("A day out", "https://one.example/", "A day out"),
        ("one.example", "https://one.example/", None),
        ("one.example/a b", "http://ann:secret@one.example/a%20b", None),
        ("one", "https://one.example/one", "one"),
        ("", "https://one.example/", None),
        ("one.example/" + "a" * 600, "https://one.example/" + "a" * 900, None),
        ("Data: a history, in parts", "https://one.example/", "Data: a history, in parts"),
        ("data:image/png;base64,AAAA", "https://one.example/", None),
        ("AAAA (1 by 1)", "data:image/png;base64,AAAA", None),
    ],
)
def test_an_address_is_no_title(title: str, address: str, own: str | None) -> None:
    assert own_title(title, address) == own


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://one.example/a?b", "https://ann:secret@one.example#c", True),
        ("https://one.example/a", "https://one.example:8443/a", False),
        ("https://one.example/a", "http://one.example/a", False),
        ("https://one.example", "https://one.example.net", False),
        ("about:blank", "https://one.example/", False),
        ("https://[one/", "https://[one/two", True),
    ],
)
def test_what_a_page_could_change_its_address_to(one: str, other: str, *, same: bool) -> None:
    assert is_same_site(one, other) is same


def test_what_is_not_known_is_left_out_of_a_file() -> None:
    tls = Tls("TLS 1.3", "AES_128_GCM", "one\u202e.example", "authority", 1, 2)
    visit = Visit(3, Kind.OPENED, 4, by_browser=True, window=1, tls=tls, status=200)
    assert visit.as_dict() == {
        "number": 3,
        "kind": "opened",
        "utc_ms": 4,
        "by_browser": True,
        "window": 1,
        "status": 200,
        "tls": {
            "protocol": "TLS 1.3",
            "cipher": "AES_128_GCM",
            "subject": "one\\u{202e}.example",
            "issuer": "authority",
            "valid_from": 1,
            "valid_to": 2,
        },
    }
