"""Signatures over exact bytes: exactly these keys, each once and each well, in one form."""

import base64
import json
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cast import COMPUTER, key_of
from counterseal.canonical import NotCanonicalError
from counterseal.custody import envelope
from counterseal.custody.envelope import MAX_LEAF, PAYLOAD_TYPE, Envelope, Signature, pae
from counterseal.keys.signing import WEAK_KEYS, SigningKey, keyid

PAYLOAD = b'{"about":"a note"}'
SIGNERS = [COMPUTER, key_of("ab"), key_of("cd")]
KEYS = [signer.public for signer in SIGNERS]
SIGNED = envelope.sign(PAYLOAD, SIGNERS)
LEAF = SIGNED.to_bytes()
UNLISTED = "the signatures are not those of the people listed"


def with_signatures(*signatures: Signature) -> Envelope:
    """Return the payload with other signatures."""
    return Envelope(PAYLOAD, signatures)


def test_the_encoding_is_the_one_of_dsse() -> None:
    """Type and payload, each behind its length in bytes."""
    kind = PAYLOAD_TYPE.encode()
    assert pae(b"hello") == b"DSSEv1 " + str(len(kind)).encode() + b" " + kind + b" 5 hello"
    assert pae("\u00e9".encode())[-4:] == b"2 \xc3\xa9"


@pytest.mark.parametrize("order", list(permutations(SIGNERS)))
def test_the_order_of_signing_does_not_show(order: tuple[SigningKey, ...]) -> None:
    """Signatures are sorted by raw key, so one envelope has one form."""
    assert envelope.sign(PAYLOAD, order) == SIGNED
    assert [s.keyid for s in SIGNED.signatures] == [keyid(key) for key in sorted(KEYS)]


@pytest.mark.parametrize("order", list(permutations(KEYS)))
def test_good_signatures_are_accepted(order: tuple[bytes, ...]) -> None:
    """In whatever order the people are listed; and a leaf reads back as it was."""
    assert envelope.fault(SIGNED, order) is None
    assert Envelope.from_bytes(LEAF) == SIGNED
    assert Envelope.from_bytes(LEAF).to_bytes() == LEAF


@pytest.mark.parametrize("which", range(3))
@pytest.mark.parametrize("bit", [0, 7, 255, 256, 511])
def test_any_bad_signature_refuses_the_whole(which: int, bit: int) -> None:
    """Two good ones do not make up for it, and the bad one is named."""
    bad = SIGNED.signatures[which]
    sig = (int.from_bytes(bad.sig) ^ 1 << bit).to_bytes(64)
    signatures = list(SIGNED.signatures)
    signatures[which] = Signature(bad.keyid, sig)
    said = envelope.fault(with_signatures(*signatures), KEYS)
    assert said == f"the signature of key {bad.keyid[:16]} is not good"


@pytest.mark.parametrize("which", range(3))
def test_a_signature_over_something_else_is_refused(which: int) -> None:
    """The bare payload, or another one, is not what people sign."""
    key = sorted(SIGNERS, key=lambda signer: signer.public)[which]
    for message in (PAYLOAD, pae(PAYLOAD + b" "), b""):
        signatures = list(SIGNED.signatures)
        signatures[which] = Signature(keyid(key.public), key.sign(message))
        assert "is not good" in str(envelope.fault(with_signatures(*signatures), KEYS))


@pytest.mark.parametrize("which", range(3))
def test_a_signature_that_is_missing_doubled_or_foreign_is_refused(which: int) -> None:
    """Exactly the keys that the payload lists, each once."""
    signatures = SIGNED.signatures
    stranger = key_of("stranger")
    foreign = Signature(keyid(stranger.public), stranger.sign(pae(PAYLOAD)))
    one = signatures[which]
    for other in (
        signatures[:which] + signatures[which + 1 :],
        (*signatures[: which + 1], one, *signatures[which + 1 :]),
        (*signatures, foreign),
        (*signatures[:which], foreign, *signatures[which + 1 :]),
        (*signatures[:which], Signature(foreign.keyid, one.sig), *signatures[which + 1 :]),
        (),
    ):
        assert envelope.fault(with_signatures(*other), KEYS) == UNLISTED


@pytest.mark.parametrize("order", [o for o in permutations(range(3)) if o != (0, 1, 2)])
def test_signatures_in_another_order_are_refused(order: tuple[int, ...]) -> None:
    """There is one order, so that there is one leaf."""
    shuffled = with_signatures(*(SIGNED.signatures[n] for n in order))
    assert envelope.fault(shuffled, KEYS) == UNLISTED


@pytest.mark.parametrize("key", KEYS)
def test_one_key_in_two_places_is_refused(key: bytes) -> None:
    """Also the computer's: it is never one of the two."""
    assert envelope.fault(SIGNED, [*KEYS, key]) == "one key stands in two places"


