"""`counterseal stop`: one person, at once; then what it was, what to do, and who was there."""

from contextlib import ExitStack
from typing import Any, NoReturn

import click

from counterseal.clock import plain_time
from counterseal.commands.desk import Desk, shown, warnings
from counterseal.commands.options import signing_options, with_desk_anyway
from counterseal.commands.signing import Stances, people, signed_by, two_ids, unlocked
from counterseal.custody.facts import Step
from counterseal.custody.words import STOP_STANCES
from counterseal.errors import CountersealError
from counterseal.policy.profile import base
from counterseal.workflow.record import Record, open_record
from counterseal.workflow.steps import Draft, commit, preflight
from counterseal.workflow.stop import lock, unlock
from counterseal.workflow.stop.after import check_usable, prepare_after, stopped_case
from counterseal.workflow.stop.cause import Cause
from counterseal.workflow.stop.reading import read_record
from counterseal.workflow.stop.sheet import known_contacts, school_of, sheet
from counterseal.workflow.stop.words import BEFORE_ANSWERING, KINDS, PAGES, WHAT, Page

BREAK = "break"


@click.group(name="stop", invoke_without_command=True)
@click.option("--case", default="", metavar="REF", help="The case, if it is not the open one.")
@click.option("--what", type=click.Choice(list(WHAT)), help="What it was. Asked for afterwards.")
@click.option("--by", "person", default="", metavar="ID", help="Who says so; it is not checked.")
@click.option("--signed-by", multiple=True, metavar="ID", help="For a break: the two who sign.")
@signing_options
@click.pass_context
@with_desk_anyway
def command(
    desk: Desk, context: click.Context, case: str, what: str | None, person: str, **given: Any
) -> None:
    """STOP: lock everything at once. No passphrase, no question before it.

    Use it when anything you meet may be a sexual or nude image of someone under 18, or when you are
    not sure. Afterwards you are asked what it was. If you only needed a break, the two of you sign
    that neither saw such an image, and go on. Any other answer seals the case: the school gives up
    its own means of opening it.
    """
    if context.invoked_subcommand is not None:
        return
    done = lock.lock(desk.root, desk.around, Cause("stop-command", person, case=case))
    if lock.waiting(desk.root, desk.around):
        if what is None and desk.asker.at_terminal:
            desk.say("", "Stopped. Nothing opens any more. Take your time.", *warnings(done))
            desk.say(*BEFORE_ANSWERING, "")
            what = desk.asker.choice("What was it", None, WHAT)
        if what == BREAK:
            _break(desk, given)
            return
        if what is not None:
            said = Cause("stop-command", person, kind=KINDS[what], case=case)
            done = lock.answer(desk.root, desk.around, said, done)
    _leave(desk, done)


def _leave(desk: Desk, done: lock.Stopped) -> NoReturn:
    copied = groups(desk)
    if copied and not desk.as_json:
        lines = (f"   {line}" for line in copied)
        desk.say("", "Copy these groups onto the stop sheet:", *lines, "")
    desk.leave_stopped(done, copied)


def _break(desk: Desk, given: dict[str, Any]) -> None:
    record = desk.record_after_stop()
    state = unlock.locked_case(record)
    prepared = unlock.prepare_lifting(record, state)
    signers = list(state.investigators) or two_ids(desk, given["signed_by"], "person")
    preflight(record, prepared.proposal, signers)
    text = [
        "Unlocking this computer after a break",
        "Neither of us saw what may be a sexual or nude image of someone under 18,",
        "or anything else that must not be copied.",
    ]
    stances = Stances(given["present"], given["read"])
    with signed_by(desk, record, people(record, signers), text, stances) as cosigners:
        kept = unlock.lift(record, prepared, cosigners)
    line = "Kept: that you needed a break. The computer is unlocked."
    more = ["The session is paused: `counterseal session resume`."] if state.case else []
    data = {"case": state.case, "entry": kept.entry.index, "unlocked": True}
    desk.tell(data, [line, *more])


@command.command()
@click.option("--page", type=click.IntRange(1, len(PAGES)), help="Only this page.")
@with_desk_anyway
def show(desk: Desk, page: int | None) -> None:
    """Show what to do after a stop, a page at a time. Can be read at any time."""
    chosen = [page] if page else range(1, len(PAGES) + 1)
    data = {
        "stopped": lock.stopped(desk.root, desk.around),
        "pages": [{"title": PAGES[n - 1].title, "lines": list(PAGES[n - 1].lines)} for n in chosen],
        "support": _support(desk),
        "groups": groups(desk),
    }
    if desk.as_json:
        desk.tell(data, [])
        return
    for number in chosen:
        desk.tell({}, _page_lines(number, PAGES[number - 1]))
        if desk.asker.at_terminal and number != chosen[-1]:
            desk.asker.text("Press Enter for the next page", "the answer", None, empty=True)
    if data["support"]:
        lines = ("Whom your school's rules name:", *(shown(x) for x in _support(desk)))
        desk.tell({}, ["", *(f"   {line}" for line in lines)])
    if data["groups"]:
        lines = ("Copy these groups onto the stop sheet:", *groups(desk))
        desk.tell({}, ["", *(f"   {line}" for line in lines)])


