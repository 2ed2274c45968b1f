"""Rules about what opens and clears a gate: triage, authorisation, advice, approval, police. Pure.

Each is a guard, as in `rules.py`.
"""

from counterseal.custody.rules import Asking, refuse
from counterseal.errors import OutOfOrderError
from counterseal.keys.people import Role
from counterseal.policy.naming import named
from counterseal.policy.profile import CaseClass, Gate


def triage_follows_policy(asking: Asking) -> None:
    """Class and gates are the ones of the profile; a class that stops is never triaged."""
    facts = asking.proposal.facts
    _class_and_gates(asking)
    if facts["investigators"] != sorted(person.id for person in asking.people):
        refuse("The two who sign the triage are the investigators.")


def not_log_only(asking: Asking) -> None:
    """Some categories are recorded without collecting anything."""
    if asking.policy.category(asking.state.category).log_only:
        refuse("This category is recorded without collecting anything, so nothing is authorised.")


def proportionate(asking: Asking) -> None:
    """What is not proportionate is not authorised."""
    if not asking.proposal.facts["proportionate"]:
        refuse("An investigation that is not proportionate is not authorised.")


def purpose_allowed(asking: Asking) -> None:
    """The school looks only for what its rules name."""
    if asking.proposal.facts["purpose"] not in asking.policy.purposes.allowed:
        refuse("The school's rules do not allow looking for that purpose.")


def reserve_can_stand_in(asking: Asking) -> None:
    """The reserve is a third investigator, not the authoriser, and not concerned."""
    reserve = asking.proposal.facts["reserve"]
    taken = {*asking.state.investigators, asking.proposal.facts["authoriser"], *asking.state.barred}
    if not reserve:
        return
    person = asking.keyset.find(reserve)
    if person is None or not person.active or Role.INVESTIGATOR not in person.roles:
        refuse(f"{reserve} is not enrolled as an investigator.")
    if reserve in taken:
        refuse(f"{reserve} cannot be the reserve: they have another part in this case.")


def only_upwards(asking: Asking) -> None:
    """A category changes to one that is at least as grave; what was opened stays open."""
    before = CaseClass(asking.state.category_class)
    facts = asking.proposal.facts
    _class_and_gates(asking)
    if CaseClass(facts["class"]).rank < before.rank:
        refuse("A category can only be changed to one that is as grave, or graver.")
    if not asking.state.modifiers <= set(facts["modifiers"]):
        refuse("What was found to be so at triage stays so.")


def waits_for_police(asking: Asking) -> None:
    """The police permit only where the school waits for them."""
    if not asking.state.gates & {Gate.PERMISSION, Gate.POLICE}:
        what = "The case does not wait for the police."
        raise OutOfOrderError(what)


def adviser_counts(asking: Asking) -> None:
    """Only those whom the school's rules name can let a case go on; whoever else is noted."""
    facts, advice = asking.proposal.facts, asking.policy.advice
    if facts["decision"] == "go-on" and facts["adviser"] not in advice.advisers:
        who = named(asking.policy, advice.advisers, " or ")
        refuse(
            f"By the school's rules, going on takes the advice of: {who}.",
            'Ask one of them; what others advised can be kept as a note, or as "wait".',
        )


def approval_complete(asking: Asking) -> None:
    """Approval needs the assessment and all three consultations; anything less stays refused."""
    facts = asking.proposal.facts
    complete = facts["assessed"] and len(facts["consulted"]) == 3  # noqa: PLR2004  (audit, HR, IT)
    if facts["approved"] and not complete:
        refuse(
            "Approval is complete once the assessment is made and human resources, IT and audit "
            "were consulted."
        )


def _class_and_gates(asking: Asking) -> None:
    facts = asking.proposal.facts
    category = asking.policy.category(facts["category"])
    chosen = CaseClass(facts["class"])
    if chosen not in category.classes:
        refuse(f"Category {category.number} is not of class {chosen}.")
    if chosen.stops:
        refuse("A category like this stops everything.", "Run `counterseal stop` now.")
    expected = asking.policy.gates(
        category.number, chosen, asking.state.subject, facts["modifiers"]
    )
    if set(facts["gates"]) != expected:
        refuse("The gates are not the ones of that category.")
