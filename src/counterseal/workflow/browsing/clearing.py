"""The browser's folder goes when a case is closed that was never stopped.

It is no evidence: what counts of it is in the log. After a stop, and while there is a hold, it is
left alone.
"""

import shutil
from pathlib import Path
from typing import Final

from counterseal.custody.facts import Step
from counterseal.custody.state import CaseState, Stage
from counterseal.errors import VaultError
from counterseal.evidence.browser import FOLDER
from counterseal.workflow.record import Record
from counterseal.workflow.steps import commit_by_computer

_ASIDE: Final = ".cleared-"
"""Before the name of a folder that is on its way out."""


def clear(record: Record, state: CaseState) -> int:
    """Take a closed case's folder of the browser away, and write that down.

    It is renamed first, so that a crash at any point leaves what the next step tidies up. A link in
    its place leads elsewhere and is left alone.

    Args:
        record: The opened record.
        state: Where the case stands.

    Returns:
        How many files there were; 0 where there was nothing to be cleared.

    Raises:
        VaultError: Some of it could not be taken away; it is tried again before the next step.
    """
    top = record.vault.root / FOLDER
    folder, aside = top / state.case, top / f"{_ASIDE}{state.case}"
    if state.stage is not Stage.CLOSED or state.hold or top.is_symlink():
        return 0
    record.vault.latch.check()
    try:
        if _is_folder(folder) and not _is_folder(aside):
            folder.rename(aside)
        if not _is_folder(aside):
            return 0
        files = sum(path.is_file() for path in aside.rglob("*"))
        commit_by_computer(record, Step.BROWSER_CLEARED, state.case, {"files": files})
        shutil.rmtree(aside)
    except OSError as error:
        what = "The browser's folder of the closed case could not be cleared."
        advice = "Close every window of the browser; it is tried again before the next step."
        raise VaultError(what, advice=advice) from error
    return files


def clear_left_over(record: Record) -> None:
    """Clear what an interrupted closing left, or what a hold kept until now.

    Raises:
        VaultError: Some of it could not be taken away.
    """
    top = record.vault.root / FOLDER
    if record.vault.latch.stopped or not _is_folder(top):
        return
    left = {path.name.removeprefix(_ASIDE) for path in top.iterdir() if _is_folder(path)}
    for case in sorted(left & set(record.log.cases())):
        clear(record, record.log.case(case))


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()
