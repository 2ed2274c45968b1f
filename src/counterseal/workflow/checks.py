"""The computer check: what could go wrong here, graded.

"Not checked" is said where this platform cannot be asked; it never counts as a pass.
"""

import importlib.util
import os
import shutil
import stat
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from counterseal.clock import plain_time
from counterseal.custody import vault_rules
from counterseal.errors import CountersealError
from counterseal.workflow.passphrases import overdue
from counterseal.workflow.policies import unstaffed
from counterseal.workflow.record import Record
from counterseal.workflow.surroundings import Surroundings

LEAST_FREE = 500_000_000
"""Bytes that should be free: a session of pictures, and room for a stop."""

_SYNCED = ("onedrive", "dropbox", "google drive", "googledrive", "icloud", "nextcloud", "box sync")


class Grade(StrEnum):
    """What a check says."""

    PASS = "pass"  # noqa: S105  (a grade)
    WARN = "warn"
    BLOCK = "block"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Checked:
    """One check.

    Args:
        name: A short stable word.
        grade: What it says.
        what: One plain sentence.
        advice: What to do, where there is something.
    """

    name: str
    grade: Grade
    what: str
    advice: str = ""


def check_computer(root: Path, around: Surroundings, *, practice: bool) -> list[Checked]:
    """Check what does not need a record.

    Args:
        root: The data folder, whether it exists or not.
        around: The surroundings.
        practice: Whether it is for practice, where nothing blocks.
    """
    found = [
        _free_space(root),
        _synced(root),
        _private(root),
        _screen(around, practice=practice),
        _window(),
        _encryption(),
        _antivirus(),
        _updates(),
        _clock(around),
    ]
    return [_soften(item) for item in found] if practice else found


def check_record(record: Record) -> list[Checked]:
    """Check what the record itself says: designated computer, log, receipts, handover key, rest."""
    found = [_machine(record), _log(record), _receipts(record), _handover(record)]
    found += [_staff(record), _passphrases(record), _parts(record)]
    return [_soften(item) for item in found] if record.practice else found


def worst(checked: list[Checked]) -> Grade:
    """Return the gravest grade; what was not checked counts as a warning."""
    grades = {Grade.WARN if c.grade is Grade.NOT_CHECKED else c.grade for c in checked}
    order = (Grade.BLOCK, Grade.WARN, Grade.PASS)
    return next((grade for grade in order if grade in grades), Grade.PASS)


def _free_space(root: Path) -> Checked:
    there = next(p for p in (root, *root.parents) if p.exists())
    free = shutil.disk_usage(there).free
    what = f"{free // 1_000_000:,} MB are free on the disk."
    if free < LEAST_FREE:
        return Checked("free-space", Grade.BLOCK, what, "Free some space on this disk.")
    return Checked("free-space", Grade.PASS, what)


def _synced(root: Path) -> Checked:
    parts = " / ".join(root.parts).lower()
    if any(word in parts for word in _SYNCED):
        what = "The data folder is in a place that is copied to the internet."
        return Checked("synced-folder", Grade.BLOCK, what, "Name another folder.")
    return Checked("synced-folder", Grade.PASS, "The data folder is not in a known synced place.")


def _private(root: Path) -> Checked:
    if os.name == "nt":
        what = "Who else may read the data folder was not checked on Windows."
        return Checked("folder-private", Grade.NOT_CHECKED, what)
    if root.exists() and stat.S_IMODE(root.stat().st_mode) & 0o077:
        what = "Other users of this computer can look into the data folder."
        return Checked("folder-private", Grade.WARN, what, f"Run: chmod 700 {root}")
    return Checked("folder-private", Grade.PASS, "Only this user can look into the data folder.")


def _screen(around: Surroundings, *, practice: bool) -> Checked:
    try:
        source = around.screen(practice)
    except CountersealError as error:
        return Checked("screen", Grade.WARN, error.what, error.advice)
    return Checked("screen", Grade.PASS, f"Pictures of the screen work here ({source.name}).")


def _window() -> Checked:
    if importlib.util.find_spec("_tkinter") is None:
        what = "This Python has no tkinter, so a picture cannot be shown before it is kept."
        advice = "Install it (Debian: python3-tk); until then nothing is kept unseen."
        return Checked("window", Grade.WARN, what, advice)
    return Checked("window", Grade.PASS, "A picture can be shown before it is kept.")


