"""How questions are asked and answered.

- On a terminal each question is asked there, on standard error, so that output stays clean.
- Where standard input is not a terminal, every answer, secrets too, is read from it, one a line, in
  the order in which they are asked. A wrong answer is then refused, not asked again.
- A secret is never taken from an option or from the environment.
"""

import getpass
import io
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TextIO, TypeVar

import click

from counterseal.canonical import clean_text
from counterseal.errors import CancelledError, InputEndedError, UsageError
from counterseal.keys.passphrase import FEWEST_CHARACTERS

MOST_TEXT = 4_000
"""The longest text a person can enter in one answer, in characters."""


_Read = TypeVar("_Read")


class Asker:
    """Asks questions.

    Args:
        source: Standard input, or what stands in for it.
    """

    def __init__(self, source: TextIO | None = None) -> None:
        """Find out whether somebody sits there."""
        # Without any standard input, as under a hot key, every question has ended before it began.
        self._source = source or sys.stdin or io.StringIO()
        self.at_terminal = self._source.isatty()

    def text(self, question: str, name: str, given: str | None, *, empty: bool = False) -> str:
        """Ask for a text, unless an option gave it.

        Args:
            question: What to ask.
            name: What it is, for errors: "the description".
            given: What an option gave.
            empty: Whether an empty answer will do.

        Raises:
            UsageError: Empty, too long, or with characters that cannot be shown.
        """

        def read(answer: str) -> str:
            if empty and not answer.strip():
                return ""
            return clean_text(answer, most=MOST_TEXT, name=name)

        return self._until_good(question, given, read)

    def checked(self, question: str, given: str | None, read: Callable[[str], _Read]) -> _Read:
        """Ask until an answer can be used; one that an option gave is refused at once.

        Args:
            question: What to ask.
            given: What an option gave.
            read: Makes of an answer what is wanted, or raises.

        Raises:
            UsageError: The answer cannot be used, and nobody is there to be asked again.
        """
        return self._until_good(question, given, read)

    def choice(
        self, question: str, given: str | None, words: Mapping[str, str], *, briefly: str = ""
    ) -> str:
        """Ask for one of several answers, unless an option gave it.

        Args:
            question: What to ask.
            given: What an option gave.
            words: Each answer with its meaning in plain words.
            briefly: What to say of the answers where listing them again would be long.

        Raises:
            UsageError: Another answer.
        """
        if self.at_terminal and given is None:
            for word, meaning in words.items():
                click.echo(f"   {word:<12} {meaning}" if meaning else f"   {word}", err=True)
        listed = briefly or "/".join(words)
        return self._until_good(f"{question} [{listed}]", given, _one_of(list(words)))

    def alone(self, question: str, words: Sequence[str]) -> str:
        """Ask one person so that the other does not see the answer."""
        return self._until_good(
            f"{question} [{'/'.join(words)}]", None, _one_of(words, hide=True), hide=True
        )

    def yes(self, question: str, given: bool | None) -> bool:
        """Ask for yes or no, unless an option gave it."""
        if given is not None:
            return given
        return self._until_good(f"{question} [yes/no]", None, _one_of(("yes", "no"))) == "yes"

    def secret(self, question: str) -> str:
        """Ask for a passphrase; what is typed does not show."""
        return self._line(question, hide=True)

    def _until_good(
        self,
        question: str,
        given: str | None,
        read: Callable[[str], _Read],
        *,
        hide: bool = False,
    ) -> _Read:
        if given is not None:
            return read(given)
        while True:
            try:
                return read(self._line(question, hide=hide))
            except UsageError as error:
                if not self.at_terminal:
                    raise
                click.echo(f"   {error.what}", err=True)

    def _line(self, question: str, *, hide: bool) -> str:
        if not self.at_terminal:
            line = self._source.readline()
            if not line:
                what = f'The answers ended before "{question}" was answered.'
                raise InputEndedError(what)
            return line.removesuffix("\n").removesuffix("\r")
        try:
            if hide:
                return getpass.getpass(f"{question}: ", stream=sys.stderr)
            click.echo(f"{question}: ", nl=False, err=True)
            line = self._source.readline()
        except (EOFError, KeyboardInterrupt):
            click.echo(err=True)
            raise CancelledError from None
        if not line:
            raise CancelledError
        return line.removesuffix("\n")


def _one_of(words: Sequence[str], *, hide: bool = False) -> Callable[[str], str]:
    def read(answer: str) -> str:
        typed = answer.strip().lower().replace(" ", "-")
        found = [word for word in words if typed and word.startswith(typed)]
        if typed in words:
            return typed
        if len(found) == 1:
            return found[0]
        # What is as long as a passphrase may be one, typed a line too early: it is not repeated.
        plain = not hide and len(answer) < FEWEST_CHARACTERS
        said = f'"{answer.strip()}"' if plain else "What was typed"
        what = f"{said} is not one of the answers: {', '.join(words)}."
        raise UsageError(what)

    return read
