"""Until when the rules keep a case, and what the school calls people."""

import pytest

from counterseal.policy import profile
from counterseal.policy.keeping import kept_until
from counterseal.policy.naming import named, one, worded


@pytest.mark.parametrize(
    ("outcomes", "closed", "until"),
    [
        ((), "2026-11-21", "2027-11-21"),
        (("internal",), "2026-11-21", "2028-11-21"),
        (("internal", "police"), "2026-11-21", "2032-11-21"),
        (("internal",), "2028-02-29", "2030-02-28"),
        ((), "2027-02-28", "2028-02-28"),
        ((), "2026-12-31", "2027-12-31"),
    ],
)
def test_the_same_day_of_a_later_month(outcomes: tuple[str, ...], closed: str, until: str) -> None:
    assert kept_until(profile.base(), outcomes, closed) == until


def test_a_period_that_is_no_whole_year_ends_in_its_own_month() -> None:
    text = b'[profile]\nname = "ours"\ntitle = "Ours"\nversion = 1\nextends = "base"\n'
    months = b"[retention]\nno-substance = { months = %d }\n"
    for count, until in ((1, "2027-02-28"), (11, "2027-12-31"), (12, "2028-01-31")):
        ours = profile.resolve(text + months % count)
        assert kept_until(ours, (), "2027-01-31") == until


def test_the_labels_of_the_school_are_used_where_there_are_any() -> None:
    made = profile.builtin("secondary")
    assert one(made, "esafety") == "e-Safety Coordinator"
    assert named(made, {"other", "headteacher"}, " or ") == "Headteacher or another body"
    assert one(made, "audit") == "audit"


def test_a_text_names_roles_as_the_school_does() -> None:
    text = b'[profile]\nname = "ours"\ntitle = "Ours"\nversion = 1\nextends = "base"\n'
    ours = profile.resolve(text + b'[labels]\nheadteacher = { text = "Principal" }\n')
    said = "Id of the {headteacher} or {chair}"
    assert worded(ours, said) == "Id of the Principal or Chair of Governors"
    assert worded(None, said) == "Id of the Headteacher or Chair"
