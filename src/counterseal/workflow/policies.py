"""Adopt a school's rules: a whole profile, staffed, signed by two people."""

from collections.abc import Sequence

from counterseal import durable
from counterseal.custody.entry import Proposal
from counterseal.custody.facts import Step
from counterseal.custody.log import Cosigner, Kept
from counterseal.errors import PolicyError, UsageError
from counterseal.keys.people import Keyset
from counterseal.policy.profile import Profile
from counterseal.policy.staffing import Member, missing
from counterseal.workflow.record import Record
from counterseal.workflow.steps import Prepared, commit


def unstaffed(keyset: Keyset, policy: Profile) -> tuple[str, ...]:
    """Return a sentence for every kind of case that these people could not take.

    Args:
        keyset: Who is enrolled.
        policy: The rules.
    """
    people = [Member(p.id, p.name, frozenset(map(str, p.roles))) for p in keyset.active]
    return missing(people, policy)


def prepare_adoption(record: Record, policy: Profile) -> Prepared:
    """Put a profile before the two who sign it.

    Args:
        record: The opened record.
        policy: The profile; its `content` is what will be kept.

    Raises:
        UsageError: It is in force already.
        PolicyError: Some kind of case could not be taken; the sentence says who is missing.
    """
    if policy.sha256 == record.state.policy:
        what = f'"{policy.title}" is in force already.'
        raise UsageError(what, advice="Run `counterseal policy show` to read it.")
    gaps = unstaffed(record.terms.keyset, policy)
    if gaps:
        advice = "Run `counterseal people enrol`, then adopt the rules again."
        raise PolicyError(" ".join(gaps), advice=advice)
    facts = {"sha256": policy.sha256, "size": len(policy.content)}
    return Prepared(Proposal("", Step.PROFILE_ADOPTED, facts), ())


def adopt(
    record: Record, policy: Profile, prepared: Prepared, cosigners: Sequence[Cosigner]
) -> Kept:
    """Keep the profile and log it; it counts from the next entry on.

    Args:
        record: The opened record.
        policy: The profile.
        prepared: What the two have read.
        cosigners: Who signs, their keys unlocked.

    Raises:
        CountersealError: Nothing was kept; the sentence says why.
    """

    def keep(_kept: Kept) -> None:
        # Under the writer's lock, and before the entry is durable: no entry without its profile.
        durable.replace(record.vault.profile(policy.sha256), policy.content)

    return commit(record, prepared, cosigners, before_commit=keep)
