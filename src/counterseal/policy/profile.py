"""Load and validate a profile: the school's rules as a frozen value.

A profile may tighten the base profile, never loosen it (`docs/format.md`, section 13). What the
procedure demands of everybody, such as two signatures and the safety question, stands in code and
in no profile.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from counterseal.errors import PolicyError
from counterseal.policy import document, rows, tighten
from counterseal.policy.classes import CATEGORIES, CaseClass, Category, Gate
from counterseal.policy.incidents import (
    Action,
    Law,
    Note,
    Outcome,
    PupilIncident,
    StaffIncident,
    Use,
)

__all__ = [
    "BASE",
    "CATEGORIES",
    "NAMES",
    "CaseClass",
    "Category",
    "Gate",
    "Profile",
    "base",
    "builtin",
    "load",
    "resolve",
]

BASE = "base"
NAMES = ("catholic-secondary", "primary", "secondary", "trust", "welsh-secondary")
"""The profiles that come with this version besides the base profile, one for each policy read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The rules of one school.

    Args:
        name: Its short name.
        title: For people.
        sha256: Digest of the file's exact bytes; stands in every entry.
        content: Those bytes: the whole profile, which needs no other file.
        categories: By number.
        sections: Every table of the file, as `document.read` gives them.
        labels: What the school calls each role and body.
        sources: The policies that rules come from, by short name.
        advice: When advice comes first.
        approval: What comes before a private communication.
        police: Who decides on the police for bullying.
        passphrases: What the school adds to the program's own rules.
        media: How evidence may travel.
        purposes: For what the school may look.
        monitoring: What is asked about monitoring.
        browser: What the school chose about the browser.
        told: Who is told, by id.
        stand_in: Who takes whose place where the case is about them.
        ask: Questions of the record, by id.
        retention: By outcome.
        support: Whom to turn to, by kind.
        outcome: Ways to go on, by id.
        pupil_incident: Kinds of incident with pupils.
        staff_incident: Kinds of incident with staff.
        pupil_action: What can be done with pupils.
        staff_action: What can be done with staff.
        use: Uses that the policy judges.
        law: Laws that the policy cites.
        note: What else it says.
    """

    name: str
    title: str
    sha256: str
    content: bytes
    categories: Mapping[int, Category]
    sections: Mapping[str, Any]
    labels: Mapping[str, rows.Label]
    sources: Mapping[str, rows.Policy]
    advice: rows.Advice
    approval: rows.Approval
    police: rows.Police
    passphrases: rows.Passphrases
    media: rows.Media
    purposes: rows.Purpose
    monitoring: rows.Monitoring
    browser: rows.Browser
    told: Mapping[str, rows.Told]
    stand_in: Mapping[str, rows.StandIn]
    ask: Mapping[str, rows.Ask]
    retention: Mapping[str, rows.Retention]
    support: Mapping[str, rows.Support]
    outcome: Mapping[str, Outcome]
    pupil_incident: Mapping[str, PupilIncident]
    staff_incident: Mapping[str, StaffIncident]
    pupil_action: Mapping[str, Action]
    staff_action: Mapping[str, Action]
    use: Mapping[str, Use]
    law: Mapping[str, Law]
    note: Mapping[str, Note]

    def category(self, number: int) -> Category:
        """Return a category.

        Raises:
            PolicyError: There is no such category.
        """
        if number not in self.categories:
            what = f"There is no category {number}; they run from 1 to 24."
            raise PolicyError(what, advice="Choose 24 if you are not sure.")
        return self.categories[number]

    def gates(
        self, number: int, chosen: CaseClass, subject: str, modifiers: Collection[str] = ()
    ) -> frozenset[Gate]:
        """Return the gates that open when a case is triaged.

        Besides those of the category: approval for what is private, and advice where the subject is
        one on whom the school takes advice first. A category without collecting opens no gate for
        its subject, because nothing would wait behind it; a class that stops opens none at all.

        Args:
            number: The category.
            chosen: Its class, as chosen.
            subject: "pupil", "staff", "other" or "unknown".
            modifiers: What else is so.

        Raises:
            PolicyError: There is no such category.
        """
        category = self.category(number)
        if chosen.stops:
            return frozenset()
        gates = category.gates_for(chosen)
        if "private" in modifiers and self.approval.private:
            gates |= {Gate.APPROVAL}
        if subject in self.advice.before_review and not category.log_only:
            gates |= {Gate.ADVICE}
        return gates

    def told_of(
        self, number: int, subject: str, modifiers: Collection[str] = ()
    ) -> dict[str, rows.Told]:
        """Return who is told of a case, by the id of the rule.

        Where the case is about the Headteacher or the DSL, whoever stands in for them takes their
        place, so that nobody is told of a case about themselves.
        """
        away = {"head": "headteacher", "dsl": "dsl"}
        absent = {away[modifier] for modifier in modifiers if modifier in away}
        return {
            rule_id: self._without(rule, absent)
            for rule_id, rule in self.told.items()
            if rule.applies(number, subject)
        }

    def asks(self, moment: str, number: int, subject: str) -> dict[str, rows.Ask]:
        """Return the questions that the record has to answer at a moment, by id."""
        return {
            rule_id: rule
            for rule_id, rule in self.ask.items()
            if rule.at == moment and rule.applies(number, subject)
        }

    def kept_for(self, outcomes: Collection[str]) -> rows.Retention:
        """Return the longest period of these outcomes; that of no substance where there is none."""
        found = [self.retention[outcome] for outcome in sorted(outcomes)]
        return max(found or [self.retention["no-substance"]], key=lambda period: period.months)

    def label(self, word: str) -> str:
        """Return what the school calls a role or body."""
        return self.labels[word].text

    def rules(self) -> Iterator[tuple[str, Any]]:
        """Give every rule with its name: "advice", "category 3"."""
        return document.rules(self.sections)

    def _without(self, rule: rows.Told, absent: Collection[str]) -> rows.Told:
        def instead(who: frozenset[str]) -> frozenset[str]:
            return frozenset(self._stand_in(word, absent) for word in who)

        return rows.Told(
            who=instead(rule.who),
            or_else=instead(rule.or_else),
            subjects=rule.subjects,
            categories=rule.categories,
            when=rule.when,
            source=rule.source,
        )

    def _stand_in(self, word: str, absent: Collection[str]) -> str:
        for _ in range(len(self.stand_in)):
            if word in absent:
                word = self.stand_in[word].by
        return word


@cache
def base() -> Profile:
    """Return the base profile that ships with this version."""
    return _profile(_shipped(BASE))


@cache
def builtin(name: str) -> Profile:
    """Return a profile that ships with this version: "base" or one of `NAMES`.

    Raises:
        PolicyError: There is none of that name.
    """
    if name == BASE:
        return base()
    if name not in NAMES:
        what = f'No profile called "{name}" comes with this version.'
        raise PolicyError(what, advice=f"There are: {', '.join((BASE, *NAMES))}.")
    return _whole(_shipped(name))


def resolve(content: bytes) -> Profile:
    """Make a whole profile of a school's own file, which may extend one that ships.

    Args:
        content: The exact bytes of the TOML file.

    Returns:
        The profile as it would be kept: `content` is not the file's, but the canonical form of the
        file and of everything that it extends.

    Raises:
        PolicyError: Not a profile, named like one that ships, or it loosens a rule.
    """
    profile = _whole(content)
    if profile.name in {BASE, *NAMES} and profile != builtin(profile.name):
        what = f'The name "{profile.name}" belongs to a profile that comes with this version.'
        raise PolicyError(what, advice="Give yours another name.")
    return profile


def load(content: bytes) -> Profile:
    """Read a kept profile and make sure that it loosens nothing.

    Args:
        content: The exact bytes of the file; they stand alone.

    Raises:
        PolicyError: Not a whole profile, or it loosens a rule of the base profile.
    """
    profile = _profile(content)
    tighten.check(base().sections, profile.sections)
    return profile


def _whole(content: bytes) -> Profile:
    try:
        table = document.parse(content)
        head = document.head_of(table)
        if head.extends:
            table = document.merged(table, document.parse(builtin(head.extends).content))
        return load(document.written(head, document.read(table)))
    except ValueError as error:
        raise _not_a_profile(error) from error


def _profile(content: bytes) -> Profile:
    try:
        table = document.parse(content)
        head = document.head_of(table)
        sections = document.read(table)
    except ValueError as error:
        raise _not_a_profile(error) from error
    return Profile(
        name=head.name,
        title=head.title,
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        categories={number: sections["category"][str(number)] for number in CATEGORIES},
        sections=sections,
        **{name: rule for name, rule in sections.items() if name != "category"},
    )


def _shipped(name: str) -> bytes:
    return resources.files("counterseal.policy").joinpath(f"profiles/{name}.toml").read_bytes()


def _not_a_profile(error: ValueError) -> PolicyError:
    what = f"The school's rules are not a profile: {error}."
    return PolicyError(what, advice="Correct the file; `counterseal policy check` tries it again.")
