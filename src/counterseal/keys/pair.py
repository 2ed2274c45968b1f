"""A case key split between two people, so that neither can open the case alone.

`docs/format.md`, section 11. The text of the identity is XORed with as many random bytes: each
half alone is random, and says nothing but the length, which is the same for every identity.
"""

from counterseal.errors import Finding, IntegrityError, SamePersonError
from counterseal.keys import recipients
from counterseal.keys.signing import Random


def split(identity: str, recipient_a: str, recipient_b: str, random: Random) -> tuple[bytes, bytes]:
    """Split a case identity into two halves, each encrypted to one person.

    Args:
        identity: The case's `AGE-SECRET-KEY-1…`.
        recipient_a: The first person's `age1…`.
        recipient_b: The second person's.
        random: Where the pad comes from.

    Returns:
        Two binary age files: the wrap for the first person, and the one for the second.

    Raises:
        SamePersonError: Both recipients are the same.
        UsageError: A recipient that is not one.
    """
    if recipient_a == recipient_b:
        raise SamePersonError
    text = identity.encode("ascii")
    pad = random(len(text))
    wrap_a = recipients.encrypt(pad, [recipient_a])
    wrap_b = recipients.encrypt(_xor(text, pad), [recipient_b])
    return wrap_a, wrap_b


def join(wrap_a: bytes, wrap_b: bytes, identity_a: str, identity_b: str, expected: str) -> str:
    """Put the two halves together again.

    Args:
        wrap_a: The wrap of the first person, as `split` made it.
        wrap_b: The wrap of the second.
        identity_a: The first person's `AGE-SECRET-KEY-1…`.
        identity_b: The second person's.
        expected: The case's recipient, `age1…`, from its `case.reported`.

    Returns:
        The case's identity.

    Raises:
        IntegrityError: A wrap was changed, or they are not the halves of that case's key.
        KeyringError: A wrap is not for that person.
    """
    half_a = recipients.decrypt(wrap_a, identity_a)
    half_b = recipients.decrypt(wrap_b, identity_b)
    if len(half_a) != len(half_b):
        raise _mismatch()
    identity = _xor(half_a, half_b).decode("latin-1")  # any bytes: what they are is checked next
    if not recipients.opens(identity, expected):
        raise _mismatch()
    return identity


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


def _mismatch() -> IntegrityError:
    what = "the two halves do not make the key of this case"
    return IntegrityError((Finding("digest-mismatch", "a wrap", what),))
