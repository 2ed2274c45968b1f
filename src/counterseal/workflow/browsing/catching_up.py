"""Before each step that people take, whatever the browser opened until now is written down."""

from counterseal.custody.state import Stage
from counterseal.evidence.browser.left_over import end_left_over
from counterseal.evidence.browser.trouble import WatchLostError
from counterseal.workflow import keepers
from counterseal.workflow.browsing.freezing import left_over
from counterseal.workflow.browsing.port import Seen
from counterseal.workflow.browsing.recording import record_gap
from counterseal.workflow.browsing.stopped import FOLDER
from counterseal.workflow.record import Record

LOST = "the watching process was ended"


def catch_up(record: Record) -> Seen | None:
    """Have every visit written down.

    Args:
        record: The opened record.

    Returns:
        What stands in the browser; None where the session goes on by hand.

    Raises:
        BrowserGoneError: It is not watched any more. That this is so was written down.
        VaultError: The visits cannot be written down, so that nothing may follow them.
    """
    try:
        return record.around.browser.flush(record.vault.root)
    except WatchLostError:
        _tidy(record)
        raise


def _tidy(record: Record) -> None:
    """Write the gap down, then close the browser that nobody watches."""
    folder = record.vault.root / FOLDER
    wanted, left = keepers.read(folder / keepers.WANTED) or {}, left_over(folder)
    case = str(wanted.get("case", ""))
    if case in record.log.cases() and record.log.case(case).stage is Stage.COLLECTING:
        record_gap(record, case, LOST)
    keepers.let_go(folder)
    if left is not None:
        end_left_over(left.port, left.process, left.profile)
