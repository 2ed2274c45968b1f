"""How a text that anybody may have written is shown, and how an error is told."""

import json
import unicodedata

import click

from counterseal.errors import CountersealError


def shown(text: str) -> str:
    """Return a text that is safe to show: control and direction-changing characters are named."""
    return "".join(
        char if char == "\n" or not _moves(char) else f"\\u{ord(char):04x}" for char in text
    )


def _moves(char: str) -> bool:
    category = unicodedata.category(char)
    return category[0] == "C" or category in {"Zl", "Zp"}


def told(error: CountersealError, *, as_json: bool) -> None:
    """Print an error: what happened, whether anything was kept, what to do."""
    if as_json:
        click.echo(json.dumps(error.as_dict(), indent=2))
        return
    for line in (error.what, error.kept, error.advice):
        click.echo(shown(line), err=True)
