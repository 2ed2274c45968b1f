"""The browser's folder goes when a case is closed that was never stopped.

It is no evidence: what counts of it is in the log. After a stop, and while there is a hold, it is
left alone.
"""

import shutil

from counterseal.custody.facts import Step
from counterseal.custody.state import CaseState, Stage
from counterseal.errors import VaultError
from counterseal.evidence.browser import FOLDER
from counterseal.workflow.record import Record
from counterseal.workflow.steps import commit_by_computer


def clear(record: Record, state: CaseState) -> int:
    """Take a closed case's folder of the browser away, and write that down.

    Args:
        record: The opened record.
        state: Where the case stands.

    Returns:
        How many files there were; 0 where there was nothing to be cleared.

    Raises:
        VaultError: Some of it could not be taken away; it is tried again before the next step.
    """
    folder = record.vault.root / FOLDER / state.case
    if state.stage is not Stage.CLOSED or state.hold or not folder.is_dir():
        return 0
    record.vault.latch.check()
    files = sum(path.is_file() for path in folder.rglob("*"))
    try:
        shutil.rmtree(folder)
    except OSError as error:
        what = "The browser's folder of the closed case could not be cleared."
        advice = "Close every window of the browser; it is tried again before the next step."
        raise VaultError(what, advice=advice) from error
    commit_by_computer(record, Step.BROWSER_CLEARED, state.case, {"files": files})
    return files


def clear_left_over(record: Record) -> None:
    """Clear what an interrupted closing left, or what a hold kept until now.

    Raises:
        VaultError: Some of it could not be taken away.
    """
    folder = record.vault.root / FOLDER
    if record.vault.latch.stopped or not folder.is_dir():
        return
    left = {path.name for path in folder.iterdir()}
    for case in sorted(left & set(record.log.cases())):
        clear(record, record.log.case(case))
