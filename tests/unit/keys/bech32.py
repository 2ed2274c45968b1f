"""Write an age recipient for any point, so that tests can try the ones nobody should use.

Bech32 as in BIP 173, encoding alone.
"""

_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def _remainder(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate(_GENERATORS):
            if top >> place & 1:
                check ^= generator
    return check


def recipient_at(u: int) -> str:
    """Return `age1…` for a u coordinate (RFC 7748, 5), whatever it is."""
    number = int.from_bytes(u.to_bytes(32, "little")) << 4
    fives = [number >> 5 * place & 31 for place in reversed(range(52))]
    prefix = [ord(letter) >> 5 for letter in "age"] + [0] + [ord(letter) & 31 for letter in "age"]
    check = _remainder([*prefix, *fives, *bytes(6)]) ^ 1
    sixes = [check >> 5 * place & 31 for place in reversed(range(6))]
    return "age1" + "".join(_LETTERS[five] for five in (*fives, *sixes))
