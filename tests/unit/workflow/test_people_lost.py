"""One of three or four people is lost, at each stage: nobody is locked out, nobody is let in."""

from itertools import combinations
from pathlib import Path

import pytest

from counterseal.errors import CountersealError, KeyringError
from counterseal.keys import recipients
from counterseal.workflow.opening import case_identity
from unit.workflow.life import CASE, FOUR, STAGES, THREE, WORDS, Life, at, begin

SIGNERS = {"ab": ("cd", "ef"), "cd": ("ab", "ef"), "ef": ("ab", "cd"), "kl": ("ab", "ef")}
AT_EACH_STAGE = pytest.mark.parametrize("stage", STAGES)


def _halves_of(life: Life, person: str) -> list[bytes]:
    """Return every half that one person can open alone, with all that their key file holds."""
    found = []
    with life.record.unlock(person, life.words[person]) as key:
        for path in (life.record.vault.root / "wraps").rglob("*.age"):
            for identity in key.identities:
                try:
                    found.append(recipients.decrypt(path.read_bytes(), identity))
                except CountersealError:
                    continue
    return found


def _nobody_alone_gets_in(life: Life) -> None:
    wanted = life.state.recipient
    files = [*life.record.vault.root.rglob("details/**/*.age")]
    files += life.record.vault.root.rglob("exhibits/**/*.age")
    assert files
    for person in life.record.terms.keyset.active:
        halves = _halves_of(life, person.id)
        mixed = [bytes(a ^ b for a, b in zip(*two, strict=True)) for two in combinations(halves, 2)]
        for made in (*halves, *mixed):
            assert not recipients.opens(made.decode("latin-1"), wanted)
        with life.record.unlock(person.id, life.words[person.id]) as key:
            for path in files:
                for identity in key.identities:
                    with pytest.raises(CountersealError):
                        recipients.decrypt(path.read_bytes(), identity)


@AT_EACH_STAGE
@pytest.mark.parametrize("person", THREE)
def test_of_three_one_lost_their_passphrase(person: str, stage: str, tmp_path: Path) -> None:
    """The school goes on. What was kept before stays shut where one of the only pair is lost."""
    life = at(tmp_path, stage, THREE)
    assert life.opens("ab", "cd")
    life.rotate(person, *SIGNERS[person], rewrap=False)
    assert not life.unlocks(person, WORDS[person])
    assert life.opens("ab", "cd") is (person == "ef")
    _nobody_alone_gets_in(life)
    life.go_on()
    assert life.findings() == []


@AT_EACH_STAGE
@pytest.mark.parametrize("person", THREE)
def test_of_three_one_changed_their_passphrase(person: str, stage: str, tmp_path: Path) -> None:
    """With the old passphrase nothing is lost at all, once and once more."""
    life = at(tmp_path, stage, THREE)
    life.rotate(person, *SIGNERS[person], rewrap=True)
    life.rotate(person, *SIGNERS[person], rewrap=True, fresh="second fresh lantern words")
    assert life.opens("ab", "cd")
    _nobody_alone_gets_in(life)
    life.go_on()
    assert life.findings() == []


@AT_EACH_STAGE
@pytest.mark.parametrize("person", FOUR)
def test_of_four_one_lost_their_passphrase(person: str, stage: str, tmp_path: Path) -> None:
    """The pair with the reserve opens everything, and gives the case key back."""
    life = at(tmp_path, stage, FOUR)
    life.rotate(person, *SIGNERS[person], rewrap=False)
    left = [i for i in ("ab", "cd", "kl") if i != person]
    assert life.opens(left[0], left[1])
    _nobody_alone_gets_in(life)
    if person in life.state.investigators:
        life.replace(person, person, *left)
        assert life.opens("ab", "cd")
        _nobody_alone_gets_in(life)
    life.go_on()
    assert life.findings() == []


@AT_EACH_STAGE
@pytest.mark.parametrize("person", ["ab", "cd"])
def test_of_four_one_leaves(person: str, stage: str, tmp_path: Path) -> None:
    """The reserve takes over, opens what was kept, and the case goes on."""
    life = at(tmp_path, stage, FOUR)
    left = [i for i in ("ab", "cd", "kl") if i != person]
    life.retire(person, *SIGNERS[person])
    if stage != "reported":
        life.replace(person, "kl", *left)
        assert sorted(life.state.investigators) == sorted(left)
    assert life.opens(left[0], left[1])
    _nobody_alone_gets_in(life)
    life.go_on()
    assert life.findings() == []


@AT_EACH_STAGE
def test_of_four_one_leaves_and_a_newcomer_takes_over(stage: str, tmp_path: Path) -> None:
    """Somebody who was not enrolled when the case began gets its key through the surviving pair."""
    life = at(tmp_path, stage, FOUR)
    life.enrol("mn", "cd", "ef")
    life.retire("ab", "cd", "ef")
    if stage == "reported":
        life._triage("cd", "kl")
        life.replace("kl", "mn", "cd", "kl")
    else:
        life.replace("ab", "mn", "cd", "kl")
    assert life.opens("cd", "mn")
    _nobody_alone_gets_in(life)
    life.go_on()
    assert life.findings() == []


def test_the_head_of_three_cannot_leave_before_another_is_there(tmp_path: Path) -> None:
    """A list that could not staff a case is refused, and says who is missing."""
    life = begin(tmp_path / "school", *FOUR)
    with pytest.raises(KeyringError, match="Headteacher or Chair of Governors is missing"):
        life.retire("ef", "ab", "cd")
    assert life.record.terms.keyset.version == 1
    assert life.findings() == []


def test_no_pair_is_left(tmp_path: Path) -> None:
    """Two of three lose theirs: the school goes on; the handover key alone opens what was kept."""
    life = at(tmp_path, "collected", FOUR)
    life.rotate("ab", "ef", "cd", rewrap=False)
    life.rotate("kl", "ef", "cd", rewrap=False, fresh="second fresh lantern words")
    for two in combinations(("ab", "cd", "kl"), 2):
        assert not life.opens(*two)
    with life.signing("cd", "kl") as cosigners, pytest.raises(KeyringError, match="another key"):
        case_identity(life.record, life.state, [(c.person, c.key) for c in cosigners])  # type: ignore[misc]
    life.replace("ab", "kl")
    life.go_on()
    assert life.record.log.case(CASE).investigators == ("cd", "kl")
    assert life.findings() == []
