"""What a check says: passed, failed or not made, and in which words. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NoReturn

PASSED: Final = 0
FAILED: Final = 40
NOT_A_BUNDLE: Final = 41
NOT_ALONE: Final = 42


class WrongError(Exception):
    """A check found something wrong; the rest of that check is not made.

    Args:
        where: What it concerns: a member's name, "entry 12".
        what: One plain sentence.
    """

    def __init__(self, where: str, what: str) -> None:
        """Keep both."""
        self.where = where
        self.what = what
        super().__init__(f"{where}: {what}")


def fail(where: str, what: str) -> NoReturn:
    """End a check.

    Args:
        where: What it concerns.
        what: One plain sentence.

    Raises:
        WrongError: Always.
    """
    raise WrongError(where, what)


class NotABundleError(WrongError):
    """The file is something else."""


class NotAloneError(WrongError):
    """It cannot be judged from what is at hand: it is sealed, or of a later version."""


class Status(StrEnum):
    """How a check ended."""

    PASS = "PASS"  # noqa: S105  (a word, no secret)
    FAIL = "FAIL"
    NOT_CHECKED = "NOT CHECKED"


@dataclass(frozen=True, slots=True)
class Check:
    """One check of the list.

    Args:
        number: Its place in `docs/format.md`, section 19.
        name: Its name there.
        status: How it ended.
        what: One plain sentence: what that means.
    """

    number: int
    name: str
    status: Status
    what: str


@dataclass(frozen=True, slots=True)
class Signed:
    """One person, or the computer, with what they signed.

    Args:
        id: The person's id; "computer" for the computer.
        name: As the list of people has it.
        position: The same.
        key: Hex public key.
        entries: How many entries of the case.
        statement: Whether they signed for the whole bundle.
    """

    id: str
    name: str
    position: str
    key: str
    entries: int
    statement: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of a bundle after all checks.

    Args:
        exit_status: 0, 40, 41 or 42.
        checks: Every check, in order.
        about: What the signed statement says the bundle is; empty where it could not be trusted.
        signers: Who signed, where every signature was found good.
        integrity: One sentence.
        trusted_time: One sentence.
        completeness: One sentence.
    """

    exit_status: int
    checks: Sequence[Check]
    about: dict[str, str | int | bool]
    signers: Sequence[Signed]
    integrity: str
    trusted_time: str
    completeness: str


LIMITS: Final = (
    "Who knew which passphrase, and who sat at the keyboard.",
    "That what was never recorded did not happen.",
    "That the computer's clock was right, beyond what receipts and time-stamps bound.",
    "That no entry came after the last one in this bundle.",
    "Whose keys these are: compare their fingerprints with a paper receipt of the school.",
)
"""What no software can show."""
