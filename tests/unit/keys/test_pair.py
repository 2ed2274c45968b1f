"""A case key split between two people: both together open it, one alone learns nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterseal.errors import IntegrityError, KeyringError, SamePersonError, UsageError
from counterseal.keys import pair, recipients
from unit.keys.standins import Repeatable

CASE = recipients.new_identity()
CASE_RECIPIENT = recipients.recipient_of(CASE)
A, B, C = (recipients.new_identity() for _ in range(3))
TO_A, TO_B, TO_C = (recipients.recipient_of(identity) for identity in (A, B, C))


def xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


@given(seed=st.binary())
def test_both_together_have_the_key(seed: bytes) -> None:
    wraps = pair.split(CASE, TO_A, TO_B, Repeatable(seed))
    assert pair.join(*wraps, A, B, CASE_RECIPIENT) == CASE


def test_the_first_half_is_the_random_pad_and_the_second_its_xor() -> None:
    wrap_a, wrap_b = pair.split(CASE, TO_A, TO_B, Repeatable())
    pad = Repeatable()(len(CASE))
    assert recipients.decrypt(wrap_a, A) == pad
    assert recipients.decrypt(wrap_b, B) == xor(pad, CASE.encode())


def test_one_half_fits_every_other_key_as_well() -> None:
    # For any other key there is a second half that makes it: so the first half rules none out.
    wrap_a, wrap_b = pair.split(CASE, TO_A, TO_B, Repeatable())
    other = recipients.new_identity()
    for mine, to, identity in ((wrap_a, TO_B, A), (wrap_b, TO_A, B)):
        missing = xor(recipients.decrypt(mine, identity), other.encode())
        theirs = recipients.encrypt(missing, [to])
        halves = (mine, theirs, A, B) if mine is wrap_a else (theirs, mine, A, B)
        assert pair.join(*halves, recipients.recipient_of(other)) == other


def test_nobody_opens_the_half_of_somebody_else() -> None:
    wrap_a, wrap_b = pair.split(CASE, TO_A, TO_B, Repeatable())
    for wraps, identities in (
        ((wrap_a, wrap_b), (A, A)),
        ((wrap_a, wrap_b), (B, A)),
        ((wrap_a, wrap_b), (A, C)),
        ((wrap_b, wrap_a), (A, B)),
    ):
        with pytest.raises(KeyringError, match="not encrypted for that key"):
            pair.join(*wraps, *identities, CASE_RECIPIENT)


def test_each_half_is_for_one_person_alone() -> None:
    wrap_a, wrap_b = pair.split(CASE, TO_A, TO_B, Repeatable())
    for wrap, stranger in ((wrap_a, B), (wrap_b, A)):
        with pytest.raises(KeyringError, match="not encrypted for that key"):
            recipients.decrypt(wrap, stranger)


def test_halves_of_two_cases_do_not_make_a_key() -> None:
    wrap_a, wrap_b = pair.split(CASE, TO_A, TO_B, Repeatable())
    other = recipients.new_identity()
    other_a, other_b = pair.split(other, TO_A, TO_B, Repeatable(b"other"))
    for wraps in ((wrap_a, other_b), (other_a, wrap_b), (other_a, other_b)):
        with pytest.raises(IntegrityError, match="do not make the key of this case"):
            pair.join(*wraps, A, B, CASE_RECIPIENT)


def test_a_half_of_another_length_is_refused() -> None:
    wrap_a, _ = pair.split(CASE, TO_A, TO_B, Repeatable())
    short = recipients.encrypt(b"short", [TO_B])
    with pytest.raises(IntegrityError, match="do not make the key of this case"):
        pair.join(wrap_a, short, A, B, CASE_RECIPIENT)


def test_no_changed_byte_of_a_wrap_joins() -> None:
    wrap_a, wrap_b = pair.split(CASE, TO_A, TO_B, Repeatable())
    for place in range(len(wrap_a)):
        changed = bytearray(wrap_a)
        changed[place] ^= 1
        with pytest.raises((IntegrityError, KeyringError)):
            pair.join(bytes(changed), wrap_b, A, B, CASE_RECIPIENT)


def test_one_person_is_no_pair() -> None:
    with pytest.raises(SamePersonError):
        pair.split(CASE, TO_A, TO_A, Repeatable())
    with pytest.raises(UsageError):
        pair.split(CASE, TO_A, "age1nobody", Repeatable())
