"""The questions of the school's rules: asked at their moment, and kept in the step's own text.

An answer may come by `--answer ID=TEXT`. Where nobody sits at a terminal it has to: else the line
that holds somebody's passphrase could be taken for an answer, and kept.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

from counterseal.commands.desk import Desk
from counterseal.errors import UsageError
from counterseal.policy import profile
from counterseal.policy.questions import ASKED_ANYWAY, YES_OR_NO
from counterseal.policy.rows import Ask

_YES_NO = {"yes": "", "no": ""}


class _Answer(click.Option):
    """The option `--answer`; its help names the questions of the rules that ship, when shown."""

    def __init__(self, *names: Any, moments: tuple[str, ...], **more: Any) -> None:
        super().__init__(*names, **more)
        self._moments = moments

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Add the ids, which are read only now because reading six profiles takes a moment."""
        found = super().get_help_record(ctx)
        if found is None:
            return None
        ids = sorted(
            {
                rule_id
                for name in (profile.BASE, *profile.NAMES)
                for rule_id, rule in profile.builtin(name).ask.items()
                if rule.at in self._moments and ASKED_ANYWAY.get(rule_id) != rule.at
            }
        )
        listed = f" Ids of the rules that ship: {', '.join(ids)}." if ids else ""
        return found[0], f"{found[1]}{listed}"


_WORDS = "An answer that the school's rules ask for. May be given again."


def answer_option(*moments: str, words: str = _WORDS) -> Callable[..., Any]:
    """Add `--answer`, for the questions of these moments."""
    return click.option(
        "--answer",
        "answered",
        cls=_Answer,
        moments=moments,
        multiple=True,
        metavar="ID=TEXT",
        help=words,
    )


def ask_rules(desk: Desk, asked: Mapping[str, Ask], given: Sequence[str]) -> dict[str, str]:
    """Ask the questions of the school's rules, as far as options did not answer them.

    Args:
        desk: How to ask.
        asked: The questions that are due, by id.
        given: What `--answer` said.

    Returns:
        Every answer by the id of its question.

    Raises:
        UsageError: An option answers what is not asked; or an answer is missing, and nobody sits at
            a terminal.
    """
    options = _options(asked, given)
    missing = [rule_id for rule_id in asked if rule_id not in options]
    if missing and not desk.asker.at_terminal:
        listed = " ".join(f"{i}: {asked[i].label}" for i in missing)
        what = f"The school's rules ask more: {', '.join(missing)}."
        advice = f'Answer each with --answer ID=TEXT; "not known" is an answer too. {listed}'
        raise UsageError(what, advice=advice)
    if missing:
        desk.say('   The school\'s rules ask the following. "Not known" is an answer too.')
    return {i: _ask(desk, i, rule, options.get(i)) for i, rule in asked.items()}


def in_words(asked: Mapping[str, Ask], answers: Mapping[str, str]) -> list[str]:
    """Return questions and answers as people read them before they sign."""
    return [f"{asked[rule_id].label} {answer}" for rule_id, answer in answers.items()]


def _ask(desk: Desk, rule_id: str, rule: Ask, given: str | None) -> str:
    if rule_id in YES_OR_NO:
        return desk.asker.choice(rule.label, given, _YES_NO)
    return desk.asker.text(rule.label, f"the answer to {rule_id}", given)


def _options(asked: Mapping[str, Ask], given: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in given:
        rule_id, equals, answer = text.partition("=")
        if not equals or rule_id not in asked or rule_id in found:
            what = f'"--answer {rule_id}" cannot be used.'
            ids = ", ".join(asked)
            advice = f"Write ID=TEXT, once for each of: {ids}." if ids else "Nothing is asked here."
            raise UsageError(what, advice=advice)
        found[rule_id] = answer
    return found
