"""Who is given the key of a new case. Pure."""

from itertools import combinations

from counterseal.custody.rules import Asking, refuse
from counterseal.keys.people import Role


def key_for_every_pair(asking: Asking) -> None:
    """A new case's key goes to every pair of investigators whom it does not concern, and no other.

    With fewer, two people could have kept it to themselves; with more, somebody it concerns could
    open it.
    """
    facts, case = asking.proposal.facts, asking.proposal.case
    able = (p.id for p in asking.keyset.with_role(Role.INVESTIGATOR) if p.id not in facts["barred"])
    wanted = {
        f"wraps/{case}/{a}+{b}/{person}.age"
        for a, b in combinations(sorted(able), 2)
        for person in (a, b)
    }
    names = [file["name"] for file in facts["wraps"]]
    if not wanted or len(names) != len(wanted) or set(names) != wanted:
        refuse("The key of the case does not go to exactly those who may open it.")