@pytest.mark.parametrize("weak", list(WEAK_KEYS))
def test_a_key_that_proves_nothing_is_refused(weak: bytes) -> None:
    """Under such a key a made-up signature can pass elsewhere; not here."""
    made_up = Signature(keyid(weak), bytes([1]) + bytes(63))
    assert "is not good" in str(envelope.fault(with_signatures(made_up), [weak]))


@pytest.mark.parametrize("size", [0, 1, 63, 65, 128])
def test_a_signature_of_another_length_is_refused(size: int) -> None:
    """Sixty-four bytes, and no crash for any other number."""
    short = Signature(keyid(COMPUTER.public), bytes(size))
    assert "is not good" in str(envelope.fault(with_signatures(short), [COMPUTER.public]))


DOCUMENT = json.loads(LEAF)
FIRST, SECOND, THIRD = DOCUMENT["signatures"]


def dumped(document: object) -> bytes:
    """Write a document as a leaf is written."""
    return json.dumps(document, separators=(",", ":"), sort_keys=True).encode()


@pytest.mark.parametrize(
    "leaf",
    [
        b"",
        b"null",
        b"[]",
        b"1",
        b'"x"',
        b"{}",
        b"[" * 100_000,
        b"\xff",
        LEAF + b" ",
        LEAF + b"\n",
        b" " + LEAF,
        b"\xef\xbb\xbf" + LEAF,
        LEAF.decode().encode("utf-16"),
        LEAF.replace(b":", b": ", 1),
        LEAF.replace(b'"payload"', b'"p\\u0061yload"', 1),
        LEAF.replace(b'{"payload"', b'{"payload":"AA==","payload"', 1),
        LEAF.replace(b'{"keyid"', b'{"keyid":"00","keyid"', 1),
        LEAF[:-1] + b',"signatures":[]}',
        dumped({**DOCUMENT, "more": 1}),
        dumped({**DOCUMENT, "payloadType": "application/json"}),
        dumped({**DOCUMENT, "payload": DOCUMENT["payload"].rstrip("=") + "\n"}),
        dumped({**DOCUMENT, "payload": "A"}),
        dumped({**DOCUMENT, "payload": 1}),
        dumped({**DOCUMENT, "signatures": {}}),
        dumped({**DOCUMENT, "signatures": ["x"]}),
        dumped({**DOCUMENT, "signatures": [1]}),
        dumped({**DOCUMENT, "signatures": [{**FIRST, "more": 1}, SECOND, THIRD]}),
        dumped({**DOCUMENT, "signatures": [{"keyid": FIRST["keyid"]}, SECOND, THIRD]}),
        dumped({**DOCUMENT, "signatures": [{**FIRST, "keyid": 1}, SECOND, THIRD]}),
        dumped({**DOCUMENT, "signatures": [{**FIRST, "sig": FIRST["sig"] + " "}, SECOND, THIRD]}),
        json.dumps(DOCUMENT, separators=(",", ":"), sort_keys=False).encode()[:-1] + b" }",
        dumped(dict(reversed(DOCUMENT.items())))[:-1],
    ],
)
def test_a_leaf_written_in_any_other_way_is_refused(leaf: bytes) -> None:
    """Blanks, doubled keys, more keys, another type, another base64, no JSON at all."""
    assert leaf != LEAF
    with pytest.raises(NotCanonicalError):
        Envelope.from_bytes(leaf)


def test_base64_with_meaningless_bits_is_refused() -> None:
    """Several texts stand for the same bytes; one of them is ours."""
    sig = FIRST["sig"]
    other = sig[:-3] + chr(ord(sig[-3]) + 1) + "=="
    assert base64.b64decode(other) == base64.b64decode(sig)
    with pytest.raises(NotCanonicalError):
        Envelope.from_bytes(dumped({**DOCUMENT, "signatures": [{**FIRST, "sig": other}]}))


@pytest.mark.parametrize(("size", "fits"), [(MAX_LEAF, True), (MAX_LEAF + 1, False)])
def test_a_leaf_has_at_most_so_many_bytes(size: int, fits: bool) -> None:  # noqa: FBT001
    """The limit itself still fits."""
    payload = bytes(48_000)
    short = Envelope(payload, (Signature("x", b""),)).to_bytes()
    made = Envelope(payload, (Signature("x" * (1 + size - len(short)), b""),)).to_bytes()
    assert len(made) == size
    if fits:
        assert Envelope.from_bytes(made).to_bytes() == made
    else:
        with pytest.raises(NotCanonicalError):
            Envelope.from_bytes(made)


@given(st.integers(0, len(LEAF) - 1), st.integers(1, 255))
def test_a_changed_byte_of_a_leaf_never_passes(place: int, by: int) -> None:
    """It is refused as a leaf, or its signatures are."""
    changed = LEAF[:place] + bytes([LEAF[place] ^ by]) + LEAF[place + 1 :]
    try:
        read = Envelope.from_bytes(changed)
    except NotCanonicalError:
        return
    assert envelope.fault(read, KEYS)
