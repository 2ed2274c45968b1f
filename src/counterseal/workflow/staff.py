"""Whether the people of a school could take its cases: at a set-up, and when somebody goes."""

from collections.abc import Sequence

from counterseal.custody.state import CaseState, Stage
from counterseal.keys.ids import make_id
from counterseal.keys.people import Keyset, check_staffed
from counterseal.policy.profile import Profile
from counterseal.policy.staffing import Member, missing
from counterseal.workflow.policies import unstaffed
from counterseal.workflow.record import Record
from counterseal.workflow.replacing import may_open
from counterseal.workflow.setup import Newcomer


def gaps_of(people: Sequence[Newcomer], rules: Profile) -> tuple[str, ...]:
    """Say which cases people who are about to be enrolled could not take.

    Args:
        people: Everybody, before any of them has a passphrase or a key.
        rules: The rules that will be in force.

    Returns:
        Sentences that say who is missing; with them a record can begin all the same.

    Raises:
        KeyringError: No case at all could be taken.
        UsageError: No id can be made of a name.
    """
    ids: list[str] = []
    for person in people:
        ids.append(make_id(person.name, ids))
    check_staffed({i: person.roles for i, person in zip(ids, people, strict=True)})
    members = (
        Member(i, person.name, frozenset(map(str, person.roles)))
        for i, person in zip(ids, people, strict=True)
    )
    return missing(tuple(members), rules)


def gaps_after(keyset: Keyset, coming: Keyset, rules: Profile) -> tuple[str, ...]:
    """Say which cases could be taken so far, and with another list of people could not.

    Args:
        keyset: The list in force.
        coming: The one that would follow.
        rules: The rules in force.
    """
    before = set(unstaffed(keyset, rules))
    return tuple(gap for gap in unstaffed(coming, rules) if gap not in before)


def shut_by(record: Record, person: str, cases: Sequence[CaseState]) -> list[str]:
    """Return those of some cases that no two people of the school could open without somebody."""
    return [
        state.case
        for state in cases
        if state.stage is not Stage.STOPPED
        and (pairs := may_open(record, state))
        and all(person in two for two in pairs)
    ]