@command.command(name="sheet")
@with_desk_anyway
def sheet_(desk: Desk) -> None:
    """Print the stop sheet: what to do, whom to call, and where to write it down.

    Keep a copy on paper beside the computer: after a stop nothing opens on it.
    """
    try:
        record = open_record(desk.root, desk.around)
        text = sheet(school_of(record.log.origin), record.terms.policy)
    except CountersealError:  # the sheet is of use without any record
        text = sheet("", base())
    desk.tell({"sheet": text}, [shown(line) for line in text.splitlines()])


@command.command()
@click.option("--case", metavar="REF", help="The stopped case, if there is more than one.")
@click.option("--as", "signer", metavar="ID", help="Who signs this.")
@click.option("--person", metavar="ID", help="About whom, where somebody will not sign.")
@click.option("--stance", type=click.Choice(list(STOP_STANCES)), help="Where that person was.")
@signing_options
@with_desk_anyway
def countersign(desk: Desk, case: str | None, **given: Any) -> None:
    """Sign beside a stop: present, not present, or refused. The stop stands in any case."""
    record = desk.record_after_stop()
    check_usable(record)
    state = stopped_case(record, case)
    signer = record.person(desk.asker.text("Your id", "the id", given["signer"]))
    words = {
        "present": "I was present.",
        "not-present": "I was not present; I was told of it.",
        "refused": "Somebody else was asked and will not sign.",
    }
    stance = desk.asker.choice("Where were you", given["stance"], words)
    about = signer.id
    if stance == "refused":
        about = record.person(desk.asker.text("Id of who will not sign", "it", given["person"])).id
    facts = {"person": about, "stance": stance}
    draft = Draft(Step.STOP_COUNTERSIGNED, state.case, facts)
    lines = [f"Signing beside the stop of case {state.case}", f"{about}: {words[stance]}"]
    keep_after(desk, record, draft, [signer.id], lines, given)


@command.command()
@click.option("--case", metavar="REF", help="The stopped case, if there is more than one.")
@click.option("--reader", multiple=True, metavar="ID", help="One of the two. Give it twice.")
@with_desk_anyway
def read(desk: Desk, case: str | None, reader: tuple[str, ...]) -> None:
    """Read what was written after a stop: calls, devices, hand-overs. It takes two.

    Two of the case's investigators, the safeguarding lead and the Headteacher can, unless the case
    concerns them. What was kept before the stop, nobody at the school can open.
    """
    record = desk.record_after_stop()
    check_usable(record)
    state = stopped_case(record, case)
    two = people(record, two_ids(desk, reader, "reader"))
    with ExitStack() as stack:
        keys = [(p.id, stack.enter_context(unlocked(desk, record, p))) for p in two]
        written = read_record(record, state, keys)
    lines = [f"Written after the stop of case {state.case}:"]
    for each in written:
        lines += ["", f"{plain_time(each.time.utc)}   {each.step}   entry {each.index}"]
        lines += [f"   {name}: {value}" for name, value in each.text.items() if value]
    data = [
        {"entry": w.index, "step": str(w.step), "time": w.time.utc, "text": dict(w.text)}
        for w in written
    ]
    desk.tell({"case": state.case, "written": data}, [shown(line) for line in lines])


def keep_after(  # noqa: PLR0917  (a step, who signs it, what they read)
    desk: Desk,
    record: Record,
    draft: Draft,
    signers: list[str],
    text: list[str],
    given: dict[str, Any],
) -> None:
    """Have a step of a stopped case signed, and keep it.

    Args:
        desk: How to ask.
        record: The opened record.
        draft: The step.
        signers: Ids, in order.
        text: What they read.
        given: What `--present` and `--read` said.
    """
    prepared = prepare_after(record, draft)
    preflight(record, prepared.proposal, signers)
    stances = Stances(given["present"], given["read"])
    with signed_by(desk, record, people(record, signers), text, stances) as cosigners:
        kept = commit(record, prepared, cosigners)
    data = {"case": draft.case, "step": str(draft.step), "entry": kept.entry.index}
    desk.tell(data, [shown(f"Kept, entry {kept.entry.index}. The stop of {draft.case} stands.")])


def _page_lines(number: int, page: Page) -> list[str]:
    return ["", f"{number} of {len(PAGES)}: {page.title}", "", *(f"   {x}" for x in page.lines)]


def _support(desk: Desk) -> list[str]:
    try:
        return known_contacts(open_record(desk.root, desk.around).terms.policy)
    except CountersealError:  # the pages are of use without any record
        return []


def groups(desk: Desk) -> list[str]:
    """Return the fingerprint of the record as it stands, in groups to copy onto paper."""
    try:
        head = open_record(desk.root, desk.around).log.head().head
    except CountersealError:  # a broken record has none; the stop stands all the same
        return []
    words = head.fingerprint.split()
    return [" ".join(words[place : place + 4]) for place in range(0, len(words), 4)]
