"""Enrol, retire, change a key: who may sign it, what stays good, what happens at the same time."""

from pathlib import Path

import pytest

from counterseal.custody.check import check
from counterseal.custody.facts import Step
from counterseal.errors import (
    KeyringError,
    NotAllowedError,
    OutOfOrderError,
    RetiredKeyError,
    SamePersonError,
    UsageError,
    VaultError,
)
from counterseal.keys.people import Role
from counterseal.workflow import people
from counterseal.workflow.setup import Newcomer
from unit.workflow.life import FOUR, FRESH, THREE, WORDS, Life, at, begin, newcomer


@pytest.fixture
def life(tmp_path: Path) -> Life:
    return begin(tmp_path / "school", *FOUR)


def _key_files(life: Life) -> list[str]:
    return sorted(path.name for path in (life.record.vault.root / "people").glob("*.key"))


def test_retired_people_sign_nothing(life: Life) -> None:
    life.retire("kl", "ab", "cd")
    with pytest.raises(RetiredKeyError), life.signing("kl"):
        pass
    assert not life.record.person("kl").active
    assert life.findings() == []


def test_nobody_signs_their_own_retirement(life: Life) -> None:
    with pytest.raises(NotAllowedError, match="stay on the list"):
        life.retire("kl", "kl", "ab")


@pytest.mark.parametrize("rewrap", [True, False])
def test_nobody_signs_their_own_new_key(life: Life, *, rewrap: bool) -> None:
    before = _key_files(life)
    with pytest.raises(NotAllowedError, match="stay on the list"):
        life.rotate("kl", "kl", "ab", rewrap=rewrap)
    assert _key_files(life) == before
    assert life.unlocks("kl", WORDS["kl"])


@pytest.mark.parametrize("signers", [("ab",), ("ab", "cd", "ef")])
def test_it_takes_exactly_two(life: Life, signers: tuple[str, ...]) -> None:
    with pytest.raises(NotAllowedError, match="two enrolled people"):
        life.retire("kl", *signers)


def test_the_same_person_twice_is_one(life: Life) -> None:
    with pytest.raises(SamePersonError):
        life.retire("kl", "ab", "ab")


@pytest.mark.parametrize(
    ("leaving", "missing"),
    [("ab", "an investigator is missing"), ("ef", "Headteacher or Chair of Governors is missing")],
)
def test_who_cannot_be_spared_is_said(leaving: str, missing: str, tmp_path: Path) -> None:
    life = begin(tmp_path / "school", *THREE)
    with pytest.raises(KeyringError, match=missing) as error:
        life.retire(leaving, *(i for i in THREE if i != leaving))
    assert life.record.person(leaving).name in error.value.what
    assert life.record.terms.keyset.version == 1


def test_a_head_who_is_one_of_the_only_two_investigators_is_not_enough(life: Life) -> None:
    keyset = life.record.terms.keyset
    both = frozenset({Role.INVESTIGATOR, Role.HEADTEACHER})
    change = people.prepare_enrolment(
        life.record, Newcomer("Olive Page", "Headteacher", both, FRESH)
    )
    life._change(change, ("ab", "cd"))
    for person in ("ab", "ef"):
        life.retire(person, "cd", "kl")
    with pytest.raises(KeyringError, match="who is not one of the two"):
        life.retire("kl", "cd", change.person.id)
    assert life.record.terms.keyset.version == keyset.version + 3


def test_what_was_signed_stays_good_after_a_new_key(tmp_path: Path) -> None:
    life = at(tmp_path, "judged", THREE)
    signatures = check(life.record.store, life.record.vault, life.record.log.origin).signatures
    life.rotate("ab", "cd", "ef", rewrap=True)
    life.rotate("cd", "ab", "ef", rewrap=False, fresh="second fresh lantern words")
    report = check(life.record.store, life.record.vault, life.record.log.origin)
    assert report.findings == ()
    assert report.signatures == signatures + 6
    life.go_on()
    assert life.findings() == []


def test_the_old_key_signs_nothing_once_there_is_a_new_one(life: Life) -> None:
    with life.signing("ab", "kl") as old:
        life.rotate("kl", "cd", "ef", rewrap=False)
        change = people.prepare_retirement(life.record, life.record.person("cd"))
        with pytest.raises(NotAllowedError, match="kl cannot sign now"):
            people.changed(life.record, change, old)
    assert life.record.terms.keyset.version == 2


