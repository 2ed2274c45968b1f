"""Every error a person can meet, in one hierarchy.

Each class carries four things: a stable `code`, the `exit_status` of the command, one plain
sentence saying `what` happened, and one saying `advice`: what to do next. Whether anything was
kept is part of the text, because that is the first thing two frightened people ask.

The hard stop is not here: it is an outcome (`counterseal.evidence.triage.HardStop`), so that no
`except` can swallow it. Only a command that arrives *after* a stop meets `StoppedError`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Final

NOTHING_KEPT = "Nothing was kept."


class CountersealError(Exception):
    """The root of all errors that are for a person. Never raised itself.

    Args:
        what: One plain sentence that says what happened. The class's own text where omitted.
        advice: One plain sentence that says what to do next. The class's own where omitted.
        kept: One plain sentence that says whether anything was kept.
    """

    code: ClassVar[str] = "error"
    exit_status: ClassVar[int] = 1
    default_what: ClassVar[str] = "Something went wrong."
    default_advice: ClassVar[str] = "Ask the person who set up this computer for help."

    def __init__(
        self, what: str | None = None, *, advice: str | None = None, kept: str = NOTHING_KEPT
    ) -> None:
        """Store the three sentences; `str(error)` is the first."""
        self.what = what or self.default_what
        self.advice = advice or self.default_advice
        self.kept = kept
        super().__init__(self.what)

    def as_dict(self) -> dict[str, object]:
        """Return the fields that `--json` prints."""
        return {
            "error": self.code,
            "exit_status": self.exit_status,
            "what": self.what,
            "kept": self.kept,
            "advice": self.advice,
        }


class UsageError(CountersealError):
    """What was typed cannot be used: an option, a reference or a text."""

    code = "usage"
    exit_status = 2
    default_what = "That answer cannot be used."
    default_advice = "Correct it and run the command again."


class InputEndedError(UsageError):
    """Standard input ended before every question was answered."""

    code = "input-ended"
    default_what = "The answers ended before every question was answered."
    default_advice = "Give one answer a line, in the order in which they are asked."


class CancelledError(CountersealError):
    """A person chose not to go on."""

    code = "cancelled"
    exit_status = 3
    default_what = "You chose not to go on."
    default_advice = "Run the command again when you are both ready."


class StoppedError(CountersealError):
    """A command arrived after a stop. Exit status 30 is an outcome, not a failure."""

    code = "stopped"
    exit_status = 30
    default_what = (
        "This computer was stopped: do not look again, keep everyone away from it, "
        "and call the police now if you have not."
    )
    default_advice = "Leave the computer as it is. Write on paper from here on."
    outcome: Mapping[str, object] = MappingProxyType({})
    """What the stop came to, where this very command made it."""

    def as_dict(self) -> dict[str, object]:
        """Return the fields that `--json` prints, and what the stop came to."""
        return {**super().as_dict(), **self.outcome}


class ProcedureError(CountersealError):
    """A step that the procedure does not allow."""

    code = "procedure"
    exit_status = 20
    default_what = "The procedure does not allow this step."
    default_advice = "Run `counterseal case show` to see what may come next and who must act."


class OutOfOrderError(ProcedureError):
    """The step comes too early or too late."""

    code = "out-of-order"


class NotAllowedError(ProcedureError):
    """This person may not take this step."""

    code = "not-allowed"


class SamePersonError(ProcedureError):
    """One person, or one key, stood in both places."""

    code = "same-person"
    default_what = "Two different people must sign, each with their own key."
    default_advice = "Ask the second person to sign with their own name and passphrase."


class ConflictOfInterestError(ProcedureError):
    """The case is about this person, or about somebody close to them."""

    code = "conflict-of-interest"


class WrongComputerError(ProcedureError):
    """This is not the computer that the record was started on."""

    code = "wrong-computer"
    default_what = "This is not the computer on which the record was started."
    default_advice = "Go on at the designated computer; one computer is used throughout."


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found wrong.

    Args:
        kind: A short stable word: `digest-mismatch`, `bad-signature`, `broken-log`, `missing`,
            `unexpected`, `rollback`, `fork`, `not-canonical` or `bad-step`.
        where: What it concerns, as a person would look for it: "entry 12, column step".
        what: One plain sentence.
    """

    kind: str
    where: str
    what: str

    def __str__(self) -> str:
        """Return the finding as one line."""
        return f"{self.where}: {self.what}"


