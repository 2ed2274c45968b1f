"""Visits become entries, which the computer signs alone; what was opened stays encrypted.

The addresses and titles are text that strangers wrote: each line is JSON in which nothing acts.
"""

import json
from collections.abc import Sequence

from counterseal.custody.facts import Step
from counterseal.evidence.browser.visit import Kind, Visit
from counterseal.workflow.browsing.port import Opened
from counterseal.workflow.record import Record
from counterseal.workflow.steps import Draft, commit, prepare


def lines(visits: Sequence[Visit]) -> list[str]:
    """Return visits as they stand in the text of a step, one line each."""
    return [
        json.dumps(visit.as_dict(), ensure_ascii=False, separators=(",", ":")) for visit in visits
    ]


def record_visits(record: Record, case: str, visits: Sequence[Visit]) -> None:
    """Write down what the browser did since the last time.

    Args:
        record: The opened record.
        case: The case whose session is open.
        visits: In order.

    Raises:
        CountersealError: Nothing of them was kept.
    """
    gaps = sum(visit.kind is Kind.GAP for visit in visits)
    facts = {"visits": len(visits), "gaps": gaps}
    draft = Draft(Step.VISIT_RECORDED, case, facts, {"visits": lines(visits)})
    commit(record, prepare(record, draft, record.log.case(case).recipient), ())


def record_start(record: Record, case: str, opened: Opened) -> None:
    """Write down that the browser was started, and how; or that from here on nobody watches.

    Args:
        record: The opened record.
        case: The case whose session is open.
        opened: The browser and its exact command line, or why there is none.

    Raises:
        CountersealError: Nothing of it was kept.
    """
    text: dict[str, str | list[str]] = {"visits": []}
    if opened.why:
        text["browser"] = f"none is watched: {opened.why}"
    else:
        text |= {"browser": opened.product, "command": list(opened.command)}
    facts = {"visits": 0, "gaps": int(bool(opened.why))}
    draft = Draft(Step.VISIT_RECORDED, case, facts, text)
    commit(record, prepare(record, draft, record.log.case(case).recipient), ())


def record_gap(record: Record, case: str, why: str) -> None:
    """Write down that from here on nobody watches.

    Args:
        record: The opened record.
        case: The case whose session is open.
        why: "the watching process was ended" and the like.

    Raises:
        CountersealError: Nothing of it was kept.
    """
    record_visits(record, case, (Visit(0, Kind.GAP, record.now().utc_ms, False, failure=why),))  # noqa: FBT003
