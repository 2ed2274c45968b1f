"""Say whether the people enrolled could take every case that a profile foresees. Pure.

A case about somebody bars them from it. What is left has to hold two investigators and, besides
them, somebody who may authorise: the Chair where the case is about the Headteacher. Where advice
comes first, somebody who is not one of the two has to be there to give it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from counterseal.policy import words
from counterseal.policy.profile import Profile

_PAIR = 2


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who is enrolled and may sign.

    Args:
        id: "ab".
        name: For sentences.
        roles: What they do (`words.ROLES`).
    """

    id: str
    name: str
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Case:
    """A kind of case to be staffed: about whom, and what is left."""

    about: str
    left: tuple[Member, ...]
    authorisers: frozenset[str]


def missing(people: Sequence[Member], policy: Profile) -> tuple[str, ...]:
    """Return a plain sentence for every kind of case that could not be taken.

    Args:
        people: Who may sign now.
        policy: The profile.

    Returns:
        Sentences that say who is missing; empty where every case could be taken.
    """
    gaps = (_gap(case, policy) for case in _cases(people, policy))
    return tuple(dict.fromkeys(gap for gap in gaps if gap))


def _cases(people: Sequence[Member], policy: Profile) -> Iterator[_Case]:
    anybody = frozenset({"headteacher", "chair"})
    everybody = tuple(people)
    yield _Case("a member of staff who is not enrolled", everybody, anybody)
    if not any("headteacher" in person.roles for person in people):
        head = policy.label("headteacher")
        yield _Case(f"the {head}", everybody, frozenset({"chair"}))
    for person in people:
        posts = [role for role in ("headteacher", "dsl", "investigator") if role in person.roles]
        if posts:
            named = " and ".join(policy.label(post) for post in posts)
            left = tuple(other for other in people if other.id != person.id)
            allowed = frozenset({"chair"}) if "headteacher" in posts else anybody
            yield _Case(f"{person.name} ({named})", left, allowed)


def _gap(case: _Case, policy: Profile) -> str | None:
    beginning = f"A case about {case.about}"
    able = [person for person in case.left if "investigator" in person.roles]
    if len(able) < _PAIR:
        count = ("nobody", "one person")[len(able)]
        return (
            f"{beginning} needs two investigators who are not concerned, and {count} would be "
            "left: enrol another investigator."
        )
    deciding = [person for person in case.left if person.roles & case.authorisers]
    if not deciding:
        named = " or the ".join(policy.label(role) for role in sorted(case.authorisers))
        return f"{beginning} has to be authorised, and nobody could: enrol the {named}."
    pairs = [
        {one.id, two.id}
        for one, two in combinations(able, _PAIR)
        if any(person.id not in {one.id, two.id} for person in deciding)
    ]
    if not pairs:
        return (
            f"{beginning} needs somebody to authorise it who does not investigate it: enrol "
            "another investigator."
        )
    if not any(_advised(case, policy, pair) for pair in pairs):
        named = " or ".join(policy.label(word) for word in _inside(policy))
        return f"{beginning} waits for advice, and nobody could give it: enrol the {named}."
    return None


def _advised(case: _Case, policy: Profile, pair: set[str]) -> bool:
    advisers = policy.advice.advisers
    if "staff" not in policy.advice.before_review or not advisers <= words.ENROLLED_ADVISERS.keys():
        return True  # bodies outside the school are always there to be asked
    roles = frozenset().union(*(words.ENROLLED_ADVISERS[adviser] for adviser in advisers))
    return any(person.roles & roles and person.id not in pair for person in case.left)


def _inside(policy: Profile) -> list[str]:
    return sorted(policy.advice.advisers & words.ENROLLED_ADVISERS.keys())
