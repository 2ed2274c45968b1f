"""`counterseal people`: list, enrol, retire, give a new key."""

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

import click

from counterseal.commands.desk import Desk, shown
from counterseal.commands.enrolling import ask_newcomer, ask_passphrase
from counterseal.commands.options import signing_options, with_desk
from counterseal.commands.signing import Stances, people, signed_by, unlocked
from counterseal.errors import NotAllowedError, RetiredKeyError, UsageError
from counterseal.keys.people import Person, Role
from counterseal.workflow import people as lists
from counterseal.workflow import staff
from counterseal.workflow.record import Record

_ROLE_HELP = "What they do in the procedure. May be given again."
signer_option = click.option(
    "--signer", multiple=True, metavar="ID", help="One of the two who sign. Give it twice."
)


@click.group(name="people")
def command() -> None:
    """List the people who may sign; enrol or retire somebody, or give them a new key."""


@command.command(name="list")
@with_desk
def list_(desk: Desk) -> None:
    """List everybody, with their id and roles."""
    record = desk.record(signing=False)
    keyset = record.terms.keyset
    lines = [_line(person) for person in keyset.people]
    data = {
        "version": keyset.version,
        "people": [{**p.as_dict(), "fingerprint": p.key.hex()[:16]} for p in keyset.people],
    }
    desk.tell(data, [shown(line) for line in lines])


@command.command()
@click.option("--name", help="Their name, as it shall stand on papers.")
@click.option("--position", help="Their post at the school.")
@click.option(
    "--role", multiple=True, type=click.Choice([str(role) for role in Role]), help=_ROLE_HELP
)
@signer_option
@signing_options
@with_desk
def enrol(desk: Desk, **given: Any) -> None:
    """Enrol somebody. They choose a passphrase; two enrolled people sign the new list."""
    record = desk.record()
    signers = ask_signers(desk, record, given["signer"])
    newcomer = ask_newcomer(desk, given["name"], given["position"], given["role"])
    change = lists.prepare_enrolment(record, newcomer)
    person = change.person
    text = [
        f"{person.name} ({person.id}), {person.position}, is enrolled",
        f"Roles: {', '.join(sorted(person.roles))}",
        _version(change),
    ]
    _sign(desk, record, change, signers=signers, text=text, given=given)
    line = f"Kept: {person.name} is enrolled as {person.id}."
    desk.tell(_data(change), [line])


@command.command()
@click.argument("person")
@signer_option
@signing_options
@with_desk
def retire(desk: Desk, person: str, **given: Any) -> None:
    """Retire somebody who leaves. They sign no more; what they signed stays good.

    They stay on the list for what they signed. Where they investigate a case, replace them there
    with `counterseal investigator replace`, before or after.
    """
    record = desk.record()
    leaving = record.person(person)
    signers = ask_signers(desk, record, given["signer"], besides=leaving)
    change = lists.prepare_retirement(record, leaving)
    viewers = [*(signer.id for signer in signers), leaving.id]
    parts = lists.investigates(record, leaving.id, viewers)
    gaps = staff.gaps_after(change.before, change.coming, record.terms.policy)
    shut = staff.shut_by(record, leaving.id, parts)
    text = [f"{leaving.name} ({leaving.id}) signs nothing any more", _version(change), *gaps]
    text += [f"{SHUT} {', '.join(shut)}"] if shut else []
    _sign(desk, record, change, signers=signers, text=text, given=given)
    left = [state.case for state in parts]
    lines = [f"Kept: {leaving.name} is retired.", *gaps]
    if left:
        lines.append(
            f"Next: `counterseal investigator replace` in {', '.join(left)}, where "
            f"{leaving.name} has a part."
        )
    data = {"has_a_part_in": left, "not_possible": list(gaps), "shut": shut}
    desk.tell({**_data(change), **data}, [shown(line) for line in lines])


SHUT = (
    "No two people of the school could open any more, unless they are replaced there first with "
    "`counterseal investigator replace`:"
)


