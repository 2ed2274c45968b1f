"""Writes visits into the log: one thread, which alone holds the record and the computer's key."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from counterseal.custody.state import Stage
from counterseal.errors import StoppedError
from counterseal.evidence.browser import Locked, Visit
from counterseal.evidence.browser.window import Shown
from counterseal.workflow.browsing.recording import record_gap, record_visits
from counterseal.workflow.browsing.stopped import Sealing
from counterseal.workflow.record import Record, open_record
from counterseal.workflow.surroundings import Surroundings

_Given = ParamSpec("_Given")
_Got = TypeVar("_Got")


class Scribe:
    """Writes down what one session's browser does.

    Args:
        root: The data folder.
        around: What to open the record with.
        case: The case whose session it is.
    """

    def __init__(self, root: Path, around: Surroundings, case: str) -> None:
        """The record is opened by `open`."""
        self._root, self._around, self._case = root, around, case
        self._record: Record | None = None
        # The log's tables may be asked by the thread alone that opened them.
        self._thread = ThreadPoolExecutor(1, "scribe")

    def open(self) -> None:
        """Open the record, also once more.

        Raises:
            CountersealError: It cannot be opened.
        """
        self._record = self._in_thread(open_record, self._root, self._around)
        self._sealing = Sealing(
            self._record.log.origin,
            self._in_thread(lambda record: record.state.handover, self._record),
            self._around.random,
        )

    def let_go(self) -> None:
        """Let go of the record, and of the computer's key."""
        self._record = None

    def write(self, visits: tuple[Visit, ...]) -> None:
        """Write visits down.

        Raises:
            StoppedError: Everything is stopped.
            CountersealError: They could not be written.
        """
        if self._record is None:
            raise StoppedError
        self._in_thread(record_visits, self._record, self._case, visits)

    def note_gap(self, why: str) -> None:
        """Write down, where the session still goes on, what happened while nobody watched.

        Args:
            why: In words.

        Raises:
            CountersealError: It could not be written.
        """
        self.open()
        if self._record is not None and self.stage is Stage.COLLECTING:
            self._in_thread(record_gap, self._record, self._case, why)

    def seal(
        self, locked: Locked, visits: Sequence[Visit], shown: Sequence[Shown]
    ) -> dict[str, Any]:
        """Seal what a stop cut off; it asks nothing of the log, which may be busy.

        Args:
            locked: What freezing came to.
            visits: Those that nobody wrote down yet.
            shown: What stood in the windows.
        """
        return self._sealing.seal(self._case, locked, visits, shown)

    @property
    def stage(self) -> Stage:
        """Where the case stands."""
        if self._record is None:
            return Stage.STOPPED
        return self._in_thread(self._record.log.case, self._case).stage

    def _in_thread(
        self, work: Callable[_Given, _Got], *args: _Given.args, **kwargs: _Given.kwargs
    ) -> _Got:
        return self._thread.submit(work, *args, **kwargs).result()