def _encryption() -> Checked:
    what = "Whether the whole disk is encrypted cannot be read here."
    advice = "Ask technical support to confirm it (BitLocker, FileVault or LUKS)."
    return Checked("disk-encryption", Grade.NOT_CHECKED, what, advice)


def _antivirus() -> Checked:
    what = "Whether an antivirus runs, is current, and sends no samples away cannot be read here."
    advice = "Ask technical support: it stays on, and its upload of samples is off."
    return Checked("antivirus", Grade.NOT_CHECKED, what, advice)


def _updates() -> Checked:
    what = "Whether the system is up to date, and restarts by itself, cannot be read here."
    advice = "Ask technical support: updates come between cases, never in the middle of one."
    return Checked("updates", Grade.NOT_CHECKED, what, advice)


def _clock(around: Surroundings) -> Checked:
    said = around.timekeeping()
    what = f"This computer's clock: {said}."
    if said.kept:
        return Checked("clock", Grade.PASS, what)
    grade = Grade.NOT_CHECKED if said.kept is None else Grade.WARN
    advice = "Compare it with a clock that you trust; ask technical support to have it kept by NTP."
    return Checked("clock", grade, what, advice)


def _machine(record: Record) -> Checked:
    return _raised(
        "computer",
        "This is the designated computer.",
        lambda: record.around.machine().check(record.log.origin, record.state.machine),
    )


def _log(record: Record) -> Checked:
    return _raised("log", "The record fits together.", record.survey)


def _raised(name: str, good: str, act: Callable[[], None]) -> Checked:
    try:
        act()
    except CountersealError as error:
        return Checked(name, Grade.BLOCK, error.what, error.advice)
    return Checked(name, Grade.PASS, good)


def _receipts(record: Record) -> Checked:
    missing = record.log.head().head.size - record.state.receipted
    what = f"{missing} entries are not yet on a receipt."
    if missing:
        advice = "Run `counterseal log receipt`, and keep the paper away from this computer."
        return Checked("receipt", Grade.WARN, what, advice)
    return Checked("receipt", Grade.PASS, what)


def _handover(record: Record) -> Checked:
    tried, advice = record.state.handover_checked, vault_rules.TRY_THE_HANDOVER_KEY
    if tried is None:
        what = "The handover key was never tried, so nobody knows yet whether it opens anything."
        return Checked("handover-key", Grade.WARN, what, advice)
    when = plain_time(tried.utc)
    if not vault_rules.tried_within_a_year(
        replace(record.state, practice=False), record.now().utc[:10]
    ):
        what = f"The handover key was last tried on {when}, more than a year ago."
        return Checked("handover-key", Grade.WARN, what, advice)
    return Checked("handover-key", Grade.PASS, f"The handover key was tried on {when}.")


def _staff(record: Record) -> Checked:
    terms = record.terms
    missing = unstaffed(terms.keyset, terms.policy)
    if missing:
        advice = "Run `counterseal people enrol`."
        return Checked("people", Grade.WARN, " ".join(missing), advice)
    what = "The people on the list could take every case that the rules foresee."
    return Checked("people", Grade.PASS, what)


def _passphrases(record: Record) -> Checked:
    most = record.terms.policy.passphrases.change_every_days
    late = [f"{record.person(person).name} ({days} days)" for person, days in overdue(record)]
    if late:
        names = ", ".join(late)
        what = f"By the school's rules a passphrase is changed every {most} days: {names}."
        advice = "Each of them runs `counterseal people rotate`."
        return Checked("passphrases", Grade.WARN, what, advice)
    rule = f"every {most} days" if most else "at no fixed time"
    what = f"Nobody's passphrase is older than the school's rules want (changed {rule})."
    return Checked("passphrases", Grade.PASS, what)


def _parts(record: Record) -> Checked:
    parts = [path for path in record.vault.root.rglob("*.part") if path.is_file()]
    if parts:
        what = f"{len(parts)} file(s) were left over by an interrupted run."
        return Checked("left-over", Grade.WARN, what, "They hold no plaintext; leave them.")
    return Checked("left-over", Grade.PASS, "No interrupted run left anything over.")


def _soften(item: Checked) -> Checked:
    if item.grade is not Grade.BLOCK:
        return item
    return Checked(item.name, Grade.WARN, item.what, item.advice)
