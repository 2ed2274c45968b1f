"""How old a passphrase is, and when somebody is reminded to choose another."""

from pathlib import Path

import pytest

from counterseal import durable
from counterseal.custody.entry import Proposal
from counterseal.custody.facts import Step
from counterseal.policy import profile
from counterseal.workflow import checks
from counterseal.workflow.checks import Grade
from counterseal.workflow.passphrases import chosen, overdue
from counterseal.workflow.steps import Prepared
from fakes import FakeClock
from unit.workflow.life import FOUR, Life, at

DAY = 86_400


@pytest.fixture
def life(tmp_path: Path) -> Life:
    return at(tmp_path, "reported", FOUR)


def adopt(life: Life, days: int) -> None:
    """Take up rules that want another passphrase every so many days."""
    text = '[profile]\nname = "ours"\ntitle = "Ours"\nversion = 1\nextends = "base"\n'
    ours = profile.resolve(f"{text}[passphrases]\nchange_every_days = {days}\n".encode())
    durable.replace(life.record.vault.profile(ours.sha256), ours.content)
    facts = {"sha256": ours.sha256, "size": len(ours.content)}
    life.keep(Prepared(Proposal("", Step.PROFILE_ADOPTED, facts), ()), "ab", "cd")


def pass_days(life: Life, days: int) -> None:
    clock = life.around.clock
    assert isinstance(clock, FakeClock)
    clock.sleep(days * DAY)


def test_everybody_has_theirs_since_they_were_enrolled(life: Life) -> None:
    assert chosen(life.record).keys() == set(FOUR)
    begun = {since.utc[:10] for since in chosen(life.record).values()}
    assert len(begun) == 1
    life.enrol("mn", "ab", "cd")
    assert chosen(life.record).keys() == {*FOUR, "mn"}


def test_a_new_one_counts_from_its_own_day(life: Life) -> None:
    adopt(life, 45)
    pass_days(life, 46)
    assert {person for person, _days in overdue(life.record)} == set(FOUR)
    life.rotate("kl", "ab", "ef", rewrap=True)
    late = overdue(life.record)
    assert {person for person, _days in late} == {"ab", "cd", "ef"}
    assert all(46 <= days <= 48 for _person, days in late)


def test_nobody_is_late_on_the_last_day_or_where_the_rules_say_nothing(life: Life) -> None:
    pass_days(life, 400)
    assert overdue(life.record) == []
    adopt(life, 366)
    assert len(overdue(life.record)) == 4
    adopt(life, 0)
    assert overdue(life.record) == []


def test_doctor_names_them_and_says_what_to_do(life: Life) -> None:
    """E12, X5."""
    adopt(life, 45)
    assert checks._passphrases(life.record).grade is Grade.PASS
    pass_days(life, 60)
    found = checks._passphrases(life.record)
    assert found.grade is Grade.WARN
    assert "every 45 days" in found.what
    assert "Kim Lane (6" in found.what
    assert "people rotate" in found.advice
