"""Make the age files of the folder `age` anew. They differ at each run, so they are kept as made.

After this, `make.py` has to be run, because an entry names the digests of two of them. The
identities stay as they are: they are for tests only and protect nothing.
"""

import sys
from pathlib import Path

from counterseal.keys import recipients

sys.path.insert(0, str(Path(__file__).parents[1]))  # the folder of tests, as pytest has it

from vectors.subjects import AGE, HERE, PICTURE, details, stream


def make() -> None:
    """Encrypt the details, the exhibit and both halves of the case key."""
    both = [AGE["case"]["recipient"], AGE["handover"]["recipient"]]
    identity = AGE["case"]["identity"].encode("ascii")
    pad = stream("case key pad")(len(identity))
    other = bytes(a ^ b for a, b in zip(identity, pad, strict=True))
    for name, plaintext, to in (
        ("details", details().to_bytes(), both),
        ("exhibit", PICTURE, both),
        ("wrap-ab", pad, [AGE["ab"]["recipient"]]),
        ("wrap-cd", other, [AGE["cd"]["recipient"]]),
    ):
        (HERE / "age" / f"{name}.age").write_bytes(recipients.encrypt(plaintext, to))


if __name__ == "__main__":
    make()
