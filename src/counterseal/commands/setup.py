"""`counterseal setup`: once, on the designated computer."""

from contextlib import ExitStack
from pathlib import Path

import click

from counterseal.commands.desk import Desk, shown
from counterseal.commands.enrolling import ROLES, ask_post, one_line, with_passphrase
from counterseal.commands.handover_key import check_options, new_key
from counterseal.commands.options import with_desk
from counterseal.errors import UsageError
from counterseal.policy.profile import base
from counterseal.workflow import staff
from counterseal.workflow.setup import Founding, Newcomer, check_empty, found
from counterseal.workflow.stop.sheet import FILE

LEAST_PEOPLE = 3


@click.command(name="setup")
@click.option("--school", help="The school's name.")
@click.option(
    "--person",
    multiple=True,
    metavar="NAME;POSITION;ROLES",
    help=f"Somebody to enrol; at least three. Roles with commas: {ROLES}.",
)
@click.option("--handover-recipient", metavar="age1…", help="A key made elsewhere: the best way.")
@click.option(
    "--handover-key-out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Make the handover key here, and write its private half to this file.",
)
@with_desk
def command(
    desk: Desk,
    school: str | None,
    person: tuple[str, ...],
    handover_recipient: str | None,
    handover_key_out: Path | None,
) -> None:
    """Set up this computer: the school, at least three people, and the handover key.

    The handover key opens what the school has sealed. Its private half must leave this computer: it
    is made elsewhere (--handover-recipient), or written to a stick under a passphrase
    (--handover-key-out). Two investigators sign the beginning of the record.
    """
    desk.check_not_stopped()
    check_empty(desk.root)
    check_options(handover_recipient, handover_key_out)
    name = one_line(desk.asker.text("Name of the school", "the name", school), "the name")
    posts = _people(desk, person)
    for gap in staff.gaps_of(posts, base()):
        desk.say(shown(f"   Not yet possible: {gap}"))
    people = [with_passphrase(desk, post) for post in posts]
    with ExitStack() as stack:
        recipient = handover_recipient or stack.enter_context(
            new_key(desk, handover_key_out, name, lambda _new: (desk.root / "vault.toml").exists())
        )
        with desk.waiting("Setting up"):
            founding = Founding(name, people, recipient, practice=False)
            record = found(desk.root, founding, desk.around)
    state = record.state
    data = {
        "origin": state.origin,
        "home": str(desk.root),
        "handover_recipient": recipient,
        "stop_sheet": str(desk.root / FILE),
        "people": [{"id": p.id, "name": p.name} for p in record.terms.keyset.people],
    }
    lines = [
        f"Kept: the record of {name} has begun, in {desk.root}.",
        *(f"   {p.id:<6} {p.name}" for p in record.terms.keyset.people),
        "Next: `counterseal doctor` checks this computer; `counterseal log receipt` gives a paper;",
        "`counterseal handover-key check` tries the handover key, so that you know that it opens.",
        f"Print {desk.root / FILE} now, and keep it beside this computer: after a",
        "stop nothing opens here, and paper is all there is.",
    ]
    desk.tell(data, lines)


def _people(desk: Desk, given: tuple[str, ...]) -> list[Newcomer]:
    found_: list[Newcomer] = []
    for text in given:
        parts = [part.strip() for part in text.split(";")]
        if len(parts) != 3:  # noqa: PLR2004  (name, position, roles)
            what = f'"--person {text}" cannot be used.'
            raise UsageError(what, advice='Write it as "Name;Position;role,role".')
        found_.append(ask_post(desk, parts[0], parts[1], parts[2].split(",")))
    if given:
        return found_
    desk.say("Enrol at least three people: two investigators, and a Headteacher or Chair.")
    while len(found_) < LEAST_PEOPLE or desk.asker.yes("Enrol another person?", None):
        desk.say("", f"Person {len(found_) + 1}")
        found_.append(ask_post(desk, None, None, ()))
    return found_
