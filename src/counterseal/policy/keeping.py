"""Until when a case is kept, by the school's rules. Pure."""

from calendar import monthrange
from collections.abc import Collection
from datetime import date

from counterseal.policy.profile import Profile


def kept_until(policy: Profile, outcomes: Collection[str], closed: str) -> str:
    """Return the day until which a case is kept at least.

    Args:
        policy: The rules in force.
        outcomes: What was judged to follow; the longest of their periods counts.
        closed: The day of closing, `2026-11-20`.

    Returns:
        The same day of a later month, or that month's last day.
    """
    day = date.fromisoformat(closed)
    years, month = divmod(day.month - 1 + policy.kept_for(outcomes).months, 12)
    year = day.year + years
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last)).isoformat()