@command.command()
@click.argument("person")
@click.option(
    "--rewrap/--no-rewrap",
    default=None,
    help="Whether they still have the old passphrase, so that old cases still open for them.",
)
@signer_option
@signing_options
@with_desk
def rotate(desk: Desk, person: str, *, rewrap: bool | None, **given: Any) -> None:
    """Give somebody a new key and passphrase. Two others sign the new list.

    With the old passphrase, whatever opens for them now still opens afterwards. Where it is lost,
    the cases so far no longer open for them; `counterseal investigator renew` passes a case on
    through two others who have its key.
    """
    record = desk.record()
    whom = record.person(person)
    lists.check_active(whom)
    signers = ask_signers(desk, record, given["signer"], besides=whom)
    brought = desk.asker.yes(f"Does {whom.name} still have the old passphrase?", rewrap)
    with ExitStack() as stack:
        before = stack.enter_context(unlocked(desk, record, whom)) if brought else None
        passphrase = ask_passphrase(desk, whom.name)
        with desk.waiting("Making the new key"):
            change = lists.prepare_rotation(record, whom, passphrase, before)
    still = "still open" if brought else "no longer open"
    text = [
        f"{whom.name} ({whom.id}) gets a new key; the old one signs nothing any more",
        f"New key: {change.person.key.hex()[:16]}",
        f"The cases so far {still} for them",
        _version(change),
    ]
    _sign(desk, record, change, signers=signers, text=text, given=given)
    viewers = [*(signer.id for signer in signers), whom.id]
    shut = [] if brought else [s.case for s in lists.has_halves(record, whom.id, viewers)]
    lines = [f"Kept: {whom.name} has a new key. The old passphrase is of no use any more."]
    if shut:
        lines += [
            f"{whom.name} can no longer help to open {', '.join(shut)}.",
            "Next: `counterseal investigator renew`, through two who still have the case key.",
        ]
    desk.tell({**_data(change), "brought_along": brought, "no_longer_opens": shut}, lines)


def ask_signers(
    desk: Desk, record: Record, given: Sequence[str], besides: Person | None = None
) -> list[Person]:
    """Ask which two sign, and refuse at once whoever cannot.

    Args:
        desk: How to ask.
        record: The opened record.
        given: What `--signer` said.
        besides: Whose own place on the list changes, so that others sign.

    Raises:
        UsageError: More than two.
        SamePersonError: One of them twice.
        RetiredKeyError: One of them is retired.
        NotAllowedError: One of them is the one whom it is about.
    """
    if len(given) > lists.PAIR:
        what = "Two people sign this, not more."
        raise UsageError(what, advice="Give --signer twice.")
    ids = list(given)
    questions = (f"Id of the {place} person who signs" for place in ("first", "second")[len(ids) :])
    ids += [desk.asker.text(question, "the id", None) for question in questions]
    signers = people(record, ids)
    for signer in signers:
        if not signer.active:
            what = f"{signer.name}'s key was retired."
            raise RetiredKeyError(what)
        if besides is not None and signer.id == besides.id:
            what = f"{signer.name} cannot sign this, because it is about them."
            raise NotAllowedError(what, advice="Two others who are enrolled sign it.")
    return signers


def _sign(
    desk: Desk,
    record: Record,
    change: lists.Change,
    *,
    signers: Sequence[Person],
    text: Sequence[str],
    given: dict[str, Any],
) -> None:
    stances = Stances(given["present"], given["read"])
    try:
        with signed_by(desk, record, signers, text, stances) as cosigners:
            lists.changed(record, change, cosigners)
    finally:
        lists.abandon(record, change)


def _version(change: lists.Change) -> str:
    return f"This is version {change.coming.version} of the list of people."


def _data(change: lists.Change) -> dict[str, Any]:
    person = change.person
    return {"id": person.id, "name": person.name, "version": change.coming.version}


def _line(person: Person) -> str:
    retired = "" if person.active else "   (retired)"
    roles = ", ".join(sorted(person.roles))
    return f"{person.id:<6} {person.name:<28} {person.position:<28} {roles}{retired}"
