"""The text of a step, and the commitments that stand in the log in its place."""

import hashlib
import hmac
import json
import zlib
from typing import Any

import pytest

from cast import ORIGIN
from counterseal import canonical
from counterseal.canonical import NotCanonicalError
from counterseal.custody.details import (
    SALT,
    Details,
    Plain,
    commit,
    decode_page_text,
    encode_page_text,
)

PICTURE = b"\x89PNG made up"
PLAIN = Plain.of("AB/1", PICTURE, bytes(SALT), "image/png")
DETAILS = Details(
    ORIGIN,
    "2026-001",
    "exhibit.captured",
    bytes(range(SALT)),
    {"what": "one\ntwo \u00e9", "monitors": ["{}", "{}"]},
    (PLAIN,),
)
CONTENT = DETAILS.to_bytes()


def test_details_read_back_as_they_were_written() -> None:
    """Text with lines and accents, lists, and what is said of an exhibit."""
    assert Details.from_bytes(CONTENT) == Details(
        ORIGIN, "2026-001", "exhibit.captured", bytes(range(SALT)), DETAILS.text, (PLAIN,)
    )
    assert Details.from_bytes(CONTENT).to_bytes() == CONTENT


def test_a_commitment_is_an_hmac_over_the_digest() -> None:
    """With the salt as its key: without the salt nobody can try out what was written."""
    sha256 = hashlib.sha256(CONTENT)
    expected = hmac.new(bytes(range(SALT)), sha256.digest(), "sha256").hexdigest()
    assert DETAILS.commit == commit(bytes(range(SALT)), sha256.hexdigest()) == expected
    assert commit(bytes(SALT), sha256.hexdigest()) != expected


def test_what_is_said_of_an_exhibit_comes_from_its_bytes() -> None:
    """Digest, length and the checksum that a zip needs later."""
    assert PLAIN.digest.sha256 == hashlib.sha256(PICTURE).hexdigest()
    assert PLAIN.digest.size == len(PICTURE)
    assert PLAIN.crc32 == f"{zlib.crc32(PICTURE):08x}"
    assert PLAIN.commit == commit(bytes(SALT), PLAIN.digest.sha256)


@pytest.mark.parametrize(
    ("where", "value"),
    [
        ("text", 2),
        ("text", {"what": 1}),
        ("text", {"what": {}}),
        ("text", {"what": [1]}),
        ("vault", 1),
        ("case", False),
        ("step", []),
    ],
)
def test_a_text_of_another_kind_is_refused(where: str, value: object) -> None:
    """What people wrote is text, or a list of texts."""
    whole = {**json.loads(CONTENT), where: value}
    with pytest.raises(NotCanonicalError):
        Details.from_bytes(canonical.encode(whole, lines=True))


@pytest.mark.parametrize(
    "change",
    [{"ref": 1}, {"sha256": "x"}, {"sha256": 1}, {"size": "1"}, {"size": True}, {"salt": 1}],
)
def test_an_exhibit_of_another_kind_is_refused(change: dict[str, Any]) -> None:
    """What is said of an exhibit has its form too."""
    whole = json.loads(CONTENT)
    whole["exhibits"][0].update(change)
    with pytest.raises(NotCanonicalError):
        Details.from_bytes(canonical.encode(whole, lines=True))


@pytest.mark.parametrize("content", [b"", b"\x00", b"\x00" * 7])
def test_a_checksum_has_eight_digits(content: bytes) -> None:
    """Also where it begins with noughts."""
    assert len(Plain.of("AB/1", content, bytes(SALT), "other").crc32) == 8


@pytest.mark.parametrize("field", json.loads(CONTENT))
def test_a_missing_or_changed_field_is_refused_or_read_as_other_details(field: str) -> None:
    """No field can be left out, and none can hold just anything unnoticed."""
    whole: dict[str, Any] = json.loads(CONTENT)
    left = {key: value for key, value in whole.items() if key != field}
    with pytest.raises(NotCanonicalError):
        Details.from_bytes(canonical.encode(left, lines=True))
    values: tuple[Any, ...] = ([], {}, 2, "!", True, [1], [{}])
    for value in values:
        try:
            other = Details.from_bytes(canonical.encode({**whole, field: value}, lines=True))
        except NotCanonicalError:
            continue
        assert other.commit != DETAILS.commit


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"1",
        b'"x"',
        b"{}",
        CONTENT + b"\n",
        CONTENT.replace(b'{"case"', b'{"case":"x","case"', 1),
        CONTENT.replace(b'"v":1', b'"v":2'),
        CONTENT.replace(b'"v":1', b'"more":1,"v":1'),
        CONTENT.replace(b'"ref":', b'"more":1,"ref":'),
    ],
)
def test_what_is_not_written_as_details_is_refused(content: bytes) -> None:
    """Other documents, more keys, a key twice."""
    assert content != CONTENT
    with pytest.raises(NotCanonicalError):
        Details.from_bytes(content)


@pytest.mark.parametrize(
    "address",
    [
        "https://forum.example/a?b=c",
        "",
        "\u202eelpmaxe.live",
        "\x1b[2Jhttps://example.test",
        "e\u0301",
        "a\ud800b",
        "<script>alert(1)</script>",
    ],
)
def test_nothing_that_a_page_sends_can_upset_an_entry(address: str) -> None:
    """It is kept as base64, which is always allowed, and shown again without a crash."""
    kept = encode_page_text(address)
    assert canonical.decode(canonical.encode({"address_b64": kept}))["address_b64"] == kept
    shown = decode_page_text(kept)
    assert shown == address or "\ud800" in address
    assert shown.encode() == shown.encode("utf-8", "surrogatepass")


def test_what_is_no_base64_is_not_shown_as_an_address() -> None:
    """Such a text was never written by this program."""
    with pytest.raises(ValueError, match=r".*"):
        decode_page_text("not base64!")
