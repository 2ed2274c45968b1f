"""The hard stop, rehearsed: what happens, in which order, and who does what.

Nothing here is a short cut. A made-up person presses STOP after the first picture; from then on the
same code runs as in earnest. The record stays stopped, so that what a stop leaves can be looked at.
"""

from counterseal.custody.facts import Step
from counterseal.errors import CountersealError
from counterseal.workflow import practice_leaving
from counterseal.workflow.practice import Rehearsal
from counterseal.workflow.record import open_record
from counterseal.workflow.steps import Draft, commit, issue_receipt
from counterseal.workflow.stop import lock
from counterseal.workflow.stop.after import prepare_after
from counterseal.workflow.stop.cause import Cause, own_lines, read_causes
from counterseal.workflow.stop.words import PAGES, SENTENCE

COVERED_S = 4.0
"""How long the screen stays covered in a rehearsal, in seconds."""

WHO, HEAD = "cd", "ef"
_POLICE = {
    "name": "PC Example, 1234 (practice)",
    "reference": "EX-1",
    "when": "Ten minutes after",
    "words": "You may use this computer to write down what was done.",
}
_AUTHORITY = {
    "name": "The duty desk (practice)",
    "reference": "EX-2",
    "when": "A quarter of an hour after",
    "words": "They know, and wait for the police.",
}


def play(rehearsal: Rehearsal) -> None:
    """Rehearse the stop, as far as the stopped record.

    Args:
        rehearsal: A practice case with an open session and a first exhibit.
    """
    tell = rehearsal.tell
    with rehearsal.signing("ab", "cd") as cosigners:
        receipt = issue_receipt(rehearsal.record, cosigners, "asked")
    tell("They print a receipt: it shows on paper what was kept up to here.")
    _lock(rehearsal)
    _seal(rehearsal)
    _pages(rehearsal)
    _afterwards(rehearsal)
    case, folder = rehearsal.case(), rehearsal.folder.absolute()
    with rehearsal.signing(HEAD) as (head,):
        practice_leaving.make_record_only(rehearsal.record, case, head, folder)
    tell("The Headteacher makes the bundle: the record alone, no picture, sealed under six words.")
    practice_leaving.leave(folder, rehearsal.record, case, rehearsal.exhibits, receipt)
    tell("Police take the computer and both sheets of the handover key. Until the Headteacher and")
    tell("both release it on their advice, nothing else is done here. This record stays stopped.")


def _lock(rehearsal: Rehearsal) -> None:
    record, tell = rehearsal.record, rehearsal.tell
    root, around = record.vault.root, record.around
    try:
        around.guard.start(root, practice=True)
    except CountersealError as error:
        tell(f"(The screen could not be covered here: {error.what} {error.advice})")
    tell("")
    tell("Carl Dunn meets what he will not look at twice. He does not say what. He presses STOP.")
    tell("   Nobody is asked. He needs no passphrase. Ada Brook need not agree.")
    lock.lock(root, around, Cause("stop-command", WHO))
    causes = read_causes(own_lines(root, record.vault.latch))
    if any(cause.covered + cause.uncovered for cause in causes):
        tell("   Every screen is covered, in practice for some seconds only.")
        around.clock.sleep(COVERED_S)
    else:
        tell("   (No screen to cover here. In earnest every screen is covered first.)")
    around.guard.end(root)
    tell("   Locked: from now on nothing opens, and every command says so.")


def _seal(rehearsal: Rehearsal) -> None:
    record, tell = rehearsal.record, rehearsal.tell
    tell('Asked what it was, Carl Dunn says: "It may be a sexual or nude image of someone under')
    tell('   18." That is all that he is asked. He could have said "We are not sure".')
    lock.answer(record.vault.root, record.around, Cause("stop-command", WHO, kind="hs"))
    rehearsal.record = open_record(record.vault.root, record.around)
    tell("   Sealed: the school's own keys to this case are gone. What was kept is still there,")
    tell("   and the police open it with the handover key. There is no way back.")


def _pages(rehearsal: Rehearsal) -> None:
    tell = rehearsal.tell
    tell(f'They read: "{SENTENCE}"')
    for number, page in enumerate(PAGES, 1):
        tell(f"   Page {number}: {page.title}")
    tell("They call the police. From here they write on paper, on the stop sheet.")


def _afterwards(rehearsal: Rehearsal) -> None:
    tell = rehearsal.tell
    _keep(rehearsal, Step.CALL_RECORDED, {"to": "police", "may_use": True}, HEAD, _POLICE)
    tell("An officer says that this computer may be used. Edith Fell, the Headteacher, records")
    tell("   that call first; before it the computer takes nothing.")
    to = {"to": "local-authority", "may_use": False}
    _keep(rehearsal, Step.CALL_RECORDED, to, "ab", _AUTHORITY)
    tell("Ada Brook, the safeguarding lead, told the local authority too, and records it.")
    for person, stance in (("cd", "present"), ("ab", "present")):
        _keep(rehearsal, Step.STOP_COUNTERSIGNED, {"person": person, "stance": stance}, person)
    tell("Carl Dunn and Ada Brook sign that they were present. Either may refuse: the stop stands.")


def _keep(
    rehearsal: Rehearsal,
    step: Step,
    facts: dict[str, object],
    signer: str,
    words: dict[str, str] | None = None,
) -> None:
    draft = Draft(step, rehearsal.case(), facts, words or {})
    prepared = prepare_after(rehearsal.record, draft)
    with rehearsal.signing(signer) as cosigners:
        commit(rehearsal.record, prepared, cosigners)
