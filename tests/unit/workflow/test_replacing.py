"""Replacing an investigator: who may, whose halves count, and what the check says afterwards."""

from dataclasses import replace
from pathlib import Path

import pytest

from counterseal.custody import procedure
from counterseal.custody.check import check
from counterseal.custody.entry import Signatory
from counterseal.custody.facts import Step
from counterseal.custody.rules import Asking
from counterseal.custody.state import Stage
from counterseal.errors import (
    ConflictOfInterestError,
    NotAllowedError,
    OutOfOrderError,
    SamePersonError,
    UsageError,
)
from counterseal.workflow import replacing
from counterseal.workflow.opening import case_identity
from counterseal.workflow.steps import Draft, prepare
from unit.workflow.life import CASE, FOUR, Life, at

FIVE = ("ab", "cd", "ef", "kl", "mn")


@pytest.fixture
def life(tmp_path: Path) -> Life:
    """A collected case of ab and cd, kl in reserve; mn was enrolled when it was reported."""
    return at(tmp_path, "collected", FIVE)


def _wraps(life: Life) -> list[str]:
    return [name.split("/")[2] for name in life.record.vault.files(f"wraps/{CASE}")]


def _left_over(life: Life) -> tuple[str, ...]:
    return check(life.record.store, life.record.vault, life.record.log.origin).left_over


def test_who_was_enrolled_at_the_report_gets_the_key_again(life: Life) -> None:
    """Their first halves were erased at the authorisation; the check asks for the later ones."""
    assert sorted(set(_wraps(life))) == ["ab+cd", "ab+kl", "cd+kl"]
    life.replace("ab", "mn", "ab", "cd")
    assert sorted(set(_wraps(life))) == ["cd+kl", "cd+mn", "kl+mn"]
    assert life.opens("cd", "mn")
    assert life.opens("kl", "mn")
    assert not life.opens("ab", "cd")
    assert (life.findings(), _left_over(life)) == ([], ())


def test_without_the_key_nobody_is_said_to_have_it(life: Life) -> None:
    life.replace("ab", "mn")
    assert sorted(set(_wraps(life))) == ["cd+kl"]
    assert replacing.may_open(life.record, life.state) == [("cd", "kl")]
    assert not life.opens("cd", "mn")
    assert (life.findings(), _left_over(life)) == ([], ())


def test_the_key_can_be_passed_on_later(life: Life) -> None:
    """Who joined without it gets it as soon as a pair is there that has it."""
    life.replace("ab", "mn")
    life.replace("mn", "mn", "cd", "kl")
    assert life.opens("cd", "mn")
    assert life.state.replacements == ("ab",)
    assert (life.findings(), _left_over(life)) == ([], ())


def test_a_changed_half_is_found(life: Life) -> None:
    life.replace("ab", "mn", "ab", "cd")
    (path,) = (life.record.vault.root / "wraps" / CASE / "cd+mn").glob("mn-*.age")
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    assert [path.name in finding for finding in life.findings()] == [True]


def test_a_half_that_is_gone_is_found(life: Life) -> None:
    life.replace("ab", "mn", "ab", "cd")
    (path,) = (life.record.vault.root / "wraps" / CASE / "cd+mn").glob("mn-*.age")
    path.unlink()
    assert [path.name in finding for finding in life.findings()] == [True]
    assert ("cd", "mn") not in replacing.may_open(life.record, life.state)


def test_an_old_half_put_back_opens_nothing(life: Life) -> None:
    """The pair that lost the key does not get it back with a copy of its files."""
    folder = life.record.vault.root / "wraps" / CASE / "ab+cd"
    copies = {path.name: path.read_bytes() for path in folder.iterdir()}
    life.replace("ab", "mn", "ab", "cd")
    folder.mkdir()
    for name, content in copies.items():
        (folder / name).write_bytes(content)
    assert not life.opens("ab", "cd")
    assert len(_left_over(life)) == 2


def test_a_newcomers_first_key_again_after_they_changed_it(life: Life) -> None:
    """Each later half takes the place of the one before it, and the former goes."""
    for fresh in ("velvet engine pocket thunder", "second fresh lantern words"):
        life.rotate("ab", "cd", "ef", rewrap=False, fresh=fresh)
        assert not life.opens("ab", "cd")
        life.replace("ab", "ab", "cd", "kl")
        assert life.opens("ab", "cd")
        assert life.opens("ab", "kl")
        assert len(_wraps(life)) == 6
    assert life.state.investigators == ("ab", "cd")
    assert life.state.replacements == ()
    assert (life.findings(), _left_over(life)) == ([], ())


def test_who_lost_a_key_is_not_said_to_have_the_cases(life: Life) -> None:
    """Until it is passed on to their new key. Who brought the former key along still has it."""

    def named() -> list[str]:
        return ["+".join(two) for two in replacing.may_open(life.record, life.state)]

    assert named() == ["ab+cd", "ab+kl", "cd+kl"]
    life.rotate("cd", "ab", "ef", rewrap=True)
    assert named() == ["ab+cd", "ab+kl", "cd+kl"]
    assert life.opens("cd", "kl")
    life.rotate("ab", "cd", "ef", rewrap=False, fresh="second fresh lantern words")
    assert named() == ["cd+kl"]
    life.rotate("ab", "cd", "ef", rewrap=True, fresh="third fresh lantern words")
    assert named() == ["cd+kl"]
    life.replace("ab", "ab", "cd", "kl")
    assert named() == ["ab+cd", "ab+kl", "cd+kl"]
    life.rotate("ab", "cd", "ef", rewrap=False, fresh="fourth fresh lantern words")
    assert named() == ["cd+kl"]