def test_a_key_brought_along_remembers_what_was_signed(life: Life) -> None:
    """The head stays remembered, and the former identities survive the next signature."""
    life.enrol("mn", "ab", "kl")
    with life.record.unlock("kl", life.words["kl"]) as key:
        head, identity = key.head, key.identity
    assert head.size == 2
    life.rotate("kl", "ab", "ef", rewrap=True)
    with life.record.unlock("kl", FRESH) as key:
        assert key.head == head
    life.retire("mn", "ab", "kl")
    with life.record.unlock("kl", FRESH) as key:
        assert key.head.size == 4
        assert key.identities[1:] == (identity,)


def test_only_a_key_that_was_brought_along_takes_its_file_away(life: Life) -> None:
    life.rotate("kl", "ab", "ef", rewrap=False)
    assert [n for n in _key_files(life) if n.startswith("kl")] == [_named(life, "kl"), "kl.key"]
    first = _named(life, "kl")
    life.rotate("kl", "ab", "ef", rewrap=True, fresh="second fresh lantern words")
    assert [n for n in _key_files(life) if n.startswith("kl")] == [_named(life, "kl"), "kl.key"]
    assert _named(life, "kl") != first


def _named(life: Life, person: str) -> str:
    return f"{person}.{life.record.person(person).key.hex()[:16]}.key"


def test_a_file_that_cannot_be_taken_away_does_no_harm(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_vault: object, _name: str) -> None:
        raise VaultError

    monkeypatch.setattr("counterseal.evidence.vault.Vault.erase", refuse)
    life.rotate("kl", "ab", "ef", rewrap=True)
    assert life.unlocks("kl", FRESH)
    assert "kl.key" in _key_files(life)
    assert life.findings() == []


def test_two_enrolments_at_the_same_time(life: Life) -> None:
    """One of the two is kept; the other is told to run again, and leaves nothing behind."""
    first = people.prepare_enrolment(life.record, newcomer("mn"))
    second = people.prepare_enrolment(
        life.record, Newcomer("Mary Nash", "Bursar", frozenset({Role.SLT}), FRESH)
    )
    assert first.person.id == second.person.id == "mn"
    life._change(first, ("ab", "cd"))
    with pytest.raises(OutOfOrderError, match="changed meanwhile"):
        life._change(second, ("ab", "kl"))
    assert [n for n in _key_files(life) if n.startswith("mn")] == [_named(life, "mn")]
    assert life.record.person("mn").name == "Max North"
    again = people.prepare_enrolment(
        life.record, Newcomer("Mary Nash", "Bursar", frozenset({Role.SLT}), FRESH)
    )
    life._change(again, ("ab", "kl"))
    assert life.record.person("mn2").name == "Mary Nash"
    assert life.findings() == []


def test_a_new_key_and_an_enrolment_at_the_same_time(life: Life) -> None:
    rotation = life.prepare_rotation("kl", rewrap=True)
    life.enrol("mn", "ab", "cd")
    with pytest.raises(OutOfOrderError, match="changed meanwhile"):
        life._change(rotation, ("ab", "cd"))
    assert life.unlocks("kl", WORDS["kl"])
    assert life.unlocks("mn", WORDS["mn"])
    assert life.findings() == []


def test_who_is_retired_is_enrolled_again_under_another_id(life: Life) -> None:
    life.retire("kl", "ab", "cd")
    with pytest.raises(OutOfOrderError, match="retired already"):
        people.prepare_retirement(life.record, life.record.person("kl"))
    with pytest.raises(OutOfOrderError, match="retired already"):
        life.prepare_rotation("kl", rewrap=False)
    life._change(people.prepare_enrolment(life.record, newcomer("kl")), ("ab", "cd"))
    assert life.record.person("kl2").active


@pytest.mark.parametrize("weak", ["short", "hill view school 1", "Kim Lane Kim Lane"])
def test_a_new_passphrase_is_as_good_as_a_first_one(life: Life, weak: str) -> None:
    before = _key_files(life)
    with pytest.raises(UsageError):
        life.prepare_rotation("kl", rewrap=False, fresh=weak)
    assert _key_files(life) == before


def test_every_change_is_a_step_of_its_own(life: Life) -> None:
    life.enrol("mn", "ab", "cd")
    life.rotate("mn", "ab", "ef", rewrap=True)
    life.retire("mn", "ab", "cd")
    steps = [logged.entry.step for logged in life.record.log.entries()]
    assert steps == [Step.VAULT_CREATED, *[Step.KEYSET_CHANGED] * 3]
    assert life.record.terms.keyset.version == 4
