"""The small vault's case as it is told in a bundle, with words of one's own in it."""

from dataclasses import replace
from pathlib import Path

from cast import CASE, KEYSET, identity_of
from counterseal.custody.details import Details, Text
from counterseal.custody.facts import Step
from counterseal.handover.members import exhibit_name
from counterseal.handover.statement import FULL, Shown, Statement
from counterseal.handover.telling import Telling
from counterseal.keys import recipients
from small_vault import build


def told(root: Path) -> Telling:
    """Tell the whole case, opened."""
    small = build(root)
    own = small.log.entries(CASE)
    openings, shown = {}, []
    for logged in own:
        for file in logged.entry.proposal.details:
            content = small.vault.read(file.name, file.digest)
            details = Details.from_bytes(recipients.decrypt(content, identity_of(CASE)))
            openings[logged.entry.index] = details
            shown += [
                Shown(p.ref, exhibit_name(p.ref, p.media), p.media, p.digest)
                for p in details.exhibits
            ]
    statement = Statement(
        kind=FULL,
        practice=True,
        program="counterseal 0.0",
        made="2026-11-30T12:00:00Z",
        last=own[-1],
        head=small.log.head().head,
        people=[(i, KEYSET.person(i).key.hex()) for i in ("ab", "cd")],
        exhibits=shown,
    )
    leaves = small.log.entries()
    return Telling(statement, leaves, openings, KEYSET, {}, "17. Bullying")


def saying(telling: Telling, step: Step, text: Text) -> Telling:
    """Put other words into a step."""
    index = next(x.entry.index for x in telling.own if x.entry.step is step)
    details = replace(telling.openings[index], text=text)
    return replace(telling, openings={**telling.openings, index: details})
