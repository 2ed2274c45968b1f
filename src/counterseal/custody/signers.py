"""Who signs a step, and who must have been present. Pure."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from counterseal.custody.entry import Signatory
from counterseal.custody.rules import Asking, refuse
from counterseal.errors import ConflictOfInterestError, SamePersonError
from counterseal.keys.people import Role
from counterseal.policy.naming import worded


class Who(StrEnum):
    """Who signs a step, besides the computer."""

    COMPUTER = "nobody but the computer"
    ONE = "one enrolled person"
    TWO = "two enrolled people"
    REVIEWER = "an SLT reviewer who did not investigate it"
    INVESTIGATORS = "two people enrolled as investigators"
    BOTH = "both investigators of the case"
    BOTH_AND_AUTHORISER = "both investigators and the Headteacher or Chair"
    BOTH_AND_CHAIR = "both investigators and the Chair, or both with the Chair's letter"
    CUSTODIANS = "the safeguarding lead and the Headteacher, or the Headteacher and the Chair"
    UNLOCKING = "both investigators of the case; two enrolled people where it has none yet"
    RELEASING = "the Headteacher or Chair and both investigators of the case"
    REPLACING = "the one who stays, the new one and the Headteacher or Chair"


_COUNTS: Mapping[Who, tuple[int, ...]] = {
    Who.COMPUTER: (0,),
    Who.ONE: (1,),
    Who.REVIEWER: (1,),
    Who.BOTH_AND_AUTHORISER: (2, 3),  # two where the third gave assent, or a letter stands for it
    Who.BOTH_AND_CHAIR: (2, 3),
    Who.RELEASING: (3,),
    Who.REPLACING: (3, 4),  # four where the one who leaves signs too
}
_A_PAIR = (2,)


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
    if len(people) not in _COUNTS.get(who, _A_PAIR):
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
    facts = asking.proposal.facts
    if facts["letter"]:
        if facts["authoriser"] or len(asking.people) != _A_PAIR[0]:
            refuse("A letter stands for the Chair; then only the two investigators sign.")
        return
    authoriser = facts["authoriser"]
    _check_authoriser(asking, authoriser)
    signed = [person.id for person in asking.people[2:]]
    assented = (asking.proposal.digest, authoriser) in asking.state.assents
    if signed != [authoriser] and not (assented and not signed):
        refuse(
            "The one who authorises has not signed this, and has not given assent to it.",
            f"{authoriser} signs here, or gives assent to exactly this beforehand.",
        )


def _check_authoriser(asking: Asking, person_id: str) -> None:
    person = asking.keyset.find(person_id)
    about_head = "head" in asking.state.modifiers
    allowed = {Role.CHAIR} if about_head else {Role.HEADTEACHER, Role.CHAIR}
    words = ("the {chair}",) if about_head else ("the {headteacher}", "the {chair}")
    who = worded(asking.policy, " or ".join(words))
    if person is None or not person.active or not allowed & set(person.roles):
        refuse(f"{person_id or 'Nobody'} cannot authorise this case.", f"It takes {who}.")
    if person_id in asking.state.barred:
        what = f"{person_id} may not authorise this case, because it concerns them."
        raise ConflictOfInterestError(what, advice=f"It takes {who}.")
    if person_id in {*asking.state.investigators, *asking.state.replacements}:
        refuse("Whoever investigates a case does not authorise it.", f"It takes {who}.")


def _both_and_chair(asking: Asking) -> None:
    _both(asking)
    facts = asking.proposal.facts
    signed = [person.id for person in asking.people[2:]]
    if facts["letter"]:
        if facts["approver"] or signed:
            refuse("A letter stands for the Chair; then only the two investigators sign.")
        return
    chair = asking.keyset.find(facts["approver"])
    if chair is None or Role.CHAIR not in chair.roles or signed != [chair.id]:
        who = worded(asking.policy, "the {chair}")
        refuse(f"It takes {who}.", "They sign here, or by a letter.")


def _reviewer(asking: Asking) -> None:
    (signer,) = asking.people
    if Role.SLT not in asking.keyset.person(signer.id).roles:
        refuse(f"{signer.id} is not enrolled as an SLT reviewer.", "An SLT reviewer signs this.")
    if signer.id in {*asking.state.investigators, *asking.state.replacements}:
        refuse("Nobody reviews a case that they investigated.", "Another SLT reviewer signs.")


def _custodians(asking: Asking) -> None:
    first, second = (set(asking.keyset.person(p.id).roles) for p in asking.people)
    for one, other in ((first, second), (second, first)):
        if Role.HEADTEACHER in one and {Role.DSL, Role.CHAIR} & other:
            return
    refuse(f"This step is signed by {Who.CUSTODIANS}.")


def _unlocking(asking: Asking) -> None:
    if asking.state.investigators:
        _both(asking)


def _releasing(asking: Asking) -> None:
    first, *two = asking.people
    state = asking.state
    active = {person.id for person in asking.keyset.active}
    able = {*state.investigators, state.reserve} & active
    if len(able) < _A_PAIR[0]:  # one of them is gone: another investigator or the lead steps in
        able |= {p.id for p in asking.keyset.with_role(Role.INVESTIGATOR)}
        able |= {p.id for p in asking.keyset.with_role(Role.DSL)}
    if first.id != asking.proposal.facts["authoriser"] or not {p.id for p in two} <= able:
        refuse(f"This step is signed by {Who.RELEASING}.")
    _check_authoriser(asking, first.id)


def _replacing(asking: Asking) -> None:
    facts = asking.proposal.facts
    staying = [i for i in asking.state.investigators if i != facts["leaving"]]
    wanted = [*staying, facts["joining"], facts["authoriser"]]
    if len(staying) != 1 or [person.id for person in asking.people[:3]] != wanted:
        refuse(f"This step is signed by {Who.REPLACING}.")
    if [person.id for person in asking.people[3:]] not in ([], [facts["leaving"]]):
        refuse("Besides them only the one who leaves may sign.")
    if Role.INVESTIGATOR not in asking.keyset.person(facts["joining"]).roles:
        refuse(f"{facts['joining']} is not enrolled as an investigator.")
    _check_authoriser(asking, facts["authoriser"])


_ROLE_CHECKS: Mapping[Who, Callable[[Asking], None]] = {
    Who.REVIEWER: _reviewer,
    Who.INVESTIGATORS: _investigators,
    Who.BOTH: _both,
    Who.BOTH_AND_AUTHORISER: _both_and_authoriser,
    Who.BOTH_AND_CHAIR: _both_and_chair,
    Who.CUSTODIANS: _custodians,
    Who.UNLOCKING: _unlocking,
    Who.RELEASING: _releasing,
    Who.REPLACING: _replacing,
}
