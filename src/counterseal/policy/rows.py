"""The kinds of rules that a profile holds. Values only; each field says what would loosen it."""

from dataclasses import dataclass, field, replace

from counterseal.policy import fields, words
from counterseal.policy.classes import CATEGORIES
from counterseal.policy.fields import Source, rule

_ALL = frozenset(CATEGORIES)
_EVERYBODY = frozenset(words.SUBJECTS)
_NUMBERS = fields.numbers(CATEGORIES[0], CATEGORIES[-1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A policy that rules come from.

    Args:
        file: Name of its file.
        title: What kind of policy of what kind of school, without the school's name.
        dated: When it was made, as it says itself; laws it cites are of that day.
    """

    file: str = rule(fields.text)
    title: str = rule(fields.text)
    dated: str = rule(fields.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What the school calls a role or a body."""

    text: str = rule(fields.text)
    source: Source | None = field(default=None, metadata=fields.SOURCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Who is told of a case.

    Args:
        who: All of these (`words.WHO`).
        or_else: In their absence, or if the reporter would rather, one of these.
        subjects: For cases about these (`words.SUBJECTS`).
        categories: And of these categories.
        when: How soon (`words.WHEN`).
        source: Which policy says so.
    """

    who: frozenset[str] = rule(fields.words(*words.WHO, least=1), fields.more)
    or_else: frozenset[str] = rule(fields.words(*words.WHO), fields.fewer, default=frozenset())
    subjects: frozenset[str] = rule(
        fields.words(*words.SUBJECTS, least=1), fields.more, default=_EVERYBODY
    )
    categories: frozenset[int] = rule(_NUMBERS, fields.more, default=_ALL)
    when: str = rule(fields.one_of(*words.WHEN), fields.at_least(*words.WHEN), default="soon")
    source: Source | None = field(default=None, metadata=fields.SOURCE)

    def applies(self, category: int, subject: str) -> bool:
        """Whether it holds for a case."""
        return category in self.categories and subject in self.subjects

    def only(self, who: frozenset[str]) -> "Told":
        """Return the rule for these alone."""
        return replace(self, who=who)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """Who is told, and acts, where a case is about somebody."""

    by: str = rule(fields.one_of(*words.WHO), fields.fixed)
    source: Source | None = field(default=None, metadata=fields.SOURCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A question that the record has to answer.

    Args:
        label: The question.
        at: When it is asked (`words.MOMENTS`).
        subjects: For cases about these.
        categories: And of these categories.
        source: Which policy says so.
    """

    label: str = rule(fields.text, fields.fixed)
    at: str = rule(fields.one_of(*words.MOMENTS), fields.fixed)
    subjects: frozenset[str] = rule(
        fields.words(*words.SUBJECTS, least=1), fields.more, default=_EVERYBODY
    )
    categories: frozenset[int] = rule(_NUMBERS, fields.more, default=_ALL)
    source: Source | None = field(default=None, metadata=fields.SOURCE)

    def applies(self, category: int, subject: str) -> bool:
        """Whether it is asked in a case; where the category is 0, nobody has said it yet."""
        fits = category in self.categories or (not category and self.categories == _ALL)
        return fits and subject in self.subjects


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """When advice comes before anything is looked at.

    Args:
        before_review: For cases about these, whatever their category.
        advisers: Who may give it (`words.ADVISERS`).
        source: Which policy says so.
    """

    before_review: frozenset[str] = rule(fields.words(*words.SUBJECTS), fields.more)
    advisers: frozenset[str] = rule(fields.words(*words.ADVISERS, least=1), fields.fewer)
    source: Source | None = field(default=None, metadata=fields.SOURCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What comes before a private communication is looked at.

    Args:
        private: Whether the Chair has to approve it.
        consulted: Who is asked first (`words.CONSULTED`).
        assessed: Whether it is weighed first if looking is justified.
        grounds: What may justify it (`words.GROUNDS`).
        source: Which policy says so.
    """

    private: bool = rule(fields.flag, fields.stays_on)
    consulted: frozenset[str] = rule(fields.words(*words.CONSULTED), fields.more)
    assessed: bool = rule(fields.flag, fields.stays_on)
    grounds: frozenset[str] = rule(fields.words(*words.GROUNDS, least=1), fields.fewer)
    source: Source | None = field(default=None, metadata=fields.SOURCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Police:
    """Who decides whether the police are told of bullying. Crimes are never a matter of this.

    Args:
        bullying_decided_by: The person bullied, or the one in charge of the case.
        wishes: Whether the wishes of the person bullied are recorded.
        reason: Whether the decision is recorded with its reason.
        threats: Whether the police are suggested for a threat, whoever decides.
        source: Which policy says so.
    """

    bullying_decided_by: str = rule(fields.one_of("victim", "designated-person"))
    wishes: bool = rule(fields.flag, fields.stays_on)
    reason: bool = rule(fields.flag, fields.stays_on)
    threats: bool = rule(fields.flag, fields.stays_on)
    source: Source | None = field(default=None, metadata=fields.SOURCE)


def _rotation(before: int, after: int) -> bool:
    return bool(before) and (not after or after > before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passphrases:
    """What a school adds to the passphrases that the program demands anyway.

    Args:
        change_every_days: When people are reminded to change theirs; 0 is never.
        written_copy: Whether a copy on paper is kept.
        source: Which policy says so.
    """

    change_every_days: int = rule(fields.number(0, 366), _rotation)
    written_copy: str = rule(fields.one_of("school-decides", "sealed-envelope", "none"))
    source: Source | None = field(default=None, metadata=fields.SOURCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """How evidence may travel.

    Args:
        encrypted: Whether it is always encrypted.
        removable: Whether sticks are used freely, or only where nothing else will do.
        recipient_checked: Whether it is recorded how the recipient was identified.
        plain_email: Whether it may be sent by ordinary e-mail.
        own_devices: Whether it may lie on somebody's own device.
        source: Which policy says so.
    """

    encrypted: bool = rule(fields.flag, fields.stays_on)
    removable: str = rule(fields.one_of("allowed", "avoid"), fields.at_least("allowed", "avoid"))
    recipient_checked: bool = rule(fields.flag, fields.stays_on)
    plain_email: bool = rule(fields.flag, fields.stays_off)
    own_devices: bool = rule(fields.flag, fields.stays_off)
    source: Source | None = field(default=None, metadata=fields.SOURCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """For which lawful purposes the school looks."""

    allowed: frozenset[str] = rule(fields.words(*words.PURPOSES, least=1), fields.fewer)
    source: Source | None = field(default=None, metadata=fields.SOURCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitoring:
    """What is asked about monitoring before anything is authorised."""

    users_told: bool = rule(fields.flag, fields.stays_on)
    source: Source | None = field(default=None, metadata=fields.SOURCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """What the school chose about the browser of a session. It tightens and loosens nothing.

    Args:
        watched: Whether one is started and watched; else sessions always go on by hand.
        save: The forms in which a page may be saved (`words.SAVED_AS`).
        source: Which policy says so.
    """

    watched: bool = rule(fields.flag, default=True)
    save: frozenset[str] = rule(fields.words(*words.SAVED_AS), default=frozenset())
    source: Source | None = field(default=None, metadata=fields.SOURCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long a case is kept after an outcome.

    Args:
        months: Counted from closing.
        confirmed: Whether the school has said so itself; false is a suggestion.
        source: Which policy says so.
    """

    months: int = rule(fields.number(1, 1200))
    confirmed: bool = rule(fields.flag, default=False)
    source: Source | None = field(default=None, metadata=fields.SOURCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """Somebody to turn to: a kind of body; name and way to reach it are the school's to fill in.

    Args:
        label: What kind of body.
        name: Its name at this school, or "".
        reach: How to reach it, or "".
        checked_on: The day on which somebody made sure of that, or "".
        source: Which policy says so.
    """

    label: str = rule(fields.text)
    name: str = rule(fields.maybe_text, default="")
    reach: str = rule(fields.maybe_text, default="")
    checked_on: str = rule(fields.day, default="")
    source: Source | None = field(default=None, metadata=fields.SOURCE)

    def __post_init__(self) -> None:
        """Refuse a way to reach somebody that nobody has made sure of."""
        if self.reach and not self.checked_on:
            message = f"{self.label}: a way to reach it needs the day on which it was checked"
            raise ValueError(message)
