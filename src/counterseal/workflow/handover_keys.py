"""The handover key for life: made as two sheets, tried every year, changed after use.

Sheet 1 is the private half under a passphrase, as an armored age file and as a page to print; sheet
2 is the passphrase, six words. Two custodians keep one each. A key that was made elsewhere, by the
police for instance, is tried with a test file that is opened there.

`docs/format.md`, section 12.
"""

import contextlib
import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from counterseal import canonical, durable
from counterseal.clock import plain_time
from counterseal.custody.entry import Proposal
from counterseal.custody.facts import Step
from counterseal.errors import KeyringError, OutOfOrderError, UsageError, WrongPassphraseError
from counterseal.keys import passphrase as passphrases
from counterseal.keys import passphrase_file
from counterseal.keys.recipients import decrypt, encrypt, new_identity, opens, recipient_of
from counterseal.keys.signing import Random
from counterseal.workflow.record import Record
from counterseal.workflow.steps import Prepared

BEGIN: Final = "-----BEGIN AGE ENCRYPTED FILE-----"
END: Final = "-----END AGE ENCRYPTED FILE-----"
_PLAIN: Final = "AGE-SECRET-KEY-1"
_TEST: Final = "handover-test.json"
_SALT: Final = 32

_SHEET: Final = """\
HANDOVER KEY: SHEET 1 OF 2

School:  {school}
Made:    {made}
Key:     {recipient}

Print this page, put it in a sealed envelope, and keep it away from the computer. Sheet 2 holds six
words and is kept by somebody else, in another place. Both together open everything that the record
at this school holds; neither opens anything alone. When the police need it, give them both sheets,
then run "counterseal handover-key change".

Each year, and before the first session: counterseal handover-key check

{armor}
How to open a file of the record with it, on any computer that has the program "age": save the part
from BEGIN to END, with both these lines, as handover.age. Then

   age -d -o handover.key handover.age      (it asks for the six words of sheet 2)
   age -d -i handover.key FILE > OPENED

Delete handover.key afterwards.
"""


@dataclass(frozen=True, slots=True)
class Made:
    """A handover key that was just made. Its text form shows no secret.

    Args:
        recipient: The public half.
        armored: The private half under the words, an armored age file.
        words: The six words of sheet 2.
    """

    recipient: str
    armored: bytes = field(repr=False)
    words: str = field(repr=False)


def make(random: Random) -> Made:
    """Make a handover key, and open it again before anybody relies on it."""
    identity, words = new_identity(), passphrases.suggest(random)
    armored = passphrase_file.encrypt(identity.encode() + b"\n", words, random)
    made = Made(recipient_of(identity), armored, words)
    if open_sheet(armored.decode("ascii"), words) != identity:
        message = "a key file that was just made opens"
        raise AssertionError(message)
    return made


def check_place(path: Path) -> None:
    """Refuse a place where the two files of sheet 1 cannot both be written.

    Raises:
        UsageError: One is there already, or the name is that of the page.
    """
    if path.suffix == ".txt":
        what = f"{path.name} is the name of the page to print."
        raise UsageError(what, advice=f"Name it {path.with_suffix('.age').name}.")
    for each in (path, path.with_suffix(".txt")):
        if each.exists():
            what = f"{each.name} is there already, and nothing is ever overwritten."
            raise UsageError(what, advice="Name another file.")


def write_sheet(path: Path, made: Made, school: str, utc: str) -> Path:
    """Write sheet 1 twice: the file itself, and beside it the page to print.

    Args:
        path: Of the file, `handover.age`.
        made: The key.
        school: Whose it is.
        utc: When.

    Returns:
        Where the page is.

    Raises:
        VaultError: One of the two cannot be written; then neither is there.
    """
    page = path.with_suffix(".txt")
    armor = made.armored.decode("ascii")
    text = _SHEET.format(school=school, made=plain_time(utc), recipient=made.recipient, armor=armor)
    durable.write_new(path, made.armored)
    try:
        durable.write_new(page, text.encode())
    except BaseException:
        path.unlink()
        raise
    return page


def discard(path: Path) -> None:
    """Take sheet 1 away again, where its key never came into force."""
    for each in (path, path.with_suffix(".txt")):
        with contextlib.suppress(OSError):
            each.unlink()


