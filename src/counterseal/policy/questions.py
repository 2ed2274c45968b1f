"""Which questions of a school's rules are due at a moment of a case. Pure."""

from collections.abc import Collection, Mapping

from counterseal.policy.profile import Profile
from counterseal.policy.rows import Ask

ASKED_ANYWAY: Mapping[str, str] = {
    "users-told": "authorise",
    "proportionate": "authorise",
    "when-and-where": "concern",
    "device-number": "device",
}
"""Questions that the step of that moment asks by itself, so that nobody is asked them twice."""

MARKED_PRIVATE = "marked-private"
YES_OR_NO = frozenset({MARKED_PRIVATE})
"""Questions with two answers only, because the procedure goes by them."""

KEY = "answers"
"""Under which the answers stand in the text that is kept of a step: "id=answer" each."""


def due(policy: Profile, moment: str, number: int, subject: str) -> dict[str, Ask]:
    """Return the questions of a moment, without those that the step asks anyway, by id."""
    asked = policy.asks(moment, number, subject)
    return {i: rule for i, rule in asked.items() if ASKED_ANYWAY.get(i) != moment}


def newly_due(
    policy: Profile, moments: Collection[str], numbers: tuple[int, int], subject: str
) -> dict[str, Ask]:
    """Return the questions that a changed category brings, of moments that are past.

    Args:
        policy: The rules in force.
        moments: The moments.
        numbers: The category before, 0 where nobody had said, and the category now.
        subject: Whom the case is about.
    """
    before, now = numbers
    return {
        rule_id: rule
        for moment in moments
        for rule_id, rule in due(policy, moment, now, subject).items()
        if rule_id not in policy.asks(moment, before, subject)
    }


def as_text(answers: Mapping[str, str]) -> dict[str, str | list[str]]:
    """Return answers as they stand in the text of a step; nothing where nothing was asked."""
    return {KEY: [f"{rule_id}={answer}" for rule_id, answer in answers.items()]} if answers else {}
