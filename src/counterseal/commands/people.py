"""`counterseal people`: list and enrol."""

from typing import Any

import click

from counterseal.commands.desk import Desk, shown
from counterseal.commands.enrolling import ask_newcomer
from counterseal.commands.options import signing_options, with_desk
from counterseal.commands.signing import Stances, people, signed_by, two_ids
from counterseal.keys.people import Person, Role
from counterseal.workflow import people as enrolment

_ROLE_HELP = "What they do in the procedure. May be given again."


@click.group(name="people")
def command() -> None:
    """List and enrol the people who may sign."""


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
@click.option(
    "--signer", multiple=True, metavar="ID", help="Who signs the new list. Give it twice."
)
@signing_options
@with_desk
def enrol(desk: Desk, **given: Any) -> None:
    """Enrol somebody. They choose a passphrase; two enrolled people sign the new list."""
    record = desk.record()
    signers = people(record, two_ids(desk, given["signer"], "person who signs"))
    newcomer = ask_newcomer(desk, given["name"], given["position"], given["role"])
    person, coming, prepared = enrolment.prepare_enrolment(record, newcomer)
    text = [
        f"{person.name} ({person.id}), {person.position}, is enrolled",
        f"Roles: {', '.join(sorted(person.roles))}",
        f"This is version {coming.version} of the list of people.",
    ]
    stances = Stances(given["present"], given["read"])
    try:
        with signed_by(desk, record, signers, text, stances) as cosigners:
            enrolment.enrolled(record, coming, prepared, cosigners)
    finally:
        enrolment.abandon(record, person)
    line = f"Kept: {person.name} is enrolled as {person.id}."
    desk.tell({"id": person.id, "name": person.name, "version": coming.version}, [line])


def _line(person: Person) -> str:
    retired = "" if person.active else "   (retired)"
    roles = ", ".join(sorted(person.roles))
    return f"{person.id:<6} {person.name:<28} {person.position:<28} {roles}{retired}"