def test_a_closed_case_takes_another_investigator(tmp_path: Path) -> None:
    """What comes in after closing takes two, who may not both be there any more."""
    life = at(tmp_path, "judged", FOUR)
    facts = {"retention": "2033-01-01"}
    closing = Draft(Step.CASE_CLOSED, CASE, facts, {"why": "Done"})
    life.keep(prepare(life.record, closing, life.state.recipient), "ab", "cd")
    life.replace("ab", "kl", "cd", "kl")
    assert life.state.stage is Stage.CLOSED
    assert life.state.retention == "2033-01-01"
    adding = Draft(Step.ADDITION_RECORDED, CASE, {"about": ""}, {"what": "A letter came"})
    life.keep(prepare(life.record, adding, life.state.recipient), "cd", "kl")
    assert not life.opens("ab", "cd")
    assert (life.findings(), _left_over(life)) == ([], ())


@pytest.mark.parametrize(
    ("leaving", "joining", "why"),
    [
        ("kl", "mn", "the one who stays"),
        ("ab", "cd", "two different people"),
        ("ab", "ab", "investigates this case already"),
        ("ab", "ef", "two different people"),
    ],
)
def test_who_cannot(leaving: str, joining: str, why: str, life: Life) -> None:
    before = life.findings(), _wraps(life), life.state.entries
    with pytest.raises((NotAllowedError, SamePersonError), match=f"(?i){why}"):
        life.replace(leaving, joining)
    assert (life.findings(), _wraps(life), life.state.entries) == before


def test_whoever_left_does_not_come_back(life: Life) -> None:
    life.replace("ab", "mn", "ab", "cd")
    with pytest.raises(NotAllowedError, match="another part"):
        life.replace("cd", "ab", "cd", "mn")


def test_one_person_alone_passes_nothing_on(life: Life) -> None:
    """Two keys of one person are one person; a pair that was never given the key has none."""
    with life.signing("ab") as one:
        keys = [(one[0].person, one[0].key)] * 2
        with pytest.raises((UsageError, SamePersonError)):
            case_identity(life.record, life.state, keys)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="not given the key"):
        life.prepare_replacement("ab", "mn", "cd", "mn")


def test_a_retired_reserve_gets_no_further_half(life: Life) -> None:
    life.retire("kl", "ab", "cd")
    life.replace("ab", "mn", "ab", "cd")
    assert life.state.reserve == ""
    assert sorted(set(_wraps(life))) == ["cd+mn"]
    assert life.findings() == []


def test_two_at_the_same_time(life: Life) -> None:
    """One of the two is kept; the other is refused, and its halves count for nothing."""
    first = life.prepare_replacement("ab", "kl", "ab", "cd")
    second = life.prepare_replacement("ab", "mn", "ab", "cd")
    with life.signing("cd", "kl", "ef") as cosigners:
        replacing.replaced(life.record, first, cosigners)
    with life.signing("cd", "mn", "ef") as cosigners, pytest.raises(NotAllowedError):
        replacing.replaced(life.record, second, cosigners)
    assert life.state.investigators == ("cd", "kl")
    assert life.opens("cd", "kl")
    assert life.findings() == []


def test_the_halves_of_a_change_that_is_being_signed_stay(life: Life) -> None:
    """Tidying after one change does not take the files of the next away."""
    second = life.prepare_replacement("cd", "cd", "ab", "kl")
    life.record.vault.put(second.sealed[0])
    life.replace("ab", "ab", "cd", "kl")
    assert life.record.vault.path(second.sealed[0].name).exists()


def test_halves_that_vanished_meanwhile_are_not_vouched_for(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = life.prepare_replacement("ab", "mn", "ab", "cd")
    name = prepared.sealed[0].name

    def put(vault: object, sealed: object, *, after_stop: bool = False) -> None:
        real(vault, sealed, after_stop=after_stop)  # type: ignore[arg-type]
        if getattr(sealed, "name", "") == name:
            life.record.vault.path(name).unlink()

    real = type(life.record.vault).put
    monkeypatch.setattr(type(life.record.vault), "put", put)
    with (
        life.signing("cd", "mn", "ef") as cosigners,
        pytest.raises(OutOfOrderError, match="meanwhile"),
    ):
        replacing.replaced(life.record, prepared, cosigners)
    assert life.state.investigators == ("ab", "cd")
    assert life.findings() == []


def test_whom_the_case_concerns_does_not_join(tmp_path: Path) -> None:
    life = at(tmp_path, "triaged", FOUR)
    asked = asking(life, "ab", "kl", barred=frozenset({"kl"}))
    with pytest.raises(ConflictOfInterestError, match="may not sign"):
        procedure.allow(asked)


def asking(life: Life, leaving: str, joining: str, **changes: object) -> Asking:
    """Return a replacement as the procedure is asked about it, in another state."""
    proposal = life.prepare_replacement(leaving, joining).proposal
    state = replace(life.state, **changes)  # type: ignore[arg-type]
    people = [life.record.person(i) for i in ("cd", joining, "ef")]
    signing = tuple(Signatory(p.id, p.key.hex(), present=True) for p in people)
    record = life.record
    return record.terms.asking(proposal, signing, (state, record.state), record.now())
