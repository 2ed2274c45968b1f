"""The made-up people of a practice case, and what one of them hands over."""

from counterseal.keys.people import Role
from counterseal.workflow.setup import Newcomer

SCHOOL = "Practice School"
MAIL = b"""From: badger_99@mail.example
To: pip@mail.example
Subject: PRACTICE - a made-up message

Do not bother coming on Thursday. Nobody is going to talk to you on the coach.
"""
PEOPLE = (
    Newcomer(
        "Ada Brook",
        "Deputy Headteacher",
        frozenset({Role.INVESTIGATOR, Role.DSL}),
        "orange window candle river",
    ),
    Newcomer(
        "Carl Dunn",
        "e-Safety Officer",
        frozenset({Role.INVESTIGATOR, Role.ESAFETY}),
        "yellow harbour spoon tiger",
    ),
    Newcomer(
        "Edith Fell", "Headteacher", frozenset({Role.HEADTEACHER}), "silver garden ladder cloud"
    ),
    Newcomer(
        "Grace Hale",
        "Assistant Headteacher",
        frozenset({Role.SLT}),
        "purple meadow kettle stone",
    ),
)
ROLES = ("investigator", "investigator", "headteacher", "slt")
IDS = ("ab", "cd", "ef", "gh")
"""Their ids, in the same order."""