class IntegrityError(CountersealError):
    """Something that was kept is not as it was kept.

    Args:
        findings: Everything that was found, in the order of the check.
        what: One plain sentence; the first finding where omitted.
    """

    code = "integrity"
    exit_status = 40
    default_what = "Something in the record is not as it was kept."
    default_advice = (
        "Change nothing, make no repair, and run `counterseal log check` to list everything found."
    )

    def __init__(self, findings: tuple[Finding, ...] = (), what: str | None = None) -> None:
        """Keep the findings beside the sentence."""
        self.findings = findings
        super().__init__(what or (f"{findings[0]}." if findings else None))

    def as_dict(self) -> dict[str, object]:
        """Return the fields that `--json` prints, findings included."""
        listed = [{"kind": f.kind, "where": f.where, "what": f.what} for f in self.findings]
        return {**super().as_dict(), "findings": listed}


class BrokenLogError(IntegrityError):
    """The log does not fit together."""

    code = "broken-log"


class RollbackError(IntegrityError):
    """An older copy of the record was put back: entries that were signed are gone."""

    code = "rollback"
    default_advice = (
        "Change nothing. Somebody may have put back an old copy; look for the newer one, "
        "and compare with the last paper receipt."
    )


class AcquisitionError(CountersealError):
    """A picture of the screen could not be taken."""

    code = "acquisition"
    exit_status = 50
    default_what = "The picture of the screen could not be taken."
    default_advice = "Try again, or record the concern in words without a picture."


class NoScreenError(AcquisitionError):
    """There is no screen, or no way to show the picture before it is kept."""

    code = "no-screen"
    default_what = "This computer has no screen that a picture could be taken of."
    default_advice = (
        "Sit at the computer itself and run the command there, "
        "or record the concern in words without a picture."
    )


class NoGuardError(AcquisitionError):
    """The guard that covers the screens at a stop could not be started."""

    code = "no-guard"
    default_what = "The program that covers the screens when you press STOP could not be started."
    default_advice = "Sit at the computer itself and run the command there."


class VaultError(CountersealError):
    """The data folder could not be read or written."""

    code = "vault"
    exit_status = 60
    default_what = "The data folder could not be used."
    default_advice = (
        "Check that the disk is not full and that you may write to the folder, then try again."
    )


class NoVaultError(VaultError):
    """There is no data folder here, or it is not one of ours."""

    code = "no-vault"
    default_what = "No Counterseal record was found here."
    default_advice = (
        "Run `counterseal setup` on the designated computer, "
        "or name the right folder in COUNTERSEAL_HOME."
    )


UNREADABLE: Final = (
    "Change nothing, and set nothing up here. Ask technical support; receipts on paper and the "
    "last backup show what was there."
)
"""What to do where there is a record that cannot be read."""


class KeyringError(CountersealError):
    """A key could not be used."""

    code = "keyring"
    exit_status = 70
    default_what = "The key could not be used."


class WrongPassphraseError(KeyringError):
    """The passphrase does not open the key file, or the key file was changed."""

    code = "wrong-passphrase"
    default_what = "The passphrase is not right, or the key file was changed."
    default_advice = (
        "Type it again with care; the wait grows with every wrong try. "
        "If you are sure of it, ask for the key file to be restored from its copy."
    )


class WeakKeyError(KeyringError):
    """A key or a cost that gives no protection."""

    code = "weak-key"
    default_what = "That key is too weak to sign with."
    default_advice = "Enrol again; the program makes a fresh key by itself."


class RetiredKeyError(KeyringError):
    """The key was retired."""

    code = "retired-key"
    default_what = "That person's key was retired."
    default_advice = "Run `counterseal people list` to see who can sign now."


class PolicyError(CountersealError):
    """The school's rules could not be read, or they loosen a rule that may not be loosened."""

    code = "policy"
    exit_status = 80
    default_what = "The school's rules could not be used."
    default_advice = "Put back the rules that were adopted; nothing can be done under other ones."
