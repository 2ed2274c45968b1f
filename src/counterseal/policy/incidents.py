"""What the policies list: incidents, actions, uses, outcomes, laws. Values only.

The lists stand in the profiles, in our own words. The policy that has them as tables lost its
columns on the way to text, so no cell is guessed: a school ticks its own.
"""

from dataclasses import dataclass, field

from counterseal.policy import fields, words
from counterseal.policy.classes import CATEGORIES
from counterseal.policy.fields import Source, rule

_NUMBERS = fields.numbers(CATEGORIES[0], CATEGORIES[-1])

PUPIL_INCIDENTS = (
    "possibly-illegal",
    "not-for-lessons",
    "device",
    "messaging",
    "transfer",
    "shared-password",
    "pupil-account",
    "staff-account",
    "damaged-data",
    "offensive-message",
    "repeated",
    "disrepute",
    "round-filters",
    "accident-not-reported",
    "offensive-material",
    "rights-infringed",
)
STAFF_INCIDENTS = (
    "possibly-illegal",
    "personal-use",
    "transfer",
    "account",
    "careless-with-data",
    "rules-broken",
    "damage",
    "offensive-message",
    "private-channel",
    "standing",
    "disrepute",
    "round-filters",
    "accident-not-reported",
    "offensive-material",
    "licence",
    "repeated",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PupilIncident:
    """A kind of incident with a pupil; `actions` is the row of the matrix that a school ticks."""

    label: str = rule(fields.text, fields.fixed)
    actions: frozenset[str] = rule(fields.words(*words.PUPIL_ACTIONS), default=frozenset())
    source: Source | None = field(default=None, metadata=fields.SOURCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffIncident:
    """A kind of incident with a member of staff; `actions` is the row that a school ticks."""

    label: str = rule(fields.text, fields.fixed)
    actions: frozenset[str] = rule(fields.words(*words.STAFF_ACTIONS), default=frozenset())
    source: Source | None = field(default=None, metadata=fields.SOURCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something a school can do about an incident."""

    label: str = rule(fields.text)
    source: Source | None = field(default=None, metadata=fields.SOURCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A use of computers that a policy judges.

    Args:
        label: The use.
        category: The category that a breach falls under.
        standing: How the school judges it (`words.STANDINGS`).
        source: Which policy lists it.
    """

    label: str = rule(fields.text)
    category: int = rule(fields.number(CATEGORIES[0], CATEGORIES[-1]))
    standing: str = rule(fields.one_of(*words.STANDINGS), default="")
    source: Source | None = field(default=None, metadata=fields.SOURCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A way in which a case may go on after the judgement.

    Args:
        label: The way.
        group: The outcome that it counts as (`words.OUTCOMES`).
        subjects: For cases about these.
        source: Which policy names it.
    """

    label: str = rule(fields.text)
    group: str = rule(fields.one_of(*words.OUTCOMES), fields.fixed)
    subjects: frozenset[str] = rule(
        fields.words(*words.SUBJECTS, least=1), default=frozenset(words.SUBJECTS)
    )
    source: Source | None = field(default=None, metadata=fields.SOURCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """A law that a policy cites; a note for people, never a charge.

    Args:
        title: As the policy names it; it may have been replaced since.
        categories: What it bears on.
        source: Which policy cites it; the policy's date stands in `[sources]`.
    """

    title: str = rule(fields.text)
    categories: frozenset[int] = rule(_NUMBERS)
    source: Source | None = field(default=None, metadata=fields.SOURCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something else that a policy says, for people to know."""

    text: str = rule(fields.text)
    source: Source | None = field(default=None, metadata=fields.SOURCE)
