"""The page for the two investigators: its commands exist, and it says what the stop says."""

import re
from pathlib import Path

import click
from PIL import Image

from counterseal import cli
from counterseal.workflow.stop.words import PAGES

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "for-investigators.md").read_text("utf-8")


def test_every_command_that_it_names_exists() -> None:
    typed = re.findall(r"`([a-z-]+ [a-z-]+(?: [a-z-]+)*)`", PAGE)
    typed += re.findall(r"^(counterseal .+)$", PAGE, re.MULTILINE)
    assert len(typed) > 20
    for line in typed:
        command: click.Command | None = cli.root
        words = line.removeprefix("counterseal ").split()
        for word in [word for word in words if not word.startswith("-")]:
            if isinstance(command, click.Group):
                command = command.get_command(click.Context(command), word)
        assert isinstance(command, click.Command), line
        options = {name for option in command.params for name in option.opts}
        assert {word for word in words if word.startswith("--")} <= options, line


def test_it_says_every_page_of_the_stop() -> None:
    """In an order in which the call comes first."""
    said = PAGE.partition("## The stop")[2].lower()
    places = [
        said.index(words)
        for words in ("999", "monitor off", "local authority", "on paper", "do not look again")
    ]
    assert places == sorted(places)
    assert PAGES[-1].title.lower() in said


def test_its_picture_is_small_and_shows_the_covers() -> None:
    path = DOCS / "images" / "stop.png"
    assert path.stat().st_size < 100_000
    with Image.open(path) as picture:
        assert picture.convert("RGB").getpixel((5, 5)) == (22, 40, 61)