def is_plain(text: str) -> bool:
    """Say whether a key file is not under a passphrase, as in practice."""
    return any(line.strip().startswith(_PLAIN) for line in text.splitlines())


def open_plain(text: str) -> str:
    """Return the identity of a key file that is not under a passphrase."""
    return next(line.strip() for line in text.splitlines() if line.strip().startswith(_PLAIN))


def open_sheet(text: str, words: str) -> str:
    """Return the identity on sheet 1.

    Args:
        text: The file, or the page as it was typed or scanned; only the part from BEGIN to END
            counts, without outer blanks.
        words: The six words of sheet 2.

    Raises:
        UsageError: There is no such part.
        WrongPassphraseError: The words do not open it.
        KeyringError: Something else is in it, or not as it was written.
    """
    lines = [line.strip() for line in text.splitlines()]
    try:
        start = lines.index(BEGIN)
        end = lines.index(END, start)
    except ValueError as error:
        what = "There is no handover key in that: the BEGIN or the END line is missing."
        raise UsageError(what, advice="Give the whole part from BEGIN to END.") from error
    armored = "\n".join((*(line for line in lines[start : end + 1] if line), "")).encode()
    return _decrypted(armored, words).decode("ascii", "replace").strip()


def check_opens(record: Record, identity: str) -> None:
    """Open a test file that was encrypted to the handover key in force.

    Raises:
        KeyringError: It is another key.
    """
    wanted = record.state.handover
    test = record.around.random(_SALT)
    if not opens(identity, wanted) or decrypt(encrypt(test, [wanted]), identity) != test:
        what = "That is not the handover key in force, so the test file did not open."
        raise KeyringError(what, advice=f"Look for the sheet of this key: {wanted}.")


def write_test(record: Record, out: Path) -> None:
    """Write a test file for whoever has the handover key elsewhere; it holds six words.

    Raises:
        VaultError: It is there already, or cannot be written.
    """
    wanted, random = record.state.handover, record.around.random
    words, salt = passphrases.suggest(random), random(_SALT)
    text = f"A test of the handover key. Tell the school these six words: {words}\n"
    durable.write_new(out, encrypt(text.encode(), [wanted]))
    kept = {"v": 1, "handover": wanted, "salt": salt.hex(), "digest": _digest(salt, words)}
    durable.replace(record.vault.root / _TEST, canonical.encode(kept))


def check_words(record: Record, words: str) -> None:
    """Compare the words that somebody elsewhere read in the test file.

    Raises:
        OutOfOrderError: No test file was written for the handover key in force.
        UsageError: Other words.
    """
    try:
        kept = canonical.decode((record.vault.root / _TEST).read_bytes())
        wanted, salt, digest = kept["handover"], bytes.fromhex(kept["salt"]), kept["digest"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise OutOfOrderError(_NO_TEST, advice=_WRITE_ONE) from error
    if wanted != record.state.handover:
        raise OutOfOrderError(_NO_TEST, advice=_WRITE_ONE)
    if _digest(salt, " ".join(words.lower().split())) != digest:
        what = "Those are not the words in the test file that was written last."
        raise UsageError(what, advice="Ask again for the words in that very file.")


def prepare_check(record: Record) -> Prepared:
    """Put it before the two that the handover key was tried."""
    facts = {"handover": record.state.handover}
    return Prepared(Proposal("", Step.HANDOVER_KEY_CHECKED, facts), ())


def prepare_change(recipient: str) -> Prepared:
    """Put a new handover key before the two."""
    return Prepared(Proposal("", Step.HANDOVER_KEY_CHANGED, {"handover": recipient}), ())


_NO_TEST: Final = "No test file was written for the handover key in force."
_WRITE_ONE: Final = "Run `counterseal handover-key test-file FILE`, and have that file opened."


def _decrypted(armored: bytes, words: str) -> bytes:
    # As typed; then as six words are written: small letters, one blank between.
    for typed in dict.fromkeys((words, " ".join(words.lower().split()))):
        with contextlib.suppress(WrongPassphraseError):
            return passphrase_file.decrypt(armored, typed)
    what = "Those words do not open that sheet."
    advice = "Compare both with the sheets, letter by letter, then run the command again."
    raise WrongPassphraseError(what, advice=advice)


def _digest(salt: bytes, words: str) -> str:
    return hashlib.sha256(salt + words.encode()).hexdigest()
