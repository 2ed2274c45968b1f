"""What a stop cut off: visits that nobody wrote down yet, and what stood in the windows.

The keeper seals them at once, to the handover key alone, so that the school cannot open them. They
wait in the keeper's folder until the stop is written into the log, and go into its entry.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from counterseal.custody.details import SALT, Details
from counterseal.custody.entry import StoredFile
from counterseal.custody.facts import Step
from counterseal.evidence.browser import Locked, Visit
from counterseal.evidence.browser.window import Shown
from counterseal.evidence.exhibit import Digest
from counterseal.evidence.vault import Sealed, seal
from counterseal.keys.signing import Random
from counterseal.workflow import keepers
from counterseal.workflow.browsing.recording import lines
from counterseal.workflow.record import Record
from counterseal.workflow.steps import stored_file

FOLDER: Final = "watching"
"""The keeper's folder, below the data folder."""
LOCKED: Final = "locked"
"""What the keeper says after it has frozen the browser."""


@dataclass(frozen=True, slots=True)
class Sealing:
    """What is needed to seal without asking the log.

    Args:
        origin: The vault's origin.
        handover: The handover recipient.
        random: Where salts come from.
    """

    origin: str
    handover: str
    random: Random

    def seal(
        self, case: str, locked: Locked, visits: Sequence[Visit], shown: Sequence[Shown]
    ) -> dict[str, Any]:
        """Seal what a stop cut off, to the handover key alone.

        Args:
            case: The case whose session was open.
            locked: What freezing came to.
            visits: Those that nobody wrote down yet.
            shown: What stood in the windows.

        Returns:
            What the keeper says in `LOCKED`.
        """
        text: dict[str, str | list[str]] = {
            "visits": lines(visits),
            "shown": [window.address.shown for window in shown],
            "windows": str(locked.pages),
            "frozen": str(locked.frozen),
            "took_ms": str(locked.took_ms),
        }
        step = str(Step.CASE_STOPPED)
        details = Details(self.origin, case, step, self.random(SALT), text)
        sealed = seal("details", case, details.to_bytes(), (self.handover,))
        return {
            "case": case,
            "name": sealed.name,
            "content": base64.b64encode(sealed.content).decode(),
            "commit": details.commit,
        }


def taken_over(record: Record, case: str) -> tuple[StoredFile, ...]:
    """Put what a stop cut off into the vault, for the entry of that stop.

    Args:
        record: The opened record.
        case: The case that is stopped.

    Returns:
        The file, or none where nothing was left for this case.

    Raises:
        VaultError: The disk refuses.
    """
    said = keepers.read(record.vault.root / FOLDER / LOCKED)
    found = _left(said, case)
    if found is None:
        return ()
    sealed, commit = found
    if record.vault.fault(sealed.name, sealed.digest) is not None:
        record.vault.put(sealed, after_stop=True)
    return (stored_file(sealed, commit),)


def _left(said: Mapping[str, Any] | None, case: str) -> tuple[Sealed, str] | None:
    if said is None:
        return None
    try:
        if said["case"] != case:
            return None
        content = base64.b64decode(said["content"], validate=True)
        sealed = Sealed(said["name"], content, Digest.of(content))
        named = f"details/{case}/{sealed.digest.sha256[:32]}.age"
        return (sealed, str(said["commit"])) if sealed.name == named else None
    except (KeyError, TypeError, ValueError):
        return None


def tidy(root: Path) -> None:
    """Take away what was sealed, once it is in the log; that the browser is frozen still stands."""
    path = root / FOLDER / LOCKED
    said = keepers.read(path) or {}
    keepers.write(path, {name: said.get(name) for name in ("windows", "frozen", "whole")})
