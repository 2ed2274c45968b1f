"""Who signs a step, and who must have been present. Pure."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from counterseal.custody.entry import Signatory
from counterseal.custody.rules import Asking, refuse
from counterseal.errors import ConflictOfInterestError, SamePersonError
from counterseal.keys.people import Role


class Who(StrEnum):
    """Who signs a step, besides the computer."""

    COMPUTER = "nobody but the computer"
    ONE = "one enrolled person"
    TWO = "two enrolled people"
    INVESTIGATORS = "two people enrolled as investigators"
    BOTH = "both investigators of the case"
    BOTH_AND_AUTHORISER = "both investigators and the Headteacher or Chair"


class Presence(StrEnum):
    """Who of the two must say "I was present and saw this"."""

    BOTH = "both must have been present"
    ONE = "one of the two must have been present"
    NEITHER = "neither need have been present"


def check_people(asking: Asking, who: Who, presence: Presence) -> None:
    """Check number, keys, roles and presence of the people who would sign.

    Raises:
        SamePersonError: One person or one key stands twice.
        NotAllowedError: The wrong number, role or presence.
        ConflictOfInterestError: The case concerns one of them.
    """
    people = asking.people
    if len({p.id for p in people}) != len(people) or len({p.key for p in people}) != len(people):
        raise SamePersonError
    wanted = {Who.COMPUTER: 0, Who.ONE: 1, Who.BOTH_AND_AUTHORISER: 3}.get(who, 2)
    if len(people) != wanted:
        refuse(f"This step is signed by {who}.")
    for person in people:
        _check_enrolled(asking, person)
    _ROLE_CHECKS.get(who, _anyone)(asking)
    present = sum(person.present for person in people[:2])
    if present < {Presence.BOTH: 2, Presence.ONE: 1}.get(presence, 0):
        refuse(f"For this step, {presence}.", "Take the step when you are both at the computer.")


def _check_enrolled(asking: Asking, signer: Signatory) -> None:
    person = asking.keyset.find(signer.id)
    if person is None or not person.active or person.key.hex() != signer.key:
        refuse(f"{signer.id} cannot sign now.", "`counterseal people list` shows who can.")
    if signer.id in asking.state.barred:
        what = f"{signer.id} may not sign in this case."
        raise ConflictOfInterestError(what, advice="Another enrolled person has to sign.")


def _anyone(_asking: Asking) -> None:
    return


def _investigators(asking: Asking) -> None:
    for signer in asking.people:
        if Role.INVESTIGATOR not in asking.keyset.person(signer.id).roles:
            refuse(
                f"{signer.id} is not enrolled as an investigator.",
                "Two investigators take this step.",
            )


def _both(asking: Asking) -> None:
    names = " and ".join(asking.state.investigators)
    if {person.id for person in asking.people[:2]} != set(asking.state.investigators):
        refuse(f"This step is signed by the case's two investigators, {names}.")


def _both_and_authoriser(asking: Asking) -> None:
    _both(asking)
    signer = asking.people[2].id
    roles = asking.keyset.person(signer).roles
    about_head = "head" in asking.state.modifiers
    allowed = {Role.CHAIR} if about_head else {Role.HEADTEACHER, Role.CHAIR}
    if not allowed & set(roles):
        who = "the Chair of Governors" if about_head else "the Headteacher or the Chair"
        refuse(f"{signer} cannot authorise this case.", f"It takes {who}.")
    if asking.proposal.facts["authoriser"] != signer:
        refuse("The one who authorises has to be the one who signs it.")


_ROLE_CHECKS: Mapping[Who, Callable[[Asking], None]] = {
    Who.INVESTIGATORS: _investigators,
    Who.BOTH: _both,
    Who.BOTH_AND_AUTHORISER: _both_and_authoriser,
}
