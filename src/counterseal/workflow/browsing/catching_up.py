"""Before each step that people take, whatever the browser opened until now is written down."""

from counterseal.custody.state import Stage
from counterseal.evidence.browser.left_over import end_left_over
from counterseal.workflow import keepers
from counterseal.workflow.browsing.asking import WatchLostError
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
    except WatchLostError as lost:
        if record.log.case(lost.case).stage is Stage.COLLECTING:
            record_gap(record, lost.case, LOST)
        keepers.let_go(record.vault.root / FOLDER)
        if lost.port:
            end_left_over(lost.port, lost.process)  # nobody watches it, so it does not go on
        raise
