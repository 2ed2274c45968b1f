"""Two processes that stop it at the same moment: one case, one entry, whoever is first."""

from pathlib import Path

import pytest

from counterseal.custody.facts import Step
from counterseal.workflow.record import Record
from counterseal.workflow.stop import lock, seal
from counterseal.workflow.stop.cause import Cause
from unit.workflow.life import CASE, THREE, at

STOP = Cause("stop-command", kind="hs")


def test_one_that_is_overtaken_while_it_decides_stops_no_other_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one has sealed the case just before this one looks which session is open."""
    life = at(tmp_path, "collecting", THREE)
    root, real = life.record.vault.root, seal._open_case
    overtaken: list[str] = []

    def overtaking(record: Record, cause: Cause) -> str:
        if not overtaken:
            overtaken.append(cause.number)
            lock.lock(root, life.around, STOP)
        return real(record, cause)

    monkeypatch.setattr(seal, "_open_case", overtaking)
    lock.lock(root, life.around, STOP)
    assert overtaken
    record = life.reopen()
    steps = [x.entry.step for case in record.log.cases() for x in record.log.entries(case)]
    assert (record.log.cases(), steps.count(Step.CASE_STOPPED)) == ([CASE], 1)
