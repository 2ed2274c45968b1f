"""A computer without enough free memory says so in plain words, and nothing is made."""

import os
import subprocess
import sys

import pytest

LITTLE = 250 << 20  # bytes; the interpreter and its libraries need some of them

CODE = """
import os, resource, sys
from counterseal.errors import KeyringError
from counterseal.keys.keyfile import REAL_COST, Header
from counterseal.keys.passphrase_file import encrypt
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]), int(sys.argv[1])))
for attempt in (
    lambda: Header("vault", "ab", REAL_COST, bytes(16)).derive("x"),
    lambda: encrypt(b"", "x", os.urandom),
):
    try:
        attempt()
    except KeyringError as error:
        print(error.what)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can be told to have less memory")
def test_too_little_memory_is_said_in_plain_words() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(LITTLE)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "There is too little free memory: 256 MiB are needed.\n" * 2
