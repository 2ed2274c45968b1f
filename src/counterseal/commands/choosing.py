"""How a category and its class are chosen, and what stops everything at once."""

from counterseal.commands.desk import Desk
from counterseal.errors import NotAllowedError
from counterseal.policy.profile import CaseClass, Category, Profile
from counterseal.workflow.stop.cause import Cause


def stop_if_grave(desk: Desk, chosen: CaseClass, case: str = "") -> None:
    """Stop everything where the class says so; nobody is asked anything more."""
    if chosen.stops:
        kind = "hs" if chosen is CaseClass.HARD_STOP else "nc"
        desk.lock(Cause("category", kind=kind, case=case))


def ask_category(desk: Desk, policy: Profile, given: int | None) -> Category:
    """Ask for the category, unless an option gave it."""
    words = {str(n): category.label for n, category in policy.categories.items()}
    typed = None if given is None else str(given)
    question, briefly = "What kind of concern", "1 to 24; 24 if not sure"
    return policy.category(int(desk.asker.choice(question, typed, words, briefly=briefly)))


def ask_class(desk: Desk, category: Category, milder: bool | None) -> CaseClass:
    """Ask whether it is the milder form, where a category has one."""
    if category.lesser is None:
        if milder:
            what = f"Category {category.number} has no milder form."
            raise NotAllowedError(what)
        return category.graver
    question = f"Is it the milder form: {category.lesser_label}?"
    return category.lesser if desk.asker.yes(question, milder) else category.graver
